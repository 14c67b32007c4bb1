// The browser's calendar for a date that is typed as text: it writes the day into the field.
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-calendar]");
  const field = button && document.getElementById(button.dataset.calendar);
  if (!field) return;
  button.parentElement.querySelector("[type=date]")?.remove();
  // Without a name it is not sent; whoever uses no mouse has the field itself.
  const picker = Object.assign(document.createElement("input"), { type: "date", defaultValue: field.value, tabIndex: -1, ariaHidden: "true" });
  picker.addEventListener("change", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    picker.remove();
  });
  button.before(picker);
  picker.showPicker();
});
