//! Stored records as their forms would send them, unchanged: what a row of an import leaves out is taken from here.

use super::contact::{self, PersonFields, PersonName};
use super::customer::{Address, AddressFields, BILLING, Customer, SHIPPING, Who};
use super::entitlement;
use super::places::{Country, Language};
use super::text::Email;

/// Names and values of a form.
pub type Pairs = Vec<(String, String)>;

/// A customer's form.
#[must_use]
pub fn customer(customer: &Customer) -> Pairs {
    let draft = &customer.draft;
    let mut pairs = match &draft.who {
        Who::Company(name) => owned(&[("name", name)]),
        Who::Individual(name) => person(name, &PersonName::FIELDS),
    };
    pairs.extend(owned(&[
        ("email", draft.email.as_ref().map_or("", Email::as_str)),
        ("language", draft.language.map_or("", Language::code)),
        ("phone", &draft.phone),
        ("fax", &draft.fax),
        ("crm_id", &draft.crm_id),
        ("ref_id", &draft.ref_id),
        ("description", &draft.description),
    ]));
    pairs.extend(address(&draft.billing, &BILLING));
    match &draft.shipping {
        None => pairs.extend(owned(&[("shipping_same", "yes")])),
        Some(shipping) => pairs.extend(address(shipping, &SHIPPING)),
    }
    pairs
}

/// A contact's form.
#[must_use]
pub fn contact(draft: &contact::Draft) -> Pairs {
    let mut pairs = person(&draft.name, &contact::FIELDS.person);
    pairs.extend(owned(&[
        (contact::FIELDS.email, draft.email.as_ref().map_or("", Email::as_str)),
        (contact::FIELDS.language, draft.language.map_or("", Language::code)),
        (contact::FIELDS.phone, &draft.phone),
        (contact::FIELDS.ref_id, &draft.ref_id),
    ]));
    pairs
}

/// An entitlement's form.
#[must_use]
pub fn entitlement(draft: &entitlement::Draft) -> Pairs {
    owned(&[
        ("contact", &draft.contact.map(|id| id.to_string()).unwrap_or_default()),
        ("product", &draft.product),
        ("quantity", &draft.quantity.to_string()),
        ("starts_on", &draft.starts_on.to_string()),
        ("ends_on", &draft.ends_on.map(|day| day.to_string()).unwrap_or_default()),
    ])
}

fn person(name: &PersonName, fields: &PersonFields) -> Pairs {
    owned(&[(fields.first, &name.first), (fields.middle, &name.middle), (fields.last, &name.last)])
}

fn address(address: &Address, fields: &AddressFields) -> Pairs {
    owned(&[
        (fields.street, &address.street),
        (fields.city, &address.city),
        (fields.state, &address.state),
        (fields.postal_code, &address.postal_code),
        (fields.country, address.country.map_or("", Country::code)),
    ])
}

fn owned(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
