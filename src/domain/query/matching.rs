//! Matches a customer with a search: the exact answer, after an index has found the customers that may match.

use chrono::NaiveDate;

use super::language::{Clause, Comparison, Field, Search, Term, Test};
use crate::domain::customer::Kind;
use crate::domain::needle;
use crate::domain::places::Country;
use crate::domain::spelling::Needle;

/// A customer as a search sees it, folded. Each answer is worked out only for searches that ask for it.
pub trait Record {
    /// Enabled or disabled.
    fn is_enabled(&self) -> bool;
    /// Company or individual.
    fn kind(&self) -> Kind;
    /// Somebody could sign in to the portal for it, and was never invited.
    fn is_never_invited(&self) -> bool;
    /// The day it was created, in the installation's time zone.
    fn created_on(&self) -> NaiveDate;
    /// The countries of its addresses.
    fn countries(&self) -> impl Iterator<Item = Country>;
    /// The last days of its entitlements; `None` is one without an end.
    fn ends(&self) -> impl Iterator<Item = Option<NaiveDate>>;
    /// Each field that it has, in each way in which it is looked into.
    fn fields(&self) -> impl Iterator<Item = FieldText<'_>>;
}

/// A field of a customer, folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldText<'a> {
    /// Which one.
    pub field: Field,
    /// Punctuation has been left out, or it is another way to write it: not for what is looked for literally.
    pub is_loose: bool,
    /// What it holds.
    pub text: &'a str,
}

impl FieldText<'_> {
    /// Whether what is looked for, literally or not, may be found here.
    #[must_use]
    pub fn counts_for(&self, is_literal: bool) -> bool {
        !(is_literal && self.is_loose)
    }

    /// Whether it holds what is looked for.
    #[must_use]
    pub fn holds(&self, word: &Needle) -> bool {
        self.counts_for(word.is_literal) && word.texts.iter().any(|text| needle::holds(self.text, text))
    }
}

impl Search {
    /// Whether a customer is a hit of the search.
    #[must_use]
    pub fn matches(&self, record: &impl Record) -> bool {
        self.clauses.iter().all(|Clause(terms)| terms.iter().any(|term| term.matches(record)))
    }
}

impl Term {
    fn matches(&self, record: &impl Record) -> bool {
        self.test.matches(record) != self.excluded
    }
}

impl Test {
    fn matches(&self, record: &impl Record) -> bool {
        match self {
            Self::Enabled(enabled) => record.is_enabled() == *enabled,
            Self::Kind(kind) => record.kind() == *kind,
            Self::NeverInvited => record.is_never_invited(),
            Self::Country(country) => record.countries().any(|known| known == *country),
            Self::Created(comparison, day) => comparison.holds(record.created_on(), *day),
            Self::Ends(comparison, day) => record.ends().flatten().any(|end| comparison.holds(end, *day)),
            Self::EndsNever => record.ends().any(|end| end.is_none()),
            Self::Text { field, extent, pattern } => record.fields().any(|known| {
                let is_looked_into = field.is_none_or(|field| field == known.field) && known.counts_for(pattern.is_literal);
                is_looked_into && pattern.fits(*extent, known.text)
            }),
        }
    }
}

impl Comparison {
    fn holds(self, known: NaiveDate, day: NaiveDate) -> bool {
        match self {
            Self::Before => known < day,
            Self::Until => known <= day,
            Self::On => known == day,
            Self::From => known >= day,
            Self::After => known > day,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Acme;

    impl Record for Acme {
        fn is_enabled(&self) -> bool {
            true
        }

        fn kind(&self) -> Kind {
            Kind::Company
        }

        fn is_never_invited(&self) -> bool {
            false
        }

        fn created_on(&self) -> NaiveDate {
            NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
        }

        fn countries(&self) -> impl Iterator<Item = Country> {
            Country::parse("DE").into_iter()
        }

        fn ends(&self) -> impl Iterator<Item = Option<NaiveDate>> {
            std::iter::once(NaiveDate::from_ymd_opt(2027, 1, 31))
        }

        fn fields(&self) -> impl Iterator<Item = FieldText<'_>> {
            [
                literal(Field::Number, "c-000042"),
                literal(Field::Name, "acme robotics gmbh"),
                literal(Field::Ref, "r-12"),
                literal(Field::Contact, "jana hoffmann"),
                literal(Field::Email, "jana@acme.example"),
                loose(Field::Email, "jana@acmeexample"),
                literal(Field::Phone, "+49 30 5550 1420"),
                loose(Field::Phone, "+493055501420"),
                loose(Field::Phone, "03055501420"),
                literal(Field::Eid, "eid-7f3a"),
                loose(Field::Eid, "eid7f3a"),
            ]
            .into_iter()
        }
    }

    fn literal(field: Field, text: &str) -> FieldText<'_> {
        FieldText { field, is_loose: false, text }
    }

    fn loose(field: Field, text: &str) -> FieldText<'_> {
        FieldText { is_loose: true, ..literal(field, text) }
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
            ("7f3a", true),
            ("eid:7f3a", true),
            ("EID 7F3A", true),
            ("jana@acme.example;", true),
            ("<jana@acme.example>", true),
            ("mailto:jana@acme.example", true),
            ("\"jana@acmeexample\"", false),
            ("+49 (0)30 5550-1420", true),
            ("0049 30 55501420", true),
            ("030 5550 1420", true),
            ("031 5550 1420", false),
            ("germany", true),
            ("norway", false),
            ("country:germany", true),
            ("country:g", true),
            ("ends:<2027-02-01", true),
            ("ends:>2027-02-01", false),
            ("ends:none", false),
            ("ends:", true),
            ("*", true),
            ("", true),
        ] {
            assert_eq!(Search::parse(text).matches(&Acme), expected, "{text}");
        }
    }
}
