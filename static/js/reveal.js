// Shows a password while it is typed, and sends a form of signing in once.
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-reveal]");
  const field = button && document.getElementById(button.dataset.reveal);
  if (!field) return;
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.textContent = shown ? "Hide" : "Show";
  button.setAttribute("aria-pressed", shown);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("[data-reveal][aria-pressed=true]")) button.click(); // no browser keeps it as plain text
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });
