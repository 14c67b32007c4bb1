//! What all customers say of themselves, for an import that has no keys: it compares names and addresses by a rule that no index has.

use diesel::prelude::*;

use super::Result;
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers};
use crate::domain::customer::Kind;
use crate::domain::{BatchId, CustomerId};

/// What a customer can be recognized by.
#[derive(Debug, Clone)]
pub struct Traits {
    /// Which customer.
    pub id: CustomerId,
    /// Company or individual.
    pub kind: Kind,
    /// As lists show it.
    pub name: String,
    /// Of the billing address.
    pub city: String,
    /// An individual's is that of the contact it is. Empty for none.
    pub email: String,
    /// Empty for none.
    pub phone: String,
    /// Empty for none.
    pub crm_id: String,
    /// Empty for none.
    pub ref_id: String,
    /// The batch that created it.
    pub batch: Option<BatchId>,
}

type Row = (i64, String, String, Option<String>, String, Option<String>, String, String, String, Option<i64>);

/// The next customers beyond one, in the order of their ids.
pub fn traits(db: &mut Db, beyond: CustomerId, most: i64) -> Result<Vec<Traits>> {
    let billing = addresses::customer_id.eq(customers::id).and(addresses::purpose.eq("billing"));
    let own = contacts::customer_id.eq(customers::id).and(contacts::own.eq(true));
    let rows: Vec<Row> = customers::table
        .left_join(addresses::table.on(billing))
        .left_join(contacts::table.on(own))
        .filter(customers::id.gt(beyond.0))
        .order(customers::id)
        .limit(most)
        .select((
            customers::id,
            customers::kind,
            customers::name,
            addresses::city.nullable(),
            customers::email,
            contacts::email.nullable(),
            customers::phone,
            customers::crm_id,
            customers::ref_id,
            customers::batch_id,
        ))
        .load(db)?;
    let traits = |(id, kind, name, city, email, own_email, phone, crm_id, ref_id, batch): Row| Traits {
        id: CustomerId(id),
        kind: Kind::stored(&kind),
        name,
        city: city.unwrap_or_default(),
        email: own_email.unwrap_or(email),
        phone,
        crm_id,
        ref_id,
        batch: batch.map(BatchId),
    };
    Ok(rows.into_iter().map(traits).collect())
}
