//! A search as it would be typed. Understood again, it is the same search.

use std::fmt;

use super::{COMPARISONS, Extent, FIELDS, Pattern, Piece, Search, Term, Test, next_token};

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, clause) in self.clauses.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            for (j, term) in clause.0.iter().enumerate() {
                if j > 0 {
                    f.write_str(" OR ")?;
                }
                term.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    /// The shortest spelling that is understood as the same term; quotation marks where there is none without.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.excluded { "-" } else { "" };
        let bare = format!("{sign}{}", self.test.spelled(""));
        let same = next_token(&bare).is_some_and(|(token, rest)| rest.is_empty() && Self::parse(token) == *self);
        if same { f.write_str(&bare) } else { write!(f, "{sign}{}", self.test.spelled("\"")) }
    }
}

impl Test {
    /// How it is written, its text between `quote`s.
    fn spelled(&self, quote: &str) -> String {
        match self {
            Self::Text { field, extent, pattern } => {
                let name = field.and_then(|field| FIELDS.iter().find(|(known, _)| *known == field)).map_or("", |(_, name)| name);
                let sign = match extent {
                    Extent::Part => "",
                    Extent::Start => "^",
                    Extent::Whole => "=",
                };
                let colon = if name.is_empty() { "" } else { ":" };
                format!("{name}{colon}{sign}{quote}{pattern}{quote}")
            }
            Self::Enabled(enabled) => format!("status:{}", if *enabled { "enabled" } else { "disabled" }),
            Self::Kind(kind) => format!("type:{}", kind.word()),
            Self::Country(country) => format!("country:{}", country.code()),
            Self::Created(comparison, day) => {
                let sign = COMPARISONS.iter().find(|(known, _)| known == comparison).map_or("", |(_, sign)| sign);
                format!("created:{sign}{day}")
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
