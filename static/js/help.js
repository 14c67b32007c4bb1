// The help beside the search box: what it names writes itself into the box.
import { suggest } from "./suggest.js";

const help = (target) => target.closest?.("#search-help");

document.addEventListener("toggle", ({ target }) => {
  if (!target.open || help(target) !== target) return;
  for (const word of target.querySelectorAll("code[data-write]")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: word.className, textContent: word.textContent });
    button.dataset.write = word.dataset.write;
    word.replaceWith(button);
  }
}, true);

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("#search-help button[data-write]");
  if (!button) return;
  help(button).open = false;
  write(document.getElementById("q"), button.dataset.write);
});

// At the caret, apart from the words around it. What is complete is searched for at once, the rest when one types on.
function write(box, text) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const before = /[^\s-]$/.test(value.slice(0, start)) ? " " : "";
  const after = /^\S/.test(value.slice(end)) ? " " : "";
  box.setRangeText(before + text + after, start, end, "end");
  box.setSelectionRange(box.selectionEnd - after.length, box.selectionEnd - after.length);
  box.focus();
  if (/\w$/.test(text)) box.form.requestSubmit();
  else suggest();
}
