//! How moments, dates and counts are worded.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use super::view::When;
use crate::domain::clock;
use crate::domain::entitlement::{Entitlement, State};
use crate::domain::numbers::thousands;
use crate::list::{COUNT_LIMIT, Count};

/// A moment as the page shows it: roughly in words, exactly on hover.
pub fn when(now: NaiveDateTime, moment: NaiveDateTime) -> When {
    When {
        words: ago(now, moment),
        utc: moment.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        exact: moment.format("%-d %b %Y, %H:%M:%S UTC").to_string(),
    }
}

/// A day: `1 Mar 2026`.
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// A moment on the clocks of a time zone: `4 Dec 2026, 10:15`.
pub fn moment(at: NaiveDateTime, zone: Tz) -> String {
    clock::local(at, zone).format("%-d %b %Y, %-H:%M").to_string()
}

/// The time of day on the clocks of a time zone: `10:15`.
pub fn clock(at: NaiveDateTime, zone: Tz) -> String {
    clock::local(at, zone).format("%-H:%M").to_string()
}

/// How soon a day comes: `ends in 29 days`. Only what comes within [`SOON`] days is worth saying.
pub fn soon(verb: &str, today: NaiveDate, date: NaiveDate) -> String {
    match (date - today).num_days() {
        0 => format!("{verb} today"),
        1 => format!("{verb} tomorrow"),
        days if (2..=SOON).contains(&days) => format!("{verb} in {days} days"),
        _ => String::new(),
    }
}

const SOON: i64 = 90;
/// Thirty years.
const FAR: i64 = 10_957;

/// How far a day is, to come or past: `ends in 4 days`, `ended 26 days ago`, `ends in 3 months`. Beyond [`FAR`] the day itself says more.
pub fn distance(verb: &str, today: NaiveDate, date: NaiveDate) -> String {
    let days = (date - today).num_days();
    let far = match days.abs() {
        0 => return format!("{verb} today"),
        1 => "1 day".to_owned(),
        days @ ..=60 => format!("{days} days"),
        days @ ..=729 => format!("{} months", days * 12 / 365),
        days @ ..=FAR => format!("{} years", days * 100 / 36_525),
        _ => return String::new(),
    };
    if days == 1 {
        format!("{verb} tomorrow")
    } else if days > 0 {
        format!("{verb} in {far}")
    } else {
        format!("{verb} {far} ago")
    }
}

/// The last day of an entitlement: `31 Dec 2026`, `ended 1 Mar 2026` by hand; `None` for no end.
pub fn end_of(entitlement: &Entitlement, zone: Tz) -> Option<String> {
    let day = day(entitlement.last_day(zone)?);
    Some(if entitlement.ended_at.is_some() { format!("ended {day}") } else { day })
}

/// How far the day is that matters next for an entitlement, or that ended it.
pub fn distance_of(entitlement: &Entitlement, zone: Tz, today: NaiveDate) -> String {
    match (entitlement.state(today), entitlement.last_day(zone)) {
        (State::NotYetStarted, _) => distance("starts", today, entitlement.draft.starts_on),
        (State::Running, Some(last)) => distance("ends", today, last),
        (State::Ended, Some(last)) => distance("ended", today, last),
        (_, None) => String::new(),
    }
}

/// Whether an entitlement runs out so soon that somebody has to do something about it.
pub fn is_due(entitlement: &Entitlement, today: NaiveDate) -> bool {
    /// What ends within so many days is due for renewal.
    const DUE: TimeDelta = TimeDelta::days(30);
    entitlement.state(today) == State::Running && entitlement.draft.ends_on.is_some_and(|last| last - today <= DUE)
}

/// `128 customers`, `More than 1,000 customers`.
pub fn how_many(count: Count, one: &str, many: &str) -> String {
    let number = |count: usize| thousands(i64::try_from(count).unwrap_or(i64::MAX));
    match count {
        Count::Exactly(0) => format!("No {many}"),
        Count::Exactly(1) => format!("1 {one}"),
        Count::Exactly(count) => format!("{} {many}", number(count)),
        Count::Many => format!("More than {} {many}", number(COUNT_LIMIT)),
    }
}

/// How many tries are left: `You have 4 more tries.`
pub fn tries_left(tries: i32) -> String {
    match tries {
        0 => "You have no more tries for now.".to_owned(),
        1 => "You have 1 more try.".to_owned(),
        tries => format!("You have {tries} more tries."),
    }
}

/// That there were too many.
pub fn too_many_tries(wait: TimeDelta) -> String {
    let minutes = (wait.num_seconds().max(1) + 59) / 60;
    format!("There were too many tries. Try again in {minutes} minute{}.", if minutes == 1 { "" } else { "s" })
}

/// What is said where more passwords are being checked than this machine can.
pub const BUSY: &str = "Many people are signing in right now. Try again in a moment.";

fn ago(now: NaiveDateTime, moment: NaiveDateTime) -> String {
    let past = now - moment;
    let counted = |count: i64, unit: &str| format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" });
    match past {
        _ if past < TimeDelta::minutes(1) => "just now".to_owned(),
        _ if past < TimeDelta::hours(1) => counted(past.num_minutes(), "minute"),
        _ if past < TimeDelta::days(1) => counted(past.num_hours(), "hour"),
        _ if past < TimeDelta::days(31) => counted(past.num_days(), "day"),
        _ if now.year() == moment.year() => moment.format("%-d %B").to_string(),
        _ => day(moment.date()),
    }
}

/// Names in a sentence: `Ada, Bo and 3 more`.
pub fn shortened(names: Vec<String>, most: usize) -> Vec<String> {
    let more = names.len().saturating_sub(most);
    let mut names: Vec<String> = names.into_iter().take(most).collect();
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_soon_is_counted_in_days() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let after = |days| soon("ends", today, today + TimeDelta::days(days));
        assert_eq!([after(0), after(1), after(2), after(90)], ["ends today", "ends tomorrow", "ends in 2 days", "ends in 90 days"]);
        assert_eq!([after(91), after(-1)], ["", ""]);
    }

    #[test]
    fn tries_are_counted() {
        assert_eq!(tries_left(1), "You have 1 more try.");
        assert_eq!(too_many_tries(TimeDelta::seconds(61)), "There were too many tries. Try again in 2 minutes.");
        assert_eq!(too_many_tries(TimeDelta::seconds(-5)), "There were too many tries. Try again in 1 minute.");
    }

    #[test]
    fn moments_read_as_people_say_them() {
        let now = NaiveDate::from_ymd_opt(2026, 11, 25).and_then(|d| d.and_hms_opt(12, 0, 0)).unwrap();
        for (back, words) in [
            (TimeDelta::seconds(-5), "just now"),
            (TimeDelta::seconds(61), "1 minute ago"),
            (TimeDelta::hours(5), "5 hours ago"),
            (TimeDelta::days(2), "2 days ago"),
            (TimeDelta::days(60), "26 September"),
            (TimeDelta::days(400), "21 Oct 2025"),
        ] {
            assert_eq!(when(now, now - back).words, words);
        }
    }
}
