//! Postal addresses: no row for shipping means the same as billing, and no row for billing that none is known.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Result;
use crate::db::Db;
use crate::db::schema::addresses;
use crate::domain::CustomerId;
use crate::domain::customer::{Address, Draft};
use crate::domain::places::Country;

#[derive(Queryable)]
struct Row {
    customer_id: i64,
    purpose: String,
    street: String,
    city: String,
    state: String,
    postal_code: String,
    country: String,
}

pub(crate) const BILLING: &str = "billing";
pub(crate) const SHIPPING: &str = "shipping";

/// Billing and shipping address by customer; `None` is the same as billing.
pub(crate) type Known = HashMap<i64, (Address, Option<Address>)>;

/// The addresses of customers; one that has none is not in it.
pub(crate) fn of_customers(db: &mut Db, customers: &[i64]) -> Result<Known> {
    let rows: Vec<Row> = addresses::table.filter(addresses::customer_id.eq_any(customers)).load(db)?;
    let mut known = Known::new();
    for row in rows {
        let address = Address {
            street: row.street,
            city: row.city,
            state: row.state,
            postal_code: row.postal_code,
            country: Country::parse(&row.country),
        };
        let (billing, shipping) = known.entry(row.customer_id).or_default();
        if row.purpose == BILLING { *billing = address } else { *shipping = Some(address) }
    }
    Ok(known)
}

/// Writes the addresses of a new customer.
pub(crate) fn insert(db: &mut Db, id: CustomerId, draft: &Draft) -> Result<()> {
    let billing = (!draft.billing.is_empty()).then_some((BILLING, &draft.billing));
    let shipping = draft.shipping.as_ref().map(|address| (SHIPPING, address));
    for (purpose, address) in billing.into_iter().chain(shipping) {
        diesel::insert_into(addresses::table)
            .values((
                addresses::customer_id.eq(id.0),
                addresses::purpose.eq(purpose),
                addresses::street.eq(&address.street),
                addresses::city.eq(&address.city),
                addresses::state.eq(&address.state),
                addresses::postal_code.eq(&address.postal_code),
                addresses::country.eq(address.country.map_or("", Country::code)),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Writes the addresses of an edited customer.
pub(crate) fn replace(db: &mut Db, id: CustomerId, draft: &Draft) -> Result<()> {
    diesel::delete(addresses::table.filter(addresses::customer_id.eq(id.0))).execute(db)?;
    insert(db, id, draft)
}
