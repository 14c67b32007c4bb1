//! Cells as people and their programs write them, and as forms have them.

use std::borrow::Cow;

use chrono::{Days, NaiveDate};

use super::fields::WHOLE_NAME;
use super::mapping::DateOrder;
use crate::domain::csv::unguarded;
use crate::domain::place_names;
use crate::domain::places::{Country, Language};

/// A cell without what a spreadsheet has put in front of it: the guard of our own files, or the apostrophe that makes text of a number.
pub(super) fn plain(cell: &str) -> &str {
    let text = unguarded(cell);
    if text.len() != cell.len() {
        return text;
    }
    text.strip_prefix('\'').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text)
}

/// Whether a text is one of those that are written where there is nothing.
pub(super) fn means_nothing(cell: &str) -> bool {
    const WORDS: [&str; 8] = ["-", "--", "\u{2013}", "\u{2014}", "n/a", "na", "null", "none"];
    cell.len() <= 4 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// Whether such a text means nothing in a field: `NA` is Namibia, and names may be anything.
pub(super) fn is_nothing(field: &str, cell: &str) -> bool {
    means_nothing(cell)
        && match field {
            "billing_country" | "shipping_country" => !cell.eq_ignore_ascii_case("na"),
            "name" | "first_name" | "middle_name" | "last_name" | WHOLE_NAME => false,
            _ => true,
        }
}

/// A cell as the form of its field would have it.
pub(super) fn value<'a>(field: &str, cell: &'a str, dates: Option<DateOrder>) -> Cow<'a, str> {
    match field {
        "billing_country" | "shipping_country" => code(cell, |cell| place_names::country(cell).map(Country::code)),
        "language" => code(cell, |cell| language(cell).map(Language::code)),
        // Who is no company may be a person of one: that says nothing yet.
        "type" if cell.trim().eq_ignore_ascii_case("false") => Cow::Borrowed(""),
        "email" | "contact_email" => Cow::Borrowed(emails(cell).next().unwrap_or(cell)),
        "quantity" => whole_number(cell),
        "starts_on" | "ends_on" => date(cell, dates),
        _ => Cow::Borrowed(cell),
    }
}

/// A code or a name as the code, anything else as it is, for the form's check to name.
fn code(cell: &str, find: impl FnOnce(&str) -> Option<&'static str>) -> Cow<'_, str> {
    if cell.is_empty() { Cow::Borrowed(cell) } else { find(cell).map_or(Cow::Borrowed(cell), Cow::Borrowed) }
}

/// A language; Odoo writes `German (CH) / Deutsch (CH)`.
fn language(cell: &str) -> Option<Language> {
    place_names::language(cell).or_else(|| place_names::language(cell.split(['/', '(']).next()?.trim()))
}

/// The addresses of a cell: Google separates them by ` ::: `, others by semicolons, commas, bars or blanks; a name may stand before one in brackets.
pub(super) fn emails(cell: &str) -> impl Iterator<Item = &str> {
    let parts = cell.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|'));
    let parts = parts.map(|part| part.trim_matches(|c| matches!(c, ':' | '<' | '>' | '(' | ')')));
    parts.map(|part| part.strip_prefix("mailto:").unwrap_or(part)).filter(|part| part.contains('@'))
}

/// A whole number that a spreadsheet has given decimals or groups: `25,0`, `10.00`, `1.000`, `1.000,00`. A point or a comma with three digits after it
/// makes a group, with zeros after it a fraction.
fn whole_number(cell: &str) -> Cow<'_, str> {
    let text = cell.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}')).collect();
    let (whole, fraction) = match compact.rfind([',', '.']) {
        Some(place) => (&compact[..place], &compact[place + 1..]),
        None => (compact.as_str(), ""),
    };
    let is_group = fraction.len() == 3 && !whole.is_empty();
    let is_zero = !fraction.is_empty() && !is_group && fraction.bytes().all(|byte| byte == b'0');
    let digits = if is_zero { whole } else { compact.as_str() };
    let groups: Vec<&str> = digits.split([',', '.']).collect();
    let grouped = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()))
        && groups.iter().skip(1).all(|group| group.len() == 3)
        && (groups.len() == 1 || groups[0].len() <= 3);
    if grouped { Cow::Owned(groups.concat()) } else { Cow::Borrowed(cell) }
}

/// A number without a zero in front, in a column where one of this length has it.
pub(super) fn is_shortened(cell: &str, zeros: usize) -> bool {
    !cell.is_empty() && cell.len() < zeros && !cell.starts_with('0') && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// A postal code of a country that has five digits in all of them, of which one is missing.
pub(super) fn has_lost_zero(country: &str, cell: &str) -> bool {
    matches!(country, "DE" | "FR" | "IT" | "ES" | "US" | "FI" | "EE" | "HR")
        && cell.len() == 4
        && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1,23E+05`
pub(super) fn is_scientific(cell: &str) -> bool {
    cell.split_once(['E', 'e']).is_some_and(|(number, exponent)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        exponent.strip_prefix('+').is_some_and(digits) && number.split([',', '.']).all(digits)
    })
}

/// A day of a year of four digits, as spreadsheets write it.
pub(super) fn is_date(cell: &str) -> bool {
    let mut parts = day(cell).split(['.', '/', '-']);
    let lengths = [parts.next(), parts.next(), parts.next()]
        .map(|part| part.filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).map(str::len));
    parts.next().is_none() && matches!(lengths, [Some(1..=2), Some(1..=2), Some(4)] | [Some(4), Some(2), Some(2)])
}

/// UTF-8 that was read as Windows-1252, and written as UTF-8 again.
pub(super) fn is_garbled(cell: &str) -> bool {
    let mut characters = cell.chars();
    !cell.is_ascii()
        && std::iter::from_fn(|| characters.by_ref().find(|c| matches!(c, 'Ã' | 'Â' | 'Å')).map(|_| characters.clone().next()))
            .any(|next| next.is_some_and(|c| matches!(c, '\u{80}'..='\u{bf}' | '„' | '…' | '–' | 'œ' | 'ž' | 'Ÿ' | '‰' | '€' | 'Š')))
}

/// What a date with slashes or hyphens tells of its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slashed {
    DayFirst,
    MonthFirst,
    Either,
}

impl Slashed {
    /// It can be read in this order.
    pub(super) fn fits(self, order: DateOrder) -> bool {
        match self {
            Self::DayFirst => order == DateOrder::DayFirst,
            Self::MonthFirst => order == DateOrder::MonthFirst,
            Self::Either => true,
        }
    }
}

/// The order of a date like `3/1/2026`; `None` for all else.
pub(super) fn slashed(cell: &str) -> Option<Slashed> {
    let (one, other, _) = slashed_parts(cell)?;
    match (one, other) {
        (13..=31, 1..=12) => Some(Slashed::DayFirst),
        (1..=12, 13..=31) => Some(Slashed::MonthFirst),
        (1..=12, 1..=12) => Some(Slashed::Either),
        _ => None,
    }
}

fn slashed_parts(cell: &str) -> Option<(u32, u32, i32)> {
    if !cell.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let day = day(cell);
    let separator = day.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '/' | '-'))?;
    let mut parts = day.split(separator);
    let (one, other, year) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = parts.next().is_none() && one.len() <= 2 && other.len() <= 2 && year.len() == 4;
    if !fits {
        return None;
    }
    Some((one.parse().ok()?, other.parse().ok()?, year.parse().ok()?))
}

/// The day of a moment: what stands before its time.
fn day(cell: &str) -> &str {
    let end = cell.char_indices().find(|(place, c)| *place >= 6 && matches!(c, 'T' | 't' | ' ')).map(|(place, _)| place);
    let Some(end) = end else { return cell };
    let time = &cell[end + 1..];
    if time.len() >= 4 && time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':') { &cell[..end] } else { cell }
}

/// A date as a form has it: without its time, in the order of its file, and the day that a spreadsheet counts by its number (the 1900 system, in
/// which 1 March 1900 is 61).
fn date(cell: &str, order: Option<DateOrder>) -> Cow<'_, str> {
    let text = cell.trim();
    if let (Some((one, other, year)), Some(order)) = (slashed_parts(text), order)
        && slashed(text).is_some_and(|slashed| slashed.fits(order))
    {
        let (day, month) = if order == DateOrder::DayFirst { (one, other) } else { (other, one) };
        return Cow::Owned(format!("{year:04}-{month:02}-{day:02}"));
    }
    let whole = text.split_once('.').map_or(text, |(whole, fraction)| {
        if fraction.bytes().all(|byte| byte.is_ascii_digit()) && !fraction.contains('.') { whole } else { text }
    });
    if whole.len() == 5
        && let Ok(days) = whole.parse::<u64>()
        && let Some(found) = NaiveDate::from_ymd_opt(1899, 12, 30).and_then(|start| start.checked_add_days(Days::new(days)))
    {
        return Cow::Owned(found.to_string());
    }
    Cow::Borrowed(day(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apostrophe_of_a_spreadsheet_goes() {
        for (cell, text) in [("'4000-001", "4000-001"), ("'+351225550100", "+351225550100"), ("'Tis", "'Tis"), ("''4000", "'4000")] {
            assert_eq!(plain(cell), text);
        }
    }

    #[test]
    fn words_for_nothing_are_no_names_and_no_countries() {
        for (field, cell, wanted) in [
            ("email", "NA", true),
            ("phone", "n/a", true),
            ("ref_id", "-", true),
            ("description", "NULL", true),
            ("billing_country", "NA", false),
            ("billing_country", "n/a", true),
            ("last_name", "Null", false),
            ("last_name", "-", false),
            ("name", "None", false),
            ("phone", "nope", false),
        ] {
            assert_eq!(is_nothing(field, cell), wanted, "{field}: {cell}");
        }
    }

    #[test]
    fn the_first_of_several_addresses_counts() {
        for (cell, wanted) in [
            ("a@x.example ::: b@x.example", "a@x.example"),
            ("a@b.example; b@b.example", "a@b.example"),
            ("Jana <jana@x.example>", "jana@x.example"),
            ("mailto:jana@x.example", "jana@x.example"),
            ("none", "none"),
        ] {
            assert_eq!(value("email", cell, None), wanted, "{cell}");
        }
        assert_eq!(emails("a@x.example, b@x.example").count(), 2);
    }

    #[test]
    fn numbers_as_spreadsheets_write_them() {
        for (cell, wanted) in [
            ("25,0", "25"),
            ("10.0", "10"),
            ("1.000", "1000"),
            ("1,000", "1000"),
            ("1.000,00", "1000"),
            ("1,234,567.0", "1234567"),
            ("12 500", "12500"),
            ("7", "7"),
            ("2.5", "2.5"),
            ("1.00.0", "1.00.0"),
            ("", ""),
            ("x", "x"),
        ] {
            assert_eq!(whole_number(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn what_a_spreadsheet_broke_is_noticed() {
        assert!(["1,23E+05", "1.234E+11", "4E+3"].iter().all(|cell| is_scientific(cell)));
        assert!(["E+05", "1E5", "EID-1E+05", "1,23E+"].iter().all(|cell| !is_scientific(cell)));
        assert!(["01.03.2026", "3/1/2026", "2026-03-01", "2026-03-01 00:00:00"].iter().all(|cell| is_date(cell)));
        assert!(["1.2.3", "12-34", "10.0.0.1", "030/23125-269", "2026-1"].iter().all(|cell| !is_date(cell)));
        assert!(["MÃ¼ller", "Ã„rzte", "StraÃŸe", "Â©"].iter().all(|cell| is_garbled(cell)));
        assert!(["Müller", "Ångström", "São José", "Ã", "Åbon"].iter().all(|cell| !is_garbled(cell)));
        assert!(is_shortened("1067", 5) && !is_shortened("10433", 5) && !is_shortened("01067", 5) && !is_shortened("7", 0));
        assert!(has_lost_zero("DE", "1067") && !has_lost_zero("AT", "1010"));
    }

    #[test]
    fn dates_in_the_order_of_their_file() {
        use DateOrder::{DayFirst, MonthFirst};
        for (cell, order, wanted) in [
            ("2026-03-01 00:00:00", None, "2026-03-01"),
            ("2027-03-31T00:00:00Z", None, "2027-03-31"),
            ("01.03.2026", None, "01.03.2026"),
            ("3/1/2026", None, "3/1/2026"),
            ("3/1/2026", Some(DayFirst), "2026-01-03"),
            ("3/1/2026", Some(MonthFirst), "2026-03-01"),
            ("3/1/2026 0:00", Some(MonthFirst), "2026-03-01"),
            ("46082", None, "2026-03-01"),
            ("46082.5", None, "2026-03-01"),
            ("1 March 2026", None, "1 March 2026"),
        ] {
            assert_eq!(date(cell, order), wanted, "{cell}");
        }
        for (cell, wanted) in [
            ("13/04/2027", Some(Slashed::DayFirst)),
            ("04/13/2027", Some(Slashed::MonthFirst)),
            ("03/04/2027", Some(Slashed::Either)),
            ("2027-04-03", None),
            ("03.04.2027", None),
            ("0351 / 555", None),
        ] {
            assert_eq!(slashed(cell), wanted, "{cell}");
        }
    }
}
