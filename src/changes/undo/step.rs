//! What takes an event back: found and checked first, then written by the changes that there are, or here where only an undo does it.

use crate::changes::identities::shut_out_contact;
use crate::changes::steps::{follow, record, status};
use crate::changes::{contacts as contact_changes, customers as customer_changes, entitlements as entitlement_changes};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::event::{self, Event, EventTask, FieldChange};
use crate::domain::undo::{DEFAULT, ENDED};
use crate::domain::{ContactId, CustomerId, EntitlementId, stored};
use crate::list;
use crate::store::{Result, contacts, customers, entitlements};

/// What takes an event back.
#[derive(Debug)]
pub enum Step {
    /// Makes of a customer what it was.
    SetCustomer { before: Box<Customer>, after: Box<Customer> },
    /// Deletes a customer that was created, or brought back.
    DeleteCustomer(CustomerId),
    /// Brings a deleted customer back, with its contacts.
    RestoreCustomer { customer: Box<Customer>, contacts: Vec<Contact> },
    /// Makes of a contact what it was.
    SetContact { before: Contact, after: Contact },
    /// Disables a contact that became the default when it was enabled, which it is no longer.
    DisableDefault(Contact),
    /// Makes a contact the default again in the place of the present one, or leaves the company without one.
    SetDefault { customer: CustomerId, present: Option<ContactId>, former: Option<Contact> },
    /// Deletes a contact.
    DeleteContact(ContactId),
    /// Brings a deleted contact back, as the default in the place of another if it was that.
    RestoreContact { contact: Contact, present: Option<ContactId> },
    /// Makes of an entitlement what it was.
    SetEntitlement { before: Entitlement, after: Entitlement },
    /// Takes back that an entitlement was ended by hand.
    Reopen(Entitlement),
    /// Deletes an entitlement.
    DeleteEntitlement(EntitlementId),
    /// Brings a deleted entitlement back.
    RestoreEntitlement(Entitlement),
}

impl Step {
    /// Writes it: the customer is held.
    pub(super) fn write(self, db: &mut Db, actor: &Actor) -> Result<()> {
        match self {
            Self::SetCustomer { before, after } => {
                customer_changes::update(db, actor, &before, &after)?;
                list::reindex(db, after.id)
            }
            Self::DeleteCustomer(id) => customer_changes::delete(db, actor, id).map(drop),
            Self::RestoreCustomer { customer, contacts } => restore_customer(db, actor, &customer, &contacts),
            Self::SetContact { before, after } => {
                contact_changes::update(db, actor, &before, &after)?;
                follow(db, actor, after.customer)
            }
            Self::DisableDefault(contact) => disable_default(db, actor, &contact),
            Self::SetDefault { customer, present, former } => set_default(db, actor, customer, present, former.as_ref()),
            Self::DeleteContact(id) => contact_changes::delete(db, actor, id).map(drop),
            Self::RestoreContact { contact, present } => restore_contact(db, actor, &contact, present),
            Self::SetEntitlement { before, after } => {
                entitlement_changes::update(db, actor, &before, &after)?;
                follow(db, actor, after.customer)
            }
            Self::Reopen(before) => entitlement_changes::set_reopened(db, actor, &before).map(drop),
            Self::DeleteEntitlement(id) => entitlement_changes::delete(db, actor, id).map(drop),
            Self::RestoreEntitlement(entitlement) => restore_entitlement(db, actor, &entitlement),
        }
    }
}

fn restore_customer(db: &mut Db, actor: &Actor, customer: &Customer, people: &[Contact]) -> Result<()> {
    customers::restore(db, customer)?;
    for contact in people {
        contacts::restore(db, contact)?;
    }
    let mut fields = vec![("number".to_owned(), customer.number.clone()), ("type".to_owned(), customer.kind().word().to_owned())];
    fields.extend(stored::customer(customer));
    let mut changes = event::all_fields(fields);
    changes.extend(came_back_disabled(customer.enabled));
    record(db, actor, &Event::of_customer(EventTask::Restore, customer, changes))?;
    list::reindex(db, customer.id)
}

fn restore_contact(db: &mut Db, actor: &Actor, contact: &Contact, present: Option<ContactId>) -> Result<()> {
    if contact.default {
        contacts::clear_default(db, contact.customer)?;
    }
    contacts::restore(db, contact)?;
    let mut changes = event::all_fields(stored::contact(&contact.draft));
    changes.extend(came_back_disabled(contact.enabled));
    changes.extend(contact.default.then(|| FieldChange::new(DEFAULT, present, Some(contact.id))));
    record(db, actor, &Event::of_contact(EventTask::Restore, contact, changes))?;
    follow(db, actor, contact.customer)
}

fn restore_entitlement(db: &mut Db, actor: &Actor, entitlement: &Entitlement) -> Result<()> {
    entitlements::restore(db, entitlement, actor.today)?;
    let renewed = entitlement.renews.map(|renewed| entitlements::find(db, renewed)).transpose()?;
    let mut changes = entitlement_changes::fields(entitlement, renewed.as_ref());
    changes.extend(entitlement.ended_at.map(|ended| FieldChange::new(ENDED, None::<&str>, Some(ended))));
    record(db, actor, &Event::of_entitlement(EventTask::Restore, entitlement, changes))?;
    follow(db, actor, entitlement.customer)
}

/// Said of a record that comes back disabled; that it is enabled needs no words.
fn came_back_disabled(enabled: bool) -> Option<FieldChange> {
    (!enabled).then(|| FieldChange { old: None, ..status(true, false) })
}

fn disable_default(db: &mut Db, actor: &Actor, contact: &Contact) -> Result<()> {
    contacts::set_enabled(db, contact.id, false, actor.now)?;
    shut_out_contact(db, contact)?;
    contacts::clear_default(db, contact.customer)?;
    let changes = vec![status(true, false), FieldChange::new(DEFAULT, Some(contact.id), None::<ContactId>)];
    record(db, actor, &Event::of_contact(EventTask::Disable, contact, changes))?;
    follow(db, actor, contact.customer)
}

/// The contact that was the default before may be disabled, as it was then: so it is not asked of the rules once more.
fn set_default(db: &mut Db, actor: &Actor, customer: CustomerId, present: Option<ContactId>, former: Option<&Contact>) -> Result<()> {
    let changes = vec![FieldChange::new(DEFAULT, present, former.map(|contact| contact.id))];
    let subject = if let Some(former) = former {
        contacts::set_default(db, former, actor.now)?;
        Some(former.clone())
    } else {
        contacts::clear_default(db, customer)?;
        present.map(|present| contacts::find(db, present)).transpose()?
    };
    if let Some(subject) = subject {
        record(db, actor, &Event::of_contact(EventTask::SetDefault, &subject, changes))?;
    }
    follow(db, actor, customer)
}
