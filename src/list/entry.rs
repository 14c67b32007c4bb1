//! What customers are found by, made from the records as they are now.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::gram::{Gram, grams};
use super::row::SortKey;
use super::text::Texts;
use super::token::tokens;
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers, entitlements, search_texts};
use crate::domain::customer::Kind;
use crate::domain::person::{NameColumns, full_name};
use crate::domain::places::Country;
use crate::domain::query::language::Field;
use crate::store::contacts::NAME_COLUMNS;
use crate::store::{Result, invitees};

/// What a customer is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the list by name.
    pub key: SortKey,
    pub enabled: bool,
    pub kind: String,
    pub created_at: NaiveDateTime,
    pub texts: Texts,
}

impl Entry {
    /// The stored entries of customers, in no order.
    pub fn load(db: &mut Db, ids: &[i64]) -> Result<Vec<Self>> {
        type Row = (SortKey, bool, String, NaiveDateTime, String, String);
        let columns = (
            (search_texts::sort_key, search_texts::customer_id),
            search_texts::enabled,
            search_texts::kind,
            search_texts::created_at,
            search_texts::text,
            search_texts::hidden,
        );
        let rows: Vec<Row> = search_texts::table.filter(search_texts::customer_id.eq_any(ids)).select(columns).load(db)?;
        let entry = |(key, enabled, kind, created_at, text, hidden)| Self { key, enabled, kind, created_at, texts: Texts { text, hidden } };
        Ok(rows.into_iter().map(entry).collect())
    }

    /// Its grams; one may come more than once.
    pub fn grams(&self) -> impl Iterator<Item = Gram> {
        let tokens = tokens(self.enabled, Kind::stored(&self.kind), self.created_at.date(), &self.texts);
        grams(&self.texts, tokens)
    }
}

/// The fields of a customer itself.
#[derive(Queryable, Selectable)]
#[diesel(table_name = customers)]
struct Head {
    id: i64,
    sort_key: Vec<u8>,
    enabled: bool,
    kind: String,
    created_at: NaiveDateTime,
    number: String,
    name: String,
    ref_id: String,
    crm_id: String,
    email: String,
    phone: String,
    description: String,
}

/// The entries of customers, in no order.
pub fn entries(db: &mut Db, ids: &[i64]) -> Result<Vec<Entry>> {
    let customers: Vec<Head> = customers::table.filter(customers::id.eq_any(ids)).select(Head::as_select()).load(db)?;
    let mut texts = texts_of(db, &customers)?;
    let entry = |Head { id, sort_key, enabled, kind, created_at, .. }| {
        Some(Entry { key: (sort_key, id), enabled, kind, created_at, texts: texts.remove(&id)? })
    };
    Ok(customers.into_iter().filter_map(entry).collect())
}

fn texts_of(db: &mut Db, customers: &[Head]) -> Result<HashMap<i64, Texts>> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.id).collect();
    let places: Vec<(i64, String, String, String, String, String)> = addresses::table
        .filter(addresses::customer_id.eq_any(&ids))
        .order((addresses::customer_id, addresses::purpose))
        .select((addresses::customer_id, addresses::street, addresses::city, addresses::state, addresses::postal_code, addresses::country))
        .load(db)?;
    // A telephone number is read as one of the country of the first address.
    let mut countries: HashMap<i64, Country> = HashMap::new();
    for (id, .., country) in &places {
        if let Some(country) = Country::parse(country) {
            countries.entry(*id).or_insert(country);
        }
    }
    let mut all = HashMap::new();
    for customer in customers {
        let texts: &mut Texts = all.entry(customer.id).or_default();
        texts.add(Field::Number, &customer.number);
        texts.add(Field::Name, &customer.name);
        texts.add(Field::Ref, &customer.ref_id);
        texts.add(Field::Crm, &customer.crm_id);
        texts.add(Field::Email, &customer.email);
        texts.add_phone(&customer.phone, countries.get(&customer.id).copied());
        texts.add(Field::Description, &customer.description);
    }
    for (id, street, city, state, postal_code, country) in &places {
        let texts = all.entry(*id).or_default();
        texts.add(Field::Street, street);
        texts.add(Field::City, city);
        texts.add(Field::State, state);
        texts.add_postal_code(postal_code);
        texts.add_country(country);
    }
    let people: Vec<(i64, bool, NameColumns, String, String)> = contacts::table
        .filter(contacts::customer_id.eq_any(&ids))
        .order((contacts::customer_id, contacts::id))
        .select((contacts::customer_id, contacts::own, NAME_COLUMNS, contacts::email, contacts::phone))
        .load(db)?;
    for (id, own, names, email, phone) in people {
        let texts = all.entry(id).or_default();
        // An individual's name is the customer's.
        if !own {
            texts.add(Field::Contact, &full_name(names));
        }
        texts.add(Field::Email, &email);
        texts.add_phone(&phone, countries.get(&id).copied());
    }
    for id in invitees::customers_with(db, &ids)? {
        all.entry(id).or_default().add_never_invited();
    }
    entitlements_of(db, &ids, &mut all)?;
    Ok(all)
}

/// Adds EIDs, products, and the days on which entitlements end, or were ended.
fn entitlements_of(db: &mut Db, ids: &[i64], all: &mut HashMap<i64, Texts>) -> Result<()> {
    type Row = (i64, String, String, Option<NaiveDate>, Option<NaiveDateTime>);
    let rows: Vec<Row> = entitlements::table
        .filter(entitlements::customer_id.eq_any(ids))
        .order((entitlements::customer_id, entitlements::id))
        .select((entitlements::customer_id, entitlements::eid, entitlements::product, entitlements::ends_on, entitlements::ended_at))
        .load(db)?;
    // Many have the same product, and end on the same day.
    let mut seen: HashSet<(i64, &str)> = HashSet::new();
    let mut ends: HashSet<(i64, Option<NaiveDate>)> = HashSet::new();
    for (id, eid, product, ends_on, ended_at) in &rows {
        let texts = all.entry(*id).or_default();
        texts.add(Field::Eid, eid);
        if seen.insert((*id, product)) {
            texts.add(Field::Product, product);
        }
        let end = [*ends_on, ended_at.map(|ended| ended.date())].into_iter().flatten().min();
        if ends.insert((*id, end)) {
            texts.add_end(end);
        }
    }
    Ok(())
}
