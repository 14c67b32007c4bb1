//! What the page of all activity shows. One value, which is also the page's address. Nothing in an address is an error: what cannot be read
//! counts as not given.

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use super::days;
use super::line::Line;
use crate::domain::actor::ActorKind;
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::{BatchId, EventId, UserId, clock, date};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// This task.
    Task(EventTask),
    /// Many changes at once: an import, sample data.
    Batch,
}

/// Which lines of the history are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// By whom.
    pub by: Option<ActorKind>,
    /// What.
    pub what: Option<What>,
    /// To which kind of record.
    pub subject: Option<SubjectKind>,
    /// Not before this day.
    pub from: Option<NaiveDate>,
    /// Not after this day.
    pub to: Option<NaiveDate>,
    /// The changes of this batch, one by one.
    pub batch: Option<BatchId>,
}

/// The last lines that were shown of either kind: what is older follows. Neither is ever deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Older {
    /// The last event.
    pub event: Option<EventId>,
    /// The last batch.
    pub batch: Option<BatchId>,
}

impl What {
    /// The word of addresses for a batch; a task has its own.
    const BATCH: &'static str = "batch";

    /// The word of addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Task(task) => task.word(),
            Self::Batch => Self::BATCH,
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        if word == Self::BATCH { Some(Self::Batch) } else { EventTask::parse(word).map(Self::Task) }
    }

    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Task(EventTask::Create) => "Created",
            Self::Task(EventTask::Edit) => "Changed",
            Self::Task(EventTask::Disable) => "Disabled",
            Self::Task(EventTask::Enable) => "Enabled",
            Self::Task(EventTask::Delete) => "Deleted",
            Self::Task(EventTask::SetDefault) => "Set as default",
            Self::Task(EventTask::End) => "Ended",
            Self::Task(EventTask::Restore) => "Restored",
            Self::Task(EventTask::Reopen) => "Reopened",
            Self::Task(EventTask::Renew) => "Renewed",
            Self::Task(EventTask::Invite) => "Invited",
            Self::Batch => "Imported",
        }
    }

    /// All, as a page offers them.
    pub fn all() -> impl Iterator<Item = Self> {
        EventTask::ALL.into_iter().map(Self::Task).chain([Self::Batch])
    }
}

impl Filter {
    /// Reads an address's parameters. Days that cannot be read are left to the page, which says so.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut filter = Self::default();
        for (name, value) in pairs {
            match name {
                "by" => filter.by = person(value),
                "task" => filter.what = What::parse(value),
                "subject" => filter.subject = SubjectKind::parse(value),
                "from" => filter.from = usable_day(value),
                "to" => filter.to = usable_day(value),
                "batch" => filter.batch = value.parse().ok(),
                _ => {}
            }
        }
        filter
    }

    /// The parameters that differ from the default.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let all = [
            ("by", self.by.as_ref().map(person_word)),
            ("task", self.what.map(|what| what.word().to_owned())),
            ("subject", self.subject.map(|subject| subject.word().to_owned())),
            ("from", day(self.from)),
            ("to", day(self.to)),
            ("batch", self.batch.map(|batch| batch.to_string())),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Moments, UTC, between which all lies that the days allow.
    #[must_use]
    pub fn bounds(&self, zone: Tz) -> (Option<NaiveDateTime>, Option<NaiveDateTime>) {
        days::bounds(self.from, self.to, zone)
    }

    /// Whether a line's day is one of those asked for.
    #[must_use]
    pub fn has_day_of(&self, line: &Line, zone: Tz) -> bool {
        let day = clock::day(line.at(), zone);
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether batches are asked for: they are of no single kind and no single task.
    #[must_use]
    pub fn wants_batches(&self) -> bool {
        self.batch.is_none() && self.subject.is_none() && matches!(self.what, None | Some(What::Batch))
    }

    /// Whether single events are asked for.
    #[must_use]
    pub fn wants_events(&self) -> bool {
        self.batch.is_some() || self.what != Some(What::Batch)
    }
}

/// A day that a filter can hold; anything else is `None`.
fn usable_day(text: &str) -> Option<NaiveDate> {
    date::parse(text).ok().filter(|day| days::is_usable(*day))
}

/// Before the id of a contact.
const CONTACT: &str = "contact-";

/// How an address names a person: a user by the id.
#[must_use]
pub fn person_word(person: &ActorKind) -> String {
    match person {
        ActorKind::User(id) => id.to_string(),
        ActorKind::Contact(id) => format!("{CONTACT}{id}"),
        program => program.word().to_owned(),
    }
}

fn person(word: &str) -> Option<ActorKind> {
    let programs = [ActorKind::Local, ActorKind::CommandLine].into_iter().find(|kind| kind.word() == word);
    let contact = || Some(ActorKind::Contact(word.strip_prefix(CONTACT)?.parse().ok()?));
    programs.or_else(|| word.parse::<UserId>().ok().map(ActorKind::User)).or_else(contact)
}

impl Older {
    /// Reads `120.7`; either number may be missing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (event, batch) = text.split_once('.').unwrap_or((text, ""));
        Self { event: event.parse().ok(), batch: batch.parse().ok() }
    }

    /// Writes it for an address.
    #[must_use]
    pub fn encode(&self) -> String {
        let number = |id: Option<String>| id.unwrap_or_default();
        format!("{}.{}", number(self.event.map(|id| id.to_string())), number(self.batch.map(|id| id.to_string())))
    }

    /// From the newest on.
    #[must_use]
    pub fn is_first(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&'static str, &'static str)]) -> Filter {
        Filter::parse(pairs.iter().copied())
    }

    #[test]
    fn an_address_comes_back_and_what_cannot_be_read_is_not_given() {
        let filter = parse(&[("by", "7"), ("task", "disable"), ("subject", "contact"), ("from", "1.11.2026"), ("to", "2026-11-30")]);
        assert_eq!(filter.by, Some(ActorKind::User(UserId(7))));
        let pairs = filter.pairs();
        assert_eq!(pairs.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["by", "task", "subject", "from", "to"]);
        assert_eq!(Filter::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), filter);
        let nothing =
            [("by", "x"), ("task", "drop"), ("subject", "table"), ("from", "yesterday"), ("to", "0001-01-01"), ("batch", "-1"), ("q", "a")];
        assert_eq!(parse(&nothing), Filter::default());
    }

    #[test]
    fn batches_are_of_no_single_kind() {
        assert!(parse(&[]).wants_batches() && parse(&[]).wants_events());
        assert!(parse(&[("task", "batch")]).wants_batches() && !parse(&[("task", "batch")]).wants_events());
        assert!(!parse(&[("task", "edit")]).wants_batches() && !parse(&[("subject", "user")]).wants_batches());
        assert!(!parse(&[("batch", "3"), ("task", "batch")]).wants_batches() && parse(&[("batch", "3")]).wants_events());
    }

    #[test]
    fn a_place_comes_back() {
        for text in ["120.7", ".7", "120.", "."] {
            assert_eq!(Older::parse(text).encode(), text);
        }
        assert_eq!(Older::parse("x"), Older::default());
        assert!(Older::parse(".").is_first());
    }
}
