//! The question before a change is taken back.

use askama::Template;

use super::When;

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
