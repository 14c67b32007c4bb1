//! The language of the search box: words, `"phrases"`, `*` and `?`, qualifiers (`name:acme`, `ref:=12`, `name:^ac`),
//! `-` to exclude and `OR`.
//!
//! Any text parses: anything that is not a valid qualifier is searched for literally. Printing a search and
//! parsing it again gives the same (both are property-tested). Everything is folded before it is understood, so that a search and what
//! it looks into speak one alphabet.

mod print;

use chrono::NaiveDate;

use crate::domain::customer::Kind;
use crate::domain::fold;
use crate::domain::places::Country;

/// Further terms are left out, since each is one more condition for the database; the page says so.
pub const WORD_LIMIT: usize = 32;

/// A search: every clause is required.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// In the order in which they were typed, each once.
    pub clauses: Vec<Clause>,
    /// Some were left out because there were too many.
    pub shortened: bool,
}

/// Alternatives, one of which is required; most clauses have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause(pub Vec<Term>);

/// One condition, or its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// A `-` stood before it: it must not hold.
    pub excluded: bool,
    /// What is asked.
    pub test: Test,
}

/// A condition on a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A field (or any of those that are searched) holds a text.
    Text {
        /// In which field; `None` is any of those that are searched.
        field: Option<Field>,
        /// How much of the field.
        extent: Extent,
        /// Which text.
        pattern: Pattern,
    },
    /// It is enabled or disabled.
    Enabled(bool),
    /// It is a company or an individual.
    Kind(Kind),
    /// One of its addresses is in a country.
    Country(Country),
    /// Somebody could sign in to the portal for it, and was never invited.
    NeverInvited,
    /// It was created before, on or after a day.
    Created(Comparison, NaiveDate),
}

/// A field that a qualifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The customer's number.
    Number,
    /// The customer's name.
    Name,
    /// The customer's Ref ID.
    Ref,
    /// The customer's CRM ID.
    Crm,
    /// An e-mail of the customer or of a contact.
    Email,
    /// A telephone number of the customer or of a contact.
    Phone,
    /// A contact's name.
    Contact,
    /// The city of an address.
    City,
    /// The postal code of an address.
    Zip,
    /// An entitlement's EID; looked into only when it is named.
    Eid,
}

/// Which part of a field the pattern has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Any part of it.
    Part,
    /// Its beginning (`^`).
    Start,
    /// All of it (`=`).
    Whole,
}

/// How a day is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Before the day.
    Before,
    /// On the day or before.
    Until,
    /// On the day.
    On,
    /// On the day or after.
    From,
    /// After the day.
    After,
}

/// A folded text with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub Vec<Piece>);

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These characters.
    Text(String),
    /// Any characters, or none: `*`.
    Run,
    /// Any one character: `?`.
    One,
}

const FIELDS: [(Field, &str); 10] = [
    (Field::Number, "number"),
    (Field::Name, "name"),
    (Field::Ref, "ref"),
    (Field::Crm, "crm"),
    (Field::Email, "email"),
    (Field::Phone, "phone"),
    (Field::Contact, "contact"),
    (Field::City, "city"),
    (Field::Zip, "zip"),
    (Field::Eid, "eid"),
];

/// The longer operators first, so that `>=` is not read as `>`.
const COMPARISONS: [(Comparison, &str); 5] =
    [(Comparison::Until, "<="), (Comparison::From, ">="), (Comparison::Before, "<"), (Comparison::After, ">"), (Comparison::On, "=")];

/// Stands for the word `OR` while a text is folded, which loses capitals. Cleaned text holds no characters for private use.
const OR: &str = "\u{e000}";

impl Search {
    /// Parses a text. Any text is a search.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.replace(OR, " ");
        let marked: Vec<&str> = text.split_whitespace().map(|word| if word == "OR" { OR } else { word }).collect();
        let folded = fold::fold(&marked.join(" "));
        let mut search = Self::default();
        let mut rest = folded.as_str();
        let mut joined = false;
        let mut terms = 0;
        while let Some((token, after)) = next_token(rest) {
            rest = after;
            if token == OR {
                // Between two terms it joins them; elsewhere it is a word like any other.
                joined = !search.clauses.is_empty() && !joined && term_follows(rest);
                if joined {
                    continue;
                }
            }
            if terms == WORD_LIMIT {
                search.shortened = true;
                break;
            }
            let term = Term::parse(&token.replace(OR, "or"));
            let opens = next_token(rest).is_some_and(|(next, after)| next == OR && term_follows(after));
            let known = !joined && !opens && search.clauses.iter().any(|clause| clause.0.as_slice() == [term.clone()]);
            if known {
                continue;
            }
            match search.clauses.last_mut() {
                Some(clause) if joined => clause.0.push(term),
                _ => search.clauses.push(Clause(vec![term])),
            }
            joined = false;
            terms += 1;
        }
        search
    }

    /// The tests that have to hold whatever else does: those of clauses with one term that is not excluded.
    pub fn required(&self) -> impl Iterator<Item = &Test> {
        self.clauses.iter().filter_map(|clause| match clause.0.as_slice() {
            [Term { excluded: false, test }] => Some(test),
            _ => None,
        })
    }

    /// Returns the texts that are looked for, to be marked where they are found.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let terms = self.clauses.iter().flat_map(|clause| &clause.0).filter(|term| !term.excluded);
        let patterns = terms.filter_map(|term| match &term.test {
            Test::Text { pattern, .. } => Some(pattern),
            _ => None,
        });
        patterns.flat_map(Pattern::texts).map(str::to_owned).collect()
    }

    /// Whether the search is nothing but words and phrases without wildcards, of which none looks like a telephone number.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.clauses.iter().all(|clause| {
            matches!(clause.0.as_slice(), [Term { excluded: false, test: Test::Text { field: None, pattern, .. } }]
                if pattern.plain().is_some() && pattern.digits().is_none())
        })
    }
}

/// Whether a term follows that `OR` can join to the one before.
fn term_follows(text: &str) -> bool {
    next_token(text).is_some_and(|(next, _)| next != OR)
}

/// The next token and what follows it: characters up to a blank, or up to the end of a phrase that began in it.
fn next_token(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(' ');
    if text.is_empty() {
        return None;
    }
    let (excluded, body) = text.strip_prefix('-').map_or((0, text), |body| (1, body));
    let prefix = excluded + prefix_of(body).len();
    let end = match text[prefix..].strip_prefix('"') {
        Some(phrase) => phrase.find('"').map_or(text.len(), |end| prefix + 1 + end + 1),
        None => text.find(' ').unwrap_or(text.len()),
    };
    Some(text.split_at(end))
}

/// The qualifier that a token begins with, with its colon and operator: `name:^`; empty if there is none.
fn prefix_of(token: &str) -> &str {
    let Some((name, rest)) = token.split_once(':') else { return "" };
    if !FIELDS.iter().any(|(_, known)| *known == name) {
        return "";
    }
    let operator = usize::from(rest.starts_with(['=', '^']));
    &token[..name.len() + 1 + operator]
}

impl Term {
    fn parse(token: &str) -> Self {
        match token.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            Some(rest) => Self { excluded: true, test: Test::parse(rest) },
            None => Self { excluded: false, test: Test::parse(token) },
        }
    }
}

impl Test {
    fn parse(token: &str) -> Self {
        let qualified = token.split_once(':').filter(|(_, value)| !value.is_empty()).and_then(|(name, value)| Self::qualified(name, value));
        qualified.unwrap_or_else(|| Self::Text { field: None, extent: Extent::Part, pattern: Pattern::parse(token) })
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
            "country" => Country::parse(value).map(Self::Country),
            "created" => {
                let (comparison, day) = COMPARISONS
                    .iter()
                    .find_map(|(comparison, operator)| value.strip_prefix(operator).map(|day| (*comparison, day)))
                    .unwrap_or((Comparison::On, value));
                NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().map(|day| Self::Created(comparison, day))
            }
            _ => {
                let (field, _) = FIELDS.iter().find(|(_, known)| *known == name)?;
                let (extent, value) = match value.split_at_checked(1)? {
                    ("=", value) => (Extent::Whole, value),
                    ("^", value) => (Extent::Start, value),
                    _ => (Extent::Part, value),
                };
                let pattern = Pattern::parse(value);
                (!pattern.0.is_empty()).then_some(Self::Text { field: Some(*field), extent, pattern })
            }
        }
    }
}

impl Pattern {
    /// A phrase is taken literally; elsewhere `*` and `?` are wildcards. A quotation mark alone is a character like any other.
    fn parse(value: &str) -> Self {
        if let Some(phrase) = value.strip_prefix('"') {
            let phrase = phrase.strip_suffix('"').unwrap_or(phrase).trim();
            if !phrase.is_empty() {
                return Self(vec![Piece::Text(phrase.to_owned())]);
            }
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for character in value.chars() {
            match (character, pieces.last_mut()) {
                ('*', Some(Piece::Run)) => {}
                ('*', _) => pieces.push(Piece::Run),
                ('?', _) => pieces.push(Piece::One),
                (character, Some(Piece::Text(text))) => text.push(character),
                (character, _) => pieces.push(Piece::Text(character.to_string())),
            }
        }
        Self(pieces)
    }

    /// The texts between the wildcards.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Run | Piece::One => None,
        })
    }

    /// The text, if there are no wildcards.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(pattern: &str) -> Test {
        Test::Text { field: None, extent: Extent::Part, pattern: Pattern::parse(pattern) }
    }

    fn term(test: Test) -> Clause {
        Clause(vec![Term { excluded: false, test }])
    }

    fn named(field: Field, extent: Extent, pattern: &str) -> Test {
        Test::Text { field: Some(field), extent, pattern: Pattern(vec![Piece::Text(pattern.to_owned())]) }
    }

    fn parsed(text: &str) -> Vec<Clause> {
        Search::parse(text).clauses
    }

    #[test]
    fn words_are_folded_and_each_is_required_once() {
        assert_eq!(parsed("  Müller  straße MULLER"), [term(text("muller")), term(text("strasse"))]);
        assert_eq!(parsed(""), []);
    }

    #[test]
    fn a_phrase_is_taken_literally() {
        let phrase = |words: &str| Test::Text { field: None, extent: Extent::Part, pattern: Pattern(vec![Piece::Text(words.to_owned())]) };
        assert_eq!(parsed(r#""two  Words" x"#), [term(phrase("two words")), term(text("x"))]);
        assert_eq!(parsed("“two words”"), [term(phrase("two words"))]);
        assert_eq!(parsed(r#""not yet clo"#), [term(phrase("not yet clo"))], "while it is typed");
        assert_eq!(parsed(r#""a*b? this OR that""#), [term(phrase("a*b? this or that"))]);
    }

    #[test]
    fn qualifiers_name_a_field() {
        assert_eq!(parsed("name:acme"), [term(named(Field::Name, Extent::Part, "acme"))]);
        assert_eq!(parsed("ref:=12"), [term(named(Field::Ref, Extent::Whole, "12"))]);
        assert_eq!(parsed("NAME:^Ac"), [term(named(Field::Name, Extent::Start, "ac"))]);
        assert_eq!(parsed(r#"city:"new york" a"#), [term(named(Field::City, Extent::Part, "new york")), term(text("a"))]);
        assert_eq!(parsed("status:disabled type:Company"), [term(Test::Enabled(false)), term(Test::Kind(Kind::Company))]);
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        assert_eq!(parsed("created:>2026-01-01"), [term(Test::Created(Comparison::After, day))]);
        assert_eq!(parsed("created:2026-01-01"), [term(Test::Created(Comparison::On, day))]);
        assert_eq!(parsed("access:never"), [term(Test::NeverInvited)]);
        assert_eq!(parsed("country:de"), [term(Test::Country(Country::parse("DE").unwrap()))]);
    }

    #[test]
    fn what_is_no_qualifier_is_plain_text() {
        for plain in [
            "name:",
            "status:maybe",
            "access:always",
            "country:xx",
            "created:yesterday",
            "foo:bar",
            "http://x.example",
            ":",
            "-",
            "x=y",
            "^a",
        ] {
            assert_eq!(parsed(plain), [term(text(plain))], "{plain}");
        }
    }

    #[test]
    fn exclusion_alternatives_and_wildcards() {
        assert_eq!(parsed("-acme"), [Clause(vec![Term { excluded: true, test: text("acme") }])]);
        let either = Clause(vec![Term { excluded: false, test: text("a") }, Term { excluded: false, test: text("b") }]);
        assert_eq!(parsed("x a OR b y"), [term(text("x")), either.clone(), term(text("y"))]);
        assert_eq!(parsed("OR a OR b"), [term(text("or")), either.clone()], "at the edges it is a word");
        assert_eq!(parsed("a OR"), [term(text("a")), term(text("or"))]);
        assert_eq!(parsed("OR OR OR"), [term(text("or"))], "said once");
        assert_eq!(parsed("a a OR b"), [term(text("a")), either]);
        let pieces = vec![Piece::Text("a".to_owned()), Piece::Run, Piece::Text("b".to_owned()), Piece::One];
        assert_eq!(parsed("a**b?"), [term(Test::Text { field: None, extent: Extent::Part, pattern: Pattern(pieces) })]);
    }

    #[test]
    fn very_many_terms_are_cut_and_said_so() {
        let many = (0..400).map(|i| format!("-w{i}")).collect::<Vec<_>>().join(" ");
        let search = Search::parse(&many);
        assert_eq!((search.clauses.len(), search.shortened), (WORD_LIMIT, true));
    }

    proptest! {
        #[test]
        fn any_text_parses_and_prints_as_the_same_search(text in any::<String>()) {
            let search = Search::parse(&text);
            prop_assert_eq!(&Search::parse(&search.to_string()).clauses, &search.clauses, "{}", search);
        }

        #[test]
        fn so_does_any_text_of_the_language(text in "([-]?(name:|ref:|status:|created:|eid:)?[=^<>\"*? abO]{0,4}(OR )?){0,6}") {
            let search = Search::parse(&text);
            prop_assert_eq!(&Search::parse(&search.to_string()).clauses, &search.clauses, "{}", search);
        }
    }
}
