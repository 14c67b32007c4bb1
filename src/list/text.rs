//! The folded texts that a search looks into: everything a customer is found by, one field after the other.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::domain::places::Country;
use crate::domain::query::language::Field;
use crate::domain::query::matching::FieldText;
use crate::domain::spelling::{loosened, spelled_out};
use crate::domain::{fold, phone};

/// Ends a field, so that no hit reaches from one field into the next. Cleaned text never holds it.
pub const SEPARATOR: char = '\u{1f}';

/// Each field begins with a character of its own, which cleaned text never holds either.
const TAGS: [(Field, char); 14] = [
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
    (Field::Product, '\u{13}'),
    (Field::Street, '\u{14}'),
    (Field::State, '\u{15}'),
    (Field::Description, '\u{16}'),
];
/// Comes before the tag of what a field may also be written like, which nothing literal is looked for in.
const LOOSE: char = '\u{12}';
/// Comes before the last day of an entitlement, or nothing where it has no end.
const END: char = '\u{17}';
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
    /// By qualifiers alone (`country:`, `access:`, `ends:`).
    pub hidden: String,
}

impl Default for Texts {
    /// No field yet: every field, the first one too, stands between two separators.
    fn default() -> Self {
        Self { text: SEPARATOR.to_string(), hidden: SEPARATOR.to_string() }
    }
}

impl Texts {
    /// Adds a field's value, unless it is empty: as it is written, with letters spelled out, and each without the punctuation that does not count.
    pub fn add(&mut self, field: Field, value: &str) {
        if value.is_empty() {
            return;
        }
        for literal in std::iter::once(fold::fold(value)).chain(spelled_out(value)) {
            self.push(field, false, &literal);
            if let Cow::Owned(loose) = loosened(&literal) {
                self.push(field, true, &loose);
            }
        }
    }

    /// Adds a telephone number, also by its digits alone, and as it is dialled in its country and from abroad.
    pub fn add_phone(&mut self, number: &str, country: Option<Country>) {
        if number.is_empty() {
            return;
        }
        self.push(Field::Phone, false, &fold::fold(number));
        let dialled = phone::dialled(number, country);
        let digits = fold::all_digits(number);
        for form in dialled.into_iter().flat_map(|dialled| [dialled.international, dialled.national]).chain([digits]) {
            self.push(Field::Phone, true, &form);
        }
    }

    /// Adds a postal code, also with and without its blank (`SW1A 1AA`, `1012 AB`).
    pub fn add_postal_code(&mut self, value: &str) {
        self.add(Field::Zip, value);
        let joined: String = fold::fold(value).chars().filter(|c| c.is_alphanumeric()).collect();
        self.push(Field::Zip, true, &joined);
        let digits = joined.find(|c: char| !c.is_ascii_digit()).unwrap_or_default();
        if digits > 0 {
            self.push(Field::Zip, true, &format!("{} {}", &joined[..digits], &joined[digits..]));
        }
    }

    fn push(&mut self, field: Field, is_loose: bool, folded: &str) {
        if folded.is_empty() {
            return;
        }
        let length = self.text.len();
        if is_loose {
            self.text.push(LOOSE);
        }
        self.text.push(tag(field));
        self.text.push_str(folded);
        self.text.push(SEPARATOR);
        // Contacts often share a telephone number: once is enough. A long text is not searched for it.
        if length < DEDUPLICATED && self.text[..length].contains(&self.text[length..]) {
            self.text.truncate(length);
        }
    }

    /// Adds the last day of an entitlement; `None` for one without an end.
    pub fn add_end(&mut self, end: Option<NaiveDate>) {
        self.hidden.push(END);
        self.hidden.extend(end.map(|end| end.to_string()));
        self.hidden.push(SEPARATOR);
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
pub fn fields(text: &str) -> impl Iterator<Item = FieldText<'_>> {
    text.split_terminator(SEPARATOR).filter_map(|part| {
        let (is_loose, part) = part.strip_prefix(LOOSE).map_or((false, part), |rest| (true, rest));
        let mut characters = part.chars();
        let tag = characters.next()?;
        let (field, _) = TAGS.iter().find(|(_, known)| *known == tag)?;
        Some(FieldText { field: *field, is_loose, text: characters.as_str() })
    })
}

/// The last days of entitlements of a stored hidden text; `None` is one without an end.
pub fn ends(hidden: &str) -> impl Iterator<Item = Option<NaiveDate>> {
    hidden.split_terminator(SEPARATOR).filter_map(|part| part.strip_prefix(END)).map(|day| day.parse().ok())
}

/// Whether a stored hidden text says that somebody was never invited.
pub fn is_never_invited(hidden: &str) -> bool {
    hidden.contains(NEVER_INVITED)
}

/// The countries of a stored hidden text.
pub fn countries(hidden: &str) -> impl Iterator<Item = Country> {
    hidden.split_terminator(SEPARATOR).filter_map(|part| part.strip_prefix(COUNTRY).and_then(Country::parse))
}
