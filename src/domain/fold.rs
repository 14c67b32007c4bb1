//! The fold for finding: what search, marks and shared Ref IDs compare. Being the same is [`super::identity`]'s.
//!
//! Two texts that a reader would call "the same letters" fold to the same text: `muller` and `Müller`, `strasse` and
//! `Straße`, `Ａｃｍｅ` and `ACME`, `o'brien` and `O’Brien`. It is done here and stored, never left to an engine: `SQLite`
//! folds ASCII only, `PostgreSQL` by the collation it was set up with, and a mark drawn by a third rule would miss its word.
//!
//! Each character is folded for itself (so that a position in the fold leads back to the original, see [`super::spelling::hits`]):
//! compatibility decomposition (NFKD, UAX #15), upper and then lower case (which is full case folding but for `ẞ`), letters
//! that Unicode does not decompose (`ø`, `ł`, `æ`; the choices are CLDR's `Latin-ASCII`), accents off, invisible characters
//! out, decimal digits of every script as ASCII, white space and control characters as one blank, none at the ends.
//!
//! Which marks are accents: those with a canonical combining class, except where the Unicode Collation Algorithm (UTS #10)
//! gives them a weight of their own (viramas, the vowels of Thai, Lao and Tibetan), and the voicing marks of kana, without
//! which ハハ (mother) would be パパ (father). What was pulled apart and stays is put together again (Hangul, kana), so that
//! one character a reader sees is one character to search for.

use std::fmt::Write;
use std::ops::Range;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed};
use sha2::{Digest, Sha256};
use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};

/// The longest [`key`] in bytes. A B-tree row of `PostgreSQL` ends at 2,704 bytes, and one character may fold to eighteen.
pub const KEY_LIMIT: usize = 1000;

static IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();
static CATEGORY: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::new();

/// Folds a text for comparison; folding a fold changes nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    if is_plain(text) { text.to_ascii_lowercase() } else { Folded::of(text, Letters::One).text }
}

/// Most texts by far: visible ASCII, and blanks that stand alone between. Of such a text only the case is folded.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    let all = text.bytes().all(|c| {
        let fits = matches!(c, b'!'..=b'~') || (c == b' ' && before != b' ');
        before = c;
        fits
    });
    all && (before != b' ' || text.is_empty())
}

/// The fold for an index: at most [`KEY_LIMIT`] bytes, and different for texts that fold differently. Empty only where nothing is seen: a text
/// of accents alone, which folds to nothing, is its own key.
#[must_use]
pub fn key(text: &str) -> String {
    let mut folded = fold(text);
    if folded.is_empty() {
        folded = text.chars().filter(|c| !(c.is_whitespace() || c.is_control() || is_invisible(*c))).collect();
    }
    shortened(folded)
}

/// A folded text for an index. One that is longer than [`KEY_LIMIT`] keeps its beginning and ends in its SHA-256. The capitals before the hash
/// never stand in a folded text, so no short one can pass for a long one.
pub(super) fn shortened(mut folded: String) -> String {
    if folded.len() > KEY_LIMIT {
        let hash = Sha256::digest(folded.as_bytes());
        let suffix = 8 + 2 * hash.len();
        folded.truncate(folded.floor_char_boundary(KEY_LIMIT - suffix));
        folded.push_str(" SHA256:");
        for byte in hash {
            // Writing to a String cannot fail.
            let _ = write!(folded, "{byte:02x}");
        }
    }
    folded
}

/// All digits of a text as ASCII, whatever stands between them: what a telephone column is searched by (`… ext. 12`).
#[must_use]
pub fn all_digits(text: &str) -> String {
    only_digits(&fold(text))
}

/// Shows nothing by itself: zero-width spaces and joiners, direction marks, variation selectors, tags, fillers
/// (`Default_Ignorable_Code_Point`, UAX #44).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    IGNORABLE.contains(c)
}

/// How letters are folded that languages write in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// As one: `Müller` is `muller`.
    One,
    /// Spelled out: `Müller` is `mueller`.
    Two,
}

/// A fold, and where each of its characters came from.
pub(super) struct Folded {
    pub text: String,
    /// For each character: where it begins in the fold, and the bytes of the original that made it. Empty unless traced, and where each byte
    /// comes from the one at its own place.
    origins: Vec<(usize, Range<usize>)>,
    traced: bool,
    letters: Letters,
    /// White space seen since the last character, not yet written: at the end it is left out.
    blank: Option<Range<usize>>,
}

impl Folded {
    /// The fold alone.
    pub fn of(text: &str, letters: Letters) -> Self {
        Self::all_of(text, letters, false)
    }

    /// The fold, of which each place leads back to the original.
    pub fn traced(text: &str, letters: Letters) -> Self {
        if is_plain(text) {
            return Self { text: text.to_ascii_lowercase(), origins: Vec::new(), traced: true, letters, blank: None };
        }
        Self::all_of(text, letters, true)
    }

    fn all_of(text: &str, letters: Letters, traced: bool) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), origins: Vec::new(), traced, letters, blank: None };
        for (at, c) in text.char_indices() {
            folded.take(c, &(at..at + c.len_utf8()));
        }
        folded
    }

    fn take(&mut self, c: char, origin: &Range<usize>) {
        if c.is_whitespace() || c.is_control() {
            let start = self.blank.as_ref().map_or(origin.start, |blank| blank.start);
            self.blank = Some(start..origin.end);
        } else if c.is_ascii() {
            self.push(c.to_ascii_lowercase(), origin);
        } else if c == '\u{B4}' {
            // NFKD makes the acute accent that stands for an apostrophe (`O´Brien`) a blank.
            self.push('\'', origin);
        } else {
            decompose_compatible(c, |part| self.take_part(part, origin));
            if let (Letters::Two, Some(second)) = (self.letters, second_letter(c)) {
                self.push(second, origin);
            }
        }
    }

    fn take_part(&mut self, part: char, origin: &Range<usize>) {
        if part.is_ascii_control() || part.is_whitespace() {
            self.take(part, origin);
        } else if !is_invisible(part) && !is_accent(part) {
            for lower in part.to_uppercase().flat_map(char::to_lowercase) {
                if let Some(letters) = plain_letters(lower) {
                    letters.chars().for_each(|letter| self.push(letter, origin));
                } else if !is_accent(lower) {
                    self.push(ascii_digit(lower).unwrap_or(lower), origin);
                }
            }
        }
    }

    fn push(&mut self, c: char, origin: &Range<usize>) {
        if let Some(blank) = self.blank.take()
            && !self.text.is_empty()
        {
            self.write(' ', blank);
        }
        if let Some(whole) = self.text.chars().next_back().and_then(|last| join(last, c)) {
            self.text.pop();
            let start = self.origins.pop().map_or(origin.start, |(_, joined)| joined.start);
            self.write(whole, start..origin.end);
        } else {
            self.write(c, origin.clone());
        }
    }

    fn write(&mut self, c: char, origin: Range<usize>) {
        if self.traced {
            self.origins.push((self.text.len(), origin));
        }
        self.text.push(c);
    }

    /// Those of its characters that pass a test, with blanks as in a fold.
    pub fn only(&self, passes: impl Fn(char) -> bool) -> Self {
        let mut only = Self { text: String::with_capacity(self.text.len()), origins: Vec::new(), blank: None, ..*self };
        for (at, c) in self.text.char_indices().filter(|(_, c)| passes(*c)) {
            only.take(c, &self.origin(&(at..at + c.len_utf8())));
        }
        only
    }

    /// The bytes of the original that made these (not empty) bytes of the fold.
    pub fn origin(&self, range: &Range<usize>) -> Range<usize> {
        if self.origins.is_empty() {
            return range.clone();
        }
        let made = |at: usize| {
            let next = self.origins.partition_point(|(start, _)| *start <= at);
            &self.origins[next - 1].1
        };
        made(range.start).start..made(range.end - 1).end
    }
}

/// The ASCII digits of a text.
pub(super) fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Puts together again what belongs to one character: Hangul syllables, and kana with their voicing marks.
fn join(first: char, second: char) -> Option<char> {
    matches!(second, '\u{1161}'..='\u{1175}' | '\u{11A8}'..='\u{11C2}' | '\u{3099}' | '\u{309A}').then(|| compose(first, second)).flatten()
}

/// A mark that search and uniqueness look past; the module's docs say which are not.
fn is_accent(c: char) -> bool {
    match canonical_combining_class(c) {
        0 => matches!(c, '\u{488}' | '\u{489}' | '\u{20DD}'..='\u{20E0}' | '\u{20E2}'..='\u{20E4}'),
        8 | 9 | 84 | 91 | 103 | 118 | 129..=132 => false,
        _ => true,
    }
}

/// The ASCII digit of a decimal digit of any script. Digits stand in runs from zero to nine (Unicode's stability policy);
/// the runs of styled digits, which do not start at a zero each, are ASCII since NFKD.
fn ascii_digit(c: char) -> Option<char> {
    let is_digit = |code: u32| CATEGORY.get32(code) == GeneralCategory::DecimalNumber;
    let code = u32::from(c);
    if code < 0x660 || !is_digit(code) {
        return None;
    }
    let start = (1..code).map(|back| code - back).find(|before| !is_digit(*before))? + 1;
    char::from_digit((code - start) % 10, 10)
}

/// The second letter that a language may write in place of what is above or in a letter: `Mueller`, `Aase`, `Bjoern`.
pub(super) fn second_letter(c: char) -> Option<char> {
    match c {
        'ä' | 'ö' | 'ü' | 'ø' | 'Ä' | 'Ö' | 'Ü' | 'Ø' => Some('e'),
        'å' | 'Å' => Some('a'),
        _ => None,
    }
}

/// What a keyboard without the letter would type.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' | 'ɵ' | 'ɔ' => "o",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'þ' => "th",
        'ł' | 'ƚ' => "l",
        'ħ' => "h",
        'ı' | 'ɨ' => "i",
        'ŧ' | 'ƭ' => "t",
        'ŋ' | 'ɲ' => "n",
        'ə' | 'ɛ' => "e",
        'ĸ' => "q",
        'ƀ' | 'ɓ' => "b",
        'ɠ' | 'ǥ' => "g",
        'ƙ' => "k",
        'ƒ' => "f",
        'ƶ' => "z",
        // The same letter on Arabic, Persian and Urdu keyboards; the tatweel only stretches a word.
        'ی' | 'ى' => "ي",
        'ک' => "ك",
        '\u{640}' => "",
        // The two are written for each other at the end of a word.
        'ة' => "ه",
        // The same character in names, in the form of before the reforms, of a register of families, or of today.
        '髙' => "高",
        '﨑' | '嵜' => "崎",
        '濵' | '濱' => "浜",
        '邉' | '邊' => "辺",
        '齊' | '齋' | '斎' => "斉",
        '澤' => "沢",
        '櫻' => "桜",
        '廣' => "広",
        '國' => "国",
        '眞' => "真",
        '德' => "徳",
        '嶋' | '嶌' => "島",
        '𠮷' => "吉",
        // What word processors make of plain characters.
        '‘' | '’' | '‚' | '‛' | 'ʼ' | 'ʻ' | 'ʽ' | '′' | '׳' => "'",
        '“' | '”' | '„' | '‟' | '″' | '״' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '⁄' => "/",
        _ => return None,
    })
}

#[cfg(test)]
pub(super) mod tests;
