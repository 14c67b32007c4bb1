//! Which versions of its record a form has saved: sent once more after Back, it is in no conflict with itself. A form is known by the random token
//! of its opening.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::error::Result;
use super::random::is_random_token;
use crate::db::Db;
use crate::db::schema::form_saves;
use crate::domain::actor::Actor;

/// How long it is remembered: longer than a form lies open in a tab.
const KEPT: TimeDelta = TimeDelta::days(14);

/// Notes that a form has saved this version. A form without a token of ours is nobody's.
pub fn insert(db: &mut Db, actor: &Actor, token: &str, version: i32) -> Result<()> {
    if !is_random_token(token) || versions(db, token)?.contains(&version) {
        return Ok(());
    }
    diesel::insert_into(form_saves::table)
        .values((form_saves::token.eq(token), form_saves::version.eq(version), form_saves::saved_at.eq(actor.now)))
        .execute(db)?;
    diesel::delete(form_saves::table.filter(form_saves::saved_at.lt(actor.now - KEPT))).execute(db)?;
    Ok(())
}

/// The versions that a form has saved.
pub fn versions(db: &mut Db, token: &str) -> Result<Vec<i32>> {
    if !is_random_token(token) {
        return Ok(Vec::new());
    }
    Ok(form_saves::table.filter(form_saves::token.eq(token)).select(form_saves::version).load(db)?)
}
