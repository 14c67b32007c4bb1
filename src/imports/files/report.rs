//! What a check or an import found: counts, rows that are invalid, and warnings.

use std::collections::BTreeMap;

use csv::StringRecord;
use serde::{Deserialize, Serialize};

use super::columns::ColumnMap;
pub use super::finding::Finding;
use super::mapping::Alike;
use super::notes::Notes;
use super::table::Record;
use crate::domain::import::{Each, Subject};
use crate::domain::input::Errors;

/// Invalid rows and warnings that are kept; all are counted.
pub const KEPT: usize = 10_000;
/// Different things that are wrong and counted.
const REASONS: usize = 1_000;
/// Those that a page shows.
const SHOWN_REASONS: usize = 20;
/// Bytes of cells, names and reasons that are kept in all.
const KEPT_BYTES: usize = 16 << 20;
/// The longest reason that is kept, in characters.
const REASON: usize = 500;

/// What is wrong with a cell: a [`Finding`] without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    pub column: String,
    pub reason: String,
}

impl CellError {
    /// An error of a field.
    pub fn new(columns: &ColumnMap, field: &'static str, reason: impl Into<String>) -> Self {
        Self { column: columns.name(field).to_owned(), reason: cut(reason.into()) }
    }

    /// The errors that a form's check found.
    pub fn all(columns: &ColumnMap, errors: Errors) -> impl Iterator<Item = Self> {
        errors.into_iter().map(|error| Self::new(columns, error.field, error.sentence))
    }
}

/// A row that is not imported.
#[derive(Debug, Clone)]
pub struct InvalidRow {
    pub subject: Subject,
    pub line: u64,
    pub errors: Vec<CellError>,
    /// As they stand in the file.
    pub cells: StringRecord,
}

impl InvalidRow {
    /// What is wrong, a finding for each cell.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        self.errors.iter().cloned().map(|CellError { column, reason }| Finding { subject: self.subject, line: self.line, column, reason })
    }
}

/// What is wrong with how many cells.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reason {
    pub subject: Subject,
    /// As the file calls it; empty for rows as a whole.
    pub column: String,
    /// A whole sentence.
    pub reason: String,
    pub count: u64,
}

/// A new customer that looks like a known one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlikeRow {
    pub line: u64,
    /// As it would be shown.
    pub name: String,
    /// The known one.
    pub customer: i64,
    /// What both have: `same e-mail`.
    pub likeness: String,
    /// What people have decided.
    pub decided: Option<Alike>,
}

/// A customer that rows name, and of which there is none or more than one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingOwner {
    pub subject: Subject,
    /// As the first of the rows writes it.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// There are several of this name.
    pub several: bool,
}

/// How many rows of a file were or would be what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Left out by the mode.
    #[serde(alias = "passed_over")]
    pub skipped: u64,
    /// Not imported, since something is invalid.
    #[serde(alias = "wrong")]
    pub invalid: u64,
}

impl Counts {
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.new + self.changed + self.unchanged + self.skipped + self.invalid
    }

    /// Adds the rows of another part.
    pub fn add(&mut self, other: &Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
        self.invalid += other.invalid;
    }
}

/// All that was found, up to [`KEPT`] rows and warnings in full, and no more than [`KEPT_BYTES`] of them.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Of every row.
    pub counts: Each<Counts>,
    /// In the order they were met, the first ones.
    pub invalid: Vec<InvalidRow>,
    /// In the order they were met, the first ones.
    pub warnings: Vec<Finding>,
    /// How many warnings there are in all.
    pub warned: u64,
    /// What is left out or read as something else.
    pub notes: Notes,
    /// New customers that look like known ones, the first [`KEPT`].
    pub alike: Vec<AlikeRow>,
    /// How many there are of which nothing was decided.
    pub undecided: u64,
    /// Customers that were not found by the names that rows give.
    pub owners: Vec<MissingOwner>,
    /// How often what is wrong, of the first [`REASONS`] different ones.
    reasons: BTreeMap<(&'static str, String, String), u64>,
    bytes: usize,
}

impl Report {
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.counts.iter().map(Counts::rows).sum()
    }

    /// How many rows are invalid.
    #[must_use]
    pub fn invalid_rows(&self) -> u64 {
        self.counts.iter().map(|counts| counts.invalid).sum()
    }

    /// Adds the rows of another part.
    pub fn count(&mut self, counts: &Each<Counts>) {
        for subject in Subject::ALL {
            self.counts.of_mut(subject).add(counts.of(subject));
        }
    }

    /// Keeps an invalid row, as long as there is room. It is counted elsewhere.
    pub fn keep_invalid(&mut self, subject: Subject, record: &Record, errors: Vec<CellError>) {
        for CellError { column, reason } in &errors {
            let key = (subject.word(), column.clone(), reason.clone());
            if self.reasons.len() < REASONS || self.reasons.contains_key(&key) {
                *self.reasons.entry(key).or_default() += 1;
            }
        }
        // The first is kept however long it is.
        if self.invalid.len() < KEPT && self.bytes < KEPT_BYTES {
            let texts = errors.iter().map(|error| error.column.len() + error.reason.len());
            self.bytes += texts.sum::<usize>() + record.cells.as_slice().len() + record.cells.len() * size_of::<usize>();
            self.invalid.push(InvalidRow { subject, line: record.line, errors, cells: record.cells.clone() });
        }
    }

    /// How often what is wrong, the most frequent first.
    #[must_use]
    pub fn reasons(&self) -> Vec<Reason> {
        let reason = |((subject, column, reason), count): (&(&str, String, String), &u64)| {
            let (column, reason, count) = (column.clone(), reason.clone(), *count);
            Some(Reason { subject: Subject::parse(subject)?, column, reason, count })
        };
        let mut reasons: Vec<Reason> = self.reasons.iter().filter_map(reason).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        reasons.truncate(SHOWN_REASONS);
        reasons
    }

    /// Keeps a customer that looks like a known one, as long as there is room.
    pub fn look_alike(&mut self, row: AlikeRow) {
        self.undecided += u64::from(row.decided.is_none());
        if self.alike.len() < KEPT {
            self.alike.push(row);
        }
    }

    /// Keeps a warning, as long as there is room.
    pub fn warn(&mut self, mut warning: Finding) {
        warning.reason = cut(warning.reason);
        self.warned += 1;
        if self.warnings.len() < KEPT && self.bytes < KEPT_BYTES {
            self.bytes += warning.column.len() + warning.reason.len();
            self.warnings.push(warning);
        }
    }
}

/// A reason that may repeat a long cell.
fn cut(mut reason: String) -> String {
    if let Some((end, _)) = reason.char_indices().nth(REASON) {
        reason.truncate(end);
        reason.push('…');
    }
    reason
}
