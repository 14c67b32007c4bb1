//! The program in a real Chromium.

#[path = "../support/browser.rs"]
mod browser;
mod forms;
mod history;
mod keyboard;
mod keys;
mod life;
mod looks;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod swaps;
