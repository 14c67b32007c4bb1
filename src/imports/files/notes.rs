//! What of the rows is left out or read as something else, counted by column: a check says all of it, however many rows there are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::import::Subject;

/// Different notes that are kept.
const KEPT: usize = 200;

/// What is done with cells or rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// A column of individuals that only companies have.
    OfCompaniesOnly,
    /// A column of companies that only individuals have.
    OfIndividualsOnly,
    /// The person beside a company has no e-mail.
    PersonWithoutEmail,
    /// A cell has several e-mails.
    SeveralEmails,
    /// An e-mail stands where a phone number should.
    EmailAsPhone,
    /// A word stands for nothing.
    Nothing,
    /// A spreadsheet has taken the zero in front of a number.
    LostZero,
    /// A spreadsheet has rounded a long number.
    Scientific,
    /// A spreadsheet has made a date of a number.
    DateForNumber,
    /// Letters that were read in a wrong encoding before the file was written.
    Garbled,
    /// Nothing tells the customer from others when the file comes again.
    WithoutKey,
    /// An earlier row is of the same customer.
    Repeated,
    /// The record was deleted where it comes from.
    Deleted,
    /// It looks like a known customer, and is left out for that.
    Alike,
}

impl NoteKind {
    /// A whole sentence, after how many rows it is said of.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OfCompaniesOnly => "Individuals have no such field, so it is not imported.",
            Self::OfIndividualsOnly => "Companies have no such field, so it is not imported.",
            Self::PersonWithoutEmail => "The person has no e-mail, which a contact needs, and is not imported.",
            Self::SeveralEmails => "The cell has several e-mails: the first is imported, the others are not.",
            Self::EmailAsPhone => "The cell has an e-mail: it is imported as one where the row has no other.",
            Self::Nothing => "The word stands for nothing, so it is read as empty.",
            Self::LostZero => "A zero in front may be missing: has a spreadsheet taken it?",
            Self::Scientific => "A spreadsheet has rounded this number, as in 1.23E+05: its digits are lost.",
            Self::DateForNumber => "This looks like a date: has a spreadsheet made one of a number?",
            Self::Garbled => "Letters are garbled, as in Ã„ for Ä: the file was made with a wrong encoding.",
            Self::WithoutKey => "Nothing tells the customer from others: if this file is imported again, it is created again.",
            Self::Repeated => "An earlier row is of the same customer: this one adds no more than a contact.",
            Self::Deleted => "The record was deleted where it comes from, so the row is left out.",
            Self::Alike => "A customer that looks the same is known, so the row is left out, as you chose.",
        }
    }
}

/// What is said of several rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub subject: Subject,
    /// As the file calls it; empty for rows as a whole.
    pub column: String,
    pub kind: NoteKind,
    /// How many rows.
    pub rows: u64,
    /// The line of the first.
    pub line: u64,
}

/// Notes, each counted once a row.
#[derive(Debug, Clone, Default)]
pub struct Notes(BTreeMap<(&'static str, String, NoteKind), (u64, u64)>);

impl Notes {
    /// Says something of a row.
    pub fn say(&mut self, subject: Subject, column: &str, kind: NoteKind, line: u64) {
        self.count((subject.word(), column.to_owned(), kind), 1, line);
    }

    /// Adds the notes of another part.
    pub fn add(&mut self, other: Self) {
        for (key, (rows, line)) in other.0 {
            self.count(key, rows, line);
        }
    }

    fn count(&mut self, key: (&'static str, String, NoteKind), rows: u64, line: u64) {
        if self.0.len() < KEPT || self.0.contains_key(&key) {
            self.0.entry(key).or_insert((0, line)).0 += rows;
        }
    }

    /// All of them, the most frequent first.
    #[must_use]
    pub fn list(&self) -> Vec<Note> {
        let note = |((subject, column, kind), (rows, line)): (&(&str, String, NoteKind), &(u64, u64))| {
            let (column, kind, rows, line) = (column.clone(), *kind, *rows, *line);
            Some(Note { subject: Subject::parse(subject)?, column, kind, rows, line })
        };
        let mut notes: Vec<Note> = self.0.iter().filter_map(note).collect();
        notes.sort_by_key(|note| std::cmp::Reverse(note.rows));
        notes
    }
}
