//! What a term looks for: a text with wildcards, in each form in which it counts.

use std::fmt;
use std::ops::Range;

use crate::domain::needle;
use crate::domain::spelling::{Needle, counts, loosened};

/// Stands after a letter that a language may also write as that letter and an `e`, from the typed text to the pattern. Cleaned text holds no
/// characters for private use.
pub const OR_E: char = '\u{e010}';
/// The same for an `a`.
pub const OR_A: char = '\u{e011}';

/// So many digits are one telephone number, however they are grouped.
const NUMBER: usize = 7;

/// A text to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As it was typed, folded; letters that may be spelled out are marked.
    typed: Vec<Piece>,
    /// Each form in which it counts: its pieces in their order. Not empty.
    pub forms: Vec<Vec<Piece>>,
    /// Punctuation counts.
    pub is_literal: bool,
}

/// Which part of a field the pattern has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Any part of it.
    Part,
    /// Its beginning (`^`).
    Start,
    /// All of it (`=`).
    Whole,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These characters.
    Text(String),
    /// `*`: any number of any characters.
    Run,
    /// `?`: any one character.
    One,
}

impl Pattern {
    /// Reads a word, in which `*` and `?` are wildcards and punctuation does not count, unless there is nothing else.
    #[must_use]
    pub fn word(value: &str) -> Self {
        Self::generous(pieces(value))
    }

    /// Reads a word without wildcards.
    #[must_use]
    pub fn plain_word(value: &str) -> Self {
        Self::generous(vec![Piece::Text(value.to_owned())])
    }

    fn generous(typed: Vec<Piece>) -> Self {
        let mut forms = Vec::new();
        for spelled in spellings(&typed) {
            let loose: Vec<Piece> = spelled.iter().filter_map(|piece| map_text(piece, |text| loosened(text).into_owned())).collect();
            if loose.iter().any(|piece| matches!(piece, Piece::Text(_))) {
                forms.push(loose);
            }
            if let [Piece::Text(text)] = spelled.as_slice() {
                forms.extend(other_forms(text).into_iter().map(|text| vec![Piece::Text(text)]));
            }
        }
        let is_literal = forms.is_empty();
        if is_literal {
            forms = spellings(&typed);
        }
        let mut distinct: Vec<Vec<Piece>> = Vec::with_capacity(forms.len());
        for form in forms {
            if !distinct.contains(&form) {
                distinct.push(form);
            }
        }
        Self { typed, forms: distinct, is_literal }
    }

    /// Reads a phrase: every character counts.
    #[must_use]
    pub fn phrase(value: &str) -> Self {
        Self::literal(vec![Piece::Text(value.to_owned())])
    }

    /// Reads a word of which every character counts but the wildcards.
    #[must_use]
    pub fn exactly(value: &str) -> Self {
        Self::literal(pieces(value))
    }

    fn literal(typed: Vec<Piece>) -> Self {
        Self { forms: spellings(&typed), typed, is_literal: true }
    }

    /// The text of each form, if there are no wildcards.
    #[must_use]
    pub fn plain(&self) -> Option<Vec<&str>> {
        let plain = self.forms.iter().map(|form| match form.as_slice() {
            [Piece::Text(text)] => Some(text.as_str()),
            _ => None,
        });
        plain.collect()
    }

    /// Whether there is nothing in it but punctuation that counts only by itself.
    #[must_use]
    pub fn is_punctuation(&self) -> bool {
        self.typed.iter().all(|piece| matches!(piece, Piece::Text(text) if !text.chars().any(counts)))
    }

    /// The texts between the wildcards, each to be found by itself.
    #[must_use]
    pub fn needles(&self) -> Vec<Needle> {
        let texts = |form: &Vec<Piece>| {
            let texts = form.iter().filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.clone()),
                Piece::Run | Piece::One => None,
            });
            texts.collect::<Vec<String>>()
        };
        let is_literal = self.is_literal;
        if self.plain().is_some() {
            return vec![Needle { texts: self.forms.iter().flat_map(texts).collect(), is_literal, digits: self.digits() }];
        }
        let mut forms: Vec<_> = self.forms.iter().map(|form| texts(form).into_iter()).collect();
        let longest = forms.iter().map(ExactSizeIterator::len).max().unwrap_or_default();
        (0..longest).map(|_| Needle { texts: forms.iter_mut().filter_map(Iterator::next).collect(), is_literal, digits: None }).collect()
    }

    /// The digits of what is written like a telephone number.
    fn digits(&self) -> Option<String> {
        match self.typed.as_slice() {
            [Piece::Text(text)] if !self.is_literal && is_number(text) => {
                Some(of_number(text).chars().filter(char::is_ascii_digit).collect())
            }
            _ => None,
        }
    }

    /// The first byte range of a folded text that matches a form of the pattern.
    #[must_use]
    pub fn hit(&self, extent: Extent, text: &str) -> Option<Range<usize>> {
        self.forms.iter().find_map(|form| hit(form, extent, text))
    }
}

impl From<&Needle> for Pattern {
    fn from(needle: &Needle) -> Self {
        let forms: Vec<Vec<Piece>> = needle.texts.iter().map(|text| vec![Piece::Text(text.clone())]).collect();
        Self { typed: forms.first().cloned().unwrap_or_default(), forms, is_literal: needle.is_literal }
    }
}

impl fmt::Display for Pattern {
    /// As it was typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.typed.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(&with_letters(text)),
            Piece::Run => f.write_str("*"),
            Piece::One => f.write_str("?"),
        })
    }
}

/// The length of the telephone number that a text begins with, if that is written in several groups: `+49 (0)30 5550-1420`.
pub fn grouped_number(text: &str) -> Option<usize> {
    let (mut end, mut groups, mut digits, mut at) = (0, 0, 0, 0);
    for word in text.split(' ') {
        let body = if groups == 0 { word.strip_prefix('+').unwrap_or(word) } else { word };
        let is_group =
            body.contains(|c: char| c.is_ascii_digit()) && body.chars().all(is_of_number) && (groups == 0 || !body.starts_with('-'));
        let is_between = groups > 0 && !word.is_empty() && word.chars().all(|c| is_of_number(c) && !c.is_ascii_digit());
        if is_group {
            groups += 1;
            digits += body.chars().filter(char::is_ascii_digit).count();
            end = at + word.len();
        } else if !is_between {
            break;
        }
        at += word.len() + 1;
    }
    let begins_one = text.starts_with(['+', '0', '(']);
    (groups >= 2 && digits >= NUMBER && (begins_one || groups >= 3)).then_some(end)
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '(' | ')' | '-' | '.' | '/')
}

fn is_number(text: &str) -> bool {
    let body = text.strip_prefix('+').unwrap_or(text);
    body.chars().all(|c| c == ' ' || is_of_number(c)) && body.chars().filter(char::is_ascii_digit).count() >= NUMBER
}

/// A telephone number in one piece. After the country's code, `(0)` is not dialled.
fn of_number(text: &str) -> String {
    let is_international = text.starts_with('+') || text.starts_with("00");
    let dialled = if is_international { text.replacen("(0)", "", 1) } else { text.to_owned() };
    dialled.chars().filter(|c| *c == '+' || c.is_ascii_digit()).collect()
}

/// The forms in which a text without wildcards counts, beside that without punctuation.
fn other_forms(text: &str) -> Vec<String> {
    let mut forms = Vec::new();
    if is_number(text) {
        let number = of_number(text);
        forms.extend(number.strip_prefix("00").map(|international| format!("+{international}")));
        forms.insert(0, number);
    }
    // What is an address stays together.
    if !text.contains('@') {
        let parted: String = text.chars().map(|c| if counts(c) { c } else { ' ' }).collect();
        let parted = parted.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        if parted.contains(' ') {
            forms.push(parted);
        }
    }
    forms
}

fn pieces(value: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for character in value.chars() {
        match (character, pieces.last_mut()) {
            ('*', Some(Piece::Run)) => {}
            ('*', _) => pieces.push(Piece::Run),
            ('?', _) => pieces.push(Piece::One),
            (character, Some(Piece::Text(text))) => text.push(character),
            (character, _) => pieces.push(Piece::Text(character.to_string())),
        }
    }
    pieces
}

/// The pieces with each marked letter as one, and as two.
fn spellings(typed: &[Piece]) -> Vec<Vec<Piece>> {
    let spelled = |spell: &dyn Fn(&str) -> String| typed.iter().filter_map(|piece| map_text(piece, spell)).collect::<Vec<Piece>>();
    let one = spelled(&|text| text.replace([OR_E, OR_A], ""));
    let two = spelled(&|text| text.replace(OR_E, "e").replace(OR_A, "a"));
    if one == two { vec![one] } else { vec![one, two] }
}

/// A piece with another text; `None` where the text is empty.
fn map_text(piece: &Piece, text_of: impl Fn(&str) -> String) -> Option<Piece> {
    match piece {
        Piece::Text(text) => Some(text_of(text)).filter(|text| !text.is_empty()).map(Piece::Text),
        other => Some(other.clone()),
    }
}

/// A text of which the letters that may be spelled out are typed again.
fn with_letters(text: &str) -> String {
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

/// Whether a form is looked for at the beginnings of words only: it begins with a short text ([`needle`]) and may match any part.
#[must_use]
pub fn begins_word(form: &[Piece], extent: Extent) -> bool {
    extent == Extent::Part && matches!(form.first(), Some(Piece::Text(text)) if needle::is_short(text))
}

/// The first byte range of a text that matches a form.
///
/// Each run is as short as possible; since only the last part can be bound to the end, the first fit of each part is also the best, and nothing has
/// to be tried twice.
fn hit(form: &[Piece], extent: Extent, text: &str) -> Option<Range<usize>> {
    let is_bound_to_word = begins_word(form, extent);
    let mut parts = form.split(|piece| *piece == Piece::Run).enumerate().peekable();
    let (mut start, mut at) = (None, 0);
    while let Some((i, part)) = parts.next() {
        let is_bound_to_start = i == 0 && extent != Extent::Part;
        let is_bound_to_end = extent == Extent::Whole && parts.peek().is_none();
        let found = match (is_bound_to_start, is_bound_to_end) {
            (true, false) => length_at(part, text).map(|length| 0..length),
            (true, true) => length_at(part, text).filter(|length| *length == text.len()).map(|length| 0..length),
            (false, true) => last_fit(part, text, at),
            (false, false) => first_fit(part, text, at, is_bound_to_word && i == 0),
        }?;
        start.get_or_insert(found.start);
        at = found.end;
    }
    Some(start.unwrap_or(0)..at)
}

/// The length in bytes of what matches a part at the beginning of a text.
fn length_at(part: &[Piece], text: &str) -> Option<usize> {
    let mut rest = text;
    for piece in part {
        rest = match piece {
            Piece::Text(characters) => rest.strip_prefix(characters.as_str())?,
            Piece::One => {
                let mut characters = rest.chars();
                characters.next()?;
                characters.as_str()
            }
            Piece::Run => rest,
        };
    }
    Some(text.len() - rest.len())
}

fn first_fit(part: &[Piece], text: &str, from: usize, at_word: bool) -> Option<Range<usize>> {
    if let ([Piece::Text(characters)], false) = (part, at_word) {
        return text[from..].find(characters.as_str()).map(|at| from + at..from + at + characters.len());
    }
    starts(text, from)
        .filter(|at| !at_word || needle::begins_word_at(text, *at))
        .find_map(|at| length_at(part, &text[at..]).map(|length| at..at + length))
}

/// The match that ends with the text.
fn last_fit(part: &[Piece], text: &str, from: usize) -> Option<Range<usize>> {
    starts(text, from).find(|at| length_at(part, &text[*at..]) == Some(text.len() - at)).map(|at| at..text.len())
}

/// The byte positions at which a part may begin.
fn starts(text: &str, from: usize) -> impl Iterator<Item = usize> {
    (from..=text.len()).filter(|at| text.is_char_boundary(*at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by trying every way, from the beginning to the end.
    fn naive(pieces: &[Piece], text: &str) -> bool {
        match pieces.split_first() {
            None => text.is_empty(),
            Some((Piece::Text(characters), rest)) => text.strip_prefix(characters.as_str()).is_some_and(|after| naive(rest, after)),
            Some((Piece::One, rest)) => {
                let mut characters = text.chars();
                characters.next().is_some() && naive(rest, characters.as_str())
            }
            Some((Piece::Run, rest)) => (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| naive(rest, &text[at..])),
        }
    }

    fn piece() -> impl Strategy<Value = Piece> {
        prop_oneof!["[abé-]{1,3}".prop_map(Piece::Text), Just(Piece::Run), Just(Piece::One)]
    }

    proptest! {
        #[test]
        fn hits_are_those_of_trying_everything(pieces in prop::collection::vec(piece(), 1..6), text in "[abé -]{0,8}") {
            prop_assert_eq!(hit(&pieces, Extent::Whole, &text).is_some(), naive(&pieces, &text));
            let mut open = pieces.clone();
            open.push(Piece::Run);
            prop_assert_eq!(hit(&pieces, Extent::Start, &text).is_some(), naive(&open, &text));
            let starts = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
            let mut starts = starts.filter(|at| !begins_word(&pieces, Extent::Part) || needle::begins_word_at(&text, *at));
            prop_assert_eq!(hit(&pieces, Extent::Part, &text).is_some(), starts.any(|at| naive(&open, &text[at..])));
        }
    }
}
