//! A sentence of the history, in typed parts.

use std::fmt;

use chrono_tz::Tz;

use super::difference::Piece;
use super::line::Names;
use crate::domain::actor::{ActorKind, Who};
use crate::domain::event::SubjectKind;
use crate::domain::{CustomerId, EntitlementId, ImportId};

/// Whose history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// That of one customer, which is not named again.
    Customer(CustomerId),
    /// That of one entitlement, which is not named again.
    Entitlement(EntitlementId),
    /// That of all.
    All,
}

/// What happened, in parts that are drawn in their own ways one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words of the program.
    Words(String),
    /// A value of a field, before or after.
    Value(String),
    /// A record by its name as it was, and what tells it from others of that name.
    Record {
        /// What kind.
        kind: Option<SubjectKind>,
        /// Its id.
        id: i64,
        /// Its name.
        name: String,
        /// An entitlement's EID; else empty.
        detail: String,
    },
    /// An import by its files.
    Import(Option<ImportId>, String),
}

/// One field in a list below the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// A short value before and after; `None` where there was none.
    Values {
        /// `Billing city`
        label: String,
        /// Before.
        old: Option<String>,
        /// After.
        new: Option<String>,
    },
    /// A long text, both versions in one.
    Text {
        /// `Description`
        label: String,
        /// Before.
        old: Option<String>,
        /// After.
        new: Option<String>,
        /// The pieces in order.
        pieces: Vec<Piece>,
    },
}

/// An event or a batch in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Who did it.
    pub who: Who,
    /// What: follows the name, or stands alone and is followed by it.
    pub parts: Vec<Part>,
    /// The name stands at the end: `Imported from … · by Ruth Ashworth`.
    pub name_last: bool,
    /// The fields that the sentence does not name in full.
    pub details: Vec<Detail>,
    /// They are what a new record holds: told only to who asks.
    pub folded: bool,
}

/// Who reads, and of what.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Who is `You`; nobody in a file that others read.
    pub you: Option<&'a ActorKind>,
    /// Whose history is read.
    pub scope: Scope,
    /// Names of records.
    pub names: &'a Names,
    /// Whose clocks show the time.
    pub zone: Tz,
}

impl Reader<'_> {
    /// Somebody as the reader is told.
    pub(super) fn who(&self, by: Option<&ActorKind>, name: &str) -> Who {
        Who::of(by.copied(), name, self.you.copied())
    }
}

/// `a`, `a and b`, `a, b and c`
pub(super) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

pub(super) fn words(text: impl Into<String>) -> Part {
    Part::Words(text.into())
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(text) | Self::Value(text) | Self::Import(_, text) => f.write_str(text),
            Self::Record { name, detail, .. } if detail.is_empty() => f.write_str(name),
            Self::Record { name, detail, .. } => write!(f, "{name} {detail}"),
        }
    }
}

impl Sentence {
    /// What was done, without who did it.
    #[must_use]
    pub fn what(&self) -> String {
        self.parts.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Values { label, old, new } | Self::Text { label, old, new, .. }) = self;
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
        write!(f, "{label}: {} → {}", text(old), text(new))
    }
}
