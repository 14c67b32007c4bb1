//! The folded texts that a search looks into: everything a customer is found by, one field after the other.

use crate::domain::fold;
use crate::domain::places::Country;
use crate::domain::query::language::Field;

/// Ends a field, so that no hit reaches from one field into the next. Cleaned text never holds it.
pub const SEPARATOR: char = '\u{1f}';

/// Each field begins with a character of its own, which cleaned text never holds either.
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
/// Comes before a country's code.
const COUNTRY: char = '\u{10}';
/// What a hidden text holds where somebody could sign in to the portal and was never invited.
pub const NEVER_INVITED: &str = "\u{1f}\u{11}\u{1f}";
/// Texts longer than this many bytes may hold the same value of a field twice.
const DEDUPLICATED: usize = 4_096;

/// The character that a field begins with.
pub fn tag(field: Field) -> char {
    TAGS.iter().find(|(known, _)| *known == field).map_or(SEPARATOR, |(_, tag)| *tag)
}

/// A country as a hidden text holds it.
pub fn country(country: Country) -> String {
    format!("{COUNTRY}{}{SEPARATOR}", country.code())
}

/// What a customer is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// By words.
    pub text: String,
    /// By qualifiers alone (`eid:`, `country:`, `access:`).
    pub hidden: String,
}

impl Default for Texts {
    /// No field yet: every field, the first one too, stands between two separators.
    fn default() -> Self {
        Self { text: SEPARATOR.to_string(), hidden: SEPARATOR.to_string() }
    }
}

impl Texts {
    /// Adds a field's value, unless it is empty.
    pub fn add(&mut self, field: Field, value: &str) {
        if value.is_empty() {
            return;
        }
        let text = if field == Field::Eid { &mut self.hidden } else { &mut self.text };
        let length = text.len();
        text.push(tag(field));
        text.push_str(&fold::fold(value));
        text.push(SEPARATOR);
        // Contacts often share a telephone number: once is enough. A long text is not searched for it.
        if length < DEDUPLICATED && text[..length].contains(&text[length..]) {
            text.truncate(length);
        }
    }

    /// Adds a telephone number, as it is written and by its digits alone.
    pub fn add_phone(&mut self, phone: &str) {
        self.add(Field::Phone, phone);
        self.add(Field::Phone, &fold::all_digits(phone));
    }

    /// Adds that somebody was never invited.
    pub fn add_never_invited(&mut self) {
        self.hidden.push_str(NEVER_INVITED.trim_start_matches(SEPARATOR));
    }

    /// Adds a country by its code.
    pub fn add_country(&mut self, code: &str) {
        self.hidden.extend(Country::parse(code).map(country));
    }
}

/// The fields of a stored text.
pub fn fields(text: &str) -> impl Iterator<Item = (Field, &str)> {
    text.split_terminator(SEPARATOR).filter_map(|part| {
        let mut characters = part.chars();
        let tag = characters.next()?;
        TAGS.iter().find(|(_, known)| *known == tag).map(|(field, _)| (*field, characters.as_str()))
    })
}

/// Whether a stored hidden text says that somebody was never invited.
pub fn is_never_invited(hidden: &str) -> bool {
    hidden.contains(NEVER_INVITED)
}

/// The countries of a stored hidden text.
pub fn countries(hidden: &str) -> impl Iterator<Item = Country> {
    hidden.split_terminator(SEPARATOR).filter_map(|part| part.strip_prefix(COUNTRY).and_then(Country::parse))
}
