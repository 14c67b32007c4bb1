//! Prints a search as it would be typed. Parsed again, it is the same search.

use std::fmt;

use super::parse::next_token;
use super::{COMPARISONS, Clause, Comparison, FIELDS, NEVER, Search, Term, Test};
use crate::domain::query::form::Extent;
use crate::domain::query::typed::typed;

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.clauses.iter().map(Clause::to_string).collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let country = self.0[0].country();
        // The country that a word also stands for was not typed.
        let typed = self.0.iter().enumerate().filter(|(at, term)| *at == 0 || Some(*term) != country.as_ref());
        f.write_str(&typed.map(|(_, term)| term.to_string()).collect::<Vec<_>>().join(" OR "))
    }
}

impl fmt::Display for Term {
    /// Prints the term without quotation marks if that is parsed as the same term, and with them otherwise.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.excluded { "-" } else { "" };
        let bare = format!("{minus}{}", self.test.spelled(""));
        let same = next_token(&typed(&bare)).is_some_and(|(token, rest)| rest.is_empty() && Self::parse(token).as_ref() == Some(self));
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
            Self::Created(comparison, day) => format!("created:{}{day}", operator(*comparison)),
            Self::Ends(comparison, day) => format!("ends:{}{day}", operator(*comparison)),
            Self::EndsNever => format!("ends:{NEVER}"),
        }
    }
}

fn operator(comparison: Comparison) -> &'static str {
    COMPARISONS.iter().find(|(known, _)| *known == comparison).map_or("", |(_, operator)| operator)
}
