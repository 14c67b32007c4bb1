//! What somebody typed, folded, with marks for what a fold would lose: the word `OR`, and letters that a language may spell with two.
//!
//! Cleaned text holds no characters for private use.

use unicode_normalization::UnicodeNormalization;

use crate::domain::fold::{fold, second_letter};

/// Stands for the word `OR`.
pub const OR: char = '\u{e000}';
/// The same as a word.
pub const OR_WORD: &str = "\u{e000}";
/// Stands after a letter that may also be written as that letter and an `e`.
const OR_E: char = '\u{e010}';
/// The same for an `a`.
const OR_A: char = '\u{e011}';

/// Reads what somebody typed.
#[must_use]
pub fn typed(text: &str) -> String {
    let text = text.replace([OR, OR_E, OR_A], " ");
    let words: Vec<&str> = text.split_whitespace().map(|word| if word == "OR" { OR_WORD } else { word }).collect();
    let words = words.join(" ");
    if words.is_ascii() {
        return fold(&words);
    }
    let mut marked = String::with_capacity(words.len());
    for c in words.nfc() {
        marked.push(c);
        marked.extend(second_letter(c).map(|second| if second == 'a' { OR_A } else { OR_E }));
    }
    fold(&marked)
}

/// A typed text with each marked letter as one.
#[must_use]
pub fn as_one(typed: &str) -> String {
    typed.replace([OR_E, OR_A], "")
}

/// A typed text with each marked letter as two.
#[must_use]
pub fn as_two(typed: &str) -> String {
    typed.replace(OR_E, "e").replace(OR_A, "a")
}

/// A typed text as it would be typed again.
#[must_use]
pub fn with_letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        let before = letters.chars().next_back();
        let letter = match (before, c) {
            (Some('a'), OR_E) => 'ä',
            (Some('o'), OR_E) => 'ö',
            (Some('u'), OR_E) => 'ü',
            (Some('a'), OR_A) => 'å',
            _ => {
                letters.push(c);
                continue;
            }
        };
        letters.pop();
        letters.push(letter);
    }
    letters
}
