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
    /// What columns are understood.
    pub help: String,
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
    /// What has to be said before the import can begin.
    pub questions: Vec<String>,
    /// Where its columns can be matched.
    pub matching: Option<String>,
    /// What is left out or read as something else.
    pub notes: Vec<NoteRow>,
    /// How often what is wrong.
    pub reasons: Vec<NoteRow>,
    /// The first rows as they would be stored.
    pub first: Vec<PreviewedRow>,
    /// Where all rows are looked through.
    pub rows: Option<String>,
    /// Customers that it has created: address and name.
    pub made: Vec<(String, String)>,
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

/// Something that is said of several rows.
pub struct NoteRow {
    pub column: String,
    /// `12 rows`
    pub rows: String,
    /// Where the first is; empty where that is not kept.
    pub line: String,
    pub text: String,
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

/// Where the columns of an import's files go.
#[derive(Template)]
#[template(path = "import/columns.html")]
pub struct ImportMapping {
    /// What each file is.
    pub facts: Vec<String>,
    /// What has to be said before the import can begin.
    pub questions: Vec<String>,
    pub files: Vec<MappedFile>,
    /// New customers that look like known ones.
    pub alike: Vec<AlikeChoice>,
    pub alike_for_all: Vec<Choosable>,
    pub token: String,
    pub action: String,
    pub back: String,
}

/// One of the options of a field.
pub struct Choosable {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// A file whose columns are matched.
pub struct MappedFile {
    /// `customers`: what the names of its fields in the form begin with.
    pub subject: &'static str,
    pub name: String,
    pub columns: Vec<MappedColumn>,
    pub constants: Vec<Constant>,
    /// What customers are recognized by; none for other files.
    pub keys: Vec<Choosable>,
    /// Customers that were not found by the names that rows give.
    pub owners: Vec<OwnerChoice>,
    /// Words of a status that have to be explained.
    pub words: Vec<WordChoice>,
    /// In which order dates are read; none where there are no dates.
    pub dates: Vec<Choosable>,
    pub nothing: bool,
    pub clear: bool,
    pub encoding: String,
    pub sheets: Vec<Choosable>,
    pub separators: Vec<Choosable>,
    pub header_line: u64,
    /// Mappings that were kept for such files: id and name.
    pub kept: Vec<(i64, String)>,
}

pub struct MappedColumn {
    pub place: usize,
    pub name: String,
    pub samples: Vec<String>,
    pub goes: Vec<Choosable>,
    pub also: Vec<Choosable>,
    /// It goes to a second field.
    pub is_also: bool,
    pub is_left_out: bool,
}

/// A field that every row has.
pub struct Constant {
    pub place: usize,
    pub fields: Vec<Choosable>,
    pub value: String,
}

/// A customer that was not found by the name that rows give.
pub struct OwnerChoice {
    pub place: usize,
    pub name: String,
    /// `3 rows, there are several of this name`
    pub hint: String,
    /// The number that people have given.
    pub number: String,
}

pub struct WordChoice {
    pub word: String,
    pub meanings: Vec<Choosable>,
}

/// A new customer that looks like a known one.
pub struct AlikeChoice {
    pub line: u64,
    pub name: String,
    pub likeness: String,
    pub known: String,
    pub number: String,
    pub href: String,
    pub choices: Vec<Choosable>,
}

/// Rows of an import, page by page.
#[derive(Template)]
#[template(path = "import/rows.html")]
pub struct ImportRows {
    pub name: String,
    pub outcomes: Vec<Choosable>,
    pub about: String,
    pub rows: Vec<PreviewedRow>,
    pub action: String,
    pub next: Option<String>,
    pub back: String,
}

/// A row as it would be stored, or what is wrong with it.
pub struct PreviewedRow {
    pub file: &'static str,
    pub line: String,
    pub outcome: &'static str,
    pub cells: Vec<PreviewedCell>,
}

pub struct PreviewedCell {
    pub label: String,
    pub before: Option<String>,
    pub after: String,
}
