//! Who does something, and when.

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use super::BatchId;
use super::clock;
use super::rules::{self, Refusal, Role, Task};

/// Who acts, and when: the same for all that one request does.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// What the actor may do.
    pub role: Role,
    /// The present moment in UTC, to the microsecond (PostgreSQL keeps no more).
    pub now: NaiveDateTime,
    /// The present day in the installation's time zone.
    pub today: NaiveDate,
    /// The batch that what is done belongs to.
    pub batch: Option<BatchId>,
}

/// What kind of actor does something. Users, contacts and tokens follow once they can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// Whoever sits at this machine, as long as nobody signs in.
    Local,
    /// The command line.
    CommandLine,
}

impl ActorKind {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::CommandLine => "command_line",
        }
    }

    /// The name that the history shows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "This computer",
            Self::CommandLine => "Command line",
        }
    }

    /// Reads the word of the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Local, Self::CommandLine].into_iter().find(|kind| kind.word() == word)
    }
}

impl Actor {
    /// Somebody with this role, now.
    #[must_use]
    pub fn now(kind: ActorKind, role: Role, zone: Tz) -> Self {
        Self::at(clock::now(), kind, role, zone)
    }

    /// Somebody with this role, at a moment.
    #[must_use]
    pub fn at(now: NaiveDateTime, kind: ActorKind, role: Role, zone: Tz) -> Self {
        Self { kind, role, now, today: now.and_utc().with_timezone(&zone).date_naive(), batch: None }
    }

    /// The same actor, for a change that belongs to a batch.
    #[must_use]
    pub fn within(self, batch: BatchId) -> Self {
        Self { batch: Some(batch), ..self }
    }

    /// Whether the rules let this actor do a task.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may(&self, task: Task) -> Result<(), Refusal> {
        rules::check(self.role, task)
    }

    /// Whether the page may offer a task.
    #[must_use]
    pub fn can(&self, task: Task) -> bool {
        self.may(task).is_ok()
    }
}
