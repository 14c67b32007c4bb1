//! The history as people read it: what happened, and the sentence that says it. Nothing here is HTML: a page draws the parts of a sentence, a
//! file writes them as text.

mod batches;
pub mod days;
pub mod difference;
mod events;
mod filter;
mod line;
mod sentence;
mod tell;
mod values;

pub use self::filter::{Filter, Older, What, person_word};
pub use self::line::{Counts, Line, Names, PastBatch, PastEvent, Source};
pub use self::sentence::{Detail, Part, Reader, Scope, Sentence};
