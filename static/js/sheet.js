// The sheet of keys: every key there is, by what it is for. What a key cannot do now is said beside it.
import { dialog, make, show } from "./dialog.js";
import { rows } from "./list.js";

const seen = (selector) => [...document.querySelectorAll(selector)].find((found) => found.checkVisibility());
const control = (key) => seen(`[data-key="${CSS.escape(key)}"]`);
const open = () => seen("#detail [data-row]");
const form = () => seen("#detail form[data-saves]");
// What the list has: `customer`, `entitlement`.
const one = () => document.getElementById("list")?.dataset.one ?? "customer";
const many = () => `${one()}s`;
const a = () => /^[aeiou]/.test(one()) ? `an ${one()}` : `a ${one()}`;

// Why a key does nothing: nothing where it does something.
const list = (key) => control(key) ? "" : "There is no list on this screen.";
const row = () => rows()?.checkVisibility() && rows().querySelector('li[id^="row-"]') ? "" : "There is no list on this screen.";
const fixed = () => "";
function task(key) {
  if (control(key)) return "";
  if (!open()) return form() ? "Save or leave the form first." : `Open ${a()} first.`;
  if (form()) return "Save or leave the form first.";
  if (key === "c" && !document.getElementById("contacts")) return "An individual has no further contacts.";
  if (key === "#" && control("e")) return one() === "customer" ? "It has entitlements." : "It has started.";
  if (one() === "entitlement" && seen("#new-entitlement")) return "The page says why not.";
  return `You may not change ${many()}.`;
}

// What one can do with what is open: the sign, what it does, why it does nothing now.
const tasks = {
  customer: [
    [["e"], "Edit", task],
    [["d"], "Disable or enable", task],
    [["#"], "Delete", task],
    [["c"], "New contact", task],
  ],
  entitlement: [
    [["e"], "Edit", task],
    [["r"], "Renew", task],
    [["#"], "Delete", task],
  ],
};

// A group's heading, where its controls stand, and its keys.
const groups = () => [
  ["Everywhere", "body", [
    [["/"], "Search", list],
    [["n"], `New ${one()}`, (key) => control(key) ? "" : row() || `You may not create ${many()}.`],
    [["u"], "Undo the last change", (key) => control(key) ? "" : "No message offers it now."],
    [["g c"], "To the customers", fixed],
    [["g e"], "To the entitlements", fixed],
    [["g a"], "To the activity", fixed],
    [["Esc"], "Back out: close, clear, to the list", fixed],
    [["?"], "These keys", fixed],
  ]],
  ["In the list", "#list", [
    [["j", "↓"], `Next ${one()}`, row],
    [["k", "↑"], `Previous ${one()}`, row],
    [["Enter"], "Into the details", () => open() ? "" : `Open ${a()} first.`],
    [["↓"], "Open the first hit of the search", row],
    ...(one() === "customer" ? [
      [["1"], "All customers", list],
      [["2"], "Enabled ones only", list],
      [["3"], "Disabled ones only", list],
    ] : []),
  ]],
  [`With the ${one()}`, "#detail", [
    ...tasks[one()],
    [["h"], "History", (key) => control(key) ? "" : open() ? "It is shown." : `Open ${a()} first.`],
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
  const named = new Set(groups().flatMap(([, , keys]) => keys.flatMap(([signs]) => signs)));
  const places = groups().map(([, selector]) => selector).reverse();
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
  const tables = groups().map(([heading, place, keys]) =>
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
