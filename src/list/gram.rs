//! Grams: what the index of searches is made of. Three characters in a row of a text are one, and each [`Token`] is: as three characters
//! too, from Unicode's private use area, which cleaned text never holds.

use std::ops::RangeInclusive;

use super::condition::Predicate;
use super::text::{SEPARATOR, Texts};
use super::token::{Span, Token};
use crate::domain::customer::Kind;
use crate::domain::needle;

/// Characters of the private use area that mark tokens.
mod mark {
    pub const ENABLED: char = '\u{e000}';
    pub const KIND: char = '\u{e001}';
    pub const COUNTRY: char = '\u{e002}';
    pub const START: char = '\u{e003}';
    pub const RUN: char = '\u{e004}';
    pub const CREATED: u32 = 0xe005;
    pub const NEVER_INVITED: char = '\u{e008}';
    pub const ENDS: u32 = 0xe009;
    pub const ENDS_NEVER: char = '\u{e00c}';
    /// Stands for the number 0, those after it for the numbers from 1.
    pub const NUMBER: u32 = 0xe100;
}

/// A gram as a number of 32 bits. Two may have the same one; then the index finds customers that are not hits, which comparing tells.
pub type Gram = u32;

/// The grams of a customer; one may come more than once.
pub fn grams(texts: &Texts, tokens: Vec<Token>) -> impl Iterator<Item = Gram> {
    // Nothing that reaches from one field into the next is looked for.
    let of_text = threes(&texts.text).filter(|three| three[1] != SEPARATOR);
    of_text.map(number_of).chain(tokens.into_iter().map(of_token))
}

/// Grams that everybody has who fulfils a predicate: of a long text the first.
pub fn grams_of(predicate: &Predicate) -> Vec<Gram> {
    const MOST: usize = 16;
    match predicate {
        Predicate::Text(text) => threes(text).take(MOST).map(number_of).collect(),
        Predicate::Token(token) => vec![of_token(*token)],
    }
}

type Three = [char; 3];

fn threes(text: &str) -> impl Iterator<Item = Three> {
    let mut characters = text.chars();
    let mut before = characters.next().zip(characters.next());
    characters.map(move |third| {
        let (first, second) = before.unwrap_or_default();
        before = Some((second, third));
        [first, second, third]
    })
}

/// Multiplicative hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4): the higher half of a product with 2^64 divided by the
/// golden ratio.
fn number_of(three: Three) -> Gram {
    let packed = three.into_iter().fold(0_u64, |packed, character| (packed << 21) | u64::from(u32::from(character)));
    let mixed = (packed ^ (packed >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Gram::try_from(mixed >> 32).unwrap_or_default()
}

/// A gram of which everybody who has it fulfils a predicate; `None` if there is none.
pub fn certain_gram_of(predicate: &Predicate) -> Option<Gram> {
    match predicate {
        Predicate::Text(text) if text.chars().count() == 3 => threes(text).next().map(number_of),
        Predicate::Text(text) => beginning(text),
        Predicate::Token(token) => Some(of_token(*token)),
    }
}

/// The lengths of beginnings of words that are grams, in characters: shorter ones are grams anyway.
const BEGINNINGS: RangeInclusive<usize> = 4..=12;

/// The grams of the beginnings of words without digits; one may come more than once. They are kept only where many have them: who has one has
/// the text, and need not be compared to be counted.
pub fn beginnings(text: &str) -> impl Iterator<Item = Gram> {
    let words = text.split(needle::is_alone).filter(|word| !word.contains(|character: char| character.is_numeric()));
    words.flat_map(|word| {
        let ends = word.char_indices().map(|(at, character)| at + character.len_utf8());
        ends.skip(BEGINNINGS.start() - 1).take(BEGINNINGS.end() - BEGINNINGS.start() + 1).filter_map(|end| beginning(&word[..end]))
    })
}

/// The gram of a word's beginning; `None` if the text is none that has one.
fn beginning(text: &str) -> Option<Gram> {
    let is_one = !text.contains(|character: char| needle::is_alone(character) || character.is_numeric());
    // FNV-1a (<https://datatracker.ietf.org/doc/draft-eastlake-fnv>), of 32 bits.
    let hash = |hash: Gram, byte: u8| (hash ^ Gram::from(byte)).wrapping_mul(0x0100_0193);
    (is_one && BEGINNINGS.contains(&text.chars().count())).then(|| text.bytes().fold(0x811c_9dc5, hash))
}

/// The gram of a token.
pub fn of_token(token: Token) -> Gram {
    number_of(match token {
        Token::Enabled(enabled) => [mark::ENABLED, if enabled { 'e' } else { 'd' }, mark::ENABLED],
        Token::Kind(kind) => [mark::KIND, if kind == Kind::Company { 'c' } else { 'i' }, mark::KIND],
        Token::Country(country) => {
            let mut letters = country.code().chars();
            [mark::COUNTRY, letters.next().unwrap_or(' '), letters.next().unwrap_or(' ')]
        }
        Token::NeverInvited => [mark::NEVER_INVITED; 3],
        Token::Start(first, None) => [mark::START, mark::START, first],
        Token::Start(first, Some(second)) => [mark::START, first, second],
        Token::Run(character, length) => [mark::RUN, character, number(u16::from(length))],
        Token::Created(span) => of_span(mark::CREATED, span),
        Token::Ends(span) => of_span(mark::ENDS, span),
        Token::EndsNever => [mark::ENDS_NEVER; 3],
    })
}

/// A span, marked by one of three characters from this one on.
fn of_span(mark: u32, span: Span) -> Three {
    let (offset, counted) = match span {
        Span::Day(day) => (0, day),
        Span::Month(month) => (1, month),
        Span::Year(year) => (2, year),
    };
    [char::from_u32(mark + offset).unwrap_or(' '), number(counted / 250), number(counted % 250)]
}

fn number(number: u16) -> char {
    char::from_u32(mark::NUMBER + u32::from(number)).unwrap_or(' ')
}
