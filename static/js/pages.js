// The pages of rows, which load as one scrolls: each row once, and what one looks at stays where it is.
import { current, rows, scroller } from "./list.js";

const byId = (id) => document.getElementById(id);

let place = null;
let renewed = false;
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  renewed = tasks.some((task) => task.type === "partial" && task.target?.id === "results");
  const pager = ctx.target?.id;
  if (pager !== "next" && pager !== "prev") return;
  const main = tasks.find((task) => task.type === "main");
  main?.fragment.querySelector(pager === "next" ? "#prev" : "#next")?.remove();
  for (const item of main?.fragment.querySelectorAll('li[id^="row-"]') ?? []) if (byId(item.id)) item.remove(); // it has moved
  const first = rows()?.querySelector('li[id^="row-"]');
  if (pager === "prev" && first) place = { first, top: first.getBoundingClientRect().top };
});
document.addEventListener("htmx:after:swap", () => {
  if (place?.first.isConnected) scroller().scrollTop += place.first.getBoundingClientRect().top - place.top;
  place = null;
  if (renewed) current()?.scrollIntoView({ block: "center" }); // a new customer brings the list around it
  renewed = false;
});

// The next page is asked for before one comes to its end; the page before when one scrolls up to it, never because it happens to be in
// view. Where the page itself scrolls, one asks by a click: else nobody came to what follows the list.
const tops = new WeakMap();
const reach = (pager) => byId(pager)?.querySelector("a").dispatchEvent(new CustomEvent("reach"));
function reachNext() {
  const list = rows();
  if (list?.clientHeight && scroller() === list && list.scrollHeight - list.scrollTop - list.clientHeight < 600) reach("next");
}
document.addEventListener("scroll", ({ target }) => {
  if (target.id !== "rows") return;
  if (target.scrollTop < Math.min(tops.get(target) ?? 0, 400)) reach("prev");
  tops.set(target, target.scrollTop);
  reachNext();
}, { capture: true, passive: true });
document.addEventListener("wheel", ({ target, deltaY }) => {
  if (deltaY < 0 && target.closest?.("#rows")?.scrollTop < 400) reach("prev");
}, { passive: true });
document.addEventListener("htmx:after:swap", reachNext);
addEventListener("resize", reachNext);
addEventListener("load", reachNext);
