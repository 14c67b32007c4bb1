//! An undo in words: what was done, what it means to take it back, and what came of it.

use crate::db::Db;
use crate::domain::CustomerId;
use crate::domain::actor::Actor;
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::numbers::counted;
use crate::domain::places::{Country, Language};
use crate::domain::text::isolated;
use crate::domain::undo::{KeptCustomer, kept};
use crate::pages::detail::signing_in;
use crate::store::access::{self, SignIns};
use crate::store::events::StoredEvent;
use crate::store::{Result, contacts};

/// What an event did: `Ruth Ashworth disabled Acme`.
pub fn did(actor: &Actor, event: &StoredEvent) -> String {
    let who = isolated(&event.who(actor).to_string());
    let name = name(event);
    let what = match task(event) {
        Some(EventTask::Create) => format!("created {name}"),
        Some(EventTask::Edit) | None => format!("edited {name}"),
        Some(EventTask::Disable) => format!("disabled {name}"),
        Some(EventTask::Enable) => format!("enabled {name}"),
        Some(EventTask::Delete) => format!("deleted {name}"),
        Some(EventTask::Restore) => format!("brought back {name}"),
        Some(EventTask::Invite) => format!("invited {name}"),
        Some(EventTask::SetDefault) => format!("made {name} the default contact"),
        Some(EventTask::End) => format!("ended {name}"),
        Some(EventTask::Reopen) => format!("reopened {name}"),
        Some(EventTask::Renew) => format!("created {name} as a renewal"),
    };
    format!("{who} {what}")
}

/// What a field says, in words.
pub fn value(field: &str, value: &str) -> String {
    match field {
        "shipping_same" if value == "yes" => "the same as billing".to_owned(),
        "shipping_same" => "an address of its own".to_owned(),
        "language" => Language::parse(value).map_or_else(|| value.to_owned(), |language| language.name().to_owned()),
        "billing_country" | "shipping_country" => {
            Country::parse(value).map_or_else(|| value.to_owned(), |country| country.name().to_owned())
        }
        _ => value.to_owned(),
    }
}

/// What it means to take an event back.
pub fn means(db: &mut Db, event: &StoredEvent) -> Result<String> {
    let name = name(event);
    Ok(match task(event) {
        Some(EventTask::Create | EventTask::Renew | EventTask::Restore) => format!("This deletes {name}."),
        Some(EventTask::Delete) => format!("This brings back {name}{}, as it was.", along(event)),
        Some(EventTask::Disable) => format!("{name} is enabled again.{}", sign_in(db, event, signing_in::regained)?),
        Some(EventTask::Enable) => format!("{name} is disabled again.{}", sign_in(db, event, signing_in::lost)?),
        Some(EventTask::SetDefault) => "The contact that was the default before is the default again.".to_owned(),
        Some(EventTask::End) => format!("{name} is no longer ended."),
        Some(EventTask::Reopen) => format!("{name} ends again."),
        Some(EventTask::Edit | EventTask::Invite) | None => "All else stays as it is.".to_owned(),
    })
}

/// What came of it.
pub fn outcome(db: &mut Db, event: &StoredEvent) -> Result<String> {
    let name = name(event);
    let done = match task(event) {
        Some(EventTask::Create | EventTask::Renew) => format!("{name} is deleted."),
        Some(EventTask::Restore) => format!("{name} is deleted again."),
        Some(EventTask::Delete) => format!("{name} is back{}.", along(event)),
        Some(EventTask::Disable) => format!("{name} is enabled again.{}", sign_in(db, event, signing_in::regained)?),
        Some(EventTask::Enable) => format!("{name} is disabled again.{}", sign_in(db, event, signing_in::lost)?),
        Some(EventTask::SetDefault) => default(db, event)?,
        Some(EventTask::End) => format!("{name} is no longer ended."),
        Some(EventTask::Reopen) => format!("{name} is ended again."),
        Some(EventTask::Edit | EventTask::Invite) | None => format!("{name} is as it was before the edit."),
    };
    Ok(format!("{}: {done}", if event.undoes.is_some() { "Redone" } else { "Undone" }))
}

fn default(db: &mut Db, event: &StoredEvent) -> Result<String> {
    let present = match event.customer_id {
        Some(customer) => contacts::default_of(db, CustomerId(customer))?,
        None => None,
    };
    Ok(match present {
        Some(id) => format!("{} is the default contact again.", isolated(&contacts::find(db, id)?.draft.full_name())),
        None => "There is no default contact again.".to_owned(),
    })
}

/// Who can sign in, or no longer can, when a customer is enabled or disabled.
fn sign_in(db: &mut Db, event: &StoredEvent, words: fn(SignIns) -> String) -> Result<String> {
    let Some(customer) = event.customer_id.filter(|_| kind(event) == Some(SubjectKind::Customer)) else { return Ok(String::new()) };
    let effect = words(access::of_customer(db, CustomerId(customer))?);
    Ok(if effect.is_empty() { effect } else { format!(" {effect}") })
}

/// The contacts that come back with a customer.
fn along(event: &StoredEvent) -> String {
    let contacts = match kind(event) {
        Some(SubjectKind::Customer) => {
            kept::<KeptCustomer>(&event.record).map_or(0, |kept| kept.contacts.iter().filter(|kept| !kept.own).count())
        }
        _ => 0,
    };
    if contacts == 0 { String::new() } else { format!(" with {}", counted(contacts, "contact", "contacts")) }
}

fn name(event: &StoredEvent) -> String {
    isolated(&event.subject_name)
}

fn task(event: &StoredEvent) -> Option<EventTask> {
    EventTask::parse(&event.task)
}

fn kind(event: &StoredEvent) -> Option<SubjectKind> {
    SubjectKind::parse(&event.subject_kind)
}
