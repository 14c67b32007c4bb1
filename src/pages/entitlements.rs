//! The entitlements of a customer: the form stands in the entitlements pane, and the tasks change that pane alone.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::change::{Redirect, Returned, Subject, save};
use super::form::{self, Draw};
use super::path::Id;
use super::screen::{DetailPane, show};
use super::view::{Confirm, Form, Group};
use super::{detail, words};
use crate::changes;
use crate::db::Db;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Kind};
use crate::domain::entitlement::{self, Entitlement};
use crate::domain::input::Input;
use crate::domain::panes::PaneRow;
use crate::domain::rules::Task;
use crate::domain::text::isolated;
use crate::domain::{CustomerId, EntitlementId};
use crate::store::detail::customer_facts;
use crate::store::{Result, contacts, entitlements, random_token};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;

const PANE: &str = "#entitlements";

/// `GET /customers/{id}/entitlements/new`: the form, in the entitlements pane.
pub async fn new(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show(request, move |db, request| {
        let task = Task::NewEntitlement(customer_facts(db, id.get()?)?);
        detail::unless_refused(db, request, id.get()?, task, |db| new_form(db, request, id, None))
    })
    .await
}

/// `POST /customers/{id}/entitlements/new`, `POST /customers/{id}/entitlements`: creates an entitlement.
pub async fn create(request: Asked, id: Id<CustomerId>, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::Customer(id),
        move |db, request, input| {
            let created = changes::entitlements::create(db, &request.actor, id.get()?, input.checked(entitlement::check(input)))?;
            let text = format!("Added an entitlement to {}: {}.", isolated(&created.draft.product), created.eid);
            Ok(Redirect::changed(created.customer, text).at(PaneRow::Entitlement(created.id)))
        },
        move |db, request, returned| new_form(db, request, id, Some(returned)),
    )
    .await
}

/// `GET /entitlements/{id}`: leads to the customer, where it is listed.
pub async fn show_one(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| {
        let entitlement = entitlements::find(db, id.get()?)?;
        detail::show_entitlement(db, request, entitlement.customer, entitlement.id)
    })
    .await
}

/// `GET /entitlements/{id}/end`: asks.
pub async fn confirm_end(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| end_question(db, request, id, None)).await
}

/// `POST /entitlements/{id}/end`.
pub async fn end(request: Asked, id: Id<EntitlementId>, form: FormBody) -> HttpResponse {
    let end = move |db: &mut Db, request: &Request, input: &Input| {
        let ended = changes::entitlements::end(db, &form::because(request, input)?, id.get()?)?;
        let text = format!("Ended the entitlement to {}.", isolated(&ended.draft.product));
        Ok(Redirect::changed(ended.customer, text).at(PaneRow::Entitlement(ended.id)))
    };
    let again = move |db: &mut Db, request: &Request, returned: &Returned<'_>| end_question(db, request, id, Some(returned));
    save(request, form, Subject::Entitlement(id), end, again).await
}

/// `GET /entitlements/{id}/delete`: asks.
pub async fn confirm_delete(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| delete_question(db, request, id, None)).await
}

/// `POST /entitlements/{id}/delete`.
pub async fn delete(request: Asked, id: Id<EntitlementId>, form: FormBody) -> HttpResponse {
    let delete = move |db: &mut Db, request: &Request, input: &Input| {
        let deleted = changes::entitlements::delete(db, &form::because(request, input)?, id.get()?)?;
        Ok(Redirect::changed(deleted.customer, format!("Deleted the entitlement to {}.", isolated(&deleted.draft.product))))
    };
    let again = move |db: &mut Db, request: &Request, returned: &Returned<'_>| delete_question(db, request, id, Some(returned));
    save(request, form, Subject::Entitlement(id), delete, again).await
}

/// Asks why before an entitlement ends; or asks again, with what is wrong with the reason.
fn end_question(db: &mut Db, request: &Request, id: Id<EntitlementId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let entitlement = entitlements::find(db, id.get()?)?;
    let words = Question {
        title: format!("End {} now?", isolated(&entitlement.draft.product)),
        sentences: vec![
            format!("{} ends right away.", entitlement.eid),
            "Its record stays, so its customer and contact still cannot be deleted.".to_owned(),
        ],
        button: "End now",
        path: "end",
    };
    ask(db, request, &entitlement, Task::EndEntitlement(entitlement.state(request.actor.today)), words, returned)
}

/// Asks before an entitlement is deleted; or asks again, with what is wrong with the reason.
fn delete_question(db: &mut Db, request: &Request, id: Id<EntitlementId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let entitlement = entitlements::find(db, id.get()?)?;
    let (state, from) = (entitlement.state(request.actor.today), words::day(entitlement.draft.starts_on));
    let starts = if state == entitlement::State::NotYetStarted { "starts" } else { "started" };
    let words = Question {
        title: format!("Delete the entitlement to {}?", isolated(&entitlement.draft.product)),
        sentences: vec![format!("This permanently deletes {}, which {starts} on {from}.", entitlement.eid)],
        button: "Delete entitlement",
        path: "delete",
    };
    ask(db, request, &entitlement, Task::DeleteEntitlement(state), words, returned)
}

/// What is asked before a task.
struct Question {
    title: String,
    sentences: Vec<String>,
    button: &'static str,
    path: &'static str,
}

/// Asks before a task, or says why it cannot be done.
fn ask(
    db: &mut Db,
    request: &Request,
    entitlement: &Entitlement,
    task: Task,
    words: Question,
    returned: Option<&Returned<'_>>,
) -> Result<DetailPane> {
    detail::unless_refused(db, request, entitlement.customer, task, |_| {
        let panes = request.panes.at(Some(PaneRow::Entitlement(entitlement.id)));
        let confirm = Confirm {
            question: words.title,
            sentences: words.sentences,
            along: Vec::new(),
            button: words.button.to_owned(),
            danger: true,
            reason: Some(form::reason(returned, false)),
            action: request.keeping(&format!("/entitlements/{}/{}", entitlement.id, words.path)),
            token: random_token(),
            cancel: address::at_row(entitlement.customer, &request.query, &panes),
            target: PANE,
        };
        Ok(form::asked(&confirm, entitlement.customer, returned))
    })
}

/// The form of a new entitlement; or what was typed into it, with what is wrong.
fn new_form(db: &mut Db, request: &Request, id: Id<CustomerId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let customer = detail::find(db, request, id.get()?)?;
    let people = contacts::of_customer(db, id.get()?, contacts::SHOWN)?;
    let default = people.iter().find(|contact| contact.default).map(|contact| contact.id.to_string());
    let blank = form::blank_entitlement(&default.unwrap_or_default(), &request.actor.today.to_string());
    let (input, errors) = form::filled(&blank, returned);
    let id = customer.customer.id;
    let form = Form {
        heading: "New entitlement".to_owned(),
        action: request.keeping(&format!("/customers/{id}/entitlements/new")),
        token: form::kept_token(input),
        submit: "Create entitlement",
        target: PANE,
        inner: true,
        cancel: request.keeping(&address::screen(Some(id))),
        note: "Its identifier (EID) is generated.",
        ..form::form(vec![Group {
            fields: Draw::new(input, errors).entitlement(choices(&customer.customer, &people), request.app.zone.name()),
            ..Group::default()
        }])
    };
    Ok(detail::with_entitlement_form(request, &customer, form, returned.map_or(StatusCode::OK, Returned::status)))
}

/// The contacts to choose from; an individual has no choice, since it is its own only contact.
fn choices(customer: &Customer, contacts: &[Contact]) -> Option<Vec<(String, String)>> {
    if customer.kind() == Kind::Individual {
        return None;
    }
    let mut choices = vec![(String::new(), "No contact".to_owned())];
    for contact in contacts {
        let mark = match (contact.default, contact.enabled) {
            (true, true) => " (default)",
            (true, false) => " (default, disabled)",
            (false, false) => " (disabled)",
            (false, true) => "",
        };
        choices.push((contact.id.to_string(), format!("{}{mark}", contact.draft.name.full())));
    }
    Some(choices)
}
