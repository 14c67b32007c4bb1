//! PostgreSQL: `COPY FROM STDIN` in its binary format, with ids that were drawn beforehand, so that a thousand rows cost two round trips.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};

use crate::db::schema::{addresses as addresses_table, contacts, customers, entitlements};
use crate::store::addresses;
use crate::store::contacts::{NewColumns as ContactColumns, NewContact};
use crate::store::customers::{NewColumns as CustomerColumns, NewCustomer};
use crate::store::entitlements::{NewColumns as EntitlementColumns, NewEntitlement};
use crate::store::error::Result;

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// So many ids of a table, never given before.
fn draw_ids(pg: &mut PgConnection, table: &str, count: usize) -> Result<Vec<i64>> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let ids: Vec<Id> = sql_query("SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id FROM generate_series(1, $2)")
        .bind::<Text, _>(table)
        .bind::<BigInt, _>(count)
        .load(pg)?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

pub(super) fn insert_customers(pg: &mut PgConnection, new: &[NewCustomer<'_>]) -> Result<Vec<i64>> {
    let ids = draw_ids(pg, "customers", new.len())?;
    let rows: Vec<_> = ids.iter().zip(new).map(|(id, new)| CustomerColumns::of(*id, new)).collect();
    diesel::copy_from(customers::table).from_insertable(rows).execute(pg)?;
    let rows: Vec<_> = ids.iter().zip(new).flat_map(|(id, new)| addresses::rows(*id, new.draft)).collect();
    if !rows.is_empty() {
        diesel::copy_from(addresses_table::table).from_insertable(rows).execute(pg)?;
    }
    Ok(ids)
}

pub(super) fn insert_contacts(pg: &mut PgConnection, new: &[NewContact<'_>]) -> Result<Vec<i64>> {
    let ids = draw_ids(pg, "contacts", new.len())?;
    let rows: Vec<_> = ids.iter().zip(new).map(|(id, new)| ContactColumns::of(*id, new)).collect();
    diesel::copy_from(contacts::table).from_insertable(rows).execute(pg)?;
    Ok(ids)
}

pub(super) fn insert_entitlements(pg: &mut PgConnection, new: &[NewEntitlement<'_>]) -> Result<()> {
    let rows: Vec<_> = new.iter().map(EntitlementColumns::of).collect();
    diesel::copy_from(entitlements::table).from_insertable(rows).execute(pg)?;
    Ok(())
}

/// The ids of contacts by their customer and the key of their e-mail.
pub(super) fn contacts_by_email(pg: &mut PgConnection, wanted: &[(i64, String)]) -> Result<Vec<i64>> {
    let (customers, keys): (Vec<i64>, Vec<&str>) = wanted.iter().map(|(customer, key)| (*customer, key.as_str())).unzip();
    let ids: Vec<Id> = sql_query(
        "SELECT contacts.id FROM unnest($1, $2) AS wanted (customer_id, email_key)
         JOIN contacts ON contacts.customer_id = wanted.customer_id AND contacts.email_key = wanted.email_key",
    )
    .bind::<Array<BigInt>, _>(customers)
    .bind::<Array<Text>, _>(keys)
    .load(pg)?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}
