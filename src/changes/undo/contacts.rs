//! Takes back what was done to a contact.

use super::customers::{facts, fields_touched, with_status};
use super::later::{deleted, has_changed, rejected, unless_changed};
use super::step::Step;
use super::written::Written;
use crate::changes::contacts::email_taken;
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::contact::{self, Contact};
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::rules::{Refusal, Task};
use crate::domain::stored::{self, Pairs};
use crate::domain::undo::{self, DEFAULT, KeptContact, STATUS, changed_since, with_old};
use crate::domain::{ContactId, tasks};
use crate::store::detail::contact_facts;
use crate::store::{Error, Result, contacts};

/// What takes the event back.
pub(super) fn check(db: &mut Db, actor: &Actor, written: &Written<'_>) -> Result<Step> {
    if written.task == EventTask::Delete {
        return restorable(db, actor, written);
    }
    let before = stored(db, actor, written, ContactId(written.event.subject_id))?;
    let now = fields(db, &before)?;
    match written.task {
        EventTask::Create | EventTask::Restore => {
            actor.may(Task::DeleteContact(contact_facts(db, &before)?))?;
            // Who is the default follows from who is there.
            let now = now.into_iter().filter(|(field, _)| field != DEFAULT).collect();
            unless_changed(db, actor, written, &fields_touched(written, &now, &[DEFAULT]))?;
            Ok(Step::DeleteContact(before.id))
        }
        EventTask::Edit => {
            actor.may(Task::EditContact(contact_facts(db, &before)?))?;
            unless_changed(db, actor, written, &changed_since(&written.changes, &now, &[]))?;
            let input = with_old(&written.changes, stored::contact(&before.draft));
            let draft = contact::check(&contact::FIELDS, &input).map_err(rejected)?;
            taken(db, &before, &draft)?;
            Ok(Step::SetContact { after: Contact { draft, ..before.clone() }, before })
        }
        EventTask::Enable | EventTask::Disable => {
            unless_changed(db, actor, written, &changed_since(&written.changes, &now, &[]))?;
            status(db, actor, written, before)
        }
        EventTask::SetDefault => default(db, actor, written, &before, &now),
        _ => Err(Refusal::NotUndoable.into()),
    }
}

/// A contact that the undo needs.
pub(super) fn stored(db: &mut Db, actor: &Actor, written: &Written<'_>, id: ContactId) -> Result<Contact> {
    match contacts::find(db, id) {
        Err(Error::NotFound(_)) => {
            facts(db, actor, written)?;
            Err(deleted(db, actor, written, SubjectKind::Contact, id.0)?)
        }
        found => found,
    }
}

/// All that events say of a contact, as it is now.
fn fields(db: &mut Db, contact: &Contact) -> Result<Pairs> {
    let mut pairs = with_status(stored::contact(&contact.draft), contact.enabled);
    if let Some(default) = contacts::default_of(db, contact.customer)? {
        pairs.push((DEFAULT.to_owned(), default.to_string()));
    }
    Ok(pairs)
}

fn taken(db: &mut Db, contact: &Contact, draft: &contact::Draft) -> Result<()> {
    let errors = email_taken(db, contact.customer, Some(contact.id), Ok(draft))?;
    if errors.is_empty() { Ok(()) } else { Err(rejected(errors)) }
}

/// Enabled again, or disabled again: with it goes what that had made of the default.
fn status(db: &mut Db, actor: &Actor, written: &Written<'_>, before: Contact) -> Result<Step> {
    let enabled = written.task == EventTask::Disable;
    let was_default = written.change(DEFAULT).is_some_and(|change| change.old == Some(before.id.to_string()));
    // An enabled contact becomes the default where there is none.
    let is_next = enabled && contacts::default_of(db, before.customer)?.is_none();
    let after = Contact { enabled, default: before.default || was_default || is_next, ..before.clone() };
    for (task, _) in tasks::of_contact(&before, &after) {
        actor.may(task)?;
    }
    let became_default = written.change(DEFAULT).is_some_and(|change| change.old.is_none());
    Ok(if !enabled && became_default { Step::DisableDefault(before) } else { Step::SetContact { before, after } })
}

/// The default that there was before.
fn default(db: &mut Db, actor: &Actor, written: &Written<'_>, before: &Contact, now: &Pairs) -> Result<Step> {
    actor.may(Task::EditContact(contact_facts(db, before)?))?;
    unless_changed(db, actor, written, &changed_since(&written.changes, now, &[]))?;
    let Some(change) = written.change(DEFAULT) else { return Err(Refusal::NotUndoable.into()) };
    let id = |text: &Option<String>| text.as_ref().and_then(|id| id.parse().ok());
    let former = match id(&change.old) {
        Some(former) => Some(stored(db, actor, written, former)?),
        None => None,
    };
    // It may be that it was disabled then; but not since.
    if let Some(former) = former.as_ref().filter(|former| !former.enabled)
        && has_changed(db, written, SubjectKind::Contact, former.id.0, STATUS)?
    {
        return Err(Refusal::DefaultMustBeEnabled.into());
    }
    Ok(Step::SetDefault { customer: before.customer, present: id(&change.new), former })
}

/// The contact as its deletion kept it, if it can come back.
fn restorable(db: &mut Db, actor: &Actor, written: &Written<'_>) -> Result<Step> {
    actor.may(Task::NewContact(facts(db, actor, written)?))?;
    let record: KeptContact = undo::kept(&written.event.record).ok_or(Refusal::RecordUnreadable)?;
    let contact = record.read(record.draft().map_err(rejected)?, actor.now);
    taken(db, &contact, &contact.draft)?;
    let present = contacts::default_of(db, contact.customer)?;
    if let Some(change) = written.change(DEFAULT).filter(|_| contact.default)
        && change.new != present.map(|id| id.to_string())
    {
        let now = present.map(|id| contacts::find(db, id)).transpose()?;
        let now = now.map_or_else(|| "nobody".to_owned(), |now| now.draft.full_name());
        return Err(Error::Blocked(vec![format!("It was the default contact, and by now {now} is.")]));
    }
    Ok(Step::RestoreContact { contact, present })
}
