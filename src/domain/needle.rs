//! Where a folded text holds a needle: anywhere, or, where the needle has one or two characters, at the beginnings of words.
//!
//! So many texts hold any two letters that finding them anywhere helps nobody, and no index of trigrams could. Characters that are words by
//! themselves (Chinese, Japanese, Korean, and what is neither letter nor digit) are found wherever they stand.

use std::ops::Range;

/// Whether a needle has fewer than three characters, and so is looked for at the beginnings of words only.
#[must_use]
pub fn is_short(needle: &str) -> bool {
    needle.chars().nth(2).is_none()
}

/// Whether a word begins with a character that stands after another one, or at the beginning of a text.
#[must_use]
pub fn begins_word(before: Option<char>, character: char) -> bool {
    is_alone(character) || before.is_none_or(is_alone)
}

/// Whether a word begins at a byte position of a text.
#[must_use]
pub fn begins_word_at(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(|character| begins_word(text[..at].chars().next_back(), character))
}

/// Whether a character is a word by itself: of a script that puts no blanks between words, or neither letter nor digit.
#[must_use]
pub fn is_alone(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_alphanumeric();
    }
    !character.is_alphanumeric()
        || matches!(character,
            // Thai, Lao, Burmese, Khmer.
            '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
            // Radicals, kana, Bopomofo, ideographs, Yi.
            | '\u{2E80}'..='\u{A4CF}'
            // Hangul, compatibility ideographs, half width kana, the supplementary ideographic planes.
            | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{1B000}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFF}')
}

/// Returns the byte ranges at which a text holds a needle, overlapping ones too; none for the empty needle.
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

/// Whether a text holds a needle; every text holds the empty one.
#[must_use]
pub fn holds(text: &str, needle: &str) -> bool {
    needle.is_empty() || occurrences(text, needle).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_characters_are_found_anywhere_and_fewer_where_words_begin() {
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
