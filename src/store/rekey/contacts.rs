//! The keys of contacts: which are wrong, and what is right.

use std::collections::HashSet;

use diesel::prelude::*;

use super::wrong::{PORTION, Wrong, next_of, settle};
use crate::db::Db;
use crate::db::schema::contacts;
use crate::domain::person::{NameColumns, full_name};
use crate::domain::text::Email;
use crate::store::contacts::{NAME_COLUMNS, by_email};
use crate::store::error::Result;
use crate::store::keys::ContactKeys;

/// A contact's keys as columns.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
pub struct Columns {
    sort_key: Vec<u8>,
    email_key: Option<String>,
}

/// Of the next contacts those with wrong keys, settled as those of customers: e-mails are unique within their customer.
pub fn wrong(db: &mut Db, beyond: i64) -> Result<Wrong<Columns>> {
    type Texts = (i64, i64, NameColumns, String);
    let texts = (contacts::id, contacts::customer_id, NAME_COLUMNS, contacts::email);
    let next = contacts::table.filter(contacts::id.gt(beyond)).order(contacts::id).limit(PORTION);
    let rows: Vec<(Texts, Columns)> = next.select((texts, Columns::as_select())).load(db)?;
    let next = next_of(rows.len(), rows.last().map(|((id, ..), _)| *id));
    let mut given = HashSet::new();
    let mut wrong = Vec::new();
    for ((id, customer, name, email), stored) in rows {
        let ContactKeys { sort_key, mut email_key } = ContactKeys::of(&full_name(name), Email::stored(&email).as_ref());
        if email_key != stored.email_key
            && let Some(key) = &mut email_key
        {
            let holder = by_email(db, customer, key)?;
            settle(key, id, holder.is_some_and(|holder| holder.id.0 != id), &mut given, customer);
        }
        let right = Columns { sort_key, email_key };
        if right != stored {
            wrong.push((id, right));
        }
    }
    Ok((wrong, next))
}

/// Stores keys, by their contacts' ids. One by one on either engine: of contacts few keys change.
pub fn write(db: &mut Db, rows: &[(i64, Columns)]) -> Result<()> {
    for (id, keys) in rows {
        diesel::update(contacts::table.find(id)).set(keys).execute(db)?;
    }
    Ok(())
}
