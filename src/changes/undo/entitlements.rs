//! Takes back what was done to an entitlement.

use super::contacts;
use super::customers::{facts, fields_touched};
use super::later::{deleted, rejected, said_then, unless_changed};
use super::step::Step;
use super::written::Written;
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::entitlement::{self, Draft, Entitlement};
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::rules::{Refusal, Task};
use crate::domain::stored::{self, Pairs};
use crate::domain::undo::{self, ENDED, KeptEntitlement, RENEWS, STATUS, changed_since, with_old};
use crate::domain::{EntitlementId, tasks};
use crate::store::detail::entitlement_facts;
use crate::store::{Error, Result, customers, entitlements, renewals};

/// What takes the event back.
pub(super) fn check(db: &mut Db, actor: &Actor, written: &Written<'_>) -> Result<Step> {
    if written.task == EventTask::Delete {
        return restorable(db, actor, written);
    }
    let id = EntitlementId(written.event.subject_id);
    let before = match entitlements::find(db, id) {
        Err(Error::NotFound(_)) => {
            facts(db, actor, written)?;
            return Err(deleted(db, actor, written, SubjectKind::Entitlement, id.0)?);
        }
        found => found?,
    };
    let now = fields(&before);
    match written.task {
        EventTask::Create | EventTask::Renew | EventTask::Restore => {
            actor.may(Task::DeleteEntitlement(entitlement_facts(db, actor, &before)?))?;
            unless_changed(db, actor, written, &fields_touched(written, &now, &[RENEWS]))?;
            Ok(Step::DeleteEntitlement(before.id))
        }
        EventTask::Edit | EventTask::Reopen => {
            unless_changed(db, actor, written, &changed_since(&written.changes, &now, &[]))?;
            let draft = entitlement::check(&with_old(&written.changes, stored::entitlement(&before.draft))).map_err(rejected)?;
            names_contact(db, actor, written, &draft)?;
            let ended_at = match written.change(ENDED) {
                Some(change) => change.old.as_deref().and_then(undo::moment),
                None => before.ended_at,
            };
            let after = Entitlement { draft, ended_at, ..before.clone() };
            for (task, _) in tasks::of_entitlement(&before, &after, actor.today) {
                actor.may(task)?;
            }
            Ok(Step::SetEntitlement { before, after })
        }
        EventTask::End => {
            actor.may(gives_back(db, actor, written)?)?;
            unless_changed(db, actor, written, &changed_since(&written.changes, &now, &[]))?;
            Ok(Step::Reopen(before))
        }
        _ => Err(Refusal::NotUndoable.into()),
    }
}

/// All that events say of an entitlement, as it is now.
fn fields(entitlement: &Entitlement) -> Pairs {
    let mut pairs = stored::entitlement(&entitlement.draft);
    pairs.push(("eid".to_owned(), entitlement.eid.clone()));
    pairs.extend(entitlement.ended_at.map(|ended| (ENDED.to_owned(), ended.to_string())));
    pairs
}

/// The contact that it names is to be there.
fn names_contact(db: &mut Db, actor: &Actor, written: &Written<'_>, draft: &Draft) -> Result<()> {
    match draft.contact {
        Some(contact) => contacts::stored(db, actor, written, contact).map(drop),
        None => Ok(()),
    }
}

/// The entitlement as its deletion kept it, if it can come back.
fn restorable(db: &mut Db, actor: &Actor, written: &Written<'_>) -> Result<Step> {
    actor.may(gives_back(db, actor, written)?)?;
    let record: KeptEntitlement = undo::kept(&written.event.record).ok_or(Refusal::RecordUnreadable)?;
    let entitlement = record.read(actor.now).map_err(rejected)?;
    names_contact(db, actor, written, &entitlement.draft)?;
    if let Some(renewed) = entitlement.renews {
        renews(db, actor, written, renewed)?;
    }
    if let Some(other) = entitlements::by_eid(db, std::slice::from_ref(&entitlement.eid))?.first() {
        let name = customers::name(db, other.customer)?;
        return Err(Error::Blocked(vec![format!("EID {} already belongs to an entitlement of {name}.", entitlement.eid)]));
    }
    Ok(Step::RestoreEntitlement(entitlement))
}

/// The task of giving a right back. A customer that was disabled when the right was taken from it had it all the same.
fn gives_back(db: &mut Db, actor: &Actor, written: &Written<'_>) -> Result<Task> {
    let facts = facts(db, actor, written)?;
    let status = said_then(db, written, SubjectKind::Customer, written.customer.0, STATUS)?;
    let was_enabled = status.map_or(facts.enabled, |status| status == "enabled");
    Ok(if was_enabled { Task::NewEntitlement(facts) } else { Task::EditEntitlement })
}

/// The one that it renews is to be there, without another renewal.
fn renews(db: &mut Db, actor: &Actor, written: &Written<'_>, renewed: EntitlementId) -> Result<()> {
    let former = match entitlements::find(db, renewed) {
        Err(Error::NotFound(_)) => return Err(deleted(db, actor, written, SubjectKind::Entitlement, renewed.0)?),
        found => found?,
    };
    match renewals::renewal(db, renewed)? {
        Some(other) => Err(Error::Blocked(vec![format!("{} has been renewed as {} since.", former.eid, other.eid)])),
        None => Ok(()),
    }
}
