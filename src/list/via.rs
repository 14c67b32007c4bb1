//! Why a search found a row, if the row itself does not show it: a contact, or another field of the customer.

use std::collections::HashMap;

use diesel::prelude::*;

use super::row::{ListRow, Via};
use super::text::fields;
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers};
use crate::domain::person::{NameColumns, full_name};
use crate::domain::query::language::Field;
use crate::domain::{ContactId, CustomerId, fold, needle};
use crate::store::Result;
use crate::store::contacts::NAME_COLUMNS;

/// Adds the second line to the rows that do not show all words themselves.
pub fn explain(db: &mut Db, words: &[String], rows: &mut [ListRow]) -> Result<()> {
    let missing = |row: &ListRow| {
        let (name, ref_id) = (fold::fold(&row.name), fold::fold(&row.ref_id));
        words.iter().filter(|word| !needle::holds(&name, word) && !needle::holds(&ref_id, word)).collect::<Vec<_>>()
    };
    let missing: HashMap<CustomerId, Vec<&String>> =
        rows.iter().map(|row| (row.id, missing(row))).filter(|(_, words)| !words.is_empty()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    // The rows' texts say which tables are worth reading.
    let found_in = |places: &[Field]| -> Vec<i64> {
        let is_found = |row: &&ListRow| {
            let words = missing.get(&row.id).map_or(&[][..], Vec::as_slice);
            fields(&row.text).any(|(field, text)| places.contains(&field) && words.iter().any(|word| holds(field, text, word)))
        };
        rows.iter().filter(is_found).map(|row| row.id.0).collect()
    };
    let tables: [(&[Field], Load); 3] = [
        (&[Field::Contact, Field::Email, Field::Phone], contacts_of),
        (&[Field::Number, Field::Crm, Field::Email, Field::Phone], own_fields),
        (&[Field::City, Field::Zip], places_of),
    ];
    let mut candidates: HashMap<CustomerId, Vec<Via>> = HashMap::new();
    for (places, load) in tables {
        let ids = found_in(places);
        let found = if ids.is_empty() { Found::new() } else { load(db, &ids)? };
        for (id, via) in found.into_iter().filter(|(_, via)| !via.text.is_empty()) {
            candidates.entry(CustomerId(id)).or_default().push(via);
        }
    }
    for row in rows {
        if let (Some(words), Some(candidates)) = (missing.get(&row.id), candidates.remove(&row.id)) {
            row.via = best(words, candidates);
        }
    }
    Ok(())
}

/// Whether a field's folded text holds a word, or its digits if both are telephone numbers.
fn holds(field: Field, text: &str, word: &str) -> bool {
    needle::holds(text, word) || (field == Field::Phone && digits_of(word).is_some_and(|digits| needle::holds(text, &digits)))
}

/// The digits of a word that looks like a telephone number, if they differ from the word.
fn digits_of(word: &str) -> Option<String> {
    fold::digits(word).filter(|digits| digits != word)
}

/// The candidate that holds the most words; of several the first.
fn best(words: &[&String], candidates: Vec<Via>) -> Option<Via> {
    let held = |via: &Via| {
        let (text, digits) = (fold::fold(&via.text), fold::all_digits(&via.text));
        words.iter().filter(|word| needle::holds(&text, word) || digits_of(word).is_some_and(|word| needle::holds(&digits, &word))).count()
    };
    let counted = candidates.into_iter().map(|via| (held(&via), via)).filter(|(count, _)| *count > 0);
    counted.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, via)| via)
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
    let fields: Vec<(i64, String, String, String, String)> = customers::table
        .filter(customers::id.eq_any(ids))
        .select((customers::id, customers::number, customers::crm_id, customers::email, customers::phone))
        .load(db)?;
    let own_emails: Vec<(i64, String)> = contacts::table
        .filter(contacts::customer_id.eq_any(ids))
        .filter(contacts::own.eq(true))
        .select((contacts::customer_id, contacts::email))
        .load(db)?;
    let fields = fields.into_iter().flat_map(|(id, number, crm_id, email, phone)| {
        [("Number", number), ("CRM ID", crm_id), ("E-mail", email), ("Phone", phone)].map(|(label, text)| line(id, label, text))
    });
    Ok(fields.chain(own_emails.into_iter().map(|(id, email)| line(id, "E-mail", email))).collect())
}

fn places_of(db: &mut Db, ids: &[i64]) -> Result<Found> {
    let places: Vec<(i64, String, String)> = addresses::table
        .filter(addresses::customer_id.eq_any(ids))
        .select((addresses::customer_id, addresses::city, addresses::postal_code))
        .load(db)?;
    let lines = |(id, city, postal_code)| [line(id, "City", city), line(id, "Postal code", postal_code)];
    Ok(places.into_iter().flat_map(lines).collect())
}

fn line(id: i64, label: &'static str, text: String) -> (i64, Via) {
    (id, Via { label, text, contact: None })
}
