//! What people decide about a file: how it is read, where its columns go, what its words mean. What they leave open is guessed ([`super::guess`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::customer::Kind;

/// The decisions about one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// Columns by name, each with the names of the fields it goes to, none to leave it out. A column that is not here is guessed.
    pub columns: Vec<(String, Vec<String>)>,
    /// Fields with what every row has in them.
    pub constants: Vec<(String, String)>,
    /// What a customer is recognized by where its number and CRM ID do not tell; guessed where it is `None`.
    pub key: Option<Key>,
    /// Words such as `n/a` stand for nothing; guessed where it is `None`.
    pub nothing: Option<bool>,
    /// An empty cell clears what is stored.
    pub clear: bool,
    /// Whether the day or the month comes first in dates that leave it open; found out where it is `None`.
    pub dates: Option<DateOrder>,
    /// What words of the file mean as a status.
    pub status: BTreeMap<String, bool>,
    /// What becomes of new customers that look like known ones; asked where it is `None`.
    pub alike: Option<Alike>,
    /// The same, of single rows by their lines.
    pub alike_rows: BTreeMap<u64, Alike>,
    /// Customers that rows name in a way that leaves it open which is meant: the name, and the number of the one that is.
    pub owners: Vec<(String, String)>,
    /// Somebody has looked at where the columns go.
    pub confirmed: bool,
}

impl Mapping {
    /// What of it holds for other files with these columns: not what was decided about single rows, nor how dates are to be read, which each file
    /// tells for itself.
    #[must_use]
    pub fn lasting(&self) -> Self {
        Self { dates: None, alike_rows: BTreeMap::new(), confirmed: false, ..self.clone() }
    }
}

/// What a customer is recognized by where its number and CRM ID do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Nothing: each such row is a new customer.
    Nothing,
    /// Its Ref ID.
    RefId,
    /// Its e-mail.
    Email,
    /// A company's name; an individual's e-mail, since names of people are not their own.
    Name,
}

impl Key {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::RefId, Self::Email, Self::Name];

    /// The word of forms and the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::RefId => "ref_id",
            Self::Email => "email",
            Self::Name => "name",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.word() == word)
    }
}

/// What comes first in a date like `3/1/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 3 January.
    DayFirst,
    /// March 1.
    MonthFirst,
}

impl DateOrder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DayFirst, Self::MonthFirst];

    /// The word of forms and the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word() == word)
    }
}

/// What becomes of a new customer that looks like a known one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alike {
    /// It is created.
    Create,
    /// The known one is updated.
    Update,
    /// The row is left out.
    Skip,
}

impl Alike {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Skip, Self::Update, Self::Create];

    /// The word of forms and the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Skip => "skip",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alike| alike.word() == word)
    }
}

/// What the words of a type mean, in the languages in which files come; `true` is a word of a column *Is a Company*.
pub(super) fn kind(word: &str) -> Option<Kind> {
    const COMPANY: [&str; 11] = [
        "true",
        "organization",
        "organisation",
        "business",
        "b2b",
        "firma",
        "unternehmen",
        "entreprise",
        "société",
        "empresa",
        "corporate",
    ];
    const INDIVIDUAL: [&str; 8] = ["person", "private", "consumer", "b2c", "privat", "privatperson", "particulier", "particular"];
    let lower = word.trim().to_lowercase();
    Kind::parse(word)
        .or_else(|| COMPANY.contains(&lower.as_str()).then_some(Kind::Company))
        .or_else(|| INDIVIDUAL.contains(&lower.as_str()).then_some(Kind::Individual))
}
