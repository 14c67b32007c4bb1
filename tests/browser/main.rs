//! The program in a real Chromium.

#[path = "../support/browser/mod.rs"]
mod browser;
mod conflicts;
mod detail;
mod entitlements;
mod export;
mod forms;
mod history;
mod history_page;
mod import;
mod keyboard;
mod keys;
mod life;
mod looks;
mod paper;
mod pictures;
mod portal;
mod portal_looks;
mod search_help;
mod sign_in;
#[path = "../support/mod.rs"]
mod support;
mod swaps;
mod undo;
mod users;
mod windows;
