// The search box and the menu of orders.

// While an input method composes, the text is not yet one to search for.
let composing = false;
document.addEventListener("compositionstart", () => { composing = true; });
document.addEventListener("compositionend", ({ target }) => {
  composing = false;
  setTimeout(() => target.dispatchEvent(new Event("input", { bubbles: true })));
});
for (const type of ["input", "submit"]) {
  document.addEventListener(type, (event) => {
    if (!composing || !event.target.closest?.("#find")) return;
    event.stopPropagation();
    if (type === "submit") event.preventDefault();
  }, true);
}

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});
