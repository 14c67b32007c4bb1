// Printing. Where and when it was stands on the paper: the address may have changed since the page came.

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

// A customer is printed whole, by its key or from the browser's menu. Printing waits for nothing that comes later, so rows that were left out are
// fetched while it stands still. Where that fails, or a form is open among the rows, the paper says what it lacks.
function allRows(link) {
  const rows = link.closest("#contact-rows, #entitlement-rows");
  const pane = rows?.closest("section");
  if (!pane || !link.closest(".more").dataset.printed || rows.querySelector("form[data-saves]")) return null;
  const request = new XMLHttpRequest();
  request.open("GET", link.href, false);
  for (const [name, value] of [["HX-Request", "true"], ["HX-Request-Type", "partial"], ["HX-Target", `section#${pane.id}`]]) {
    request.setRequestHeader(name, value);
  }
  try { request.send(); } catch { return null; }
  const whole = request.status === 200 && new DOMParser().parseFromString(request.responseText, "text/html").getElementById(rows.id);
  if (!whole) return null;
  for (const element of [whole, ...whole.querySelectorAll("[id]")]) element.removeAttribute("id");
  whole.className = "on-paper";
  rows.classList.add("off-paper");
  rows.after(whole);
  return whole;
}

addEventListener("beforeprint", () => {
  const paper = document.querySelector(".paper");
  if (paper) paper.textContent = `${location.href} · ${day.format(new Date())}`;
  for (const link of document.querySelectorAll("#detail [data-more]")) allRows(link);
});
addEventListener("afterprint", () => {
  for (const rows of document.querySelectorAll(".on-paper")) rows.remove();
  for (const rows of document.querySelectorAll(".off-paper")) rows.classList.remove("off-paper");
});
