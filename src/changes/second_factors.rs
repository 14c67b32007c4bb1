//! Changes of second factors: those of users, and those of contacts in the portal. What has not shown a second factor ends when it is set up.

use chrono::TimeDelta;

use super::{identities, users};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::event::FieldChange;
use crate::domain::rules::Task;
use crate::domain::undo::OF_PORTAL;
use crate::domain::{AccountId, IdentityId, UserId};
use crate::store::attempts::{self, Bucket, Left, WINDOW};
use crate::store::{Result, pending, second_factors, sessions};

/// Whose second factor it is.
#[derive(Debug, Clone, Copy)]
pub enum Owner<'a> {
    /// A user's.
    User(UserId),
    /// A mailbox's, which is in the portal as this contact: the history tells of it there.
    Contact(IdentityId, &'a Contact),
}

impl Owner<'_> {
    /// What signs in.
    #[must_use]
    pub fn account(&self) -> AccountId {
        match self {
            Self::User(id) => (*id).into(),
            Self::Contact(id, _) => (*id).into(),
        }
    }

    fn may_change(&self, actor: &Actor) -> Result<()> {
        match self {
            Self::User(_) => Ok(()),
            Self::Contact(..) => Ok(actor.may(Task::EditOwnDetails)?),
        }
    }

    /// Writes from what to what a field has changed.
    fn note(&self, db: &mut Db, actor: &Actor, field: &str, old: Option<&str>, new: Option<&str>) -> Result<()> {
        match self {
            Self::User(id) => users::note(db, actor, *id, FieldChange::new(field, old, new)).map(drop),
            Self::Contact(_, contact) => identities::note(db, actor, contact, FieldChange::new(&format!("{OF_PORTAL}{field}"), old, new)),
        }
    }
}

/// Takes the secret that is being set up as the second factor, if the code is one of its own. The other sessions end: they have not shown it.
/// Returns the recovery codes, which are stored nowhere; `None` where the code is wrong.
///
/// # Errors
/// [`crate::store::Error::Refused`].
pub fn turn_on(db: &mut Db, actor: &Actor, owner: Owner<'_>, code: &str, but: Option<i64>) -> Result<Option<Vec<String>>> {
    owner.may_change(actor)?;
    let account = owner.account();
    let before = second_factors::is_on(db, account)?;
    if !second_factors::confirm(db, account, code, actor.now)? {
        return Ok(None);
    }
    let codes = second_factors::new_recovery_codes(db, account)?;
    sessions::end_all(db, account, but)?;
    pending::end_all(db, account)?;
    owner.note(db, actor, "second_factor", Some(if before { "on" } else { "off" }), Some("on"))?;
    Ok(Some(codes))
}

/// Removes a second factor, with the recovery codes, and ends the sessions but for `but`. Says whether there was one.
///
/// # Errors
/// [`crate::store::Error::Refused`]; [`crate::store::Error::NotFound`].
pub fn turn_off(db: &mut Db, actor: &Actor, owner: Owner<'_>, but: Option<i64>) -> Result<bool> {
    owner.may_change(actor)?;
    let account = owner.account();
    let had = second_factors::remove(db, account)?;
    if had {
        sessions::end_all(db, account, but)?;
        pending::end_all(db, account)?;
        attempts::forget(db, &Bucket::code(account))?;
        owner.note(db, actor, "second_factor", Some("on"), Some("off"))?;
    }
    Ok(had)
}

/// Makes new recovery codes, in the place of those before; `None` where there is no second factor.
///
/// # Errors
/// [`crate::store::Error::Refused`].
pub fn renew_recovery_codes(db: &mut Db, actor: &Actor, owner: Owner<'_>) -> Result<Option<Vec<String>>> {
    owner.may_change(actor)?;
    if !second_factors::is_on(db, owner.account())? {
        return Ok(None);
    }
    let codes = second_factors::new_recovery_codes(db, owner.account())?;
    owner.note(db, actor, "recovery_codes", None, None)?;
    Ok(Some(codes))
}

/// What came of a code that somebody gave to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// It was one, and the sign-in that waited for it has ended.
    Right,
    /// It was none, or had been used; so many more may follow.
    Wrong(i32),
    /// Nothing may be tried for so long: the password has to be given again then.
    TooMany(TimeDelta),
}

/// Takes a code of the app or a recovery code, once, for the sign-in that waits for it under this token. Whoever begins a session does so in the
/// same transaction. Wrong ones count for the account, however often somebody gives the password in between.
///
/// # Errors
/// Those of the database.
pub fn try_code(db: &mut Db, actor: &Actor, owner: Owner<'_>, token: &str, code: &str) -> Result<Tried> {
    let account = owner.account();
    let left = match attempts::count(db, &Bucket::code(account), actor.now)? {
        Left::Tries(left) => left,
        Left::Wait(wait) => {
            pending::end_all(db, account)?;
            return Ok(Tried::TooMany(wait));
        }
    };
    let right = second_factors::take_code(db, account, code, actor.now)? || take_recovery_code(db, actor, owner, code)?;
    if right && pending::end(db, token)? {
        attempts::forget(db, &Bucket::code(account))?;
        return Ok(Tried::Right);
    }
    if left == 0 {
        pending::end_all(db, account)?;
        return Ok(Tried::TooMany(WINDOW));
    }
    Ok(Tried::Wrong(left))
}

fn take_recovery_code(db: &mut Db, actor: &Actor, owner: Owner<'_>, code: &str) -> Result<bool> {
    let account = owner.account();
    let left = second_factors::recovery_codes_left(db, account)?;
    let taken = second_factors::take_recovery_code(db, account, code)?;
    if taken {
        owner.note(db, actor, "recovery_codes", Some(&left.to_string()), Some(&(left - 1).to_string()))?;
    }
    Ok(taken)
}
