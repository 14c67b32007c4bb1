//! The bytes of uploaded files, in parts of one size: how they are kept, read, and removed a few at a time.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{import_parts, imports};
use crate::domain::ImportId;
use crate::domain::import::State;
use crate::store::Result;

/// What the invalid rows are kept under, beside the files.
pub const INVALID: &str = "invalid";
/// An upload that has not grown for this time was interrupted.
const UPLOAD_TIMEOUT: TimeDelta = TimeDelta::days(1);
/// The files of a check that nobody has imported after this time are removed.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// Parts that are removed in one transaction: 8 MiB.
const SLICE: i64 = 32;

/// Whatever the check found.
const CHECKED: State = State::Checked { importable: true };

/// A part of one of its files, or of [`INVALID`]; `None` beyond the last.
pub fn read(db: &mut Db, id: ImportId, file: &str, number: u64) -> Result<Option<Vec<u8>>> {
    Ok(import_parts::table.find((id.0, file, place(number))).select(import_parts::bytes).first(db).optional()?)
}

pub(super) fn put(db: &mut Db, id: ImportId, file: &str, number: u64, bytes: &[u8]) -> Result<()> {
    diesel::insert_into(import_parts::table)
        .values((
            import_parts::import_id.eq(id.0),
            import_parts::subject.eq(file),
            import_parts::part.eq(place(number)),
            import_parts::bytes.eq(bytes),
        ))
        .execute(db)?;
    Ok(())
}

/// Removes some of an upload that did not arrive whole; returns whether nothing is left of it.
pub fn erase(db: &mut Db, id: ImportId) -> Result<bool> {
    if remove_parts(db, id, true)? {
        return Ok(false);
    }
    diesel::delete(imports::table.find(id.0)).execute(db)?;
    Ok(true)
}

/// An import whose files nobody needs any more.
#[derive(Debug, Clone, Copy)]
pub struct Expired {
    id: ImportId,
    state: State,
}

/// An import that is done, discarded or forgotten and whose files are still here, or an upload that was interrupted.
pub fn expired(db: &mut Db, now: NaiveDateTime) -> Result<Option<Expired>> {
    let ended = [State::Done, State::Discarded].map(State::word);
    let interrupted = imports::state.eq(State::Uploading.word()).and(imports::changed_at.lt(now - UPLOAD_TIMEOUT));
    let forgotten = imports::state.eq(CHECKED.word()).and(imports::changed_at.lt(now - KEPT));
    let found: Option<(i64, String)> = imports::table
        .filter(imports::has_parts.eq(true))
        .filter(imports::state.eq_any(ended).or(interrupted).or(forgotten))
        .order(imports::id)
        .select((imports::id, imports::state))
        .first(db)
        .optional()?;
    Ok(found.map(|(id, state)| Expired { id: ImportId(id), state: State::parse(&state, true) }))
}

/// Removes some of it. The invalid rows of an import that is done stay, to be downloaded.
pub fn clear(db: &mut Db, expired: Expired) -> Result<()> {
    match expired.state {
        State::Uploading => erase(db, expired.id).map(drop),
        CHECKED => {
            let forgotten = imports::table.find(expired.id.0).filter(imports::state.eq(CHECKED.word()));
            diesel::update(forgotten).set(imports::state.eq(State::Discarded.word())).execute(db)?;
            Ok(())
        }
        state => {
            if !remove_parts(db, expired.id, state == State::Discarded)? {
                diesel::update(imports::table.find(expired.id.0)).set(imports::has_parts.eq(false)).execute(db)?;
            }
            Ok(())
        }
    }
}

/// Removes a slice of an upload's parts, those of [`INVALID`] only if told so. Returns whether there were any.
fn remove_parts(db: &mut Db, id: ImportId, invalid: bool) -> Result<bool> {
    let kept = if invalid { "" } else { INVALID };
    let parts: Vec<(String, i32)> = import_parts::table
        .filter(import_parts::import_id.eq(id.0))
        .filter(import_parts::subject.ne(kept))
        .select((import_parts::subject, import_parts::part))
        .limit(SLICE)
        .load(db)?;
    for (file, number) in &parts {
        diesel::delete(import_parts::table.find((id.0, file, number))).execute(db)?;
    }
    Ok(!parts.is_empty())
}

fn place(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
