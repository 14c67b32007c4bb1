//! The files that customers, contacts and entitlements are written to: their columns, in order, and the cells of a record.
//!
//! Every text is guarded against formulas ([`super::csv`]); words and dates are those of the addresses and forms.

use super::contact::Contact;
use super::csv::guarded;
use super::customer::{Address, Customer, Who};
use super::entitlement::Entitlement;
use super::import::Subject;
use super::places::{Country, Language};
use super::text::Email;

/// The columns, with commas between them.
#[must_use]
pub fn columns(subject: Subject) -> &'static str {
    match subject {
        // `shipping_same` tells "the same as billing" from an address that is not known.
        Subject::Customers => {
            "number,type,status,name,first_name,middle_name,last_name,email,locale,phone,fax,crm_id,ref_id,description,\
             billing_street,billing_city,billing_state,billing_postal_code,billing_country,shipping_same,\
             shipping_street,shipping_city,shipping_state,shipping_postal_code,shipping_country"
        }
        Subject::Contacts => "customer_number,customer_crm_id,status,default,first_name,middle_name,last_name,email,locale,phone,ref_id",
        Subject::Entitlements => "customer_number,customer_crm_id,contact_email,eid,product,quantity,starts_on,ends_on,ended_at",
    }
}

/// The cells of a customer.
#[must_use]
pub fn customer(customer: &Customer) -> Vec<String> {
    let draft = &customer.draft;
    let (name, first, middle, last) = match &draft.who {
        Who::Company(name) => (name.as_str(), "", "", ""),
        Who::Individual(person) => ("", person.first.as_str(), person.middle.as_str(), person.last.as_str()),
    };
    let mut cells = cells(&[
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
    cells.push(yes_or_no(draft.shipping.is_none()).to_owned());
    cells.extend(address(draft.shipping.as_ref().unwrap_or(&Address::default())));
    cells
}

/// The cells of a contact.
#[must_use]
pub fn contact(of: &Customer, contact: &Contact) -> Vec<String> {
    let draft = &contact.draft;
    cells(&[
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
pub fn entitlement(of: &Customer, entitlement: &Entitlement, contact_email: &str) -> Vec<String> {
    let draft = &entitlement.draft;
    let ends_on = draft.ends_on.map(|day| day.to_string()).unwrap_or_default();
    let ended_at = entitlement.ended_at.map(|moment| format!("{}Z", moment.format("%Y-%m-%dT%H:%M:%S%.6f"))).unwrap_or_default();
    cells(&[
        &of.number,
        &of.draft.crm_id,
        contact_email,
        &entitlement.eid,
        &draft.product,
        &draft.quantity.to_string(),
        &draft.starts_on.to_string(),
        &ends_on,
        &ended_at,
    ])
}

fn cells(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| guarded(text).into_owned()).collect()
}

fn address(address: &Address) -> Vec<String> {
    cells(&[&address.street, &address.city, &address.state, &address.postal_code, address.country.map_or("", Country::code)])
}

fn status(enabled: bool) -> &'static str {
    if enabled { "enabled" } else { "disabled" }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
