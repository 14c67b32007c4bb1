//! Who can sign in to the portal, and what ends with that: sessions, pending sign-ins, links.

use diesel::dsl::{count, exists, not};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Result, password_links, pending, sessions};
use crate::db::schema::{contacts, customers, identities};
use crate::db::{Db, MultiBackend};
use crate::domain::contact::Contact;
use crate::domain::{CustomerId, IdentityId};

/// How many people can sign in for a customer: they have a password, and their contact is enabled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignIns {
    /// For no other customer.
    pub only_here: i64,
    /// For another customer too.
    pub elsewhere_too: i64,
}

/// Who can sign in for a customer while that is enabled.
pub fn of_customer(db: &mut Db, customer: CustomerId) -> Result<SignIns> {
    able(db, Box::new(contacts::customer_id.eq(customer.0).and(contacts::enabled.eq(true))))
}

/// Whether somebody can sign in as a contact, of an enabled customer, while the contact is enabled.
pub fn of_contact(db: &mut Db, contact: &Contact) -> Result<SignIns> {
    if !customers::table.find(contact.customer.0).select(customers::enabled).first(db)? {
        return Ok(SignIns::default());
    }
    able(db, Box::new(contacts::id.eq(contact.id.0)))
}

type Condition = Box<dyn BoxableExpression<contacts::table, MultiBackend, SqlType = Bool>>;

/// Those of contacts whose mailbox has a password.
fn able(db: &mut Db, condition: Condition) -> Result<SignIns> {
    let has_password =
        identities::table.filter(identities::email_key.nullable().eq(contacts::email_key)).filter(identities::password.is_not_null());
    let able: Vec<(i64, Option<String>)> = contacts::table
        .filter(condition)
        .filter(contacts::email_key.is_not_null())
        .filter(exists(has_password))
        .select((contacts::id, contacts::email_key))
        .load(db)?;
    let mut elsewhere_too = 0;
    for able in able.chunks(KEYS) {
        let (ids, keys): (Vec<i64>, Vec<&str>) = able.iter().filter_map(|(id, key)| Some((*id, key.as_deref()?))).unzip();
        elsewhere_too += contacts::table
            .inner_join(customers::table)
            .filter(contacts::email_key.eq_any(keys))
            .filter(not(contacts::id.eq_any(ids)))
            .filter(contacts::enabled.eq(true).and(customers::enabled.eq(true)))
            .select(count(contacts::email_key).aggregate_distinct())
            .first::<i64>(db)?;
    }
    let all = i64::try_from(able.len()).unwrap_or(i64::MAX);
    Ok(SignIns { only_here: all - elsewhere_too, elsewhere_too })
}

/// Keys in one statement.
const KEYS: usize = 1_000;

/// Ends all by which somebody is signed in as an identity, or could be: sessions, sign-ins that wait for a code, links.
pub fn end_all(db: &mut Db, id: IdentityId) -> Result<()> {
    sessions::end_all(db, id, None)?;
    pending::end_all(db, id)?;
    password_links::drop_open(db, id)
}

/// The same for those of these mailboxes that lead nowhere any more. Their identities are held by whoever asks for it.
pub fn end_of_shut_out(db: &mut Db, email_keys: &[String]) -> Result<()> {
    for keys in email_keys.chunks(KEYS) {
        let may_sign_in = contacts::table
            .inner_join(customers::table)
            .filter(contacts::email_key.eq(identities::email_key.nullable()))
            .filter(contacts::enabled.eq(true))
            .filter(customers::enabled.eq(true));
        let shut_out: Vec<i64> = identities::table
            .filter(identities::email_key.eq_any(keys))
            .filter(not(exists(may_sign_in)))
            .select(identities::id)
            .load(db)?;
        for id in shut_out {
            end_all(db, IdentityId(id))?;
        }
    }
    Ok(())
}
