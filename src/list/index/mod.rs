//! The index of searches: which customers may have what is looked for. It is the same on both engines.
//!
//! The list by name is divided into [`parts`] of some thousand customers each. In its part, each customer has a slot, in order; and for each
//! [gram](super::gram) of a part the set of [`slots`] is stored whose customers have it. A search reads the sets of its grams, of one part first
//! and of more and more, and compares the customers in the slots that are left ([`scan`]): they come in the order of names.
//!
//! A save never changes a part: it writes the customer's text, and marks the customer ([`save`]). Each search compares all that are marked, so what
//! is saved is found at once, and two who save different customers do not wait for each other. When many are marked, the part with the most of
//! them is made anew in the background ([`mod@fold`]), which takes some hundredths of a second; [`fill`] makes all of them. What is stale in a part
//! does not matter: a marked customer is not looked for in parts, nor is one whose name has gone to another.
//!
//! The idea is that of an inverted index in segments (Zobel and Moffat, "Inverted files for text search engines", ACM Computing Surveys 38(2),
//! 2006), divided by the order in which hits are shown.

pub mod behind;
pub mod build;
pub mod check;
pub mod fill;
pub mod fold;
pub mod parts;
pub mod save;
pub mod scan;
pub mod slots;
pub mod tally;
