// A form that somebody typed into is not left without a question. Saving and Cancel say what they do, so they ask nothing.
import { ask, dialog } from "./dialog.js";
import { stay } from "./list.js";

const pane = () => document.getElementById("detail");
const touched = (field) =>
  field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.type === "checkbox" ? field.checked !== field.defaultChecked
      : field.type !== "hidden" && field.defaultValue !== undefined && field.value !== field.defaultValue;

// Was it changed, or did it come back from being sent without having been taken?
export const unsaved = (form) => Boolean(form) && ("returned" in form.dataset || [...form.elements].some(touched));
const unsavedIn = (part) => [...part?.querySelectorAll("form[data-saves]") ?? []].filter(unsaved);

const leave = () => ask("Leave this form?", "Your changes are not saved.", "Stay", "Leave");
function back(form) {
  const fields = [...form.elements].filter((field) => field.type !== "hidden" && field.checkVisibility());
  (fields.find(touched) ?? fields.find((field) => field.ariaInvalid === "true") ?? fields[0])?.focus();
}

// --------------------------------------------------------------------------------------- what takes its place

// The forms that the answer to a request would sweep away. A question is asked in the dialog; what it is about is swept away after it.
function atStake({ sourceElement: source, target }) {
  if (!target || source === target || dialog()?.contains(source) || source.matches("[data-cancel]")) return [];
  const part = target === dialog() ? source.closest("#contacts, #entitlements, #detail") : target;
  return unsavedIn(part).filter((form) => !form.contains(source));
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (atStake(ctx).length) ctx.confirm = "Leave this form?";
});
document.addEventListener("htmx:confirm", async (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const [form] = atStake(ctx);
  if (!form) return;
  event.preventDefault();
  if (await leave()) { issueRequest(); return; }
  dropRequest();
  stay();
  back(form);
});

// ------------------------------------------------------------------------------------- Back, Forward, the tab

let going = false;
window.navigation?.addEventListener("navigate", async (event) => {
  if (going || event.navigationType !== "traverse" || !event.cancelable) return;
  const [form] = unsavedIn(pane());
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!await leave()) { back(form); return; }
  going = true;
  await navigation.traverseTo(event.destination.key).finished.catch(() => {});
  going = false;
});

// Only while there is something to lose: a page that listens for this may not be kept in the browser's memory.
const hold = (event) => event.preventDefault();
function watch() {
  if (unsavedIn(pane()).length) addEventListener("beforeunload", hold);
  else removeEventListener("beforeunload", hold);
}
for (const type of ["input", "change", "htmx:after:swap"]) document.addEventListener(type, watch);
watch();

// What the browser itself sends or follows, without htmx, says what it does, too.
const release = (event) => {
  if (!event.defaultPrevented && (event.type === "submit" || event.target.closest?.("[data-cancel]"))) removeEventListener("beforeunload", hold);
};
for (const type of ["submit", "click"]) document.addEventListener(type, release);
