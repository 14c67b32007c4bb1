// The message about a task: it leaves by itself after a while, or when it is dismissed; then it takes up no place.
import { make } from "./dialog.js";

const byId = (id) => document.getElementById(id);

// It stays while the pointer or the focus is in it: the style sheet pauses what makes it leave.
document.addEventListener("animationend", ({ target, animationName }) => {
  if (animationName === "leave") target.remove();
});
document.addEventListener("click", ({ target }) => {
  const toast = target.closest?.("[data-dismiss]")?.closest(".toast");
  if (!toast) return;
  const focused = toast.contains(document.activeElement);
  toast.remove();
  if (focused) byId("detail")?.focus();
});

// Tasks that were sent and have no answer yet: the next message is about the last of them.
const sent = new Set();
let wanted = null;
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.matches?.("form[method=post]")) sent.add(ctx);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!sent.delete(ctx) || sent.size) return;
  const then = wanted;
  wanted = null;
  then?.();
});

// Does something with the message: now, or once it is the one about what was done last.
export function whenTold(then) {
  if (sent.size) wanted = then;
  else then();
}

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx || ctx.target?.id === "import") return; // an import asks again in a second
  const text = "The server did not answer. Nothing you typed is lost: try again.";
  const dismiss = make("button", { type: "button", ariaLabel: "Dismiss", title: "Dismiss" }, make("span", { ariaHidden: "true", textContent: "×" }));
  dismiss.dataset.dismiss = "";
  byId("flash")?.replaceChildren(make("div", { className: "toast" }, make("p", { textContent: text }), dismiss));
  const status = byId("status");
  if (status) status.textContent = text;
});
