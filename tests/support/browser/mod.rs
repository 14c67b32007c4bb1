//! A real Chromium, driven as a person would: by what stands on the screen, by keys, and by nothing else.

mod checks;
mod conditions;
mod driver;
mod input;
mod reading;
mod run;
mod session;
mod words;

pub use checks::Rules;
pub use conditions::{ALT, CTRL, Key, META, SHIFT};
pub use input::key;
pub use run::{browse, browse_and_restart};
pub(crate) use run::{in_browser, with_and_without_scripts};
pub use session::Browser;
