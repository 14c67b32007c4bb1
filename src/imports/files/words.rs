//! Cells that are no texts: yes or no, moments.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

/// `enabled`, `true`, `yes`, `1`, … and their opposites.
pub(super) fn status(cell: &str) -> Option<bool> {
    either(cell, &["enabled", "enable", "active"], &["disabled", "disable", "inactive"])
}

/// `yes`, `true`, `1`, … and their opposites.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    either(cell, &[], &[])
}

fn either(cell: &str, yes: &[&str], no: &[&str]) -> Option<bool> {
    let word = cell.trim().to_lowercase();
    let word = word.as_str();
    if yes.contains(&word) || ["yes", "true", "1", "y"].contains(&word) {
        Some(true)
    } else if no.contains(&word) || ["no", "false", "0", "n"].contains(&word) {
        Some(false)
    } else {
        None
    }
}

/// A moment as the export writes it, `2026-03-31T12:00:00.000000Z`, or with another offset. To the microsecond.
pub(super) fn moment(cell: &str) -> Option<NaiveDateTime> {
    let moment: DateTime<Utc> = DateTime::parse_from_rfc3339(cell.trim()).ok()?.into();
    Some(moment.naive_utc().trunc_subsecs(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_any_case() {
        for (cell, wanted) in
            [("Enabled", Some(true)), (" TRUE ", Some(true)), ("0", Some(false)), ("inactive", Some(false)), ("", None), ("on", None)]
        {
            assert_eq!(status(cell), wanted, "{cell}");
        }
        for (cell, wanted) in [("Yes", Some(true)), ("no", Some(false)), ("enabled", None)] {
            assert_eq!(yes_or_no(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn moments_are_in_utc() {
        let noon = moment("2026-03-31T12:00:00Z");
        assert!(noon.is_some());
        assert_eq!(moment(" 2026-03-31T14:00:00.000000+02:00 "), noon);
        assert_eq!(moment("2026-03-31"), None);
    }
}
