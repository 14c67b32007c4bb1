//! *Undo*: takes back a change. The message after a change offers it at once; elsewhere a page asks first, and says what comes back.

pub mod batch;
mod words;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::change::{Redirect, Subject, change};
use super::form::because;
use super::path::Id;
use super::screen::{DetailPane, show};
use super::view::UndoQuestion;
use super::{detail, words as moments};
use crate::changes;
use crate::db::Db;
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::fields;
use crate::domain::limit;
use crate::domain::panes::PaneRow;
use crate::domain::{ContactId, CustomerId, EntitlementId, EventId, undo as kept};
use crate::store::events::StoredEvent;
use crate::store::{Error, Result, contacts, entitlements, random_token, undo as history};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;
use crate::web::screen::Screen;

/// `GET /events/{id}/undo`: asks, or says what stands in the way.
pub async fn ask(request: Asked, id: Id<EventId>) -> HttpResponse {
    show(request, move |db, request| {
        let event = history::find(db, id.get()?)?;
        let customer = history::customer(db, id.get()?)?;
        let blocked = match changes::undo::check(db, &request.actor, &event) {
            Ok(_) => return question(db, request, &event, customer),
            Err(Error::Refused(refusal)) if customer.is_some() => refusal.to_string(),
            Err(Error::Blocked(sentences)) if customer.is_some() => sentences.join(" "),
            Err(error) => return Err(error),
        };
        match customer {
            Some(customer) => detail::with_alert(db, request, customer, &blocked, StatusCode::CONFLICT),
            None => Err(Error::NotFound("customer")),
        }
    })
    .await
}

/// `POST /events/{id}/undo`.
pub async fn undo(request: Asked, id: Id<EventId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::Event(id), move |db, request, input| {
        let actor = because(request, input)?;
        let event = changes::undo::undo(db, &actor, id.get()?)?;
        redirect(db, &event)
    })
    .await
}

fn question(db: &mut Db, request: &Request, event: &StoredEvent, customer: Option<CustomerId>) -> Result<DetailPane> {
    let is_redo = event.undoes.is_some();
    let path = address::undo(EventId(event.id));
    let question = UndoQuestion {
        question: if is_redo { "Redo what was undone?" } else { "Undo this change?" }.to_owned(),
        did: words::did(&request.actor, event),
        when: moments::when(request.actor.now, event.at),
        reason: event.reason.clone(),
        fields: fields(event),
        sentences: vec![words::means(db, event)?],
        button: if is_redo { "Redo" } else { "Undo" },
        action: request.keeping(&path),
        token: random_token(),
        cancel: request.keeping(&place(request, event, customer)),
        limit: limit::REASON,
    };
    Ok(DetailPane::question(question.question.clone(), customer, &question))
}

/// Where whoever does not want to goes back to: what is open on the screen.
fn place(request: &Request, event: &StoredEvent, customer: Option<CustomerId>) -> String {
    match (request.screen, SubjectKind::parse(&event.subject_kind)) {
        (Screen::Entitlements, Some(SubjectKind::Entitlement)) => address::entitlement(Some(EntitlementId(event.subject_id))),
        _ => address::screen(customer),
    }
}

/// The fields of an edit. Those that hold ids of records say nothing to people.
fn fields(event: &StoredEvent) -> Vec<(String, String, String)> {
    if EventTask::parse(&event.task) != Some(EventTask::Edit) {
        return Vec::new();
    }
    let changes = kept::changes(&event.changes).into_iter().filter(|change| change.field != "contact");
    let texts = changes.map(|change| {
        let [now, then] = [&change.new, &change.old].map(|value| words::value(&change.field, value.as_deref().unwrap_or_default()));
        (fields::heading(&change.field), now, then)
    });
    // Of an address that there was none of before, most fields are as empty as they were.
    texts.filter(|(_, now, then)| now != then).collect()
}

/// Where the answer leads: to the record, or to the list that it is gone from.
fn redirect(db: &mut Db, event: &StoredEvent) -> Result<Redirect> {
    let text = words::outcome(db, event)?;
    let Some(customer) = event.customer_id.map(CustomerId) else { return Err(Error::NotFound("customer")) };
    let row = match SubjectKind::parse(&event.subject_kind) {
        Some(SubjectKind::Customer) => {
            return Ok(match EventTask::parse(&event.task) {
                Some(EventTask::Create | EventTask::Restore) => Redirect::deleted(customer, text),
                Some(EventTask::Delete) => Redirect::created(customer, text),
                _ => Redirect::changed(customer, text),
            });
        }
        Some(SubjectKind::Contact) => {
            let id = ContactId(event.subject_id);
            contacts::one_of_customer(db, customer, id)?.map(|_| PaneRow::Contact(id))
        }
        _ => {
            let id = EntitlementId(event.subject_id);
            entitlements::one_of_customer(db, customer, id)?.map(|_| PaneRow::Entitlement(id))
        }
    };
    let redirect = Redirect::changed(customer, text);
    Ok(match row {
        Some(row) => redirect.at(row),
        None => redirect,
    })
}
