//! Postal addresses: no row for shipping means the same as billing, and no row for billing that none is known.

use std::collections::HashMap;

use diesel::prelude::*;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::addresses;
use crate::domain::CustomerId;
use crate::domain::customer::{Address, Draft};
use crate::domain::places::Country;

#[derive(Queryable)]
struct StoredAddress {
    customer_id: i64,
    purpose: String,
    street: String,
    city: String,
    state: String,
    postal_code: String,
    country: String,
}

/// An address as it is inserted.
#[derive(Insertable)]
#[diesel(table_name = addresses, treat_none_as_default_value = false)]
pub struct NewAddress<'a> {
    customer_id: i64,
    purpose: &'a str,
    street: &'a str,
    city: &'a str,
    state: &'a str,
    postal_code: &'a str,
    country: &'a str,
}

const BILLING: &str = "billing";
const SHIPPING: &str = "shipping";

/// Billing and shipping address by customer; `None` is the same as billing.
pub type ByCustomer = HashMap<i64, (Address, Option<Address>)>;

/// The addresses of customers; one that has none is not in it.
pub fn of_customers(db: &mut Db, customers: &[i64]) -> Result<ByCustomer> {
    let rows: Vec<StoredAddress> = addresses::table.filter(addresses::customer_id.eq_any(customers)).load(db)?;
    let mut found = ByCustomer::new();
    for row in rows {
        let address = Address {
            street: row.street,
            city: row.city,
            state: row.state,
            postal_code: row.postal_code,
            country: Country::parse(&row.country),
        };
        let (billing, shipping) = found.entry(row.customer_id).or_default();
        if row.purpose == BILLING { *billing = address } else { *shipping = Some(address) }
    }
    Ok(found)
}

/// The rows that a customer's addresses are.
pub fn rows(customer: i64, draft: &Draft) -> impl Iterator<Item = NewAddress<'_>> {
    let billing = (!draft.billing.is_empty()).then_some((BILLING, &draft.billing));
    let shipping = draft.shipping.as_ref().map(|address| (SHIPPING, address));
    billing.into_iter().chain(shipping).map(move |(purpose, address)| NewAddress {
        customer_id: customer,
        purpose,
        street: &address.street,
        city: &address.city,
        state: &address.state,
        postal_code: &address.postal_code,
        country: address.country.map_or("", Country::code),
    })
}

/// Writes the addresses of an edited customer, where they are others than before.
pub fn replace(db: &mut Db, id: CustomerId, before: &Draft, after: &Draft) -> Result<()> {
    if (&before.billing, &before.shipping) == (&after.billing, &after.shipping) {
        return Ok(());
    }
    diesel::delete(addresses::table.filter(addresses::customer_id.eq(id.0))).execute(db)?;
    for row in rows(id.0, after) {
        diesel::insert_into(addresses::table).values(row).execute(db)?;
    }
    Ok(())
}
