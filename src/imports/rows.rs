//! Rows as they are inserted by the thousand: every column is said, nothing is left to a default.

use diesel::prelude::*;

use super::bulk::{NewContact, NewCustomer, NewEntitlement};
use crate::db::schema::{addresses, contacts, customers, entitlements};
use crate::domain::actor::Actor;
use crate::domain::customer::Address;
use crate::domain::places::Country;
use crate::domain::{contact, fold};
use crate::store::addresses::{BILLING, SHIPPING};
use crate::store::contacts::{Columns as ContactColumns, Standing, own_draft};
use crate::store::customers::Columns as CustomerColumns;

/// The contacts that new individuals are, as they say themselves.
pub(super) fn own_drafts(ids: &[i64], new: &[NewCustomer<'_>]) -> Vec<(i64, contact::Draft)> {
    ids.iter().zip(new).filter_map(|(id, new)| Some((*id, own_draft(new.draft)?))).collect()
}

/// The same, to be inserted.
pub(super) fn own_contacts(drafts: &[(i64, contact::Draft)]) -> Vec<NewContact<'_>> {
    let standing = Standing { enabled: true, default: false };
    drafts.iter().map(|(customer, draft)| NewContact { customer: *customer, standing, draft }).collect()
}

/// A customer.
#[derive(Insertable)]
#[diesel(table_name = customers, treat_none_as_default_value = false)]
pub(super) struct CustomerRow<'a> {
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

pub(super) fn customer_row<'a>(id: i64, new: &'a NewCustomer<'_>, actor: Actor) -> CustomerRow<'a> {
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

/// An address of one.
#[derive(Insertable)]
#[diesel(table_name = addresses, treat_none_as_default_value = false)]
pub(super) struct AddressRow<'a> {
    customer_id: i64,
    purpose: &'a str,
    street: &'a str,
    city: &'a str,
    state: &'a str,
    postal_code: &'a str,
    country: &'a str,
}

pub(super) fn address_rows<'a>(id: i64, new: &NewCustomer<'a>) -> impl Iterator<Item = AddressRow<'a>> {
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

/// A contact, or the one that an individual is.
#[derive(Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
pub(super) struct ContactRow<'a> {
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

pub(super) fn contact_row<'a>(id: i64, new: &NewContact<'a>, own: bool, actor: Actor) -> ContactRow<'a> {
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

/// An entitlement.
#[derive(Insertable)]
#[diesel(table_name = entitlements, treat_none_as_default_value = false)]
pub(super) struct EntitlementRow<'a> {
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

pub(super) fn entitlement_row<'a>(new: &NewEntitlement<'a>, actor: Actor) -> EntitlementRow<'a> {
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
