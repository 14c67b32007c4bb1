//! What is nearly the same as a number or a CRM ID ([`crate::domain::identity`]).

use diesel::prelude::*;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::customers;
use crate::domain::customer::Customer;
use crate::domain::{CustomerId, identity};

/// The numbers that share something with those that nearly are the same ([`super::keys`]): it, and the number.
pub fn numbers(db: &mut Db, near: &[String]) -> Result<Vec<(String, String)>> {
    Ok(customers::table.filter(customers::number_near.eq_any(near)).select((customers::number_near, customers::number)).load(db)?)
}

/// As [`numbers()`], of CRM IDs.
pub fn crm_ids(db: &mut Db, near: &[String]) -> Result<Vec<(String, String)>> {
    let rows: Vec<(Option<String>, String)> =
        customers::table.filter(customers::crm_near.eq_any(near)).select((customers::crm_near, customers::crm_id)).load(db)?;
    Ok(rows.into_iter().filter_map(|(near, crm_id)| Some((near?, crm_id))).collect())
}

/// Another customer with a number or a CRM ID that is nearly the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearCustomer {
    /// `number` or `CRM ID`.
    pub field: &'static str,
    /// The other customer's, as it is written.
    pub value: String,
    /// The other customer.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
}

/// Other customers whose number or CRM ID is nearly that of a customer, a few of them.
pub fn of(db: &mut Db, customer: &Customer) -> Result<Vec<NearCustomer>> {
    /// So many with such a number, and so many with such a CRM ID.
    const FEW: i64 = 2;
    type Row = (String, i64, String);
    let others = || customers::table.filter(customers::id.ne(customer.id.0)).order(customers::id).limit(FEW);
    let numbers: Vec<Row> = others()
        .filter(customers::number_near.eq(identity::near(&customer.number)))
        .select((customers::number, customers::id, customers::name))
        .load(db)?;
    let crm_ids: Vec<Row> = match customer.draft.crm_id.as_str() {
        "" => Vec::new(),
        crm_id => others()
            .filter(customers::crm_near.eq(identity::near(crm_id)))
            .select((customers::crm_id, customers::id, customers::name))
            .load(db)?,
    };
    let found = |field| move |(value, id, name): Row| NearCustomer { field, value, id: CustomerId(id), name };
    Ok(numbers.into_iter().map(found("number")).chain(crm_ids.into_iter().map(found("CRM ID"))).collect())
}
