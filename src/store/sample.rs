//! Fills an empty database with sample data: through the same functions that a page uses, so that every rule holds for it.

use chrono::{Days, NaiveDate};

use super::{Actor, Result, contacts, customers, entitlements};
use crate::db::{Db, lock_whole};
use crate::domain::contact::{self, Contact, PersonName};
use crate::domain::customer::{self, Address, Who};
use crate::domain::places::{Country, Language};
use crate::domain::rules::Task;
use crate::domain::sample::{SampleAddress, SampleContact, SampleCustomer, SampleEntitlement};
use crate::domain::text::Email;
use crate::domain::{CustomerId, entitlement, sample};

/// Makes so many customers with their contacts and entitlements. Returns how many.
///
/// # Errors
/// [`Error::Refused`] unless the database is empty; the database's own.
pub fn fill(db: &mut Db, actor: Actor, count: usize) -> Result<usize> {
    lock_whole(db)?;
    actor.may(Task::LoadSample(i64::from(customers::any(db)?)))?;
    let mut made = 0;
    for sample in sample::customers(count) {
        add(db, actor, &sample)?;
        made += 1;
    }
    Ok(made)
}

fn add(db: &mut Db, actor: Actor, sample: &SampleCustomer) -> Result<()> {
    let id = customers::create(db, actor, "", &draft(sample), None)?.id;
    let people = people(db, actor, id, sample)?;
    for sample in &sample.entitlements {
        if let Some(draft) = order(actor.today, sample, &people) {
            entitlements::create(db, actor, id, &draft)?;
        }
    }
    if !sample.enabled {
        customers::disable(db, actor, id)?;
    }
    Ok(())
}

fn people(db: &mut Db, actor: Actor, id: CustomerId, sample: &SampleCustomer) -> Result<Vec<Contact>> {
    let mut people = Vec::new();
    for sample in &sample.contacts {
        let contact = contacts::create(db, actor, id, &person(sample))?;
        if !sample.enabled {
            contacts::disable(db, actor, contact.id)?;
        }
        people.push(contact);
    }
    Ok(people)
}

fn draft(sample: &SampleCustomer) -> customer::Draft {
    let who = if sample.company {
        Who::Company(sample.name.clone())
    } else {
        Who::Individual(PersonName { first: sample.first_name.clone(), middle: sample.middle_name.clone(), last: sample.last_name.clone() })
    };
    customer::Draft {
        who,
        email: Email::stored(&sample.email),
        language: Language::parse(sample.language),
        phone: sample.phone.clone(),
        fax: sample.fax.clone(),
        crm_id: sample.crm_id.clone(),
        ref_id: sample.ref_id.clone(),
        description: sample.description.clone(),
        billing: address(&sample.billing),
        shipping: sample.shipping.as_ref().map(address),
    }
}

fn address(sample: &SampleAddress) -> Address {
    Address {
        street: sample.street.clone(),
        city: sample.city.clone(),
        state: sample.state.clone(),
        postal_code: sample.postal_code.clone(),
        country: Country::parse(sample.country),
    }
}

fn person(sample: &SampleContact) -> contact::Draft {
    contact::Draft {
        name: PersonName { first: sample.first.clone(), middle: sample.middle.clone(), last: sample.last.clone() },
        email: Email::stored(&sample.email),
        language: Language::parse(sample.language),
        phone: sample.phone.clone(),
        ref_id: sample.ref_id.clone(),
    }
}

/// `None` for days that no calendar has.
fn order(today: NaiveDate, sample: &SampleEntitlement, people: &[Contact]) -> Option<entitlement::Draft> {
    Some(entitlement::Draft {
        contact: sample.contact_index.and_then(|index| people.get(index)).map(|contact| contact.id),
        product: sample.product.clone(),
        quantity: sample.quantity,
        starts_on: shifted(today, sample.starts_in_days)?,
        ends_on: sample.ends_in_days.and_then(|days| shifted(today, days)),
    })
}

fn shifted(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    if days < 0 { day.checked_sub_days(Days::new(days.unsigned_abs())) } else { day.checked_add_days(Days::new(days.unsigned_abs())) }
}
