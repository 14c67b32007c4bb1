// What may follow `country:`, `status:` and `type:` in the search box: a listbox below it, after the combobox pattern of the
// ARIA Authoring Practices (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). It opens where only certain values make sense, and
// stays out of the way elsewhere.

const byId = (id) => document.getElementById(id);
const box = () => byId("q");
const list = () => byId("suggestions");
const active = () => list()?.querySelector('[aria-selected="true"]') ?? null;
const isOpen = () => Boolean(list()) && !list().hidden;

// Value, what it stands for, and how many customers have it, the most first; not counted where there are few values.
let countries = null; // asked for when they are first needed
const values = {
  access: () => [["never", "Never invited"]],
  status: () => [["enabled", ""], ["disabled", ""]],
  type: () => [["company", ""], ["individual", ""]],
  country: () => (countries ??= fetch("/countries.json").then((answer) => answer.ok ? answer.json() : Promise.reject(answer))
    .catch(() => { countries = null; return []; })),
};

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// The qualifier that the caret stands at the end of: its name, what there is of its value, and where that begins.
function atCaret({ value, selectionStart: caret, selectionEnd: end }) {
  if (caret !== end || /^\S/.test(value.slice(caret))) return null;
  const before = value.slice(0, caret);
  const [, name, start] = /(?:^|\s)-?(access|country|status|type):(\S*)$/i.exec(before) ?? [];
  const quoted = before.split('"').length % 2 === 0;
  return name && !quoted ? { name: name.toLowerCase(), start, from: caret - start.length } : null;
}

function fitting(all, start) {
  const wanted = fold(start);
  if (all.some(([value]) => fold(value) === wanted)) return []; // it is complete
  const begins = (text) => fold(text).split(/[\s(-]+/).some((word) => word.startsWith(wanted));
  const rank = ([value, name]) => fold(value).startsWith(wanted) ? 0 : fold(name).startsWith(wanted) ? 1 : 2;
  const used = ([,, count = 0]) => -count;
  return all.filter(([value, name]) => begins(value) || begins(name)).sort((one, other) => used(one) - used(other) || rank(one) - rank(other));
}

// Offers what fits at the caret.
export async function suggest() {
  const place = box() && atCaret(box());
  const all = place ? await values[place.name]() : [];
  const now = box() && atCaret(box());
  if (!now || now.name !== place?.name || document.activeElement !== box()) { close(); return; }
  show(fitting(all, now.start), now.start);
}

function show(found, start) {
  if (!found.length) { close(); return; }
  list().replaceChildren(...found.map(([value, name, count], at) => {
    const option = Object.assign(document.createElement("li"), { id: `suggestion-${at}`, role: "option", textContent: value });
    if (name) option.append(Object.assign(document.createElement("span"), { className: "soft", textContent: name }));
    if (count) option.append(Object.assign(document.createElement("span"), { className: "count", textContent: count.toLocaleString("en") }));
    option.dataset.value = value;
    return option;
  }));
  list().hidden = false;
  list().scrollTop = 0;
  box().ariaExpanded = "true";
  choose(start ? list().firstElementChild : null);
}

function close() {
  if (!isOpen()) return;
  list().hidden = true;
  list().replaceChildren();
  box().ariaExpanded = "false";
  choose(null);
}

function choose(option) {
  for (const other of list().children) other.ariaSelected = String(other === option);
  if (option) box().setAttribute("aria-activedescendant", option.id);
  else box().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const options = [...list().children];
  const at = options.indexOf(active()) + (active() || by > 0 ? by : 0);
  choose(options.at(at % options.length));
}

function take(option) {
  const place = atCaret(box());
  close();
  if (!place) return;
  const blank = box().value[box().selectionEnd] === " " ? "" : " ";
  box().setRangeText(option.dataset.value + blank, place.from, box().selectionEnd, "end");
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

// Before the keys of the page: here they mean the list that is open.
document.addEventListener("keydown", (event) => {
  if (event.target !== box() || !isOpen() || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else if (event.key === "Escape") close();
  else if ((event.key === "Enter" || event.key === "Tab") && active()) take(active());
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("#suggestions [role=option]");
  if (event.target.closest?.("#suggestions")) event.preventDefault(); // the box keeps the focus
  if (option) take(option);
});
document.addEventListener("input", (event) => {
  if (event.target === box() && !event.isComposing) suggest();
});
document.addEventListener("selectionchange", () => {
  if (isOpen() && !atCaret(box())) close();
});
document.addEventListener("focusout", ({ target }) => {
  if (target === box()) close();
});
// Only with this script is the box a combobox.
document.addEventListener("focusin", ({ target }) => {
  if (target !== box() || target.role === "combobox") return;
  Object.assign(target, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  target.setAttribute("aria-controls", "suggestions");
});
