//! Changes of users. Their sessions end with what takes a right away, in the same transaction.

use super::steps::{accept, record};
use crate::db::Db;
use crate::domain::UserId;
use crate::domain::actor::Actor;
use crate::domain::event::{self, Event, EventTask, FieldChange};
use crate::domain::input::{Checked, FieldError, Holder, Record};
use crate::domain::rules::Task;
use crate::domain::user::{Draft, User};
use crate::store::{Result, sessions, users};

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
    let user = users::find(db, id)?;
    record(db, actor, &Event::of_user(EventTask::Edit, &user, vec![FieldChange::new("password", None::<&str>, None::<&str>)]))?;
    Ok(user)
}
