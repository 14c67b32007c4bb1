//! Forms that are sent twice make one record: the first transaction leaves its form's token and where its answer led; later ones with
//! the same token are led there too.
//!
//! Two at once cannot both leave it, since the token is the primary key: the loser's transaction is done anew and finds it.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Actor, Result};
use crate::db::Db;
use crate::db::schema::form_tokens;

/// How long a token is remembered: longer than a form lies open in a tab.
const KEPT: TimeDelta = TimeDelta::days(14);
/// Our tokens have 22 characters; whatever is much longer is not ours.
const LIMIT: usize = 64;

/// Where the first form with this token led, if there was one.
///
/// # Errors
/// The database's own.
pub fn led_to(db: &mut Db, token: &str) -> Result<Option<String>> {
    if !is_one(token) {
        return Ok(None);
    }
    Ok(form_tokens::table.find(token).select(form_tokens::location).first(db).optional()?)
}

/// Leaves a form's token. One that is not ours is passed over: a request without a token is taken as it is.
///
/// # Errors
/// The database's own; a unique violation when another transaction left the same one first.
pub fn leave(db: &mut Db, actor: Actor, token: &str, location: &str) -> Result<()> {
    if !is_one(token) {
        return Ok(());
    }
    diesel::delete(form_tokens::table.filter(form_tokens::created_at.lt(actor.now - KEPT))).execute(db)?;
    diesel::insert_into(form_tokens::table)
        .values((form_tokens::token.eq(token), form_tokens::location.eq(location), form_tokens::created_at.eq(actor.now)))
        .execute(db)?;
    Ok(())
}

fn is_one(token: &str) -> bool {
    !token.is_empty() && token.len() <= LIMIT && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
