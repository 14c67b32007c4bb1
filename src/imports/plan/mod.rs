//! What becomes of each row of a batch, found out without writing: the check stops here, the import goes on to write it. Both ask the
//! rules for each task that a row stands for.

mod contacts;
mod customers;
mod entitlements;
pub(super) mod outcome;
pub(super) mod planner;

use self::outcome::Plan;
use self::planner::Planner;
use super::reader::ParsedBatch;
use crate::domain::import::Each;
use crate::imports::files::columns::ColumnMap;

/// Makes the plan of a batch.
pub(super) fn plan(mut planner: Planner<'_>) -> Plan {
    let none = ColumnMap::default();
    let Each { customers: customer_columns, contacts: contact_columns, entitlements: entitlement_columns } =
        Each::from_fn(|subject| planner.columns.of(subject).as_ref().unwrap_or(&none));
    let ParsedBatch { batch, eids, customers, contacts, entitlements } = planner.parsed;
    let rows = &batch.rows;
    let leaving = planner.leaving(customer_columns, &rows.customers);
    let customers = rows.customers.iter().zip(customers);
    let mut customers: Vec<_> = customers.map(|(row, ahead)| planner.customer(customer_columns, row, ahead, &leaving)).collect();
    planner.settle_crm_ids(customer_columns, &rows.customers, &mut customers, leaving);
    let mut contacts: Vec<_> =
        rows.contacts.iter().zip(contacts).map(|(row, ahead)| planner.contact(contact_columns, row, ahead)).collect();
    planner.settle_defaults(contact_columns, &rows.contacts, &mut contacts);
    let entitlements = rows.entitlements.iter().zip(entitlements).zip(eids);
    let entitlements = entitlements.map(|((row, ahead), eid)| planner.entitlement(entitlement_columns, row, eid, ahead)).collect();
    Plan { customers, contacts, entitlements, warnings: planner.warnings, notes: planner.notes }
}
