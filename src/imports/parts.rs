//! The bytes of uploaded files, in parts of one size: how they are kept, read, and removed a few at a time.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::uploads::UPLOADING;
use crate::db::Db;
use crate::db::schema::{import_parts, import_uploads};
use crate::domain::UploadId;
use crate::domain::import::stage::Stage;
use crate::store::Result;

/// What the invalid rows are kept under, beside the files.
pub const INVALID: &str = "wrong";
/// An upload that has not grown for this time was interrupted.
const BROKEN_OFF: TimeDelta = TimeDelta::days(1);
/// The files of a check that nobody has imported after this time are removed.
pub const WAITS: TimeDelta = TimeDelta::days(30);
/// Parts that are removed in one transaction: 8 MiB.
const SLICE: i64 = 32;

/// Whatever the check found.
const CHECKED: Stage = Stage::Checked { importable: true };

/// A part of one of its files, or of [`INVALID`]; `None` beyond the last.
///
/// # Errors
/// The database's own.
pub fn read(db: &mut Db, id: UploadId, file: &str, number: u64) -> Result<Option<Vec<u8>>> {
    Ok(import_parts::table.find((id.0, file, place(number))).select(import_parts::bytes).first(db).optional()?)
}

pub(super) fn put(db: &mut Db, id: UploadId, file: &str, number: u64, bytes: &[u8]) -> Result<()> {
    diesel::insert_into(import_parts::table)
        .values((
            import_parts::upload_id.eq(id.0),
            import_parts::subject.eq(file),
            import_parts::part.eq(place(number)),
            import_parts::bytes.eq(bytes),
        ))
        .execute(db)?;
    Ok(())
}

/// Removes some of an upload that did not arrive whole; returns whether nothing is left of it.
///
/// # Errors
/// The database's own.
pub fn erase(db: &mut Db, id: UploadId) -> Result<bool> {
    if remove_parts(db, id, true)? {
        return Ok(false);
    }
    diesel::delete(import_uploads::table.find(id.0)).execute(db)?;
    Ok(true)
}

/// An upload whose files nobody needs any more.
#[derive(Debug, Clone)]
pub struct ExpiredUpload {
    id: UploadId,
    stage: String,
}

/// An import that is done, discarded or forgotten and whose files are still here, or an upload that broke off.
///
/// # Errors
/// The database's own.
pub fn expired(db: &mut Db, now: NaiveDateTime) -> Result<Option<ExpiredUpload>> {
    let ended = [Stage::Done, Stage::Discarded].map(Stage::word);
    let broken_off = import_uploads::stage.eq(UPLOADING).and(import_uploads::changed_at.lt(now - BROKEN_OFF));
    let forgotten = import_uploads::stage.eq(CHECKED.word()).and(import_uploads::changed_at.lt(now - WAITS));
    let found: Option<(i64, String)> = import_uploads::table
        .filter(import_uploads::held.eq(true))
        .filter(import_uploads::stage.eq_any(ended).or(broken_off).or(forgotten))
        .order(import_uploads::id)
        .select((import_uploads::id, import_uploads::stage))
        .first(db)
        .optional()?;
    Ok(found.map(|(id, stage)| ExpiredUpload { id: UploadId(id), stage }))
}

/// Removes some of it. The invalid rows of an import that is done stay, to be downloaded.
///
/// # Errors
/// The database's own.
pub fn clear(db: &mut Db, expired: &ExpiredUpload) -> Result<()> {
    if expired.stage == UPLOADING {
        return erase(db, expired.id).map(drop);
    }
    if expired.stage == CHECKED.word() {
        let forgotten = import_uploads::table.find(expired.id.0).filter(import_uploads::stage.eq(CHECKED.word()));
        diesel::update(forgotten).set(import_uploads::stage.eq(Stage::Discarded.word())).execute(db)?;
        return Ok(());
    }
    if !remove_parts(db, expired.id, expired.stage == Stage::Discarded.word())? {
        diesel::update(import_uploads::table.find(expired.id.0)).set(import_uploads::held.eq(false)).execute(db)?;
    }
    Ok(())
}

/// Removes a slice of an upload's parts, those of [`INVALID`] only if told so. Returns whether there were any.
fn remove_parts(db: &mut Db, id: UploadId, invalid: bool) -> Result<bool> {
    let kept = if invalid { "" } else { INVALID };
    let parts: Vec<(String, i32)> = import_parts::table
        .filter(import_parts::upload_id.eq(id.0))
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
