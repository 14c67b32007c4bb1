//! The keys of entitlements: which are wrong, and what is right.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Binary, Date, Integer};

use crate::db::Db;
use crate::db::schema::entitlements;
use crate::domain::entitlement::{Draft, State};
use crate::store::error::Result;
use crate::store::keys::{EntitlementKeys, stage};

/// Taken away while keys of very many are made.
pub const INDEXES: [&str; 4] = ["entitlements_by_end", "entitlements_by_id", "entitlements_by_product", "entitlements_by_start"];

/// What the keys of an entitlement are made from, and those that are stored.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = entitlements)]
pub struct Keyed {
    pub id: i64,
    product: String,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    ended_at: Option<NaiveDateTime>,
    #[diesel(embed)]
    stored: EntitlementKeys,
}

impl Keyed {
    /// The keys that it should have on a day.
    pub fn right(&self, today: NaiveDate) -> EntitlementKeys {
        let Self { product, starts_on, ends_on, .. } = self;
        let draft = Draft { contact: None, product: product.clone(), quantity: 1, starts_on: *starts_on, ends_on: *ends_on };
        EntitlementKeys::of(&draft, self.ended_at, today)
    }

    /// Whether it has other keys than on a day.
    pub fn differs(&self, today: NaiveDate) -> bool {
        self.stored != self.right(today)
    }

    /// Whether it has keys that are wrong whatever the day: stages follow the days by themselves, but what was ended by hand has ended.
    pub fn is_wrong(&self) -> bool {
        let right = EntitlementKeys { stage: self.stored.stage, ..self.right(self.starts_on) };
        self.stored != right || (self.ended_at.is_some() && self.stored.stage != stage(State::Ended))
    }
}

/// The next entitlements by their ids, so many at most.
pub fn next(db: &mut Db, beyond: i64, limit: i64) -> Result<Vec<Keyed>> {
    let next = entitlements::table.filter(entitlements::id.gt(beyond)).order(entitlements::id).limit(limit);
    Ok(next.select(Keyed::as_select()).load(db)?)
}

/// Stores keys, by their entitlements' ids.
pub fn write(db: &mut Db, rows: &[(i64, EntitlementKeys)]) -> Result<()> {
    let pg = match db {
        Db::Sqlite(sqlite) => {
            for (id, keys) in rows {
                diesel::update(entitlements::table.find(id)).set(keys).execute(sqlite)?;
            }
            return Ok(());
        }
        Db::Postgres(pg) => pg,
    };
    sql_query(
        "UPDATE entitlements AS e SET over_from = k.over_from, product_sort = k.product_sort, stage = k.stage
         FROM unnest($1, $2, $3, $4) AS k (id, over_from, product_sort, stage) WHERE e.id = k.id",
    )
    .bind::<Array<BigInt>, _>(rows.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(rows.iter().map(|(_, keys)| keys.over_from).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(rows.iter().map(|(_, keys)| keys.product_sort.as_slice()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(rows.iter().map(|(_, keys)| keys.stage).collect::<Vec<_>>())
    .execute(pg)?;
    Ok(())
}
