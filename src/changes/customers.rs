//! Changes of customers.

use super::identities::{follow_email, shut_out};
use super::opened::{Opened, Present};
use super::steps::{accept, ask, hold, record, status};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::customer::{self, Customer, Draft, Kind, NewCustomerForm};
use crate::domain::event::{self, Event, EventTask};
use crate::domain::input::{Checked, FieldError};
use crate::domain::rules::{CustomerFacts, Task};
use crate::domain::{CustomerId, identity, stored, tasks};
use crate::list;
use crate::store::contacts::NewContact;
use crate::store::customers::NewCustomer;
use crate::store::detail::customer_facts;
use crate::store::{Error, Result, bulk, contacts, customers};

/// Creates a customer; a company may bring its first contact, which becomes its default. An empty number is generated.
///
/// # Errors
/// [`Error::Invalid`] when the number or the CRM ID is taken; [`Error::Refused`].
pub fn create(db: &mut Db, actor: &Actor, asked: Checked<'_, NewCustomerForm>) -> Result<Customer> {
    actor.may(Task::NewCustomer)?;
    let NewCustomerForm { number, draft, first } = accept(asked, |form| {
        let (number, crm_id) = match form {
            Ok(form) => (form.number.clone(), form.draft.crm_id.clone()),
            Err(input) => (customer::check_number(input).unwrap_or_default(), customer::asked_crm_id(input)),
        };
        Ok(number_taken(db, &number)?.into_iter().chain(crm_id_taken(db, &crm_id, None)?).collect())
    })?;
    let number = if number.is_empty() { next_number(db)? } else { number };
    let new = NewCustomer { number, enabled: true, draft: &draft, created_at: actor.now, batch: actor.batch };
    let id = bulk::insert_customer(db, &new)?;
    let customer = customers::find(db, id)?;
    let mut fields = vec![("number".to_owned(), customer.number.clone()), ("type".to_owned(), customer.kind().word().to_owned())];
    fields.extend(stored::customer(&customer));
    record(db, actor, &Event::of_customer(EventTask::Create, &customer, event::all_fields(fields)))?;
    if let Some(draft) = first.as_ref().filter(|_| customer.kind() == Kind::Company) {
        let new = NewContact { customer: id, own: false, enabled: true, default: true, draft, created_at: actor.now, batch: actor.batch };
        super::contacts::insert(db, actor, &new)?;
    }
    list::reindex(db, id)?;
    Ok(customer)
}

/// Deletes a customer with its contacts, the opposite of [`create`].
///
/// # Errors
/// [`Error::Refused`] while an entitlement exists for it; [`Error::NotFound`].
pub fn delete(db: &mut Db, actor: &Actor, id: CustomerId) -> Result<Customer> {
    hold(db, id)?;
    actor.may(Task::DeleteCustomer(customer_facts(db, id)?))?;
    let customer = customers::find(db, id)?;
    let mut people = contacts::own(db, &[id.0])?;
    people.extend(contacts::all_of(db, id)?);
    let mailboxes = contacts::mailboxes(db, id)?;
    customers::delete(db, id)?;
    shut_out(db, &mailboxes)?;
    let event = Event::of_customer(EventTask::Delete, &customer, Vec::new());
    record(db, actor, &event.with_record(event::record_of_customer(&customer, &people)))?;
    Ok(customer)
}

/// Saves an edited customer, together with what others have saved elsewhere in it since the form was opened.
///
/// # Errors
/// [`Error::Stale`] when somebody else has changed the same; [`Error::Invalid`] when the CRM ID is taken; [`Error::NotFound`];
/// [`Error::Refused`].
pub fn edit(db: &mut Db, actor: &Actor, id: CustomerId, opened: &Opened<'_>, draft: Checked<'_, Draft>) -> Result<Customer> {
    hold(db, id)?;
    actor.may(Task::EditCustomer)?;
    let before = customers::find(db, id)?;
    let present = Present::from(&before);
    let draft = match draft {
        Ok(draft) if draft == before.draft => return Ok(before),
        Ok(draft) => {
            Ok(customer::check(before.kind(), &opened.merge(db, &present, stored::customer_draft(&draft))?).map_err(Error::Invalid)?)
        }
        Err(invalid) => Err(invalid),
    };
    let draft = accept(draft, |form| {
        let crm_id = form.map_or_else(customer::asked_crm_id, |draft| draft.crm_id.clone());
        Ok(crm_id_taken(db, &crm_id, Some(id))?.into_iter().collect())
    })?;
    let after = Customer { draft, ..before.clone() };
    if after.draft != before.draft {
        update(db, actor, &before, &after)?;
        opened.saved(db, actor, &present)?;
        list::reindex(db, id)?;
    }
    Ok(after)
}

/// Disables a customer: from now on no entitlement can be created for it, and nobody signs in for it.
///
/// # Errors
/// [`Error::Refused`] when it is disabled already; [`Error::NotFound`].
pub fn disable(db: &mut Db, actor: &Actor, id: CustomerId) -> Result<Customer> {
    change(db, actor, id, Task::DisableCustomer, |customer| customer.enabled = false)
}

/// Enables a customer, the opposite of [`disable`].
///
/// # Errors
/// [`Error::Refused`] when it is enabled already; [`Error::NotFound`].
pub fn enable(db: &mut Db, actor: &Actor, id: CustomerId) -> Result<Customer> {
    change(db, actor, id, Task::EnableCustomer, |customer| customer.enabled = true)
}

fn change(
    db: &mut Db,
    actor: &Actor,
    id: CustomerId,
    task: fn(CustomerFacts) -> Task,
    apply: impl FnOnce(&mut Customer),
) -> Result<Customer> {
    hold(db, id)?;
    let before = customers::find(db, id)?;
    // How many entitlements there are is asked for by a deletion only.
    actor.may(task(CustomerFacts::of(&before, 0)))?;
    let mut after = before.clone();
    apply(&mut after);
    update(db, actor, &before, &after)?;
    list::reindex(db, id)?;
    Ok(after)
}

/// Makes of a customer, which is held, what it is to be: every task that this takes is asked of the rules and has its event. The list is not
/// brought up to date: [`super::follow_all`] does that for many.
///
/// # Errors
/// [`Error::Refused`].
pub fn update(db: &mut Db, actor: &Actor, before: &Customer, after: &Customer) -> Result<()> {
    ask(actor, &tasks::of_customer(before, after))?;
    let id = before.id;
    if before.draft != after.draft {
        customers::save(db, before, &after.draft, actor.now)?;
        if let Some(own) = contacts::own(db, &[id.0])?.first() {
            follow_email(db, actor, own.id, before.draft.email.as_ref(), after.draft.email.as_ref())?;
        }
        let changes = event::differences(&stored::customer(before), &stored::customer(after));
        record(db, actor, &Event::of_customer(EventTask::Edit, after, changes))?;
    }
    if before.enabled != after.enabled {
        customers::set_enabled(db, id, after.enabled, actor.now)?;
        if !after.enabled {
            let mailboxes = contacts::mailboxes(db, id)?;
            shut_out(db, &mailboxes)?;
        }
        let task = if after.enabled { EventTask::Enable } else { EventTask::Disable };
        record(db, actor, &Event::of_customer(task, after, vec![status(before.enabled, after.enabled)]))?;
    }
    Ok(())
}

/// The next number that nobody holds: `C-000042`.
fn next_number(db: &mut Db) -> Result<String> {
    loop {
        for number in customers::draw_numbers(db, 1)? {
            if customers::holder_of_number(db, &identity::key(&number))?.is_none() {
                return Ok(number);
            }
        }
    }
}

/// The error of a number that somebody holds.
pub(super) fn number_taken(db: &mut Db, number: &str) -> Result<Option<FieldError>> {
    let holder = customers::holder_of_number(db, &identity::key(number))?;
    Ok(holder.map(|holder| FieldError::taken("number", "Number", number, holder)))
}

/// The error of a CRM ID that another customer holds.
pub(super) fn crm_id_taken(db: &mut Db, crm_id: &str, but: Option<CustomerId>) -> Result<Option<FieldError>> {
    let holder = customers::holder_of_crm_id(db, crm_id, but)?;
    Ok(holder.map(|holder| FieldError::taken("crm_id", "CRM ID", crm_id, holder)))
}
