//! Changes of users. Their sessions end with what takes a right away, in the same transaction.

use super::steps::{accept, record};
use crate::db::Db;
use crate::domain::UserId;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::event::{self, Event, EventTask, FieldChange};
use crate::domain::input::{Checked, FieldError, Holder, Record};
use crate::domain::rules::Task;
use crate::domain::user::{Draft, User};
use crate::store::{Result, browsers, pending, second_factors, sessions, users};

/// Adds a user. `hash` is that of the password; without one the user sets it by a link.
///
/// # Errors
/// [`crate::store::Error::Invalid`] when the e-mail is taken; [`crate::store::Error::Refused`].
pub fn add(db: &mut Db, actor: &Actor, asked: Checked<'_, Draft>, hash: Option<&str>) -> Result<User> {
    actor.may(Task::ManageUsers)?;
    let draft = accept(asked, |form| {
        let Ok(draft) = form else { return Ok(Vec::new()) };
        let holder = users::by_email(db, draft.email.as_str())?.map(|(user, _)| Holder { name: user.name, record: Record::User(user.id) });
        Ok(holder.map(|holder| FieldError::taken("email", "E-mail", draft.email.as_str(), holder)).into_iter().collect())
    })?;
    let id = users::insert(db, &draft, hash, actor.now)?;
    let user = users::find(db, id)?;
    let fields = [("name", user.name.clone()), ("email", user.email.clone()), ("role", user.role.to_string())];
    let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    record(db, actor, &Event::of_user(EventTask::Create, &user, event::all_fields(fields)))?;
    Ok(user)
}

/// Sets the password of a user, whose sessions end but for `but`. That it was set is in the history; what it was is nowhere.
///
/// # Errors
/// [`crate::store::Error::NotFound`].
pub fn set_password(db: &mut Db, actor: &Actor, id: UserId, hash: &str, but: Option<i64>) -> Result<User> {
    users::set_password(db, id, hash, actor.now)?;
    sessions::end_all(db, id, but)?;
    pending::end_all(db, id)?;
    if actor.who.kind != ActorKind::User(id) {
        // The user's browsers may be in wrong hands too.
        browsers::forget(db, id)?;
    }
    note(db, actor, id, FieldChange::new("password", None::<&str>, None::<&str>))
}

/// Takes the secret that a user is setting up as the second factor, if the code is one of its own. The other sessions end: they have not shown
/// it. Returns the recovery codes, which are stored nowhere; `None` where the code is wrong.
pub fn turn_on_second_factor(db: &mut Db, actor: &Actor, id: UserId, code: &str, but: Option<i64>) -> Result<Option<Vec<String>>> {
    let before = second_factors::is_on(db, id)?;
    if !second_factors::confirm(db, id, code, actor.now)? {
        return Ok(None);
    }
    let codes = second_factors::new_recovery_codes(db, id)?;
    sessions::end_all(db, id, but)?;
    pending::end_all(db, id)?;
    note(db, actor, id, second_factor(before, true))?;
    Ok(Some(codes))
}

/// Removes the second factor of a user, with the recovery codes, and ends the sessions but for `but`.
///
/// # Errors
/// [`crate::store::Error::NotFound`].
pub fn turn_off_second_factor(db: &mut Db, actor: &Actor, id: UserId, but: Option<i64>) -> Result<User> {
    if !second_factors::remove(db, id)? {
        return users::find(db, id);
    }
    sessions::end_all(db, id, but)?;
    pending::end_all(db, id)?;
    note(db, actor, id, second_factor(true, false))
}

/// Makes new recovery codes for a user who has a second factor; those before are dead.
pub fn renew_recovery_codes(db: &mut Db, actor: &Actor, id: UserId) -> Result<Vec<String>> {
    let codes = second_factors::new_recovery_codes(db, id)?;
    note(db, actor, id, FieldChange::new("recovery_codes", None::<&str>, None::<&str>))?;
    Ok(codes)
}

/// Takes a recovery code of a user, once; says whether it was one.
pub fn take_recovery_code(db: &mut Db, actor: &Actor, id: UserId, code: &str) -> Result<bool> {
    let left = second_factors::recovery_codes_left(db, id)?;
    let taken = second_factors::take_recovery_code(db, id, code)?;
    if taken {
        note(db, actor, id, FieldChange::new("recovery_codes", Some(left), Some(left - 1)))?;
    }
    Ok(taken)
}

/// Ends a session of a user; says whether there was one.
pub fn end_session(db: &mut Db, actor: &Actor, id: UserId, session: i64) -> Result<bool> {
    let ended = sessions::end(db, id, session)?;
    if ended {
        note(db, actor, id, FieldChange::new("sessions", None::<&str>, None::<&str>))?;
    }
    Ok(ended)
}

/// Ends all sessions of a user but one, and what was about to become one.
pub fn end_sessions(db: &mut Db, actor: &Actor, id: UserId, but: Option<i64>) -> Result<User> {
    sessions::end_all(db, id, but)?;
    pending::end_all(db, id)?;
    note(db, actor, id, FieldChange::new("sessions", None::<&str>, None::<&str>))
}

fn second_factor(before: bool, after: bool) -> FieldChange {
    let word = |on| if on { "on" } else { "off" };
    FieldChange::new("second_factor", Some(word(before)), Some(word(after)))
}

/// Writes that something of a user was changed.
fn note(db: &mut Db, actor: &Actor, id: UserId, change: FieldChange) -> Result<User> {
    let user = users::find(db, id)?;
    record(db, actor, &Event::of_user(EventTask::Edit, &user, vec![change]))?;
    Ok(user)
}
