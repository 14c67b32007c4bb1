//! Rows as a check shows them: the first as they would be stored, those that change with what they change.

use serde::{Deserialize, Serialize};

use super::known::StoredRecords;
use super::plan::outcome::{Plan, Planned, PlannedContact, PlannedEntitlement, RowOutcome};
use super::seen::CustomerRef;
use crate::domain::contact::Contact;
use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::import::{Each, Subject};
use crate::domain::stored::{self, Pairs};
use crate::imports::files::fields::named;
use crate::imports::files::merge::Batch;
use crate::imports::files::records::CustomerRecord;
use crate::imports::files::row::FileRow;

/// New rows of each file that are shown.
const FIRST: usize = 20;
/// Rows that change and are shown.
const CHANGED: usize = 10_000;
/// Characters of all that is shown.
const CHARACTERS: usize = 8 << 20;

/// What becomes of a row that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    New,
    Changed,
    Invalid,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::New, Self::Changed, Self::Invalid];

    /// The word of addresses and the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Invalid => "invalid",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// A cell as it would be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What people call its field, or its column.
    pub label: String,
    /// What is stored, where that changes.
    pub before: Option<String>,
    /// What would be stored, or what is wrong.
    pub after: String,
}

/// A row that is shown.
#[derive(Debug, Clone)]
pub struct PreviewRow {
    pub outcome: Outcome,
    pub subject: Subject,
    pub line: u64,
    pub cells: Vec<Cell>,
}

/// Rows that are shown, as many as there is room for.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    pub rows: Vec<PreviewRow>,
    first: Each<usize>,
    changed: usize,
    characters: usize,
}

impl Preview {
    /// Takes from a batch what is shown.
    pub(super) fn add(&mut self, plan: &Plan, batch: &Batch, stored: &StoredRecords) {
        for (row, planned) in batch.rows.customers.iter().zip(&plan.customers) {
            self.take(Subject::Customers, row, planned, customer, |id, _| Some(of_customer(stored.customers.get(&id)?)));
        }
        for (row, planned) in batch.rows.contacts.iter().zip(&plan.contacts) {
            self.take(Subject::Contacts, row, planned, contact, |_, planned| {
                let CustomerRef::Stored(customer) = planned.customer else { return None };
                Some(of_contact(stored.contact(customer, &row.email_key)?))
            });
        }
        for (row, planned) in batch.rows.entitlements.iter().zip(&plan.entitlements) {
            self.take(Subject::Entitlements, row, planned, entitlement, |_, planned| {
                Some(of_entitlement(stored.entitlements.get(&planned.eid)?))
            });
        }
    }

    fn take<R>(
        &mut self,
        subject: Subject,
        row: &FileRow,
        planned: &Planned<R>,
        after: impl Fn(&R) -> Pairs,
        before: impl Fn(i64, &R) -> Option<Pairs>,
    ) {
        let (outcome, before, after) = match planned {
            Ok(RowOutcome::New(record)) if *self.first.of(subject) < FIRST => (Outcome::New, None, after(record)),
            Ok(RowOutcome::Changed(id, record)) if self.changed < CHANGED => (Outcome::Changed, before(*id, record), after(record)),
            _ => return,
        };
        if self.characters > CHARACTERS {
            return;
        }
        match outcome {
            Outcome::New => *self.first.of_mut(subject) += 1,
            _ => self.changed += 1,
        }
        let cells = cells(subject, before, after);
        self.characters += cells.iter().map(|cell| cell.after.len() + cell.before.as_ref().map_or(0, String::len)).sum::<usize>();
        self.rows.push(PreviewRow { outcome, subject, line: row.record.line, cells });
    }
}

/// What is not empty of a new record, or what changes of a stored one.
fn cells(subject: Subject, before: Option<Pairs>, after: Pairs) -> Vec<Cell> {
    let label = |field: &str| named(subject, field).map_or_else(|| field.to_owned(), |known| known.label.to_owned());
    let Some(before) = before else {
        // That goods go where bills go is what nothing says otherwise.
        let filled = after.into_iter().filter(|(field, value)| !value.is_empty() && field != "shipping_same");
        return filled.map(|(field, after)| Cell { label: label(&field), before: None, after }).collect();
    };
    let value =
        |pairs: &Pairs, field: &str| pairs.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default();
    let mut fields: Vec<&String> = after.iter().chain(&before).map(|(field, _)| field).collect();
    let mut seen = std::collections::HashSet::new();
    fields.retain(|field| seen.insert(field.as_str()));
    let changed = fields.into_iter().filter_map(|field| {
        let (old, new) = (value(&before, field), value(&after, field));
        (old != new).then(|| Cell { label: label(field), before: Some(old), after: new })
    });
    changed.collect()
}

fn status(enabled: bool) -> (String, String) {
    ("status".to_owned(), if enabled { "enabled" } else { "disabled" }.to_owned())
}

fn customer(record: &CustomerRecord) -> Pairs {
    let kind = ("type".to_owned(), record.draft.who.kind().word().to_owned());
    [("number".to_owned(), record.number.clone()), kind, status(record.enabled)]
        .into_iter()
        .chain(stored::customer_draft(&record.draft))
        .collect()
}

fn of_customer(customer: &Customer) -> Pairs {
    let kind = ("type".to_owned(), customer.kind().word().to_owned());
    [("number".to_owned(), customer.number.clone()), kind, status(customer.enabled)].into_iter().chain(stored::customer(customer)).collect()
}

fn contact(planned: &PlannedContact) -> Pairs {
    let mut pairs = vec![status(planned.record.enabled)];
    pairs.extend(stored::contact(&planned.record.draft).into_iter().filter(|(field, _)| field != "reach"));
    pairs
}

fn of_contact(contact: &Contact) -> Pairs {
    let mut pairs = vec![status(contact.enabled)];
    pairs.extend(stored::contact(&contact.draft).into_iter().filter(|(field, _)| field != "reach"));
    pairs
}

fn entitlement(planned: &PlannedEntitlement) -> Pairs {
    let ended = planned.record.ended_at.map(|moment| moment.to_string()).unwrap_or_default();
    let mut pairs = vec![("eid".to_owned(), planned.eid.clone()), ("ended_at".to_owned(), ended)];
    pairs.extend(stored::entitlement(&planned.record.draft).into_iter().filter(|(field, _)| field != "contact"));
    pairs
}

fn of_entitlement(entitlement: &Entitlement) -> Pairs {
    let ended = entitlement.ended_at.map(|moment| moment.to_string()).unwrap_or_default();
    let mut pairs = vec![("eid".to_owned(), entitlement.eid.clone()), ("ended_at".to_owned(), ended)];
    pairs.extend(stored::entitlement(&entitlement.draft).into_iter().filter(|(field, _)| field != "contact"));
    pairs
}
