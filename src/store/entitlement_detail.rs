//! An entitlement in full, as a page shows it: one value from several tables.

use chrono::NaiveDate;

use super::detail::facts_of;
use super::error::{Error, Result};
use super::history::{self, Page};
use super::renewals::{self, Links};
use super::{contacts, customers, entitlements};
use crate::db::Db;
use crate::domain::EntitlementId;
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::customer::Customer;
use crate::domain::entitlement::{Entitlement, Facts};
use crate::domain::rules::CustomerFacts;

/// How many other entitlements of its customer are shown.
pub const OTHERS: i64 = 10;

/// How many of its latest changes are shown.
const CHANGES: usize = 3;

/// An entitlement with whom it belongs to.
#[derive(Debug, Clone)]
pub struct EntitlementDetail {
    /// The entitlement.
    pub entitlement: Entitlement,
    /// Whose it is.
    pub customer: Customer,
    /// Whom it names.
    pub contact: Option<Contact>,
    /// Which one it renews, and which one renews it.
    pub links: Links,
    /// How many entitlements the customer has, this one included.
    pub count: i64,
    /// Others of the same customer: those that run, those to come, those that have ended.
    pub others: Vec<Entitlement>,
    /// Its latest changes.
    pub history: Page,
}

impl EntitlementDetail {
    /// An entitlement as it stands on this day.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn find(db: &mut Db, id: EntitlementId, today: NaiveDate) -> Result<Self> {
        let entitlement = entitlements::find(db, id)?;
        let customer = customers::find(db, entitlement.customer)?;
        let contact = match entitlement.draft.contact {
            Some(id) => match contacts::find(db, id) {
                Err(Error::NotFound(_)) => None,
                found => Some(found?),
            },
            None => None,
        };
        let mut others: Vec<_> =
            entitlements::of_customer(db, customer.id, today, OTHERS + 1)?.into_iter().map(|(other, _)| other).collect();
        others.retain(|other| other.id != id);
        others.truncate(usize::try_from(OTHERS).unwrap_or(usize::MAX));
        let links = renewals::links(db, &[&entitlement])?;
        let history = history::of_entitlement(db, customer.id, id, CHANGES)?;
        Ok(Self { links, history, count: entitlements::count(db, customer.id)?, entitlement, customer, contact, others })
    }

    /// What the rules need to know of the customer.
    #[must_use]
    pub fn customer_facts(&self) -> CustomerFacts {
        CustomerFacts::of(&self.customer, self.count)
    }

    /// What the rules need to know of the entitlement.
    #[must_use]
    pub fn facts(&self, actor: &Actor) -> Facts {
        facts_of(actor, &self.entitlement, self.links.renewal(self.entitlement.id), self.customer.enabled)
    }
}
