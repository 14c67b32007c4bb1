//! The table of pending sign-ins: the password was right, the code is still to come. What it is known by is no session.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Result, hash, is_random_secret, random_secret};
use crate::db::Db;
use crate::db::schema::pending_sign_ins;
use crate::domain::AccountId;

/// How long there is time for the code.
const KEPT: TimeDelta = TimeDelta::minutes(10);

/// Begins one; returns its token, which is stored nowhere.
pub fn begin(db: &mut Db, account: impl Into<AccountId>, now: NaiveDateTime) -> Result<String> {
    let account = account.into();
    let token = random_secret();
    diesel::delete(pending_sign_ins::table.filter(pending_sign_ins::created_at.le(now - KEPT))).execute(db)?;
    diesel::insert_into(pending_sign_ins::table)
        .values((
            pending_sign_ins::token_hash.eq(hash(&token)),
            pending_sign_ins::account_id.eq(account.0),
            pending_sign_ins::created_at.eq(now),
        ))
        .execute(db)?;
    Ok(token)
}

/// Whose it is, unless it has ended.
pub fn find(db: &mut Db, token: &str, now: NaiveDateTime) -> Result<Option<AccountId>> {
    if !is_random_secret(token) {
        return Ok(None);
    }
    let row = pending_sign_ins::table.find(hash(token)).filter(pending_sign_ins::created_at.gt(now - KEPT));
    Ok(row.select(pending_sign_ins::account_id).first(db).optional()?.map(AccountId))
}

/// Ends one: it leads to one session. Says whether it was there.
pub fn end(db: &mut Db, token: &str) -> Result<bool> {
    Ok(diesel::delete(pending_sign_ins::table.find(hash(token))).execute(db)? > 0)
}

/// Ends all of a user.
pub fn end_all(db: &mut Db, account: impl Into<AccountId>) -> Result<()> {
    let account = account.into();
    diesel::delete(pending_sign_ins::table.filter(pending_sign_ins::account_id.eq(account.0))).execute(db)?;
    Ok(())
}
