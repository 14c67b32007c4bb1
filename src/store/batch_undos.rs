//! The tables of batches that are taken back: how far that is, and what was left as it is. And what a batch has made, in portions: the newest
//! first.

use chrono::NaiveDateTime;
use diesel::dsl::{count_star, exists, max, not};
use diesel::prelude::*;

use super::error::{Error, Result};
use super::events::StoredEvent;
use super::history::Author;
use crate::db::Db;
use crate::db::schema::{batch_undo_skips, batch_undos, batches, contacts, customers, entitlements, events, import_files, imports};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::batch_undo::{BatchUndo, Stage, State};
use crate::domain::event::{BatchKind, SubjectKind};
use crate::domain::rules::Refusal;
use crate::domain::{BatchId, CustomerId, RecordId, import};

/// Records of one portion.
pub const PORTION: usize = 100;
/// Ids that are looked through for it at most: records have no index by their batch, which each import would pay for.
const WINDOW: i64 = 20_000;
/// Skipped records that a page shows.
pub const SHOWN: i64 = 200;

#[derive(Queryable)]
struct StoredUndo {
    batch_id: i64,
    undo_id: i64,
    state: String,
    trouble: String,
    reason: String,
    step: String,
    position: i64,
    total: Option<i64>,
    restored: i64,
    skipped: i64,
    created_at: NaiveDateTime,
    _changed_at: NaiveDateTime,
}

/// What was not taken back, and why.
#[derive(Debug, Clone, Queryable)]
pub struct Skip {
    /// The customer that it is, or belongs to.
    pub customer: i64,
    /// What kind of record: a word of [`SubjectKind`].
    pub kind: String,
    /// The record's name.
    pub name: String,
    /// A sentence.
    pub reason: String,
}

/// What a batch did.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Records that it created.
    pub created: i64,
    /// Changes that it made.
    pub changed: i64,
    /// Its records came and went by the undo of another batch.
    pub is_later: bool,
    /// It is an undo itself: to take it back brings back what an import did.
    pub is_undo: bool,
    /// Who did it, and when it began.
    pub author: Author,
}

/// What kind of batch it was, which one it takes back, and when and by whom.
type StoredBatch = (String, Option<i64>, (NaiveDateTime, String, Option<i64>, String));

/// What a batch did, and whether it can be taken back.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] for sample data, which are removed in another way, and for an import that has not ended.
pub fn summary(db: &mut Db, batch: BatchId) -> Result<Summary> {
    let author = (batches::at, batches::actor_kind, batches::actor_id, batches::actor_name);
    let found: Option<StoredBatch> = batches::table.find(batch.0).select((batches::kind, batches::undoes, author)).first(db).optional()?;
    let (kind, undoes, (at, actor_kind, actor_id, name)) = found.ok_or(Error::NotFound(BatchId::WHAT))?;
    let author = Author { at, by: ActorKind::parse(&actor_kind, actor_id), name };
    let changed = || events::table.filter(events::batch_id.eq(batch.0)).select(count_star());
    if undoes.is_some() {
        let running = batch_undos::table.filter(batch_undos::undo_id.eq(batch.0)).filter(batch_undos::state.ne(State::Done.word()));
        if diesel::select(exists(running)).get_result(db)? {
            return Err(Refusal::BatchUndoRuns.into());
        }
        return Ok(Summary { created: 0, changed: changed().first(db)?, is_later: true, is_undo: is_undo(db, batch)?, author });
    }
    if kind != BatchKind::Import.word() {
        return Err(Refusal::NotUndoable.into());
    }
    let of: Option<(i64, String)> =
        imports::table.filter(imports::batch_id.eq(batch.0)).select((imports::id, imports::state)).first(db).optional()?;
    let Some((id, state)) = of else { return Err(Refusal::NotUndoable.into()) };
    match import::State::parse(&state, true) {
        import::State::Done | import::State::Discarded => {}
        state => return Err(Refusal::ImportIs(state).into()),
    }
    let created: Vec<i64> = import_files::table.filter(import_files::import_id.eq(id)).select(import_files::created).load(db)?;
    Ok(Summary { created: created.into_iter().sum(), changed: changed().first(db)?, is_later: false, is_undo: false, author })
}

/// Whether a batch is an undo: neither an import, nor an undo that is taken back in turn, and so on.
pub fn is_undo(db: &mut Db, batch: BatchId) -> Result<bool> {
    let (mut is_undo, mut of) = (false, batch.0);
    while let Some(undone) = batches::table.find(of).select(batches::undoes).first::<Option<i64>>(db)? {
        is_undo = !is_undo;
        of = undone;
    }
    Ok(is_undo)
}

/// Begins to take back a batch.
pub fn insert(db: &mut Db, actor: &Actor, batch: BatchId) -> Result<()> {
    let undo: i64 = diesel::insert_into(batches::table)
        .values((
            batches::kind.eq(BatchKind::Import.word()),
            (
                batches::actor_kind.eq(actor.who.kind.word()),
                batches::actor_id.eq(actor.who.kind.id()),
                batches::actor_name.eq(&*actor.who.name),
            ),
            (batches::at.eq(actor.now), batches::undoes.eq(batch.0)),
        ))
        .returning(batches::id)
        .get_result(db)?;
    diesel::insert_into(batch_undos::table)
        .values((
            (batch_undos::batch_id.eq(batch.0), batch_undos::undo_id.eq(undo), batch_undos::state.eq(State::Running.word())),
            (batch_undos::reason.eq(&*actor.reason), batch_undos::step.eq(Stage::FIRST.word()), batch_undos::position.eq(i64::MAX)),
            (batch_undos::created_at.eq(actor.now), batch_undos::changed_at.eq(actor.now)),
        ))
        .execute(db)?;
    Ok(())
}

/// The undo of a batch, if somebody has asked for one.
pub fn find(db: &mut Db, batch: BatchId) -> Result<Option<BatchUndo>> {
    let row: Option<StoredUndo> = batch_undos::table.find(batch.0).first(db).optional()?;
    Ok(row.map(|row| BatchUndo {
        batch: BatchId(row.batch_id),
        undo: BatchId(row.undo_id),
        state: State::parse(&row.state),
        trouble: row.trouble,
        reason: row.reason,
        stage: Stage::parse(&row.step),
        below: row.position,
        total: row.total,
        restored: row.restored,
        skipped: row.skipped,
        created_at: row.created_at,
    }))
}

/// Writes how far it is.
pub fn save(db: &mut Db, undo: &BatchUndo, now: NaiveDateTime) -> Result<()> {
    diesel::update(batch_undos::table.find(undo.batch.0))
        .set((
            (batch_undos::state.eq(undo.state.word()), batch_undos::trouble.eq(&undo.trouble)),
            (batch_undos::step.eq(undo.stage.word()), batch_undos::position.eq(undo.below)),
            (batch_undos::total.eq(undo.total), batch_undos::restored.eq(undo.restored), batch_undos::skipped.eq(undo.skipped)),
            batch_undos::changed_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Notes what is not taken back, as the next of them.
pub fn skip(db: &mut Db, undo: &mut BatchUndo, skip: &Skip) -> Result<()> {
    undo.skipped += 1;
    diesel::insert_into(batch_undo_skips::table)
        .values((
            (batch_undo_skips::batch_id.eq(undo.batch.0), batch_undo_skips::position.eq(undo.skipped)),
            (batch_undo_skips::customer_id.eq(skip.customer), batch_undo_skips::subject_kind.eq(&skip.kind)),
            (batch_undo_skips::subject_name.eq(&skip.name), batch_undo_skips::reason.eq(&skip.reason)),
        ))
        .execute(db)?;
    Ok(())
}

/// The first of what was not taken back.
pub fn skips(db: &mut Db, batch: BatchId) -> Result<Vec<Skip>> {
    let of = batch_undo_skips::table.filter(batch_undo_skips::batch_id.eq(batch.0)).order(batch_undo_skips::position).limit(SHOWN);
    let columns = (batch_undo_skips::customer_id, batch_undo_skips::subject_kind, batch_undo_skips::subject_name, batch_undo_skips::reason);
    Ok(of.select(columns).load(db)?)
}

/// How many records and changes of the batch there are, those that are taken back already left out.
pub fn count(db: &mut Db, batch: BatchId) -> Result<i64> {
    let of = Some(batch.0);
    let created: [i64; 3] = [
        entitlements::table.filter(entitlements::batch_id.eq(of)).select(count_star()).first(db)?,
        contacts::table.filter(contacts::batch_id.eq(of)).filter(contacts::own.eq(false)).select(count_star()).first(db)?,
        customers::table.filter(customers::batch_id.eq(of)).select(count_star()).first(db)?,
    ];
    let later = diesel::alias!(events as later);
    let undone = later.filter(later.field(events::undoes).eq(events::id.nullable()));
    let changes: i64 = events::table.filter(events::batch_id.eq(of)).filter(not(exists(undone))).select(count_star()).first(db)?;
    Ok(created.iter().sum::<i64>() + changes)
}

/// The next records that the batch created, with their customers, below an id, the newest first; and the id below which to go on. 0 is the end.
pub fn created(db: &mut Db, batch: BatchId, kind: SubjectKind, below: i64) -> Result<(Vec<(i64, i64)>, i64)> {
    let of = Some(batch.0);
    let top: Option<i64> = match kind {
        SubjectKind::Entitlement => entitlements::table.select(max(entitlements::id)).first(db)?,
        SubjectKind::Contact => contacts::table.select(max(contacts::id)).first(db)?,
        _ => customers::table.select(max(customers::id)).first(db)?,
    };
    let below = below.min(top.unwrap_or(0) + 1);
    let from = (below - WINDOW).max(0);
    let limit = i64::try_from(PORTION).unwrap_or(i64::MAX);
    let rows: Vec<(i64, i64)> = match kind {
        SubjectKind::Entitlement => entitlements::table
            .filter(entitlements::id.lt(below).and(entitlements::id.ge(from)).and(entitlements::batch_id.eq(of)))
            .order(entitlements::id.desc())
            .limit(limit)
            .select((entitlements::id, entitlements::customer_id))
            .load(db)?,
        SubjectKind::Contact => contacts::table
            .filter(contacts::id.lt(below).and(contacts::id.ge(from)).and(contacts::batch_id.eq(of)).and(contacts::own.eq(false)))
            .order(contacts::id.desc())
            .limit(limit)
            .select((contacts::id, contacts::customer_id))
            .load(db)?,
        _ => customers::table
            .filter(customers::id.lt(below).and(customers::id.ge(from)).and(customers::batch_id.eq(of)))
            .order(customers::id.desc())
            .limit(limit)
            .select((customers::id, customers::id))
            .load(db)?,
    };
    let next = match rows.last() {
        Some((last, _)) if rows.len() == PORTION => *last,
        _ => from,
    };
    Ok((rows, next))
}

/// The next changes of the batch that are not taken back, below an id, the newest first; and the id below which to go on. 0 is the end.
pub fn changes(db: &mut Db, batch: BatchId, below: i64) -> Result<(Vec<StoredEvent>, i64)> {
    let later = diesel::alias!(events as later);
    let undone = later.filter(later.field(events::undoes).eq(events::id.nullable()));
    let rows: Vec<StoredEvent> = events::table
        .filter(events::batch_id.eq(batch.0))
        .filter(events::id.lt(below))
        .filter(not(exists(undone)))
        .order(events::id.desc())
        .limit(i64::try_from(PORTION).unwrap_or(i64::MAX))
        .load(db)?;
    let next = match rows.last() {
        Some(last) if rows.len() == PORTION => last.id,
        _ => 0,
    };
    Ok((rows, next))
}

/// What others have done to a record that a batch created, and nobody has taken back: the last of it.
pub fn touched(db: &mut Db, undo: &BatchUndo, customer: CustomerId, kind: SubjectKind, id: i64) -> Result<Option<StoredEvent>> {
    const LOOKED_THROUGH: i64 = 500;
    let of = events::table.filter(events::customer_id.eq(customer.0)).filter(events::subject_kind.eq(kind.word()));
    let of = of.filter(events::subject_id.eq(id)).order(events::id.desc()).limit(LOOKED_THROUGH);
    let mut taken_back = std::collections::HashSet::new();
    for event in of.load::<StoredEvent>(db)? {
        if taken_back.contains(&event.id) {
            continue;
        }
        match event.undoes {
            Some(undone) => _ = taken_back.insert(undone),
            None if event.batch_id.is_some_and(|batch| [undo.batch, undo.undo].contains(&BatchId(batch))) => {}
            None => return Ok(Some(event)),
        }
    }
    Ok(None)
}
