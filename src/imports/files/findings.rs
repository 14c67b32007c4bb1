//! What a check found, as much of it as a page shows: it is kept beside the files, so that a restart does not lose it.

use serde::{Deserialize, Serialize};

use super::columns::ColumnMap;
use super::report::{Counts, Finding, InvalidRow, Report};
use crate::domain::import::{Each, Subject};

/// Invalid rows, and again warnings, that are kept for the page.
const SHOWN: usize = 50;

/// What a check found, and what an import refused after it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Findings {
    /// Of each file that there is.
    pub files: Vec<FileFindings>,
    /// The first invalid rows, a line for each error.
    // Earlier versions kept it under this name.
    #[serde(alias = "wrong")]
    pub invalid: Vec<Finding>,
    /// How many rows are invalid in all.
    #[serde(alias = "wrong_rows")]
    pub invalid_rows: u64,
    /// The first warnings.
    pub warnings: Vec<Finding>,
    /// How many warnings there are in all.
    pub warned: u64,
    /// The first of the rows that the check had found valid, and that the import could not take.
    pub late: Vec<Finding>,
    /// How many of them there are in all.
    pub late_rows: u64,
}

/// What a check found about one file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileFindings {
    pub subject: Subject,
    /// Its columns, with what people call the field that each goes to; `None` where it is not imported.
    pub columns: Vec<(String, Option<String>)>,
    /// What would become of its rows.
    pub counts: Counts,
}

impl Findings {
    /// What a check found.
    #[must_use]
    pub fn of(report: &Report, columns: &Each<Option<ColumnMap>>) -> Self {
        let file = |subject| {
            let columns = columns.of(subject).as_ref()?;
            let fields = columns.list().map(|(name, field)| (name.to_owned(), field.map(|field| field.label.to_owned())));
            Some(FileFindings { subject, columns: fields.collect(), counts: *report.counts.of(subject) })
        };
        Self {
            files: Subject::ALL.into_iter().filter_map(file).collect(),
            invalid: invalid(report),
            invalid_rows: report.invalid_rows(),
            warnings: report.warnings.iter().take(SHOWN).cloned().collect(),
            warned: report.warned,
            late: Vec::new(),
            late_rows: 0,
        }
    }

    /// How many rows are new or changed.
    #[must_use]
    pub fn to_import(&self) -> u64 {
        self.files.iter().map(|file| file.counts.new + file.counts.changed).sum()
    }

    /// Takes over which rows are invalid from another check of the files: the data may have changed since the first.
    pub fn look_again(&mut self, report: &Report) {
        self.invalid = invalid(report);
        self.invalid_rows = report.invalid_rows();
    }

    /// Adds what an import could not take.
    pub fn refuse(&mut self, report: &Report) {
        if self.late_rows < SHOWN as u64 {
            self.late.extend(invalid(report));
        }
        self.late_rows += report.invalid_rows();
    }
}

fn invalid(report: &Report) -> Vec<Finding> {
    report.invalid.iter().take(SHOWN).flat_map(InvalidRow::findings).collect()
}
