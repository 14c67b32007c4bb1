//! A customer in full, as a page shows it: one value from several tables, and what the rules need to know of its records.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::access::{self, SignIns};
use super::error::Result;
use super::history::{self, Author};
use super::identities::Identity;
use super::invitations::{self, Access};
use super::near::{self, NearCustomer};
use super::renewals::Links;
use super::{contacts, customers, entitlements, invitees, renewals};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Kind};
use crate::domain::entitlement::{Entitlement, Facts as EntitlementFacts};
use crate::domain::panes::{Panes, has_words};
use crate::domain::rules::{ContactFacts, CustomerFacts};
use crate::domain::{ContactId, CustomerId, EntitlementId};

/// A customer with all that belongs to it.
#[derive(Debug, Clone)]
pub struct CustomerDetail {
    /// The customer.
    pub customer: Customer,
    /// Who changed it, or something of it, last.
    pub last_change: Option<Author>,
    /// How many other customers have the same Ref ID.
    pub sharing_ref: i64,
    /// Other customers whose number or CRM ID is nearly the same.
    pub near: Vec<NearCustomer>,
    /// Who can sign in for it while it is enabled.
    pub sign_ins: SignIns,
    /// How many of its contacts could sign in and were never invited.
    pub never_invited: i64,
    /// How many entitlements it has.
    pub entitlement_count: i64,
    /// Those of its entitlements that are shown, with the name of their contacts.
    pub entitlements: Vec<(Entitlement, String)>,
    /// Which of them renew which.
    pub links: Links,
    /// How many contacts it has; none for an individual.
    pub contact_count: i64,
    /// How many of them have the words that they are filtered by.
    pub contacts_found: i64,
    /// Those of its contacts that are shown.
    pub contacts: Vec<Contact>,
    /// How many entitlements name each contact.
    pub named: HashMap<ContactId, i64>,
    /// The contact that an individual itself is.
    pub own: Option<Contact>,
    /// How far those who are shown have come with signing in to the portal; nothing for who has no e-mail.
    pub access: HashMap<ContactId, Access>,
}

/// How many rows a pane shows before all are asked for.
pub const FIRST: i64 = 20;

impl CustomerDetail {
    /// A customer with those of its records that the panes show on this day.
    ///
    /// # Errors
    /// [`super::Error::NotFound`].
    pub fn find(db: &mut Db, id: CustomerId, panes: &Panes, today: NaiveDate, now: NaiveDateTime) -> Result<Self> {
        let customer = customers::find(db, id)?;
        let company = customer.kind() == Kind::Company;
        let (entitlements, entitlement_count) = entitlements_shown(db, id, panes, today)?;
        let ContactsShown { contacts, found, count } = if company { contacts_shown(db, id, panes)? } else { ContactsShown::default() };
        let own = if company { None } else { contacts::own(db, &[id.0])?.pop() };
        let known = invitations::of_contacts(db, &contacts.iter().chain(&own).collect::<Vec<_>>(), now)?;
        let never_invited = match () {
            () if !company => 0,
            // All of them have been read.
            () if i64::try_from(contacts.len()) == Ok(count) => count_never_invited(&customer, &contacts, &known),
            () => invitees::count_of_customer(db, id)?,
        };
        Ok(Self {
            last_change: history::last_change(db, id)?,
            sharing_ref: customers::sharing_ref(db, &customer)?,
            near: near::of(db, &customer)?,
            sign_ins: access::of_customer(db, id)?,
            never_invited,
            entitlement_count,
            contact_count: count,
            contacts_found: found,
            named: if company && entitlement_count > 0 { entitlements::naming_each(db, id)? } else { HashMap::new() },
            links: renewals::links(db, &entitlements.iter().map(|(entitlement, _)| entitlement).collect::<Vec<_>>())?,
            customer,
            entitlements,
            contacts,
            own,
            access: known,
        })
    }

    /// What the rules need to know of the customer.
    #[must_use]
    pub fn facts(&self) -> CustomerFacts {
        CustomerFacts::of(&self.customer, self.entitlement_count)
    }

    /// What the rules need to know of one of its entitlements.
    #[must_use]
    pub fn entitlement_facts(&self, actor: &Actor, entitlement: &Entitlement) -> EntitlementFacts {
        facts_of(actor, entitlement, self.links.renewal(entitlement.id), self.customer.enabled)
    }

    /// What the rules need to know of one of its contacts.
    #[must_use]
    pub fn contact_facts(&self, contact: &Contact) -> ContactFacts {
        ContactFacts::of(contact, self.named.get(&contact.id).copied().unwrap_or(0))
    }
}

/// Those of contacts that could sign in and were never invited.
fn count_never_invited(customer: &Customer, contacts: &[Contact], access: &HashMap<ContactId, Access>) -> i64 {
    let is_known =
        |contact: &Contact| access.get(&contact.id).and_then(|access| access.identity.as_ref()).is_some_and(Identity::is_invited);
    let able = contacts.iter().filter(|contact| customer.enabled && contact.enabled && contact.draft.email.is_some());
    i64::try_from(able.filter(|contact| !is_known(contact)).count()).unwrap_or(i64::MAX)
}

#[derive(Default)]
struct ContactsShown {
    contacts: Vec<Contact>,
    found: i64,
    count: i64,
}

fn contacts_shown(db: &mut Db, id: CustomerId, panes: &Panes) -> Result<ContactsShown> {
    let most = if panes.all_contacts { contacts::SHOWN } else { FIRST };
    let words = panes.needles();
    let wanted = if words.is_empty() { most } else { contacts::SEARCHED };
    let mut contacts = contacts::of_customer(db, id, wanted)?;
    let count = total(&contacts, wanted, || contacts::count(db, id))?;
    contacts.retain(|contact| has_words(contact, &words));
    let found = if words.is_empty() { count } else { total(&contacts, i64::MAX, || Ok(count))? };
    contacts.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    if let Some(marked) = panes.contact().filter(|marked| contacts.iter().all(|contact| contact.id != *marked)) {
        contacts.extend(contacts::one_of_customer(db, id, marked)?);
    }
    Ok(ContactsShown { contacts, found, count })
}

fn entitlements_shown(db: &mut Db, id: CustomerId, panes: &Panes, today: NaiveDate) -> Result<(Vec<(Entitlement, String)>, i64)> {
    let most = if panes.all_entitlements { entitlements::SHOWN } else { FIRST };
    let mut shown = entitlements::of_customer(db, id, today, most)?;
    let count = total(&shown, most, || entitlements::count(db, id))?;
    if let Some(marked) = panes.entitlement().filter(|marked| shown.iter().all(|(entitlement, _)| entitlement.id != *marked)) {
        shown.extend(entitlements::one_of_customer(db, id, marked)?);
    }
    Ok((shown, count))
}

/// How many rows there are, where at most so many were read: what was not cut off is counted already.
fn total<T>(read: &[T], most: i64, count: impl FnOnce() -> Result<i64>) -> Result<i64> {
    i64::try_from(read.len()).ok().filter(|read| *read < most).map_or_else(count, Ok)
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

/// What the rules need to know of an entitlement.
///
/// # Errors
/// [`super::Error::NotFound`] when its customer is gone.
pub fn entitlement_facts(db: &mut Db, actor: &Actor, entitlement: &Entitlement) -> Result<EntitlementFacts> {
    let (_, enabled) = customers::kind_and_status(db, entitlement.customer)?;
    let renewal = renewals::renewal(db, entitlement.id)?;
    Ok(facts_of(actor, entitlement, renewal.map(|renewal| renewal.id), enabled))
}

pub(super) fn facts_of(
    actor: &Actor,
    entitlement: &Entitlement,
    renewal: Option<EntitlementId>,
    customer_enabled: bool,
) -> EntitlementFacts {
    EntitlementFacts {
        state: entitlement.state(actor.today),
        today: actor.today,
        last_day: entitlement.draft.ends_on,
        ended_on: entitlement.ended_at.map(|ended| actor.day_of(ended)),
        renewal,
        customer_enabled,
    }
}
