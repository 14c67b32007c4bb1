//! What the list and its index hold of a customer, made from the records as they are now.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::plan::token::{Token, tokens};
use super::plan::trigrams::{fts_text, trgm_text};
use super::row::SortKey;
use super::text::Texts;
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers, entitlements};
use crate::domain::customer::Kind;
use crate::domain::person::{NameColumns, full_name};
use crate::domain::places::Country;
use crate::domain::query::language::Field;
use crate::store::contacts::NAME_COLUMNS;
use crate::store::{Result, invitees};

/// A customer as the list and its index hold it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub customer: Head,
    pub texts: Texts,
    /// The text of which the engine's index holds the trigrams.
    pub indexed: String,
}

/// The fields of a customer that are listed or searched.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = customers)]
pub struct Head {
    /// Where the customer belongs in the order of names: its collation key and its id.
    #[diesel(select_expression = (customers::sort_key, customers::id))]
    pub key: SortKey,
    pub enabled: bool,
    pub kind: String,
    pub number: String,
    pub name: String,
    pub ref_id: String,
    pub crm_id: String,
    pub email: String,
    pub phone: String,
    pub description: String,
    pub created_at: NaiveDateTime,
}

/// How an engine's index spells texts and tokens.
pub type Spelling = fn(&Texts, &[Token]) -> String;

/// The text of which an index holds the trigrams.
pub fn indexed(spelling: Spelling, enabled: bool, kind: &str, created_at: NaiveDateTime, texts: &Texts) -> String {
    spelling(texts, &tokens(enabled, Kind::stored(kind), created_at.date(), texts))
}

/// The entries of customers, in the order of names.
pub fn entries(db: &mut Db, ids: &[i64]) -> Result<Vec<Entry>> {
    let mut customers: Vec<Head> = customers::table.filter(customers::id.eq_any(ids)).select(Head::as_select()).load(db)?;
    customers.sort_by(|one, other| one.key.cmp(&other.key));
    let mut texts = texts_of(db, &customers)?;
    let spelling: Spelling = match db {
        Db::Sqlite(_) => fts_text,
        Db::Postgres(_) => trgm_text,
    };
    let entry = |customer: Head| {
        let texts = texts.remove(&customer.key.1)?;
        let indexed = indexed(spelling, customer.enabled, &customer.kind, customer.created_at, &texts);
        Some(Entry { customer, texts, indexed })
    };
    Ok(customers.into_iter().filter_map(entry).collect())
}

fn texts_of(db: &mut Db, customers: &[Head]) -> Result<HashMap<i64, Texts>> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.key.1).collect();
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
        let texts: &mut Texts = all.entry(customer.key.1).or_default();
        texts.add(Field::Number, &customer.number);
        texts.add(Field::Name, &customer.name);
        texts.add(Field::Ref, &customer.ref_id);
        texts.add(Field::Crm, &customer.crm_id);
        texts.add(Field::Email, &customer.email);
        texts.add_phone(&customer.phone, countries.get(&customer.key.1).copied());
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
