//! Numbers of cells as people see them.

use chrono::{Days, NaiveDate, TimeDelta};

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    Plain,
    /// As days since an epoch.
    Date,
    /// As a length of time in days.
    Duration,
    /// With zeros in front, up to so many digits.
    Zeros(usize),
}

/// The digits that spreadsheets keep of a number.
const DIGITS: usize = 15;

/// A number as it is shown, with whether its last digits may be lost; `None` for what is no number.
///
/// `25.0` is 25, `4.9891E+11` is 498910000000; of fractions fifteen digits are shown, as spreadsheets do. An integer stays as it is written.
pub fn number(text: &str, display: Display) -> Option<(String, bool)> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let mut shown = if is_integer {
        text.to_owned()
    } else if value.fract() == 0.0 {
        format!("{value}")
    } else {
        let rounded: f64 = format!("{value:.*e}", DIGITS - 1).parse().ok()?;
        format!("{rounded}")
    };
    let is_lossy = shown.trim_start_matches('-').bytes().take_while(u8::is_ascii_digit).count() > DIGITS;
    if let (Display::Zeros(width), true) = (display, shown.bytes().all(|byte| byte.is_ascii_digit())) {
        shown = format!("{shown:0>width$}");
    }
    Some((shown, is_lossy))
}

/// A number as the day and the time that it is shown as; `None` where it is no such.
///
/// Days are counted from 1 January 1904, or from 30 December 1899; in the latter case 1900 counts as a leap year, so that days before March
/// of it are one later.
pub fn moment(text: &str, display: Display, since_1904: bool) -> Option<String> {
    const DAY: f64 = 86_400.0;
    let value: f64 = text.trim().parse().ok().filter(|value: &f64| (0.0..3_000_000.0).contains(value))?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let seconds = (value * DAY).round() as u64;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    if display == Display::Duration {
        return Some(format!("{:02}:{minutes:02}:{seconds:02}", days * 24 + hours));
    }
    if days == 0 {
        return Some(format!("{hours:02}:{minutes:02}:{seconds:02}"));
    }
    let epoch = if since_1904 { NaiveDate::from_ymd_opt(1904, 1, 1) } else { NaiveDate::from_ymd_opt(1899, 12, 30) };
    let late = u64::from(!since_1904 && days < 60);
    let day = epoch?.checked_add_days(Days::new(days + late))?;
    if rest == 0 {
        return Some(day.format("%Y-%m-%d").to_string());
    }
    let time = TimeDelta::try_seconds(i64::try_from(rest).ok()?)?;
    Some((day.and_hms_opt(0, 0, 0)? + time).format("%Y-%m-%dT%H:%M:%S").to_string())
}

/// What a format code of XLSX shows a number as (ECMA-376, 18.8.31).
pub fn display(code: &str) -> Display {
    // Positive numbers are shown by the first part.
    let code = code.split(';').next().unwrap_or_default();
    let (mut letters, mut characters) = (String::new(), code.chars());
    while let Some(character) = characters.next() {
        match character {
            '"' => while characters.next().is_some_and(|inner| inner != '"') {},
            '\\' | '_' | '*' => drop(characters.next()),
            '[' => {
                let inner: String = characters.by_ref().take_while(|inner| *inner != ']').collect::<String>().to_lowercase();
                if !inner.is_empty() && ["h", "m", "s"].iter().any(|unit| inner.trim_matches(|c| unit.contains(c)).is_empty()) {
                    return Display::Duration;
                }
            }
            other => letters.extend(other.to_lowercase()),
        }
    }
    if letters == "general" {
        return Display::Plain;
    }
    if letters.contains(['d', 'm', 'y', 'h', 's']) {
        return Display::Date;
    }
    let is_zeros = letters.len() > 1 && letters.len() <= 30 && letters.bytes().all(|byte| byte == b'0');
    if is_zeros { Display::Zeros(letters.len()) } else { Display::Plain }
}

/// What a format that every workbook has shows a number as, by its number (ECMA-376, 18.8.30).
pub fn built_in(id: u64) -> Display {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Display::Date,
        46 => Display::Duration,
        _ => Display::Plain,
    }
}

/// A time in ISO form, cut where it says nothing: `2026-03-01T00:00:00` is a day.
pub fn iso(text: &str) -> String {
    let text = text.trim().trim_end_matches('Z');
    let text = text.split_once('.').map_or(text, |(whole, _)| whole);
    text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_whole() {
        for (text, display, shown, is_lossy) in [
            ("25", Display::Plain, "25", false),
            ("25.0", Display::Plain, "25", false),
            ("4.9891234567E+11", Display::Plain, "498912345670", false),
            ("0.30000000000000004", Display::Plain, "0.3", false),
            ("-2.50", Display::Plain, "-2.5", false),
            ("1234567890123456789", Display::Plain, "1234567890123456789", true),
            ("4.1111111111111111E+18", Display::Plain, "4111111111111111000", true),
            ("999999999999999", Display::Plain, "999999999999999", false),
            ("1067", Display::Zeros(5), "01067", false),
            ("1E3", Display::Zeros(5), "01000", false),
        ] {
            assert_eq!(number(text, display), Some((shown.to_owned(), is_lossy)), "{text}");
        }
        for text in ["", "x", "NaN", "inf"] {
            assert_eq!(number(text, Display::Plain), None, "{text}");
        }
    }

    #[test]
    fn days_are_those_of_the_spreadsheet() {
        for (text, since_1904, shown) in [
            ("46082", false, "2026-03-01"),
            ("46082.5", false, "2026-03-01T12:00:00"),
            ("46081.99999999", false, "2026-03-01"),
            ("44620", true, "2026-03-01"),
            ("1", false, "1900-01-01"),
            ("59", false, "1900-02-28"),
            ("61", false, "1900-03-01"),
            ("0.75", false, "18:00:00"),
        ] {
            assert_eq!(moment(text, Display::Date, since_1904).as_deref(), Some(shown), "{text}");
        }
        assert_eq!(moment("1.5", Display::Duration, false).as_deref(), Some("36:00:00"));
        assert_eq!(moment("-1", Display::Date, false), None);
        assert_eq!(moment("1e300", Display::Date, false), None);
        assert_eq!(iso("2026-03-01T00:00:00.000Z"), "2026-03-01");
        assert_eq!(iso("2026-03-01T12:00:00"), "2026-03-01T12:00:00");
    }

    #[test]
    fn formats_tell_dates_from_numbers() {
        for (code, wanted) in [
            ("General", Display::Plain),
            ("0.00", Display::Plain),
            ("#,##0;[Red]-#,##0", Display::Plain),
            ("yyyy-mm-dd", Display::Date),
            ("[$-407]d. mmm yyyy;@", Display::Date),
            ("[h]:mm", Display::Duration),
            ("[Red]0.00", Display::Plain),
            ("00000", Display::Zeros(5)),
            ("0", Display::Plain),
            ("0 \"days\"", Display::Plain),
            ("\\d0", Display::Plain),
            ("@", Display::Plain),
        ] {
            assert_eq!(display(code), wanted, "{code}");
        }
        assert_eq!((built_in(14), built_in(46), built_in(2)), (Display::Date, Display::Duration, Display::Plain));
    }
}
