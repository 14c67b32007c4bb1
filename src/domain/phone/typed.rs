//! Telephone numbers as somebody types or pastes them, in groups and with what belongs to writing alone.

use crate::domain::fold::only_digits;

/// So many digits are one telephone number, however they are grouped.
const DIGITS: usize = 7;

/// The length of the telephone number that a folded text begins with, if that is written in several groups: `+49 (0)30 5550-1420`.
#[must_use]
pub fn grouped(text: &str) -> Option<usize> {
    let (mut end, mut groups, mut digits, mut at) = (0, 0, 0, 0);
    for word in text.split(' ') {
        let body = if groups == 0 { word.strip_prefix('+').unwrap_or(word) } else { word };
        let is_group =
            body.contains(|c: char| c.is_ascii_digit()) && body.chars().all(is_of_number) && (groups == 0 || !body.starts_with('-'));
        let is_between = groups > 0 && !word.is_empty() && word.chars().all(|c| is_of_number(c) && !c.is_ascii_digit());
        if is_group {
            groups += 1;
            digits += only_digits(body).len();
            end = at + word.len();
        } else if !is_between {
            break;
        }
        at += word.len() + 1;
    }
    let begins_one = text.starts_with(['+', '0', '(']);
    (groups >= 2 && digits >= DIGITS && (begins_one || groups >= 3)).then_some(end)
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '(' | ')' | '-' | '.' | '/')
}

/// A folded text in one piece as it is dialled, if it is one telephone number: after the country's code, `(0)` is not.
#[must_use]
pub fn number(text: &str) -> Option<String> {
    let (plus, body) = text.strip_prefix('+').map_or(("", text), |body| ("+", body));
    let is_number = body.chars().all(|c| c == ' ' || is_of_number(c)) && only_digits(body).len() >= DIGITS;
    let is_international = !plus.is_empty() || body.starts_with("00");
    let dialled = if is_international { body.replacen("(0)", "", 1) } else { body.to_owned() };
    is_number.then(|| format!("{plus}{}", only_digits(&dialled)))
}
