//! Tests of the fold, beside it: the cases by name first, then what must hold for any text.

use proptest::prelude::*;

use super::*;
use crate::domain::needle::occurrences;

#[test]
fn the_same_letters_fold_to_the_same_text() {
    for (one, other) in [
        ("muller", "Müller"),
        ("strasse", "Straße"),
        ("strasse", "STRAẞE"),
        ("cafe", "Cafe\u{301}"),
        ("acme ltd", "Acme\u{200B} \u{A0}\u{3000}Ltd"),
        ("nord", "\u{FEFF}Nord\u{2060}"),
        ("c-1", "C-1\u{200B}"),
        ("istanbul", "İSTANBUL"),
        ("istanbul", "ISTANBUL"),
        ("σοφοσ", "ΣΟΦΟΣ"),
        ("σοφοσ", "σοφός"),
        ("aelfred thorn", "ÆLFRED Þorn"),
        ("lodz odegaard", "Łódź Ødegaard"),
        ("dakovic", "Đaković"),
        ("o'brien", "O’Brien"),
        ("o'brien", "O´BRIEN"),
        ("a-b - c", "a‐b – c"),
        ("(株)acme", "㈱Ａｃｍｅ"),
        ("高橋", "髙橋"),
        ("مكتبه", "مكتبة"),
        ("צה\"ל", "צה״ל"),
        ("ガス", "ｶﾞｽ"),
        ("한국", "\u{1112}\u{1161}\u{11ab}국"),
        ("نرمافزار", "نرم\u{200C}افزار"),
        ("كريم", "کریم"),
        ("ref 42", "REF ٤٢"),
        ("1", "1\u{FE0F}\u{20E3}"),
        ("❤", "❤\u{FE0F}"),
        ("", " \u{200B}\t\u{202E}\u{0}"),
    ] {
        assert_eq!(fold(other), one, "{other:?}");
        assert_eq!(fold(one), one);
    }
}

#[test]
fn letters_that_differ_stay_different() {
    for (one, other) in [("ハハ", "パパ"), ("कमल", "कमाल"), ("กุ", "กู"), ("क्त", "कत"), ("Acme 1", "Acme1")]
    {
        assert_ne!(fold(one), fold(other));
    }
    assert_eq!(fold("नमस्ते"), "नमस्ते");
}

#[test]
fn keys_are_bounded_and_stay_apart() {
    assert_eq!(key(" C-1\u{200B}"), "c-1");
    assert_eq!((key("\u{640}"), key("\u{200B} ")), ("\u{640}".to_owned(), String::new()));
    let ligatures = "\u{FDFA}".repeat(255);
    let (one, other) = (key(&format!("{ligatures}1")), key(&format!("{ligatures}2")));
    assert!(one.len() <= KEY_LIMIT && one.len() > KEY_LIMIT - 4, "{}", one.len());
    assert_ne!(one, other);
    assert_ne!(key(&one), one, "a typed text cannot be a long one's key");
    assert_eq!(key(&"x".repeat(KEY_LIMIT)), "x".repeat(KEY_LIMIT));
}

#[test]
fn digits_are_found_among_anything_else() {
    assert_eq!(all_digits("+1 (202) 555-0142 ext. 7"), "120255501427");
    assert_eq!(all_digits("۰۲۱ ٤٢"), "02142");
}

#[test]
fn every_decimal_digit_has_its_value() {
    let mut counted = [0_usize; 10];
    for c in '\u{80}'..=char::MAX {
        if CATEGORY.get(c) == GeneralCategory::DecimalNumber {
            let folded = fold(&c.to_string());
            assert!(folded.len() == 1 && folded.is_ascii(), "{c:?} {folded:?}");
            counted[usize::from(folded.as_bytes()[0] - b'0')] += 1;
        }
    }
    assert!(counted[0] > 60 && counted.iter().all(|count| *count == counted[0]), "{counted:?}");
}

#[test]
fn each_character_folds_once_and_for_all() {
    for c in '\0'..=char::MAX {
        let once = fold(&c.to_string());
        assert_eq!(fold(&once), once, "{c:?} U+{:04X}", u32::from(c));
        assert!(!once.contains(|part: char| part.is_ascii_uppercase() || is_invisible(part) || part.is_control()));
    }
}

/// Texts of characters that are hard to fold, and of any others.
pub(in crate::domain) fn hard() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        prop::sample::select(
            "aAsSßẞiıİIΣςéu\u{308}\u{301}\u{323}\u{3099}\u{94D}\u{200B}\u{200D}\u{FEFF}\u{AD} \t\u{3000}\u{0}ﬁ㈱ガかﾞ\
             \u{1112}\u{1161}\u{11AB}한कि१٤👩🏽\u{FE0F}\u{FDFA}Ꭰ🇩🇪"
                .chars()
                .collect::<Vec<_>>()
        ),
        any::<char>(),
    ];
    prop::collection::vec(one, 0..24).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn plain_texts_fold_as_all_do(text in "[ -~]{0,3}[!-~]{0,6}[ -~]{0,9}", word in "[a-z ]{1,2}") {
        let general = Folded::all_of(&text, Letters::One, true);
        prop_assert_eq!(&fold(&text), &general.text);
        let traced = Folded::traced(&text, Letters::One);
        prop_assert_eq!(&traced.text, &general.text);
        let origins = |way: &Folded| occurrences(&general.text, &word).map(|range| way.origin(&range)).collect::<Vec<_>>();
        prop_assert_eq!(origins(&traced), origins(&general));
    }

    #[test]
    fn folding_twice_changes_nothing(text in hard()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn composed_or_not_is_the_same(text in hard()) {
        use unicode_normalization::UnicodeNormalization;
        let (composed, decomposed): (String, String) = (text.nfc().collect(), text.nfd().collect());
        prop_assert_eq!(fold(&composed), fold(&decomposed));
    }
}
