//! Principal does something, when, and in what connection.

use std::fmt;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use super::clock;
use super::contact::Contact;
use super::rules::{self, Refusal, Role, Task};
use super::text::isolated;
use super::{BatchId, ContactId, EventId, UserId};

/// Principal acts, and when: the same for all that one request does.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Principal it is.
    pub who: Principal,
    /// The present moment in UTC, to the microsecond (PostgreSQL keeps no more).
    pub now: NaiveDateTime,
    /// The present day in the installation's time zone.
    pub today: NaiveDate,
    /// The installation's time zone.
    pub zone: Tz,
    /// The batch that what is done belongs to.
    pub batch: Option<BatchId>,
    /// Why it is done, in a line, where somebody said it; else empty.
    pub reason: Arc<str>,
    /// The event that is taken back by it.
    pub undoes: Option<EventId>,
}

/// Somebody who may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// The name that the history shows: it stays as it was at that moment.
    pub name: Arc<str>,
    /// What the actor may do.
    pub role: Role,
}

/// What kind of actor does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// Whoever sits at this machine, as long as nobody signs in.
    Local,
    /// The command line.
    CommandLine,
    /// A user who has signed in.
    User(UserId),
    /// A contact who has signed in to the portal.
    Contact(ContactId),
}

/// Who did something, in the words of whoever is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The reader.
    You,
    /// Whoever sat at the machine while nobody signed in.
    ThisComputer,
    /// The command line.
    CommandLine,
    /// Somebody else by the name as it was.
    Named(String),
}

impl Who {
    /// Somebody as `reader` is told; nobody is `You` in what several people read.
    #[must_use]
    pub fn of(by: Option<ActorKind>, name: &str, reader: Option<ActorKind>) -> Self {
        match by {
            Some(_) if by == reader => Self::You,
            Some(ActorKind::Local) => Self::ThisComputer,
            Some(ActorKind::CommandLine) => Self::CommandLine,
            Some(ActorKind::Contact(_)) => Self::Named(format!("{name} (portal)")),
            Some(ActorKind::User(_)) | None => Self::Named(name.to_owned()),
        }
    }

    /// Within a sentence: `you`, `the command line`.
    #[must_use]
    pub fn within_sentence(&self) -> String {
        match self {
            Self::You => "you".to_owned(),
            Self::ThisComputer => "somebody on this computer".to_owned(),
            Self::CommandLine => "the command line".to_owned(),
            Self::Named(name) => isolated(name),
        }
    }
}

/// At the beginning of a sentence.
impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::You => "You",
            Self::ThisComputer => THIS_COMPUTER,
            Self::CommandLine => COMMAND_LINE,
            Self::Named(name) => name,
        })
    }
}

const THIS_COMPUTER: &str = "This computer";
const COMMAND_LINE: &str = "Command line";

impl ActorKind {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::CommandLine => "command_line",
            Self::User(_) => "user",
            Self::Contact(_) => "contact",
        }
    }

    /// The id of the user or the contact, where it is one.
    #[must_use]
    pub fn id(self) -> Option<i64> {
        match self {
            Self::User(id) => Some(id.0),
            Self::Contact(id) => Some(id.0),
            Self::Local | Self::CommandLine => None,
        }
    }

    /// Reads what the database holds.
    #[must_use]
    pub fn parse(word: &str, id: Option<i64>) -> Option<Self> {
        match (word, id) {
            ("local", _) => Some(Self::Local),
            ("command_line", _) => Some(Self::CommandLine),
            ("user", Some(id)) => Some(Self::User(UserId(id))),
            ("contact", Some(id)) => Some(Self::Contact(ContactId(id))),
            _ => None,
        }
    }
}

impl Principal {
    /// Of whom nothing is known: may see nothing but what is shown to all.
    #[must_use]
    pub fn nobody() -> Self {
        Self { kind: ActorKind::Local, name: "Nobody".into(), role: Role::Viewer }
    }

    /// Whoever sits at this machine, as long as nobody signs in.
    #[must_use]
    pub fn local(role: Role) -> Self {
        Self { kind: ActorKind::Local, name: THIS_COMPUTER.into(), role }
    }

    /// A contact who has signed in to the portal.
    #[must_use]
    pub fn contact(contact: &Contact) -> Self {
        Self { kind: ActorKind::Contact(contact.id), name: contact.draft.full_name().into(), role: Role::Contact }
    }

    /// The command line, which whoever owns the database runs.
    #[must_use]
    pub fn command_line() -> Self {
        Self { kind: ActorKind::CommandLine, name: COMMAND_LINE.into(), role: Role::Administrator }
    }
}

impl Actor {
    /// Somebody, now.
    #[must_use]
    pub fn now(who: Principal, zone: Tz) -> Self {
        Self::at(clock::now(), who, zone)
    }

    /// Somebody, at a moment.
    #[must_use]
    pub fn at(now: NaiveDateTime, who: Principal, zone: Tz) -> Self {
        Self { who, now, today: clock::day(now, zone), zone, batch: None, reason: "".into(), undoes: None }
    }

    /// The day of a moment in the installation's time zone.
    #[must_use]
    pub fn day_of(&self, moment: NaiveDateTime) -> NaiveDate {
        clock::day(moment, self.zone)
    }

    /// The same actor, for a change that belongs to a batch.
    #[must_use]
    pub fn within(&self, batch: BatchId) -> Self {
        Self { batch: Some(batch), ..self.clone() }
    }

    /// The same actor, who says why.
    #[must_use]
    pub fn because(&self, reason: &str) -> Self {
        Self { reason: reason.into(), ..self.clone() }
    }

    /// The same actor, for a change that takes back an event.
    #[must_use]
    pub fn undoing(&self, event: EventId) -> Self {
        Self { undoes: Some(event), ..self.clone() }
    }

    /// Whether the rules let this actor do a task.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may(&self, task: Task) -> Result<(), Refusal> {
        rules::check(self.who.role, task)
    }

    /// Whether the page may offer a task.
    #[must_use]
    pub fn can(&self, task: Task) -> bool {
        self.may(task).is_ok()
    }
}
