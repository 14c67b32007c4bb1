//! What the history holds: events and batches, as they were stored.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDateTime;

use crate::domain::actor::ActorKind;
use crate::domain::event::{EventTask, FieldChange, SubjectKind};
use crate::domain::{BatchId, CustomerId, EventId, ImportId};

/// Something that happened, as a line of the history.
#[derive(Debug, Clone)]
pub enum Line {
    /// One change.
    Event(PastEvent),
    /// Many changes that are one to a person.
    Batch(PastBatch),
}

/// An event as it was stored.
#[derive(Debug, Clone)]
pub struct PastEvent {
    /// In the order in which events were written.
    pub id: EventId,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Who did it; `None` for a kind of actor that this version does not know.
    pub by: Option<ActorKind>,
    /// The actor's name as it was.
    pub name: String,
    /// What was done; `None` for what this version does not know.
    pub task: Option<EventTask>,
    /// To which customer, or to something of it.
    pub customer: Option<CustomerId>,
    /// What kind of record it was done to; `None` for what this version does not know.
    pub kind: Option<SubjectKind>,
    /// Which record.
    pub subject: i64,
    /// The record's name as it was.
    pub subject_name: String,
    /// What changed.
    pub changes: Vec<FieldChange>,
    /// Why, where somebody said it; else empty.
    pub reason: String,
    /// The batch that it belongs to.
    pub batch: Option<BatchId>,
    /// The event that it takes back.
    pub undoes: Option<EventId>,
}

/// A batch, or what it did to one customer.
#[derive(Debug, Clone)]
pub struct PastBatch {
    /// Identifies it.
    pub id: BatchId,
    /// When it began, UTC.
    pub at: NaiveDateTime,
    /// Who did it; `None` for a kind of actor that this version does not know.
    pub by: Option<ActorKind>,
    /// The actor's name as it was.
    pub name: String,
    /// What it was.
    pub source: Source,
    /// The records that it created.
    pub created: Counts,
    /// The records that it changed or deleted, as many as were counted.
    pub changed: Counts,
    /// It has events that can be shown.
    pub has_events: bool,
}

/// What a batch was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An import of files with these names.
    Import(Option<ImportId>, Vec<String>),
    /// Sample data were loaded, or removed.
    Sample {
        /// They were removed.
        removed: bool,
    },
    /// Many were invited to the portal.
    Invitations,
    /// It took another batch back.
    Undo(BatchId),
    /// What this version does not know.
    Other,
}

/// How many records of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Customers.
    pub customers: i64,
    /// Contacts of companies.
    pub contacts: i64,
    /// Entitlements.
    pub entitlements: i64,
}

/// What is known of the records that a page of the history names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Contacts by their ids, those that are gone too, as far as their names are known.
    pub contacts: HashMap<i64, String>,
    /// Customers by their ids, those that are gone too, as far as their names are known.
    pub customers: HashMap<i64, String>,
    /// The contacts and entitlements that are still there.
    pub present: HashSet<(SubjectKind, i64)>,
}

impl Line {
    /// When it happened, UTC.
    #[must_use]
    pub fn at(&self) -> NaiveDateTime {
        match self {
            Self::Event(event) => event.at,
            Self::Batch(batch) => batch.at,
        }
    }

    /// Why, where somebody said it; else empty.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Event(event) => &event.reason,
            Self::Batch(_) => "",
        }
    }
}

impl Counts {
    /// Nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Those of one kind alone.
    #[must_use]
    pub fn only(self, kind: Option<SubjectKind>) -> Self {
        match kind {
            None => self,
            Some(SubjectKind::Customer) => Self { customers: self.customers, ..Self::default() },
            Some(SubjectKind::Contact) => Self { contacts: self.contacts, ..Self::default() },
            Some(SubjectKind::Entitlement) => Self { entitlements: self.entitlements, ..Self::default() },
            Some(SubjectKind::User | SubjectKind::Settings) => Self::default(),
        }
    }

    /// Counts one more of a kind.
    pub fn add(&mut self, kind: SubjectKind) {
        match kind {
            SubjectKind::Customer => self.customers += 1,
            SubjectKind::Contact => self.contacts += 1,
            SubjectKind::Entitlement => self.entitlements += 1,
            SubjectKind::User | SubjectKind::Settings => {}
        }
    }
}
