//! A form in which something is looked for: texts and wildcards, and whether they fit a text.

use crate::domain::needle;

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

/// Reads a text in which `*` and `?` are wildcards.
#[must_use]
pub fn pieces(value: &str) -> Vec<Piece> {
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

/// Whether a form is looked for at the beginnings of words only: it begins with a short text ([`needle`]) and may match any part.
fn begins_word(form: &[Piece], extent: Extent) -> bool {
    extent == Extent::Part && matches!(form.first(), Some(Piece::Text(text)) if needle::is_short(text))
}

/// Whether a folded text matches a form.
///
/// Each run is as short as possible; since only the last part can be bound to the end, the first fit of each part is also the best, and nothing has
/// to be tried twice.
#[must_use]
pub fn fits(form: &[Piece], extent: Extent, text: &str) -> bool {
    let is_bound_to_word = begins_word(form, extent);
    let mut parts = form.split(|piece| *piece == Piece::Run).enumerate().peekable();
    let mut rest = Some(0);
    while let (Some(from), Some((nth, part))) = (rest, parts.next()) {
        let is_bound_to_start = nth == 0 && extent != Extent::Part;
        let is_bound_to_end = extent == Extent::Whole && parts.peek().is_none();
        rest = match (is_bound_to_start, is_bound_to_end) {
            (true, false) => length_at(part, text),
            (true, true) => length_at(part, text).filter(|length| *length == text.len()),
            (false, true) => last_fit(part, text, from),
            (false, false) => first_fit(part, text, from, is_bound_to_word && nth == 0),
        };
    }
    rest.is_some()
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

/// Where the first match of a part from a byte position on ends.
fn first_fit(part: &[Piece], text: &str, from: usize, at_word: bool) -> Option<usize> {
    if let [Piece::Text(characters)] = part {
        let mut found = text[from..].match_indices(characters.as_str()).map(|(at, _)| from + at);
        return found.find(|at| !at_word || needle::begins_word_at(text, *at)).map(|at| at + characters.len());
    }
    starts(text, from)
        .filter(|at| !at_word || needle::begins_word_at(text, *at))
        .find_map(|at| length_at(part, &text[at..]).map(|length| at + length))
}

/// The end of the text, if a match of a part ends with it.
fn last_fit(part: &[Piece], text: &str, from: usize) -> Option<usize> {
    starts(text, from).any(|at| length_at(part, &text[at..]) == Some(text.len() - at)).then_some(text.len())
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
            prop_assert_eq!(fits(&pieces, Extent::Whole, &text), naive(&pieces, &text));
            let mut open = pieces.clone();
            open.push(Piece::Run);
            prop_assert_eq!(fits(&pieces, Extent::Start, &text), naive(&open, &text));
            let starts = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
            let mut starts = starts.filter(|at| !begins_word(&pieces, Extent::Part) || needle::begins_word_at(&text, *at));
            prop_assert_eq!(fits(&pieces, Extent::Part, &text), starts.any(|at| naive(&open, &text[at..])));
        }
    }
}
