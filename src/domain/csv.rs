//! Cells of a CSV file that a spreadsheet may open.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` (or with a tab or a line break before one) for a formula, so a name
//! could run one on the machine of whoever opens the file. Such a cell gets an apostrophe in front, which spreadsheets show as text. So
//! does one that begins with an apostrophe itself: therefore exactly one is taken away on the way back, and nothing is lost. (OWASP, "CSV
//! Injection".)

use std::borrow::Cow;

/// The character that makes a cell text.
const GUARD: char = '\'';
/// What a formula begins with, and what spreadsheets skip before it.
const DANGEROUS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// The cell as it is written.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(DANGEROUS) || text.starts_with(GUARD) { Cow::Owned(format!("{GUARD}{text}")) } else { Cow::Borrowed(text) }
}

/// A cell of another file, which may have guards of its own, as it is written again: it begins no formula, and is read as it was.
#[must_use]
pub fn defused(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(DANGEROUS) { guarded(cell) } else { Cow::Borrowed(cell) }
}

/// The text of a cell as it was before [`guarded`].
#[must_use]
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(text) if text.starts_with(DANGEROUS) || text.starts_with(GUARD) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("'=1+1", "''=1+1"),
            ("''=1+1", "'''=1+1"),
            ("-5", "'-5"),
            ("@x", "'@x"),
            ("\t=1", "'\t=1"),
            ("+49 30 1", "'+49 30 1"),
            ("Acme", "Acme"),
            ("", ""),
            ("O'Brien", "O'Brien"),
        ] {
            assert_eq!(guarded(text), cell);
            assert_eq!(unguarded(cell), text);
        }
        assert_eq!(unguarded("'Tis"), "'Tis", "of another program's file");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "['=+@\\-\\t\\na ]{0,6}") {
            let cell = guarded(&text);
            prop_assert!(!cell.starts_with(DANGEROUS));
            prop_assert_eq!(unguarded(&cell), text.as_str());
            let again = defused(&text);
            prop_assert!(!again.starts_with(DANGEROUS));
            prop_assert_eq!(unguarded(&again), unguarded(&text));
            prop_assert_eq!(defused(&again), again.clone());
        }
    }
}
