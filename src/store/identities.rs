//! The table of identities: the mailboxes whose contacts sign in to the portal. An identity leads to the enabled contacts with its e-mail of
//! enabled customers, and lets nobody in where there is none.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Error, Result, accounts};
use crate::db::schema::{contacts, customers, identities};
use crate::db::{Db, lock_identities, lock_new_identities};
use crate::domain::{ContactId, CustomerId, IdentityId};

/// Who signs in to the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Fixed for ever.
    pub id: IdentityId,
    /// The mailbox, as contacts' (`domain::identity`).
    pub email_key: String,
    /// There is a password.
    pub has_password: bool,
    /// When a link was last made for an invitation.
    pub invited_at: Option<NaiveDateTime>,
    /// Until when that link can be used.
    pub invited_until: Option<NaiveDateTime>,
    /// When somebody last signed in.
    pub seen_at: Option<NaiveDateTime>,
}

impl Identity {
    /// It was invited, or has a password already.
    #[must_use]
    pub fn is_invited(&self) -> bool {
        self.has_password || self.invited_at.is_some()
    }
}

/// A row.
pub(super) type Row = (i64, String, Option<String>, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>);

/// The columns of a [`Row`].
pub(super) const COLUMNS: (
    identities::id,
    identities::email_key,
    identities::password,
    identities::invited_at,
    identities::invited_until,
    identities::seen_at,
) = (identities::id, identities::email_key, identities::password, identities::invited_at, identities::invited_until, identities::seen_at);

/// An identity and the hash of the password, from a row.
pub(super) fn of_row((id, email_key, password, invited_at, invited_until, seen_at): Row) -> (Identity, Option<String>) {
    (Identity { id: IdentityId(id), email_key, has_password: password.is_some(), invited_at, invited_until, seen_at }, password)
}

/// An identity.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(db: &mut Db, id: IdentityId) -> Result<Identity> {
    let row: Option<Row> = identities::table.find(id.0).select(COLUMNS).first(db).optional()?;
    row.map(|row| of_row(row).0).ok_or(Error::NotFound("identity"))
}

/// The identity of a mailbox, and the hash of the password.
pub fn by_key(db: &mut Db, email_key: &str) -> Result<Option<(Identity, Option<String>)>> {
    if is_nobodys(email_key) {
        return Ok(None);
    }
    let row: Option<Row> = identities::table.filter(identities::email_key.eq(email_key)).select(COLUMNS).first(db).optional()?;
    Ok(row.map(of_row))
}

/// The hash of an identity's password.
pub fn password(db: &mut Db, id: IdentityId) -> Result<Option<String>> {
    Ok(identities::table.find(id.0).select(identities::password).first(db).optional()?.flatten())
}

/// The identity of a mailbox: a new one without a password where there is none yet.
pub fn ensure(db: &mut Db, email_key: &str, now: NaiveDateTime) -> Result<Identity> {
    if let Some((identity, _)) = by_key(db, email_key)? {
        return Ok(identity);
    }
    // Somebody else may be making it at this moment.
    lock_new_identities(db)?;
    if let Some((identity, _)) = by_key(db, email_key)? {
        return Ok(identity);
    }
    let id = accounts::insert(db, accounts::Kind::Identity)?;
    diesel::insert_into(identities::table)
        .values((
            (identities::id.eq(id.0), identities::email_key.eq(email_key)),
            (identities::created_at.eq(now), identities::changed_at.eq(now)),
        ))
        .execute(db)?;
    find(db, IdentityId(id.0))
}

/// Holds the identities of mailboxes until the transaction ends, so that no session begins beside what ends them.
pub fn hold(db: &mut Db, email_keys: &[String]) -> Result<()> {
    Ok(lock_identities(db, email_keys)?)
}

/// Notes that a link was made for an invitation, and until when it can be used.
pub fn set_invited(db: &mut Db, id: IdentityId, now: NaiveDateTime, until: NaiveDateTime) -> Result<()> {
    let invited = (identities::invited_at.eq(now), identities::invited_until.eq(until), identities::changed_at.eq(now));
    diesel::update(identities::table.find(id.0)).set(invited).execute(db)?;
    Ok(())
}

/// Stores the hash of a password.
pub fn set_password(db: &mut Db, id: IdentityId, hash: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(identities::table.find(id.0)).set((identities::password.eq(hash), identities::changed_at.eq(now))).execute(db)?;
    Ok(())
}

/// Moves an identity to another mailbox, which has none.
pub fn move_to(db: &mut Db, id: IdentityId, email_key: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(identities::table.find(id.0)).set((identities::email_key.eq(email_key), identities::changed_at.eq(now))).execute(db)?;
    Ok(())
}

/// Notes that somebody has signed in.
pub fn set_seen(db: &mut Db, id: IdentityId, now: NaiveDateTime) -> Result<()> {
    diesel::update(identities::table.find(id.0)).set(identities::seen_at.eq(now)).execute(db)?;
    Ok(())
}

/// The contacts that a mailbox leads to, oldest first: those that are enabled, of enabled customers.
pub fn contacts_of(db: &mut Db, email_key: &str) -> Result<Vec<(ContactId, CustomerId)>> {
    if is_nobodys(email_key) {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, i64)> = contacts::table
        .inner_join(customers::table)
        .filter(contacts::email_key.eq(email_key))
        .filter(contacts::enabled.eq(true))
        .filter(customers::enabled.eq(true))
        .order(contacts::id)
        .select((contacts::id, contacts::customer_id))
        .load(db)?;
    Ok(rows.into_iter().map(|(contact, customer)| (ContactId(contact), CustomerId(customer))).collect())
}

/// PostgreSQL takes no text with a NUL, and nobody has such an e-mail.
fn is_nobodys(email_key: &str) -> bool {
    email_key.contains('\0')
}

/// How many contacts have a mailbox, whether or not they may sign in.
pub fn sharing(db: &mut Db, email_key: &str) -> Result<i64> {
    Ok(contacts::table.filter(contacts::email_key.eq(email_key)).count().get_result(db)?)
}
