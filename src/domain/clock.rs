//! The present moment, as far as it can be stored: a machine's clock may say anything.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound as _};
use chrono_tz::Tz;

/// The present moment in UTC, to the microsecond (`PostgreSQL` keeps no more). A clock before 1970 is taken for 1970; one beyond 9998 for the
/// end of that year, so that what is a month later still has a year of four digits: texts of others do not compare, nor are they read back.
#[must_use]
pub fn now() -> NaiveDateTime {
    moment(SystemTime::now())
}

/// A moment, UTC, as the clocks of a zone show it.
#[must_use]
pub fn local(moment: NaiveDateTime, zone: Tz) -> DateTime<Tz> {
    moment.and_utc().with_timezone(&zone)
}

/// The day of a zone that a moment, UTC, belongs to.
#[must_use]
pub fn day(moment: NaiveDateTime, zone: Tz) -> NaiveDate {
    local(moment, zone).date_naive()
}

/// What is wrong with this machine's clock, if HTTP has no words for its time: a sentence.
#[must_use]
pub fn trouble() -> Option<String> {
    trouble_at(SystemTime::now())
}

fn trouble_at(time: SystemTime) -> Option<String> {
    let is_right = time >= UNIX_EPOCH && moment(time) < latest();
    (!is_right).then(|| "This machine's clock is before the year 1970 or beyond 9998: set it right, and start again.".to_owned())
}

fn moment(time: SystemTime) -> NaiveDateTime {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let moment = i64::try_from(since.as_secs()).ok().and_then(|seconds| DateTime::from_timestamp(seconds, since.subsec_nanos()));
    moment.map_or(latest(), |moment| moment.naive_utc().trunc_subsecs(6).min(latest()))
}

fn latest() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(9998, 12, 31).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::actor::{Actor, Principal};
    use crate::domain::rules::Role;

    proptest! {
        /// Any clock gives a moment that both engines store and give back, and so is what is a month from it, in any zone.
        #[test]
        fn any_clock_gives_a_time_with_four_digits(seconds in any::<i64>(), nanoseconds in 0..1_000_000_000_u32, zone in 0..chrono_tz::TZ_VARIANTS.len()) {
            let by = Duration::new(seconds.unsigned_abs(), nanoseconds);
            let time = if seconds < 0 { UNIX_EPOCH.checked_sub(by) } else { UNIX_EPOCH.checked_add(by) };
            let Some(time) = time else { return Ok(()) };
            let now = moment(time);
            let text = (now + chrono::TimeDelta::days(31)).format("%Y-%m-%d %H:%M:%S%.f").to_string();
            prop_assert!(text.starts_with(|c: char| c.is_ascii_digit()) && text.as_bytes()[4] == b'-', "{text}");
            prop_assert_eq!(NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f"), Ok(now + chrono::TimeDelta::days(31)));
            let actor = Actor::at(now, Principal::local(Role::Viewer), chrono_tz::TZ_VARIANTS[zone]);
            let day = actor.today.to_string();
            prop_assert!(day.len() == 10, "{day}");
        }
    }

    #[test]
    fn the_usual_clock_is_taken_as_it_is() {
        let at = UNIX_EPOCH + Duration::new(1_764_180_000, 123_456_789);
        assert_eq!(moment(at).to_string(), "2025-11-26 18:00:00.123456");
        assert_eq!(trouble_at(at), None);
        assert!(trouble_at(UNIX_EPOCH - Duration::from_secs(1)).is_some());
        assert!(trouble_at(UNIX_EPOCH + Duration::from_hours(70_389_528)).is_some());
    }
}
