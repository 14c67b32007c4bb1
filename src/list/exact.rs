//! Customers whose number, CRM ID, Ref ID or EID is exactly the text: whoever types a whole identifier wants that customer, whatever else
//! holds the text.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{customers, entitlements};
use crate::domain::fold;
use crate::domain::query::Query;
use crate::store::Result;

/// A Ref ID may repeat; at most this many customers with the same one come first.
const MOST: i64 = 5;

/// Their ids, whatever the filters say.
pub fn ids(db: &mut Db, query: &Query) -> Result<Vec<i64>> {
    let key = fold::key(&query.text);
    let eid = query.text.trim().to_ascii_uppercase();
    let mut ids: Vec<i64> = customers::table.filter(customers::number_key.eq(&key)).select(customers::id).load(db)?;
    let by_crm_id = customers::table.filter(customers::crm_key.eq(&key)).select(customers::id);
    let by_ref_id = customers::table.filter(customers::ref_key.eq(&key)).select(customers::id).order(customers::id).limit(MOST);
    let by_eid = entitlements::table.filter(entitlements::eid.eq(eid)).select(entitlements::customer_id);
    ids.extend(by_crm_id.load::<i64>(db)?);
    ids.extend(by_ref_id.load::<i64>(db)?);
    ids.extend(by_eid.load::<i64>(db)?);
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}
