// What happens around a swap: the focus stays somewhere meaningful, and no late answer takes a newer one's place.
import { current, focusRow, rows, scroller } from "./list.js";

const byId = (id) => document.getElementById(id);
const lost = () => !document.activeElement || document.activeElement === document.body || !document.activeElement.checkVisibility();
const focus = (element) => element?.focus();

// Where the page scrolls and not the pane, what is new there begins at its top all the same.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "detail" && !rows()?.checkVisibility() && scroller() !== rows()) scrollTo(0, 0);
});

// ---------------------------------------------------------------------------------------------- late answers

let asked = 0;
const order = new WeakMap();
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "detail") order.set(ctx, ++asked);
});
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const late = order.has(ctx) && order.get(ctx) < asked;
  if (!late) return;
  // The outcome is still told; pane, title and address belong to what was asked for later.
  const main = tasks.findIndex((task) => task.type === "main");
  if (main >= 0) tasks.splice(main, 1);
  Object.assign(ctx, { push: "false", replace: "false", title: "", target: null });
  Object.assign(ctx.hx ?? {}, { pushurl: undefined, replaceurl: undefined });
});

// ----------------------------------------------------------------------------------------------------- focus

let plan = null;
let lastRow = null;

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const active = document.activeElement;
  const from = active && active !== document.body ? active : ctx.sourceElement;
  lastRow = current()?.closest("li") ?? lastRow;
  plan = {
    id: ctx.target?.id,
    fromRow: Boolean(ctx.sourceElement?.closest?.("#rows")),
    fromMenu: Boolean(from?.closest?.(".menu")),
    near: lastRow && [lastRow.id, lastRow.nextElementSibling?.id, lastRow.previousElementSibling?.id],
  };
});

document.addEventListener("htmx:after:swap", () => {
  const done = plan;
  plan = null;
  const pane = done?.id && byId(done.id);
  if (pane) settle(pane, done);
});

// What has to be looked at first: the field that is wrong, or what is said above all fields.
const wrongIn = (pane) => pane.querySelector("[aria-invalid]") ?? pane.querySelector(".summary, .alert, .conflicts, .error-pane");

function settle(pane, { id, fromRow, fromMenu, near }) {
  if (id === "import") { if (lost()) focus(pane.querySelector("h1")); return; } // it was asked by itself, not by anybody
  if (id !== "results" && wrongIn(pane)) { focus(wrongIn(pane)); return; }
  if (id === "detail" && fromRow && lost() && current()?.checkVisibility()) { focusRow(current()); return; }
  if (!lost()) return;
  if (id === "results") { focus(fromMenu ? byId("sort") : rows() ?? byId("q")); return; }
  if (id === "contacts" || id === "entitlements") { focus(pane.querySelector("h2")); return; }
  if (id !== "detail") return;
  if (pane.querySelector(".welcome") && rows()) toList(near);
  else focus(pane.querySelector("h1"));
}

// The row one was at, or its neighbour when it has gone.
function toList(near) {
  const link = near?.map((id) => id && byId(id)).find(Boolean)?.querySelector("a") ?? rows().querySelector('li[id^="row-"] a');
  if (link?.checkVisibility()) focusRow(link);
}

// An anchor is a place on this page, not a page of its own in the history.
document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.('a[href^="#"]');
  const target = anchor && byId(anchor.getAttribute("href").slice(1));
  if (!target) return;
  event.preventDefault();
  target.scrollIntoView({ block: target.matches("section") ? "start" : "nearest" });
  const place = target.matches("input, select, textarea, [tabindex]") ? target : target.querySelector("[tabindex], a, button");
  focus(place);
});

focus(wrongIn(byId("detail"))); // after a form that was sent without htmx
