//! PostgreSQL: `COPY FROM STDIN` in its binary format, with ids that were drawn beforehand, so that a thousand rows cost two round trips.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};

use super::bulk::{NewContact, NewCustomer, NewEntitlement};
use super::rows::{address_rows, contact_row, customer_row, entitlement_row, own_contacts, own_drafts};
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers, entitlements};
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::store::Result;

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

pub(super) fn insert_customers(pg: &mut PgConnection, actor: Actor, new: &[NewCustomer<'_>]) -> Result<Vec<i64>> {
    let ids = draw_ids(pg, "customers", new.len())?;
    let rows: Vec<_> = ids.iter().zip(new).map(|(id, new)| customer_row(*id, new, actor)).collect();
    diesel::copy_from(customers::table).from_insertable(rows).execute(pg)?;
    let rows: Vec<_> = ids.iter().zip(new).flat_map(|(id, new)| address_rows(*id, new)).collect();
    if !rows.is_empty() {
        diesel::copy_from(addresses::table).from_insertable(rows).execute(pg)?;
    }
    copy_contacts(pg, actor, &own_contacts(&own_drafts(&ids, new)), true)?;
    Ok(ids)
}

pub(super) fn insert_contacts(pg: &mut PgConnection, actor: Actor, new: &[NewContact<'_>]) -> Result<Vec<i64>> {
    copy_contacts(pg, actor, new, false)
}

fn copy_contacts(pg: &mut PgConnection, actor: Actor, new: &[NewContact<'_>], own: bool) -> Result<Vec<i64>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let ids = draw_ids(pg, "contacts", new.len())?;
    let rows: Vec<_> = ids.iter().zip(new).map(|(id, new)| contact_row(*id, new, own, actor)).collect();
    diesel::copy_from(contacts::table).from_insertable(rows).execute(pg)?;
    Ok(ids)
}

pub(super) fn insert_entitlements(pg: &mut PgConnection, actor: Actor, new: &[NewEntitlement<'_>]) -> Result<()> {
    let rows: Vec<_> = new.iter().map(|new| entitlement_row(new, actor)).collect();
    diesel::copy_from(entitlements::table).from_insertable(rows).execute(pg)?;
    Ok(())
}

pub(super) fn people(db: &mut Db, wanted: &[(i64, String)]) -> Result<Vec<Contact>> {
    let Db::Postgres(pg) = db else { return Ok(Vec::new()) };
    let (customers, keys): (Vec<i64>, Vec<&str>) = wanted.iter().map(|(customer, key)| (*customer, key.as_str())).unzip();
    let ids: Vec<Id> = sql_query(
        "SELECT contacts.id FROM unnest($1, $2) AS wanted (customer_id, email_key)
         JOIN contacts ON contacts.customer_id = wanted.customer_id AND contacts.email_key = wanted.email_key",
    )
    .bind::<Array<BigInt>, _>(customers)
    .bind::<Array<Text>, _>(keys)
    .load(pg)?;
    let ids: Vec<i64> = ids.into_iter().map(|row| row.id).collect();
    crate::store::contacts::many::find_all(db, &ids)
}
