//! Customers whose number, CRM ID, Ref ID or EID *is* the text: who types a whole identifier wants that one, whatever else holds it.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{customers, entitlements};
use crate::domain::fold;
use crate::domain::query::Query;
use crate::store::Result;

/// A Ref ID may repeat; so many customers are lifted out of the order at most.
const MOST: i64 = 5;

/// Who they are, whatever the filters say.
pub fn ids(db: &mut Db, query: &Query) -> Result<Vec<i64>> {
    let key = fold::key(&query.text);
    let mut ids: Vec<i64> = customers::table.filter(customers::number_key.eq(&key)).select(customers::id).load(db)?;
    ids.extend(customers::table.filter(customers::crm_key.eq(&key)).select(customers::id).load::<i64>(db)?);
    ids.extend(
        customers::table.filter(customers::ref_key.eq(&key)).select(customers::id).order(customers::id).limit(MOST).load::<i64>(db)?,
    );
    let eid = query.text.trim().to_ascii_uppercase();
    ids.extend(entitlements::table.filter(entitlements::eid.eq(eid)).select(entitlements::customer_id).load::<i64>(db)?);
    let mut kept: Vec<i64> = Vec::new();
    for id in ids {
        if !kept.contains(&id) {
            kept.push(id);
        }
    }
    Ok(kept)
}
