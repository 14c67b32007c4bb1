//! Many customers at once, for an import.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::customers;
use crate::store::Result;

/// Who holds numbers: the folded key and the customer.
pub(crate) fn holders_of_numbers(db: &mut Db, keys: &[String]) -> Result<Vec<(String, i64)>> {
    Ok(customers::table.filter(customers::number_key.eq_any(keys)).select((customers::number_key, customers::id)).load(db)?)
}

/// Who holds CRM IDs: the folded key and the customer.
pub(crate) fn holders_of_crm_ids(db: &mut Db, keys: &[String]) -> Result<Vec<(String, i64)>> {
    let rows: Vec<(Option<String>, i64)> =
        customers::table.filter(customers::crm_key.eq_any(keys)).select((customers::crm_key, customers::id)).load(db)?;
    Ok(rows.into_iter().filter_map(|(key, id)| Some((key?, id))).collect())
}
