//! Forms that are sent twice make one record: the first transaction keeps its form's token and where its answer led; later ones with
//! the same token are led there too.
//!
//! Two at once cannot both claim it, since the token is the primary key: the loser's transaction is repeated and finds it.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::form_tokens;
use crate::domain::actor::Actor;

/// How long a token is remembered: longer than a form lies open in a tab.
const KEPT: TimeDelta = TimeDelta::days(14);
/// Our tokens have 22 characters; whatever is much longer is not ours.
const LIMIT: usize = 64;

/// Claims a form's token for the present transaction, before anything else is done: a form that is sent twice at once waits here for the
/// first, and then finds where that one led. `Some` is where an earlier one led. A token that is not ours is passed over: a request
/// without a token is taken as it is.
///
/// # Errors
/// A unique violation when another transaction claimed it at the same time.
pub fn claim(db: &mut Db, actor: &Actor, token: &str) -> Result<Option<String>> {
    if !is_one(token) {
        return Ok(None);
    }
    let led_to = form_tokens::table.find(token).select(form_tokens::location).first(db).optional()?;
    if led_to.is_none() {
        diesel::insert_into(form_tokens::table)
            .values((form_tokens::token.eq(token), form_tokens::location.eq(""), form_tokens::created_at.eq(actor.now)))
            .execute(db)?;
    }
    Ok(led_to)
}

/// Notes where a form that was taken leads.
pub fn settle(db: &mut Db, actor: &Actor, token: &str, location: &str) -> Result<()> {
    if is_one(token) {
        diesel::update(form_tokens::table.find(token)).set(form_tokens::location.eq(location)).execute(db)?;
        diesel::delete(form_tokens::table.filter(form_tokens::created_at.lt(actor.now - KEPT))).execute(db)?;
    }
    Ok(())
}

fn is_one(token: &str) -> bool {
    !token.is_empty() && token.len() <= LIMIT && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
