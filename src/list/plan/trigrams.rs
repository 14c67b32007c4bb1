//! How texts, tokens and conditions are spelled for each engine's index of trigrams.
//!
//! SQLite's FTS5 takes any character, so a token is one trigram of characters from Unicode's private use area, which cleaned text never
//! holds. PostgreSQL's `pg_trgm` takes letters and digits only, and which characters are letters depends on the database's locale: there
//! everything is spelled in ASCII, and tokens are words with beginnings of their own. Different texts may be spelled the same; then the
//! index finds rows that are not hits, and comparing the [`crate::list::candidate`]s rejects them. The same text is always spelled the same, so no hit is
//! missed.

use super::condition::Predicate;
use super::token::{Span, Token};
use crate::domain::customer::Kind;
use crate::domain::needle;
use crate::list::text::Texts;

/// Characters of the private use area that mark tokens in SQLite's index.
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

/// Three characters in a row: what both indexes are made of.
pub type Gram = [char; 3];

/// The trigrams of a text.
pub fn trigrams(text: &str) -> Vec<Gram> {
    let characters: Vec<char> = text.chars().collect();
    characters.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
}

/// What SQLite's index holds of a customer: the text as it is, and the tokens after it.
pub fn fts_text(texts: &Texts, tokens: &[Token]) -> String {
    let mut out = String::with_capacity(2 * texts.text.len());
    out.push_str(&texts.text);
    for token in tokens {
        if let Token::Start(first, second) = token {
            // The trigrams of these four are two tokens: that a word begins with the first character, and that it does with both.
            out.extend([mark::START, mark::START, *first]);
            out.extend(second);
        } else {
            out.extend(fts_token(*token));
        }
    }
    out
}

/// The trigrams that SQLite's index has of every row that fulfils a predicate.
pub fn fts_grams(predicate: &Predicate) -> Vec<Gram> {
    match predicate {
        Predicate::Text(text) => trigrams(text),
        Predicate::Token(token) => vec![fts_token(*token)],
    }
}

fn fts_token(token: Token) -> Gram {
    match token {
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
        Token::Created(span) => fts_span(mark::CREATED, span),
        Token::Ends(span) => fts_span(mark::ENDS, span),
        Token::EndsNever => [mark::ENDS_NEVER; 3],
    }
}

/// A span, marked by one of three characters from this one on.
fn fts_span(mark: u32, span: Span) -> Gram {
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

/// What PostgreSQL's index holds of a customer.
pub fn trgm_text(texts: &Texts, tokens: &[Token]) -> String {
    let mut out = trgm_characters(&texts.text);
    out.push(' ');
    for word in tokens.iter().filter_map(|token| trgm_token(*token)) {
        out.push_str(&word);
        out.push(' ');
    }
    out
}

/// The trigrams that PostgreSQL's index has of every row that fulfils a predicate.
pub fn trgm_grams(predicate: &Predicate) -> Vec<Gram> {
    trgm_trigrams(&trgm_predicate(predicate))
}

/// The characters that [`trgm_text`] holds in a row of every customer that fulfils a predicate.
pub fn trgm_predicate(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Text(text) => trgm_characters(text),
        Predicate::Token(token) => match (trgm_token(*token), token) {
            // The second character may be any.
            (Some(word), Token::Start(_, None)) => format!(" {word}"),
            (Some(word), _) => format!(" {word} "),
            (None, Token::Start(first, second)) => {
                let blank = if needle::is_alone(*first) { "" } else { " " };
                format!("{blank}{}", trgm_characters(&std::iter::once(first).chain(second).collect::<String>()))
            }
            (None, _) => String::new(),
        },
    }
}

/// The trigrams that `pg_trgm` makes of a text, as [`trgm_text`] spells it.
pub fn trgm_indexed(spelled: &str) -> Vec<Gram> {
    trgm_trigrams(&format!(" {spelled} "))
}

/// The trigrams that `pg_trgm` makes of a part of a text: the edge of a word is known where there is a blank beyond it.
fn trgm_trigrams(part: &str) -> Vec<Gram> {
    let words: Vec<&str> = part.split(' ').collect();
    let padded = words.iter().enumerate().filter(|(_, word)| !word.is_empty()).map(|(at, word)| {
        let before = if at > 0 { "  " } else { "" };
        let after = if at + 1 < words.len() { " " } else { "" };
        format!("{before}{word}{after}")
    });
    padded.flat_map(|word| trigrams(&word)).collect()
}

/// Letters and digits of ASCII as they are, others by their code, whatever is neither as one blank; characters that are words by themselves
/// have one on either side.
fn trgm_characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_after_alone = false;
    for character in text.chars() {
        let is_alone = needle::is_alone(character);
        if (is_alone || is_after_alone) && !out.ends_with(' ') {
            out.push(' ');
        }
        if character.is_ascii_alphanumeric() {
            out.push(character);
        } else if character.is_alphanumeric() {
            out.push('q');
            out.push_str(&base_36(character));
        }
        is_after_alone = is_alone;
    }
    if is_after_alone && !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// A token as a word; `None` for a word that begins with a letter or digit, since `pg_trgm` marks the beginnings of words itself.
fn trgm_token(token: Token) -> Option<String> {
    Some(match token {
        Token::Enabled(enabled) => (if enabled { "qqe" } else { "qqd" }).to_owned(),
        Token::Kind(kind) => (if kind == Kind::Company { "qqc" } else { "qqi" }).to_owned(),
        Token::Country(country) => format!("qn{}", country.code().to_ascii_lowercase()),
        Token::NeverInvited => "qqn".to_owned(),
        Token::Start(first, _) if first.is_alphanumeric() => return None,
        Token::Start(first, second) => format!("qp{}q{}", base_36(first), second.map(base_36).unwrap_or_default()),
        Token::Run(character, length) => format!("zr{}q{}", base_36(character), base_36(length)),
        Token::Created(span) => trgm_span('z', span),
        Token::Ends(span) => trgm_span('q', span),
        Token::EndsNever => "qqx".to_owned(),
    })
}

fn trgm_span(mark: char, span: Span) -> String {
    match span {
        Span::Day(day) => format!("{mark}zd{}", base_36(day)),
        Span::Month(month) => format!("{mark}zm{}", base_36(month)),
        Span::Year(year) => format!("{mark}zy{}", base_36(year)),
    }
}

fn base_36(number: impl Into<u32>) -> String {
    let (mut number, mut digits) = (number.into(), Vec::new());
    loop {
        digits.push(char::from_digit(number % 36, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(predicate: &Predicate) -> Vec<String> {
        trgm_grams(predicate).into_iter().map(String::from_iter).collect()
    }

    #[test]
    fn a_word_has_the_trigrams_that_pg_trgm_makes() {
        let of_text = |text: &str| grams(&Predicate::Text(text.to_owned()));
        assert_eq!(of_text("acme"), ["acm", "cme"]);
        assert_eq!(of_text("acme gm"), ["acm", "cme", "me ", "  g", " gm"]);
        assert_eq!(of_text("\u{1f}a\u{1f}"), ["  a", " a "]);
        assert_eq!(of_text("@.-"), [""; 0]);
        assert_eq!(grams(&Predicate::Token(Token::Start('a', Some('c')))), ["  a", " ac"]);
    }
}
