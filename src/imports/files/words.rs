//! Cells that are no texts: yes or no, moments.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

const ENABLED: [&str; 9] = ["enabled", "enable", "active", "aktiv", "aktiviert", "actif", "activo", "activa", "activé"];
const DISABLED: [&str; 14] = [
    "disabled",
    "disable",
    "inactive",
    "blocked",
    "locked",
    "inaktiv",
    "gesperrt",
    "deaktiviert",
    "inactif",
    "désactivé",
    "bloqué",
    "inactivo",
    "inactiva",
    "bloqueado",
];
const YES: [&str; 9] = ["yes", "true", "1", "y", "ja", "wahr", "oui", "sí", "si"];
const NO: [&str; 7] = ["no", "false", "0", "n", "nein", "falsch", "non"];

/// `enabled`, `true`, `yes`, `1`, … and their opposites, in the languages in which files come.
pub(super) fn status(cell: &str) -> Option<bool> {
    word_of_status(cell).or_else(|| yes_or_no(cell))
}

/// A word that is said of nothing but a status.
pub(super) fn word_of_status(cell: &str) -> Option<bool> {
    either(cell, &ENABLED, &DISABLED)
}

/// `yes`, `true`, `1`, … and their opposites.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    either(cell, &YES, &NO)
}

fn either(cell: &str, yes: &[&str], no: &[&str]) -> Option<bool> {
    let word = cell.trim();
    if word.is_empty() {
        return None;
    }
    let word = word.to_lowercase();
    let word = word.as_str();
    if yes.contains(&word) { Some(true) } else { no.contains(&word).then_some(false) }
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
