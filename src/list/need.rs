//! What every hit of a search holds: the question that an index can answer. What it brings may be a hit; [`super::verify`] says whether it
//! is.

use chrono::{Datelike, Days, NaiveDate};

use super::text::{SEPARATOR, tag};
use crate::domain::customer::Kind;
use crate::domain::needle;
use crate::domain::places::Country;
use crate::domain::query::Query;
use crate::domain::query::language::{Clause, Comparison, Extent, Field, Pattern, Piece, Search, Term, Test};

/// A condition that every hit fulfils.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Each of these.
    All(Vec<Need>),
    /// One of these.
    Any(Vec<Need>),
    /// This.
    Leaf(Leaf),
}

/// A condition that is not made of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// The text holds these signs (three at least) in a row.
    Text(String),
    /// The hidden text does.
    Hidden(String),
    /// An index's own word.
    Token(Token),
}

/// What an index keeps beside the texts, as a word of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Token {
    /// Enabled or disabled.
    Enabled(bool),
    /// Company or individual.
    Kind(Kind),
    /// An address is in this country.
    Country(Country),
    /// A word begins with this sign, and with that one after it.
    Start(char, Option<char>),
    /// A sign follows itself: it stands there so many times in a row, [`RUNS`] at most.
    Run(char, u8),
    /// Created on this day (UTC), counted from 1970.
    Day(u16),
    /// Created in this month (UTC), counted from the year 0.
    Month(u16),
    /// Created in this year (UTC).
    Year(u16),
}

impl Token {
    /// That a word begins with a text of one or two signs.
    pub fn start(signs: &str) -> Option<Self> {
        let mut signs = signs.chars();
        signs.next().map(|first| Self::Start(first, signs.next()))
    }
}

/// The lengths of runs of one sign that have a token: the trigrams of `0000000000` are all the same one, which very many texts hold.
pub const RUNS: std::ops::RangeInclusive<usize> = 4..=12;
/// The years that customers are created in; what is beyond counts as the first or last. (All later than a day are a year each: few.)
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2034;

impl Need {
    /// What the hits of a query hold; `None` when that may be anything.
    pub fn of(query: &Query, search: &Search) -> Option<Self> {
        let filters = query.enabled.map(Token::Enabled).into_iter().chain(query.kind.map(Token::Kind)).map(Self::token);
        Self::all(filters.chain(search.clauses.iter().filter_map(Self::of_clause)).collect())
    }

    fn of_clause(Clause(terms): &Clause) -> Option<Self> {
        let mut needs: Vec<Need> = terms.iter().map(Self::of_term).collect::<Option<_>>()?;
        if needs.len() == 1 { needs.pop() } else { Some(Self::Any(needs)) }
    }

    fn of_term(term: &Term) -> Option<Self> {
        if term.excluded {
            return None;
        }
        match &term.test {
            Test::Enabled(enabled) => Some(Self::token(Token::Enabled(*enabled))),
            Test::Kind(kind) => Some(Self::token(Token::Kind(*kind))),
            Test::Country(country) => Some(Self::token(Token::Country(*country))),
            Test::Created(comparison, day) => Some(Self::Any(created(*comparison, *day))),
            Test::Text { field, extent, pattern } => {
                let as_written = Self::of_pattern(*field, *extent, pattern);
                let phone = field.is_none_or(|field| field == Field::Phone);
                match pattern.digits().filter(|_| phone) {
                    // A telephone number is also found by its digits.
                    Some(digits) => Some(Self::Any(vec![as_written?, Self::of_pattern(Some(Field::Phone), *extent, &digits)?])),
                    None => as_written,
                }
            }
        }
    }

    fn of_pattern(field: Option<Field>, extent: Extent, pattern: &Pattern) -> Option<Self> {
        let last = pattern.0.len().saturating_sub(1);
        let mut needs = Vec::new();
        for (at, piece) in pattern.0.iter().enumerate() {
            let Piece::Text(signs) = piece else { continue };
            let mut text = signs.clone();
            if at == 0 && extent != Extent::Part {
                text = format!("{SEPARATOR}{}{text}", field.map_or(' ', tag));
            }
            if at == last && extent == Extent::Whole {
                text.push(SEPARATOR);
            }
            needs.extend(runs(signs).map(Self::token));
            let hidden = field == Some(Field::Eid);
            if !needle::is_short(&text) {
                needs.push(Self::Leaf(if hidden { Leaf::Hidden(text) } else { Leaf::Text(text) }));
            } else if at == 0 && extent == Extent::Part && !hidden {
                needs.extend(Token::start(&text).map(Self::token));
            }
        }
        Self::all(needs)
    }

    fn token(token: Token) -> Self {
        Self::Leaf(Leaf::Token(token))
    }

    fn all(mut needs: Vec<Self>) -> Option<Self> {
        match needs.len() {
            0 => None,
            1 => needs.pop(),
            _ => Some(Self::All(needs)),
        }
    }
}

/// The longest run of each sign that is long enough.
fn runs(text: &str) -> impl Iterator<Item = Token> {
    let mut found: Vec<(char, usize)> = Vec::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let mut length = 1;
        while signs.next_if_eq(&sign).is_some() {
            length += 1;
        }
        if RUNS.contains(&length.min(*RUNS.end())) {
            found.push((sign, length.min(*RUNS.end())));
        }
    }
    found.into_iter().filter_map(|(sign, length)| Some(Token::Run(sign, u8::try_from(length).ok()?)))
}

/// Every token that a customer's texts, filters and age give.
pub fn tokens(enabled: bool, kind: Kind, created_on: NaiveDate, text: &str, countries: impl Iterator<Item = Country>) -> Vec<Token> {
    let mut tokens = vec![Token::Enabled(enabled), Token::Kind(kind)];
    tokens.extend(countries.map(Token::Country));
    let day = within_years(created_on);
    tokens.extend([Token::Day(day_number(day)), Token::Month(month_number(day)), Token::Year(year_number(day))]);
    let mut before = None;
    let mut signs = text.chars().peekable();
    let is_mark = |sign: char| sign.is_control();
    while let Some(sign) = signs.next() {
        if !is_mark(sign) && sign != ' ' && needle::begins_word(before, sign) {
            tokens.push(Token::Start(sign, signs.peek().copied().filter(|next| !is_mark(*next) && *next != ' ')));
        }
        before = Some(sign);
    }
    for run in runs(text).collect::<Vec<_>>() {
        if let Token::Run(sign, length) = run {
            tokens.extend((4..=length).map(|shorter| Token::Run(sign, shorter)));
        }
    }
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// Days, months or years that hold all that was created so. Days end at midnight of the installation's zone, tokens at midnight UTC: one
/// more day at either end holds them all.
fn created(comparison: Comparison, day: NaiveDate) -> Vec<Need> {
    let first = NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(*YEARS.end(), 12, 31).unwrap_or_default();
    let earlier = within_years(day.checked_sub_days(Days::new(1)).unwrap_or(day));
    let later = within_years(day.checked_add_days(Days::new(1)).unwrap_or(day));
    let (from, to) = match comparison {
        Comparison::Before | Comparison::Until => (first, later),
        Comparison::On => (earlier, later),
        Comparison::From | Comparison::After => (earlier, last),
    };
    let tokens: Vec<Token> = if (to - from).num_days() <= 31 {
        (day_number(from)..=day_number(to)).map(Token::Day).collect()
    } else if month_number(to) - month_number(from) <= 24 {
        (month_number(from)..=month_number(to)).map(Token::Month).collect()
    } else {
        (year_number(from)..=year_number(to)).map(Token::Year).collect()
    };
    tokens.into_iter().map(Need::token).collect()
}

fn within_years(day: NaiveDate) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(*YEARS.end(), 12, 31).unwrap_or_default();
    day.clamp(first, last)
}

fn day_number(day: NaiveDate) -> u16 {
    u16::try_from(day.to_epoch_days()).unwrap_or_default()
}

fn month_number(day: NaiveDate) -> u16 {
    u16::try_from(day.year() * 12 + day.month0().cast_signed()).unwrap_or_default()
}

fn year_number(day: NaiveDate) -> u16 {
    u16::try_from(day.year()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(text: &str) -> Option<Need> {
        let query = Query { text: text.to_owned(), ..Query::default() };
        Need::of(&query, &query.search())
    }

    fn text(text: &str) -> Need {
        Need::Leaf(Leaf::Text(text.to_owned()))
    }

    #[test]
    fn a_search_needs_what_every_hit_holds() {
        assert_eq!(need("acme"), Some(text("acme")));
        assert_eq!(need("acme bo"), Some(Need::All(vec![text("acme"), Need::token(Token::Start('b', Some('o')))])));
        assert_eq!(need("acme -bolt"), Some(text("acme")));
        assert_eq!(need("acme OR bolt"), Some(Need::Any(vec![text("acme"), text("bolt")])));
        assert_eq!(need("acme OR -bolt"), None);
        assert_eq!(need("ac*gmbh"), Some(Need::All(vec![Need::token(Token::Start('a', Some('c'))), text("gmbh")])));
        assert_eq!(need("?bc"), None);
        assert_eq!(need("ref:=12"), Some(text("\u{1f}\u{3}12\u{1f}")));
        assert_eq!(need("name:^a"), Some(text("\u{1f}\u{2}a")));
        assert_eq!(need("eid:7f3a"), Some(Need::Leaf(Leaf::Hidden("7f3a".to_owned()))));
        assert_eq!(need("(30)55"), Some(Need::Any(vec![text("(30)55"), text("3055")])));
        assert_eq!(need("00000"), Some(Need::All(vec![Need::token(Token::Run('0', 5)), text("00000")])));
        assert_eq!(need(""), None);
    }

    #[test]
    fn days_months_or_years_hold_a_range() {
        let count = |text: &str| match need(text) {
            Some(Need::Any(needs)) => needs.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(count("created:2026-03-01"), 3);
        assert_eq!(count("created:<2020-01-10"), 11);
        assert_eq!(count("created:>2026-01-01"), 10);
        assert_eq!(count("created:<2021-06-01"), 18);
        assert_eq!(count("created:1900-01-01"), 1);
    }
}
