//! The folded text that a search looks into: all that a customer is found by, one field after the other.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{addresses, contacts, customer_search, customers, entitlements};
use crate::domain::contact::PersonName;
use crate::domain::places::Country;
use crate::domain::query::language::Field;
use crate::domain::{CustomerId, fold};
use crate::store::Result;
use crate::store::contacts::Names;

/// Ends a field, so that no hit reaches from one into the next; cleaned text never holds it.
const SEPARATOR: char = '\u{1f}';

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
/// Before a country's code.
const COUNTRY: char = '\u{10}';

/// Writes the text of a customer anew, from the customer, its addresses, contacts and entitlements as they are now.
///
/// # Errors
/// The database's own.
pub fn reindex(db: &mut Db, id: CustomerId) -> Result<()> {
    let Texts { text, hidden } = texts_of(db, id)?;
    let columns = (customer_search::text.eq(&text), customer_search::hidden.eq(&hidden));
    if diesel::update(customer_search::table.find(id.0)).set(columns).execute(db)? == 0 {
        diesel::insert_into(customer_search::table).values((customer_search::customer_id.eq(id.0), columns)).execute(db)?;
    }
    Ok(())
}

/// What a customer is found by.
#[derive(Default)]
struct Texts {
    /// By words.
    text: String,
    /// By its qualifier alone.
    hidden: String,
}

fn texts_of(db: &mut Db, id: CustomerId) -> Result<Texts> {
    let mut texts = Texts::default();
    let (number, name, ref_id, crm_id, email, phone): (String, String, String, String, String, String) = customers::table
        .find(id.0)
        .select((customers::number, customers::name, customers::ref_id, customers::crm_id, customers::email, customers::phone))
        .first(db)?;
    texts.add(Field::Number, &number);
    texts.add(Field::Name, &name);
    texts.add(Field::Ref, &ref_id);
    texts.add(Field::Crm, &crm_id);
    texts.add(Field::Email, &email);
    texts.add_phone(&phone);
    let places: Vec<(String, String, String)> = addresses::table
        .filter(addresses::customer_id.eq(id.0))
        .select((addresses::city, addresses::postal_code, addresses::country))
        .load(db)?;
    for (city, postal_code, country) in &places {
        texts.add(Field::City, city);
        texts.add(Field::Zip, postal_code);
        if let Some(country) = Country::parse(country) {
            texts.hidden.push_str(&country_text(country));
        }
    }
    let people: Vec<(bool, Names, String, String)> = contacts::table
        .filter(contacts::customer_id.eq(id.0))
        .order(contacts::id)
        .select((contacts::own, (contacts::first_name, contacts::middle_name, contacts::last_name), contacts::email, contacts::phone))
        .load(db)?;
    for (own, names, email, phone) in people {
        // An individual's name is the customer's.
        if !own {
            texts.add(Field::Contact, &PersonName::from(names).full());
        }
        texts.add(Field::Email, &email);
        texts.add_phone(&phone);
    }
    let eids: Vec<String> =
        entitlements::table.filter(entitlements::customer_id.eq(id.0)).order(entitlements::id).select(entitlements::eid).load(db)?;
    for eid in &eids {
        texts.add(Field::Eid, eid);
    }
    Ok(texts)
}

impl Texts {
    fn add(&mut self, field: Field, value: &str) {
        if value.is_empty() {
            return;
        }
        let text = if field == Field::Eid { &mut self.hidden } else { &mut self.text };
        text.extend(TAGS.iter().find(|(known, _)| *known == field).map(|(_, tag)| tag));
        text.push_str(&fold::fold(value));
        text.push(SEPARATOR);
    }

    /// A telephone number is found as it is written and by its digits alone.
    fn add_phone(&mut self, phone: &str) {
        self.add(Field::Phone, phone);
        self.add(Field::Phone, &fold::all_digits(phone));
    }
}

fn country_text(country: Country) -> String {
    format!("{COUNTRY}{}{SEPARATOR}", country.code())
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

/// The pattern of `LIKE` that finds a country in a stored text.
pub fn country_pattern(country: Country) -> String {
    pattern(&country_text(country))
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
