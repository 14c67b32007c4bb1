//! The table of links by which users set a password. A link is known by the hash of its token, and is used once.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::users::{COLUMNS, Row, of_row};
use super::{Result, hash};
use crate::db::Db;
use crate::db::schema::{password_links, users};
use crate::domain::UserId;
use crate::domain::user::User;

/// How long a link can be used.
const VALID: TimeDelta = TimeDelta::days(3);
/// How long it is remembered, so that whoever comes with it later is told what became of it.
const KEPT: TimeDelta = TimeDelta::days(90);

/// A link that somebody came with.
#[derive(Debug, Clone)]
pub enum Link {
    /// The password of this user can be set by it.
    Valid(User),
    /// It has been used.
    Used,
    /// It is older than it may be, was replaced by another, or never was one.
    Unknown,
}

/// Makes a link for a user, in the place of those that have not been used; returns its token, which is stored nowhere.
pub fn make(db: &mut Db, user: UserId, now: NaiveDateTime) -> Result<String> {
    drop_open(db, user)?;
    diesel::delete(password_links::table.filter(password_links::created_at.lt(now - KEPT))).execute(db)?;
    let token = super::random_secret();
    diesel::insert_into(password_links::table)
        .values((password_links::token_hash.eq(hash(&token)), password_links::user_id.eq(user.0), password_links::created_at.eq(now)))
        .execute(db)?;
    Ok(token)
}

/// What becomes of who comes with this token now. It uses nothing up.
pub fn find(db: &mut Db, token: &str, now: NaiveDateTime) -> Result<Link> {
    let row: Option<(NaiveDateTime, Option<NaiveDateTime>, Row)> = password_links::table
        .inner_join(users::table)
        .filter(password_links::token_hash.eq(hash(token)))
        .select((password_links::created_at, password_links::used_at, COLUMNS))
        .first(db)
        .optional()?;
    Ok(match row {
        Some((_, Some(_), _)) => Link::Used,
        Some((created_at, None, user)) if now < created_at + VALID => {
            let (user, _) = of_row(user);
            if user.enabled { Link::Valid(user) } else { Link::Unknown }
        }
        _ => Link::Unknown,
    })
}

/// Uses a link; says whether this was the first to do so.
pub fn use_up(db: &mut Db, token: &str, now: NaiveDateTime) -> Result<bool> {
    let link = password_links::table.find(hash(token)).filter(password_links::used_at.is_null());
    Ok(diesel::update(link).set(password_links::used_at.eq(now)).execute(db)? > 0)
}

/// Removes what links a user has that have not been used.
pub fn drop_open(db: &mut Db, user: UserId) -> Result<()> {
    let open = password_links::table.filter(password_links::user_id.eq(user.0)).filter(password_links::used_at.is_null());
    diesel::delete(open).execute(db)?;
    Ok(())
}
