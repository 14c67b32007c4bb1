//! The history as its pages read it, newest first. Events of a batch are one line, the batch; a page goes on from the last event and the last
//! batch that were shown. What is asked for is found by an index, whatever it is; where no index knows all of it, a page looks at so many events
//! and says how far it came.

mod batches;
mod changed;
mod events;
mod merge;
mod names;

use std::collections::HashMap;

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use self::events::Ask;
use self::merge::{Entry, Source, merge};
use super::error::Result;
use super::undo::{self, Undoing};
use crate::db::Db;
use crate::domain::event::SubjectKind;
use crate::domain::history::{Filter, Line, Names, Older, What};
use crate::domain::{BatchId, CustomerId, EntitlementId};

pub use self::changed::{Author, Deletion, deletion, last_change};
pub use self::names::people;

/// Lines of the history.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Newest first.
    pub lines: Vec<Line>,
    /// What is known of the records that they name.
    pub names: Names,
    /// The events of them that are taken back, and how.
    pub undone: HashMap<i64, Undoing>,
    /// From where older lines follow; `None` at the end.
    pub older: Option<Older>,
    /// There are older events that have not been looked at, from here on, although the page is not full.
    pub looked_back_to: Option<NaiveDateTime>,
}

/// Lines that a page shows.
pub const SHOWN: usize = 50;

/// The history of a customer with all that belongs to it: of one kind of record, or what one batch did.
pub fn of_customer(db: &mut Db, id: CustomerId, kind: Option<SubjectKind>, batch: Option<BatchId>, older: Older) -> Result<Page> {
    let before = events::place(db, older.event)?;
    let ask = Ask { customer: Some(id), kind, batch, before, ..Ask::default() };
    let found = events::find(db, &ask, SHOWN)?;
    let batches = match batch {
        Some(_) => Source::default(),
        None => batches::of_customer(db, id, kind, older.batch, SHOWN)?,
    };
    let shown = merge(&found, &batches, older, SHOWN);
    let lines = lines(db, &shown.entries, |db, ids| batches::with_counts_of_customer(db, id, ids))?;
    page(db, lines, &shown, false)
}

/// The latest changes of one entitlement, as far as they are among the latest of its customer's entitlements.
pub fn of_entitlement(db: &mut Db, customer: CustomerId, id: EntitlementId, limit: usize) -> Result<Page> {
    let ask = Ask { customer: Some(customer), kind: Some(SubjectKind::Entitlement), subject: Some(id.0), ..Ask::default() };
    let shown = merge(&events::find(db, &ask, limit)?, &Source::default(), Older::default(), limit);
    let lines = lines(db, &shown.entries, batches::with_counts)?;
    page(db, lines, &shown, false)
}

/// The history of all, as many lines as asked for.
pub fn all(db: &mut Db, filter: &Filter, zone: Tz, older: Older, limit: usize) -> Result<Page> {
    let (from, until) = filter.bounds(zone);
    let task = filter.what.and_then(|what| match what {
        What::Task(task) => Some(task),
        What::Batch => None,
    });
    let ask = Ask {
        customer: None,
        person: filter.by,
        task,
        kind: filter.subject,
        subject: None,
        batch: filter.batch,
        from,
        until,
        before: events::place(db, older.event)?,
    };
    let found = if filter.wants_events() { events::find(db, &ask, limit)? } else { Source::default() };
    let batches = if filter.wants_batches() { batches::find(db, &ask, older.batch, limit)? } else { Source::default() };
    let shown = merge(&found, &batches, older, limit);
    let mut lines = lines(db, &shown.entries, batches::with_counts)?;
    lines.retain(|line| filter.has_day_of(line, zone));
    page(db, lines, &shown, true)
}

fn page(db: &mut Db, lines: Vec<Line>, shown: &merge::Shown, names_customers: bool) -> Result<Page> {
    let names = names::of(db, &lines, names_customers)?;
    let ids: Vec<i64> = lines.iter().filter_map(|line| if let Line::Event(event) = line { Some(event.id.0) } else { None }).collect();
    let undone = undo::undone(db, &ids)?;
    Ok(Page { lines, names, undone, older: shown.older, looked_back_to: shown.looked_back_to })
}

fn lines(
    db: &mut Db,
    entries: &[Entry],
    batches: impl FnOnce(&mut Db, &[i64]) -> Result<Vec<crate::domain::history::PastBatch>>,
) -> Result<Vec<Line>> {
    let ids = |wanted: fn(&Entry) -> Option<i64>| entries.iter().filter_map(wanted).collect::<Vec<_>>();
    let event_ids = ids(|entry| if let Entry::Event(id) = entry { Some(*id) } else { None });
    let batch_ids = ids(|entry| if let Entry::Batch(id) = entry { Some(*id) } else { None });
    let mut events = events::load(db, &event_ids)?;
    let mut batches: HashMap<i64, _> = match batch_ids[..] {
        [] => HashMap::new(),
        _ => batches(db, &batch_ids)?.into_iter().map(|batch| (batch.id.0, batch)).collect(),
    };
    let line = |entry: &Entry| match entry {
        Entry::Event(id) => events.remove(id).map(Line::Event),
        Entry::Batch(id) => batches.remove(id).map(Line::Batch),
    };
    Ok(entries.iter().filter_map(line).collect())
}
