//! Fills an empty database with sample data.

pub mod generate;

use chrono::{Days, NaiveDate, TimeDelta};

use self::generate::{SampleAddress, SampleContact, SampleCustomer, SampleEntitlement};
use crate::db::{Db, lock_empty_database};
use crate::domain::actor::Actor;
use crate::domain::contact::{self, PersonName};
use crate::domain::customer::{self, Address, Who};
use crate::domain::entitlement;
use crate::domain::places::{Country, Language};
use crate::domain::rules::Task;
use crate::domain::text::Email;
use crate::list;
use crate::store::contacts::Standing;
use crate::store::{Result, contacts, customers, entitlements};

/// Makes so many customers with their contacts and entitlements. Returns how many.
///
/// # Errors
/// [`Error::Refused`] unless the database is empty; the database's own.
pub fn fill(db: &mut Db, actor: Actor, count: usize) -> Result<usize> {
    lock_empty_database(db)?;
    actor.may(Task::LoadSample(i64::from(customers::any(db)?)))?;
    let mut made = 0;
    for sample in generate::customers(count) {
        // The first is the oldest, as ids say too.
        let age = HISTORY * i32::try_from(count - made).unwrap_or(i32::MAX) / i32::try_from(count).unwrap_or(i32::MAX);
        add(db, Actor { now: actor.now - age, ..actor }, &sample)?;
        made += 1;
    }
    list::fill::within(db)?;
    Ok(made)
}

/// Over which time the samples came into being.
const HISTORY: TimeDelta = TimeDelta::days(700);

/// One customer with all that it has. The checks of single tasks are left out, as the samples are made to pass them (a test holds
/// them to that), and each would be a round trip; the database's own constraints hold.
fn add(db: &mut Db, actor: Actor, sample: &SampleCustomer) -> Result<()> {
    let number = customers::next_number(db)?;
    let id = customers::insert(db, actor, &number, &draft(sample), sample.enabled)?;
    let mut people = Vec::new();
    let default = sample.contacts.iter().position(|contact| contact.enabled);
    for (index, contact) in sample.contacts.iter().enumerate() {
        let standing = Standing { enabled: contact.enabled, default: default == Some(index) };
        people.push(contacts::insert(db, actor, id, &person(contact), standing)?);
    }
    if !sample.company {
        people.extend(contacts::own(db, &[id.0])?.pop().map(|own| own.id));
    }
    for entitlement in &sample.entitlements {
        let contact = entitlement.contact_index.or((!sample.company).then_some(0)).and_then(|index| people.get(index)).copied();
        if let Some(order) = order(actor.today, entitlement) {
            entitlements::insert(db, actor, id, contact, &order)?;
        }
    }
    Ok(())
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
fn order(today: NaiveDate, sample: &SampleEntitlement) -> Option<entitlement::Draft> {
    Some(entitlement::Draft {
        contact: None,
        product: sample.product.clone(),
        quantity: sample.quantity,
        starts_on: shifted(today, sample.starts_in_days)?,
        ends_on: sample.ends_in_days.and_then(|days| shifted(today, days)),
    })
}

fn shifted(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    if days < 0 { day.checked_sub_days(Days::new(days.unsigned_abs())) } else { day.checked_add_days(Days::new(days.unsigned_abs())) }
}
