//! The table of known browsers: those from which a user has signed in before. They carry a random token, of which the hash is stored, and have
//! attempts of their own: strangers who guess a password lock out strangers alone (OWASP, *Slow Down Online Guessing Attacks with Device
//! Cookies*).

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Result, hash, random_secret};
use crate::db::Db;
use crate::db::schema::known_browsers;
use crate::domain::AccountId;

/// How long a browser stays known without a sign-in.
const KEPT: TimeDelta = TimeDelta::days(180);

/// The hash of the token by which a user's browser is known.
pub fn known(db: &mut Db, account: impl Into<AccountId>, tokens: &[String], now: NaiveDateTime) -> Result<Option<String>> {
    let account = account.into();
    for token in tokens {
        let row = known_browsers::table.find((hash(token), account.0)).filter(known_browsers::seen_at.gt(now - KEPT));
        if let Some(known) = row.select(known_browsers::token_hash).first(db).optional()? {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// Notes that a user has signed in. Returns the token that the browser is to carry: one of its own where we have made it, else a new one.
pub fn remember(db: &mut Db, account: impl Into<AccountId>, tokens: &[String], now: NaiveDateTime) -> Result<String> {
    let account = account.into();
    diesel::delete(known_browsers::table.filter(known_browsers::account_id.eq(account.0)).filter(known_browsers::seen_at.lt(now - KEPT)))
        .execute(db)?;
    for token in tokens {
        let is_ours = known_browsers::table.filter(known_browsers::token_hash.eq(hash(token)));
        if is_ours.select(known_browsers::account_id).first::<i64>(db).optional()?.is_some() {
            diesel::delete(known_browsers::table.find((hash(token), account.0))).execute(db)?;
            insert(db, account, token, now)?;
            return Ok(token.clone());
        }
    }
    let token = random_secret();
    insert(db, account, &token, now)?;
    Ok(token)
}

/// Forgets the browsers of a user, as when the password was lost.
pub fn forget(db: &mut Db, account: impl Into<AccountId>) -> Result<()> {
    let account = account.into();
    diesel::delete(known_browsers::table.filter(known_browsers::account_id.eq(account.0))).execute(db)?;
    Ok(())
}

fn insert(db: &mut Db, account: AccountId, token: &str, now: NaiveDateTime) -> Result<()> {
    diesel::insert_into(known_browsers::table)
        .values((known_browsers::token_hash.eq(hash(token)), known_browsers::account_id.eq(account.0), known_browsers::seen_at.eq(now)))
        .execute(db)?;
    Ok(())
}
