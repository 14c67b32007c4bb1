//! Why a search found a row, if the row itself does not show it: a contact, an entitlement, or another field of the customer.

use std::collections::HashMap;

use diesel::prelude::*;

use super::row::{ListRow, Via};
use super::text::fields;
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers, entitlements};
use crate::domain::person::{NameColumns, full_name};
use crate::domain::places::Country;
use crate::domain::query::language::Field;
use crate::domain::query::matching::FieldText;
use crate::domain::spelling::{Needle, Spellings, hits};
use crate::domain::{ContactId, CustomerId};
use crate::store::Result;
use crate::store::contacts::NAME_COLUMNS;

/// So many characters of a long text are shown before what was found in it, and so many in all.
const BEFORE: usize = 24;
const SHOWN: usize = 100;

/// Adds the second line to the rows that do not show all words themselves.
pub fn explain(db: &mut Db, words: &[Needle], rows: &mut [ListRow]) -> Result<()> {
    let missing: Vec<Missing<'_>> = rows.iter().filter_map(|row| Missing::of(row, words)).collect();
    let tables: [(&[Field], Load); 4] = [
        (&[Field::Contact, Field::Email, Field::Phone], contacts_of),
        (&[Field::Number, Field::Crm, Field::Email, Field::Phone, Field::Description], own_fields),
        (&[Field::Street, Field::City, Field::State, Field::Zip], places_of),
        (&[Field::Eid, Field::Product], entitlements_of),
    ];
    let mut candidates: HashMap<CustomerId, Vec<Via>> = HashMap::new();
    for (places, load) in tables {
        let is_there = |missing: &&Missing<'_>| missing.held_by.iter().any(|field| places.contains(field));
        let ids: Vec<i64> = missing.iter().filter(is_there).map(|missing| missing.customer.0).collect();
        let found = if ids.is_empty() { Found::new() } else { load(db, &ids)? };
        for (id, via) in found.into_iter().filter(|(_, via)| !via.text.is_empty()) {
            candidates.entry(CustomerId(id)).or_default().push(via);
        }
    }
    for row in rows {
        let words = missing.iter().find(|missing| missing.customer == row.id).map(|missing| missing.words.as_slice());
        if let (Some(words), Some(candidates)) = (words, candidates.remove(&row.id)) {
            row.via = best(words, candidates);
        }
    }
    Ok(())
}

/// What a row does not show itself.
struct Missing<'a> {
    customer: CustomerId,
    words: Vec<&'a Needle>,
    /// The fields that hold one of the words; they say which tables are worth reading.
    held_by: Vec<Field>,
}

impl<'a> Missing<'a> {
    /// `None` if the row shows all words.
    fn of(row: &ListRow, words: &'a [Needle]) -> Option<Self> {
        let fields: Vec<FieldText<'_>> = fields(&row.text).collect();
        let is_shown = |word: &&Needle| fields.iter().any(|field| matches!(field.field, Field::Name | Field::Ref) && field.holds(word));
        let words: Vec<&Needle> = words.iter().filter(|word| !is_shown(word)).collect();
        let held = fields.iter().filter(|field| words.iter().any(|word| field.holds(word)));
        let mut held_by: Vec<Field> = held.map(|field| field.field).collect();
        // What no field holds is the name of a country.
        if held_by.is_empty() {
            held_by.push(Field::City);
        }
        (!words.is_empty()).then_some(Self { customer: row.id, words, held_by })
    }
}

/// The candidate that holds the most words; of several the first.
fn best(words: &[&Needle], candidates: Vec<Via>) -> Option<Via> {
    let held = |via: &Via| {
        let text = Spellings::of(&via.text);
        words.iter().filter(|word| text.hold(word)).count()
    };
    let (mut most, mut best) = (0, None);
    for via in candidates {
        let count = held(&via);
        if count > most {
            (most, best) = (count, Some(via));
        }
        // There is none better, and to fold each takes a while.
        if most == words.len() {
            break;
        }
    }
    let mut best = best?;
    best.text = excerpt(&best.text, words);
    Some(best)
}

/// The part of a long text in which words were found.
fn excerpt(text: &str, words: &[&Needle]) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = line.chars().count();
    if length <= SHOWN {
        return line;
    }
    let hit = hits(&line, words.iter().copied()).first().map_or(0, |hit| line[..hit.start].chars().count());
    let skipped = hit.saturating_sub(BEFORE);
    let shown: String = line.chars().skip(skipped).take(SHOWN).collect();
    let dots = |is_cut: bool| if is_cut { "…" } else { "" };
    format!("{}{shown}{}", dots(skipped > 0), dots(length > skipped + SHOWN))
}

/// What a customer may have been found by, by the customer's id.
type Found = Vec<(i64, Via)>;
type Load = fn(&mut Db, &[i64]) -> Result<Found>;

fn contacts_of(db: &mut Db, ids: &[i64]) -> Result<Found> {
    let people: Vec<(i64, i64, NameColumns, String, String)> = contacts::table
        .filter(contacts::customer_id.eq_any(ids))
        .filter(contacts::own.eq(false))
        .order(contacts::id)
        .select((contacts::customer_id, contacts::id, NAME_COLUMNS, contacts::email, contacts::phone))
        .load(db)?;
    let lines = people.into_iter().flat_map(|(customer, id, names, email, phone)| {
        let name = full_name(names);
        let line = |text: &str| (customer, Via { label: "via", text: format!("{name}, {text}"), contact: Some(ContactId(id)) });
        std::iter::once(line(&email)).chain((!phone.is_empty()).then(|| line(&phone))).collect::<Vec<_>>()
    });
    Ok(lines.collect())
}

fn own_fields(db: &mut Db, ids: &[i64]) -> Result<Found> {
    type Fields = (i64, String, String, String, String, String);
    let fields: Vec<Fields> = customers::table
        .filter(customers::id.eq_any(ids))
        .select((customers::id, customers::number, customers::crm_id, customers::email, customers::phone, customers::description))
        .load(db)?;
    let own_emails: Vec<(i64, String)> = contacts::table
        .filter(contacts::customer_id.eq_any(ids))
        .filter(contacts::own.eq(true))
        .select((contacts::customer_id, contacts::email))
        .load(db)?;
    let fields = fields.into_iter().flat_map(|(id, number, crm_id, email, phone, description)| {
        [("Number", number), ("CRM ID", crm_id), ("E-mail", email), ("Phone", phone), ("Description", description)]
            .map(|(label, text)| line(id, label, text))
    });
    Ok(fields.chain(own_emails.into_iter().map(|(id, email)| line(id, "E-mail", email))).collect())
}

fn places_of(db: &mut Db, ids: &[i64]) -> Result<Found> {
    type Place = (i64, String, String, String, String, String);
    let places: Vec<Place> = addresses::table
        .filter(addresses::customer_id.eq_any(ids))
        .select((addresses::customer_id, addresses::street, addresses::city, addresses::state, addresses::postal_code, addresses::country))
        .load(db)?;
    let lines = |(id, street, city, state, postal_code, country): Place| {
        let country = Country::parse(&country).map_or("", Country::name).to_owned();
        [("Street", street), ("City", city), ("State", state), ("Postal code", postal_code), ("Country", country)]
            .map(|(label, text)| line(id, label, text))
    };
    Ok(places.into_iter().flat_map(lines).collect())
}

fn entitlements_of(db: &mut Db, ids: &[i64]) -> Result<Found> {
    /// Of customers with very many, the first ones are looked at.
    const MOST: i64 = 2_000;
    let rows: Vec<(i64, String, String)> = entitlements::table
        .filter(entitlements::customer_id.eq_any(ids))
        .order((entitlements::customer_id, entitlements::id))
        .limit(MOST)
        .select((entitlements::customer_id, entitlements::product, entitlements::eid))
        .load(db)?;
    Ok(rows.into_iter().map(|(id, product, eid)| line(id, "", format!("{product} · {eid}"))).collect())
}

fn line(id: i64, label: &'static str, text: String) -> (i64, Via) {
    (id, Via { label, text, contact: None })
}
