//! A line of the history in words.

use super::batches::of_batch;
use super::events::of_event;
use super::line::Line;
use super::sentence::{Reader, Sentence};

impl Line {
    /// The line in words.
    #[must_use]
    pub fn sentence(&self, reader: Reader<'_>) -> Sentence {
        match self {
            Self::Event(event) => of_event(event, reader),
            Self::Batch(batch) => of_batch(batch, reader),
        }
    }
}
