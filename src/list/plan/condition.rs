//! What every hit of a search fulfils, as far as an index can tell. What an index finds by it may be a hit; whether it is one,
//! [`crate::list::candidate`] decides, or the database where the condition is exact.

use super::expression::Expression;
use super::token::{self, Token};
use crate::domain::needle;
use crate::domain::query::Query;
use crate::domain::query::language::{Clause, Extent, Field, Pattern, Piece, Search, Term, Test};
use crate::list::text::{SEPARATOR, tag};

pub type Condition = Expression<Predicate>;

/// A condition that is not made of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// The text holds these characters, three or more, in a row.
    Text(String),
    /// The hidden text does.
    Hidden(String),
    /// The customer has this token.
    Token(Token),
}

impl From<Token> for Condition {
    fn from(token: Token) -> Self {
        Self::Leaf(Predicate::Token(token))
    }
}

/// What every hit fulfils; `None` if nothing is known that an index could look for.
pub fn condition(query: &Query, search: &Search) -> Option<Condition> {
    let filters = query.enabled.map(Token::Enabled).into_iter().chain(query.kind.map(Token::Kind)).map(Condition::from);
    Condition::all(filters.chain(search.clauses.iter().filter_map(of_clause)).collect())
}

/// Whether every customer that fulfils the condition is a hit. Part of one field, wildcards, telephone numbers and days have to be
/// compared; and exclusions, since any number of the rows that an index finds may be excluded, and comparing them has a bound.
pub fn is_exact(search: &Search) -> bool {
    search.clauses.iter().flat_map(|Clause(terms)| terms).all(|term| match &term.test {
        _ if term.excluded => false,
        Test::Enabled(_) | Test::Kind(_) | Test::Country(_) | Test::NeverInvited => true,
        Test::Created(..) => false,
        Test::Text { field, extent, pattern } => match (pattern.plain(), field) {
            (None, _) => false,
            (Some(_), _) if pattern.digits().is_some() => false,
            (Some(_), None) => *extent == Extent::Part,
            (Some(text), Some(Field::Eid)) => *extent != Extent::Part || !needle::is_short(text),
            (Some(_), Some(_)) => *extent != Extent::Part,
        },
    })
}

fn of_clause(Clause(terms): &Clause) -> Option<Condition> {
    Condition::any(terms.iter().map(of_term).collect::<Option<_>>()?)
}

fn of_term(term: &Term) -> Option<Condition> {
    match &term.test {
        _ if term.excluded => None,
        Test::Enabled(enabled) => Some(Token::Enabled(*enabled).into()),
        Test::Kind(kind) => Some(Token::Kind(*kind).into()),
        Test::Country(country) => Some(Token::Country(*country).into()),
        Test::NeverInvited => Some(Token::NeverInvited.into()),
        Test::Created(comparison, day) => Condition::any(token::created(*comparison, *day).into_iter().map(Condition::from).collect()),
        Test::Text { field, extent, pattern } => {
            let as_written = of_pattern(*field, *extent, pattern);
            let phone = field.is_none_or(|field| field == Field::Phone);
            match pattern.digits().filter(|_| phone) {
                // A telephone number is also found by its digits.
                Some(digits) => Condition::any(vec![as_written?, of_pattern(Some(Field::Phone), *extent, &digits)?]),
                None => as_written,
            }
        }
    }
}

fn of_pattern(field: Option<Field>, extent: Extent, pattern: &Pattern) -> Option<Condition> {
    let last = pattern.0.len().saturating_sub(1);
    let hidden = field == Some(Field::Eid);
    let mut conditions = Vec::new();
    for (at, piece) in pattern.0.iter().enumerate() {
        let Piece::Text(characters) = piece else { continue };
        let mut text = characters.clone();
        if at == 0 && extent != Extent::Part {
            text = format!("{SEPARATOR}{}{text}", field.map_or(' ', tag));
        }
        if at == last && extent == Extent::Whole {
            text.push(SEPARATOR);
        }
        if !hidden {
            conditions.extend(token::runs(characters).map(|(character, length)| Token::Run(character, length).into()));
        }
        if !needle::is_short(&text) {
            conditions.push(Condition::Leaf(if hidden { Predicate::Hidden(text) } else { Predicate::Text(text) }));
        } else if at == 0 && extent == Extent::Part && !hidden {
            conditions.extend(Token::start(&text).map(Condition::from));
        }
    }
    Condition::all(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Condition> {
        let query = Query { text: text.to_owned(), ..Query::default() };
        condition(&query, &query.search())
    }

    fn text(text: &str) -> Condition {
        Condition::Leaf(Predicate::Text(text.to_owned()))
    }

    #[test]
    fn a_condition_is_what_every_hit_fulfils() {
        assert_eq!(of("acme"), Some(text("acme")));
        assert_eq!(of("acme bo"), Some(Condition::All(vec![text("acme"), Token::Start('b', Some('o')).into()])));
        assert_eq!(of("acme -bolt"), Some(text("acme")));
        assert_eq!(of("acme OR bolt"), Some(Condition::Any(vec![text("acme"), text("bolt")])));
        assert_eq!(of("acme OR -bolt"), None);
        assert_eq!(of("ac*gmbh"), Some(Condition::All(vec![Token::Start('a', Some('c')).into(), text("gmbh")])));
        assert_eq!(of("?bc"), None);
        assert_eq!(of("ref:=12"), Some(text("\u{1f}\u{3}12\u{1f}")));
        assert_eq!(of("name:^a"), Some(text("\u{1f}\u{2}a")));
        assert_eq!(of("(30)55"), Some(Condition::Any(vec![text("(30)55"), text("3055")])));
        assert_eq!(of("00000"), Some(Condition::All(vec![Token::Run('0', 5).into(), text("00000")])));
        // Runs of hidden texts have no token.
        assert_eq!(of("eid:00000"), Some(Condition::Leaf(Predicate::Hidden("00000".to_owned()))));
        assert_eq!(of(""), None);
    }

    #[test]
    fn days_months_or_years_cover_a_range() {
        let count = |text: &str| of(text).expect("a condition").leaves().len();
        assert_eq!(count("created:2026-03-01"), 3);
        assert_eq!(count("created:<2020-01-10"), 11);
        assert_eq!(count("created:>2026-01-01"), 10);
        assert_eq!(count("created:<2021-06-01"), 18);
        assert_eq!(count("created:1900-01-01"), 1);
    }

    #[test]
    fn some_searches_have_to_be_compared() {
        let exact = |text: &str| is_exact(&Search::parse(text));
        for text in ["acme", "a", "acme \"two words\" OR status:enabled", "access:never", "country:de", "ref:=12", "name:^a", "eid:7f3a"] {
            assert!(exact(text), "{text}");
        }
        for text in ["-acme", "ac*me", "name:acme", "created:2026-03-01", "+49 30", "eid:7f", "acme OR -bolt"] {
            assert!(!exact(text), "{text}");
        }
    }
}
