//! What a term looks for: a text with wildcards, in each form in which it counts.

use std::fmt;

use super::form::{Extent, Piece, fits, pieces};
use super::typed;
use crate::domain::fold::only_digits;
use crate::domain::phone;
use crate::domain::spelling::{Needle, counts, loosened};

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
            [Piece::Text(text)] if !self.is_literal => phone::number(text).map(|number| only_digits(&number)),
            _ => None,
        }
    }

    /// Whether a folded text matches a form of the pattern.
    #[must_use]
    pub fn fits(&self, extent: Extent, text: &str) -> bool {
        self.forms.iter().any(|form| fits(form, extent, text))
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
            Piece::Text(text) => f.write_str(&typed::with_letters(text)),
            Piece::Run => f.write_str("*"),
            Piece::One => f.write_str("?"),
        })
    }
}

/// The forms in which a text without wildcards counts, beside that without punctuation.
fn other_forms(text: &str) -> Vec<String> {
    let mut forms = Vec::new();
    if let Some(number) = phone::number(text) {
        let international = number.strip_prefix("00").map(|number| format!("+{number}"));
        forms.push(number);
        forms.extend(international);
    }
    // What is an address stays together.
    if !text.contains('@') {
        let parts: Vec<&str> = text.split(|c| c == ' ' || !counts(c)).filter(|part| !part.is_empty()).collect();
        let parted = parts.join(" ");
        if parted.contains(' ') {
            forms.push(parted);
        }
    }
    forms
}

/// The pieces with each letter that may be spelled out as one, and as two.
fn spellings(typed: &[Piece]) -> Vec<Vec<Piece>> {
    let spelled = |spell: fn(&str) -> String| typed.iter().filter_map(|piece| map_text(piece, spell)).collect::<Vec<Piece>>();
    let (one, two) = (spelled(typed::as_one), spelled(typed::as_two));
    if one == two { vec![one] } else { vec![one, two] }
}

/// A piece with another text; `None` where the text is empty.
fn map_text(piece: &Piece, text_of: impl Fn(&str) -> String) -> Option<Piece> {
    match piece {
        Piece::Text(text) => Some(text_of(text)).filter(|text| !text.is_empty()).map(Piece::Text),
        other => Some(other.clone()),
    }
}
