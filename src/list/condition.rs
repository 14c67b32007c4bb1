//! What every hit of a search fulfils, as far as an index can tell. What an index finds by it may be a hit; whether it is one,
//! [`crate::list::candidate`] decides, or the database where the condition is exact.

use super::expression::Expression;
use super::text::{SEPARATOR, tag};
use super::token::{self, Span, Token};
use crate::domain::needle;
use crate::domain::query::Query;
use crate::domain::query::form::{Extent, Piece};
use crate::domain::query::language::{Clause, Field, Search, Term, Test};

pub type Condition = Expression<Predicate>;

/// A condition that is not made of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// The text holds these characters, three or more, in a row.
    Text(String),
    /// The customer has this token.
    Token(Token),
}

impl From<Token> for Condition {
    fn from(token: Token) -> Self {
        Self::Leaf(Predicate::Token(token))
    }
}

/// What every hit fulfils; `None` if nothing is known that an index could look for.
pub fn condition(query: &Query) -> Option<Condition> {
    let filters = query.enabled.map(Token::Enabled).into_iter().chain(query.kind.map(Token::Kind)).map(Condition::from);
    Condition::all(filters.chain(query.search().clauses.iter().filter_map(of_clause)).collect())
}

/// Whether every customer that fulfils the condition is a hit. Part of one field, phrases, wildcards and days have to be compared; and
/// exclusions, since any number of the rows that an index finds may be excluded, and comparing them has a bound.
pub fn is_exact(search: &Search) -> bool {
    search.clauses.iter().flat_map(|Clause(terms)| terms).all(|term| match &term.test {
        _ if term.excluded => false,
        Test::Enabled(_) | Test::Kind(_) | Test::Country(_) | Test::NeverInvited | Test::EndsNever => true,
        Test::Created(..) | Test::Ends(..) => false,
        Test::Text { field, extent, pattern } => {
            pattern.plain().is_some()
                && match (field, extent) {
                    (None, _) => !pattern.is_literal,
                    (Some(_), Extent::Part) => false,
                    (Some(_), _) => true,
                }
        }
    })
}

/// Alternatives of more parts than this are compared rather than looked up: each part is a list of the index to read.
const ALTERNATIVES: usize = 64;

fn of_clause(Clause(terms): &Clause) -> Option<Condition> {
    let mut parts: Vec<Condition> = Vec::new();
    for term in terms {
        let part = of_term(term)?;
        // The same text in several fields is looked up once.
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Condition::any(parts).filter(|condition| terms.len() == 1 || condition.leaves().len() <= ALTERNATIVES)
}

fn of_term(term: &Term) -> Option<Condition> {
    match &term.test {
        _ if term.excluded => None,
        Test::Enabled(enabled) => Some(Token::Enabled(*enabled).into()),
        Test::Kind(kind) => Some(Token::Kind(*kind).into()),
        Test::Country(country) => Some(Token::Country(*country).into()),
        Test::NeverInvited => Some(Token::NeverInvited.into()),
        Test::Created(comparison, day) => any_of(token::covering(*comparison, *day), Token::Created),
        Test::Ends(comparison, day) => any_of(token::covering(*comparison, *day), Token::Ends),
        Test::EndsNever => Some(Token::EndsNever.into()),
        Test::Text { field, extent, pattern } => {
            Condition::any(pattern.forms.iter().map(|form| of_form(*field, *extent, form)).collect::<Option<_>>()?)
        }
    }
}

fn any_of(spans: Vec<Span>, token: fn(Span) -> Token) -> Option<Condition> {
    Condition::any(spans.into_iter().map(|span| token(span).into()).collect())
}

fn of_form(field: Option<Field>, extent: Extent, form: &[Piece]) -> Option<Condition> {
    let last = form.len().saturating_sub(1);
    let mut conditions = Vec::new();
    for (at, piece) in form.iter().enumerate() {
        let Piece::Text(characters) = piece else { continue };
        let mut text = characters.clone();
        if at == 0 && extent != Extent::Part {
            text = format!("{SEPARATOR}{}{text}", field.map_or(' ', tag));
        }
        if at == last && extent == Extent::Whole {
            text.push(SEPARATOR);
        }
        conditions.extend(token::runs(characters).map(|(character, length)| Token::Run(character, length).into()));
        if !needle::is_short(&text) {
            conditions.push(Condition::Leaf(Predicate::Text(text)));
        } else if at == 0 && extent == Extent::Part {
            conditions.extend(Token::start(&text).map(Condition::from));
        }
    }
    Condition::all(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Condition> {
        let query = Query { text: text.to_owned().into(), ..Query::default() };
        condition(&query)
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
        assert_eq!(of("(30)55"), Some(Condition::Any(vec![text("3055"), text("30 55")])));
        assert_eq!(of("Müller"), Some(Condition::Any(vec![text("muller"), text("mueller")])));
        assert_eq!(of("00000"), Some(Condition::All(vec![Token::Run('0', 5).into(), text("00000")])));
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
        for text in ["acme", "a", "acme Müller OR status:enabled", "access:never", "country:de", "ref:=12", "name:^a", "+49 30 5550142"] {
            assert!(exact(text), "{text}");
        }
        for text in ["-acme", "ac*me", "name:acme", "created:2026-03-01", "\"two words\"", "eid:7f", "acme OR -bolt"] {
            assert!(!exact(text), "{text}");
        }
    }
}
