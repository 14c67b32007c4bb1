//! The program in a real Chromium.

#[path = "../support/browser.rs"]
mod browser;
mod life;
#[path = "../support/mod.rs"]
mod support;
