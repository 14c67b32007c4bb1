//! Stored records as their forms would send them, unchanged: what a row of an import leaves out is taken from here.

use super::contact;
use super::customer::{self, Address, AddressFields, BILLING, Customer, SHIPPING, Who};
use super::entitlement;
use super::person::{PersonFields, PersonName};
use super::places::{Country, Language};
use super::text::Email;

/// Names and values of a form.
pub type Pairs = Vec<(String, String)>;

/// A customer's form.
#[must_use]
pub fn customer(customer: &Customer) -> Pairs {
    customer_draft(&customer.draft)
}

/// The form of a customer that says this.
#[must_use]
pub fn customer_draft(draft: &customer::Draft) -> Pairs {
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
        (contact::FIELDS.reach, draft.reach.word()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::{Draft, Kind};
    use crate::domain::input::Input;

    fn round(kind: Kind, draft: &Draft) -> Result<Draft, crate::domain::input::Errors> {
        let moment = chrono::NaiveDateTime::default();
        let stored = Customer {
            id: crate::domain::CustomerId(1),
            number: "C-1".to_owned(),
            enabled: true,
            draft: draft.clone(),
            version: 1,
            created_at: moment,
            changed_at: moment,
            batch: None,
        };
        customer::check(kind, &Input::new(customer(&stored)))
    }

    /// What a row leaves out stays as it is.
    #[test]
    fn a_stored_record_passes_its_form_unchanged() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let common = [
            ("email", "a@x.example"),
            ("language", "de"),
            ("phone", "+49"),
            ("fax", "1"),
            ("crm_id", "007"),
            ("ref_id", "R"),
            ("description", "two\nlines"),
            ("billing_city", "Lyon"),
            ("billing_country", "FR"),
        ];
        for (kind, names) in
            [(Kind::Company, [("name", "Acme"), ("", "")]), (Kind::Individual, [("first_name", "Ada"), ("last_name", "Lovelace")])]
        {
            for shipping in [("shipping_same", "yes"), ("shipping_city", "Brno"), ("shipping_same", "")] {
                let pairs = common.iter().chain(&names).chain([&shipping]).map(|(name, value)| field(name, value)).collect();
                let draft = customer::check(kind, &Input::new(pairs)).unwrap();
                assert_eq!(round(kind, &draft).unwrap(), draft);
            }
        }
    }
}
