//! Reads what is typed into the search box.

use chrono::NaiveDate;

use super::{COMPARISONS, Clause, Comparison, FIELDS, Field, NEVER, Search, Term, Test, WORD_LIMIT};
use crate::domain::customer::Kind;
use crate::domain::query::form::Extent;
use crate::domain::query::pattern::Pattern;
use crate::domain::query::typed::{OR, OR_WORD, typed};
use crate::domain::{phone, place_names};

impl Search {
    /// Parses a text. Any text is a search. A qualifier that is only begun (`type:`, `country:G`) asks for nothing yet.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let typed = typed(text);
        let mut search = Self::default();
        let mut rest = typed.as_str();
        // The last token was a term; the present one is joined to it by `OR`.
        let (mut follows_term, mut is_joined) = (false, false);
        let mut terms = 0;
        while let Some((token, after)) = next_token(rest) {
            rest = after;
            if token == OR_WORD {
                // Between two terms it joins them; elsewhere it is a word like any other.
                is_joined = follows_term && !is_joined && term_follows(rest);
                if is_joined {
                    continue;
                }
            }
            if terms == WORD_LIMIT {
                search.shortened = true;
                break;
            }
            let term = Term::parse(&token.replace(OR, "or"));
            follows_term = term.is_some();
            let Some(term) = term else {
                is_joined = false;
                continue;
            };
            let opens = next_token(rest).is_some_and(|(next, after)| next == OR_WORD && term_follows(after));
            let country = term.country();
            let alternatives = Clause(std::iter::once(term).chain(country).collect());
            if !is_joined && !opens && search.clauses.contains(&alternatives) {
                continue;
            }
            match search.clauses.last_mut() {
                Some(clause) if is_joined => {
                    for term in alternatives.0 {
                        if !clause.0.contains(&term) {
                            clause.0.push(term);
                        }
                    }
                }
                _ => search.clauses.push(alternatives),
            }
            is_joined = false;
            terms += 1;
        }
        search.drop_dashes();
        search
    }

    /// Punctuation that stands alone between words is no word (`Punctz - Ltd`); where it is all that was typed, it is looked for.
    fn drop_dashes(&mut self) {
        let is_dash = |clause: &Clause| match clause.0.as_slice() {
            [Term { excluded: false, test: Test::Text { field: None, pattern, .. } }] => pattern.is_punctuation(),
            _ => false,
        };
        if !self.clauses.iter().all(is_dash) {
            self.clauses.retain(|clause| !is_dash(clause));
        }
    }
}

/// Whether a term follows that `OR` can join to the one before.
fn term_follows(text: &str) -> bool {
    next_token(text).is_some_and(|(next, _)| next != OR_WORD)
}

/// The next token and what follows it: characters up to a blank, up to the end of a phrase that began in it, or all groups of a telephone number.
pub(super) fn next_token(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(' ');
    if text.is_empty() {
        return None;
    }
    let (excluded, body) = text.strip_prefix('-').map_or((0, text), |body| (1, body));
    let prefix = excluded + prefix_of(body).len();
    let end = match text[prefix..].strip_prefix('"') {
        Some(phrase) => phrase.find('"').map_or(text.len(), |end| prefix + 1 + end + 1),
        None => match phone::grouped(&text[prefix..]) {
            Some(length) => prefix + length,
            None => text.find(' ').unwrap_or(text.len()),
        },
    };
    Some(text.split_at(end))
}

/// The qualifier that a token begins with, with its colon and operator: `name:^`; empty if there is none.
fn prefix_of(token: &str) -> &str {
    let Some((name, rest)) = token.split_once(':') else { return "" };
    if name != "country" && field(name).is_none() {
        return "";
    }
    let operator = usize::from(rest.starts_with(['=', '^']));
    &token[..name.len() + 1 + operator]
}

/// The field that a qualifier names.
fn field(name: &str) -> Option<Field> {
    FIELDS.iter().find(|(_, known)| *known == name).map(|(field, _)| *field)
}

impl Term {
    /// `None` for what is only begun.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let (excluded, body) = token.strip_prefix('-').filter(|rest| !rest.is_empty()).map_or((false, token), |rest| (true, rest));
        Some(Self { excluded, test: Test::parse(body)? })
    }
}

impl Test {
    fn parse(token: &str) -> Option<Self> {
        match token.split_once(':') {
            Some((name, value)) if is_begun(name, value) => return None,
            Some((name, value)) if !value.is_empty() => {
                if let Some(test) = Self::qualified(name, value) {
                    return Some(test);
                }
            }
            _ => {}
        }
        // As mail programs and browsers copy it.
        let token =
            ["mailto:", "tel:"].iter().find_map(|scheme| token.strip_prefix(scheme)).filter(|rest| !rest.is_empty()).unwrap_or(token);
        let pattern = pattern(token, Extent::Part)?;
        Some(Self::Text { field: None, extent: Extent::Part, pattern })
    }

    fn qualified(name: &str, value: &str) -> Option<Self> {
        match name {
            "status" => match value {
                "enabled" => Some(Self::Enabled(true)),
                "disabled" => Some(Self::Enabled(false)),
                _ => None,
            },
            "access" => (value == "never").then_some(Self::NeverInvited),
            "type" => Kind::parse(value).map(Self::Kind),
            "country" => place_names::country(value.trim_matches('"')).map(Self::Country),
            "created" => compared(value).map(|(comparison, day)| Self::Created(comparison, day)),
            "ends" if value == NEVER => Some(Self::EndsNever),
            "ends" => compared(value).map(|(comparison, day)| Self::Ends(comparison, day)),
            _ => {
                let field = field(name)?;
                let (extent, value) = match value.split_at_checked(1)? {
                    ("=", value) => (Extent::Whole, value),
                    ("^", value) => (Extent::Start, value),
                    _ => (Extent::Part, value),
                };
                pattern(value, extent).map(|pattern| Self::Text { field: Some(field), extent, pattern })
            }
        }
    }
}

/// Reads what is looked for. A phrase is taken literally, and so is what a field is to begin with or to be. `None` for quotation marks with nothing
/// in them.
pub(super) fn pattern(value: &str, extent: Extent) -> Option<Pattern> {
    if let Some(phrase) = value.strip_prefix('"') {
        let phrase = phrase.strip_suffix('"').unwrap_or(phrase).trim();
        return (!phrase.is_empty()).then(|| Pattern::phrase(phrase));
    }
    Some(if extent == Extent::Part { Pattern::word(value) } else { Pattern::exactly(value) }).filter(|_| !value.is_empty())
}

/// A comparison with a day: `<2026-01-31`.
fn compared(value: &str) -> Option<(Comparison, NaiveDate)> {
    let (comparison, day) = split_comparison(value);
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().map(|day| (comparison, day))
}

fn split_comparison(value: &str) -> (Comparison, &str) {
    let found = COMPARISONS.iter().find_map(|(comparison, operator)| value.strip_prefix(operator).map(|day| (*comparison, day)));
    found.unwrap_or((Comparison::On, value))
}

/// Whether a value that a qualifier takes is only begun, and may still become any.
fn is_begun(name: &str, value: &str) -> bool {
    /// The length of a day as it is typed.
    const DAY: usize = 10;
    let begins = |words: &[&str]| words.iter().any(|word| word.len() > value.len() && word.starts_with(value));
    let is_day_begun = || {
        let (_, day) = split_comparison(value);
        day.len() < DAY && day.chars().all(|c| c.is_ascii_digit() || c == '-')
    };
    match name {
        "status" => begins(&["enabled", "disabled"]),
        "access" => begins(&["never"]),
        "type" => begins(&[Kind::Company.word(), Kind::Individual.word()]),
        "created" => is_day_begun(),
        "ends" => begins(&[NEVER]) || is_day_begun(),
        "country" => {
            let typed = value.trim_matches('"');
            place_names::country(typed).is_none() && place_names::begins_country(typed)
        }
        _ => {
            let value = value.strip_prefix(['=', '^']).unwrap_or(value);
            value.chars().all(|c| c == '"') && field(name).is_some()
        }
    }
}
