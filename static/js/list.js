// The list pane: which row is current, and going to another one.

const byId = (id) => document.getElementById(id);
export const rows = () => byId("rows");
// What scrolls the rows: their pane, or in a low window the page itself.
export const scroller = () => rows() && getComputedStyle(rows()).overflowY === "auto" ? rows() : document.scrollingElement;
export const current = () => rows()?.querySelector('a[aria-current="true"]') ?? null;
// `/customers` or `/entitlements`; that of one of them adds its id.
const listPath = () => byId("list")?.dataset.path;
const idIn = (path) => new RegExp(`^${listPath()}/(\\d+)(?:/|$)`).exec(path)?.[1] ?? null;
const idOf = (link) => link.id.slice("open-".length);

// The record that the detail shows, or is about to be edited there.
const shown = () => document.querySelector("#detail [data-row]")?.dataset.row ?? idIn(location.pathname);

// The row that was chosen and whose detail has not arrived: { id, timer?, ctx?, then? }.
let opening = null;

function mark(id) {
  for (const link of rows()?.querySelectorAll("a[aria-current]") ?? []) link.removeAttribute("aria-current");
  byId(`open-${id}`)?.setAttribute("aria-current", "true");
}

export function focusRow(link) {
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
}

const first = () => rows()?.querySelector('li[id^="row-"] a') ?? null;

// Opens the first row; returns whether there is one.
export function openFirst() {
  const link = first();
  if (link) choose(link);
  return link !== null;
}

// Current at once, and opened: now, or when the key that is held down rests.
function choose(link, held = false) {
  forget();
  opening = { id: idOf(link), timer: setTimeout(open, 120) };
  mark(opening.id);
  focusRow(link);
  if (!held) open();
}

// Goes to a neighbour; returns whether there is one.
export function move(step, held) {
  const sibling = step > 0 ? "nextElementSibling" : "previousElementSibling";
  const focused = document.activeElement?.closest?.('#rows a[id^="open-"]');
  // Where none is open (it was deleted, say), the one that has the focus comes first.
  const link = current() ? current().closest("li")[sibling]?.querySelector("a") : focused ?? first();
  if (!link) return false;
  if (link.rel) link.click();
  else choose(link, held);
  return true;
}

function forget() {
  clearTimeout(opening?.timer);
  opening = null;
}

// One stays with what is shown.
export function stay() {
  forget();
  mark(shown());
}

function open() {
  if (!opening?.timer) return;
  clearTimeout(opening.timer);
  opening.timer = null;
  const link = byId(`open-${opening.id}`);
  if (link) link.click();
  else forget();
}

// Does something with the detail of the current row: now, or as soon as it has arrived. Another choice cancels it.
export function whenShown(then) {
  if (!opening) { then(); return; }
  opening.then = then;
  open();
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const link = ctx.sourceElement;
  if (!link.matches?.('#rows a[id^="open-"]')) {
    if (ctx.target?.id === "detail") forget(); // something else goes there: what was chosen before no longer counts
    return;
  }
  const id = idOf(link);
  if (opening?.id !== id) {
    forget();
    opening = { id };
  }
  opening.ctx = ctx;
  mark(id);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (opening?.ctx !== ctx) return;
  const { then } = opening;
  opening = null;
  if (ctx.status === "swapped") then?.();
  else mark(shown());
});

// Links that change the list keep what is open, which may be another record than when the list was made.
function keep() {
  if (!opening) mark(shown());
  const id = shown();
  if (!listPath()) return;
  const path = id ? `${listPath()}/${id}` : listPath();
  byId("find")?.setAttribute("action", path);
  for (const link of document.querySelectorAll("#results a[data-keep]")) link.setAttribute("href", path + new URL(link.href).search);
}

document.addEventListener("htmx:after:swap", keep);
keep();
