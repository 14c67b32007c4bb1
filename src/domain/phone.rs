//! Telephone numbers as they are dialled, from within their country and from abroad.
//!
//! Two facts of each country's plan are all that this takes. The ports of Google's library bring thousands of patterns that tell which numbers
//! have been assigned: `phonenumber` compiles them at its first use (56 ms) and keeps a hundred, so a list of many countries compiles them again and
//! again; `rlibphonenumber` takes a compiler of protocol buffers and a minute and a half to build. Whether a number has been assigned does not matter
//! for finding it. So the facts stand in [`plans`], and a test compares them with the port.

mod plans;
mod typed;

use self::plans::PLANS;
pub use self::typed::{grouped, number};
use super::fold::only_digits;
use super::places::Country;

/// The fewest and the most digits of a number with its country's code (ITU-T E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;
/// Where a plan's prefix could also begin a number, one of this many digits has it.
const WITH_PREFIX: usize = 11;
/// The calling code of North America, from where one dials `011` abroad.
const NORTH_AMERICA: u16 = 1;

/// A number as it is dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialled {
    /// From abroad: `+493055501420`.
    pub international: String,
    /// Within the country: `03055501420`.
    pub national: String,
}

/// Reads a number as people of a country write it. `None` where it is too short or too long, or does not tell its country.
#[must_use]
pub fn dialled(text: &str, country: Option<Country>) -> Option<Dialled> {
    // What follows the number is an extension, or a word about it.
    let number: String =
        text.chars().take_while(|c| !c.is_alphabetic()).filter(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')')).collect();
    let (begins_abroad, digits) = match number.trim_start_matches('(').strip_prefix('+') {
        Some(rest) => (true, only_digits(rest)),
        None => (false, only_digits(&number)),
    };
    let home = country.and_then(|country| PLANS.binary_search_by_key(&country.code(), |(code, ..)| code).ok()).map(|at| PLANS[at]);
    let abroad = if begins_abroad {
        Some(digits.as_str())
    } else {
        let leaves = if home.is_some_and(|(_, code, _)| code == NORTH_AMERICA) { "011" } else { "00" };
        digits.strip_prefix(leaves)
    };
    let (code, prefix, number) = match (abroad, home) {
        (Some(rest), _) => {
            let (code, prefix) = (1..=3).filter_map(|length| rest.get(..length)).find_map(of_code)?;
            let number = &rest[code.to_string().len()..];
            // Written with (0), which is not dialled from abroad.
            (code, prefix, number.strip_prefix(prefix).filter(|_| prefix.starts_with('0')).unwrap_or(number))
        }
        (None, Some((_, code, prefix))) => {
            let is_prefixed = prefix.starts_with('0') || digits.len() >= WITH_PREFIX;
            (code, prefix, digits.strip_prefix(prefix).filter(|_| is_prefixed).unwrap_or(&digits))
        }
        (None, None) => return None,
    };
    let international = format!("+{code}{number}");
    DIGITS.contains(&(international.len() - 1)).then(|| Dialled { national: format!("{prefix}{number}"), international })
}

/// The plan of a calling code. Countries that share one share its prefix.
fn of_code(digits: &str) -> Option<(u16, &'static str)> {
    let wanted: u16 = digits.parse().ok()?;
    PLANS.iter().find(|(_, code, _)| *code == wanted).map(|(_, code, prefix)| (*code, *prefix))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use phonenumber::metadata::DATABASE;

    use super::*;

    #[test]
    fn a_number_is_dialled_the_same_however_it_is_written() {
        for (text, country, international, national) in [
            ("+49 30 8880 1420", "", "+493088801420", "03088801420"),
            ("+49 (0)30 7770 1420", "", "+493077701420", "03077701420"),
            ("(+49) 30 7770 1420", "", "+493077701420", "03077701420"),
            ("0049 30 88801420", "FR", "+493088801420", "03088801420"),
            ("030/23125-269", "DE", "+493023125269", "03023125269"),
            ("030 23125-269 ext. 12", "DE", "+493023125269", "03023125269"),
            ("01 42 68 53 00", "FR", "+33142685300", "0142685300"),
            ("(212) 555-2368", "US", "+12125552368", "12125552368"),
            ("1-212-555-2368", "US", "+12125552368", "12125552368"),
            ("011 49 30 88801420", "US", "+493088801420", "03088801420"),
            ("06 6982 0001", "IT", "+390669820001", "0669820001"),
            ("06 1 234 5678", "HU", "+3612345678", "0612345678"),
            ("8 (495) 123-45-67", "RU", "+74951234567", "84951234567"),
        ] {
            let read = dialled(text, Country::parse(country));
            assert_eq!(
                read.map(|read| (read.international, read.national)),
                Some((international.to_owned(), national.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_or_does_not_tell_its_country_is_not_read() {
        for (text, country) in
            [("1", "DE"), ("030 23125269", ""), ("", "DE"), ("call me", "DE"), ("+", ""), ("+999 1234567", ""), ("+49", "")]
        {
            assert_eq!(dialled(text, Country::parse(country)), None, "{text}");
        }
        assert_eq!(dialled(&"0".repeat(40), Country::parse("DE")), None);
    }

    #[test]
    fn the_plans_are_those_that_the_library_knows() {
        let of = |id: &str, code: u16, prefix: &str| (id.to_owned(), (code, prefix.to_owned()));
        let known: BTreeMap<_, _> = DATABASE
            .iter()
            .filter(|plan| plan.id().len() == 2)
            .map(|plan| of(plan.id(), plan.country_code(), plan.national_prefix().unwrap_or_default()))
            .collect();
        let ours: BTreeMap<_, _> = PLANS.iter().map(|(id, code, prefix)| of(id, *code, prefix)).collect();
        assert_eq!(ours, known);
        assert!(PLANS.is_sorted_by_key(|(id, ..)| *id));
    }
}
