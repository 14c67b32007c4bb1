// Buttons that copy a number or an identifier.

// Without a secure connection there is no clipboard to write to, but a selection can still be copied.
function bySelection(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "visually-hidden" });
  const active = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  active?.focus();
  return done ? Promise.resolve() : Promise.reject(new Error("nothing was copied"));
}

const write = (text) => navigator.clipboard ? navigator.clipboard.writeText(text).catch(() => bySelection(text)) : bySelection(text);

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button[data-copy]");
  if (!button) return;
  const told = await write(button.dataset.copy).then(() => `Copied ${button.dataset.copy}`, () => "This browser does not let a page copy.");
  document.getElementById("status").textContent = told;
  if (!told.startsWith("Copied")) return;
  button.dataset.copied = "";
  setTimeout(() => { delete button.dataset.copied; }, 1500);
});
