// The rows of a customer's panes: where one was, one stays, whatever takes a row's place.

const byId = (id) => document.getElementById(id);
const panes = new Set(["contacts", "entitlements", "contact-rows"]);

let plan = null;
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  plan = null;
  // A task in one pane draws the rows of the other again: a form that is open among them stays.
  const swept = tasks.findIndex(({ type, target }) => type === "partial" && target?.id === "contact-rows" && target.querySelector("form[data-saves]"));
  if (swept >= 0) tasks.splice(swept, 1);
  if (!panes.has(ctx.target?.id)) return;
  delete ctx.request.anchor; // it is for whoever comes from elsewhere
  const active = document.activeElement;
  const from = active && active !== document.body ? active : ctx.sourceElement;
  const row = from?.closest?.("tr");
  plan = {
    pane: ctx.target.id,
    row: row?.id,
    line: row ? [...row.parentElement.children].indexOf(row) : -1,
    inMenu: Boolean(from?.closest?.(".menu")),
    more: "more" in (ctx.sourceElement?.dataset ?? {}) ? ctx.target.querySelectorAll("tbody tr").length : -1,
  };
});

// Before the focus is looked after in general: what is found here is the better place.
document.addEventListener("htmx:after:swap", () => {
  const done = plan;
  plan = null;
  const pane = done && byId(done.pane);
  const lost = !document.activeElement || document.activeElement === document.body || !document.activeElement.checkVisibility();
  if (!pane || !lost || pane.querySelector("[aria-invalid], .alert, .summary, .conflicts")) return;
  const lines = pane.querySelectorAll("tbody tr");
  const row = done.more >= 0 ? lines[done.more]
    : byId(done.row) ?? pane.querySelector("tr[aria-current]") ?? lines[Math.min(done.line, lines.length - 1)];
  const form = row?.querySelector("form[data-saves]");
  if (form) { focusIn(row, "[autofocus], input:not([type=hidden])"); return; }
  focusIn(row, done.inMenu && row?.id === done.row ? "summary" : ".row-tasks :is(a, button, summary)");
});

function focusIn(row, selector) {
  const found = row?.querySelector(selector);
  if (!found) return;
  found.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// A menu at the lower edge opens into view.
document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches?.(".row-tasks .menu")) target.querySelector("ul").scrollIntoView({ block: "nearest" });
}, true);
