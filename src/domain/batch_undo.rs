//! A batch that is taken back as a whole.

use chrono::NaiveDateTime;

use super::BatchId;

/// Where the undo of a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A server works on it, or will.
    Running,
    /// It was interrupted, and waits for somebody to resume it.
    Failed,
    /// All is taken back that could be.
    Done,
}

/// What is being taken back: what others hold onto goes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Entitlements that the batch created.
    Entitlements,
    /// What the batch changed, the last change first.
    Events,
    /// Contacts that the batch created.
    Contacts,
    /// Customers that the batch created.
    Customers,
    /// Nothing is left.
    End,
}

/// The undo of a batch.
#[derive(Debug, Clone)]
pub struct BatchUndo {
    /// The batch that is taken back.
    pub batch: BatchId,
    /// The batch of what is done for it.
    pub undo: BatchId,
    /// Where it stands.
    pub state: State,
    /// Why it failed; empty otherwise.
    pub trouble: String,
    /// Why the batch is taken back; empty where nobody said it.
    pub reason: String,
    /// What is being taken back.
    pub stage: Stage,
    /// What has this id or a higher one has been looked at.
    pub below: i64,
    /// Records and changes of the batch, once they are counted.
    pub total: Option<i64>,
    /// How many of them are taken back.
    pub restored: i64,
    /// How many are not.
    pub skipped: i64,
    /// When it began, UTC.
    pub created_at: NaiveDateTime,
}

impl State {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Done => "done",
        }
    }

    /// Reads the word of the database.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        [Self::Running, Self::Failed].into_iter().find(|state| state.word() == word).unwrap_or(Self::Done)
    }
}

impl Stage {
    /// The first of them.
    pub const FIRST: Self = Self::Entitlements;

    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Entitlements => "entitlements",
            Self::Events => "events",
            Self::Contacts => "contacts",
            Self::Customers => "customers",
            Self::End => "end",
        }
    }

    /// Reads the word of the database.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let all = [Self::Entitlements, Self::Events, Self::Contacts, Self::Customers];
        all.into_iter().find(|stage| stage.word() == word).unwrap_or(Self::End)
    }

    /// The one after this.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Entitlements => Self::Events,
            Self::Events => Self::Contacts,
            Self::Contacts => Self::Customers,
            Self::Customers | Self::End => Self::End,
        }
    }
}
