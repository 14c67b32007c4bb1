//! What an import is, whatever brings its files.

mod state;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::state::State;

/// What a file holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// Customers.
    #[default]
    Customers,
    /// Contacts of companies.
    Contacts,
    /// Entitlements.
    Entitlements,
}

impl Subject {
    /// All three, in the order in which they are read.
    pub const ALL: [Self; 3] = [Self::Customers, Self::Contacts, Self::Entitlements];

    /// The word of the command line, the database and files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Entitlements => "entitlements",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.word() == word)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One of something for each file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, bound(deserialize = "T: Default + Deserialize<'de>"))]
pub struct Each<T> {
    /// Of the customers.
    pub customers: T,
    /// Of the contacts.
    pub contacts: T,
    /// Of the entitlements.
    pub entitlements: T,
}

impl<T> Each<T> {
    /// Makes one for each file.
    pub fn from_fn(mut make: impl FnMut(Subject) -> T) -> Self {
        Self { customers: make(Subject::Customers), contacts: make(Subject::Contacts), entitlements: make(Subject::Entitlements) }
    }

    /// Makes one for each file.
    ///
    /// # Errors
    /// The first of the maker's.
    pub fn try_from_fn<E>(mut make: impl FnMut(Subject) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self { customers: make(Subject::Customers)?, contacts: make(Subject::Contacts)?, entitlements: make(Subject::Entitlements)? })
    }

    /// The ones of all files.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        Subject::ALL.into_iter().map(|subject| self.of(subject))
    }

    /// The file's own.
    pub fn of(&self, subject: Subject) -> &T {
        match subject {
            Subject::Customers => &self.customers,
            Subject::Contacts => &self.contacts,
            Subject::Entitlements => &self.entitlements,
        }
    }

    /// The file's own, to change it.
    pub fn of_mut(&mut self, subject: Subject) -> &mut T {
        match subject {
            Subject::Customers => &mut self.customers,
            Subject::Contacts => &mut self.contacts,
            Subject::Entitlements => &mut self.entitlements,
        }
    }
}

/// Which rows are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// New records are created, known ones updated.
    Both,
    /// New records are created, known ones skipped.
    Create,
    /// Known records are updated, new ones skipped.
    Update,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Both, Self::Create, Self::Update];

    /// The word of the command line and the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Create => "create",
            Self::Update => "update",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }

    /// New records are created.
    #[must_use]
    pub fn creates(self) -> bool {
        self != Self::Update
    }

    /// Known records are updated.
    #[must_use]
    pub fn updates(self) -> bool {
        self != Self::Create
    }
}
