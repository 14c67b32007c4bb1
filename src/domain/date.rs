//! Dates as people write them: `2027-12-31`, `31.12.2027`, `12/31/2027`, `31 Dec 2027`.
//!
//! A control for dates of the browser's own sends nothing for what it cannot read, and without a script nobody would notice: an end that was
//! mistyped would be none. So a date is typed as text, and read here. What can be read in one way is taken; what could be two days, or is
//! none, is refused with the reason. Nothing is guessed: with slashes or hyphens the day or the month may come first, and a year is
//! written with four digits. Points always follow the day, and a year that comes first is followed by the month.

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

use super::text;

/// The first year that can be saved; what is earlier is a slip of the hand.
const FIRST_YEAR: i32 = 1970;
/// Greatest length of what is read at all, in characters.
const LIMIT: usize = 40;
const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// Why a text is no date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is written in no way that is known here, or not to its end.
    Unreadable,
    /// It could be either of two days.
    Ambiguous(NaiveDate, NaiveDate),
    /// There is no such day: the text.
    NoSuchDay(String),
    /// Before 1970.
    TooEarly,
    /// After 9999.
    TooLate,
}

impl Fault {
    /// The fault as a whole sentence about a field, which says what to write instead.
    #[must_use]
    pub fn sentence(&self, label: &str) -> String {
        match self {
            Self::Unreadable => format!("{label} cannot be read: write the date as YYYY-MM-DD, like 2027-12-31."),
            Self::Ambiguous(one, other) => format!("{label} could be two days: write {one} or {other}."),
            Self::NoSuchDay(text) => format!("{label} {text} is not a date."),
            Self::TooEarly => format!("{label} must be {FIRST_YEAR}-01-01 or later."),
            Self::TooLate => format!("{label} must be 9999-12-31 or earlier."),
        }
    }
}

/// Reads a date.
///
/// # Errors
/// Why it is none; an empty text is [`Fault::Unreadable`].
pub fn parse(raw: &str) -> Result<NaiveDate, Fault> {
    let text: String = text::line(raw, LIMIT).map_err(|_| Fault::Unreadable)?.nfkc().collect();
    let separates = |c: char| matches!(c, ' ' | ',' | '.' | '/' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let parts: Vec<&str> = text.split(separates).filter(|part| !part.is_empty()).collect();
    let readings = match parts[..] {
        [whole] if whole.len() == 8 && is_number(whole) => vec![(&whole[..4], &whole[4..6], &whole[6..])],
        [one, two, three] => readings([one, two, three], text.contains('.')),
        _ => Vec::new(),
    };
    let Some((year, ..)) = readings.first() else { return Err(Fault::Unreadable) };
    if year.len() > 4 {
        return Err(Fault::TooLate);
    }
    let mut days: Vec<NaiveDate> = readings.iter().filter_map(|(year, month, day)| on(year, month, day)).collect();
    days.dedup();
    match days[..] {
        [] => Err(Fault::NoSuchDay(text)),
        [day, ..] if day.year() < FIRST_YEAR => Err(Fault::TooEarly),
        [day] => Ok(day),
        [one, other, ..] => Err(Fault::Ambiguous(one, other)),
    }
}

/// Year, month and day of each way to read three parts.
fn readings([one, two, three]: [&str; 3], pointed: bool) -> Vec<(&str, &str, &str)> {
    let (year, short) = (|part: &str| part.len() >= 4 && is_number(part), |part: &str| part.len() <= 2 && is_number(part));
    match () {
        () if year(one) && (short(two) || month(two).is_some()) && short(three) => vec![(one, two, three)],
        () if short(one) && month(two).is_some() && year(three) => vec![(three, two, one)],
        () if month(one).is_some() && short(two) && year(three) => vec![(three, one, two)],
        () if short(one) && short(two) && year(three) && pointed => vec![(three, two, one)],
        () if short(one) && short(two) && year(three) => vec![(three, two, one), (three, one, two)],
        () => Vec::new(),
    }
}

fn on(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number = self::month(month).or_else(|| month.parse().ok())?;
    NaiveDate::from_ymd_opt(year.parse().ok()?, number, day.parse().ok()?)
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
}

/// A month by its English name or the beginning of it: `Dec`, `sept`.
fn month(name: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(&name))?;
    u32::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn what_can_be_read_in_one_way_is_taken() {
        for text in [
            "2027-12-31",
            " 2027-12-31\u{200b} ",
            "2027/12/31",
            "2027.12.31",
            "20271231",
            "31.12.2027",
            "31. 12. 2027",
            "12/31/2027",
            "31/12/2027",
            "31-12-2027",
            "31\u{2011}12\u{2011}2027",
            "２０２７－１２－３１",
            "31 Dec 2027",
            "31. December 2027",
            "31-dec-2027",
            "Dec 31, 2027",
            "DECEMBER 31 2027",
            "2027 Dec 31",
        ] {
            assert_eq!(parse(text), Ok(day(2027, 12, 31)), "{text}");
        }
        assert_eq!(parse("1.3.2027"), Ok(day(2027, 3, 1)), "points follow the day");
        assert_eq!(parse("2027-3-1"), Ok(day(2027, 3, 1)), "the month follows the year");
        assert_eq!(parse("3/3/2027"), Ok(day(2027, 3, 3)), "either way the same");
        assert_eq!(parse("29 Feb 2028"), Ok(day(2028, 2, 29)));
        assert_eq!(parse("1970-01-01"), Ok(day(1970, 1, 1)));
        assert_eq!(parse("9999-12-31"), Ok(day(9999, 12, 31)));
    }

    #[test]
    fn what_cannot_is_refused_with_its_own_reason() {
        for text in [
            "",
            "12/31",
            "2027",
            "12/2027",
            "31.12.27",
            "12-31-27",
            "tomorrow",
            "31 Foo 2027",
            "31 De 2027",
            "2027-12-31 00:00",
            "2027-12-31x",
            "-2027-12-31-1",
            "1 1 1 2027",
            "202-01-01",
            "+2027-01-01",
            "31st Dec 2027",
            "٢٠٢٧-١٢-٣١",
            "a\0b",
            "2027-123-01",
        ] {
            assert_eq!(parse(text), Err(Fault::Unreadable), "{text:?}");
        }
        for text in ["2027-02-31", "02/31/2027", "31.02.2027", "12.31.2027", "2027-13-01", "2027-00-10", "29 Feb 2027", "32/1/2027"] {
            assert_eq!(parse(text), Err(Fault::NoSuchDay(text.to_owned())), "{text}");
        }
        assert_eq!(parse("3/1/2027"), Err(Fault::Ambiguous(day(2027, 1, 3), day(2027, 3, 1))));
        assert_eq!(parse("01-03-2027"), Err(Fault::Ambiguous(day(2027, 3, 1), day(2027, 1, 3))));
        for text in ["1969-12-31", "31.12.1969", "0001-01-01"] {
            assert_eq!(parse(text), Err(Fault::TooEarly), "{text}");
        }
        for text in ["10000-01-01", "1/2/20271", "999999999999-01-01", "1.1.99999999999999999999"] {
            assert_eq!(parse(text), Err(Fault::TooLate), "{text}");
        }
    }

    #[test]
    fn faults_are_sentences() {
        for (text, sentence) in [
            ("12/31", "End cannot be read: write the date as YYYY-MM-DD, like 2027-12-31."),
            ("3/1/2027", "End could be two days: write 2027-01-03 or 2027-03-01."),
            ("02/31/2027", "End 02/31/2027 is not a date."),
            ("1969-12-31", "End must be 1970-01-01 or later."),
            ("12027-12-31", "End must be 9999-12-31 or earlier."),
        ] {
            assert_eq!(parse(text).unwrap_err().sentence("End"), sentence);
        }
    }

    proptest! {
        #[test]
        fn any_day_is_read_as_it_is_written(year in 1970..=9999_i32, ordinal in 1..=365_u32) {
            let date = NaiveDate::from_yo_opt(year, ordinal).unwrap();
            for form in ["%Y-%m-%d", "%Y%m%d", "%-d.%-m.%Y", "%d %b %Y", "%B %-d, %Y", "%Y/%-m/%-d"] {
                prop_assert_eq!(parse(&date.format(form).to_string()), Ok(date));
            }
            for form in ["%m/%d/%Y", "%d/%m/%Y", "%-d-%-m-%Y"] {
                let read = parse(&date.format(form).to_string());
                prop_assert!(read == Ok(date) || matches!(read, Err(Fault::Ambiguous(one, other)) if one == date || other == date));
            }
        }

        #[test]
        fn no_text_breaks_it(text in "([0-9]{1,5}|[ ./,-]|[A-Za-z]{1,4}|\\PC){0,12}") {
            if let Ok(date) = parse(&text) {
                prop_assert!((1970..=9999).contains(&date.year()));
                prop_assert!(text.contains(&date.year().to_string()) || !text.is_ascii());
            }
        }
    }
}
