//! Puts a screen together: the list beside what is shown at the right, whole or the part that was asked for. A handler that reads calls
//! [`show`] and says no more than what stands at the right; one that changes something goes through [`super::change`].

mod answer;
mod compose;
mod pane;

pub use answer::{alone, compose_or_fail, failed, rejection, show, unreadable};
pub use pane::{DetailPane, ImportPane, draw};
