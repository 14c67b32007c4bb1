//! Why a row was found, where the row itself does not show it: a contact, or another field of the customer.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Row;
use super::text::{digits_of, fields};
use crate::db::Db;
use crate::db::schema::{addresses, contacts, customers};
use crate::domain::contact::PersonName;
use crate::domain::query::language::Field;
use crate::domain::{ContactId, CustomerId, fold, needle};
use crate::store::Result;

/// The second line of a row.
#[derive(Debug, Clone)]
pub struct Via {
    /// `via` for a contact, else the field's name.
    pub label: &'static str,
    /// What holds the hit.
    pub text: String,
    /// The contact it leads to.
    pub contact: Option<ContactId>,
}

/// Adds the second line to the rows that do not show all words themselves. Their texts say which tables to look into.
pub fn explain(db: &mut Db, words: &[String], rows: &mut [Row]) -> Result<()> {
    let mut missing: HashMap<CustomerId, Vec<&String>> = HashMap::new();
    let mut wanted = Wanted::default();
    for row in rows.iter() {
        let words: Vec<&String> = words.iter().filter(|word| !shows(row, word)).collect();
        if !words.is_empty() {
            wanted.add(row, &words);
            missing.insert(row.id, words);
        }
    }
    let mut candidates = contacts_of(db, &wanted.people)?;
    for (id, more) in fields_of(db, &wanted)? {
        candidates.entry(id).or_default().extend(more);
    }
    for row in rows {
        let (Some(words), Some(candidates)) = (missing.get(&row.id), candidates.remove(&row.id)) else { continue };
        row.via = best(words, candidates);
    }
    Ok(())
}

/// Customers whose hits are in these tables.
#[derive(Default)]
struct Wanted {
    people: Vec<i64>,
    own: Vec<i64>,
    places: Vec<i64>,
}

impl Wanted {
    fn add(&mut self, row: &Row, words: &[&String]) {
        let holds = |field, text: &str, word: &str| {
            needle::holds(text, word) || (field == Field::Phone && digits_of(word).is_some_and(|digits| needle::holds(text, &digits)))
        };
        let held: Vec<Field> =
            fields(&row.text).filter(|(field, text)| words.iter().any(|word| holds(*field, text, word))).map(|(field, _)| field).collect();
        let any = |fields: &[Field]| held.iter().any(|field| fields.contains(field));
        if any(&[Field::Contact, Field::Email, Field::Phone]) {
            self.people.push(row.id.0);
        }
        if any(&[Field::Number, Field::Crm, Field::Email, Field::Phone]) {
            self.own.push(row.id.0);
        }
        if any(&[Field::City, Field::Zip]) {
            self.places.push(row.id.0);
        }
    }
}

fn shows(row: &Row, word: &str) -> bool {
    needle::holds(&fold::fold(&row.name), word) || needle::holds(&fold::fold(&row.ref_id), word)
}

/// The candidate that holds the most of the words; of equals the first.
fn best(words: &[&String], candidates: Vec<Via>) -> Option<Via> {
    let held = |via: &Via| {
        let text = fold::fold(&via.text);
        let digits = fold::all_digits(&via.text);
        words.iter().filter(|word| needle::holds(&text, word) || digits_of(word).is_some_and(|word| needle::holds(&digits, &word))).count()
    };
    let mut best = None;
    for via in candidates {
        let count = held(&via);
        if count > best.as_ref().map_or(0, |(most, _)| *most) {
            best = Some((count, via));
        }
    }
    best.map(|(_, via)| via)
}

type Candidates = HashMap<CustomerId, Vec<Via>>;

fn contacts_of(db: &mut Db, ids: &[i64]) -> Result<Candidates> {
    if ids.is_empty() {
        return Ok(Candidates::new());
    }
    let people = contacts::table
        .filter(contacts::customer_id.eq_any(ids))
        .filter(contacts::own.eq(false))
        .order(contacts::id)
        .select((
            contacts::customer_id,
            contacts::id,
            (contacts::first_name, contacts::middle_name, contacts::last_name),
            contacts::email,
            contacts::phone,
        ))
        .load::<(i64, i64, (String, String, String), String, String)>(db)?;
    let mut found = Candidates::new();
    for (customer, id, names, email, phone) in people {
        let name = PersonName::from(names).full();
        let vias = found.entry(CustomerId(customer)).or_default();
        vias.push(Via { label: "via", text: format!("{name}, {email}"), contact: Some(ContactId(id)) });
        if !phone.is_empty() {
            vias.push(Via { label: "via", text: format!("{name}, {phone}"), contact: Some(ContactId(id)) });
        }
    }
    Ok(found)
}

fn fields_of(db: &mut Db, wanted: &Wanted) -> Result<Candidates> {
    let mut found = Candidates::new();
    if !wanted.own.is_empty() {
        let fields: Vec<(i64, String, String, String, String)> = customers::table
            .filter(customers::id.eq_any(&wanted.own))
            .select((customers::id, customers::number, customers::crm_id, customers::email, customers::phone))
            .load(db)?;
        for (id, number, crm_id, email, phone) in fields {
            let labelled = [("Number", number), ("CRM ID", crm_id), ("E-mail", email), ("Phone", phone)];
            found.entry(CustomerId(id)).or_default().extend(vias(labelled));
        }
        let own: Vec<(i64, String)> = contacts::table
            .filter(contacts::customer_id.eq_any(&wanted.own))
            .filter(contacts::own.eq(true))
            .select((contacts::customer_id, contacts::email))
            .load(db)?;
        for (id, email) in own {
            found.entry(CustomerId(id)).or_default().extend(vias([("E-mail", email)]));
        }
    }
    if !wanted.places.is_empty() {
        let places: Vec<(i64, String, String)> = addresses::table
            .filter(addresses::customer_id.eq_any(&wanted.places))
            .select((addresses::customer_id, addresses::city, addresses::postal_code))
            .load(db)?;
        for (id, city, postal_code) in places {
            found.entry(CustomerId(id)).or_default().extend(vias([("City", city), ("Postal code", postal_code)]));
        }
    }
    Ok(found)
}

fn vias<const N: usize>(labelled: [(&'static str, String); N]) -> impl Iterator<Item = Via> {
    labelled.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| Via { label, text, contact: None })
}
