//! How needs and texts are spelled for each engine's index of trigrams.
//!
//! SQLite's FTS5 takes any sign, so tokens of our own are three signs from Unicode's private use area, which cleaned text never holds.
//! PostgreSQL's `pg_trgm` takes letters and digits only, and which signs are letters depends on the database's locale: there everything is
//! spelled in ASCII, and tokens are words with a beginning of their own. A spelling may say the same of different texts; then hits are
//! brought that are none, and [`super::verify`] sends them away. It never says different things of the same text, so no hit is missed.

use super::need::Token;
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
pub fn fts_token(token: Token) -> [char; 3] {
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
pub fn fts_trigrams(text: &str) -> Vec<[char; 3]> {
    let signs: Vec<char> = text.chars().collect();
    signs.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
}

/// A sign of a hidden text, which no word may find. Others than ASCII's stay: they only bring what is none.
pub fn hidden(sign: char) -> char {
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
pub fn trgm_signs(text: &str) -> String {
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
pub fn trgm_hidden(text: &str) -> String {
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

/// Whether `pg_trgm` finds a trigram in a pattern of `LIKE`: three letters or digits in a row, or two blanks' worth of a word's edge.
pub fn trgm_narrows(pattern: &str) -> bool {
    let signs: Vec<char> = pattern.chars().collect();
    let is_word = |sign: &char| sign.is_ascii_alphanumeric();
    signs.windows(3).any(|three| three.iter().all(is_word) || (is_word(&three[0]) && is_word(&three[1]) && three[2] == ' '))
        || signs.windows(2).any(|two| two[0] == ' ' && is_word(&two[1]))
}

/// A text by a few parts of it: so much of it an index is asked for. Every further trigram is a further list to read, and what words have in
/// common, such as the beginnings of identifiers, is in nearly every row. Long words that end in digits tell one row from others by their ends;
/// where there is none, a short text is asked for as it is, a long one by three of its words. (The signs that fields begin and end with belong
/// to the words.)
pub fn pieces(text: &str) -> Vec<&str> {
    const WORDS: usize = 3;
    const SHORT: usize = 12;
    const PART: usize = 6;
    let ends_in_digits = |(word, signs): &(&str, usize)| *signs >= PART && word.bytes().rev().take(4).all(|sign| sign.is_ascii_digit());
    let mut words: Vec<(&str, usize)> = text
        .split(|sign: char| !sign.is_alphanumeric() && !sign.is_control())
        .map(|word| (word, word.chars().count()))
        .filter(|(_, signs)| *signs >= 3)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse((ends_in_digits(word), word.1)));
    words.truncate(WORDS);
    let telling: Vec<&str> = words.iter().filter(|word| ends_in_digits(word)).map(|(word, signs)| part(word, signs - PART, PART)).collect();
    match text.chars().nth(SHORT) {
        _ if !telling.is_empty() => telling,
        Some(_) if !words.is_empty() => words.iter().map(|(word, _)| part(word, 0, PART)).collect(),
        _ => vec![text],
    }
}

/// So many signs of a word from one on.
fn part(word: &str, from: usize, signs: usize) -> &str {
    let mut places = word.char_indices().map(|(place, _)| place).chain([word.len()]);
    let begin = places.nth(from).unwrap_or_default();
    let end = places.nth(signs - 1).unwrap_or(word.len());
    &word[begin..end]
}

/// A token as a word. A beginning with a letter or digit needs none: `pg_trgm` marks the beginnings of words itself.
pub fn trgm_token(token: Token) -> Option<String> {
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
pub fn trgm_token_signs(token: Token) -> String {
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

    #[test]
    fn an_index_is_asked_for_what_tells_most() {
        assert_eq!(pieces("crm00001234"), ["001234"]);
        assert_eq!(pieces("muller gmbh"), ["muller gmbh"]);
        assert_eq!(pieces("i.exampl"), ["i.exampl"]);
        assert_eq!(pieces("madison.calloway@post.example"), ["callow", "madiso", "exampl"]);
        assert_eq!(pieces("\u{2}aktiengesellschaft\u{1f}"), ["\u{2}aktie"]);
        assert_eq!(pieces("株式会社東京中央製作所販売部門"), ["株式会社東京"]);
        assert_eq!(pieces("+49 30 55 66 77 88"), ["+49 30 55 66 77 88"]);
        assert_eq!(pieces("東1234"), ["東1234"]);
        assert_eq!(pieces("東京1234"), ["東京1234"]);
        assert_eq!(pieces("東京東京東京1234"), ["東京1234"]);
        assert_eq!(pieces(""), [""]);
    }
}
