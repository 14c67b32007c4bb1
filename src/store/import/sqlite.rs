//! SQLite: single inserts in one transaction. Each statement is prepared once a connection and costs some ten microseconds; there is no
//! quicker way in that does not build its text anew.

use super::bulk::{NewContact, NewCustomer, NewEntitlement};
use crate::db::Db;
use crate::domain::contact::Contact;
use crate::domain::{ContactId, CustomerId};
use crate::store::{Actor, Result, contacts, customers, entitlements};

pub(super) fn insert_customers(db: &mut Db, actor: Actor, new: &[NewCustomer<'_>]) -> Result<Vec<i64>> {
    new.iter().map(|new| Ok(customers::insert(db, actor, &new.number, new.draft, new.enabled)?.0)).collect()
}

pub(super) fn insert_contacts(db: &mut Db, actor: Actor, new: &[NewContact<'_>]) -> Result<Vec<i64>> {
    new.iter().map(|new| Ok(contacts::insert(db, actor, CustomerId(new.customer), new.draft, new.standing)?.0)).collect()
}

pub(super) fn insert_entitlements(db: &mut Db, actor: Actor, new: &[NewEntitlement<'_>]) -> Result<()> {
    for new in new {
        let (customer, contact) = (CustomerId(new.customer), new.contact.map(ContactId));
        entitlements::insert_as(db, actor, customer, contact, new.draft(), new.eid, new.wanted.ended_at)?;
    }
    Ok(())
}

pub(super) fn people(db: &mut Db, wanted: &[(i64, String)]) -> Result<Vec<Contact>> {
    let mut found = Vec::new();
    for (customer, email_key) in wanted {
        found.extend(contacts::many::by_email(db, *customer, email_key)?);
    }
    Ok(found)
}
