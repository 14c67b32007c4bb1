// Single keys. A key clicks the visible control that bears it (data-key), so there is one way to do a thing.
import { isOpen } from "./dialog.js";
import { unsaved } from "./guard.js";
import { current, focusRow, move, openFirst, rows, whenShown } from "./list.js";
import { whenTold } from "./message.js";
import { whenFound } from "./search.js";

// Keys that act on what is open: they wait for the row marked current.
const tasks = new Set(["e", "d", "#", "c", "y", "r"]);
const characters = new Set(["/", "?", "#"]);

// `g` waits a moment for the key that says where to go: `g a` is Activity.
const GO = "g";
const WAIT = 1500;
let going = 0;

const control = (key) => [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((found) => found.checkVisibility());
const typing = (target) => target.isContentEditable || target.matches?.("select, textarea, input:not([type=checkbox], [type=radio], [type=button])");
const pane = () => document.getElementById("detail");

// The sign that the key produced. A letter of another script falls back to the key's place.
function sign(event) {
  const { key, code } = event;
  // AltGr comes as Ctrl and Alt, Option as Alt: where they made the sign, they are no chord.
  const made = characters.has(key) && event.altKey && !event.metaKey;
  const chord = event.ctrlKey || event.altKey || event.metaKey;
  if (chord && !made && !event.getModifierState("AltGraph")) return null;
  if (key.length !== 1) return key;
  const letter = /^Key([A-Z])$/.exec(code);
  const foreign = /^[\p{L}\p{M}]/u.test(key) && !/^\p{Script=Latin}/u.test(key);
  const latin = letter && foreign ? letter[1].toLowerCase() : key;
  return event.shiftKey ? (/[a-z]/i.test(latin) ? null : latin) : latin.toLowerCase();
}

function press(found) {
  if (!found) return;
  if (found.matches("input")) {
    found.focus();
    found.select();
  } else {
    found.click();
  }
}

function enter(event) {
  const { target } = event;
  const row = target.closest?.("#rows a");
  if (target !== document.body && target !== pane() && (!row || row !== current())) return;
  if (!current() && !pane()?.querySelector("[data-row]")) return;
  event.preventDefault();
  whenShown(() => pane().querySelector("h1")?.focus());
}

function escape(event) {
  const { target } = event;
  const menu = document.querySelector("details.menu[open]");
  const search = target.closest?.("[role=search] input");
  const cancels = [...document.querySelectorAll("#detail [data-cancel]")].filter((found) => found.checkVisibility());
  const cancel = cancels.find((found) => found.closest("form")?.contains(target)) ?? cancels[0];
  const back = pane()?.querySelector(".back");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (search?.value) {
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (search) {
    search.blur();
    toList();
  } else if (cancel && target !== cancel && unsaved(cancel.closest("form"))) {
    cancel.focus(); // one key alone takes nothing back that was typed
  } else if (cancel) {
    cancel.click();
  } else if (back?.checkVisibility()) {
    back.click();
  } else {
    toList();
  }
  event.preventDefault();
}

function toList() {
  const link = current() ?? rows()?.querySelector('li[id^="row-"] a');
  if (link?.checkVisibility()) focusRow(link);
}

function save(event) {
  const form = event.target.closest?.("form[data-saves]") ?? pane()?.querySelector("form[data-saves]");
  if (!form) return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit();
}

function act(event, key) {
  const list = event.target === document.body || event.target.closest?.("#list") && !event.target.closest("details[open]");
  const step = { j: 1, k: -1 }[key] ?? (list ? { ArrowDown: 1, ArrowUp: -1 }[key] : undefined);
  if (step) {
    if (!rows()) return;
    event.preventDefault();
    if (!move(step, event.repeat) && key === "ArrowUp") control("/")?.focus();
    return;
  }
  if (event.repeat) return;
  if (key === "Enter") { enter(event); return; }
  if (key.length !== 1) return;
  if (Date.now() < going) {
    going = 0;
    const place = control(`${GO} ${key}`);
    if (place) {
      event.preventDefault();
      press(place);
      return;
    }
  }
  if (key === GO) {
    going = Date.now() + WAIT;
    event.preventDefault();
    return;
  }
  if (tasks.has(key)) {
    whenShown(() => press(control(key)));
    event.preventDefault();
    return;
  }
  if (key === "u") {
    whenTold(() => press(control(key)));
    return;
  }
  const found = control(key);
  if (!found) return;
  event.preventDefault();
  press(found);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || !event.key) return;
  if (isOpen()) return; // Esc closes it by itself
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { save(event); return; }
  const key = sign(event);
  if (key === null) return;
  if (key === "Escape") {
    if (!event.repeat) escape(event);
    return;
  }
  // The key of a keyboard on the screen means: show me the hits.
  const opens = key === "ArrowDown" || key === "Enter" && !matchMedia("(pointer: coarse)").matches;
  if (opens && event.target.id === "q") {
    event.preventDefault();
    if (!event.repeat) whenFound(openFirst);
    return;
  }
  if (typing(event.target) || document.documentElement.classList.contains("no-keys")) return;
  act(event, key);
});
