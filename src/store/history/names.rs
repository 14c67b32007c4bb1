//! Names of the records and of the people that a history speaks of.

use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{contacts, customers, entitlements, events};
use crate::domain::actor::{ActorKind, Principal};
use crate::domain::event::SubjectKind;
use crate::domain::history::{Line, Names, PastEvent};
use crate::domain::person::{NameColumns, full_name};
use crate::domain::rules::Role;
use crate::store::contacts::NAME_COLUMNS;
use crate::store::error::Result;
use crate::store::users;

/// So many events of a customer's contacts are looked at for the name of one that is gone.
const LOOKED_AT: i64 = 500;

/// What is known of the records that these lines name; of the customers only where they are named.
pub(super) fn of(db: &mut Db, lines: &[Line], with_customers: bool) -> Result<Names> {
    let events: Vec<&PastEvent> = lines.iter().filter_map(|line| if let Line::Event(event) = line { Some(event) } else { None }).collect();
    let mut names = Names::default();
    let subjects = |kind: SubjectKind| events.iter().filter(move |event| event.kind == Some(kind)).map(|event| event.subject);
    // The contacts that stand as values in a change, with the customer whose they are.
    let fields = ["contact", "default_contact"];
    let mentioned: HashSet<(i64, Option<i64>)> = events
        .iter()
        .flat_map(|event| event.changes.iter().map(move |change| (event, change)))
        .filter(|(_, change)| fields.contains(&change.field.as_str()))
        .flat_map(|(event, change)| [&change.old, &change.new].map(|value| (event, value)))
        .filter_map(|(event, value)| Some((value.as_ref()?.parse().ok()?, event.customer.map(|customer| customer.0))))
        .collect();
    let ids: BTreeSet<i64> = subjects(SubjectKind::Contact).chain(mentioned.iter().map(|(id, _)| *id)).collect();
    if !ids.is_empty() {
        let rows: Vec<(i64, NameColumns)> =
            contacts::table.filter(contacts::id.eq_any(ids)).select((contacts::id, NAME_COLUMNS)).load(db)?;
        names.present.extend(rows.iter().map(|(id, _)| (SubjectKind::Contact, *id)));
        names.contacts.extend(rows.into_iter().map(|(id, name)| (id, full_name(name))));
    }
    let ids: BTreeSet<i64> = subjects(SubjectKind::Entitlement).collect();
    if !ids.is_empty() {
        let rows: Vec<i64> = entitlements::table.filter(entitlements::id.eq_any(ids)).select(entitlements::id).load(db)?;
        names.present.extend(rows.into_iter().map(|id| (SubjectKind::Entitlement, id)));
    }
    let gone: Vec<(i64, i64)> = mentioned
        .iter()
        .filter(|(id, _)| !names.contacts.contains_key(id))
        .filter_map(|(id, customer)| Some((*id, (*customer)?)))
        .collect();
    name_gone_contacts(db, &gone, &mut names)?;
    if with_customers {
        name_customers(db, &events, &mut names)?;
    }
    Ok(names)
}

/// The names of contacts that are gone, from the newest events of their customer.
fn name_gone_contacts(db: &mut Db, gone: &[(i64, i64)], names: &mut Names) -> Result<()> {
    let of: BTreeSet<i64> = gone.iter().map(|(_, customer)| *customer).collect();
    for customer in of {
        let rows: Vec<(i64, String)> = events::table
            .filter(events::customer_id.eq(customer))
            .filter(events::subject_kind.eq(SubjectKind::Contact.word()))
            .filter(events::batch_id.is_null())
            .order((events::at.desc(), events::id.desc()))
            .limit(LOOKED_AT)
            .select((events::subject_id, events::subject_name))
            .load(db)?;
        for (id, name) in rows {
            if gone.contains(&(id, customer)) {
                names.contacts.entry(id).or_insert(name);
            }
        }
    }
    Ok(())
}

fn name_customers(db: &mut Db, events: &[&PastEvent], names: &mut Names) -> Result<()> {
    let ids: BTreeSet<i64> = events.iter().filter_map(|event| event.customer).map(|customer| customer.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows: Vec<(i64, String)> = customers::table.filter(customers::id.eq_any(&ids)).select((customers::id, customers::name)).load(db)?;
    names.customers.extend(rows);
    for id in ids {
        if names.customers.contains_key(&id) {
            continue;
        }
        // The newest event of a customer that is gone is its deletion.
        let newest = events::table.filter(events::customer_id.eq(id)).order(events::id.desc());
        let name: Option<(String, String)> = newest.select((events::subject_kind, events::subject_name)).first(db).optional()?;
        names.customers.extend(name.filter(|(kind, _)| kind == SubjectKind::Customer.word()).map(|(_, name)| (id, name)));
    }
    Ok(())
}

/// Who can have done something: the users by name, and the programs.
pub fn people(db: &mut Db) -> Result<Vec<(ActorKind, String)>> {
    let users = users::all(db)?.into_iter().map(|user| (ActorKind::User(user.id), user.name));
    let programs = [Principal::local(Role::Viewer), Principal::command_line()].map(|program| (program.kind, program.name.to_string()));
    Ok(users.chain(programs).collect())
}
