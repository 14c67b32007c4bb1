//! A customer in full, as a page shows it: one value from several tables, and what the rules need to know of its records.

use std::collections::HashMap;

use super::error::Result;
use super::near::{self, NearCustomer};
use super::{contacts, customers, entitlements};
use crate::db::Db;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Kind};
use crate::domain::entitlement::Entitlement;
use crate::domain::rules::{ContactFacts, CustomerFacts};
use crate::domain::{ContactId, CustomerId};

/// A customer with all that belongs to it.
#[derive(Debug, Clone)]
pub struct CustomerDetail {
    /// The customer.
    pub customer: Customer,
    /// How many other customers have the same Ref ID.
    pub sharing_ref: i64,
    /// Other customers whose number or CRM ID is nearly the same.
    pub near: Vec<NearCustomer>,
    /// How many people can sign in for it while it is enabled.
    pub can_sign_in: i64,
    /// How many entitlements it has.
    pub entitlement_count: i64,
    /// Its entitlements with the name of their contacts, the latest start first, [`entitlements::SHOWN`] at most.
    pub entitlements: Vec<(Entitlement, String)>,
    /// How many contacts it has; none for an individual.
    pub contact_count: i64,
    /// Its contacts by name, [`contacts::SHOWN`] at most.
    pub contacts: Vec<Contact>,
    /// How many entitlements name each contact.
    pub named: HashMap<ContactId, i64>,
}

impl CustomerDetail {
    /// A customer with all that belongs to it.
    ///
    /// # Errors
    /// [`super::Error::NotFound`].
    pub fn find(db: &mut Db, id: CustomerId) -> Result<Self> {
        let customer = customers::find(db, id)?;
        let company = customer.kind() == Kind::Company;
        let entitlements = entitlements::of_customer(db, id)?;
        let contacts = if company { contacts::of_customer(db, id)? } else { Vec::new() };
        // What fits on the page is counted already.
        let counted = |shown: usize, most: i64| i64::try_from(shown).ok().filter(|shown| *shown < most);
        Ok(Self {
            sharing_ref: customers::sharing_ref(db, &customer)?,
            near: near::of(db, &customer)?,
            can_sign_in: contacts::who_can_sign_in(db, id)?,
            entitlement_count: counted(entitlements.len(), entitlements::SHOWN).map_or_else(|| entitlements::count(db, id), Ok)?,
            contact_count: counted(contacts.len(), contacts::SHOWN).map_or_else(|| contacts::count(db, id), Ok)?,
            named: if company { entitlements::naming_each(db, id)? } else { HashMap::new() },
            customer,
            entitlements,
            contacts,
        })
    }

    /// What the rules need to know of the customer.
    #[must_use]
    pub fn facts(&self) -> CustomerFacts {
        CustomerFacts::of(&self.customer, self.entitlement_count)
    }

    /// What the rules need to know of one of its contacts.
    #[must_use]
    pub fn contact_facts(&self, contact: &Contact) -> ContactFacts {
        ContactFacts::of(contact, self.named.get(&contact.id).copied().unwrap_or(0))
    }
}

/// What the rules need to know of a customer.
///
/// # Errors
/// [`super::Error::NotFound`].
pub fn customer_facts(db: &mut Db, id: CustomerId) -> Result<CustomerFacts> {
    let (kind, enabled) = customers::kind_and_status(db, id)?;
    Ok(CustomerFacts { kind, enabled, entitlements: entitlements::count(db, id)? })
}

/// What the rules need to know of a contact.
pub fn contact_facts(db: &mut Db, contact: &Contact) -> Result<ContactFacts> {
    Ok(ContactFacts::of(contact, entitlements::naming(db, contact.id)?))
}
