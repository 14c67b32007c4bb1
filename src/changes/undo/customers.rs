//! Takes back what was done to a customer itself.

use super::later::{deleted, rejected, unless_changed};
use super::step::Step;
use super::written::Written;
use crate::changes::customers::{crm_id_taken, number_taken};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::customer::{self, Customer};
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::rules::{CustomerFacts, Refusal, Task};
use crate::domain::stored::{self, Pairs};
use crate::domain::text::isolated;
use crate::domain::undo::{self, DEFAULT, KeptContact, KeptCustomer, STATUS, changed_since, filled_since, with_old};
use crate::domain::{EventId, tasks};
use crate::store::detail::customer_facts;
use crate::store::undo as history;
use crate::store::{Error, Result, contacts, customers};

/// What takes the event back.
pub(super) fn check(db: &mut Db, actor: &Actor, written: &Written<'_>) -> Result<Step> {
    if written.task == EventTask::Delete {
        return restorable(db, actor, written);
    }
    let before = match customers::find(db, written.customer) {
        Err(Error::NotFound(_)) => return Err(deleted(db, actor, written, SubjectKind::Customer, written.customer.0)?),
        found => found?,
    };
    let now = with_status(stored::customer(&before), before.enabled);
    match written.task {
        EventTask::Create | EventTask::Restore => {
            actor.may(Task::DeleteCustomer(customer_facts(db, before.id)?))?;
            unless_touched(db, actor, written, &before, now)?;
            Ok(Step::DeleteCustomer(before.id))
        }
        EventTask::Edit => {
            actor.may(Task::EditCustomer)?;
            unless_changed(db, actor, written, &changed_since(&written.changes, &now, &[]))?;
            let draft = customer::check(before.kind(), &with_old(&written.changes, stored::customer(&before))).map_err(rejected)?;
            if let Some(error) = crm_id_taken(db, &draft.crm_id, Some(before.id))? {
                return Err(Error::Blocked(vec![error.sentence]));
            }
            Ok(set(before.clone(), Customer { draft, ..before }))
        }
        EventTask::Enable | EventTask::Disable => {
            unless_changed(db, actor, written, &changed_since(&written.changes, &now, &[]))?;
            let after = Customer { enabled: written.task == EventTask::Disable, ..before.clone() };
            for (task, _) in tasks::of_customer(&before, &after) {
                actor.may(task)?;
            }
            Ok(set(before, after))
        }
        _ => Err(Refusal::NotUndoable.into()),
    }
}

fn set(before: Customer, after: Customer) -> Step {
    Step::SetCustomer { before: Box::new(before), after: Box::new(after) }
}

/// A record's form with its status.
pub(super) fn with_status(mut pairs: Pairs, enabled: bool) -> Pairs {
    pairs.push((STATUS.to_owned(), if enabled { "enabled" } else { "disabled" }.to_owned()));
    pairs
}

/// Fails where a record is no longer as it was created or brought back; that it was enabled needed no words then.
pub(super) fn fields_touched(written: &Written<'_>, now: &Pairs, ignored: &[&str]) -> Vec<String> {
    let mut fields = changed_since(&written.changes, now, ignored);
    let is_enabled = (STATUS.to_owned(), "enabled".to_owned());
    fields.extend(filled_since(&written.changes, &now.iter().filter(|pair| **pair != is_enabled).cloned().collect()));
    fields
}

/// Fails where the customer, or what belongs to it, is no longer as it came.
fn unless_touched(db: &mut Db, actor: &Actor, written: &Written<'_>, customer: &Customer, mut now: Pairs) -> Result<()> {
    now.push(("number".to_owned(), customer.number.clone()));
    now.push(("type".to_owned(), customer.kind().word().to_owned()));
    unless_changed(db, actor, written, &fields_touched(written, &now, &[]))?;
    let came = match (written.task, written.event.undoes) {
        (EventTask::Restore, Some(undone)) => undo::kept::<KeptCustomer>(&history::find(db, EventId(undone))?.record),
        _ => None,
    };
    let mut sentences = Vec::new();
    for contact in contacts::all_of(db, customer.id)? {
        let known = came.as_ref().and_then(|came| came.contacts.iter().find(|kept| kept.id == contact.id.0));
        if let Some(word) = touched(db, written, &contact, known)? {
            sentences.push(format!("{} was {word} later.", isolated(&contact.draft.full_name())));
        }
    }
    if sentences.is_empty() { Ok(()) } else { Err(Error::Blocked(sentences)) }
}

/// What became of a contact of the customer since the customer came: nothing, or what.
fn touched(db: &mut Db, written: &Written<'_>, contact: &Contact, known: Option<&KeptContact>) -> Result<Option<&'static str>> {
    let now = stored::contact(&contact.draft);
    let is_same = match known {
        Some(known) => known.says(&now) && (known.enabled, known.default) == (contact.enabled, contact.default),
        None => match history::created_with(db, written.event, SubjectKind::Contact, contact.id.0)? {
            Some(event) => {
                let changes = undo::changes(&event.changes);
                contact.enabled && changed_since(&changes, &now, &[DEFAULT]).is_empty() && filled_since(&changes, &now).is_empty()
            }
            None => return Ok(Some("added")),
        },
    };
    Ok((!is_same).then_some("changed"))
}

/// The customer as its deletion kept it, if it can come back.
fn restorable(db: &mut Db, actor: &Actor, written: &Written<'_>) -> Result<Step> {
    actor.may(Task::NewCustomer)?;
    let record: KeptCustomer = undo::kept(&written.event.record).ok_or(Refusal::RecordUnreadable)?;
    let customer = record.read(actor.now).map_err(rejected)?;
    let taken = [number_taken(db, &customer.number)?, crm_id_taken(db, &customer.draft.crm_id, None)?];
    let taken: Vec<String> = taken.into_iter().flatten().map(|error| error.sentence).collect();
    if !taken.is_empty() {
        return Err(Error::Blocked(taken));
    }
    let mut people = Vec::new();
    for kept in &record.contacts {
        let draft = match contacts::own_draft(&customer.draft).filter(|_| kept.own) {
            Some(draft) => draft,
            None => kept.draft().map_err(rejected)?,
        };
        people.push(kept.read(draft, actor.now));
    }
    Ok(Step::RestoreCustomer { customer: Box::new(customer), contacts: people })
}

/// What the rules need to know of an event's customer.
pub(super) fn facts(db: &mut Db, actor: &Actor, written: &Written<'_>) -> Result<CustomerFacts> {
    match customer_facts(db, written.customer) {
        Err(Error::NotFound(_)) => Err(deleted(db, actor, written, SubjectKind::Customer, written.customer.0)?),
        facts => facts,
    }
}
