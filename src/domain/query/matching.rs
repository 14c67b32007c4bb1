//! Matches a customer with a search: the exact answer, after an index has found the customers that may match.

use std::ops::Range;

use chrono::NaiveDate;

use super::language::{Clause, Comparison, Extent, Field, Pattern, Piece, Search, Term, Test};
use crate::domain::customer::Kind;
use crate::domain::places::Country;
use crate::domain::{fold, needle};

/// A customer as a search sees it, folded.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// Enabled or disabled.
    pub enabled: bool,
    /// Company or individual.
    pub kind: Kind,
    /// Somebody could sign in to the portal for it, and was never invited.
    pub never_invited: bool,
    /// The day it was created, in the installation's time zone.
    pub created_on: NaiveDate,
    /// The countries of its addresses.
    pub countries: Vec<Country>,
    /// Each field that it has, folded; telephone numbers also by their digits alone.
    pub fields: Vec<(Field, &'a str)>,
}

impl Search {
    /// Whether a customer is a hit of the search.
    #[must_use]
    pub fn matches(&self, record: &Record<'_>) -> bool {
        self.clauses.iter().all(|Clause(terms)| terms.iter().any(|term| term.matches(record)))
    }
}

impl Term {
    fn matches(&self, record: &Record<'_>) -> bool {
        self.test.matches(record) != self.excluded
    }
}

impl Test {
    fn matches(&self, record: &Record<'_>) -> bool {
        match self {
            Self::Enabled(enabled) => record.enabled == *enabled,
            Self::Kind(kind) => record.kind == *kind,
            Self::NeverInvited => record.never_invited,
            Self::Country(country) => record.countries.contains(country),
            Self::Created(comparison, day) => comparison.holds(record.created_on, *day),
            Self::Text { field, extent, pattern } => {
                let digits = pattern.digits();
                record.fields.iter().any(|(known, text)| {
                    let looked_into = field.map_or(*known != Field::Eid, |field| field == *known);
                    let by_digits = || *known == Field::Phone && digits.as_ref().is_some_and(|digits| digits.hit(*extent, text).is_some());
                    looked_into && (pattern.hit(*extent, text).is_some() || by_digits())
                })
            }
        }
    }
}

impl Comparison {
    fn holds(self, created: NaiveDate, day: NaiveDate) -> bool {
        match self {
            Self::Before => created < day,
            Self::Until => created <= day,
            Self::On => created == day,
            Self::From => created >= day,
            Self::After => created > day,
        }
    }
}

impl Pattern {
    /// The pattern of its digits alone, if it looks like a telephone number and is written with anything else.
    #[must_use]
    pub fn digits(&self) -> Option<Self> {
        let digits = self.plain().and_then(fold::digits)?;
        (self.plain() != Some(&digits)).then(|| Self(vec![Piece::Text(digits)]))
    }

    /// Whether the pattern is looked for at the beginnings of words only: it begins with a short text ([`needle`]) and may match any part.
    #[must_use]
    pub fn begins_word(&self, extent: Extent) -> bool {
        extent == Extent::Part && matches!(self.0.first(), Some(Piece::Text(text)) if needle::is_short(text))
    }

    /// Returns the first byte range of a text that matches the pattern.
    ///
    /// Each run is as short as possible; since only the last part can be bound to the end, the first fit of each part is also the best, and
    /// nothing has to be tried twice.
    #[must_use]
    pub fn hit(&self, extent: Extent, text: &str) -> Option<Range<usize>> {
        let parts: Vec<&[Piece]> = self.0.split(|piece| *piece == Piece::Run).collect();
        let last = parts.len() - 1;
        let bound_word = self.begins_word(extent);
        let (mut start, mut at) = (None, 0);
        for (i, part) in parts.iter().enumerate() {
            let bound_start = i == 0 && extent != Extent::Part;
            let bound_end = i == last && extent == Extent::Whole;
            let found = match (bound_start, bound_end) {
                (true, false) => length_at(part, text).map(|length| 0..length),
                (true, true) => length_at(part, text).filter(|length| *length == text.len()).map(|length| 0..length),
                (false, true) => last_fit(part, text, at),
                (false, false) => first_fit(part, text, at, bound_word && i == 0),
            }?;
            start.get_or_insert(found.start);
            at = found.end;
        }
        Some(start.unwrap_or(0)..at)
    }
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

    fn acme() -> Record<'static> {
        Record {
            enabled: true,
            kind: Kind::Company,
            created_on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
            never_invited: false,
            countries: Country::parse("DE").into_iter().collect(),
            fields: vec![
                (Field::Number, "c-000042"),
                (Field::Name, "acme robotics gmbh"),
                (Field::Ref, "r-12"),
                (Field::Contact, "jana hoffmann"),
                (Field::Email, "jana@acme.example"),
                (Field::Phone, "+49 30 5550 1420"),
                (Field::Phone, "493055501420"),
                (Field::Eid, "eid-7f3a"),
            ],
        }
    }

    #[test]
    fn searches_ask_what_they_say() {
        for (text, expected) in [
            ("acme", true),
            ("acme hoffmann", true),
            ("acme nobody", false),
            ("\"robotics gmbh\"", true),
            ("\"gmbh robotics\"", false),
            ("name:hoffmann", false),
            ("contact:hoff", true),
            ("ref:=12", false),
            ("ref:=r-12", true),
            ("name:^acme", true),
            ("name:^robotics", false),
            ("name:=\"acme robotics gmbh\"", true),
            ("ac*gmbh", true),
            ("gmbh*jana", false),
            ("name:=ac*h", true),
            ("name:=ac*b", false),
            ("r?botics", true),
            ("name:=?cme*", true),
            ("-acme", false),
            ("-nobody", true),
            ("nobody OR acme", true),
            ("nobody OR nothing", false),
            ("r", true),
            ("o", false),
            ("name:g", true),
            ("name:m", false),
            ("a*t", true),
            ("-me", true),
            ("status:enabled type:company country:de", true),
            ("-status:enabled", false),
            ("country:fr OR created:2026-03-01", true),
            ("created:>2026-03-01", false),
            ("created:>=2026-03-01", true),
            ("5550-1420", true),
            ("phone:(30)5550", true),
            ("7f3a", false),
            ("eid:7f3a", true),
            ("*", true),
            ("", true),
        ] {
            assert_eq!(Search::parse(text).matches(&acme()), expected, "{text}");
        }
    }

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
            let pattern = Pattern(pieces.clone());
            prop_assert_eq!(pattern.hit(Extent::Whole, &text).is_some(), naive(&pieces, &text));
            let mut open = pieces.clone();
            open.push(Piece::Run);
            prop_assert_eq!(pattern.hit(Extent::Start, &text).is_some(), naive(&open, &text));
            let starts = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
            let mut starts = starts.filter(|at| !pattern.begins_word(Extent::Part) || needle::begins_word_at(&text, *at));
            prop_assert_eq!(pattern.hit(Extent::Part, &text).is_some(), starts.any(|at| naive(&open, &text[at..])));
        }
    }
}
