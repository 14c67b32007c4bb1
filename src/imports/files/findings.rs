//! What a check found, as much of it as a page shows: it is kept beside the files, so that a restart does not lose it.

use serde::{Deserialize, Serialize};

use super::columns::ColumnMap;
use super::look::{Look, Question};
use super::mapping::Key;
use super::notes::Note;
use super::reading::Format;
use super::report::{AlikeRow, Counts, Finding, InvalidRow, MissingOwner, Reason, Report};
use super::survey::ColumnSurvey;
use crate::domain::import::Subject;

/// Invalid rows, and again warnings, that are kept for the page.
const SHOWN: usize = 50;

/// Of so many cells at most.
const SHOWN_CELLS: usize = 200;

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
    /// What has to be said before the import can begin.
    #[serde(default)]
    pub questions: Vec<(Subject, Question)>,
    /// What is left out or read as something else.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// The first of the new customers that look like known ones.
    #[serde(default)]
    pub alike: Vec<AlikeRow>,
    /// The first customers that were not found by the names that rows give.
    #[serde(default)]
    pub owners: Vec<MissingOwner>,
    /// The ids of the first customers that the import has created.
    #[serde(default)]
    pub made: Vec<i64>,
    /// How often what is wrong.
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

/// What a check found about one file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileFindings {
    pub subject: Subject,
    /// Its columns.
    #[serde(default)]
    pub sources: Vec<SourceColumn>,
    /// How it is read; of contacts that stand in the file of customers, nothing.
    #[serde(default)]
    pub format: Option<Format>,
    /// What customers are recognized by beside their numbers and CRM IDs.
    #[serde(default)]
    pub key: Option<Key>,
    /// Words such as `n/a` are read as empty.
    #[serde(default)]
    pub nothing: bool,
    /// What would become of its rows.
    pub counts: Counts,
}

/// A column of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceColumn {
    /// What it holds, and how it is called.
    pub survey: ColumnSurvey,
    /// The fields it goes to; none where it is not imported.
    pub fields: Vec<String>,
}

impl Findings {
    /// What a look at the files, and perhaps a check after it, found.
    #[must_use]
    pub fn of(look: &Look, report: &Report) -> Self {
        let mut questions = look.questions();
        if report.undecided > 0 {
            questions.push((Subject::Customers, Question::Alike(report.undecided)));
        }
        Self {
            files: Subject::ALL.into_iter().filter_map(|subject| file(look, report, subject)).collect(),
            invalid: invalid(report),
            invalid_rows: report.invalid_rows(),
            warnings: report.warnings.iter().take(SHOWN).cloned().collect(),
            warned: report.warned,
            questions,
            notes: report.notes.list(),
            alike: report.alike.iter().take(SHOWN).cloned().collect(),
            owners: report.owners.iter().take(SHOWN).cloned().collect(),
            reasons: report.reasons(),
            ..Self::default()
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

fn file(look: &Look, report: &Report, subject: Subject) -> Option<FileFindings> {
    let (looked_at, columns) = (look.files.of(subject).as_ref(), look.columns.of(subject).as_ref());
    if looked_at.is_none() && columns.is_none() {
        return None;
    }
    let goes: Vec<Vec<String>> = columns.map(ColumnMap::places).unwrap_or_default();
    let source = |(place, survey): (usize, &ColumnSurvey)| SourceColumn {
        survey: survey.clone(),
        fields: goes.get(place).cloned().unwrap_or_default(),
    };
    Some(FileFindings {
        subject,
        sources: looked_at.map(|file| file.survey.columns.iter().enumerate().map(source).collect()).unwrap_or_default(),
        format: looked_at.map(|file| file.format.clone()),
        key: columns.and_then(|columns| columns.key),
        nothing: columns.is_some_and(|columns| columns.nothing),
        counts: *report.counts.of(subject),
    })
}

fn invalid(report: &Report) -> Vec<Finding> {
    report.invalid.iter().take(SHOWN).flat_map(InvalidRow::findings).take(SHOWN_CELLS).collect()
}
