// The colour scheme: the system's, light or dark. Not a module: it runs before the first paint, so nothing flashes.
(() => {
  const root = document.documentElement;
  const words = { system: "as the system", light: "light", dark: "dark" };
  const order = ["system", "light", "dark"];
  root.classList.add("js");

  const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* this page only, then */ } };

  let theme = order.includes(read("theme")) ? read("theme") : "system";
  const apply = () => {
    if (theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      const label = `Colours: ${words[theme]}`;
      button.setAttribute("aria-label", label);
      button.title = label;
    }
  };

  apply();
  if (read("keys") === "off") root.classList.add("no-keys");
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("htmx:after:swap", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    theme = order[(order.indexOf(theme) + 1) % order.length];
    keep("theme", theme);
    apply();
  });
  addEventListener("storage", (event) => {
    if (event.key !== "theme") return;
    theme = order.includes(event.newValue) ? event.newValue : "system";
    apply();
  });
})();
