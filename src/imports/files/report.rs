//! What a check or an import found: counts, rows that are invalid, and warnings.

use csv::StringRecord;
use serde::{Deserialize, Serialize};

use super::columns::ColumnMap;
use super::table::{ERROR_COLUMNS, Record};
use crate::domain::csv::guarded;
use crate::domain::import::{Each, Subject};
use crate::domain::input::Errors;

/// Invalid rows and warnings that are kept; all are counted.
pub const KEPT: usize = 10_000;
/// Bytes of cells that are kept with invalid rows.
const KEPT_BYTES: usize = 16 << 20;

/// What is wrong with a cell: a [`Finding`] without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    pub column: String,
    pub reason: String,
}

impl CellError {
    /// An error of a field.
    pub fn new(columns: &ColumnMap, field: &'static str, reason: impl Into<String>) -> Self {
        Self { column: columns.name(field).to_owned(), reason: reason.into() }
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
    /// As they stand in the file; `None` where so much is invalid that they are not kept.
    pub cells: Option<StringRecord>,
}

/// Something about one place of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    pub subject: Subject,
    /// The line its row begins at.
    pub line: u64,
    /// As the file calls it; empty for the row as a whole.
    pub column: String,
    /// A whole sentence.
    pub reason: String,
}

impl InvalidRow {
    /// What is wrong, a finding for each cell.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        self.errors.iter().cloned().map(|CellError { column, reason }| Finding { subject: self.subject, line: self.line, column, reason })
    }
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

/// All that was found, up to [`KEPT`] rows and warnings in full.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Of every row.
    pub counts: Each<Counts>,
    /// In the order they were met, the first [`KEPT`].
    pub invalid: Vec<InvalidRow>,
    /// In the order they were met, the first [`KEPT`].
    pub warnings: Vec<Finding>,
    /// How many warnings there are in all.
    pub warned: u64,
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
        if self.invalid.len() < KEPT {
            self.bytes += record.cells.as_slice().len();
            let cells = (self.bytes <= KEPT_BYTES).then(|| record.cells.clone());
            self.invalid.push(InvalidRow { subject, line: record.line, errors, cells });
        }
    }

    /// Keeps a warning, as long as there is room.
    pub fn warn(&mut self, warning: Finding) {
        self.warned += 1;
        if self.warnings.len() < KEPT {
            self.warnings.push(warning);
        }
    }

    /// The invalid rows as records of a file that can be fixed and imported again: which file, line, columns and reasons, then the cells.
    /// Where several files have invalid rows, the names of the cells' columns begin with the file's (`contacts.email`).
    pub fn invalid_as_records<'a>(&'a self, columns: &'a Each<Option<ColumnMap>>) -> impl Iterator<Item = Vec<String>> + 'a {
        let subjects: Vec<Subject> = Subject::ALL.into_iter().filter(|subject| self.counts.of(*subject).invalid > 0).collect();
        let mut head: Vec<String> = ERROR_COLUMNS.map(str::to_owned).to_vec();
        let mut starts = Each::default();
        for subject in &subjects {
            *starts.of_mut(*subject) = head.len();
            let names = columns.of(*subject).iter().flat_map(ColumnMap::source);
            head.extend(names.map(|name| if subjects.len() > 1 { format!("{subject}.{name}") } else { name.to_owned() }));
        }
        let width = head.len();
        let rows = self.invalid.iter().map(move |row| {
            let mut named: Vec<&str> = row.errors.iter().map(|error| error.column.as_str()).collect();
            named.dedup();
            let reasons: Vec<&str> = row.errors.iter().map(|error| error.reason.as_str()).collect();
            let [named, reasons] = [named.join("; "), reasons.join(" ")].map(|text| guarded(&text).into_owned());
            let mut record = vec![row.subject.word().to_owned(), row.line.to_string(), named, reasons];
            record.resize(*starts.of(row.subject), String::new());
            if let (Some(cells), Some(columns)) = (&row.cells, columns.of(row.subject)) {
                // The source's own guards stay as they are.
                record.extend(cells.iter().skip(columns.error_columns()).map(str::to_owned));
                if cells.len() != columns.width() {
                    // It stays uneven, or it would pass for whole when it comes again.
                    return record;
                }
            }
            record.resize(width, String::new());
            record
        });
        std::iter::once(head).chain(rows)
    }
}
