//! The import of files.

use askama::Template;

use super::common::When;

/// The form that takes files, and the latest imports.
#[derive(Template)]
#[template(path = "import/start.html")]
pub struct ImportStart {
    pub action: String,
    /// Makes a form that is sent twice one import.
    pub token: String,
    /// What was wrong with the form that was sent.
    pub alert: Option<String>,
    /// The fields for files: name, label, hint.
    pub files: [(&'static str, &'static str, &'static str); 3],
    /// Value, label, and whether it is chosen.
    pub modes: [(&'static str, &'static str, bool); 3],
    pub cancel: String,
    pub latest: Vec<ImportRow>,
}

/// An earlier import in a line.
pub struct ImportRow {
    pub href: String,
    /// The names of its files.
    pub files: String,
    /// `Done`, `Importing, 62 %`
    pub state: String,
    pub when: When,
}

/// One import, wherever it stands.
#[derive(Template)]
#[template(path = "import/show.html")]
pub struct ImportShow {
    /// `Checking files`
    pub heading: String,
    /// Names of the files, how they are taken, when they came.
    pub facts: Vec<String>,
    pub uploaded: When,
    /// What it means, and what can be done: a sentence each.
    pub sentences: Vec<String>,
    /// Why it failed, or why it cannot be imported.
    pub trouble: Option<String>,
    /// The address that is asked each second while it is active.
    pub poll: Option<String>,
    pub bar: Option<Bar>,
    pub counts: Vec<CountRow>,
    /// What the counts are: `Preview`.
    pub counts_heading: &'static str,
    pub lists: Vec<FindingList>,
    /// What each file's columns are imported as.
    pub columns: Vec<ColumnTable>,
    /// The invalid rows as a file.
    pub invalid_file: Option<String>,
    /// What is offered: label, address, style of the button.
    pub tasks: Vec<(String, String, &'static str)>,
    /// Where an import that has ended is taken back: label and address.
    pub undo: Option<(&'static str, String)>,
    pub token: String,
    pub list: String,
    pub again: String,
}

/// The progress bar.
pub struct Bar {
    pub label: &'static str,
    pub value: u64,
    pub max: u64,
    /// `62 %`
    pub percent: String,
    /// `12,000 of 40,000 rows · 3,400 rows per second · about 8 seconds left`
    pub words: String,
}

/// A file's rows, counted.
pub struct CountRow {
    pub file: String,
    pub new: String,
    pub changed: String,
    pub unchanged: String,
    pub skipped: String,
    pub invalid: String,
}

/// Invalid rows, or warnings.
pub struct FindingList {
    pub id: &'static str,
    pub heading: String,
    pub rows: Vec<FindingRow>,
    /// That only the first are shown.
    pub note: Option<String>,
}

pub struct FindingRow {
    pub file: &'static str,
    pub line: String,
    pub column: String,
    pub reason: String,
}

/// What a file's columns are imported as.
pub struct ColumnTable {
    pub subject: &'static str,
    pub file: String,
    /// The column's name, and the field that it is imported as.
    pub columns: Vec<(String, Option<String>)>,
}
