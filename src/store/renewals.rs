//! Which entitlement renews which: the links between them, and the day that the dates of a chain of renewals are counted from.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Date;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::entitlements;
use crate::db::statement::Statement;
use crate::domain::EntitlementId;
use crate::domain::entitlement::Entitlement;

/// An entitlement that is linked to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Its id.
    pub id: EntitlementId,
    /// Its EID.
    pub eid: String,
}

/// The links of some entitlements, by their ids.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// Those that they renew.
    pub renewed: HashMap<EntitlementId, Linked>,
    /// Those that renew them.
    pub renewals: HashMap<EntitlementId, Linked>,
}

impl Links {
    /// The one that renews an entitlement.
    #[must_use]
    pub fn renewal(&self, id: EntitlementId) -> Option<EntitlementId> {
        self.renewals.get(&id).map(|renewal| renewal.id)
    }
}

/// The links of these entitlements.
pub fn links(db: &mut Db, of: &[&Entitlement]) -> Result<Links> {
    let mut links = Links::default();
    if of.is_empty() {
        return Ok(links);
    }
    let ids: Vec<i64> = of.iter().map(|entitlement| entitlement.id.0).collect();
    let rows: Vec<(Option<i64>, i64, String)> = entitlements::table
        .filter(entitlements::renews_id.eq_any(ids))
        .select((entitlements::renews_id, entitlements::id, entitlements::eid))
        .load(db)?;
    for (renewed, id, eid) in rows {
        links.renewals.extend(renewed.map(|renewed| (EntitlementId(renewed), Linked { id: EntitlementId(id), eid })));
    }
    let renewed: Vec<i64> = of.iter().filter_map(|entitlement| entitlement.renews).map(|id| id.0).collect();
    if !renewed.is_empty() {
        let rows: Vec<(i64, String)> =
            entitlements::table.filter(entitlements::id.eq_any(renewed)).select((entitlements::id, entitlements::eid)).load(db)?;
        let known: HashMap<i64, String> = rows.into_iter().collect();
        links.renewed = of
            .iter()
            .filter_map(|entitlement| {
                let id = entitlement.renews?;
                Some((entitlement.id, Linked { id, eid: known.get(&id.0)?.clone() }))
            })
            .collect();
    }
    Ok(links)
}

/// The one that renews an entitlement.
pub fn renewal(db: &mut Db, id: EntitlementId) -> Result<Option<Linked>> {
    let row: Option<(i64, String)> =
        entitlements::table.filter(entitlements::renews_id.eq(id.0)).select((entitlements::id, entitlements::eid)).first(db).optional()?;
    Ok(row.map(|(id, eid)| Linked { id: EntitlementId(id), eid }))
}

/// The first start of the chain of renewals that an entitlement belongs to.
pub fn anchor(db: &mut Db, entitlement: &Entitlement) -> Result<NaiveDate> {
    if entitlement.renews.is_none() {
        return Ok(entitlement.draft.starts_on);
    }
    let first = "WITH RECURSIVE chain (starts_on, renews_id) AS (
            SELECT starts_on, renews_id FROM entitlements WHERE id = ?
            UNION ALL SELECT e.starts_on, e.renews_id FROM chain JOIN entitlements e ON e.id = chain.renews_id
        ) SELECT starts_on FROM chain WHERE renews_id IS NULL";
    Ok(Statement::<Date>::new(first).bind(entitlement.id.0).get_result(db)?)
}
