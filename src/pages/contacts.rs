//! The contacts of a company: their forms stand in the contacts pane, and their tasks change that pane alone.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::change::{self, CUSTOMER, Redirect, Returned, Subject, change, save};
use super::conflicts::StoredForm;
use super::form::{self, Draw};
use super::path::Id;
use super::screen::{DetailPane, show};
use super::view::{Confirm, Form, Group};
use super::{detail, near};
use crate::changes::{self, opened::Present};
use crate::db::Db;
use crate::domain::contact::{self, Contact};
use crate::domain::input::{Errors, Input};
use crate::domain::panes::PaneRow;
use crate::domain::rules::Task;
use crate::domain::text::isolated;
use crate::domain::{ContactId, CustomerId, identity, merge, stored};
use crate::store::access::{self, SignIns};
use crate::store::detail::{contact_facts, customer_facts};
use crate::store::{Result, contacts, random_token};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;

const PANE: &str = "#contacts";

/// A person's name within a sentence.
fn called(person: &contact::Draft) -> String {
    isolated(&person.full_name())
}

/// `GET /customers/{id}/contacts/new`: the form, in the contacts pane.
pub async fn new(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show(request, move |db, request| {
        let task = Task::NewContact(customer_facts(db, id.get()?)?);
        detail::unless_refused(db, request, id.get()?, task, |db| new_form(db, request, id, None))
    })
    .await
}

/// `POST /customers/{id}/contacts/new`, `POST /customers/{id}/contacts`: creates a contact.
pub async fn create(request: Asked, id: Id<CustomerId>, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::Customer(id),
        move |db, request, input| {
            let draft = input.checked(contact::check(&contact::FIELDS, input));
            let contact = changes::contacts::create(db, &request.actor, id.get()?, draft)?;
            near::ask_of_contact(db, input, &contact)?;
            let role = if contact.default { " as the default contact" } else { "" };
            Ok(Redirect::changed(contact.customer, format!("Added {}{role}.", called(&contact.draft))).at(PaneRow::Contact(contact.id)))
        },
        move |db, request, returned| new_form(db, request, id, Some(returned)),
    )
    .await
}

/// `GET /contacts/{id}/edit`: the form, in the contacts pane.
pub async fn edit(request: Asked, id: Id<ContactId>) -> HttpResponse {
    show(request, move |db, request| {
        let contact = contacts::find(db, id.get()?)?;
        let task = Task::EditContact(contact_facts(db, &contact)?);
        detail::unless_refused(db, request, contact.customer, task, |db| edit_form(db, request, id, None))
    })
    .await
}

/// `POST /contacts/{id}/edit`, `POST /contacts/{id}`: saves the form.
pub async fn update(request: Asked, id: Id<ContactId>, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::Contact(id),
        move |db, request, input| {
            let before = contacts::find(db, id.get()?)?;
            let input = &merge::decided(input, &Input::new(stored::contact(&before.draft)));
            let draft = input.checked(contact::check(&contact::FIELDS, input));
            let contact = changes::contacts::edit(db, &request.actor, before.id, &form::opened(input), draft)?;
            if near_email(&contact) != near_email(&before) {
                near::ask_of_contact(db, input, &contact)?;
            }
            Ok(Redirect::changed(contact.customer, format!("Saved {}.", called(&contact.draft))).at(PaneRow::Contact(contact.id)))
        },
        move |db, request, returned| edit_form(db, request, id, Some(returned)),
    )
    .await
}

/// `GET /contacts/{id}/disable`: asks for a reason.
pub async fn confirm_disable(request: Asked, id: Id<ContactId>) -> HttpResponse {
    show(request, move |db, request| disable_question(db, request, id, None)).await
}

/// `POST /contacts/{id}/disable`.
pub async fn disable(request: Asked, id: Id<ContactId>, form: FormBody) -> HttpResponse {
    let disable = move |db: &mut Db, request: &Request, input: &Input| {
        let contact = changes::contacts::disable(db, &form::because(request, input)?, id.get()?)?;
        let effect = match access::of_contact(db, &contact)? {
            SignIns { only_here: 0, elsewhere_too: 0 } => "",
            SignIns { elsewhere_too: 0, .. } => ", who can no longer sign in",
            _ => ", who can now sign in for other customers only",
        };
        Ok(Redirect::changed(contact.customer, format!("Disabled {}{effect}.", called(&contact.draft))).at(PaneRow::Contact(contact.id)))
    };
    let again = move |db: &mut Db, request: &Request, returned: &Returned<'_>| disable_question(db, request, id, Some(returned));
    save(request, form, Subject::Contact(id), disable, again).await
}

/// `POST /contacts/{id}/enable`.
pub async fn enable(request: Asked, id: Id<ContactId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::Contact(id), move |db, request, _| {
        let (contact, becomes_default) = changes::contacts::enable(db, &request.actor, id.get()?)?;
        let role = if becomes_default { " as the default contact" } else { "" };
        Ok(Redirect::changed(contact.customer, format!("Enabled {}{role}.", called(&contact.draft))).at(PaneRow::Contact(contact.id)))
    })
    .await
}

/// `POST /contacts/{id}/default`.
pub async fn set_default(request: Asked, id: Id<ContactId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::Contact(id), move |db, request, _| {
        let contact = changes::contacts::set_default(db, &request.actor, id.get()?)?;
        Ok(Redirect::changed(contact.customer, format!("{} is now the default contact.", called(&contact.draft)))
            .at(PaneRow::Contact(contact.id)))
    })
    .await
}

/// `GET` of `/contacts/{id}/enable` or `/default`.
pub async fn not_done(request: Asked, id: Id<ContactId>) -> HttpResponse {
    change::not_done(request, Subject::Contact(id)).await
}

/// `GET /contacts/{id}/delete`: asks.
pub async fn confirm_delete(request: Asked, id: Id<ContactId>) -> HttpResponse {
    show(request, move |db, request| delete_question(db, request, id, None)).await
}

/// `POST /contacts/{id}/delete`.
pub async fn delete(request: Asked, id: Id<ContactId>, form: FormBody) -> HttpResponse {
    let delete = move |db: &mut Db, request: &Request, input: &Input| {
        let (contact, successor) = changes::contacts::delete(db, &form::because(request, input)?, id.get()?)?;
        let next = successor.map(|next| format!(" {} is now the default contact.", called(&next.draft))).unwrap_or_default();
        Ok(Redirect::changed(contact.customer, format!("Deleted {}.{next}", called(&contact.draft))))
    };
    let again = move |db: &mut Db, request: &Request, returned: &Returned<'_>| delete_question(db, request, id, Some(returned));
    save(request, form, Subject::Contact(id), delete, again).await
}

/// Asks why before a contact is disabled; or asks again, with what is wrong with the reason.
fn disable_question(db: &mut Db, request: &Request, id: Id<ContactId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let contact = contacts::find(db, id.get()?)?;
    let task = Task::DisableContact(contact_facts(db, &contact)?);
    detail::unless_refused(db, request, contact.customer, task, |db| {
        let effect = match access::of_contact(db, &contact)? {
            SignIns { only_here: 0, elsewhere_too: 0 } => "A disabled contact cannot sign in, and is not invited.",
            SignIns { elsewhere_too: 0, .. } => "This person can no longer sign in.",
            _ => "This person can then sign in for other customers only.",
        };
        let question = Confirm {
            question: format!("Disable {}?", called(&contact.draft)),
            sentences: vec![effect.to_owned()],
            along: Vec::new(),
            button: "Disable contact".to_owned(),
            danger: false,
            reason: Some(form::reason(returned, true)),
            action: request.keeping(&format!("/contacts/{}/disable", contact.id)),
            token: String::new(),
            cancel: cancel(request, contact.customer, Some(contact.id)),
            target: PANE,
        };
        Ok(form::asked(&question, contact.customer, returned))
    })
}

/// Asks before a contact is deleted; or asks again, with what is wrong with the reason.
fn delete_question(db: &mut Db, request: &Request, id: Id<ContactId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let contact = contacts::find(db, id.get()?)?;
    let task = Task::DeleteContact(contact_facts(db, &contact)?);
    detail::unless_refused(db, request, contact.customer, task, |db| {
        let successor = contacts::next_default(db, &contact)?;
        let reason = form::reason(returned, false);
        let question = Confirm { reason: Some(reason), ..deletion(request, &contact, successor.as_ref()) };
        Ok(form::asked(&question, contact.customer, returned))
    })
}

fn deletion(request: &Request, contact: &Contact, successor: Option<&Contact>) -> Confirm {
    let mut sentences = vec!["This permanently deletes the contact. No entitlement names it.".to_owned()];
    if contact.default {
        sentences.push(match successor {
            Some(successor) => format!("This is the default contact: {} takes its place.", called(&successor.draft)),
            None => "This is the default contact, and there is no other enabled contact to take its place.".to_owned(),
        });
    }
    Confirm {
        question: format!("Delete {}?", called(&contact.draft)),
        sentences,
        along: Vec::new(),
        button: "Delete contact".to_owned(),
        danger: true,
        reason: None,
        action: request.keeping(&format!("/contacts/{}/delete", contact.id)),
        token: random_token(),
        cancel: cancel(request, contact.customer, Some(contact.id)),
        target: PANE,
    }
}

/// The form of a new contact; or what was typed into it, with what is wrong.
fn new_form(db: &mut Db, request: &Request, id: Id<CustomerId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let customer = id.get()?;
    let empty = Input::default();
    let (input, errors) = form::filled(&empty, returned);
    let form = Form {
        heading: "New contact".to_owned(),
        action: request.keeping(&format!("/customers/{customer}/contacts/new")),
        token: form::kept_token(input),
        hidden: near::answers(input, errors),
        submit: "Create contact",
        ..pane_form(request, customer, &Draw::new(input, errors), false)
    };
    detail::with_contact_form(db, request, customer, None, form, returned.map_or(StatusCode::OK, Returned::status))
}

/// The form of a stored contact; or what was typed into it, with what is wrong.
fn edit_form(db: &mut Db, request: &Request, id: Id<ContactId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let contact = contacts::find(db, id.get()?)?;
    let check = |input: &Input| contact::check(&contact::FIELDS, input).map(|draft| Input::new(stored::contact(&draft)));
    let sheet = StoredForm::of(db, request, Present::from(&contact), returned, check)?;
    let (input, errors) = (&sheet.input, sheet.errors);
    let form = Form {
        heading: format!("Edit {}", called(&contact.draft)),
        action: request.keeping(&format!("/contacts/{}/edit", contact.id)),
        cancel: cancel(request, contact.customer, Some(contact.id)),
        hidden: hidden(&contact, input, errors),
        submit: "Save",
        ..pane_form(request, contact.customer, &Draw::new(input, errors), contact.default)
    };
    let form = sheet.finish(request, form);
    detail::with_contact_form(db, request, contact.customer, Some(contact.id), form, returned.map_or(StatusCode::OK, Returned::status))
}

/// The customer as it was, at the row one came from.
fn cancel(request: &Request, customer: CustomerId, contact: Option<ContactId>) -> String {
    address::at_row(customer, &request.query, &request.panes.at(contact.map(PaneRow::Contact)))
}

fn near_email(contact: &Contact) -> Option<String> {
    contact.draft.email.as_ref().map(|email| identity::near_email(email.as_str()))
}

/// Whose contact it is, for when it is gone; and what is fixed, so that it stays as it is.
fn hidden(contact: &Contact, input: &Input, errors: &Errors) -> Vec<(&'static str, String)> {
    let fixed = contact.default.then(|| (contact::FIELDS.reach, input.get(contact::FIELDS.reach).to_owned()));
    [vec![(CUSTOMER, contact.customer.to_string())], fixed.into_iter().collect(), near::answers(input, errors)].concat()
}

fn pane_form(request: &Request, customer: CustomerId, draw: &Draw<'_>, is_default: bool) -> Form {
    let mut fields = draw.contact(&contact::FIELDS, true);
    fields.push(draw.reach(is_default));
    Form {
        target: PANE,
        inner: true,
        cancel: cancel(request, customer, None),
        note: "Last name and e-mail are required.",
        ..form::form(vec![Group { fields, ..Group::default() }])
    }
}
