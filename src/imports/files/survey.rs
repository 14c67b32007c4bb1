//! A look at all values of a file before its rows are read one by one: what a column holds decides where it goes and how it is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::FileError;
use super::table::Table;
use super::values::{self, Slashed};
use super::words;
use crate::domain::files;
use crate::domain::import::Subject;

/// Values of a column that are shown beside it.
const SAMPLES: usize = 3;
/// Greatest length of such a value, in characters.
const SAMPLE: usize = 60;
/// Different words of a column that are kept; one with more is no column of words.
const WORDS: usize = 12;
/// Greatest length of a word, in characters.
const WORD: usize = 30;
/// Rows of our own files that are looked at: there is nothing to find out.
const OWN: u64 = 1_000;

/// What the columns of a file hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Survey {
    /// In their order.
    pub columns: Vec<ColumnSurvey>,
    /// Rows that were looked at.
    pub rows: u64,
    /// The columns are exactly those of our own files.
    pub is_own: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ColumnSurvey {
    /// Its name in the file.
    pub name: String,
    /// Its first different values.
    pub samples: Vec<String>,
    /// Cells that are not empty.
    pub filled: u64,
    /// How often it has which word, in small letters; `None` where they are many.
    pub words: Option<BTreeMap<String, u64>>,
    /// Dates with slashes or hyphens that can only have the day first.
    pub day_first: u64,
    /// Those that can only have the month first.
    pub month_first: u64,
    /// Those that leave it open.
    pub either: u64,
    /// One of these.
    pub date: Option<String>,
    /// The length of the longest number that begins with a zero; 0 where none does.
    #[serde(default)]
    pub zeros: usize,
}

impl Survey {
    /// Looks at all rows.
    pub fn of(table: &mut Table) -> Result<Self, FileError> {
        let names = table.header.iter().map(str::to_owned);
        let columns = names.map(|name| ColumnSurvey { name, words: Some(BTreeMap::new()), ..ColumnSurvey::default() }).collect();
        let mut survey = Self { columns, rows: 0, is_own: is_own(table.subject, table.header.iter()) };
        while (!survey.is_own || survey.rows < OWN)
            && let Some(record) = table.next_record()?
        {
            survey.rows += 1;
            for (column, cell) in survey.columns.iter_mut().zip(&record.cells) {
                column.look_at(values::plain(cell).trim());
            }
        }
        Ok(survey)
    }
}

impl ColumnSurvey {
    fn look_at(&mut self, cell: &str) {
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        if self.samples.len() < SAMPLES {
            let sample: String = cell.chars().take(SAMPLE).collect();
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
        if cell.starts_with('0') && cell.bytes().all(|byte| byte.is_ascii_digit()) {
            self.zeros = self.zeros.max(cell.len());
        }
        if let Some(known) = &mut self.words {
            if let Some(count) = known.get_mut(cell) {
                *count += 1;
            } else {
                let word = cell.to_lowercase();
                *known.entry(word).or_default() += 1;
                if known.len() > WORDS || cell.chars().nth(WORD).is_some() {
                    self.words = None;
                }
            }
        }
        if let Some(slashed) = values::slashed(cell) {
            match slashed {
                Slashed::DayFirst => self.day_first += 1,
                Slashed::MonthFirst => self.month_first += 1,
                Slashed::Either => self.either += 1,
            }
            if self.date.is_none() || matches!(slashed, Slashed::Either) {
                self.date = Some(cell.chars().take(SAMPLE).collect());
            }
        }
    }

    /// Its words, where they are few, that are none of a status.
    #[must_use]
    pub fn unknown_status(&self) -> Vec<String> {
        let words = self.words.iter().flat_map(BTreeMap::keys);
        words.filter(|word| words::status(word).is_none() && !values::means_nothing(word)).cloned().collect()
    }

    /// It has values, and all of them are words of a status.
    pub(super) fn is_status(&self) -> bool {
        self.words.as_ref().is_some_and(|known| !known.is_empty() && known.keys().all(|word| words::word_of_status(word).is_some()))
    }

    /// Some of its values pass for words of a kind, or it has none at all.
    pub(super) fn has_words(&self, is_word: impl Fn(&str) -> bool) -> bool {
        self.filled == 0 || self.words.as_ref().is_some_and(|known| known.keys().any(|word| is_word(word)))
    }
}

fn is_own<'a>(subject: Subject, header: impl Iterator<Item = &'a str>) -> bool {
    header.eq(files::columns(subject).iter().copied())
}
