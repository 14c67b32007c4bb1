//! Where a folded text holds a needle: anywhere, or, where the needle has one or two signs, at the beginnings of words.
//!
//! So many texts hold any two letters that finding them anywhere helps nobody, and no index of trigrams could. Signs that are words by
//! themselves (Chinese, Japanese, Korean, and what is neither letter nor digit) are found wherever they stand.

use std::ops::Range;

/// Needles of fewer signs are looked for at the beginnings of words.
pub const WHOLE: usize = 3;

/// Whether a needle is looked for at the beginnings of words only.
#[must_use]
pub fn is_short(needle: &str) -> bool {
    needle.chars().nth(WHOLE - 1).is_none()
}

/// Whether a word begins with a sign, after another one or at the beginning.
#[must_use]
pub fn begins_word(before: Option<char>, sign: char) -> bool {
    is_alone(sign) || before.is_none_or(is_alone)
}

/// The same, for a place in a text.
#[must_use]
pub fn begins_word_at(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(|sign| begins_word(text[..at].chars().next_back(), sign))
}

/// A sign that is a word by itself: of a script that puts no blanks between words, or neither letter nor digit.
#[must_use]
pub fn is_alone(sign: char) -> bool {
    if sign.is_ascii() {
        return !sign.is_ascii_alphanumeric();
    }
    !sign.is_alphanumeric()
        || matches!(sign,
            // Thai, Lao, Burmese, Khmer.
            '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
            // Radicals, kana, Bopomofo, ideographs, Yi.
            | '\u{2E80}'..='\u{A4CF}'
            // Hangul, compatibility ideographs, half width kana, the supplementary ideographic planes.
            | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{1B000}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFF}')
}

/// Every place of a needle in a text, overlapping ones too; none of the empty needle.
pub fn occurrences<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let step = needle.chars().next().map_or(0, char::len_utf8);
    let short = is_short(needle);
    let mut from = if step == 0 { None } else { Some(0) };
    let everywhere = std::iter::from_fn(move || {
        let at = from? + text[from?..].find(needle)?;
        from = Some(at + step);
        Some(at..at + needle.len())
    });
    everywhere.filter(move |found| !short || begins_word_at(text, found.start))
}

/// Whether a text holds a needle.
#[must_use]
pub fn holds(text: &str, needle: &str) -> bool {
    needle.is_empty() || occurrences(text, needle).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_signs_are_found_anywhere_and_fewer_where_words_begin() {
        for (text, needle, held) in [
            ("acme robotics", "cme", true),
            ("acme robotics", "cm", false),
            ("acme robotics", "ac", true),
            ("acme robotics", "r", true),
            ("acme robotics", "o", false),
            ("jana@nord.example", "no", true),
            ("jana@nord.example", "@", true),
            ("jana@nord.example", "@n", true),
            ("jana@nord.example", "a@", false),
            ("東京株式会社", "京", true),
            ("東京株式会社", "京株", true),
            ("acme 4you", "4y", true),
            ("", "a", false),
            ("a", "", true),
        ] {
            assert_eq!(holds(text, needle), held, "{needle} in {text}");
        }
    }
}
