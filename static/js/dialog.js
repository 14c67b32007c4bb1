// The one dialog of the page: it asks before a deletion, and shows what others put into it.

export const dialog = () => document.getElementById("dialog");
export const isOpen = () => dialog()?.open ?? false;

// Where the focus goes back to when a key opened the dialog and nothing had it before.
let opener = null;

// Opens it with what was put into it, named by its heading.
export function show(heading, from) {
  const box = dialog();
  opener = from;
  box.setAttribute("aria-labelledby", heading);
  if (!box.open) box.showModal();
}

// A question arrives in the dialog; an error does not belong there.
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const main = tasks.find((task) => task.type === "main");
  if (main?.target === dialog() && ctx.response?.status >= 400) {
    main.target = document.getElementById("detail");
    ctx.target = main.target;
  }
  if (isOpen() && (dialog().contains(ctx.sourceElement) ? ctx.target !== dialog() : ctx.target?.id === "detail")) dialog().close();
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target === dialog() && dialog().childElementCount) show("question", ctx.sourceElement);
});

// Before htmx sees the click: Cancel is a link to the page one came from, and here that page is still there.
document.addEventListener("click", (event) => {
  const box = dialog();
  if (!box?.open) return;
  if (event.target !== box && !event.target.closest?.("#dialog [data-cancel]")) return;
  event.preventDefault();
  event.stopPropagation();
  box.close();
}, true);

// Emptied, so that its ids are not on the page twice. The event does not bubble, and comes late: the dialog may be open again by then,
// with something else in it.
document.addEventListener("close", ({ target }) => {
  if (target !== dialog() || target.open) return;
  target.replaceChildren();
  if (document.activeElement === document.body && opener?.isConnected) opener.focus();
}, true);

// Asks before something is done that no page asks for. Closing it is a no.
export function ask(question, sentence, no, yes) {
  const box = dialog();
  const stay = make("button", { className: "btn", autofocus: true }, no, " ", make("kbd", { textContent: "Esc", ariaHidden: "true" }));
  const go = make("button", { className: "btn solid", value: "yes", textContent: yes });
  const words = [make("h1", { id: "question", textContent: question }), make("p", { textContent: sentence })];
  box.replaceChildren(make("div", { className: "confirm" }, ...words, make("form", { method: "dialog" }, stay, go)));
  box.returnValue = "";
  show("question", document.activeElement);
  return new Promise((answer) => {
    const closed = () => {
      if (box.open) return; // of what was open before
      box.removeEventListener("close", closed);
      answer(box.returnValue === "yes");
    };
    box.addEventListener("close", closed);
  });
}

export const make = (tag, props = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};
