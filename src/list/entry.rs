//! What the list and its index hold of a customer, made from the records as they are now.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::candidate::kind_of;
use super::plan::token::{Token, tokens};
use super::plan::trigrams::{fts_text, trgm_text};
use super::text::{Texts, countries};
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers, entitlements};
use crate::domain::contact::PersonName;
use crate::domain::query::language::Field;
use crate::store::Result;
use crate::store::contacts::Names;

/// Where a customer belongs in the order of names: its collation key and its id.
pub type SortKey = (Vec<u8>, i64);

/// A customer as the list and its index hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: SortKey,
    pub enabled: bool,
    pub kind: String,
    pub name: String,
    pub ref_id: String,
    pub texts: Texts,
    /// The text of which the engine's index holds the trigrams.
    pub indexed: String,
}

impl Entry {
    /// The customer's id.
    pub fn id(&self) -> i64 {
        self.key.1
    }
}

/// How an engine's index spells texts and tokens.
pub type Spelling = fn(&Texts, &[Token]) -> String;

/// The text of which an index holds the trigrams.
pub fn indexed(spelling: Spelling, enabled: bool, kind: &str, created_at: NaiveDateTime, texts: &Texts) -> String {
    spelling(texts, &tokens(enabled, kind_of(kind), created_at.date(), &texts.text, countries(&texts.hidden)))
}

#[derive(Queryable)]
struct Head {
    id: i64,
    sort_key: Vec<u8>,
    enabled: bool,
    kind: String,
    number: String,
    name: String,
    ref_id: String,
    crm_id: String,
    email: String,
    phone: String,
    created_at: NaiveDateTime,
}

/// The entries of customers, in the order of names.
pub fn entries(db: &mut Db, ids: &[i64]) -> Result<Vec<Entry>> {
    let heads: Vec<Head> = customers::table
        .filter(customers::id.eq_any(ids))
        .order(customers::id)
        .select((
            customers::id,
            customers::sort_key,
            customers::enabled,
            customers::kind,
            customers::number,
            customers::name,
            customers::ref_id,
            customers::crm_id,
            customers::email,
            customers::phone,
            customers::created_at,
        ))
        .load(db)?;
    let mut texts = texts_of(db, &heads)?;
    let spelling: Spelling = match db {
        Db::Sqlite(_) => fts_text,
        Db::Postgres(_) => trgm_text,
    };
    let entry = |head: Head| {
        let texts = texts.remove(&head.id)?;
        let indexed = indexed(spelling, head.enabled, &head.kind, head.created_at, &texts);
        let Head { id, sort_key, enabled, kind, name, ref_id, .. } = head;
        Some(Entry { key: (sort_key, id), enabled, kind, name, ref_id, texts, indexed })
    };
    let mut entries: Vec<Entry> = heads.into_iter().filter_map(entry).collect();
    entries.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(entries)
}

fn texts_of(db: &mut Db, heads: &[Head]) -> Result<HashMap<i64, Texts>> {
    let ids: Vec<i64> = heads.iter().map(|head| head.id).collect();
    let mut all = HashMap::new();
    for head in heads {
        let texts: &mut Texts = all.entry(head.id).or_default();
        texts.add(Field::Number, &head.number);
        texts.add(Field::Name, &head.name);
        texts.add(Field::Ref, &head.ref_id);
        texts.add(Field::Crm, &head.crm_id);
        texts.add(Field::Email, &head.email);
        texts.add_phone(&head.phone);
    }
    let places: Vec<(i64, String, String, String)> = addresses::table
        .filter(addresses::customer_id.eq_any(&ids))
        .order((addresses::customer_id, addresses::purpose))
        .select((addresses::customer_id, addresses::city, addresses::postal_code, addresses::country))
        .load(db)?;
    for (id, city, postal_code, country) in &places {
        let texts = all.entry(*id).or_default();
        texts.add(Field::City, city);
        texts.add(Field::Zip, postal_code);
        texts.add_country(country);
    }
    let names = (contacts::first_name, contacts::middle_name, contacts::last_name);
    let people: Vec<(i64, bool, Names, String, String)> = contacts::table
        .filter(contacts::customer_id.eq_any(&ids))
        .order((contacts::customer_id, contacts::id))
        .select((contacts::customer_id, contacts::own, names, contacts::email, contacts::phone))
        .load(db)?;
    for (id, own, names, email, phone) in people {
        let texts = all.entry(id).or_default();
        // An individual's name is the customer's.
        if !own {
            texts.add(Field::Contact, &PersonName::from(names).full());
        }
        texts.add(Field::Email, &email);
        texts.add_phone(&phone);
    }
    let eids: Vec<(i64, String)> = entitlements::table
        .filter(entitlements::customer_id.eq_any(&ids))
        .order((entitlements::customer_id, entitlements::id))
        .select((entitlements::customer_id, entitlements::eid))
        .load(db)?;
    for (id, eid) in &eids {
        all.entry(*id).or_default().add(Field::Eid, eid);
    }
    Ok(all)
}
