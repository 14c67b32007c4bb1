//! The tables of second factors and recovery codes. A code counts once: the statement that takes it says whether it was there to be taken, so
//! that of two at the same instant one comes first.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::random::{random, random_groups};
use super::{Result, hash};
use crate::db::Db;
use crate::db::schema::{recovery_codes, second_factors};
use crate::domain::AccountId;
use crate::domain::second_factor::{RECOVERY_CODES, recovery_key, secret, step};

/// How long there is time to confirm a secret.
const CANDIDATE: TimeDelta = TimeDelta::hours(1);

/// Whether a user has a second factor.
pub fn is_on(db: &mut Db, account: impl Into<AccountId>) -> Result<bool> {
    let account = account.into();
    Ok(active(db, account)?.is_some())
}

fn active(db: &mut Db, account: AccountId) -> Result<Option<String>> {
    Ok(second_factors::table.find(account.0).select(second_factors::secret).first::<Option<String>>(db).optional()?.flatten())
}

/// The secret that a user is setting up.
pub fn candidate(db: &mut Db, account: impl Into<AccountId>, now: NaiveDateTime) -> Result<Option<String>> {
    let account = account.into();
    let row = second_factors::table.find(account.0).filter(second_factors::candidate_at.gt(now - CANDIDATE));
    Ok(row.select(second_factors::candidate).first::<Option<String>>(db).optional()?.flatten())
}

/// Makes a new secret, which counts once a code has confirmed it; the one before goes on until then.
pub fn begin(db: &mut Db, account: impl Into<AccountId>, now: NaiveDateTime) -> Result<()> {
    let account = account.into();
    let candidate = (second_factors::candidate.eq(secret(random())), second_factors::candidate_at.eq(now));
    if diesel::update(second_factors::table.find(account.0)).set(candidate.clone()).execute(db)? == 0 {
        let new = (second_factors::account_id.eq(account.0), second_factors::last_step.eq(0));
        diesel::insert_into(second_factors::table).values((new, candidate)).execute(db)?;
    }
    Ok(())
}

/// Takes the secret that is being set up, if the code is one of its own; that code is used up.
pub fn confirm(db: &mut Db, account: impl Into<AccountId>, code: &str, now: NaiveDateTime) -> Result<bool> {
    let account = account.into();
    let Some(secret) = candidate(db, account, now)? else { return Ok(false) };
    let Some(step) = step(&secret, code, now) else { return Ok(false) };
    let row = second_factors::table.find(account.0).filter(second_factors::candidate.eq(&secret));
    let taken = diesel::update(row)
        .set((
            second_factors::secret.eq(&secret),
            second_factors::last_step.eq(step),
            second_factors::candidate.eq(None::<String>),
            second_factors::candidate_at.eq(None::<NaiveDateTime>),
        ))
        .execute(db)?;
    Ok(taken > 0)
}

/// Takes a code of the app, once.
pub fn take_code(db: &mut Db, account: impl Into<AccountId>, code: &str, now: NaiveDateTime) -> Result<bool> {
    let account = account.into();
    let Some(secret) = active(db, account)? else { return Ok(false) };
    let Some(step) = step(&secret, code, now) else { return Ok(false) };
    let row = second_factors::table.find(account.0).filter(second_factors::secret.eq(&secret)).filter(second_factors::last_step.lt(step));
    Ok(diesel::update(row).set(second_factors::last_step.eq(step)).execute(db)? > 0)
}

/// Takes a recovery code, once.
pub fn take_recovery_code(db: &mut Db, account: impl Into<AccountId>, code: &str) -> Result<bool> {
    let account = account.into();
    Ok(diesel::delete(recovery_codes::table.find((account.0, stored(code)))).execute(db)? > 0)
}

/// How many recovery codes a user has left.
pub fn recovery_codes_left(db: &mut Db, account: impl Into<AccountId>) -> Result<i64> {
    let account = account.into();
    Ok(recovery_codes::table.filter(recovery_codes::account_id.eq(account.0)).count().get_result(db)?)
}

/// Makes recovery codes in the place of those before. They are stored nowhere but as hashes.
pub fn new_recovery_codes(db: &mut Db, account: impl Into<AccountId>) -> Result<Vec<String>> {
    let account = account.into();
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account.0))).execute(db)?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random_groups()).collect();
    for code in &codes {
        let row = (recovery_codes::account_id.eq(account.0), recovery_codes::code_hash.eq(stored(code)));
        diesel::insert_into(recovery_codes::table).values(row).execute(db)?;
    }
    Ok(codes)
}

fn stored(code: &str) -> String {
    hash(&recovery_key(code))
}

/// Removes the second factor of a user, with the recovery codes. Says whether there was one.
pub fn remove(db: &mut Db, account: impl Into<AccountId>) -> Result<bool> {
    let account = account.into();
    let had = is_on(db, account)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account.0))).execute(db)?;
    diesel::delete(second_factors::table.find(account.0)).execute(db)?;
    Ok(had)
}
