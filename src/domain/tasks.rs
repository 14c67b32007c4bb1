//! Which tasks lead from one state of a record to another: what a form, a file or an undo asks for, in the terms of the rules. None of them
//! depends on how many entitlements there are.

use chrono::NaiveDate;

use super::contact::Contact;
use super::customer::Customer;
use super::entitlement::Entitlement;
use super::rules::{ContactFacts, CustomerFacts, Task};

/// A task, and the field of a form or file that asks for it.
pub type Asked = (Task, &'static str);

/// What changes a customer.
#[must_use]
pub fn of_customer(before: &Customer, after: &Customer) -> Vec<Asked> {
    let facts = CustomerFacts::of(before, 0);
    let mut tasks = Vec::new();
    if before.draft != after.draft {
        tasks.push((Task::EditCustomer, "name"));
    }
    match (before.enabled, after.enabled) {
        (true, false) => tasks.push((Task::DisableCustomer(facts), "status")),
        (false, true) => tasks.push((Task::EnableCustomer(facts), "status")),
        _ => {}
    }
    tasks
}

/// What changes a contact. It is disabled before it becomes the default: a disabled one cannot.
#[must_use]
pub fn of_contact(before: &Contact, after: &Contact) -> Vec<Asked> {
    let facts = ContactFacts::of(before, 0);
    let mut tasks = Vec::new();
    if before.draft != after.draft {
        tasks.push((Task::EditContact(facts), "last_name"));
    }
    match (before.enabled, after.enabled) {
        (true, false) => tasks.push((Task::DisableContact(facts), "status")),
        (false, true) => tasks.push((Task::EnableContact(facts), "status")),
        _ => {}
    }
    match (before.default, after.default) {
        (false, true) => tasks.push((Task::SetDefault(ContactFacts { enabled: after.enabled, ..facts }), "default")),
        (true, false) => tasks.push((Task::UnsetDefault, "default")),
        _ => {}
    }
    tasks
}

/// What changes an entitlement on a day of the installation's time zone.
#[must_use]
pub fn of_entitlement(before: &Entitlement, after: &Entitlement, today: NaiveDate) -> Vec<Asked> {
    let state = before.state(today);
    let mut tasks = Vec::new();
    if before.draft != after.draft {
        tasks.push((Task::EditEntitlement, "product"));
    }
    if before.draft.starts_on != after.draft.starts_on {
        tasks.push((Task::MoveStart(state), "starts_on"));
    }
    if before.draft.ends_on != after.draft.ends_on {
        tasks.push((Task::MoveEnd { ended_by_hand: before.ended_at.is_some() }, "ends_on"));
    }
    match (before.ended_at, after.ended_at) {
        (None, Some(_)) => tasks.push((Task::EndEntitlement(state), "ended_at")),
        (Some(before), after) if after != Some(before) => tasks.push((Task::ChangeEnded, "ended_at")),
        _ => {}
    }
    tasks
}
