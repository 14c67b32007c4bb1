//! The ways of writing a text that count as one when something is looked for.
//!
//! **Punctuation** that people add or leave out does not count, inside a word or at its ends: `Punctz Ltd.`, `S.A.R.L.`, `O’Brien`. What stands for
//! a word, or tells addresses and amounts apart, does ([`counts`]). **Letters** that languages write in two ways find each other: `Müller` and
//! `Mueller`, `Åse` and `Aase`. A vowel before an `e` that somebody typed is left alone: it is the text with the letter that is looked into in
//! both spellings, and the word with the letter that is looked for in both. **Telephone numbers** are marked by their last digits, since what comes
//! before, `+49`, `0049` or `0`, may be written or not.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::{Folded, Letters, all_digits, fold, second_letter};
use super::needle::{holds, occurrences};
use super::punctuation::is_punctuation;

/// A telephone number is recognized by this many of its last digits.
const LAST_DIGITS: usize = 5;

/// Whether a character counts even where punctuation does not.
#[must_use]
pub fn counts(c: char) -> bool {
    !is_punctuation(c) || matches!(c, '%' | '_' | '@' | '#' | '&' | '+' | '=')
}

/// A folded text without the punctuation that does not count.
#[must_use]
pub fn loosened(folded: &str) -> Cow<'_, str> {
    if folded.chars().all(counts) {
        return Cow::Borrowed(folded);
    }
    // Folded again, so that blanks stand alone.
    Cow::Owned(fold(&folded.chars().filter(|c| counts(*c)).collect::<String>()))
}

/// The fold of a text with two letters in place of each that a language may write so; `None` if it has no such letter.
#[must_use]
pub fn spelled_out(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let composed: String = text.nfc().collect();
    composed.contains(|c| second_letter(c).is_some()).then(|| Folded::of(&composed, Letters::Two).text)
}

/// What one term looks for, in each way it may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    /// Any of these counts. They are folded.
    pub texts: Vec<String>,
    /// Punctuation counts.
    pub is_literal: bool,
    /// Its digits, if it is written like a telephone number.
    pub digits: Option<String>,
}

/// A text in each way in which it is looked into.
#[derive(Debug, Clone)]
pub struct Spellings {
    /// Folded, and also with letters spelled out.
    literal: Vec<String>,
    /// The same without the punctuation that does not count, where that is another text.
    loose: Vec<String>,
}

impl Spellings {
    /// Spells a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let literal: Vec<String> = std::iter::once(fold(text)).chain(spelled_out(text)).collect();
        let loose = literal.iter().filter_map(|text| match loosened(text) {
            Cow::Owned(loose) => Some(loose),
            Cow::Borrowed(_) => None,
        });
        Self { loose: loose.collect(), literal }
    }

    /// Whether the text holds what is looked for.
    #[must_use]
    pub fn hold(&self, needle: &Needle) -> bool {
        let loose = if needle.is_literal { &[][..] } else { &self.loose };
        let holds_text = self.literal.iter().chain(loose).any(|text| needle.texts.iter().any(|wanted| holds(text, wanted)));
        let holds_number = |digits: &String| self.literal.first().is_some_and(|text| number_in(&all_digits(text), digits).is_some());
        holds_text || needle.digits.as_ref().is_some_and(holds_number)
    }
}

/// Where any of these stands in a text: byte ranges of it, sorted and apart.
///
/// A range holds whole letters as a reader sees them (extended grapheme clusters, UAX #29): accents belong to their letter, and an `s` that is half
/// of a folded `ß` marks the `ß`.
#[must_use]
pub fn hits<'a>(text: &str, needles: impl IntoIterator<Item = &'a Needle>) -> Vec<Range<usize>> {
    let mut ways = vec![Folded::traced(text, Letters::One)];
    if text.contains(|c| second_letter(c).is_some()) {
        ways.push(Folded::traced(text, Letters::Two));
    }
    let loose: Vec<Folded> = ways.iter().filter(|way| !way.text.chars().all(counts)).map(|way| way.only(counts)).collect();
    let mut found = Vec::new();
    for needle in needles {
        let before = found.len();
        for way in ways.iter().chain(if needle.is_literal { &[][..] } else { &loose }) {
            let places = needle.texts.iter().flat_map(|wanted| occurrences(&way.text, wanted));
            found.extend(places.map(|range| way.origin(&range)));
        }
        if let Some(digits) = needle.digits.as_ref().filter(|_| found.len() == before) {
            let only = ways[0].only(|c| c.is_ascii_digit());
            found.extend(number_in(&only.text, digits).map(|range| only.origin(&range)));
        }
    }
    whole_letters(text, found)
}

/// Where the digits of a telephone number stand among those of a text: all of them, or as many of the last ones as tell it from others.
fn number_in(digits: &str, number: &str) -> Option<Range<usize>> {
    (0..=number.len().saturating_sub(LAST_DIGITS)).filter(|from| *from < number.len()).find_map(|from| {
        let at = digits.find(&number[from..])?;
        Some(at..at + number.len() - from)
    })
}

/// Widens ranges to the letters a reader sees, and merges those that overlap or touch.
fn whole_letters(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if ranges.is_empty() {
        return ranges;
    }
    ranges.sort_by_key(|range| range.start);
    // Each byte of ASCII is a letter, but for line breaks, of which nobody sees a half.
    let mut starts: Vec<usize> =
        if text.is_ascii() { (0..text.len()).collect() } else { text.grapheme_indices(true).map(|(at, _)| at).collect() };
    starts.push(text.len());
    let mut whole: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        let start = starts[starts.partition_point(|at| *at <= range.start) - 1];
        let end = starts[starts.partition_point(|at| *at < range.end)];
        match whole.last_mut() {
            Some(last) if last.end >= start => last.end = last.end.max(end),
            _ => whole.push(start..end),
        }
    }
    whole
}

#[cfg(test)]
mod tests;
