//! Tokens: what an index holds beside the trigrams of texts, as words of its own.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};

use super::text::{Texts, countries, ends, is_never_invited};
use crate::domain::customer::Kind;
use crate::domain::needle;
use crate::domain::places::Country;
use crate::domain::query::language::Comparison;

/// A property of a customer that an index holds as one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Token {
    Enabled(bool),
    Kind(Kind),
    /// An address is in this country.
    Country(Country),
    /// Somebody could sign in to the portal for it, and was never invited.
    NeverInvited,
    /// A word begins with this character, or with both.
    Start(char, Option<char>),
    /// A character is repeated this many times in a row, within [`RUNS`].
    Run(char, u8),
    /// It was created then (UTC).
    Created(Span),
    /// An entitlement ends then.
    Ends(Span),
    /// An entitlement has no end.
    EndsNever,
}

/// A day, or all of a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Span {
    /// Counted from 1970.
    Day(u16),
    /// Counted from the year 0.
    Month(u16),
    Year(u16),
}

/// The lengths of runs that have a token: the trigrams of `0000000000` are all the same one, which very many texts hold.
const RUNS: RangeInclusive<u8> = 4..=12;
/// The years that have tokens; earlier and later ones count as the first and the last.
const YEARS: RangeInclusive<i32> = 2020..=2034;

impl Token {
    /// That a word begins with a text of one or two characters; `None` for the empty text.
    pub fn start(text: &str) -> Option<Self> {
        let mut characters = text.chars();
        characters.next().map(|first| Self::Start(first, characters.next()))
    }
}

/// Every token of a customer.
pub fn tokens(enabled: bool, kind: Kind, created_on: NaiveDate, texts: &Texts) -> Vec<Token> {
    let text = &texts.text;
    let mut tokens = vec![Token::Enabled(enabled), Token::Kind(kind)];
    tokens.extend(countries(&texts.hidden).map(Token::Country));
    tokens.extend(is_never_invited(&texts.hidden).then_some(Token::NeverInvited));
    tokens.extend(spans(created_on).map(Token::Created));
    for end in ends(&texts.hidden) {
        match end {
            Some(end) => tokens.extend(spans(end).map(Token::Ends)),
            None => tokens.push(Token::EndsNever),
        }
    }
    let is_blank = |character: char| character.is_control() || character == ' ';
    let (mut before, mut characters) = (None, text.chars().peekable());
    while let Some(character) = characters.next() {
        if !is_blank(character) && needle::begins_word(before, character) {
            tokens.push(Token::Start(character, None));
            let second = characters.peek().copied().filter(|next| !is_blank(*next));
            tokens.extend(second.map(|second| Token::Start(character, Some(second))));
        }
        before = Some(character);
    }
    tokens.extend(runs(text).flat_map(|(character, length)| (*RUNS.start()..=length).map(move |length| Token::Run(character, length))));
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// The runs of one character in a text that are long enough for a token, with their lengths.
pub fn runs(text: &str) -> impl Iterator<Item = (char, u8)> {
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        let character = characters.next()?;
        let mut length = 1_u8;
        while characters.next_if_eq(&character).is_some() {
            length = length.saturating_add(1);
        }
        Some((character, length.min(*RUNS.end())))
    })
    .filter(|(_, length)| RUNS.contains(length))
}

/// The days, months or years in which everything lies that a comparison with a day asks for. Days end at midnight of the
/// installation's zone, those of tokens at midnight UTC: one more day at either end covers all zones.
pub fn covering(comparison: Comparison, day: NaiveDate) -> Vec<Span> {
    let earlier = within_years(day.checked_sub_days(Days::new(1)).unwrap_or(day));
    let later = within_years(day.checked_add_days(Days::new(1)).unwrap_or(day));
    let (from, to) = match comparison {
        Comparison::Before | Comparison::Until => (within_years(NaiveDate::MIN), later),
        Comparison::On => (earlier, later),
        Comparison::From | Comparison::After => (earlier, within_years(NaiveDate::MAX)),
    };
    if (to - from).num_days() <= 31 {
        (day_number(from)..=day_number(to)).map(Span::Day).collect()
    } else if month_number(to) - month_number(from) <= 24 {
        (month_number(from)..=month_number(to)).map(Span::Month).collect()
    } else {
        (year_number(from)..=year_number(to)).map(Span::Year).collect()
    }
}

/// The day, the month and the year of a day.
fn spans(day: NaiveDate) -> [Span; 3] {
    let day = within_years(day);
    [Span::Day(day_number(day)), Span::Month(month_number(day)), Span::Year(year_number(day))]
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
