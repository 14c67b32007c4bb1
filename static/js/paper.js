// Printing. Where and when it was stands on the paper: the address may have changed since the page came.

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
addEventListener("beforeprint", () => {
  const paper = document.querySelector(".paper");
  if (paper) paper.textContent = `${location.href} · ${day.format(new Date())}`;
});

// A customer is printed whole: rows that were left out are fetched first.
document.addEventListener("keydown", (event) => {
  const left = document.querySelector("#detail [data-more]");
  if (!left || event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  document.addEventListener("htmx:after:swap", () => setTimeout(() => print()), { once: true });
  left.click();
});
