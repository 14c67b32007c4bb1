//! When two identifiers are the same, and when they nearly are.
//!
//! **The same** is strict: Unicode's `NFKC_Casefold` (compatibility composition, full case folding, nothing invisible; UAX #15, UAX #44) with white
//! space collapsed, and nothing else. So `josé@` and `jose@` are two people, and `C‑1` in full width is `c-1`. The domain of an e-mail counts as
//! its IDNA form (UTS #46, nontransitional), in which the mail goes out. Unique keys are made of it.
//!
//! **Nearly the same** is what a hand or a spreadsheet makes of an identifier: other accents or letters beside each other ([`super::fold`]), other
//! punctuation, zeros in front of a number more or less. It warns and finds, and decides nothing.

use std::borrow::Cow;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use unicode_normalization::UnicodeNormalization;

use super::fold::{fold, is_invisible, shortened};
use super::spelling;

static CASE: CaseMapperBorrowed<'static> = CaseMapper::new();

/// The key that two identifiers share exactly when they are the same: at most [`super::fold::KEY_LIMIT`] bytes. Empty only where nothing is seen.
#[must_use]
pub fn key(text: &str) -> String {
    shortened(same(text))
}

/// As [`key`], of an e-mail.
#[must_use]
pub fn email_key(email: &str) -> String {
    let ascii = |domain: &str| idna::domain_to_ascii(domain).ok().filter(|ascii| !ascii.is_empty());
    match email.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => {
            shortened(format!("{}@{}", same(local), ascii(domain).unwrap_or_else(|| same(domain))))
        }
        _ => key(email),
    }
}

/// What an identifier has in common with those that nearly are the same; those that are the same have it too. At most
/// [`super::fold::KEY_LIMIT`] bytes, and empty only where [`key`] is.
#[must_use]
pub fn near(text: &str) -> String {
    let folded = fold(&same(text));
    let mut near = String::with_capacity(folded.len());
    let mut characters = folded.chars();
    // Whether a digit of the present number has been taken.
    let mut in_number = false;
    while let Some(c) = characters.next() {
        let is_digit = c.is_ascii_digit();
        let is_leading_zero =
            c == '0' && !in_number && characters.clone().find(|next| counts(*next)).is_some_and(|next| next.is_ascii_digit());
        if !is_leading_zero && counts(c) {
            near.push(c);
        }
        in_number = is_digit && !is_leading_zero;
    }
    match (near.is_empty(), folded.is_empty()) {
        (false, _) => shortened(near),
        (true, false) => shortened(folded),
        (true, true) => key(text),
    }
}

/// As [`near`], of an e-mail.
#[must_use]
pub fn near_email(email: &str) -> String {
    near(&readable(email))
}

/// An e-mail with its domain as people read it, whatever form it is in.
#[must_use]
pub fn readable(email: &str) -> Cow<'_, str> {
    match email.rsplit_once('@') {
        Some((local, domain)) if domain.contains("xn--") || domain.contains("XN--") => {
            Cow::Owned(format!("{local}@{}", idna::domain_to_unicode(domain).0))
        }
        _ => Cow::Borrowed(email),
    }
}

/// Whether a character of a fold counts when identifiers are compared generously.
fn counts(c: char) -> bool {
    !c.is_whitespace() && spelling::counts(c)
}

fn same(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.to_ascii_lowercase();
    }
    let composed: String = text.nfc().collect();
    // The acute accent that stands for an apostrophe stays one: NFKC would make it a blank with an accent, which the fold parts from it. What the
    // second pass changes are rare letters whose folded form decomposes otherwise.
    let folded = composed.split('´').map(|part| casefold(&casefold(part))).collect::<Vec<_>>().join("´");
    let words: Vec<&str> = folded.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    // The blank of Braille is none to Unicode, and is cut off all the same (`super::text`).
    words.join(" ").trim_matches([' ', '\u{2800}']).to_owned()
}

fn casefold(text: &str) -> String {
    let visible: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    CASE.fold_string(&visible).nfkc().filter(|c| !is_invisible(*c)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::fold;

    #[test]
    fn the_same_is_what_differs_by_nothing_that_is_seen_but_case() {
        for (one, other) in [
            ("C-1", "c-1"),
            ("C-1", "C-1\u{200B}"),
            ("Ｃ-1", "C-1"),
            ("  A \u{A0} b ", "a b"),
            ("Straße", "STRASSE"),
            ("Straße", "STRAẞE"),
            ("Cafe\u{301}", "CAFÉ"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ﬁ", "FI"),
            ("İ", "i\u{307}"),
            ("A\u{2800}", "a"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn nothing_else_is_the_same() {
        for (one, other) in [
            ("josé", "jose"),
            ("o'brien", "o’brien"),
            ("C-1", "C–1"),
            ("C-1", "C1"),
            ("042", "42"),
            ("ø", "o"),
            ("ı", "i"),
            ("か", "が"),
            ("٣", "3"),
        ] {
            assert_ne!(key(one), key(other), "{one} {other}");
            assert!(!key(one).is_empty());
        }
        for (one, other) in
            [("josé", "jose"), ("o'brien", "o’brien"), ("C-1", "C–1"), ("C-1", "C1"), ("042", "42"), ("C-000042", "c 42"), ("00.42", "42")]
        {
            assert_eq!(near(one), near(other), "{one} {other}");
        }
        for (one, other) in [("42", "420"), ("4-2", "43"), ("0", "1"), ("a_b", "ab"), ("jo@x", "jox"), ("C-100", "C-1")] {
            assert_ne!(near(one), near(other), "{one} {other}");
        }
        assert_eq!((near("000"), near("---"), near("")), ("0".to_owned(), "---".to_owned(), String::new()));
    }

    #[test]
    fn a_domain_is_its_idna_form() {
        assert_eq!(email_key("Info@Müller.example"), "info@xn--mller-kva.example");
        assert_eq!(email_key("info@MU\u{308}LLER。example"), email_key("info@xn--mller-kva.example"));
        assert_eq!(email_key("INFO@XN--MLLER-KVA.example"), "info@xn--mller-kva.example");
        for (one, other) in [
            ("info@müller.example", "info@muller.example"),
            ("info@straße.example", "info@strasse.example"),
            ("josé@x.example", "jose@x.example"),
        ] {
            assert_ne!(email_key(one), email_key(other), "{one}");
        }
        for (one, other) in [
            ("info@müller.example", "info@muller.example"),
            ("info@xn--mller-kva.example", "info@muller.example"),
            ("josé@x.example", "j.o.s.e@x.example"),
        ] {
            assert_eq!(near_email(one), near_email(other), "{one}");
        }
        // No domain in the sense of IDNA, and yet a key.
        assert_eq!(email_key("A@ü.xn--0.x"), "a@ü.xn--0.x");
        assert_eq!(email_key("no address"), "no address");
    }

    #[test]
    fn a_long_key_ends_in_a_hash() {
        let long = "é".repeat(2_000);
        assert!(key(&long).len() <= fold::KEY_LIMIT && near(&long).len() <= fold::KEY_LIMIT);
        assert_ne!(key(&long), key(&format!("{long}e")));
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in "\\PC{0,12}|.{0,8}", mail in "[\\PC]{1,6}@[a-zé日ß]{1,6}\\.[a-zü]{2,4}") {
            prop_assert_eq!(key(&key(&text)), key(&text));
            prop_assert_eq!(email_key(&email_key(&mail)), email_key(&mail));
        }

        /// What is the same is nearly the same; and among the letters of identifiers, what is the same folds the same.
        #[test]
        fn near_and_the_fold_are_wider(text in "\\PC{0,12}", plain in "[A-Za-z0-9 äßÉñŁøçžİőẞ東かカ.,'’´_/-]{0,12}") {
            prop_assert_eq!(near(&key(&text)), near(&text));
            prop_assert_eq!(fold::fold(&key(&plain)), fold::fold(&plain));
        }
    }
}
