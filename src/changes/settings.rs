//! Changes of what administrators set on a page.

use super::opened::{Opened, Present};
use super::steps::{accept, record};
use crate::db::{Db, lock_users};
use crate::domain::actor::Actor;
use crate::domain::event::{self, Event, EventTask, FieldChange};
use crate::domain::input::{Checked, Errors};
use crate::domain::rules::Task;
use crate::domain::settings::{self, Draft, Settings};
use crate::domain::vendor::Logo;
use crate::store::{Error, Result, settings as store};

/// Saves the settings, together with what others have saved elsewhere in them since the form was opened.
///
/// # Errors
/// [`Error::Stale`] when somebody else has changed the same; [`Error::Invalid`]; [`Error::Refused`].
pub fn edit(db: &mut Db, actor: &Actor, opened: &Opened<'_>, asked: Checked<'_, Draft>) -> Result<Settings> {
    let before = held(db, actor)?;
    let present = Present::from(&before);
    let asked = match asked {
        Ok(draft) => Ok(settings::check(&opened.merge(db, &present, settings::fields(&draft))?).map_err(Error::Invalid)?),
        Err(invalid) => Err(invalid),
    };
    let draft = accept(asked, |_| Ok(Errors::new()))?;
    let changes = event::differences(&settings::fields(&before.draft), &settings::fields(&draft));
    if changes.is_empty() {
        return Ok(before);
    }
    let after = Settings { draft, version: before.version + 1 };
    store::save(db, &after.draft, after.version)?;
    record(db, actor, &Event::of_settings(EventTask::Edit, changes))?;
    opened.saved(db, actor, &present)?;
    Ok(after)
}

/// Sets the logo, or removes it; says whether anything changed.
///
/// # Errors
/// [`Error::Refused`].
pub fn set_logo(db: &mut Db, actor: &Actor, logo: Option<&Logo>) -> Result<bool> {
    let before = held(db, actor)?;
    let had = store::set_logo(db, logo)?;
    if logo.is_none() && !had {
        return Ok(false);
    }
    store::save(db, &before.draft, before.version + 1)?;
    let word = |has: bool| has.then_some("set");
    // What it looks like stands nowhere in the history: another one in its place is told without values.
    let (old, new) = if had && logo.is_some() { (None, None) } else { (word(had), word(logo.is_some())) };
    record(db, actor, &Event::of_settings(EventTask::Edit, vec![FieldChange::new("logo", old, new)]))?;
    Ok(true)
}

/// The settings, which nobody else changes until the transaction ends. Whoever changes users waits, too: both are rare.
fn held(db: &mut Db, actor: &Actor) -> Result<Settings> {
    actor.may(Task::ManageSettings)?;
    lock_users(db)?;
    store::find(db)
}
