//! The table of users.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::result::Error as DatabaseFailure;

use super::{Error, Result, accounts};
use crate::db::schema::users;
use crate::db::{Db, lock_user};
use crate::domain::UserId;
use crate::domain::rules::{Refusal, Role};
use crate::domain::user::{Draft, User};
use crate::domain::{collate, identity};

/// A row but for the password, and whether there is one.
pub(super) type Row = (i64, String, String, String, bool, Option<String>, NaiveDateTime, Option<NaiveDateTime>, i32);

/// The columns of a [`Row`].
pub(super) const COLUMNS: (
    users::id,
    users::name,
    users::email,
    users::role,
    users::enabled,
    users::password,
    users::created_at,
    users::seen_at,
    users::version,
) = (users::id, users::name, users::email, users::role, users::enabled, users::password, users::created_at, users::seen_at, users::version);

/// A user and the hash of the password, from a row.
pub(super) fn of_row((id, name, email, role, enabled, password, created_at, seen_at, version): Row) -> (User, Option<String>) {
    // What a newer program wrote may be unknown here: then it is the least.
    let role = Role::parse(&role).unwrap_or(Role::Viewer);
    (User { id: UserId(id), name, email, role, enabled, has_password: password.is_some(), created_at, seen_at, version }, password)
}

/// Whether there are users: then everybody signs in.
pub fn any(db: &mut Db) -> Result<bool> {
    Ok(users::table.select(users::id).limit(1).first::<i64>(db).optional()?.is_some())
}

/// A user.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(db: &mut Db, id: UserId) -> Result<User> {
    let row: Option<Row> = users::table.find(id.0).select(COLUMNS).first(db).optional()?;
    row.map(|row| of_row(row).0).ok_or(Error::NotFound("user"))
}

/// Holds a user until the transaction ends, so that no session begins beside what ends all sessions.
pub fn hold(db: &mut Db, id: UserId) -> Result<()> {
    Ok(lock_user(db, id.0)?)
}

/// The user with an e-mail, and the hash of the password.
pub fn by_email(db: &mut Db, email: &str) -> Result<Option<(User, Option<String>)>> {
    let key = identity::email_key(email);
    // PostgreSQL takes no text with a NUL, and nobody has such an e-mail.
    if key.contains('\0') {
        return Ok(None);
    }
    let row: Option<Row> = users::table.filter(users::email_key.eq(key)).select(COLUMNS).first(db).optional()?;
    Ok(row.map(of_row))
}

/// The hash of a user's password, where there is one.
pub fn password(db: &mut Db, id: UserId) -> Result<Option<String>> {
    Ok(users::table.find(id.0).select(users::password).first::<Option<String>>(db).optional()?.flatten())
}

/// All users, by name. An installation has some dozens.
pub fn all(db: &mut Db) -> Result<Vec<User>> {
    let rows: Vec<Row> = users::table.order(users::id).select(COLUMNS).load(db)?;
    let mut users: Vec<_> = rows.into_iter().map(|row| of_row(row).0).collect();
    users.sort_by(|one, other| collate::compare(&one.name, &other.name));
    Ok(users)
}

/// Inserts a user that has been checked; `hash` is the password's, where there is one yet.
pub fn insert(db: &mut Db, draft: &Draft, hash: Option<&str>, now: NaiveDateTime) -> Result<UserId> {
    let id = accounts::insert(db, accounts::Kind::User)?;
    diesel::insert_into(users::table)
        .values((
            users::id.eq(id.0),
            (
                users::name.eq(&draft.name),
                users::email.eq(draft.email.as_str()),
                users::email_key.eq(identity::email_key(draft.email.as_str())),
            ),
            (users::role.eq(draft.role.to_string()), users::enabled.eq(true), users::password.eq(hash)),
            (users::created_at.eq(now), users::changed_at.eq(now)),
        ))
        .execute(db)?;
    Ok(UserId(id.0))
}

/// Whether no administrator but this one can sign in.
pub fn is_last_administrator(db: &mut Db, user: &User) -> Result<bool> {
    if user.role != Role::Administrator || !user.enabled || !user.has_password {
        return Ok(false);
    }
    let others = users::table
        .filter(users::role.eq(Role::Administrator.to_string()))
        .filter(users::enabled)
        .filter(users::password.is_not_null())
        .filter(users::id.ne(user.id.0));
    Ok(others.select(users::id).first::<i64>(db).optional()?.is_none())
}

/// Saves what is said of a user.
///
/// # Errors
/// [`Error::Refused`] when nobody would be left who can manage users: the database keeps that.
pub fn save(db: &mut Db, id: UserId, draft: &Draft, now: NaiveDateTime) -> Result<()> {
    let email = draft.email.as_str();
    let set = (
        (users::name.eq(&draft.name), users::email.eq(email), users::email_key.eq(identity::email_key(email))),
        (users::role.eq(draft.role.to_string()), users::changed_at.eq(now)),
    );
    diesel::update(users::table.find(id.0)).set(set).execute(db).map_err(kept).map(drop)
}

/// Notes that the history tells of one more edit.
pub fn count_edit(db: &mut Db, id: UserId) -> Result<()> {
    diesel::update(users::table.find(id.0)).set(users::version.eq(users::version + 1)).execute(db)?;
    Ok(())
}

/// Lets a user sign in, or no longer.
///
/// # Errors
/// As [`save`].
pub fn set_enabled(db: &mut Db, id: UserId, enabled: bool, now: NaiveDateTime) -> Result<()> {
    let set = (users::enabled.eq(enabled), users::changed_at.eq(now));
    diesel::update(users::table.find(id.0)).set(set).execute(db).map_err(kept).map(drop)
}

/// The trigger `users_last_administrator` speaks by an error.
fn kept(error: DatabaseFailure) -> Error {
    match &error {
        DatabaseFailure::DatabaseError(_, information) if information.message().contains("users_last_administrator") => {
            Refusal::LastAdministrator.into()
        }
        _ => error.into(),
    }
}

/// Stores the hash of a password.
pub fn set_password(db: &mut Db, id: UserId, hash: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(users::table.find(id.0)).set((users::password.eq(hash), users::changed_at.eq(now))).execute(db)?;
    Ok(())
}

/// Notes that a user was seen.
pub fn set_seen(db: &mut Db, id: UserId, now: NaiveDateTime) -> Result<()> {
    diesel::update(users::table.find(id.0)).set(users::seen_at.eq(now)).execute(db)?;
    Ok(())
}
