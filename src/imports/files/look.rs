//! A look at files before their rows are read: how each is read, what its columns hold, and where they go.

use serde::{Deserialize, Serialize};

use super::columns::ColumnMap;
use super::error::FileError;
use super::mapping::Mapping;
use super::merge::names_customers;
use super::reading::{Format, Reading};
use super::source::Bytes;
use super::survey::Survey;
use super::table::Table;
use crate::domain::import::{Each, Subject};

/// What people have decided about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// How it is read.
    pub reading: Reading,
    /// Where its columns go, and what its words mean.
    pub mapping: Mapping,
}

/// A file that was looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LookedAt {
    /// How it is read.
    pub format: Format,
    /// What its columns hold.
    pub survey: Survey,
}

/// What has to be said before an import can begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// Whether the encoding is right: its name, and a line as it is read.
    Encoding(String, String),
    /// Whether the day or the month comes first: such a date.
    Dates(String),
    /// Whether the columns go where they were guessed to go.
    Columns,
    /// What these words mean as a status.
    Status(Vec<String>),
    /// What is to become of so many new customers that look like known ones.
    Alike(u64),
}

/// Files that were looked at.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// What people have decided.
    pub options: Each<Options>,
    /// Each file there is.
    pub files: Each<Option<LookedAt>>,
    /// Where the columns of each go; those of the contacts may stand in the file of customers.
    pub columns: Each<Option<ColumnMap>>,
}

impl Look {
    /// Looks at files. Where only their columns are not what they have to be, the look is there together with the error.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn at(mut bytes: Each<Option<Bytes>>, options: Each<Options>) -> Result<(Self, Option<FileError>), FileError> {
        let mut look = Self { options, ..Self::default() };
        let mut error = None;
        for subject in Subject::ALL {
            let Some(bytes) = bytes.of_mut(subject).take() else { continue };
            let Options { reading, mapping } = look.options.of(subject);
            let mut table = Table::open(subject, bytes, reading)?;
            let survey = Survey::of(&mut table)?;
            match ColumnMap::of(subject, &table.header, mapping, &survey) {
                Ok(columns) => *look.columns.of_mut(subject) = Some(columns),
                Err(found) => error = error.or(Some(found)),
            }
            *look.files.of_mut(subject) = Some(LookedAt { format: table.format().clone(), survey });
        }
        if look.files.contacts.is_none() {
            look.columns.contacts = look.columns.customers.as_ref().filter(|columns| columns.has_people()).map(ColumnMap::of_contacts);
        }
        Ok((look, error))
    }

    /// The contacts stand in the file of customers.
    #[must_use]
    pub fn has_contacts_of_customers(&self) -> bool {
        self.files.contacts.is_none() && self.columns.contacts.is_some()
    }

    /// Rows may belong to customers of the same import that they name in another way than by their keys.
    #[must_use]
    pub fn needs_lines(&self) -> bool {
        self.has_contacts_of_customers() || names_customers(&self.columns)
    }

    /// How each file is read.
    #[must_use]
    pub fn formats(&self) -> Each<Option<Format>> {
        Each::from_fn(|subject| self.files.of(subject).as_ref().map(|file| file.format.clone()))
    }

    /// How each file is read again in the same way.
    #[must_use]
    pub fn readings(&self) -> Each<Reading> {
        Each::from_fn(|subject| self.files.of(subject).as_ref().map(|file| file.format.reading()).unwrap_or_default())
    }

    /// What people have to say before these files can be imported.
    #[must_use]
    pub fn questions(&self) -> Vec<(Subject, Question)> {
        let mut questions = Vec::new();
        for subject in Subject::ALL {
            let (Some(file), Some(columns)) = (self.files.of(subject), self.columns.of(subject)) else { continue };
            let mapping = &self.options.of(subject).mapping;
            let mut ask = |question| questions.push((subject, question));
            if file.format.guessed {
                ask(Question::Encoding(file.format.encoding.clone(), file.format.sample.clone()));
            }
            if let Some(date) = columns.open_date(&file.survey) {
                ask(Question::Dates(date.to_owned()));
            }
            let unknown = columns.unknown_status(&file.survey);
            if !unknown.is_empty() {
                ask(Question::Status(unknown));
            }
            if !mapping.confirmed && columns.is_guessed(subject) {
                ask(Question::Columns);
            }
        }
        questions
    }
}
