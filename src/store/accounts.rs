//! The table of accounts: whatever signs in has its id from here, so that one id is never a user's and a contact's.

use diesel::prelude::*;

use super::Result;
use crate::db::Db;
use crate::db::schema::accounts;
use crate::domain::{AccountId, IdentityId, UserId};

/// What signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Somebody who administers.
    User,
    /// A mailbox of the portal.
    Identity,
}

impl Kind {
    /// The word of the database.
    fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Identity => "identity",
        }
    }
}

/// The user whose account it is; `None` where it is none's.
pub fn as_user(db: &mut Db, account: AccountId) -> Result<Option<UserId>> {
    Ok(is(db, account, Kind::User)?.then_some(UserId(account.0)))
}

/// The identity whose account it is; `None` where it is none's.
pub fn as_identity(db: &mut Db, account: AccountId) -> Result<Option<IdentityId>> {
    Ok(is(db, account, Kind::Identity)?.then_some(IdentityId(account.0)))
}

fn is(db: &mut Db, account: AccountId, kind: Kind) -> Result<bool> {
    let row = accounts::table.find(account.0).filter(accounts::kind.eq(kind.word()));
    Ok(row.select(accounts::id).first::<i64>(db).optional()?.is_some())
}

/// Inserts an account of a kind, and returns its id.
pub(super) fn insert(db: &mut Db, kind: Kind) -> Result<AccountId> {
    let id = diesel::insert_into(accounts::table).values(accounts::kind.eq(kind.word())).returning(accounts::id).get_result(db)?;
    Ok(AccountId(id))
}
