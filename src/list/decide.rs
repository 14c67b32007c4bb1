//! A search as a condition in SQL, where what is stored of a customer decides it: then the database counts hits and puts them in order
//! without a row being brought. Part of a field, wildcards, telephone numbers and days are decided by [`super::verify`] alone; and exclusion,
//! since an index may bring any number of rows that are excluded then, which has to have a bound.

use super::grams::fts_token;
use super::need::Token;
use super::question::Question;
use super::text::{SEPARATOR, country, pattern, tag};
use crate::db::statement::Value;
use crate::domain::customer::Kind;
use crate::domain::needle;
use crate::domain::query::Query;
use crate::domain::query::language::{Extent, Field, Pattern, Search, Term, Test};

/// A condition on a row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
    /// The text holds these signs.
    Holds(String),
    /// The hidden text does.
    Hides(String),
    /// A word begins with these, one or two.
    Begins(String),
    /// Enabled or disabled.
    Enabled(bool),
    /// Company or individual.
    Kind(Kind),
}

/// Which engine is to understand it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `SQLite`.
    Sqlite,
    /// `PostgreSQL`.
    Postgres,
}

impl Condition {
    /// The condition of a query, as far as the question that goes before it does not see to it; `None` where a row has to be looked at.
    pub fn of(query: &Query, search: &Search, question: &Question, dialect: Dialect) -> Option<Self> {
        let mut all: Vec<Self> = Self::filters(query.enabled, query.kind).collect();
        for clause in &search.clauses {
            let terms: Vec<Self> = clause.0.iter().map(Self::of_term).collect::<Option<_>>()?;
            all.push(match <[Self; 1]>::try_from(terms) {
                Ok([term]) => term,
                Err(terms) => Self::Any(terms),
            });
        }
        if dialect == Dialect::Sqlite {
            all.retain(|condition| !condition.is_told(question));
        }
        all.iter().all(|condition| condition.is_understood(dialect)).then_some(Self::All(all))
    }

    /// The filters that a question leaves out, for `SQLite`.
    pub fn of_filters(enabled: Option<bool>, kind: Option<Kind>, question: &Question) -> Self {
        Self::All(Self::filters(enabled, kind).filter(|filter| !filter.is_told(question)).collect())
    }

    fn filters(enabled: Option<bool>, kind: Option<Kind>) -> impl Iterator<Item = Self> {
        enabled.map(Self::Enabled).into_iter().chain(kind.map(Self::Kind))
    }

    fn of_term(term: &Term) -> Option<Self> {
        match &term.test {
            _ if term.excluded => None,
            Test::Enabled(enabled) => Some(Self::Enabled(*enabled)),
            Test::Kind(kind) => Some(Self::Kind(*kind)),
            Test::Country(wanted) => Some(Self::Hides(country(*wanted))),
            Test::Created(..) => None,
            Test::Text { field, extent, pattern } => Self::of_text(*field, *extent, pattern),
        }
    }

    fn of_text(field: Option<Field>, extent: Extent, pattern: &Pattern) -> Option<Self> {
        let signs = pattern.plain().filter(|_| pattern.digits().is_none())?;
        let hides = |signs: String| if field == Some(Field::Eid) { Self::Hides(signs) } else { Self::Holds(signs) };
        match (field, extent) {
            (None, Extent::Part) if needle::is_short(signs) => Some(Self::Begins(signs.to_owned())),
            (None, Extent::Part) => Some(Self::Holds(signs.to_owned())),
            (Some(Field::Eid), Extent::Part) if !needle::is_short(signs) => Some(Self::Hides(signs.to_owned())),
            (Some(field), Extent::Start) => Some(hides(format!("{SEPARATOR}{}{signs}", tag(field)))),
            (Some(field), Extent::Whole) => Some(hides(format!("{SEPARATOR}{}{signs}{SEPARATOR}", tag(field)))),
            _ => None,
        }
    }

    /// Whether `SQLite`'s index brings only rows that fulfil it: then no row has to be read.
    fn is_told(&self, question: &Question) -> bool {
        let gram = match self {
            Self::Enabled(enabled) => fts_token(Token::Enabled(*enabled)),
            Self::Kind(kind) => fts_token(Token::Kind(*kind)),
            Self::Begins(signs) => match Token::start(signs) {
                Some(token) => fts_token(token),
                None => return false,
            },
            Self::Holds(signs) => match signs.chars().collect::<Vec<_>>().try_into() {
                Ok(three) => three,
                Err(_) => return false,
            },
            _ => return false,
        };
        question.asks_for(gram)
    }

    /// Where words begin is in `PostgreSQL`'s spelled texts; some letters begin words of our own there.
    fn is_understood(&self, dialect: Dialect) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().all(|condition| condition.is_understood(dialect)),
            Self::Begins(signs) => {
                let is_plain = signs.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit());
                dialect == Dialect::Postgres && is_plain && !signs.starts_with(['q', 'z'])
            }
            _ => true,
        }
    }

    /// As SQL on a row `l` of the list; no index is used for it.
    pub fn write(&self, dialect: Dialect, text: &mut String, values: &mut Vec<Value>) {
        let mut is = |condition: &str, value: Value| {
            text.push_str(condition);
            values.push(value);
        };
        match (self, dialect) {
            (Self::All(conditions), _) => joined(conditions, " AND ", "TRUE", dialect, text, values),
            (Self::Any(conditions), _) => joined(conditions, " OR ", "FALSE", dialect, text, values),
            (Self::Holds(signs), Dialect::Sqlite) => is("(instr(l.text, ?) > 0)", signs.as_str().into()),
            (Self::Hides(signs), Dialect::Sqlite) => is("(instr(l.hidden, ?) > 0)", signs.as_str().into()),
            (Self::Holds(signs), Dialect::Postgres) => is("(l.text LIKE ?)", pattern(signs).into()),
            (Self::Hides(signs), Dialect::Postgres) => is("(l.hidden LIKE ?)", pattern(signs).into()),
            (Self::Begins(signs), _) => is("((l.grams LIKE ?) IS TRUE)", format!("% {signs}%").into()),
            (Self::Enabled(enabled), _) => is("((l.enabled = ?) IS TRUE)", (*enabled).into()),
            (Self::Kind(kind), _) => is("((l.kind = ?) IS TRUE)", kind.word().into()),
        }
    }

    /// Whether every row fulfils it that the question brings.
    pub fn is_empty(&self) -> bool {
        *self == Self::All(Vec::new())
    }
}

fn joined(conditions: &[Condition], word: &str, none: &str, dialect: Dialect, text: &mut String, values: &mut Vec<Value>) {
    text.push('(');
    for (index, condition) in conditions.iter().enumerate() {
        text.push_str(if index > 0 { word } else { "" });
        condition.write(dialect, text, values);
    }
    text.push_str(if conditions.is_empty() { none } else { "" });
    text.push(')');
}
