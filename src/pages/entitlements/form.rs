//! The forms of an entitlement: of a new one, of a stored one, and of the one that renews it.

use actix_web::http::StatusCode;

use crate::changes::opened::Present;
use crate::db::Db;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Kind};
use crate::domain::entitlement::{self, Entitlement, State};
use crate::domain::input::{Errors, Input};
use crate::domain::panes::PaneRow;
use crate::domain::text::isolated;
use crate::domain::{CustomerId, EntitlementId, stored, term};
use crate::pages::change::{CUSTOMER, Returned};
use crate::pages::conflicts::StoredForm;
use crate::pages::form::{self, Draw, EntitlementFields};
use crate::pages::path::Id;
use crate::pages::screen::DetailPane;
use crate::pages::view::{Form, Group};
use crate::pages::{detail, words};
use crate::store::detail::CustomerDetail;
use crate::store::{Result, contacts, entitlements, products, renewals};
use crate::web::address;
use crate::web::request::Request;
use crate::web::screen::Screen;

/// What the answer to a form replaces.
pub(super) fn target(request: &Request) -> &'static str {
    match request.screen {
        Screen::Customers => "#entitlements",
        Screen::Entitlements => "#detail",
    }
}

/// The form of a new entitlement; or what was typed into it, with what is wrong.
pub(super) fn new(db: &mut Db, request: &Request, id: Id<CustomerId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let customer = detail::find(db, request, id.get()?)?;
    let people = contacts::of_customer(db, id.get()?, contacts::SHOWN)?;
    let blank = form::blank_entitlement(&default_of(&people), &request.actor.today.to_string());
    let (input, errors) = form::filled(&blank, returned);
    let id = customer.customer.id;
    let form = Form {
        heading: "New entitlement".to_owned(),
        action: request.keeping(&format!("/customers/{id}/entitlements/new")),
        token: form::kept_token(input),
        submit: "Create entitlement",
        cancel: match request.screen {
            Screen::Customers => request.keeping(&address::screen(Some(id))),
            Screen::Entitlements => request.keeping("/entitlements/new"),
        },
        note: "Its identifier (EID) is generated.",
        ..pane_form(request, input, errors, fields(db, request, &customer.customer, &people)?)
    };
    Ok(detail::with_entitlement_form(request, &customer, None, form, returned.map_or(StatusCode::OK, Returned::status)))
}

/// The form of a stored entitlement; or what was typed into it, with what is wrong. What can no longer be changed is shown, and why.
pub(super) fn edit(db: &mut Db, request: &Request, id: Id<EntitlementId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let entitlement = entitlements::find(db, id.get()?)?;
    let (customer, people, request) = surroundings(db, request, &entitlement)?;
    let present = Present::from(&entitlement);
    let stored = present.form.clone();
    let check = |input: &Input| {
        let draft = entitlement::check(&complete(input.clone(), &stored))?;
        Ok(Input::new(stored::entitlement(&draft)))
    };
    let sheet = StoredForm::of(db, &request, present, returned, check)?;
    let (input, errors) = (&complete(sheet.input.clone(), &stored), sheet.errors);
    let fields = EntitlementFields {
        fixed_start: if entitlement.state(request.actor.today) == State::NotYetStarted { "" } else { "It has started, so this stays." },
        fixed_end: if entitlement.ended_at.is_some() { "It was ended by hand, so this stays." } else { "" },
        ..fields(db, &request, &customer.customer, &people)?
    };
    let form = Form {
        heading: format!("Edit {}", isolated(&entitlement.draft.product)),
        action: request.keeping(&format!("/entitlements/{}/edit", entitlement.id)),
        cancel: cancel(&request, &entitlement),
        // Whose entitlement it is, for when it is gone.
        hidden: vec![(CUSTOMER, entitlement.customer.to_string())],
        submit: "Save",
        ..pane_form(&request, input, errors, fields)
    };
    let form = sheet.finish(&request, form);
    let status = returned.map_or(StatusCode::OK, Returned::status);
    Ok(detail::with_entitlement_form(&request, &customer, Some(entitlement.id), form, status))
}

/// The form of what comes after an entitlement: the same once more, from the day after its last one.
pub(super) fn renew(db: &mut Db, request: &Request, former: &Entitlement, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let (customer, people, request) = surroundings(db, request, former)?;
    let mut draft = former.draft.clone();
    let mut note = String::new();
    if let Some(disabled) = people.iter().find(|contact| Some(contact.id) == draft.contact && !contact.enabled) {
        let default = people.iter().find(|contact| contact.default && contact.enabled);
        draft.contact = default.map(|contact| contact.id);
        let instead = default.map_or("nobody is", |_| "the default contact is");
        note = format!("{} is disabled, so {instead} chosen.", isolated(&disabled.draft.full_name()));
    }
    let mut blank = Input::new(stored::entitlement(&draft));
    let anchor = renewals::anchor(db, former)?;
    let next = former.draft.ends_on.and_then(|last| term::renewal(anchor, former.draft.starts_on, last));
    let (first, last) = next.map(|(first, last)| (first.to_string(), last.to_string())).unwrap_or_default();
    blank.set("starts_on", first);
    blank.set("ends_on", last);
    let (input, errors) = form::filled(&blank, returned);
    let fields = EntitlementFields { contact_note: note, ..fields(db, &request, &customer.customer, &people)? };
    let until = former.draft.ends_on.map(|last| format!(", which ends on {}", words::day(last))).unwrap_or_default();
    let form = Form {
        heading: format!("Renew {}", isolated(&former.draft.product)),
        sub: format!("Renews {}{until}.", former.eid),
        action: request.keeping(&format!("/entitlements/{}/renew", former.id)),
        token: form::kept_token(input),
        submit: "Renew",
        cancel: cancel(&request, former),
        note: "Its identifier (EID) is generated.",
        ..pane_form(&request, input, errors, fields)
    };
    Ok(detail::with_entitlement_form(&request, &customer, None, form, returned.map_or(StatusCode::OK, Returned::status)))
}

/// A form with what it does not send, since it cannot be changed, as it is stored.
pub(super) fn complete(mut input: Input, stored: &Input) -> Input {
    for (field, value) in stored.pairs() {
        if !input.has(field) {
            input.set(field, value.as_str());
        }
    }
    input
}

/// The customer of an entitlement, its contacts, and the request that marks the entitlement's row.
fn surroundings(db: &mut Db, request: &Request, entitlement: &Entitlement) -> Result<(CustomerDetail, Vec<Contact>, Request)> {
    let request = request.at(Some(PaneRow::Entitlement(entitlement.id)));
    let customer = detail::find(db, &request, entitlement.customer)?;
    Ok((customer, contacts::of_customer(db, entitlement.customer, contacts::SHOWN)?, request))
}

/// The entitlement as it was: the row of its customer, or by itself beside the list of entitlements.
pub(super) fn cancel(request: &Request, entitlement: &Entitlement) -> String {
    match request.screen {
        Screen::Customers => {
            address::at_row(entitlement.customer, &request.query, &request.panes.at(Some(PaneRow::Entitlement(entitlement.id))))
        }
        Screen::Entitlements => request.keeping(&address::entitlement(Some(entitlement.id))),
    }
}

fn pane_form(request: &Request, input: &Input, errors: &Errors, fields: EntitlementFields<'_>) -> Form {
    let fields = Draw::new(input, errors).entitlement(fields);
    Form { target: target(request), inner: true, ..form::form(vec![Group { fields, ..Group::default() }]) }
}

fn fields<'a>(db: &mut Db, request: &'a Request, customer: &Customer, people: &[Contact]) -> Result<EntitlementFields<'a>> {
    let products = products::suggested(db, "")?;
    Ok(EntitlementFields {
        contacts: choices(customer, people),
        products,
        midnight: request.app.zone.name(),
        ..EntitlementFields::default()
    })
}

fn default_of(people: &[Contact]) -> String {
    people.iter().find(|contact| contact.default).map(|contact| contact.id.to_string()).unwrap_or_default()
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
        choices.push((contact.id.to_string(), format!("{}{mark}", contact.draft.full_name())));
    }
    Some(choices)
}
