// Back, forward and reload: each address shows its screen again, and the list stays where it was.
//
// htmx restores an address by fetching the whole page. Where the list is still the one of that address, only the right pane is
// fetched. Elsewhere the place in the list is found again: each entry of the history remembers the row at the top.
// Every state keeps `htmx: true`; htmx ignores an entry without it.
import { current, rows, scroller } from "./list.js";

const byId = (id) => document.getElementById(id);

// The address without what belongs to one answer only.
const clean = (path) => path.replace(/([?&])(?:flash|around)=[^&#]*(?=&|#|$)/g, "$1").replace(/([?&])&+/g, "$1").replace(/[?&](?=#|$)/, "");

// What belongs to the right pane alone.
const panes = ["contacts", "find", "entitlements", "contact", "entitlement"];

// A change to the list leaves the right pane as it is, and so its part of the address.
function keepPanes(path, source) {
  const [next, here] = [new URL(path, location.href), new URL(location.href)];
  if (next.pathname !== here.pathname || !source?.closest?.("#find, #results") || source.closest("#rows")) return path;
  for (const name of panes) if (here.searchParams.has(name)) next.searchParams.set(name, here.searchParams.get(name));
  return next.pathname + next.search;
}

// What the list depends on, in one spelling.
function listOf(search) {
  const query = new URLSearchParams(search);
  for (const name of ["after", "before", "around", "flash", ...panes]) query.delete(name);
  query.sort();
  return query.toString();
}

// ------------------------------------------------------------------------------------- the place in the list

// Where what scrolls the rows begins, from the top of the window.
const edge = () => scroller() === rows() ? rows().getBoundingClientRect().top : 0;

function place() {
  const list = rows();
  if (!list?.checkVisibility()) return {};
  const top = edge();
  for (const item of list.children) {
    const box = item.getBoundingClientRect();
    if (item.id.startsWith("row-") && box.bottom > top) return { row: item.id, offset: box.top - top };
  }
  return {};
}

function save(path) {
  history.replaceState({ ...history.state, ...place(), htmx: true }, "", path);
}

async function restore() {
  const { row, offset } = history.state ?? {};
  if (row && rows() && !byId(row)) {
    const url = new URL(location.href);
    url.searchParams.set("around", row.slice("row-".length));
    await htmx.ajax("GET", url.pathname + url.search, { source: "#results" });
  }
  const list = rows();
  if (!list?.checkVisibility()) return;
  const from = edge();
  const first = list.querySelector('li[id^="row-"]');
  if (row && byId(row)) scroller().scrollTop += byId(row).getBoundingClientRect().top - from - offset;
  else if (current()) current().scrollIntoView({ block: "center" });
  else if (byId("prev") && first) scroller().scrollTop += first.getBoundingClientRect().top - from;
}

let timer;
document.addEventListener("scroll", ({ target }) => {
  if (target !== scroller() && target !== document) return;
  clearTimeout(timer);
  timer = setTimeout(save, 250);
}, { capture: true, passive: true });
addEventListener("pagehide", () => save());

// ------------------------------------------------------------------------------------------- going somewhere

let coming = false;
document.addEventListener("htmx:before:history:update", (event) => {
  const { history: action, response, sourceElement } = event.detail;
  if (response?.status >= 400 && sourceElement?.matches?.("form[method=post]")) { event.preventDefault(); return; }
  action.path = keepPanes(clean(action.path), sourceElement);
  clearTimeout(timer);
  if (action.path === location.pathname + location.search) action.type = "replace"; // a task that leaves one where one was
  if (action.type === "push") save();
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const back = coming && scroller() !== rows(); // the page scrolled on while the list was away
  coming = false;
  if (ctx.target === document.body || back) restore().then(() => save());
  else save();
});

// ----------------------------------------------------------------------------------------------- coming back

document.addEventListener("htmx:before:history:restore", (event) => {
  const results = byId("results");
  const search = new URL(event.detail.path, location.href).search;
  if (!results || listOf(search) !== listOf(results.dataset.query)) return;
  event.preventDefault();
  coming = true;
  htmx.ajax("GET", event.detail.path, { source: "#detail" });
});

// The browser would move the focus to the body and scroll by itself.
window.navigation?.addEventListener("navigate", (event) => {
  if (event.navigationType !== "traverse" || !event.canIntercept || event.hashChange) return;
  clearTimeout(timer);
  event.intercept({ focusReset: "manual", scroll: "manual" });
});

// From the browser's memory of whole pages comes what was true when one left it. A form keeps what was typed into it. Where users sign in,
// nothing is seen of a page that comes back until the server has said that it may be.
const hide = (hidden) => { document.documentElement.style.visibility = hidden ? "hidden" : ""; };
const signsIn = () => document.querySelector(".user-menu");
addEventListener("pagehide", () => { if (signsIn()) hide(true); });
addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  if (!document.querySelector("form[data-saves]")) { location.reload(); return; }
  if (!signsIn()) return;
  const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" }).catch(() => null);
  if (answer?.ok) hide(false); else location.reload();
});

const opened = location.pathname + location.search + location.hash;
history.replaceState({ ...history.state, htmx: true }, "", clean(opened));
restore().then(() => save());
