//! How needs and texts are spelled for each engine's index of trigrams.
//!
//! SQLite's FTS5 takes any sign, so tokens of our own are three signs from Unicode's private use area, which cleaned text never holds.
//! PostgreSQL's `pg_trgm` takes letters and digits only, and which signs are letters depends on the database's locale: there everything is
//! spelled in ASCII, and tokens are words with a beginning of their own. A spelling may say the same of different texts; then hits are
//! brought that are none, and [`super::verify`] sends them away. It never says different things of the same text, so no hit is missed.

use super::need::{Leaf, Token};
use crate::domain::customer::Kind;
use crate::domain::needle;

/// Signs of the private use area that mark our tokens.
mod mark {
    pub const ENABLED: char = '\u{e000}';
    pub const KIND: char = '\u{e001}';
    pub const COUNTRY: char = '\u{e002}';
    pub const START: char = '\u{e003}';
    pub const RUN: char = '\u{e004}';
    pub const DAY: char = '\u{e005}';
    pub const MONTH: char = '\u{e006}';
    pub const YEAR: char = '\u{e007}';
    /// The first of those that stand for numbers.
    pub const NUMBER: u32 = 0xe100;
    /// The first of those that stand for the signs of hidden texts.
    pub const HIDDEN: u32 = 0xe200;
}

/// Three signs in a row: what both indexes are made of.
pub type Gram = [char; 3];

/// What is indexed of a customer.
pub struct Content<'a> {
    /// All that words look into.
    pub text: &'a str,
    /// What a qualifier alone looks into.
    pub hidden: &'a str,
    /// See [`super::need::tokens`].
    pub tokens: &'a [Token],
}

/// For SQLite: the texts themselves, so that their trigrams are those of [`fts_trigrams`], and the tokens after them.
pub fn fts_text(content: &Content<'_>) -> String {
    let mut out = String::with_capacity(2 * content.text.len() + content.hidden.len());
    out.push_str(content.text);
    out.extend(content.hidden.chars().map(hidden));
    for token in content.tokens {
        if let Token::Start(first, second) = token {
            // The trigrams of these four are both tokens: that the word begins with the first sign, and that it does with both.
            out.extend([mark::START, mark::START, *first]);
            out.extend(second);
        } else {
            out.extend(fts_token(*token));
        }
    }
    out
}

/// A token as one trigram.
pub fn fts_token(token: Token) -> Gram {
    match token {
        Token::Enabled(enabled) => [mark::ENABLED, if enabled { 'e' } else { 'd' }, mark::ENABLED],
        Token::Kind(kind) => [mark::KIND, if kind == Kind::Company { 'c' } else { 'i' }, mark::KIND],
        Token::Country(country) => {
            let mut letters = country.code().chars();
            [mark::COUNTRY, letters.next().unwrap_or(' '), letters.next().unwrap_or(' ')]
        }
        Token::Start(first, None) => [mark::START, mark::START, first],
        Token::Start(first, Some(second)) => [mark::START, first, second],
        Token::Run(sign, length) => [mark::RUN, sign, number(u16::from(length))],
        Token::Day(day) => [mark::DAY, number(day / 250), number(day % 250)],
        Token::Month(month) => [mark::MONTH, number(month / 250), number(month % 250)],
        Token::Year(year) => [mark::YEAR, number(year / 250), number(year % 250)],
    }
}

fn number(number: u16) -> char {
    char::from_u32(mark::NUMBER + u32::from(number)).unwrap_or(' ')
}

/// The trigrams of signs in a row.
pub fn fts_trigrams(text: &str) -> Vec<Gram> {
    let signs: Vec<char> = text.chars().collect();
    signs.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
}

/// What SQLite's index has of rows that hold what is needed.
pub fn fts_grams(leaf: &Leaf) -> Vec<Gram> {
    match leaf {
        Leaf::Text(text) => fts_trigrams(text),
        Leaf::Hidden(text) => fts_trigrams(&text.chars().map(hidden).collect::<String>()),
        Leaf::Token(token) => vec![fts_token(*token)],
    }
}

/// A sign of a hidden text, which no word may find. Others than ASCII's stay: they only bring what is none.
fn hidden(sign: char) -> char {
    if sign.is_ascii() { char::from_u32(mark::HIDDEN + u32::from(sign)).unwrap_or(sign) } else { sign }
}

/// For PostgreSQL.
pub fn trgm_text(content: &Content<'_>) -> String {
    let mut out = trgm_signs(content.text);
    out.push(' ');
    out.push_str(&trgm_hidden(content.hidden));
    for token in content.tokens {
        if let Some(word) = trgm_token(*token) {
            out.push_str(&word);
            out.push(' ');
        }
    }
    out
}

/// Signs in a row: letters and digits of ASCII as they are, others spelled by their code, whatever is neither letter nor digit a blank.
fn trgm_signs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign.is_ascii_alphanumeric() {
            out.push(sign);
        } else if sign.is_alphanumeric() {
            out.push('q');
            base_36(u32::from(sign), &mut out);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// Each sign of a hidden text is kept apart from the next by a letter.
fn trgm_hidden(text: &str) -> String {
    let mut out = String::with_capacity(2 * text.len());
    for sign in text.chars() {
        if sign.is_ascii_alphanumeric() {
            out.push('z');
            out.push(sign);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// The trigrams of what is indexed.
pub fn trgm_indexed(spelled: &str) -> Vec<Gram> {
    trgm_trigrams(&format!(" {spelled} "))
}

/// The trigrams that `pg_trgm` makes of signs somewhere in a text: a word's edge is known where there is a blank beyond it.
fn trgm_trigrams(signs: &str) -> Vec<Gram> {
    let mut grams = Vec::new();
    let words: Vec<&str> = signs.split(' ').collect();
    for (at, word) in words.iter().enumerate().filter(|(_, word)| !word.is_empty()) {
        let before = if at > 0 { "  " } else { "" };
        let after = if at + 1 < words.len() { " " } else { "" };
        grams.extend(fts_trigrams(&format!("{before}{word}{after}")));
    }
    grams
}

/// What PostgreSQL's index has of rows that hold what is needed.
pub fn trgm_grams(leaf: &Leaf) -> Vec<Gram> {
    trgm_trigrams(&trgm_leaf(leaf))
}

/// What is needed, as [`trgm_text`] spells it.
pub fn trgm_leaf(leaf: &Leaf) -> String {
    match leaf {
        Leaf::Text(text) => trgm_signs(text),
        Leaf::Hidden(text) => trgm_hidden(text),
        Leaf::Token(token) => trgm_token_signs(*token),
    }
}

/// A token as a word. A beginning with a letter or digit needs none: `pg_trgm` marks the beginnings of words itself.
fn trgm_token(token: Token) -> Option<String> {
    let mut word = String::new();
    match token {
        Token::Enabled(enabled) => word.push_str(if enabled { "qqe" } else { "qqd" }),
        Token::Kind(kind) => word.push_str(if kind == Kind::Company { "qqc" } else { "qqi" }),
        Token::Country(country) => {
            word.push_str("qn");
            word.push_str(&country.code().to_ascii_lowercase());
        }
        Token::Start(first, _) if first.is_alphanumeric() => return None,
        Token::Start(first, second) => {
            word.push_str("qp");
            base_36(u32::from(first), &mut word);
            word.push('q');
            if let Some(second) = second {
                base_36(u32::from(second), &mut word);
            }
        }
        Token::Run(sign, length) => {
            word.push_str("zr");
            base_36(u32::from(sign), &mut word);
            word.push('q');
            base_36(u32::from(length), &mut word);
        }
        Token::Day(day) => {
            word.push_str("zd");
            base_36(u32::from(day), &mut word);
        }
        Token::Month(month) => {
            word.push_str("zm");
            base_36(u32::from(month), &mut word);
        }
        Token::Year(year) => {
            word.push_str("zy");
            base_36(u32::from(year), &mut word);
        }
    }
    Some(word)
}

/// The signs that a token is found by.
fn trgm_token_signs(token: Token) -> String {
    match (trgm_token(token), token) {
        // The second sign may be any.
        (Some(word), Token::Start(_, None)) => format!(" {word}"),
        (Some(word), _) => format!(" {word} "),
        (None, Token::Start(first, second)) => {
            let signs: String = std::iter::once(first).chain(second).collect();
            let blank = if needle::is_alone(first) { "" } else { " " };
            format!("{blank}{}", trgm_signs(&signs))
        }
        (None, _) => String::new(),
    }
}

fn base_36(mut number: u32, out: &mut String) {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit(number % 36, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            break;
        }
    }
    out.extend(digits.into_iter().rev());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(grams: Vec<Gram>) -> Vec<String> {
        grams.into_iter().map(String::from_iter).collect()
    }

    #[test]
    fn a_word_has_the_trigrams_that_pg_trgm_makes() {
        assert_eq!(shown(trgm_grams(&Leaf::Text("acme".to_owned()))), ["acm", "cme"]);
        assert_eq!(shown(trgm_grams(&Leaf::Text("acme gm".to_owned()))), ["acm", "cme", "me ", "  g", " gm"]);
        assert_eq!(shown(trgm_grams(&Leaf::Text("\u{1f}a\u{1f}".to_owned()))), ["  a", " a "]);
        assert_eq!(shown(trgm_grams(&Leaf::Token(Token::Start('a', Some('c'))))), ["  a", " ac"]);
        assert_eq!(shown(trgm_grams(&Leaf::Text("@.-".to_owned()))), [""; 0]);
    }
}
