//! The entitlements of a customer: the form stands in the entitlements pane, and the tasks change that pane alone.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::customers::kept_token;
use super::form::{self, Draw};
use super::path::Id;
use super::screen::{DetailPane, Done, change, show};
use super::view::{Confirm, Form, Group};
use super::{detail, refusal, words};
use crate::db::Db;
use crate::domain::customer::Kind;
use crate::domain::entitlement::{self, Entitlement};
use crate::domain::input::{Errors, Input};
use crate::domain::rules::{CustomerFacts, Task};
use crate::domain::text::isolated;
use crate::domain::{CustomerId, EntitlementId};
use crate::store::{Error, Result, contacts, customers, entitlements, random_token};
use crate::web::address;
use crate::web::form::FormBody;
use crate::web::request::Request;

const PANE: &str = "#entitlements";

/// `GET /customers/{id}/entitlements/new`: the form, in the entitlements pane.
pub async fn new(request: Request, id: Id<CustomerId>) -> HttpResponse {
    show(request, move |db, request| {
        let id = id.get("customer")?;
        let facts = customers::facts(db, id)?;
        detail::unless_refused(db, request, id, Task::NewEntitlement(facts), |db| {
            let default = contacts::of_customer(db, id)?.into_iter().find(|contact| contact.default);
            let contact = default.map(|contact| contact.id.to_string()).unwrap_or_default();
            let input = form::blank_entitlement(&contact, &request.actor.today.to_string());
            let form = new_form(db, request, id, facts, &input, &Vec::new())?;
            detail::with_entitlement_form(db, request, id, form, StatusCode::OK)
        })
    })
    .await
}

/// `POST /customers/{id}/entitlements`: creates an entitlement.
pub async fn create(request: Request, id: Id<CustomerId>, sent: FormBody) -> HttpResponse {
    change(
        request,
        sent.0,
        move |db, request, input| {
            let id = id.get("customer")?;
            request.actor.may(Task::NewEntitlement(customers::facts(db, id)?))?;
            let draft = entitlement::check(input).map_err(Error::Invalid)?;
            let created = entitlements::create(db, request.actor, id, &draft)?;
            Ok(Done::changed(id, format!("The entitlement to {} is created: {}.", isolated(&draft.product), created.eid)))
        },
        move |db, request, input, error| {
            let id = id.get("customer")?;
            match error {
                Error::Invalid(errors) => {
                    let facts = customers::facts(db, id)?;
                    let form = new_form(db, request, id, facts, input, errors)?;
                    detail::with_entitlement_form(db, request, id, form, StatusCode::UNPROCESSABLE_ENTITY).map(Some)
                }
                Error::NotFound(what) => Ok(Some(DetailPane::error(&refusal::missing(request, what, Some(input))))),
                error => detail::failed(db, request, id, error),
            }
        },
    )
    .await
}

/// `GET /entitlements/{id}`: leads to the customer, where it is listed.
pub async fn show_one(request: Request, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| {
        let entitlement = entitlements::find(db, id.get("entitlement")?)?;
        detail::show(db, request, entitlement.customer)
    })
    .await
}

/// `GET /entitlements/{id}/end`: asks.
pub async fn confirm_end(request: Request, id: Id<EntitlementId>) -> HttpResponse {
    ask(request, id, "end", Task::EndEntitlement, |entitlement| {
        (
            format!("End {} now?", isolated(&entitlement.draft.product)),
            vec![
                format!("{} ends at this moment and cannot be started again.", entitlement.eid),
                "Its record stays, and goes on holding its customer and contact.".to_owned(),
            ],
            "End now",
        )
    })
    .await
}

/// `POST /entitlements/{id}/end`.
pub async fn end(request: Request, id: Id<EntitlementId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, |db, request, id| {
        let entitlement = entitlements::end(db, request.actor, id)?;
        Ok(Done::changed(entitlement.customer, format!("The entitlement to {} has ended.", isolated(&entitlement.draft.product))))
    })
    .await
}

/// `GET /entitlements/{id}/delete`: asks.
pub async fn confirm_delete(request: Request, id: Id<EntitlementId>) -> HttpResponse {
    ask(request, id, "delete", Task::DeleteEntitlement, |entitlement| {
        let from = words::day(entitlement.draft.starts_on);
        (
            format!("Delete the entitlement to {}?", isolated(&entitlement.draft.product)),
            vec![format!("This deletes {}, from {from} on, for good.", entitlement.eid)],
            "Delete entitlement",
        )
    })
    .await
}

/// `POST /entitlements/{id}/delete`.
pub async fn delete(request: Request, id: Id<EntitlementId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, |db, request, id| {
        let entitlement = entitlements::delete(db, request.actor, id)?;
        Ok(Done::changed(entitlement.customer, format!("The entitlement to {} is deleted.", isolated(&entitlement.draft.product))))
    })
    .await
}

/// Asks before a task, or says why it cannot be done.
async fn ask(
    request: Request,
    id: Id<EntitlementId>,
    path: &'static str,
    of: fn(entitlement::State) -> Task,
    words: impl Fn(&Entitlement) -> (String, Vec<String>, &'static str) + Send + 'static,
) -> HttpResponse {
    show(request, move |db, request| {
        let entitlement = entitlements::find(db, id.get("entitlement")?)?;
        let task = of(entitlement.state(request.actor.today));
        detail::unless_refused(db, request, entitlement.customer, task, |_| {
            let (question, sentences, button) = words(&entitlement);
            let confirm = Confirm {
                question: question.clone(),
                sentences,
                along: Vec::new(),
                button: button.to_owned(),
                action: address::with_list(&format!("/entitlements/{}/{path}", entitlement.id), &request.list),
                token: random_token(),
                cancel: address::with_list(&address::screen(Some(entitlement.customer)), &request.list),
                target: PANE,
            };
            Ok(DetailPane::question(question, entitlement.customer, &confirm))
        })
    })
    .await
}

/// A task that changes an entitlement and leads back to its customer.
async fn task(
    request: Request,
    id: Id<EntitlementId>,
    sent: FormBody,
    act: impl Fn(&mut Db, &Request, EntitlementId) -> Result<Done> + Send + 'static,
) -> HttpResponse {
    change(
        request,
        sent.0,
        move |db, request, _| act(db, request, id.get("entitlement")?),
        move |db, request, _, error| {
            let entitlement = entitlements::find(db, id.get("entitlement")?)?;
            detail::failed(db, request, entitlement.customer, error)
        },
    )
    .await
}

fn new_form(db: &mut Db, request: &Request, customer: CustomerId, facts: CustomerFacts, input: &Input, errors: &Errors) -> Result<Form> {
    let draw = Draw::new(input, errors);
    let fields = draw.entitlement(choices(db, customer, facts)?, request.app.zone.name());
    Ok(Form {
        heading: "New entitlement".to_owned(),
        action: address::with_list(&format!("/customers/{customer}/entitlements"), &request.list),
        token: kept_token(input),
        submit: "Create entitlement",
        target: PANE,
        inner: true,
        cancel: address::with_list(&address::screen(Some(customer)), &request.list),
        note: "Its identifier (EID) is generated.",
        ..form::form(vec![Group { fields, ..Group::default() }])
    })
}

/// The contacts to choose from; an individual has no choice, since it is its own only contact.
fn choices(db: &mut Db, customer: CustomerId, facts: CustomerFacts) -> Result<Option<Vec<(String, String)>>> {
    if facts.kind == Kind::Individual {
        return Ok(None);
    }
    let mut choices = vec![(String::new(), "No contact".to_owned())];
    for contact in contacts::of_customer(db, customer)? {
        let mark = match (contact.default, contact.enabled) {
            (true, true) => " (default)",
            (true, false) => " (default, disabled)",
            (false, false) => " (disabled)",
            (false, true) => "",
        };
        choices.push((contact.id.to_string(), format!("{}{mark}", contact.draft.name.full())));
    }
    Ok(Some(choices))
}
