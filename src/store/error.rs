//! What can go wrong between the program and its data.

use crate::db;
use crate::domain::input::Errors;
use crate::domain::rules::Refusal;

/// Why a question or a change was not answered with yes.
#[derive(Debug)]
pub enum Error {
    /// There is no such record (any more): what it was.
    NotFound(&'static str),
    /// A rule forbids it.
    Refused(Refusal),
    /// Somebody else has edited the record since.
    Stale,
    /// Fields contradict what is stored, such as an identifier that is taken.
    Invalid(Errors),
    /// What has been done since stands in the way: sentences.
    Blocked(Vec<String>),
    /// The database cannot be used at present.
    Unavailable(db::Unavailable),
    /// The database answered with an error that nobody foresaw.
    Database(diesel::result::Error),
}

/// The outcome of a question or a change.
pub type Result<T> = std::result::Result<T, Error>;

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Errors> for Error {
    fn from(errors: Errors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<db::Unavailable> for Error {
    fn from(error: db::Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl db::WorkError for Error {
    fn database(&self) -> Option<&diesel::result::Error> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}
