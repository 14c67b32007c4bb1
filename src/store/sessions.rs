//! The table of sessions. A session is known by the hash of its token, and lives in the database alone: it ends on every instance at once.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::identities::{self, Identity};
use super::users::{COLUMNS, Row, of_row};
use super::{Result, hash};
use crate::db::Db;
use crate::db::schema::{identities as identities_table, sessions, users};
use crate::domain::user::User;
use crate::domain::{AccountId, ContactId};

/// How long sessions live.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// Without a request of a person.
    pub idle: TimeDelta,
    /// At most.
    pub longest: TimeDelta,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { idle: TimeDelta::hours(8), longest: TimeDelta::days(14) }
    }
}

/// A session that has not ended.
#[derive(Debug, Clone)]
pub struct Session {
    /// Identifies it.
    pub id: i64,
    /// Since when.
    pub created_at: NaiveDateTime,
    /// When a person last asked for something, to within a minute.
    pub seen_at: NaiveDateTime,
    /// When the password was last given.
    pub confirmed_at: NaiveDateTime,
    /// Where from, as it was at sign-in.
    pub address: String,
    /// With which browser, as it was at sign-in.
    pub browser: String,
}

type SessionRow = (i64, NaiveDateTime, NaiveDateTime, NaiveDateTime, String, String);

const SESSION: (sessions::id, sessions::created_at, sessions::seen_at, sessions::confirmed_at, sessions::address, sessions::browser) =
    (sessions::id, sessions::created_at, sessions::seen_at, sessions::confirmed_at, sessions::address, sessions::browser);

fn of_session_row((id, created_at, seen_at, confirmed_at, address, browser): SessionRow) -> Session {
    Session { id, created_at, seen_at, confirmed_at, address, browser }
}

/// The session of a token with its user, unless it has ended or the user may not sign in.
pub fn find(db: &mut Db, token: &str, now: NaiveDateTime, lifetimes: &Lifetimes) -> Result<Option<(Session, User)>> {
    let row: Option<(SessionRow, Row)> = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::account_id)))
        .filter(sessions::token_hash.eq(hash(token)))
        .select((SESSION, COLUMNS))
        .first(db)
        .optional()?;
    let found = row.map(|(session, user)| (of_session_row(session), of_row(user).0));
    Ok(found.filter(|(session, user)| user.enabled && lives(session, now, lifetimes)))
}

/// A session of the portal: with its identity, and the contact as which the person is signed in, where it has been chosen.
pub type PortalSession = (Session, Identity, Option<ContactId>);

/// The session of a token of the portal, unless it has ended. Whether anybody may still sign in with it is asked by whoever admits it.
pub fn find_in_portal(db: &mut Db, token: &str, now: NaiveDateTime, lifetimes: &Lifetimes) -> Result<Option<PortalSession>> {
    let row: Option<(SessionRow, identities::Row, Option<i64>)> = sessions::table
        .inner_join(identities_table::table.on(identities_table::id.eq(sessions::account_id)))
        .filter(sessions::token_hash.eq(hash(token)))
        .select((SESSION, identities::COLUMNS, sessions::contact_id))
        .first(db)
        .optional()?;
    let found = row.map(|(session, identity, contact)| (of_session_row(session), identities::of_row(identity).0, contact.map(ContactId)));
    Ok(found.filter(|(session, _, _)| lives(session, now, lifetimes)))
}

/// Chooses as which contact the session of a token is one in the portal.
pub fn choose(db: &mut Db, token: &str, contact: ContactId) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::token_hash.eq(hash(token)))).set(sessions::contact_id.eq(contact.0)).execute(db)?;
    Ok(())
}

/// Chooses as which contact somebody is signed in to the portal.
pub fn set_contact(db: &mut Db, id: i64, contact: ContactId) -> Result<()> {
    diesel::update(sessions::table.find(id)).set(sessions::contact_id.eq(contact.0)).execute(db)?;
    Ok(())
}

/// Ends the sessions of a contact in the portal.
pub fn end_of_contact(db: &mut Db, contact: ContactId) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::contact_id.eq(contact.0))).execute(db)?;
    Ok(())
}

fn lives(session: &Session, now: NaiveDateTime, lifetimes: &Lifetimes) -> bool {
    now < session.seen_at + lifetimes.idle && now < session.created_at + lifetimes.longest
}

/// Begins a session; returns its token, which is stored nowhere.
pub fn begin(db: &mut Db, account: impl Into<AccountId>, address: &str, browser: &str, now: NaiveDateTime) -> Result<String> {
    let account = account.into();
    let token = super::random_secret();
    diesel::insert_into(sessions::table)
        .values((
            (sessions::token_hash.eq(hash(&token)), sessions::account_id.eq(account.0)),
            (sessions::created_at.eq(now), sessions::seen_at.eq(now), sessions::confirmed_at.eq(now)),
            (sessions::address.eq(address), sessions::browser.eq(browser)),
        ))
        .execute(db)?;
    Ok(token)
}

/// The sessions of an account that have not ended, newest first.
pub fn of_account(db: &mut Db, account: impl Into<AccountId>, now: NaiveDateTime, lifetimes: &Lifetimes) -> Result<Vec<Session>> {
    let account = account.into();
    let rows: Vec<SessionRow> =
        sessions::table.filter(sessions::account_id.eq(account.0)).order(sessions::id.desc()).select(SESSION).load(db)?;
    Ok(rows.into_iter().map(of_session_row).filter(|session| lives(session, now, lifetimes)).collect())
}

/// Notes that a person has asked for something.
pub fn set_seen(db: &mut Db, id: i64, now: NaiveDateTime) -> Result<()> {
    diesel::update(sessions::table.find(id)).set(sessions::seen_at.eq(now)).execute(db)?;
    Ok(())
}

/// Notes that the password was given.
pub fn set_confirmed(db: &mut Db, id: i64, now: NaiveDateTime) -> Result<()> {
    diesel::update(sessions::table.find(id)).set(sessions::confirmed_at.eq(now)).execute(db)?;
    Ok(())
}

/// Ends a session of an account; says whether there was one.
pub fn end(db: &mut Db, account: impl Into<AccountId>, id: i64) -> Result<bool> {
    let account = account.into();
    Ok(diesel::delete(sessions::table.find(id).filter(sessions::account_id.eq(account.0))).execute(db)? > 0)
}

/// Ends the session of a token.
pub fn end_of_token(db: &mut Db, token: &str) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::token_hash.eq(hash(token)))).execute(db)?;
    Ok(())
}

/// Ends all sessions of an account but one.
pub fn end_all(db: &mut Db, account: impl Into<AccountId>, but: Option<i64>) -> Result<()> {
    let account = account.into();
    diesel::delete(sessions::table.filter(sessions::account_id.eq(account.0)).filter(sessions::id.ne(but.unwrap_or_default())))
        .execute(db)?;
    Ok(())
}

/// Removes sessions that ended long ago.
pub fn tidy(db: &mut Db, now: NaiveDateTime, lifetimes: &Lifetimes) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::created_at.lt(now - lifetimes.longest))).execute(db)?;
    Ok(())
}
