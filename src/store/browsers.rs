//! The table of known browsers: those from which a user has signed in before. They carry a random token, of which the hash is stored, and have
//! attempts of their own: strangers who guess a password lock out strangers alone (OWASP, *Slow Down Online Guessing Attacks with Device
//! Cookies*).

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Result, hash, random_secret};
use crate::db::Db;
use crate::db::schema::known_browsers;
use crate::domain::UserId;

/// How long a browser stays known without a sign-in.
const KEPT: TimeDelta = TimeDelta::days(180);

/// The hash of the token by which a user's browser is known.
pub fn known(db: &mut Db, user: UserId, tokens: &[String], now: NaiveDateTime) -> Result<Option<String>> {
    for token in tokens {
        let row = known_browsers::table.find((hash(token), user.0)).filter(known_browsers::seen_at.gt(now - KEPT));
        if let Some(known) = row.select(known_browsers::token_hash).first(db).optional()? {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// Notes that a user has signed in. Returns the token that the browser is to carry: one of its own where we have made it, else a new one.
pub fn remember(db: &mut Db, user: UserId, tokens: &[String], now: NaiveDateTime) -> Result<String> {
    diesel::delete(known_browsers::table.filter(known_browsers::user_id.eq(user.0)).filter(known_browsers::seen_at.lt(now - KEPT)))
        .execute(db)?;
    for token in tokens {
        let is_ours = known_browsers::table.filter(known_browsers::token_hash.eq(hash(token)));
        if is_ours.select(known_browsers::user_id).first::<i64>(db).optional()?.is_some() {
            diesel::delete(known_browsers::table.find((hash(token), user.0))).execute(db)?;
            insert(db, user, token, now)?;
            return Ok(token.clone());
        }
    }
    let token = random_secret();
    insert(db, user, &token, now)?;
    Ok(token)
}

/// Forgets the browsers of a user, as when the password was lost.
pub fn forget(db: &mut Db, user: UserId) -> Result<()> {
    diesel::delete(known_browsers::table.filter(known_browsers::user_id.eq(user.0))).execute(db)?;
    Ok(())
}

fn insert(db: &mut Db, user: UserId, token: &str, now: NaiveDateTime) -> Result<()> {
    diesel::insert_into(known_browsers::table)
        .values((known_browsers::token_hash.eq(hash(token)), known_browsers::user_id.eq(user.0), known_browsers::seen_at.eq(now)))
        .execute(db)?;
    Ok(())
}
