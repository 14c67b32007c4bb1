//! Batches, with what they did.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDateTime;
use diesel::dsl::{count_star, max, not};
use diesel::prelude::*;

use super::changed;
use super::events::Ask;
use super::merge::{Place, Source};
use crate::db::schema::{batches, contacts, customers, entitlements, events, import_files, imports};
use crate::db::{Db, MultiBackend};
use crate::domain::actor::ActorKind;
use crate::domain::event::{BatchKind, SubjectKind};
use crate::domain::history::{Counts, PastBatch, Source as What};
use crate::domain::import::Subject;
use crate::domain::invitation::{JOB, Progress};
use crate::domain::{BatchId, CustomerId, ImportId};
use crate::store::error::Result;
use crate::store::jobs;

/// So many batches are looked at for a page.
const LOOKED_AT: i64 = 200;
/// So many changes of a batch to one customer are counted.
const COUNTED: i64 = 1_000;

/// The newest batches of anybody or of one person, `limit` at most.
pub(super) fn find(db: &mut Db, ask: &Ask, before: Option<BatchId>, limit: usize) -> Result<Source> {
    let mut select = batches::table.into_boxed::<MultiBackend>();
    if let Some(BatchId(id)) = before {
        let at: Option<NaiveDateTime> = batches::table.find(id).select(batches::at).first(db).optional()?;
        if let Some(at) = at {
            select = select.filter(batches::at.le(at)).filter(not(batches::at.eq(at).and(batches::id.ge(id))));
        }
    }
    if let Some(from) = ask.from {
        select = select.filter(batches::at.ge(from));
    }
    if let Some(until) = ask.until {
        select = select.filter(batches::at.lt(until));
    }
    let newest = select.order((batches::at.desc(), batches::id.desc())).limit(LOOKED_AT);
    let rows: Vec<(NaiveDateTime, i64, String, Option<i64>)> =
        newest.select((batches::at, batches::id, batches::actor_kind, batches::actor_id)).load(db)?;
    let end = rows.last().filter(|_| i64::try_from(rows.len()).is_ok_and(|count| count == LOOKED_AT));
    let end = end.map(|(at, id, ..)| Place { at: *at, id: *id });
    let is_by = |kind: &str, id: Option<i64>| ask.person.is_none() || ActorKind::parse(kind, id) == ask.person;
    let fits = rows.iter().filter(|(_, _, kind, id)| is_by(kind, *id));
    let mut found: Vec<Place> = fits.map(|(at, id, ..)| Place { at: *at, id: *id }).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    Ok(Source { horizon: found.last().copied().filter(|_| more).or(end), found })
}

/// The newest batches that created or changed something of a customer, `limit` at most.
pub(super) fn of_customer(db: &mut Db, id: CustomerId, kind: Option<SubjectKind>, before: Option<BatchId>, limit: usize) -> Result<Source> {
    let created = created(db, id)?;
    let created: BTreeSet<i64> = created.iter().filter(|(_, counts)| !counts.only(kind).is_empty()).map(|(batch, _)| *batch).collect();
    let mut beyond = before.map_or(i64::MAX, |batch| batch.0);
    let (mut ids, mut looked_at) = (Vec::new(), 0);
    let ended = loop {
        if ids.len() > limit || looked_at == LOOKED_AT {
            break false;
        }
        // One look at the index for each batch, however many changes it made.
        let changed: Option<i64> = events::table
            .filter(events::customer_id.eq(id.0))
            .filter(events::batch_id.is_not_null())
            .filter(events::batch_id.lt(beyond))
            .select(max(events::batch_id))
            .first(db)?;
        let Some(next) = changed.max(created.range(..beyond).next_back().copied()) else { break true };
        let fits = kind.is_none() || created.contains(&next) || !changed_of(db, id, next)?.only(kind).is_empty();
        ids.extend(fits.then_some(next));
        (beyond, looked_at) = (next, looked_at + 1);
    };
    let more = ids.len() > limit;
    ids.truncate(limit);
    let times: HashMap<i64, NaiveDateTime> =
        batches::table.filter(batches::id.eq_any(&ids)).select((batches::id, batches::at)).load(db)?.into_iter().collect();
    let found: Vec<Place> = ids.iter().filter_map(|id| Some(Place { at: *times.get(id)?, id: *id })).collect();
    let horizon =
        if more { found.last().copied() } else { Some(beyond).filter(|_| !ended).and_then(|id| place(db, id).transpose()).transpose()? };
    Ok(Source { found, horizon })
}

fn place(db: &mut Db, id: i64) -> Result<Option<Place>> {
    let at = batches::table.find(id).select(batches::at).first(db).optional()?;
    Ok(at.map(|at| Place { at, id }))
}

/// Batches with all that they did.
pub(super) fn with_counts(db: &mut Db, ids: &[i64]) -> Result<Vec<PastBatch>> {
    let (mut batches, sums) = read(db, ids)?;
    for batch in &mut batches {
        if let Some((created, changed)) = sums.get(&batch.id.0) {
            (batch.created, batch.changed) = (*created, *changed);
        }
        if batch.source == What::Invitations {
            batch.changed.contacts = invited(db, batch.id)?;
        }
        // That of an import are counted already.
        batch.has_events = if sums.contains_key(&batch.id.0) { !batch.changed.is_empty() } else { has_events(db, batch.id)? };
        tell_removal(batch);
    }
    Ok(batches)
}

/// Batches with what they did to one customer.
pub(super) fn with_counts_of_customer(db: &mut Db, id: CustomerId, ids: &[i64]) -> Result<Vec<PastBatch>> {
    let created = created(db, id)?;
    let (mut batches, _) = read(db, ids)?;
    for batch in &mut batches {
        batch.created = created.get(&batch.id.0).copied().unwrap_or_default();
        batch.changed = changed_of(db, id, batch.id.0)?;
        batch.has_events = !batch.changed.is_empty();
        tell_removal(batch);
    }
    Ok(batches)
}

/// Sample data that are loaded have no events; those that are removed have.
fn tell_removal(batch: &mut PastBatch) {
    if let What::Sample { removed } = &mut batch.source {
        *removed = batch.has_events;
    }
}

/// How many contacts were invited: the job tells; without one they are few.
fn invited(db: &mut Db, batch: BatchId) -> Result<i64> {
    match jobs::checkpoint_of(db, JOB, batch.0)? {
        Some(checkpoint) => Ok(Progress::parse(&checkpoint).invited),
        None => Ok(events::table.filter(events::batch_id.eq(batch.0)).select(count_star()).first(db)?),
    }
}

fn has_events(db: &mut Db, batch: BatchId) -> Result<bool> {
    Ok(events::table.filter(events::batch_id.eq(batch.0)).select(events::id).first::<i64>(db).optional()?.is_some())
}

type StoredBatch = (i64, String, String, Option<i64>, String, NaiveDateTime, Option<i64>);
type Sums = HashMap<i64, (Counts, Counts)>;

/// Batches without counts; beside them what imports created and changed.
fn read(db: &mut Db, ids: &[i64]) -> Result<(Vec<PastBatch>, Sums)> {
    let rows: Vec<StoredBatch> = batches::table
        .filter(batches::id.eq_any(ids))
        .select((batches::id, batches::kind, batches::actor_kind, batches::actor_id, batches::actor_name, batches::at, batches::undoes))
        .load(db)?;
    let keys: Vec<Option<i64>> = ids.iter().copied().map(Some).collect();
    let made: Vec<(i64, Option<i64>)> =
        imports::table.filter(imports::batch_id.eq_any(&keys)).select((imports::id, imports::batch_id)).load(db)?;
    let imports: HashMap<i64, i64> = made.into_iter().filter_map(|(import, batch)| Some((import, batch?))).collect();
    let import_ids: Vec<i64> = imports.keys().copied().collect();
    let mut files: Vec<(i64, String, String, i64, i64)> = Vec::new();
    if !import_ids.is_empty() {
        files = import_files::table
            .filter(import_files::import_id.eq_any(&import_ids))
            .select((import_files::import_id, import_files::subject, import_files::name, import_files::created, import_files::changed))
            .load(db)?;
    }
    files.sort_by_key(|(_, subject, ..)| Subject::ALL.into_iter().position(|known| known.word() == subject));
    let (mut names, mut sums): (HashMap<i64, Vec<String>>, Sums) = Default::default();
    for (import, subject, name, new, differing) in files {
        let Some(batch) = imports.get(&import) else { continue };
        names.entry(*batch).or_default().push(name);
        let (created, changed) = sums.entry(*batch).or_default();
        let count = |counts: &mut Counts, number: i64| match Subject::parse(&subject) {
            Some(Subject::Customers) => counts.customers += number,
            Some(Subject::Contacts) => counts.contacts += number,
            Some(Subject::Entitlements) => counts.entitlements += number,
            None => {}
        };
        count(created, new);
        count(changed, differing);
    }
    let by_batch: HashMap<i64, i64> = imports.iter().map(|(import, batch)| (*batch, *import)).collect();
    let batch = |(id, kind, actor_kind, actor_id, name, at, undoes): StoredBatch| PastBatch {
        source: match (undoes, kind.as_str()) {
            (Some(undone), _) => What::Undo(BatchId(undone)),
            (None, kind) if kind == BatchKind::Import.word() => {
                What::Import(by_batch.get(&id).copied().map(ImportId), names.remove(&id).unwrap_or_default())
            }
            (None, kind) if kind == BatchKind::Sample.word() => What::Sample { removed: false },
            (None, kind) if kind == BatchKind::Invitations.word() => What::Invitations,
            _ => What::Other,
        },
        id: BatchId(id),
        at,
        by: ActorKind::parse(&actor_kind, actor_id),
        name,
        created: Counts::default(),
        changed: Counts::default(),
        has_events: false,
    };
    Ok((rows.into_iter().map(batch).collect(), sums))
}

/// What each batch created of a customer: the records say so, and of a customer that is gone what its deletion keeps.
fn created(db: &mut Db, id: CustomerId) -> Result<HashMap<i64, Counts>> {
    let mut all: HashMap<i64, Counts> = HashMap::new();
    let own: Option<Option<i64>> = customers::table.find(id.0).select(customers::batch_id).first(db).optional()?;
    let Some(own) = own else { return changed::created_before_deletion(db, id) };
    all.entry(own.unwrap_or_default()).or_default().customers = 1;
    let people: Vec<(Option<i64>, i64)> = contacts::table
        .filter(contacts::customer_id.eq(id.0))
        .filter(contacts::own.eq(false))
        .filter(contacts::batch_id.is_not_null())
        .group_by(contacts::batch_id)
        .select((contacts::batch_id, count_star()))
        .load(db)?;
    for (batch, count) in people {
        all.entry(batch.unwrap_or_default()).or_default().contacts = count;
    }
    let rights: Vec<(Option<i64>, i64)> = entitlements::table
        .filter(entitlements::customer_id.eq(id.0))
        .filter(entitlements::batch_id.is_not_null())
        .group_by(entitlements::batch_id)
        .select((entitlements::batch_id, count_star()))
        .load(db)?;
    for (batch, count) in rights {
        all.entry(batch.unwrap_or_default()).or_default().entitlements = count;
    }
    // No batch has this id: it stands for none.
    all.remove(&0);
    Ok(all)
}

/// The records of a customer that a batch changed, [`COUNTED`] changes at most.
fn changed_of(db: &mut Db, id: CustomerId, batch: i64) -> Result<Counts> {
    let rows: Vec<(String, i64)> = events::table
        .filter(events::customer_id.eq(id.0))
        .filter(events::batch_id.eq(batch))
        .limit(COUNTED)
        .select((events::subject_kind, events::subject_id))
        .load(db)?;
    let mut counts = Counts::default();
    let records: HashSet<(String, i64)> = rows.into_iter().collect();
    for kind in records.iter().filter_map(|(kind, _)| SubjectKind::parse(kind)) {
        counts.add(kind);
    }
    Ok(counts)
}
