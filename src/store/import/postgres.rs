//! PostgreSQL: `COPY FROM STDIN` in its binary format, with ids that were drawn beforehand, so that a thousand rows cost two round trips.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};

use super::bulk::{NewContact, NewCustomer, NewEntitlement};
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers, entitlements};
use crate::domain::contact::{self, Contact};
use crate::domain::customer::Address;
use crate::domain::fold;
use crate::domain::places::Country;
use crate::store::addresses::{BILLING, SHIPPING};
use crate::store::contacts::{Columns as ContactColumns, Standing, own_draft};
use crate::store::customers::Columns as CustomerColumns;
use crate::store::{Actor, Result};

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
    let own: Vec<(i64, contact::Draft)> = ids.iter().zip(new).filter_map(|(id, new)| Some((*id, own_draft(new.draft)?))).collect();
    let standing = Standing { enabled: true, default: false };
    let own: Vec<_> = own.iter().map(|(customer, draft)| NewContact { customer: *customer, standing, draft }).collect();
    copy_contacts(pg, actor, &own, true)?;
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

/// A row as `COPY` takes it: every column, nothing left to a default.
#[derive(Insertable)]
#[diesel(table_name = customers, treat_none_as_default_value = false)]
struct CustomerRow<'a> {
    id: i64,
    number: &'a str,
    number_key: String,
    kind: &'a str,
    enabled: bool,
    name: String,
    sort_key: Vec<u8>,
    email: &'a str,
    language: &'a str,
    phone: &'a str,
    fax: &'a str,
    crm_id: &'a str,
    crm_key: Option<String>,
    ref_id: &'a str,
    ref_key: String,
    ref_sort: Vec<u8>,
    description: &'a str,
    version: i32,
    created_at: chrono::NaiveDateTime,
    changed_at: chrono::NaiveDateTime,
}

fn customer_row<'a>(id: i64, new: &'a NewCustomer<'_>, actor: Actor) -> CustomerRow<'a> {
    let columns = CustomerColumns::of(new.draft, actor);
    CustomerRow {
        id,
        number: &new.number,
        number_key: fold::key(&new.number),
        kind: new.draft.who.kind().word(),
        enabled: new.enabled,
        name: columns.name,
        sort_key: columns.sort_key,
        email: columns.email,
        language: columns.language,
        phone: columns.phone,
        fax: columns.fax,
        crm_id: columns.crm_id,
        crm_key: columns.crm_key,
        ref_id: columns.ref_id,
        ref_key: columns.ref_key,
        ref_sort: columns.ref_sort,
        description: columns.description,
        version: 1,
        created_at: actor.now,
        changed_at: columns.changed_at,
    }
}

#[derive(Insertable)]
#[diesel(table_name = addresses, treat_none_as_default_value = false)]
struct AddressRow<'a> {
    customer_id: i64,
    purpose: &'a str,
    street: &'a str,
    city: &'a str,
    state: &'a str,
    postal_code: &'a str,
    country: &'a str,
}

fn address_rows<'a>(id: i64, new: &NewCustomer<'a>) -> impl Iterator<Item = AddressRow<'a>> {
    let billing = (!new.draft.billing.is_empty()).then_some((BILLING, &new.draft.billing));
    let shipping = new.draft.shipping.as_ref().map(|address| (SHIPPING, address));
    billing.into_iter().chain(shipping).map(move |(purpose, address): (&'a str, &'a Address)| AddressRow {
        customer_id: id,
        purpose,
        street: &address.street,
        city: &address.city,
        state: &address.state,
        postal_code: &address.postal_code,
        country: address.country.map_or("", Country::code),
    })
}

#[derive(Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
struct ContactRow<'a> {
    id: i64,
    customer_id: i64,
    own: bool,
    enabled: bool,
    is_default: bool,
    first_name: &'a str,
    middle_name: &'a str,
    last_name: &'a str,
    sort_key: Vec<u8>,
    email: &'a str,
    email_key: Option<String>,
    language: &'a str,
    phone: &'a str,
    ref_id: &'a str,
    version: i32,
    created_at: chrono::NaiveDateTime,
    changed_at: chrono::NaiveDateTime,
}

fn contact_row<'a>(id: i64, new: &NewContact<'a>, own: bool, actor: Actor) -> ContactRow<'a> {
    let columns = ContactColumns::of(new.draft, actor);
    ContactRow {
        id,
        customer_id: new.customer,
        own,
        enabled: new.standing.enabled,
        is_default: new.standing.default,
        first_name: columns.first_name,
        middle_name: columns.middle_name,
        last_name: columns.last_name,
        sort_key: columns.sort_key,
        email: columns.email,
        email_key: columns.email_key,
        language: columns.language,
        phone: columns.phone,
        ref_id: columns.ref_id,
        version: 1,
        created_at: actor.now,
        changed_at: columns.changed_at,
    }
}

#[derive(Insertable)]
#[diesel(table_name = entitlements, treat_none_as_default_value = false)]
struct EntitlementRow<'a> {
    eid: &'a str,
    customer_id: i64,
    contact_id: Option<i64>,
    product: &'a str,
    quantity: i32,
    starts_on: chrono::NaiveDate,
    ends_on: Option<chrono::NaiveDate>,
    ended_at: Option<chrono::NaiveDateTime>,
    created_at: chrono::NaiveDateTime,
    changed_at: chrono::NaiveDateTime,
}

fn entitlement_row<'a>(new: &NewEntitlement<'a>, actor: Actor) -> EntitlementRow<'a> {
    let draft = &new.wanted.draft;
    EntitlementRow {
        eid: new.eid,
        customer_id: new.customer,
        contact_id: new.contact,
        product: &draft.product,
        quantity: draft.quantity,
        starts_on: draft.starts_on,
        ends_on: draft.ends_on,
        ended_at: new.wanted.ended_at,
        created_at: actor.now,
        changed_at: actor.now,
    }
}
