//! The question before a change is taken back.

use askama::Template;

use super::common::When;
use super::import::Bar;

/// Asks whether a change is to be taken back.
#[derive(Template)]
#[template(path = "undo/ask.html")]
pub struct UndoQuestion {
    /// `Undo this change?`
    pub question: String,
    /// `Ruth Ashworth disabled Acme`
    pub did: String,
    pub when: When,
    /// Why it was done; empty where nobody said it.
    pub reason: String,
    /// The fields that get their former text again: label, text now, text then.
    pub fields: Vec<(String, String, String)>,
    /// What it means, a sentence each.
    pub sentences: Vec<String>,
    pub button: &'static str,
    pub action: String,
    pub token: String,
    pub cancel: String,
    /// Greatest length of the reason, in characters.
    pub limit: usize,
}

/// The undo of a batch: how far it is, or what came of it.
#[derive(Template)]
#[template(path = "undo/batch.html")]
pub struct BatchUndoShow {
    /// `Undoing the import`
    pub heading: &'static str,
    pub began: When,
    /// Why it is done; empty where nobody said it.
    pub reason: String,
    /// What it means, a sentence each.
    pub sentences: Vec<String>,
    /// Why it was interrupted.
    pub trouble: Option<String>,
    /// The address that is asked each second while it is active.
    pub poll: Option<String>,
    pub bar: Option<Bar>,
    pub skips_heading: String,
    /// What was left as it is.
    pub skips: Vec<SkipRow>,
    /// That only the first are shown.
    pub skips_note: Option<String>,
    /// Where an undo that has ended is taken back in turn: label and address.
    pub next: Option<(&'static str, String)>,
    /// Where it is resumed.
    pub resume: Option<String>,
    pub token: String,
    pub list: String,
}

/// Something that was left as it is, and why.
pub struct SkipRow {
    pub href: String,
    pub name: String,
    pub kind: String,
    pub reason: String,
}
