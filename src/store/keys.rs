//! The keys that Rust makes and the database stores beside the texts that they are made from: what records are the same by
//! ([`crate::domain::identity`]), found by ([`crate::domain::fold`]) and ordered by ([`crate::domain::collate`]).

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::db::schema::entitlements;
use crate::domain::customer::Who;
use crate::domain::entitlement::{Draft, State};
use crate::domain::places::Language;
use crate::domain::text::Email;
use crate::domain::{collate, fold, identity};

/// Stands for a missing Ref ID: it sorts after every collation key.
pub const NO_REF: [u8; 4] = [0xFF; 4];

/// The keys of a customer's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberKeys {
    /// Unique.
    pub key: String,
    /// Shared with numbers that nearly are the same.
    pub near: String,
}

impl NumberKeys {
    /// The keys of a number.
    #[must_use]
    pub fn of(number: &str) -> Self {
        Self { key: identity::key(number), near: identity::near(number) }
    }
}

/// The keys that follow from a customer's draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerKeys {
    /// Its place in the order of names.
    pub sort_key: Vec<u8>,
    /// Its place in the order of last names.
    pub last_sort: Vec<u8>,
    /// Unique; `None` without a CRM ID.
    pub crm_key: Option<String>,
    /// Shared with CRM IDs that nearly are the same.
    pub crm_near: Option<String>,
    /// Shared with the Ref IDs that a search for it finds; empty without one.
    pub ref_key: String,
    /// Its place in the order of Ref IDs.
    pub ref_sort: Vec<u8>,
}

impl CustomerKeys {
    /// The keys of a customer with this name and language, CRM ID and Ref ID.
    #[must_use]
    pub fn of(who: &Who, language: Option<Language>, crm_id: &str, ref_id: &str) -> Self {
        let sort_key = collate::name_key(&who.name(language));
        let last_sort = match who {
            Who::Company(_) => sort_key.clone(),
            Who::Individual(name) => collate::last_name_key(&name.last, &name.others()),
        };
        let has_crm_id = !crm_id.is_empty();
        Self {
            sort_key,
            last_sort,
            crm_key: has_crm_id.then(|| identity::key(crm_id)),
            crm_near: has_crm_id.then(|| identity::near(crm_id)),
            ref_key: fold::key(ref_id),
            ref_sort: if ref_id.is_empty() { NO_REF.to_vec() } else { collate::sort_key(ref_id) },
        }
    }
}

/// The keys of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactKeys {
    /// Its place among the contacts of its company.
    pub sort_key: Vec<u8>,
    /// Unique within its customer; `None` without an e-mail.
    pub email_key: Option<String>,
}

impl ContactKeys {
    /// The keys of a contact with this whole name and e-mail.
    #[must_use]
    pub fn of(full_name: &str, email: Option<&Email>) -> Self {
        Self { sort_key: collate::name_key(full_name), email_key: email.map(|email| identity::email_key(email.as_str())) }
    }
}

/// What an entitlement is listed by, as columns.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = entitlements)]
pub struct EntitlementKeys {
    /// The first day on which it no longer counts.
    pub over_from: NaiveDate,
    /// Its place in the order of products.
    pub product_sort: Vec<u8>,
    /// Where it stood on the day that it was last looked at: a [`stage`].
    pub stage: i32,
}

impl EntitlementKeys {
    /// The keys of an entitlement as it stands on a day.
    #[must_use]
    pub fn of(draft: &Draft, ended_at: Option<NaiveDateTime>, today: NaiveDate) -> Self {
        Self {
            over_from: draft.over_from(ended_at),
            product_sort: collate::name_key(&draft.product),
            stage: stage(draft.state(ended_at, today)),
        }
    }
}

/// A state as the database holds it, in the order in which an entitlement passes through them.
#[must_use]
pub fn stage(state: State) -> i32 {
    match state {
        State::NotYetStarted => 0,
        State::Running => 1,
        State::Ended => 2,
    }
}
