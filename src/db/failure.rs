//! Errors of the database, and what follows from them. Decided by the kind of an error and by what can be observed, never by the words of
//! a server, which may speak any language.

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// The database cannot be used at present. It is shown as a sentence, with what exactly happened behind it.
#[derive(Debug, Clone)]
pub struct Unavailable {
    /// Why, for people.
    pub reason: Reason,
    /// What exactly happened, for the log.
    pub detail: String,
}

/// Why the database cannot be used at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing more can be stored.
    DiskFull,
    /// Somebody else held what was needed for longer than this program waits.
    Locked,
    /// No answer, or none in time.
    Unreachable,
    /// The file is gone from its place.
    Missing,
    /// Another file is in its place, and cannot be used.
    Replaced,
    /// Another file is in its place, beside the write-ahead log of the former one.
    ForeignLog,
    /// What is stored contradicts itself.
    Damaged,
}

impl Reason {
    /// Whether it may be over in a moment, without anybody doing something about it.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Locked | Self::Unreachable)
    }
}

impl Unavailable {
    /// The database does not answer.
    pub fn unreachable(detail: impl Into<String>) -> Self {
        Self { reason: Reason::Unreachable, detail: detail.into() }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.reason, self.detail)
    }
}

/// A sentence for people.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DiskFull => "The disk that holds the database is full: nothing can be saved until somebody frees some space.",
            Self::Locked => "Something else is changing the database, and did not finish in time.",
            Self::Unreachable => "The database does not answer at present.",
            Self::Missing => "The database's file was moved or removed: nothing can be shown or saved until somebody puts it back.",
            Self::Replaced => {
                "Another file was put in the place of the database, and cannot be used as it is: nothing can be shown or saved until \
                 somebody puts the right one there, or starts Clientele again."
            }
            Self::ForeignLog => {
                "Another file was put in the place of the database, but the write-ahead log beside it (-wal) is of the former file: nothing \
                 can be shown or saved until somebody puts the former file back, or moves the files that end in -wal and -shm away."
            }
            Self::Damaged => {
                "The database is damaged, so nothing is saved any more: somebody has to put a backup in its place and start Clientele again."
            }
        })
    }
}

/// The error of a piece of work, which may be one of the database.
pub trait WorkError: From<Unavailable> + From<DieselError> {
    /// The database's error, if it is one.
    fn database(&self) -> Option<&DieselError>;
}

/// What to do about an error of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Report it.
    Report,
    /// Another transaction won a race: repeat the work, which then sees what the other did.
    Repeat,
    /// Repeat the work on a fresh connection.
    Reconnect,
    /// Report that the database cannot be used, and close the connection.
    GiveUp(Reason),
}

/// What to do about an error. `unknown` decides where Diesel does not tell its kind.
pub(super) fn remedy(error: &DieselError, unknown: impl FnOnce(&str) -> Remedy) -> Remedy {
    use DatabaseErrorKind::{ClosedConnection, ReadOnlyTransaction, SerializationFailure, UnableToSendCommand, UniqueViolation, Unknown};
    match error {
        DieselError::DatabaseError(UniqueViolation | SerializationFailure, _) => Remedy::Repeat,
        // A server is read-only once another has taken over.
        DieselError::DatabaseError(ClosedConnection | UnableToSendCommand | ReadOnlyTransaction, _)
        | DieselError::BrokenTransactionManager => Remedy::GiveUp(Reason::Unreachable),
        DieselError::DatabaseError(Unknown, information) => unknown(information.message()),
        DieselError::RollbackErrorOnCommit { commit_error, .. } => remedy(commit_error, unknown),
        _ => Remedy::Report,
    }
}
