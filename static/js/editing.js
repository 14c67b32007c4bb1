// Two people and one record. A form of a stored record says again and again that it is open, and shows who else has one open; drawing it waits for
// none of that, and nobody is held up. Where both changed the same field, choosing a value shows it in the field.

const EVERY = 25_000; // the server counts a form as closed 100 seconds after it last heard of it
const byId = (id) => document.getElementById(id);

// ------------------------------------------------------------------------------------------ who else is there

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
const today = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const earlier = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

// What is open now: each opening of a form by its token.
const open = new Map();
const said = ({ opening, record, id }, more = {}) => new URLSearchParams({ opening, record, id, ...more });

async function tell(line) {
  const answer = await fetch("/editing", { method: "POST", body: said(line.dataset), redirect: "error" }).catch(() => null);
  const html = answer?.ok && await answer.text().catch(() => null);
  if (typeof html === "string" && line.isConnected) show(line, html);
}

function show(line, html) {
  const [before, status] = [line.textContent.trim(), byId("status")];
  line.innerHTML = html;
  for (const time of line.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    time.textContent = (moment.toDateString() === new Date().toDateString() ? today : earlier).format(moment);
    time.title = exact.format(moment);
  }
  const now = line.textContent.trim();
  if (now !== before && (now || status.textContent === before)) status.textContent = now; // once, not each time
}

// A form that is gone need not wait to be forgotten. This is sent even while the page goes away.
const close = (data) => navigator.sendBeacon("/editing", said(data, { closed: "yes" }));

function look() {
  const lines = [...document.querySelectorAll("[data-opening]")];
  for (const [token, data] of open) {
    if (lines.some((line) => line.dataset.opening === token)) continue;
    open.delete(token);
    close(data);
  }
  for (const line of lines) {
    if (open.has(line.dataset.opening)) continue;
    open.set(line.dataset.opening, { ...line.dataset });
    tell(line);
  }
}

function again() {
  look();
  for (const line of document.querySelectorAll("[data-opening]")) tell(line);
}

document.addEventListener("htmx:after:swap", look);
document.addEventListener("visibilitychange", () => { if (!document.hidden && open.size) again(); });
addEventListener("pagehide", () => { for (const data of open.values()) close(data); open.clear(); });
addEventListener("pageshow", look); // also from the browser's memory
setInterval(() => { if (open.size) again(); }, EVERY);

// -------------------------------------------------------------------------------- two changes of the same field

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.(".conflicts [data-value]")) return;
  const field = byId(target.dataset.of);
  if (field && "value" in field) field.value = target.dataset.value;
});

// What is typed into the field after that is one's own.
document.addEventListener("input", ({ target }) => {
  const mine = target.id && document.querySelector(`.conflicts [data-of="${CSS.escape(target.id)}"][value="mine"][data-value]`);
  if (!mine) return;
  mine.checked = true;
  mine.dataset.value = target.value;
  mine.closest("label").querySelector("bdi").textContent = target.selectedOptions?.[0].text ?? target.value;
});
