//! The keys of customers: which are wrong, and what is right.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};

use super::wrong::{PORTION, Wrong, next_of, settle};
use crate::db::Db;
use crate::db::schema::customers;
use crate::domain::customer::Who;
use crate::store::error::Result;
use crate::store::keys::{CustomerKeys, NumberKeys};
use crate::store::{contacts, customers as stored_customers};

/// A customer's keys as columns, and the name that is made of an individual's names.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = customers, treat_none_as_null = true)]
pub struct Columns {
    name: String,
    number_key: String,
    number_near: String,
    sort_key: Vec<u8>,
    last_sort: Vec<u8>,
    crm_key: Option<String>,
    crm_near: Option<String>,
    ref_key: String,
    ref_sort: Vec<u8>,
}

/// Of the next customers those with wrong keys.
///
/// Hardly ever are two identifiers the same by the keys of another form that were not before (iota under a Greek letter, a domain written in two
/// ways). Then one record has the key, the one that had it before or else the older, and the other one the key with its id, which no identifier
/// is, until somebody corrects it.
pub fn wrong(db: &mut Db, beyond: i64) -> Result<Wrong<Columns>> {
    type Texts = (i64, String, String, String, String);
    let texts = (customers::id, customers::number, customers::name, customers::crm_id, customers::ref_id);
    let next = customers::table.filter(customers::id.gt(beyond)).order(customers::id).limit(PORTION);
    let rows: Vec<(Texts, Columns)> = next.select((texts, Columns::as_select())).load(db)?;
    let next = next_of(rows.len(), rows.last().map(|((id, ..), _)| *id));
    let mut people = contacts::names_of_individuals(db, beyond, rows.last().map_or(beyond, |((id, ..), _)| *id))?;
    let (mut wrong, mut given) = (Vec::new(), HashSet::new());
    for ((id, number, name, crm_id, ref_id), stored) in rows {
        let (who, language) = people.remove(&id).map_or((Who::Company(name), None), |(name, language)| (Who::Individual(name), language));
        let (of_number, keys) = (NumberKeys::of(&number), CustomerKeys::of(&who, language, &crm_id, &ref_id));
        let mut right = Columns {
            name: who.name(language),
            number_key: of_number.key,
            number_near: of_number.near,
            sort_key: keys.sort_key,
            last_sort: keys.last_sort,
            crm_key: keys.crm_key,
            crm_near: keys.crm_near,
            ref_key: keys.ref_key,
            ref_sort: keys.ref_sort,
        };
        if right.number_key != stored.number_key {
            let holders = stored_customers::holders_of_numbers(db, std::slice::from_ref(&right.number_key))?;
            settle(&mut right.number_key, id, holders.iter().any(|(_, holder)| *holder != id), &mut given, "number");
        }
        if right.crm_key != stored.crm_key
            && let Some(key) = &mut right.crm_key
        {
            let holders = stored_customers::holders_of_crm_ids(db, std::slice::from_ref(key))?;
            settle(key, id, holders.iter().any(|(_, holder)| *holder != id), &mut given, "crm_id");
        }
        if right != stored {
            wrong.push((id, right));
        }
    }
    Ok((wrong, next))
}

/// Stores keys, by their customers' ids.
pub fn write(db: &mut Db, rows: &[(i64, Columns)]) -> Result<()> {
    let pg = match db {
        Db::Sqlite(sqlite) => {
            for (id, keys) in rows {
                diesel::update(customers::table.find(id)).set(keys).execute(sqlite)?;
            }
            return Ok(());
        }
        Db::Postgres(pg) => pg,
    };
    let texts = |text: fn(&Columns) -> &str| rows.iter().map(|(_, keys)| text(keys)).collect::<Vec<_>>();
    let bytes = |bytes: fn(&Columns) -> &[u8]| rows.iter().map(|(_, keys)| bytes(keys)).collect::<Vec<_>>();
    let options = |text: fn(&Columns) -> Option<&str>| rows.iter().map(|(_, keys)| text(keys)).collect::<Vec<_>>();
    sql_query(
        "UPDATE customers AS c SET name = k.name, number_key = k.number_key, number_near = k.number_near, sort_key = k.sort_key, last_sort = k.last_sort,
            crm_key = k.crm_key, crm_near = k.crm_near, ref_key = k.ref_key, ref_sort = k.ref_sort
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            AS k (id, name, number_key, number_near, sort_key, last_sort, crm_key, crm_near, ref_key, ref_sort) WHERE c.id = k.id",
    )
    .bind::<Array<BigInt>, _>(rows.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(texts(|keys| &keys.name))
    .bind::<Array<Text>, _>(texts(|keys| &keys.number_key))
    .bind::<Array<Text>, _>(texts(|keys| &keys.number_near))
    .bind::<Array<Binary>, _>(bytes(|keys| &keys.sort_key))
    .bind::<Array<Binary>, _>(bytes(|keys| &keys.last_sort))
    .bind::<Array<Nullable<Text>>, _>(options(|keys| keys.crm_key.as_deref()))
    .bind::<Array<Nullable<Text>>, _>(options(|keys| keys.crm_near.as_deref()))
    .bind::<Array<Text>, _>(texts(|keys| &keys.ref_key))
    .bind::<Array<Binary>, _>(bytes(|keys| &keys.ref_sort))
    .execute(pg)?;
    Ok(())
}
