//! Sample data for an empty database: [`generate`] invents them, this loads them as one batch.

pub mod generate;

use chrono::{Days, NaiveDate, TimeDelta};

use self::generate::{SampleAddress, SampleContact, SampleCustomer, SampleEntitlement};
use crate::changes::bulk;
use crate::db::{Db, lock_empty_database};
use crate::domain::actor::Actor;
use crate::domain::contact;
use crate::domain::customer::{self, Address, Who};
use crate::domain::event::BatchKind;
use crate::domain::person::PersonName;
use crate::domain::places::{Country, Language};
use crate::domain::rules::Task;
use crate::domain::text::Email;
use crate::domain::{CustomerId, entitlement};
use crate::list;
use crate::store::contacts::NewContact;
use crate::store::customers::NewCustomer;
use crate::store::entitlements::NewEntitlement;
use crate::store::{Result, contacts, customers, new_eid};

/// Over which time the samples seem to have been created.
const HISTORY: TimeDelta = TimeDelta::days(700);
/// Customers that are created at a time.
const PORTION: usize = 500;

/// Creates so many customers with their contacts and entitlements. Returns how many.
///
/// # Errors
/// [`crate::store::Error::Refused`] unless the database is empty.
pub fn load(db: &mut Db, actor: &Actor, count: usize) -> Result<usize> {
    lock_empty_database(db)?;
    actor.may(Task::LoadSample(i64::from(customers::any(db)?)))?;
    let actor = &actor.within(bulk::begin(db, actor, BatchKind::Sample)?);
    let samples = generate::customers(count);
    let mut created = 0;
    for portion in samples.collect::<Vec<_>>().chunks(PORTION) {
        // The first is the oldest, as ids say too.
        let ages = (created..).map(|index| HISTORY * signed(count - index) / signed(count));
        add(db, actor, &portion.iter().zip(ages).collect::<Vec<_>>())?;
        created += portion.len();
    }
    list::fill::within(db)?;
    Ok(created)
}

/// Customers with all that they have. The checks of single tasks are left out, as the samples are made to pass them (a test holds
/// them to that), and each would be a round trip; the database's own constraints hold.
fn add(db: &mut Db, actor: &Actor, samples: &[(&SampleCustomer, TimeDelta)]) -> Result<()> {
    let mut numbers = customers::draw_numbers(db, signed(samples.len()).into())?;
    let drafts: Vec<customer::Draft> = samples.iter().map(|(sample, _)| draft(sample)).collect();
    let new: Vec<NewCustomer<'_>> = samples
        .iter()
        .zip(&drafts)
        .map(|((sample, age), draft)| NewCustomer {
            number: numbers.next().unwrap_or_default(),
            enabled: sample.enabled,
            draft,
            created_at: actor.now - *age,
            batch: actor.batch,
        })
        .collect();
    let ids = bulk::create_customers(db, actor, &new)?;
    add_belongings(db, actor, &ids.into_iter().zip(samples.iter().copied()).collect::<Vec<_>>())
}

type Placed<'a> = (CustomerId, (&'a SampleCustomer, TimeDelta));

fn add_belongings(db: &mut Db, actor: &Actor, customers: &[Placed<'_>]) -> Result<()> {
    let people: Vec<(usize, contact::Draft, bool, bool)> = customers
        .iter()
        .enumerate()
        .flat_map(|(place, (_, (sample, _)))| {
            let default = sample.contacts.iter().position(|contact| contact.enabled);
            sample
                .contacts
                .iter()
                .enumerate()
                .map(move |(index, contact)| (place, person(contact), contact.enabled, default == Some(index)))
        })
        .collect();
    let new: Vec<NewContact<'_>> = people
        .iter()
        .map(|(place, draft, enabled, default)| NewContact {
            customer: customers[*place].0,
            own: false,
            enabled: *enabled,
            default: *default,
            draft,
            created_at: actor.now - customers[*place].1.1,
            batch: actor.batch,
        })
        .collect();
    let mut contact_ids = bulk::create_contacts(db, actor, &new, |_| None)?.into_iter();
    let own = contacts::own(db, &customers.iter().map(|(id, _)| id.0).collect::<Vec<_>>())?;
    let mut ordered = Vec::new();
    for (id, (sample, age)) in customers {
        let mut people: Vec<_> = contact_ids.by_ref().take(sample.contacts.len()).collect();
        people.extend(own.iter().find(|own| own.customer == *id).map(|own| own.id));
        for entitlement in &sample.entitlements {
            let index = entitlement.contact_index.or((!sample.company).then_some(0));
            let contact = index.and_then(|index| people.get(index)).copied();
            ordered.extend(order(actor.today, entitlement).map(|draft| (*id, contact, draft, new_eid(), *age)));
        }
    }
    let new: Vec<NewEntitlement<'_>> = ordered
        .iter()
        .map(|(customer, contact, draft, eid, age)| NewEntitlement {
            eid,
            customer: *customer,
            contact: *contact,
            draft,
            ended_at: None,
            created_at: actor.now - *age,
            batch: actor.batch,
            renews: None,
            today: actor.today,
        })
        .collect();
    bulk::create_entitlements(db, &new)
}

fn signed(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
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
        reach: contact::Reach::Own,
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
