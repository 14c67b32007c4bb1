//! Days of the history. The installation's time zone says to which day a moment belongs: for the headings, the filter and the file alike.

use chrono::{Days, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

/// What stands above the events of a day: `Today`, `3 November 2026`.
#[must_use]
pub fn heading(day: NaiveDate, today: NaiveDate) -> String {
    if day == today {
        "Today".to_owned()
    } else if Some(day) == today.pred_opt() {
        "Yesterday".to_owned()
    } else {
        day.format("%-d %B %Y").to_string()
    }
}

/// Moments, UTC, between which every moment of these days lies, the first included and the second not. Where clocks are set back over midnight
/// there may be moments of other days among them: [`crate::domain::clock::day`] decides.
#[must_use]
pub fn bounds(from: Option<NaiveDate>, to: Option<NaiveDate>, zone: Tz) -> (Option<NaiveDateTime>, Option<NaiveDateTime>) {
    let beyond = to.map(|to| to.checked_add_days(Days::new(1)).unwrap_or(to));
    (from.map(|day| midnight(day, zone, false)), beyond.map(|day| midnight(day, zone, true)))
}

/// When a day begins. Where its midnight is skipped, it begins as soon as there is a moment; where it comes twice, `last` says which one counts.
fn midnight(day: NaiveDate, zone: Tz, last: bool) -> NaiveDateTime {
    const QUARTER: TimeDelta = TimeDelta::minutes(15);
    let mut wall = day.and_hms_opt(0, 0, 0).unwrap_or_default();
    // A zone that crosses the date line skips a whole day.
    for _ in 0..=2 * 96 {
        let moment = zone.from_local_datetime(&wall);
        if let Some(moment) = if last { moment.latest() } else { moment.earliest() } {
            return moment.naive_utc();
        }
        wall += QUARTER;
    }
    wall
}

/// The days that a filter can hold: others would not compare as texts.
#[must_use]
pub fn is_usable(day: NaiveDate) -> bool {
    let first = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default();
    first <= day && first.checked_add_months(Months::new(12 * 8_028)).is_some_and(|end| day < end)
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Sao_Paulo;
    use chrono_tz::Pacific::{Apia, Auckland};

    use super::*;
    use crate::domain::clock::day;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_ends_at_midnight_of_the_zone() {
        // Auckland is 13 hours ahead in November.
        for (moment, day_of_it) in
            [("2026-11-25T10:59:59", 25), ("2026-11-25T11:00:00", 26), ("2026-11-26T10:59:59", 26), ("2026-11-26T11:00:00", 27)]
        {
            assert_eq!(day(at(moment), Auckland), date(2026, 11, day_of_it), "{moment}");
        }
        let only = date(2026, 11, 26);
        assert_eq!(bounds(Some(only), Some(only), Auckland), (Some(at("2026-11-25T11:00:00")), Some(at("2026-11-26T11:00:00"))));
        assert_eq!(bounds(None, None, Auckland), (None, None));
    }

    #[test]
    fn a_day_without_a_midnight_begins_after_it() {
        // Clocks went from 0:00 to 1:00 on 4 November 2018.
        let day_of_it = date(2018, 11, 4);
        let (from, to) = bounds(Some(day_of_it), Some(day_of_it), Sao_Paulo);
        assert_eq!((from, to), (Some(at("2018-11-04T03:00:00")), Some(at("2018-11-05T02:00:00"))));
        assert_eq!((day(at("2018-11-04T03:00:00"), Sao_Paulo), day(at("2018-11-04T02:59:59"), Sao_Paulo)), (day_of_it, date(2018, 11, 3)));
        // There was no 30 December 2011 in Samoa.
        let (from, to) = bounds(Some(date(2011, 12, 30)), Some(date(2011, 12, 30)), Apia);
        assert_eq!(from, to);
    }

    #[test]
    fn days_read_as_people_say_them() {
        let today = date(2026, 11, 26);
        assert_eq!(
            [today, date(2026, 11, 25), date(2026, 11, 3)].map(|day| heading(day, today)),
            ["Today", "Yesterday", "3 November 2026"]
        );
    }

    #[test]
    fn no_day_breaks_the_filter() {
        assert!(is_usable(date(2026, 11, 26)) && is_usable(date(1970, 1, 1)) && !is_usable(date(1969, 12, 31)));
        assert!(is_usable(date(9997, 12, 31)) && !is_usable(date(9998, 1, 1)));
        let last = Some(date(9997, 12, 31));
        assert!(matches!(bounds(last, last, Auckland), (Some(from), Some(to)) if from < to));
    }
}
