//! Puts a screen together: the list beside what is shown at the right, whole or the part that was asked for. A handler that reads calls
//! [`show`] and says no more than what stands at the right; one that changes something goes through [`super::change`].

mod answer;
mod compose;
mod gate;
mod pane;

pub use super::view::draw;
pub use answer::{admit, alone, compose_or_fail, failed, failed_alone, rejection, show, unreadable};
pub use gate::{gate, kept_form, send_kept, sign_in_page};
pub use pane::{DetailPane, ImportPane};
