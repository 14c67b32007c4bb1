// The list pane: which row is current, moving it, and the pages that load as one scrolls.

const byId = (id) => document.getElementById(id);
export const rows = () => byId("rows");
export const current = () => rows()?.querySelector('a[aria-current="true"]') ?? null;
const customerOf = (path) => /^\/customers\/(\d+)(?:\/|$)/.exec(path)?.[1] ?? null;
const idOf = (link) => link.id.slice("open-".length);

// The customer that the detail shows, or is about to be edited there.
const shown = () => document.querySelector("#detail [data-customer]")?.dataset.customer ?? customerOf(location.pathname);

// The row that was chosen and whose detail has not arrived: { id, timer?, ctx?, then? }.
let opening = null;

export function mark(id) {
  for (const link of rows()?.querySelectorAll("a[aria-current]") ?? []) link.removeAttribute("aria-current");
  byId(`open-${id}`)?.setAttribute("aria-current", "true");
}

export function focusRow(link) {
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
}

// Goes to a neighbour: current at once, opened when the key rests.
export function move(step) {
  const sibling = step > 0 ? "nextElementSibling" : "previousElementSibling";
  const from = current() ?? document.activeElement?.closest?.("#rows a");
  const item = from ? from.closest("li")[sibling] : rows()?.querySelector('li[id^="row-"]');
  const link = item?.querySelector("a");
  if (!link) return;
  if (link.rel) { link.click(); return; }
  clearTimeout(opening?.timer);
  opening = { id: idOf(link), timer: setTimeout(open, 120) };
  mark(opening.id);
  focusRow(link);
}

function open() {
  if (!opening?.timer) return;
  clearTimeout(opening.timer);
  opening.timer = null;
  const link = byId(`open-${opening.id}`);
  if (link) link.click();
  else opening = null;
}

// Does something with the detail of the current row: now, or as soon as it has arrived. Another choice cancels it.
export function whenShown(then) {
  if (!opening) { then(); return; }
  opening.then = then;
  open();
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const link = ctx.sourceElement;
  if (!link.matches?.('#rows a[id^="open-"]')) return;
  const id = idOf(link);
  if (opening?.id !== id) {
    clearTimeout(opening?.timer);
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

// Links that change the list keep the customer that is open, which may be another one than when the list was made.
export function keep() {
  if (!opening) mark(shown());
  const id = shown();
  const path = id ? `/customers/${id}` : "/customers";
  byId("find")?.setAttribute("action", path);
  for (const link of document.querySelectorAll("#results a[data-keep]")) link.setAttribute("href", path + new URL(link.href).search);
}

// --------------------------------------------------------------------------------------------- pages of rows

let place = null;
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const pager = ctx.target?.id;
  if (pager !== "next" && pager !== "prev") return;
  const main = tasks.find((task) => task.type === "main");
  main?.fragment.querySelector(pager === "next" ? "#prev" : "#next")?.remove();
  for (const item of main?.fragment.querySelectorAll('li[id^="row-"]') ?? []) if (byId(item.id)) item.remove(); // it moved meanwhile
  const first = rows()?.querySelector('li[id^="row-"]');
  if (pager === "prev" && first) place = { first, top: first.getBoundingClientRect().top };
});
document.addEventListener("htmx:after:swap", () => {
  if (place?.first.isConnected) rows().scrollTop += place.first.getBoundingClientRect().top - place.top;
  place = null;
  keep();
});

// The page before is asked for when one scrolls up to it, never because it happens to be in view.
const tops = new WeakMap();
const reach = () => byId("prev")?.querySelector("a").dispatchEvent(new CustomEvent("reach"));
document.addEventListener("scroll", ({ target }) => {
  if (target.id !== "rows") return;
  if (target.scrollTop < Math.min(tops.get(target) ?? 0, 400)) reach();
  tops.set(target, target.scrollTop);
}, { capture: true, passive: true });
document.addEventListener("wheel", ({ target, deltaY }) => {
  if (deltaY < 0 && target.closest?.("#rows")?.scrollTop < 400) reach();
}, { passive: true });

// ------------------------------------------------------------------------------------------ search and order

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

keep();
