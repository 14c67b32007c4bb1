//! The table of links by which users set a password. A link is known by the hash of its token, and is used once.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::identities::{self, Identity};
use super::mails::Due;
use super::users::{COLUMNS, Row, of_row};
use super::{Result, hash};
use crate::db::Db;
use crate::db::schema::{identities as identities_table, password_links, users};
use crate::domain::user::User;
use crate::domain::{AccountId, MailId};

/// How long a user's link can be used.
pub const OF_USER: TimeDelta = TimeDelta::days(3);
/// How long a contact's can that invites it.
pub const OF_INVITATION: TimeDelta = TimeDelta::days(7);
/// How long a contact's can who has forgotten the password.
pub const OF_RESET: TimeDelta = TimeDelta::hours(24);
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

/// Makes a link for an account, in the place of those that have not been used; returns its token, which is stored nowhere.
pub fn make(db: &mut Db, account: impl Into<AccountId>, now: NaiveDateTime, valid: TimeDelta) -> Result<String> {
    let account = account.into();
    drop_open(db, account)?;
    insert(db, account, now, valid, None)
}

/// Makes a link that goes out with a mail. It takes the place of those that were there before the mail was queued; not of one that another
/// attempt to send the same mail may have brought there, nor of what was made since.
pub fn make_for_mail(db: &mut Db, account: impl Into<AccountId>, now: NaiveDateTime, valid: TimeDelta, mail: &Due) -> Result<String> {
    let account = account.into();
    let before = open(account).filter(password_links::created_at.lt(mail.created_at));
    diesel::delete(before.filter(password_links::mail_id.is_null().or(password_links::mail_id.ne(mail.id.0)))).execute(db)?;
    insert(db, account, now, valid, Some(mail.id))
}

fn insert(db: &mut Db, account: AccountId, now: NaiveDateTime, valid: TimeDelta, mail: Option<MailId>) -> Result<String> {
    diesel::delete(password_links::table.filter(password_links::created_at.lt(now - KEPT))).execute(db)?;
    let token = super::random_secret();
    diesel::insert_into(password_links::table)
        .values((
            password_links::token_hash.eq(hash(&token)),
            password_links::account_id.eq(account.0),
            password_links::created_at.eq(now),
            password_links::valid_until.eq(now + valid),
            password_links::mail_id.eq(mail.map(|mail| mail.0)),
        ))
        .execute(db)?;
    Ok(token)
}

/// What becomes of who comes with this token now. It uses nothing up.
pub fn find(db: &mut Db, token: &str, now: NaiveDateTime) -> Result<Link> {
    let row: Option<(NaiveDateTime, Option<NaiveDateTime>, Row)> = password_links::table
        .inner_join(users::table.on(users::id.eq(password_links::account_id)))
        .filter(password_links::token_hash.eq(hash(token)))
        .select((password_links::valid_until, password_links::used_at, COLUMNS))
        .first(db)
        .optional()?;
    Ok(match row {
        Some((_, Some(_), _)) => Link::Used,
        Some((valid_until, None, user)) if now < valid_until => {
            let (user, _) = of_row(user);
            if user.enabled { Link::Valid(user) } else { Link::Unknown }
        }
        _ => Link::Unknown,
    })
}

/// A link of the portal that somebody came with.
#[derive(Debug, Clone)]
pub enum PortalLink {
    /// The password of this identity can be set by it.
    Valid(Identity),
    /// It has been used.
    Used,
    /// It is older than it may be, was replaced by another, leads to nobody who may sign in, or never was one.
    Unknown,
}

/// What becomes of who comes with this token to the portal now. It uses nothing up.
pub fn find_in_portal(db: &mut Db, token: &str, now: NaiveDateTime) -> Result<PortalLink> {
    let row: Option<(NaiveDateTime, Option<NaiveDateTime>, identities::Row)> = password_links::table
        .inner_join(identities_table::table.on(identities_table::id.eq(password_links::account_id)))
        .filter(password_links::token_hash.eq(hash(token)))
        .select((password_links::valid_until, password_links::used_at, identities::COLUMNS))
        .first(db)
        .optional()?;
    let Some((valid_until, used_at, row)) = row else { return Ok(PortalLink::Unknown) };
    let (identity, _) = identities::of_row(row);
    if identities::contacts_of(db, &identity.email_key)?.is_empty() {
        return Ok(PortalLink::Unknown);
    }
    Ok(match used_at {
        Some(_) => PortalLink::Used,
        None if now < valid_until => PortalLink::Valid(identity),
        None => PortalLink::Unknown,
    })
}

/// Uses a link; says whether this was the first to do so.
pub fn use_up(db: &mut Db, token: &str, now: NaiveDateTime) -> Result<bool> {
    let link = password_links::table.find(hash(token)).filter(password_links::used_at.is_null());
    Ok(diesel::update(link).set(password_links::used_at.eq(now)).execute(db)? > 0)
}

/// Removes what links an account has that have not been used.
pub fn drop_open(db: &mut Db, account: impl Into<AccountId>) -> Result<()> {
    diesel::delete(open(account.into())).execute(db)?;
    Ok(())
}

/// The links of an account that have not been used.
#[diesel::dsl::auto_type(no_type_alias)]
fn open(account: AccountId) -> _ {
    let id: i64 = account.0;
    password_links::table.filter(password_links::account_id.eq(id)).filter(password_links::used_at.is_null())
}
