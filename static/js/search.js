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
const byId = (id) => document.getElementById(id);
const box = () => byId("q");
// The request for hits that is under way, the text that was asked for last (null: in vain), and what is done with its hits.
let asking = null;
let asked = box()?.value ?? null;
let then = null;
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  // What was typed while an answer was under way has waited for it; the part that it is for has been replaced by then.
  if (ctx.target?.isConnected === false) ctx.target = byId(ctx.target.id) ?? ctx.target;
  if (ctx.target?.id !== "results") return;
  asking = ctx;
  asked = box()?.value ?? null;
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx !== asking) return;
  asking = null;
  if (ctx.status !== "swapped") asked = null;
  else if (isFound()) { then?.(); then = null; }
});
document.addEventListener("input", ({ target }) => { if (target === box()) then = null; });

const isFound = () => !asking && box()?.value === asked;

// Does something with the hits of what stands in the box: now, or as soon as they are there. Who types on means other ones.
export function whenFound(act) {
  if (isFound()) { act(); return; }
  then = act;
  if (!asking) box()?.form.requestSubmit();
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx !== asking || !box() || box() === document.activeElement || box().value !== asked) return;
  const query = new URLSearchParams(byId("results").dataset.query);
  box().value = query.get("q") ?? "";
});
