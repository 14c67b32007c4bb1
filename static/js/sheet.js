// The sheet of keys: every key there is, by what it is for. What a key cannot do now is said beside it.
import { dialog, make, show } from "./dialog.js";
import { rows } from "./list.js";

const seen = (selector) => [...document.querySelectorAll(selector)].find((found) => found.checkVisibility());
const control = (key) => seen(`[data-key="${CSS.escape(key)}"]`);
const customer = () => seen("#detail [data-customer]");
const form = () => seen("#detail form[data-saves]");

// Why a key does nothing: nothing where it does something.
const list = (key) => control(key) ? "" : "There is no list on this screen.";
const row = () => rows()?.checkVisibility() && rows().querySelector('li[id^="row-"]') ? "" : "There is no list on this screen.";
const fixed = () => "";
function task(key) {
  if (control(key)) return "";
  if (!customer()) return form() ? "Save or leave the form first." : "Open a customer first.";
  if (form()) return "Save or leave the form first.";
  if (key === "c" && !document.getElementById("contacts")) return "An individual has no further contacts.";
  if (key === "#" && control("e")) return "It has entitlements.";
  return "You may not change customers.";
}

// A group's heading, where its controls stand, and its keys: signs, what they do, why they do nothing now.
const groups = [
  ["Everywhere", "body", [
    [["/"], "Search", list],
    [["n"], "New customer", (key) => control(key) ? "" : row() || "You may not create customers."],
    [["u"], "Undo the last change", (key) => control(key) ? "" : "No message offers it now."],
    [["g c"], "To the customers", fixed],
    [["g a"], "To the activity", fixed],
    [["Esc"], "Back out: close, clear, to the list", fixed],
    [["?"], "These keys", fixed],
  ]],
  ["In the list", "#list", [
    [["j", "↓"], "Next customer", row],
    [["k", "↑"], "Previous customer", row],
    [["Enter"], "Into the details", () => customer() ? "" : "Open a customer first."],
    [["↓"], "From the search to the list", row],
    [["1"], "All customers", list],
    [["2"], "Enabled ones only", list],
    [["3"], "Disabled ones only", list],
  ]],
  ["With the customer", "#detail", [
    [["e"], "Edit", task],
    [["d"], "Disable or enable", task],
    [["#"], "Delete", task],
    [["c"], "New contact", task],
    [["h"], "History", (key) => control(key) ? "" : customer() ? "It is shown." : "Open a customer first."],
  ]],
  ["In a form", "form", [
    [["Ctrl ⏎"], "Save", () => form() ? "" : "No form is open."],
  ]],
];

function label(control) {
  const copy = control.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
  return control.dataset.keyLabel ?? (copy.textContent.trim() || control.getAttribute("aria-label"));
}

// Keys of controls that no group names, in the group of the place where they stand.
function more(place) {
  const named = new Set(groups.flatMap(([, , keys]) => keys.flatMap(([signs]) => signs)));
  const places = groups.map(([, selector]) => selector).reverse();
  const others = [...document.querySelectorAll("[data-key]")].filter((found) => found.dataset.key && !named.has(found.dataset.key) && found.checkVisibility());
  const here = others.filter((found) => places.find((selector) => found.closest(selector)) === place);
  return [...new Map(here.map((found) => [found.dataset.key, [[found.dataset.key], label(found), fixed]])).values()];
}

function line([signs, does, why]) {
  const reason = why(signs[0]);
  const head = make("th", { scope: "row" }, ...signs.map((sign) => make("kbd", { textContent: sign })));
  const words = make("td", {}, does);
  if (reason) words.append(" ", make("span", { className: "reason", textContent: reason }));
  return make("tr", { className: reason ? "idle" : "" }, head, words);
}

function sheet() {
  const tables = groups.map(([heading, place, keys]) =>
    make("table", {}, make("caption", { textContent: heading }), make("tbody", {}, ...[...keys, ...more(place)].map(line))));
  const box = make("input", { type: "checkbox", checked: !document.documentElement.classList.contains("no-keys") });
  box.addEventListener("change", () => {
    document.documentElement.classList.toggle("no-keys", !box.checked);
    try { localStorage.setItem("keys", box.checked ? "on" : "off"); } catch { /* this page only, then */ }
  });
  const close = make("button", { type: "button", className: "btn", autofocus: true }, "Close ", make("kbd", { textContent: "Esc", ariaHidden: "true" }));
  close.addEventListener("click", () => dialog().close());
  return make("div", { className: "sheet" }, make("h2", { id: "sheet-heading", textContent: "Keys" }),
    make("div", { className: "groups" }, ...tables), make("footer", {}, make("label", {}, box, "Use these keys"), close));
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-keys-sheet]");
  if (!button) return;
  dialog().replaceChildren(sheet());
  show("sheet-heading", button);
});
