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
    pub steps: [Step; 3],
}

/// A step of an import.
pub struct Step {
    pub label: &'static str,
    pub is_done: bool,
    pub is_current: bool,
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
    /// While nothing is imported yet.
    pub steps: Vec<Step>,
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
    /// `Match the columns of hubspot.csv`
    pub heading: String,
    pub steps: [Step; 3],
    /// Of one file, what is in it.
    pub facts: Vec<String>,
    /// Why the files cannot be imported as they are.
    pub trouble: Option<String>,
    /// What has to be said before the import can begin.
    pub questions: Vec<OpenQuestion>,
    /// `3 warnings`
    pub warnings_heading: String,
    /// The first things that are invalid, left out or read as something else.
    pub warnings: Vec<NoteRow>,
    pub files: Vec<MappedFile>,
    /// New customers that look like known ones.
    pub alike: Vec<AlikeChoice>,
    pub alike_for_all: Vec<Choosable>,
    pub token: String,
    pub action: String,
    pub back: String,
    /// Where the import is discarded.
    pub discard: Option<String>,
    /// How many days the files are kept.
    pub kept_days: i64,
}

/// A question, and where on the page it is answered.
pub struct OpenQuestion {
    pub text: String,
    /// The id of an element.
    pub place: String,
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
    /// `212 rows`, `13 columns`, `10 will be imported, 3 won’t`
    pub facts: Vec<String>,
    pub columns: Vec<MappedColumn>,
    pub constants: Vec<Constant>,
    /// What customers are recognized by; none for other files.
    pub keys: Vec<Choosable>,
    /// Where that stands in this file.
    pub key_hint: String,
    /// Customers that were not found by the names that rows give.
    pub owners: Vec<OwnerChoice>,
    /// Words of a status that have to be explained.
    pub words: Vec<WordChoice>,
    /// `n/a` and the like are read as empty.
    pub nothing: bool,
    /// Empty cells clear what is stored.
    pub clear: bool,
    pub read: FileReading,
    /// Mappings that were kept for such files: id and name.
    pub kept: Vec<(i64, String)>,
}

/// How a file is read, and how else it could be.
pub struct FileReading {
    /// In which order dates are read; none where there are no dates.
    pub dates: Vec<Choosable>,
    /// In which order they are read now: `the day first`.
    pub dates_now: &'static str,
    /// It is asked in which order.
    pub dates_open: bool,
    pub encoding: String,
    /// It is a guess, and asked about.
    pub encoding_open: bool,
    pub sheets: Vec<Choosable>,
    /// The one that is read.
    pub sheet: String,
    pub separators: Vec<Choosable>,
    /// `semicolons`
    pub separator: &'static str,
    pub header_line: u64,
}

pub struct MappedColumn {
    pub place: usize,
    pub name: String,
    pub samples: Vec<String>,
    /// How many cells are empty: `empty`, `3 empty`; nothing where none is.
    pub empty: String,
    /// What is said of where it goes.
    pub badge: Option<Badge>,
    pub goes: Vec<Choosable>,
    pub also: Vec<Choosable>,
    /// It goes to a second field.
    pub is_also: bool,
    pub is_left_out: bool,
}

/// What is said of where a column goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Badge {
    /// Records are recognized by it.
    Key,
    /// It was found out, and nobody has looked at it.
    Guessed,
}

impl Badge {
    fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Guessed => "guessed",
        }
    }
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
