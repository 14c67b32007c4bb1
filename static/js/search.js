// The search box and the menus beside it.

// While an input method composes, the text is not yet one to search for.
let composing = false;
document.addEventListener("compositionstart", () => { composing = true; });
document.addEventListener("compositionend", ({ target }) => {
  composing = false;
  setTimeout(() => target.dispatchEvent(new Event("input", { bubbles: true })));
});
for (const type of ["input", "submit"]) {
  document.addEventListener(type, (event) => {
    if (!composing || !event.target.closest?.("[role=search]")) return;
    event.stopPropagation();
    if (type === "submit") event.preventDefault();
  }, true);
}

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target) && !target.closest("dialog")) menu.open = false;
});

// A filter, or a text that became one, changes what the list looks for: the box says so, but takes back nothing that is being typed.
const box = () => document.getElementById("q");
const sent = new WeakMap();
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "results") sent.set(ctx, box()?.value);
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!sent.has(ctx) || !box() || box() === document.activeElement || box().value !== sent.get(ctx)) return;
  const query = new URLSearchParams(document.getElementById("results").dataset.query);
  box().value = query.get("q") ?? "";
});
