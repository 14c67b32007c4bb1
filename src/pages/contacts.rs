//! The contacts of a company: their forms stand in the contacts pane, and their tasks change that pane alone.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::customers::{STALE, kept_token};
use super::form::{self, Draw};
use super::path::Id;
use super::screen::{DetailPane, Done, change, show};
use super::view::{Confirm, Form, Group};
use super::{detail, refusal};
use crate::db::Db;
use crate::domain::contact::{self, Contact, PersonName};
use crate::domain::input::{Errors, Input};
use crate::domain::rules::Task;
use crate::domain::stored;
use crate::domain::text::isolated;
use crate::domain::{ContactId, CustomerId};
use crate::store::{Error, Result, contacts, customers, random_token};
use crate::web::address;
use crate::web::form::FormBody;
use crate::web::request::Request;

const PANE: &str = "#contacts";

/// A person's name within a sentence.
fn called(name: &PersonName) -> String {
    isolated(&name.full())
}

/// `GET /customers/{id}/contacts/new`: the form, in the contacts pane.
pub async fn new(request: Request, id: Id<CustomerId>) -> HttpResponse {
    show(request, move |db, request| {
        let id = id.get("customer")?;
        let task = Task::NewContact(customers::facts(db, id)?);
        detail::unless_refused(db, request, id, task, |db| {
            let form = new_form(request, id, &Input::default(), &Vec::new());
            detail::with_contact_form(db, request, id, form, StatusCode::OK)
        })
    })
    .await
}

/// `POST /customers/{id}/contacts`: creates a contact.
pub async fn create(request: Request, id: Id<CustomerId>, sent: FormBody) -> HttpResponse {
    change(
        request,
        sent.0,
        move |db, request, input| {
            let id = id.get("customer")?;
            request.actor.may(Task::NewContact(customers::facts(db, id)?))?;
            let draft = contact::check(&contact::FIELDS, input).map_err(Error::Invalid)?;
            let contact = contacts::create(db, request.actor, id, &draft)?;
            let default = if contact.default { " It is the default contact." } else { "" };
            Ok(Done::changed(id, format!("{} is created.{default}", called(&draft.name))))
        },
        move |db, request, input, error| {
            let id = id.get("customer")?;
            match error {
                Error::Invalid(errors) => {
                    let form = new_form(request, id, input, errors);
                    detail::with_contact_form(db, request, id, form, StatusCode::UNPROCESSABLE_ENTITY).map(Some)
                }
                Error::NotFound(what) => Ok(Some(DetailPane::error(&refusal::missing(request, what, Some(input))))),
                error => detail::failed(db, request, id, error),
            }
        },
    )
    .await
}

/// `GET /contacts/{id}/edit`: the form, in the contacts pane.
pub async fn edit(request: Request, id: Id<ContactId>) -> HttpResponse {
    show(request, move |db, request| {
        let contact = contacts::find(db, id.get("contact")?)?;
        let task = Task::EditContact(contacts::facts(db, &contact)?);
        detail::unless_refused(db, request, contact.customer, task, |db| {
            let form = edit_form(request, &contact, &Input::new(stored::contact(&contact.draft)), &Vec::new());
            detail::with_contact_form(db, request, contact.customer, form, StatusCode::OK)
        })
    })
    .await
}

/// `POST /contacts/{id}`: saves the form.
pub async fn update(request: Request, id: Id<ContactId>, sent: FormBody) -> HttpResponse {
    change(
        request,
        sent.0,
        move |db, request, input| {
            let contact = contacts::find(db, id.get("contact")?)?;
            let facts = contacts::facts(db, &contact)?;
            request.actor.may(Task::EditContact(facts))?;
            let draft = contact::check(&contact::FIELDS, input).map_err(Error::Invalid)?;
            contacts::edit(db, request.actor, contact.id, input.get("version").parse().ok(), &draft)?;
            Ok(Done::changed(contact.customer, format!("{} is saved.", called(&draft.name))))
        },
        move |db, request, input, error| {
            let contact = match contacts::find(db, id.get("contact")?) {
                Err(Error::NotFound(what)) => return Ok(Some(DetailPane::error(&refusal::missing(request, what, Some(input))))),
                found => found?,
            };
            match error {
                Error::Invalid(errors) => {
                    let form = Form { version: input.get("version").parse().ok(), ..edit_form(request, &contact, input, errors) };
                    detail::with_contact_form(db, request, contact.customer, form, StatusCode::UNPROCESSABLE_ENTITY).map(Some)
                }
                Error::Stale => {
                    let mut form = edit_form(request, &contact, input, &Vec::new());
                    form.conflicts = form::conflicts(&form, &Input::new(stored::contact(&contact.draft)));
                    form.alert = Some(detail::sentence(STALE));
                    detail::with_contact_form(db, request, contact.customer, form, StatusCode::CONFLICT).map(Some)
                }
                error => detail::failed(db, request, contact.customer, error),
            }
        },
    )
    .await
}

/// `POST /contacts/{id}/disable`.
pub async fn disable(request: Request, id: Id<ContactId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, |db, request, id| {
        let contact = contacts::disable(db, request.actor, id)?;
        Ok(Done::changed(contact.customer, format!("{} is disabled and cannot sign in any more.", called(&contact.draft.name))))
    })
    .await
}

/// `POST /contacts/{id}/enable`.
pub async fn enable(request: Request, id: Id<ContactId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, |db, request, id| {
        let contact = contacts::enable(db, request.actor, id)?;
        Ok(Done::changed(contact.customer, format!("{} is enabled.", called(&contact.draft.name))))
    })
    .await
}

/// `POST /contacts/{id}/default`.
pub async fn set_default(request: Request, id: Id<ContactId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, |db, request, id| {
        let contact = contacts::set_default(db, request.actor, id)?;
        Ok(Done::changed(contact.customer, format!("{} is the default contact now.", called(&contact.draft.name))))
    })
    .await
}

/// `GET /contacts/{id}/delete`: asks.
pub async fn confirm_delete(request: Request, id: Id<ContactId>) -> HttpResponse {
    show(request, move |db, request| {
        let contact = contacts::find(db, id.get("contact")?)?;
        let task = Task::DeleteContact(contacts::facts(db, &contact)?);
        detail::unless_refused(db, request, contact.customer, task, |db| {
            let successor = contacts::next_default(db, &contact)?;
            let question = delete_question(request, &contact, successor.as_ref());
            Ok(DetailPane::question(question.question.clone(), contact.customer, &question))
        })
    })
    .await
}

fn delete_question(request: &Request, contact: &Contact, successor: Option<&Contact>) -> Confirm {
    let mut sentences = vec!["This deletes the contact for good. No entitlement names it.".to_owned()];
    if contact.default {
        sentences.push(match successor {
            Some(successor) => format!("It is the default contact: {} takes its place.", called(&successor.draft.name)),
            None => "It is the default contact, and no enabled one is left to take its place.".to_owned(),
        });
    }
    Confirm {
        question: format!("Delete {}?", called(&contact.draft.name)),
        sentences,
        along: Vec::new(),
        button: "Delete contact".to_owned(),
        action: address::with_list(&format!("/contacts/{}/delete", contact.id), &request.list),
        token: random_token(),
        cancel: address::with_list(&address::screen(Some(contact.customer)), &request.list),
        target: PANE,
    }
}

/// `POST /contacts/{id}/delete`.
pub async fn delete(request: Request, id: Id<ContactId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, |db, request, id| {
        let (contact, successor) = contacts::delete(db, request.actor, id)?;
        let successor =
            successor.map(|successor| format!(" {} is the default contact now.", called(&successor.draft.name))).unwrap_or_default();
        Ok(Done::changed(contact.customer, format!("{} is deleted.{successor}", called(&contact.draft.name))))
    })
    .await
}

/// A task that changes a contact and leads back to its company.
async fn task(
    request: Request,
    id: Id<ContactId>,
    sent: FormBody,
    act: impl Fn(&mut Db, &Request, ContactId) -> Result<Done> + Send + 'static,
) -> HttpResponse {
    change(
        request,
        sent.0,
        move |db, request, _| act(db, request, id.get("contact")?),
        move |db, request, _, error| {
            let contact = contacts::find(db, id.get("contact")?)?;
            detail::failed(db, request, contact.customer, error)
        },
    )
    .await
}

fn new_form(request: &Request, customer: CustomerId, input: &Input, errors: &Errors) -> Form {
    Form {
        heading: "New contact".to_owned(),
        action: address::with_list(&format!("/customers/{customer}/contacts"), &request.list),
        token: kept_token(input),
        submit: "Create contact",
        ..pane_form(request, customer, &Draw::new(input, errors))
    }
}

fn edit_form(request: &Request, contact: &Contact, input: &Input, errors: &Errors) -> Form {
    Form {
        heading: format!("Edit {}", called(&contact.draft.name)),
        action: address::with_list(&format!("/contacts/{}", contact.id), &request.list),
        version: Some(contact.version),
        submit: "Save",
        ..pane_form(request, contact.customer, &Draw::new(input, errors))
    }
}

fn pane_form(request: &Request, customer: CustomerId, draw: &Draw<'_>) -> Form {
    let fields = draw.contact(&contact::FIELDS, true);
    Form {
        target: PANE,
        inner: true,
        cancel: address::with_list(&address::screen(Some(customer)), &request.list),
        note: "Last name and e-mail are required.",
        ..form::form(vec![Group { fields, ..Group::default() }])
    }
}
