//! For how long an entitlement runs, and what comes after it.
//!
//! A term of whole months (or years, which are twelve) is counted from one day, the anchor: the first start of the chain of renewals. Counted
//! from each start in turn, a term that began on the 31st would stay on the 28th once it had met a February. The month that lacks the anchor's
//! day has its last day instead. A term that is no whole number of months keeps its number of days.

use chrono::{Datelike, Days, Months, NaiveDate};

/// The last day that can be saved.
const LAST: Option<NaiveDate> = NaiveDate::from_ymd_opt(9999, 12, 31);

/// The first and last day of the renewal of what runs from one day to another, both counted, in a chain that began on the anchor. `None` where
/// nothing comes after it any more. What would end after the last of days ends on it.
#[must_use]
pub fn renewal(anchor: NaiveDate, first: NaiveDate, last: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let end_of_days = LAST?;
    let next = last.succ_opt().filter(|next| *next <= end_of_days)?;
    let counted_from = |anchor| months_to_next(anchor, first, next).map(|months| (anchor, Months::new(months)));
    // A start that was chosen freely is an anchor of its own.
    let after = match counted_from(anchor).or_else(|| counted_from(first)) {
        Some((anchor, months)) => anchor.checked_add_months(months),
        None => next.checked_add_days(days(first, next)),
    };
    let end = after.and_then(|after| after.pred_opt()).unwrap_or(end_of_days);
    Some((next, end.min(end_of_days).max(next)))
}

/// How many months the day after the next term is from the anchor, if both days are whole months from it.
fn months_to_next(anchor: NaiveDate, first: NaiveDate, next: NaiveDate) -> Option<u32> {
    let (begin, end) = (months(anchor, first)?, months(anchor, next)?);
    let term = end.checked_sub(begin).filter(|term| *term > 0)?;
    Some(end + term)
}

/// How many whole months after the anchor a day is, if it is.
fn months(anchor: NaiveDate, day: NaiveDate) -> Option<u32> {
    let count = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let months = u32::try_from(count(day) - count(anchor)).ok()?;
    (anchor.checked_add_months(Months::new(months)) == Some(day)).then_some(months)
}

fn days(first: NaiveDate, next: NaiveDate) -> Days {
    Days::new(u64::try_from((next - first).num_days()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The last days of a chain that begins with these two.
    fn chain(first: &str, last: &str, links: usize) -> Vec<String> {
        let (anchor, mut term) = (day(first), (day(first), day(last)));
        let next = |_| {
            term = renewal(anchor, term.0, term.1).unwrap();
            format!("{} {}", term.0, term.1)
        };
        (0..links).map(next).collect()
    }

    #[test]
    fn months_and_years_follow_the_calendar() {
        assert_eq!(chain("2026-01-01", "2026-12-31", 2), ["2027-01-01 2027-12-31", "2028-01-01 2028-12-31"]);
        assert_eq!(chain("2026-01-01", "2026-01-31", 3), ["2026-02-01 2026-02-28", "2026-03-01 2026-03-31", "2026-04-01 2026-04-30"]);
        assert_eq!(chain("2026-03-15", "2026-06-14", 1), ["2026-06-15 2026-09-14"]);
        assert_eq!(chain("2023-07-01", "2026-06-30", 1), ["2026-07-01 2029-06-30"]);
    }

    #[test]
    fn a_start_on_the_last_of_a_month_does_not_drift() {
        assert_eq!(
            chain("2026-01-31", "2026-02-27", 4),
            ["2026-02-28 2026-03-30", "2026-03-31 2026-04-29", "2026-04-30 2026-05-30", "2026-05-31 2026-06-29"]
        );
        assert_eq!(chain("2027-08-31", "2028-02-28", 2), ["2028-02-29 2028-08-30", "2028-08-31 2029-02-27"]);
    }

    #[test]
    fn a_leap_day_becomes_the_last_of_february_and_comes_back() {
        assert_eq!(chain("2027-03-01", "2028-02-29", 2), ["2028-03-01 2029-02-28", "2029-03-01 2030-02-28"]);
        assert_eq!(
            chain("2028-02-29", "2029-02-27", 4),
            ["2029-02-28 2030-02-27", "2030-02-28 2031-02-27", "2031-02-28 2032-02-28", "2032-02-29 2033-02-27"]
        );
    }

    #[test]
    fn what_is_no_whole_months_keeps_its_days() {
        assert_eq!(chain("2026-01-01", "2026-01-30", 2), ["2026-01-31 2026-03-01", "2026-03-02 2026-03-31"]);
        assert_eq!(chain("2026-05-05", "2026-05-05", 1), ["2026-05-06 2026-05-06"]);
        assert_eq!(chain("2026-01-01", "2027-01-01", 1), ["2027-01-02 2028-01-02"], "a year and a day");
    }

    #[test]
    fn a_start_that_was_moved_is_its_own_anchor() {
        let term = renewal(day("2026-01-31"), day("2027-03-10"), day("2027-04-09"));
        assert_eq!(term, Some((day("2027-04-10"), day("2027-05-09"))));
    }

    #[test]
    fn nothing_comes_after_the_last_of_days() {
        assert_eq!(renewal(day("2026-01-01"), day("2026-01-01"), day("9999-12-31")), None);
        assert_eq!(renewal(day("9000-01-01"), day("9000-01-01"), day("9899-12-31")), Some((day("9900-01-01"), day("9999-12-31"))));
        assert_eq!(renewal(day("1970-01-01"), day("1970-01-01"), day("9999-12-30")), Some((day("9999-12-31"), day("9999-12-31"))));
    }

    proptest! {
        #[test]
        fn a_chain_of_months_meets_the_anchor_each_time(ordinal in 1..=365_u32, year in 1970..=2100_i32, term in 1..=36_u32) {
            let anchor = NaiveDate::from_yo_opt(year, ordinal).unwrap();
            let day = |link: u32| anchor.checked_add_months(Months::new(term * link)).unwrap();
            let mut last = day(1).pred_opt().unwrap();
            for link in 1..=20 {
                let (first, end) = renewal(anchor, day(link - 1), last).unwrap();
                prop_assert_eq!((first, end.succ_opt()), (day(link), Some(day(link + 1))));
                last = end;
            }
        }

        #[test]
        fn it_follows_at_once_and_is_as_long(from in 0..1_000_000_u64, length in 0..5_000_u64) {
            let anchor = day("1970-01-01");
            let first = anchor.checked_add_days(Days::new(from)).unwrap();
            let last = first.checked_add_days(Days::new(length)).unwrap();
            let (next, end) = renewal(first, first, last).unwrap();
            prop_assert_eq!(last.succ_opt(), Some(next));
            prop_assert!(end >= next);
            // Months of the same number differ by a few days, years by one, and by one more where a century has no leap day.
            prop_assert!(((end - next).num_days() - i64::try_from(length).unwrap()).abs() <= 5);
        }
    }
}
