//! The files that customers, contacts and entitlements are written to: their columns, in order, and the cells of a record. Words and days are
//! those of addresses and forms.

use chrono::NaiveDate;

use super::contact::Contact;
use super::customer::{Address, Customer, Who};
use super::entitlement::Entitlement;
use super::import::Subject;
use super::places::{Country, Language};
use super::text::Email;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text, an identifier, a moment; empty where there is nothing.
    Text(String),
    /// How many.
    Number(i32),
    /// A day.
    Day(NaiveDate),
}

/// The columns, in order.
#[must_use]
pub fn columns(subject: Subject) -> &'static [&'static str] {
    match subject {
        // `shipping_same` tells "the same as billing" from an address that is not known.
        Subject::Customers => &[
            "number",
            "type",
            "status",
            "name",
            "first_name",
            "middle_name",
            "last_name",
            "email",
            "locale",
            "phone",
            "fax",
            "crm_id",
            "ref_id",
            "description",
            "billing_street",
            "billing_city",
            "billing_state",
            "billing_postal_code",
            "billing_country",
            "shipping_same",
            "shipping_street",
            "shipping_city",
            "shipping_state",
            "shipping_postal_code",
            "shipping_country",
        ],
        Subject::Contacts => &[
            "customer_number",
            "customer_crm_id",
            "status",
            "default",
            "first_name",
            "middle_name",
            "last_name",
            "email",
            "locale",
            "phone",
            "ref_id",
        ],
        Subject::Entitlements => {
            &["customer_number", "customer_crm_id", "contact_email", "eid", "product", "quantity", "starts_on", "ends_on", "ended_at"]
        }
    }
}

/// The columns by which an import finds the record again: no file is without them.
#[must_use]
pub fn keys(subject: Subject) -> &'static [&'static str] {
    match subject {
        Subject::Customers => &["number"],
        Subject::Contacts => &["customer_number", "email"],
        Subject::Entitlements => &["customer_number", "eid"],
    }
}

/// The cells of a customer.
#[must_use]
pub fn customer(customer: &Customer) -> Vec<Cell> {
    let draft = &customer.draft;
    let (name, first, middle, last) = match &draft.who {
        Who::Company(name) => (name.as_str(), "", "", ""),
        Who::Individual(person) => ("", person.first.as_str(), person.middle.as_str(), person.last.as_str()),
    };
    let mut cells = texts(&[
        &customer.number,
        customer.kind().word(),
        status(customer.enabled),
        name,
        first,
        middle,
        last,
        draft.email.as_ref().map_or("", Email::as_str),
        draft.language.map_or("", Language::code),
        &draft.phone,
        &draft.fax,
        &draft.crm_id,
        &draft.ref_id,
        &draft.description,
    ]);
    cells.extend(address(&draft.billing));
    cells.push(text(yes_or_no(draft.shipping.is_none())));
    cells.extend(address(draft.shipping.as_ref().unwrap_or(&Address::default())));
    cells
}

/// The cells of a contact.
#[must_use]
pub fn contact(of: &Customer, contact: &Contact) -> Vec<Cell> {
    let draft = &contact.draft;
    texts(&[
        &of.number,
        &of.draft.crm_id,
        status(contact.enabled),
        yes_or_no(contact.default),
        &draft.name.first,
        &draft.name.middle,
        &draft.name.last,
        draft.email.as_ref().map_or("", Email::as_str),
        draft.language.map_or("", Language::code),
        &draft.phone,
        &draft.ref_id,
    ])
}

/// The cells of an entitlement; `contact_email` is empty where it names nobody.
#[must_use]
pub fn entitlement(of: &Customer, entitlement: &Entitlement, contact_email: &str) -> Vec<Cell> {
    let draft = &entitlement.draft;
    let ended_at = entitlement.ended_at.map(|moment| format!("{}Z", moment.format("%Y-%m-%dT%H:%M:%S%.6f"))).unwrap_or_default();
    let mut cells = texts(&[&of.number, &of.draft.crm_id, contact_email, &entitlement.eid, &draft.product]);
    cells.extend([
        Cell::Number(draft.quantity),
        Cell::Day(draft.starts_on),
        draft.ends_on.map_or_else(|| text(""), Cell::Day),
        Cell::Text(ended_at),
    ]);
    cells
}

fn texts(all: &[&str]) -> Vec<Cell> {
    all.iter().copied().map(text).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn address(address: &Address) -> Vec<Cell> {
    texts(&[&address.street, &address.city, &address.state, &address.postal_code, address.country.map_or("", Country::code)])
}

fn status(enabled: bool) -> &'static str {
    if enabled { "enabled" } else { "disabled" }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
