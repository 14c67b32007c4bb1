//! The contacts of a company: their forms stand in the contacts pane, and their tasks change that pane alone.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::customers::{STALE, kept_token};
use super::form::{self, Draw};
use super::path::Id;
use super::screen::{Done, Right, change, show};
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
use crate::web::sent::Sent;
use crate::web::visit::Visit;

const PANE: &str = "#contacts";

/// A person's name within a sentence.
fn called(name: &PersonName) -> String {
    isolated(&name.full())
}

/// `GET /customers/{id}/contacts/new`: the form, in the contacts pane.
pub async fn new(visit: Visit, id: Id<CustomerId>) -> HttpResponse {
    show(visit, move |db, visit| {
        let id = id.get("customer")?;
        let task = Task::NewContact(customers::facts(db, id)?);
        detail::unless_refused(db, visit, id, task, |db| {
            let form = new_form(visit, id, &Input::default(), &Vec::new());
            detail::with_contact_form(db, visit, id, form, StatusCode::OK)
        })
    })
    .await
}

/// `POST /customers/{id}/contacts`: creates a contact.
pub async fn create(visit: Visit, id: Id<CustomerId>, sent: Sent) -> HttpResponse {
    change(
        visit,
        sent.0,
        move |db, visit, input| {
            let id = id.get("customer")?;
            visit.actor.may(Task::NewContact(customers::facts(db, id)?))?;
            let draft = contact::check(&contact::FIELDS, input).map_err(Error::Invalid)?;
            let contact = contacts::create(db, visit.actor, id, &draft)?;
            let default = if contact.default { " It is the default contact." } else { "" };
            Ok(Done::changed(id, format!("{} is created.{default}", called(&draft.name))))
        },
        move |db, visit, input, error| {
            let id = id.get("customer")?;
            match error {
                Error::Invalid(errors) => {
                    let form = new_form(visit, id, input, errors);
                    detail::with_contact_form(db, visit, id, form, StatusCode::UNPROCESSABLE_ENTITY).map(Some)
                }
                Error::NotFound(what) => Ok(Some(Right::error(&refusal::missing(visit, what, Some(input))))),
                error => detail::failed(db, visit, id, error),
            }
        },
    )
    .await
}

/// `GET /contacts/{id}/edit`: the form, in the contacts pane.
pub async fn edit(visit: Visit, id: Id<ContactId>) -> HttpResponse {
    show(visit, move |db, visit| {
        let contact = contacts::find(db, id.get("contact")?)?;
        let task = Task::EditContact(contacts::facts(db, &contact)?);
        detail::unless_refused(db, visit, contact.customer, task, |db| {
            let form = edit_form(visit, &contact, &Input::new(stored::contact(&contact.draft)), &Vec::new());
            detail::with_contact_form(db, visit, contact.customer, form, StatusCode::OK)
        })
    })
    .await
}

/// `POST /contacts/{id}`: saves the form.
pub async fn update(visit: Visit, id: Id<ContactId>, sent: Sent) -> HttpResponse {
    change(
        visit,
        sent.0,
        move |db, visit, input| {
            let contact = contacts::find(db, id.get("contact")?)?;
            let facts = contacts::facts(db, &contact)?;
            visit.actor.may(Task::EditContact(facts))?;
            let draft = contact::check(&contact::FIELDS, input).map_err(Error::Invalid)?;
            contacts::edit(db, visit.actor, contact.id, input.get("version").parse().ok(), &draft)?;
            Ok(Done::changed(contact.customer, format!("{} is saved.", called(&draft.name))))
        },
        move |db, visit, input, error| {
            let contact = match contacts::find(db, id.get("contact")?) {
                Err(Error::NotFound(what)) => return Ok(Some(Right::error(&refusal::missing(visit, what, Some(input))))),
                found => found?,
            };
            match error {
                Error::Invalid(errors) => {
                    let form = Form { version: input.get("version").parse().ok(), ..edit_form(visit, &contact, input, errors) };
                    detail::with_contact_form(db, visit, contact.customer, form, StatusCode::UNPROCESSABLE_ENTITY).map(Some)
                }
                Error::Stale => {
                    let mut form = edit_form(visit, &contact, input, &Vec::new());
                    form.conflicts = form::conflicts(&form, &Input::new(stored::contact(&contact.draft)));
                    form.alert = Some(detail::sentence(STALE));
                    detail::with_contact_form(db, visit, contact.customer, form, StatusCode::CONFLICT).map(Some)
                }
                error => detail::failed(db, visit, contact.customer, error),
            }
        },
    )
    .await
}

/// `POST /contacts/{id}/disable`.
pub async fn disable(visit: Visit, id: Id<ContactId>, sent: Sent) -> HttpResponse {
    task(visit, id, sent, |db, visit, id| {
        let contact = contacts::disable(db, visit.actor, id)?;
        Ok(Done::changed(contact.customer, format!("{} is disabled and cannot sign in any more.", called(&contact.draft.name))))
    })
    .await
}

/// `POST /contacts/{id}/enable`.
pub async fn enable(visit: Visit, id: Id<ContactId>, sent: Sent) -> HttpResponse {
    task(visit, id, sent, |db, visit, id| {
        let contact = contacts::enable(db, visit.actor, id)?;
        Ok(Done::changed(contact.customer, format!("{} is enabled.", called(&contact.draft.name))))
    })
    .await
}

/// `POST /contacts/{id}/default`.
pub async fn set_default(visit: Visit, id: Id<ContactId>, sent: Sent) -> HttpResponse {
    task(visit, id, sent, |db, visit, id| {
        let contact = contacts::set_default(db, visit.actor, id)?;
        Ok(Done::changed(contact.customer, format!("{} is the default contact now.", called(&contact.draft.name))))
    })
    .await
}

/// `GET /contacts/{id}/delete`: asks.
pub async fn confirm_delete(visit: Visit, id: Id<ContactId>) -> HttpResponse {
    show(visit, move |db, visit| {
        let contact = contacts::find(db, id.get("contact")?)?;
        let task = Task::DeleteContact(contacts::facts(db, &contact)?);
        detail::unless_refused(db, visit, contact.customer, task, |db| {
            let heir = contacts::heir_of(db, &contact)?;
            let question = delete_question(visit, &contact, heir.as_ref());
            Ok(Right::question(question.question.clone(), contact.customer, &question))
        })
    })
    .await
}

fn delete_question(visit: &Visit, contact: &Contact, heir: Option<&Contact>) -> Confirm {
    let mut sentences = vec!["This deletes the contact for good. No entitlement names it.".to_owned()];
    if contact.default {
        sentences.push(match heir {
            Some(heir) => format!("It is the default contact: {} takes its place.", called(&heir.draft.name)),
            None => "It is the default contact, and no enabled one is left to take its place.".to_owned(),
        });
    }
    Confirm {
        question: format!("Delete {}?", called(&contact.draft.name)),
        sentences,
        along: Vec::new(),
        button: "Delete contact".to_owned(),
        action: address::with_list(&format!("/contacts/{}/delete", contact.id), &visit.list),
        token: random_token(),
        cancel: address::with_list(&address::screen(Some(contact.customer)), &visit.list),
        target: PANE,
    }
}

/// `POST /contacts/{id}/delete`.
pub async fn delete(visit: Visit, id: Id<ContactId>, sent: Sent) -> HttpResponse {
    task(visit, id, sent, |db, visit, id| {
        let (contact, heir) = contacts::delete(db, visit.actor, id)?;
        let heir = heir.map(|heir| format!(" {} is the default contact now.", called(&heir.draft.name))).unwrap_or_default();
        Ok(Done::changed(contact.customer, format!("{} is deleted.{heir}", called(&contact.draft.name))))
    })
    .await
}

/// A task that changes a contact and leads back to its company.
async fn task(
    visit: Visit,
    id: Id<ContactId>,
    sent: Sent,
    act: impl Fn(&mut Db, &Visit, ContactId) -> Result<Done> + Send + 'static,
) -> HttpResponse {
    change(
        visit,
        sent.0,
        move |db, visit, _| act(db, visit, id.get("contact")?),
        move |db, visit, _, error| {
            let contact = contacts::find(db, id.get("contact")?)?;
            detail::failed(db, visit, contact.customer, error)
        },
    )
    .await
}

fn new_form(visit: &Visit, customer: CustomerId, input: &Input, errors: &Errors) -> Form {
    Form {
        heading: "New contact".to_owned(),
        action: address::with_list(&format!("/customers/{customer}/contacts"), &visit.list),
        token: kept_token(input),
        submit: "Create contact",
        ..pane_form(visit, customer, &Draw::new(input, errors))
    }
}

fn edit_form(visit: &Visit, contact: &Contact, input: &Input, errors: &Errors) -> Form {
    Form {
        heading: format!("Edit {}", called(&contact.draft.name)),
        action: address::with_list(&format!("/contacts/{}", contact.id), &visit.list),
        version: Some(contact.version),
        submit: "Save",
        ..pane_form(visit, contact.customer, &Draw::new(input, errors))
    }
}

fn pane_form(visit: &Visit, customer: CustomerId, draw: &Draw<'_>) -> Form {
    let fields = draw.contact(&contact::FIELDS, true);
    Form {
        target: PANE,
        inner: true,
        cancel: address::with_list(&address::screen(Some(customer)), &visit.list),
        note: "Last name and e-mail are required.",
        ..form::form(vec![Group { fields, ..Group::default() }])
    }
}
