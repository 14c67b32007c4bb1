//! The folded text that a search looks into: all that a customer is found by, one field after the other.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{addresses, contacts, customer_search, customers};
use crate::domain::{CustomerId, fold};
use crate::store::Result;

/// Stands between fields, so that no hit reaches from one into the next; cleaned text never holds it.
const SEPARATOR: char = '\u{1f}';

/// Writes the text of a customer anew, from the customer, its addresses and its contacts as they are now.
///
/// # Errors
/// The database's own.
pub fn reindex(db: &mut Db, id: CustomerId) -> Result<()> {
    let text = text_of(db, id)?;
    let updated = diesel::update(customer_search::table.find(id.0)).set(customer_search::text.eq(&text)).execute(db)?;
    if updated == 0 {
        diesel::insert_into(customer_search::table)
            .values((customer_search::customer_id.eq(id.0), customer_search::text.eq(&text)))
            .execute(db)?;
    }
    Ok(())
}

fn text_of(db: &mut Db, id: CustomerId) -> Result<String> {
    let mut text = String::new();
    let (number, name, ref_id, crm_id, email, phone): (String, String, String, String, String, String) = customers::table
        .find(id.0)
        .select((customers::number, customers::name, customers::ref_id, customers::crm_id, customers::email, customers::phone))
        .first(db)?;
    for field in [&number, &name, &ref_id, &crm_id, &email] {
        add(&mut text, field);
    }
    add_phone(&mut text, &phone);
    let places: Vec<(String, String)> =
        addresses::table.filter(addresses::customer_id.eq(id.0)).select((addresses::city, addresses::postal_code)).load(db)?;
    for (city, postal_code) in &places {
        add(&mut text, city);
        add(&mut text, postal_code);
    }
    let people: Vec<(String, String, String, String, String)> = contacts::table
        .filter(contacts::customer_id.eq(id.0))
        .order(contacts::id)
        .select((contacts::first_name, contacts::middle_name, contacts::last_name, contacts::email, contacts::phone))
        .load(db)?;
    for (first, middle, last, email, phone) in people {
        add(&mut text, &crate::domain::contact::PersonName { first, middle, last }.full());
        add(&mut text, &email);
        add_phone(&mut text, &phone);
    }
    Ok(text)
}

fn add(text: &mut String, field: &str) {
    if !field.is_empty() {
        text.push_str(&fold::fold(field));
        text.push(SEPARATOR);
    }
}

/// A telephone number is found as it is written and by its digits alone.
fn add_phone(text: &mut String, phone: &str) {
    add(text, phone);
    add(text, &fold::all_digits(phone));
}

/// The digits of a word that looks like a telephone number, where they differ from the word.
pub fn digits_of(word: &str) -> Option<String> {
    fold::digits(word).filter(|digits| digits != word)
}

/// A needle as a pattern of `LIKE`, anywhere in the text, with the pattern's own signs made plain.
pub fn pattern(needle: &str) -> String {
    let mut pattern = String::with_capacity(needle.len() + 4);
    pattern.push('%');
    for sign in needle.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}
