//! Contacts of many customers at once, for an import.

use diesel::prelude::*;

use super::Row;
use crate::db::Db;
use crate::db::schema::contacts;
use crate::domain::contact::Contact;
use crate::store::Result;

/// The defaults of companies, those that have one.
pub(crate) fn defaults(db: &mut Db, customers: &[i64]) -> Result<Vec<(i64, i64)>> {
    Ok(contacts::table
        .filter(contacts::customer_id.eq_any(customers))
        .filter(contacts::is_default.eq(true))
        .select((contacts::customer_id, contacts::id))
        .load(db)?)
}

/// A contact by its customer and the folded e-mail, which are unique together.
pub(crate) fn by_email(db: &mut Db, customer: i64, email_key: &str) -> Result<Option<Contact>> {
    let row: Option<Row> =
        contacts::table.filter(contacts::customer_id.eq(customer)).filter(contacts::email_key.eq(email_key)).first(db).optional()?;
    Ok(row.map(Contact::from))
}

/// Contacts by their ids.
pub(crate) fn find_all(db: &mut Db, ids: &[i64]) -> Result<Vec<Contact>> {
    let rows: Vec<Row> = contacts::table.filter(contacts::id.eq_any(ids)).load(db)?;
    Ok(rows.into_iter().map(Contact::from).collect())
}
