//! Changes of users. Their sessions end with what takes a right away, in the same transaction.

use super::opened::{Opened, Present};
use super::steps::{accept, record, status};
use crate::db::{Db, lock_users};
use crate::domain::UserId;
use crate::domain::actor::Actor;
use crate::domain::event::{self, Event, EventTask, FieldChange};
use crate::domain::input::{Checked, Errors, FieldError, Holder, Input, Record};
use crate::domain::rules::{Refusal, Role, Task, UserFacts};
use crate::domain::user::{self, Draft, User};
use crate::store::attempts::{self, Bucket};
use crate::store::password_links::{self, Link};
use crate::store::{Error, Result, browsers, pending, sessions, users};

/// Adds a user. `hash` is that of the password; without one the user sets it by a link.
///
/// # Errors
/// [`Error::Invalid`] when the e-mail is taken; [`Error::Refused`].
pub fn add(db: &mut Db, actor: &Actor, asked: Checked<'_, Draft>, hash: Option<&str>) -> Result<User> {
    actor.may(Task::ManageUsers)?;
    let draft = accept(asked, |form| email_taken(db, None, form))?;
    let id = users::insert(db, &draft, hash, actor.now)?;
    let user = users::find(db, id)?;
    record(db, actor, &Event::of_user(EventTask::Create, &user, event::all_fields(user::fields(&user))))?;
    Ok(user)
}

/// Adds the first user, an administrator. Of two at the same time, one does.
///
/// # Errors
/// [`Error::Refused`] when there are users already.
pub fn add_first(db: &mut Db, actor: &Actor, asked: Checked<'_, Draft>, hash: &str) -> Result<User> {
    lock_users(db)?;
    if users::any(db)? {
        return Err(Refusal::HasUsers.into());
    }
    add(db, actor, asked.map(|draft| Draft { role: Role::Administrator, ..draft }), Some(hash))
}

/// Saves an edited user. Whoever gets a lower role signs in again.
///
/// # Errors
/// [`Error::Stale`] when somebody else has changed the same; [`Error::Invalid`] when the e-mail is taken; [`Error::Refused`] when nobody would
/// be left who can manage users; [`Error::NotFound`].
pub fn edit(db: &mut Db, actor: &Actor, id: UserId, opened: &Opened<'_>, asked: Checked<'_, Draft>) -> Result<User> {
    actor.may(Task::ManageUsers)?;
    lock_users(db)?;
    let before = users::find(db, id)?;
    let present = Present::from(&before);
    let asked = match asked {
        Ok(draft) => Ok(user::check(&opened.merge(db, &present, user::draft_fields(&draft))?).map_err(Error::Invalid)?),
        Err(invalid) => Err(invalid),
    };
    if before.role == Role::Administrator && asked.as_ref().is_ok_and(|draft| draft.role < before.role) {
        actor.may(Task::DemoteAdministrator(facts(db, &before)?))?;
    }
    let draft = accept(asked, |form| email_taken(db, Some(id), form))?;
    users::save(db, id, &draft, actor.now)?;
    let after = users::find(db, id)?;
    let changes = event::differences(&user::fields(&before), &user::fields(&after));
    if !changes.is_empty() {
        record_edit(db, actor, &after, changes)?;
        opened.saved(db, actor, &present)?;
    }
    if after.role < before.role {
        sessions::end_all(db, id, None)?;
        pending::end_all(db, id)?;
    }
    Ok(after)
}

/// Disables a user: signed out at once, and unable to sign in.
///
/// # Errors
/// [`Error::Refused`] when disabled already, or nobody would be left who can manage users; [`Error::NotFound`].
pub fn disable(db: &mut Db, actor: &Actor, id: UserId) -> Result<User> {
    let user = change(db, actor, id, Task::DisableUser, false)?;
    sessions::end_all(db, id, None)?;
    pending::end_all(db, id)?;
    password_links::drop_open(db, id)?;
    Ok(user)
}

/// Enables a user, the opposite of [`disable`].
///
/// # Errors
/// [`Error::Refused`] when enabled already; [`Error::NotFound`].
pub fn enable(db: &mut Db, actor: &Actor, id: UserId) -> Result<User> {
    change(db, actor, id, Task::EnableUser, true)
}

fn change(db: &mut Db, actor: &Actor, id: UserId, task: fn(UserFacts) -> Task, enabled: bool) -> Result<User> {
    let before = users::find(db, id)?;
    actor.may(task(facts(db, &before)?))?;
    users::set_enabled(db, id, enabled, actor.now)?;
    let after = users::find(db, id)?;
    let task = if enabled { EventTask::Enable } else { EventTask::Disable };
    record(db, actor, &Event::of_user(task, &after, vec![status(before.enabled, enabled)]))?;
    Ok(after)
}

/// Makes a link by which a user sets a password, in the place of those before; returns its token. The present password stays until then.
///
/// # Errors
/// [`Error::Refused`] for a disabled user; [`Error::NotFound`].
pub fn make_link(db: &mut Db, actor: &Actor, id: UserId) -> Result<(User, String)> {
    actor.may(Task::ManageUsers)?;
    let user = users::find(db, id)?;
    if !user.enabled {
        return Err(Refusal::UserDisabled.into());
    }
    let token = password_links::make(db, id, actor.now, password_links::OF_USER)?;
    record_edit(db, actor, &user, vec![silent("password_link")])?;
    Ok((user, token))
}

/// Ends all sessions of a user.
///
/// # Errors
/// [`Error::Refused`]; [`Error::NotFound`].
pub fn end_sessions(db: &mut Db, actor: &Actor, id: UserId) -> Result<User> {
    actor.may(Task::ManageUsers)?;
    let user = users::find(db, id)?;
    sessions::end_all(db, id, None)?;
    pending::end_all(db, id)?;
    record_edit(db, actor, &user, vec![silent("sessions")])?;
    Ok(user)
}

/// Sets the password of a user, whose sessions end but for `but`. That it was set is in the history; what it was is nowhere.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_password(db: &mut Db, actor: &Actor, id: UserId, hash: &str, but: Option<i64>) -> Result<User> {
    users::set_password(db, id, hash, actor.now)?;
    sessions::end_all(db, id, but)?;
    password_links::drop_open(db, id)?;
    pending::end_all(db, id)?;
    if but.is_none() {
        // It was lost: the user's browsers may be in wrong hands too.
        browsers::forget(db, id)?;
    }
    let user = note(db, actor, id, silent("password"))?;
    // Strangers who guessed at the old one keep nobody out with the new one.
    attempts::forget(db, &Bucket::account(&user.email))?;
    attempts::forget(db, &Bucket::password(id))?;
    Ok(user)
}

/// Ends a session of a user; says whether there was one.
pub fn end_session(db: &mut Db, actor: &Actor, id: UserId, session: i64) -> Result<bool> {
    let ended = sessions::end(db, id, session)?;
    if ended {
        note(db, actor, id, silent("sessions"))?;
    }
    Ok(ended)
}

/// Ends all sessions of a user but one, and what was about to become one.
pub fn end_own_sessions(db: &mut Db, actor: &Actor, id: UserId, but: Option<i64>) -> Result<User> {
    sessions::end_all(db, id, but)?;
    pending::end_all(db, id)?;
    note(db, actor, id, silent("sessions"))
}

/// Writes that something of a user was changed.
pub(super) fn note(db: &mut Db, actor: &Actor, id: UserId, change: FieldChange) -> Result<User> {
    let user = users::find(db, id)?;
    record_edit(db, actor, &user, vec![change])?;
    Ok(user)
}

/// Writes an edit of a user. Each makes a version, so that a form finds those since it was opened.
fn record_edit(db: &mut Db, actor: &Actor, user: &User, changes: Vec<FieldChange>) -> Result<()> {
    users::count_edit(db, user.id)?;
    record(db, actor, &Event::of_user(EventTask::Edit, user, changes))
}

/// Sets a password by a link: that of the link's user, whoever else may be signed in. `None` where the link cannot be used (any more).
///
/// # Errors
/// Those of the database.
pub fn set_password_by_link(db: &mut Db, actor: &Actor, token: &str, hash: &str) -> Result<Option<User>> {
    let Link::Valid(user) = password_links::find(db, token, actor.now)? else { return Ok(None) };
    if !password_links::use_up(db, token, actor.now)? {
        return Ok(None);
    }
    let own = Actor { who: user.who(), ..actor.clone() };
    set_password(db, &own, user.id, hash, None).map(Some)
}

/// What the rules need to know of a user.
///
/// # Errors
/// Those of the database.
pub fn facts(db: &mut Db, user: &User) -> Result<UserFacts> {
    Ok(UserFacts { enabled: user.enabled, is_last_administrator: users::is_last_administrator(db, user)? })
}

/// That something changed which is shown nowhere.
fn silent(field: &str) -> FieldChange {
    FieldChange::new(field, None::<&str>, None::<&str>)
}

/// The error of an e-mail that another user has.
fn email_taken(db: &mut Db, but: Option<UserId>, form: std::result::Result<&Draft, &Input>) -> Result<Errors> {
    let Ok(draft) = form else { return Ok(Errors::new()) };
    let holder = users::by_email(db, draft.email.as_str())?.map(|(user, _)| user).filter(|user| Some(user.id) != but);
    let holder = holder.map(|user| Holder { name: user.name, record: Record::User(user.id) });
    Ok(holder.map(|holder| FieldError::taken("email", "E-mail", draft.email.as_str(), holder)).into_iter().collect())
}
