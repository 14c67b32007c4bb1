//! Prints a search as it would be typed. Parsed again, it is the same search.

use std::fmt;

use super::{COMPARISONS, Clause, Extent, FIELDS, Pattern, Piece, Search, Term, Test, next_token};

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clause = |clause: &Clause| clause.0.iter().map(Term::to_string).collect::<Vec<_>>().join(" OR ");
        f.write_str(&self.clauses.iter().map(clause).collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Display for Term {
    /// Prints the term without quotation marks if that is parsed as the same term, and with them otherwise.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.excluded { "-" } else { "" };
        let bare = format!("{minus}{}", self.test.spelled(""));
        let same = next_token(&bare).is_some_and(|(token, rest)| rest.is_empty() && Self::parse(token) == *self);
        if same { f.write_str(&bare) } else { write!(f, "{minus}{}", self.test.spelled("\"")) }
    }
}

impl Test {
    /// As it is typed, its text between `quote`s.
    fn spelled(&self, quote: &str) -> String {
        match self {
            Self::Text { field, extent, pattern } => {
                let name = field.and_then(|field| FIELDS.iter().find(|(known, _)| *known == field)).map_or("", |(_, name)| name);
                let operator = match extent {
                    Extent::Part => "",
                    Extent::Start => "^",
                    Extent::Whole => "=",
                };
                let colon = if name.is_empty() { "" } else { ":" };
                format!("{name}{colon}{operator}{quote}{pattern}{quote}")
            }
            Self::Enabled(enabled) => format!("status:{}", if *enabled { "enabled" } else { "disabled" }),
            Self::Kind(kind) => format!("type:{}", kind.word()),
            Self::NeverInvited => "access:never".to_owned(),
            Self::Country(country) => format!("country:{}", country.code()),
            Self::Created(comparison, day) => {
                let operator = COMPARISONS.iter().find(|(known, _)| known == comparison).map_or("", |(_, operator)| operator);
                format!("created:{operator}{day}")
            }
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Run => f.write_str("*"),
            Piece::One => f.write_str("?"),
        })
    }
}
