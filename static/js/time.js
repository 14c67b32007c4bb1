// Moments in the reader's time zone, and how much of a long text is used.

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

function tell(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.title = exact.format(moment);
  }
  for (const counter of root.querySelectorAll("[data-counter]")) count(counter);
}

// As the server counts: characters, not bytes or code units, after trimming and composing.
function count(counter) {
  const field = document.getElementById(counter.dataset.counter);
  if (!field) return;
  const limit = Number(counter.dataset.limit);
  const used = [...field.value.trim().normalize("NFC")].length;
  counter.textContent = `${used} of ${limit} characters`;
  counter.classList.toggle("exceeded", used > limit);
}

document.addEventListener("input", ({ target }) => {
  const counter = document.querySelector(`[data-counter="${CSS.escape(target.id ?? "")}"]`);
  if (counter) count(counter);
});
document.addEventListener("htmx:after:swap", () => tell(document));
tell(document);
