//! The folded text that a search looks into: all that a customer is found by, one field after the other.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{addresses, contacts, entitlements};
use crate::domain::contact::PersonName;
use crate::domain::fold;
use crate::domain::places::Country;
use crate::domain::query::language::Field;
use crate::store::Result;

/// Ends a field, so that no hit reaches from one into the next; cleaned text never holds it.
pub const SEPARATOR: char = '\u{1f}';

/// Each field begins with a sign of its own, which cleaned text never holds either.
const TAGS: [(Field, char); 10] = [
    (Field::Number, '\u{1}'),
    (Field::Name, '\u{2}'),
    (Field::Ref, '\u{3}'),
    (Field::Crm, '\u{4}'),
    (Field::Email, '\u{5}'),
    (Field::Phone, '\u{6}'),
    (Field::Contact, '\u{7}'),
    (Field::City, '\u{8}'),
    (Field::Zip, '\u{e}'),
    (Field::Eid, '\u{f}'),
];
/// Up to this length a text holds each field's value once.
const DEDUPLICATED: usize = 4_096;

/// The sign that a field begins with.
pub fn tag(field: Field) -> char {
    TAGS.iter().find(|(known, _)| *known == field).map_or(SEPARATOR, |(_, tag)| *tag)
}

/// Before a country's code.
const COUNTRY: char = '\u{10}';

/// How a country stands in a hidden text.
pub fn country(country: Country) -> String {
    format!("{COUNTRY}{}{SEPARATOR}", country.code())
}

/// What a customer is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// By words.
    pub text: String,
    /// By its qualifier alone.
    pub hidden: String,
}

/// A customer, as far as its row in the list goes.
pub struct Head {
    /// Identifies it.
    pub id: i64,
    /// Its own fields that are searched.
    pub number: String,
    pub name: String,
    pub ref_id: String,
    pub crm_id: String,
    pub email: String,
    pub phone: String,
}

/// The texts of customers, from the customers, their addresses, contacts and entitlements as they are now.
///
/// # Errors
/// The database's own.
pub fn texts_of(db: &mut Db, heads: &[Head]) -> Result<HashMap<i64, Texts>> {
    let ids: Vec<i64> = heads.iter().map(|head| head.id).collect();
    let mut all: HashMap<i64, Texts> = heads.iter().map(|head| (head.id, Texts::of(head))).collect();
    let places: Vec<(i64, String, String, String)> = addresses::table
        .filter(addresses::customer_id.eq_any(&ids))
        .order((addresses::customer_id, addresses::purpose))
        .select((addresses::customer_id, addresses::city, addresses::postal_code, addresses::country))
        .load(db)?;
    for (id, city, postal_code, country) in &places {
        let Some(texts) = all.get_mut(id) else { continue };
        texts.add(Field::City, city);
        texts.add(Field::Zip, postal_code);
        texts.add_country(country);
    }
    let people: Vec<(i64, bool, (String, String, String), String, String)> = contacts::table
        .filter(contacts::customer_id.eq_any(&ids))
        .order((contacts::customer_id, contacts::id))
        .select((
            contacts::customer_id,
            contacts::own,
            (contacts::first_name, contacts::middle_name, contacts::last_name),
            contacts::email,
            contacts::phone,
        ))
        .load(db)?;
    for (id, own, names, email, phone) in people {
        let Some(texts) = all.get_mut(&id) else { continue };
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
        if let Some(texts) = all.get_mut(id) {
            texts.add(Field::Eid, eid);
        }
    }
    Ok(all)
}

impl Texts {
    fn of(head: &Head) -> Self {
        // Every field stands between two separators, the first one too.
        let mut texts = Self { text: SEPARATOR.to_string(), hidden: SEPARATOR.to_string() };
        texts.add(Field::Number, &head.number);
        texts.add(Field::Name, &head.name);
        texts.add(Field::Ref, &head.ref_id);
        texts.add(Field::Crm, &head.crm_id);
        texts.add(Field::Email, &head.email);
        texts.add_phone(&head.phone);
        texts
    }

    fn add(&mut self, field: Field, value: &str) {
        if value.is_empty() {
            return;
        }
        let text = if field == Field::Eid { &mut self.hidden } else { &mut self.text };
        let length = text.len();
        text.push(tag(field));
        text.push_str(&fold::fold(value));
        text.push(SEPARATOR);
        // Contacts often share a telephone number: once is enough. In a long text it is not worth looking for.
        if length < DEDUPLICATED && text[..length].contains(&text[length..]) {
            text.truncate(length);
        }
    }

    fn add_country(&mut self, country: &str) {
        if let Some(known) = Country::parse(country) {
            self.hidden.push_str(&self::country(known));
        }
    }

    /// A telephone number is found as it is written and by its digits alone.
    fn add_phone(&mut self, phone: &str) {
        self.add(Field::Phone, phone);
        self.add(Field::Phone, &fold::all_digits(phone));
    }
}

/// The fields of a stored text.
pub fn fields(text: &str) -> impl Iterator<Item = (Field, &str)> {
    text.split_terminator(SEPARATOR).filter_map(|part| {
        let mut signs = part.chars();
        let tag = signs.next()?;
        TAGS.iter().find(|(_, known)| *known == tag).map(|(field, _)| (*field, signs.as_str()))
    })
}

/// The countries of a stored text.
pub fn countries(hidden: &str) -> impl Iterator<Item = Country> {
    hidden.split_terminator(SEPARATOR).filter_map(|part| part.strip_prefix(COUNTRY).and_then(Country::parse))
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
