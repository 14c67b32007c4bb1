//! The language of the search box: words, `"phrases"`, `*` and `?`, qualifiers (`name:acme`, `ref:=12`, `name:^ac`),
//! `-` to exclude and `OR`.
//!
//! Any text parses: anything that is not a valid qualifier is searched for literally. Printing a search and
//! parsing it again gives the same (both are property-tested). Everything is folded before it is understood, so that a search and what
//! it looks into speak one alphabet.

mod print;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::pattern::{Extent, OR_A, OR_E, Pattern, grouped_number};
use crate::domain::customer::Kind;
use crate::domain::fold::{self, second_letter};
use crate::domain::place_names;
use crate::domain::places::{Country, countries};
use crate::domain::spelling::Needle;

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
    /// An entitlement of it ends before, on or after a day.
    Ends(Comparison, NaiveDate),
    /// An entitlement of it has no end.
    EndsNever,
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
    /// An entitlement's EID.
    Eid,
    /// The product of an entitlement.
    Product,
    /// The street of an address.
    Street,
    /// The state or province of an address.
    State,
    /// The customer's description.
    Description,
}

impl Field {
    /// Every field.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|(field, _)| *field)
    }
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

const FIELDS: [(Field, &str); 14] = [
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
    (Field::Product, "product"),
    (Field::Street, "street"),
    (Field::State, "state"),
    (Field::Description, "description"),
];

/// The longer operators first, so that `>=` is not read as `>`.
const COMPARISONS: [(Comparison, &str); 5] =
    [(Comparison::Until, "<="), (Comparison::From, ">="), (Comparison::Before, "<"), (Comparison::After, ">"), (Comparison::On, "=")];

/// The value of `ends:` for what has no end.
pub(super) const NEVER: &str = "none";

/// Stands for the word `OR` while a text is folded, which loses capitals. Cleaned text holds no characters for private use.
pub(super) const OR: char = '\u{e000}';
const OR_WORD: &str = "\u{e000}";

impl Search {
    /// Parses a text. Any text is a search. A qualifier that is only begun (`type:`, `country:G`) asks for nothing yet.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let folded = folded(text);
        let mut search = Self::default();
        let mut rest = folded.as_str();
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
            let alternatives = Clause(term.country().into_iter().fold(vec![term], |terms, country| [terms, vec![country]].concat()));
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
        let is_dash = |clause: &Clause| matches!(clause.0.as_slice(), [Term { excluded: false, test: Test::Text { field: None, pattern, .. } }] if pattern.is_punctuation());
        if !self.clauses.iter().all(is_dash) {
            self.clauses.retain(|clause| !is_dash(clause));
        }
    }

    /// The tests that have to hold whatever else does: those of clauses with one term that is not excluded.
    pub fn required(&self) -> impl Iterator<Item = &Test> {
        self.clauses.iter().filter_map(|clause| match clause.0.as_slice() {
            [Term { excluded: false, test }] => Some(test),
            _ => None,
        })
    }

    /// Returns what is looked for in texts, to be marked where it is found.
    #[must_use]
    pub fn needles(&self) -> Vec<Needle> {
        self.patterns().flat_map(|(_, pattern)| pattern.needles()).collect()
    }

    /// Returns what is looked for in any field.
    #[must_use]
    pub fn words(&self) -> Vec<Needle> {
        self.patterns().filter(|(field, _)| field.is_none()).flat_map(|(_, pattern)| pattern.needles()).collect()
    }

    /// How often a customer's texts are compared.
    #[must_use]
    pub fn forms(&self) -> usize {
        let terms = self.clauses.iter().flat_map(|clause| &clause.0);
        terms.map(|term| if let Test::Text { pattern, .. } = &term.test { pattern.forms.len() } else { 0 }).sum()
    }

    /// What is looked for in texts, in which field, and not excluded.
    fn patterns(&self) -> impl Iterator<Item = (Option<Field>, &Pattern)> {
        let terms = self.clauses.iter().flat_map(|clause| &clause.0).filter(|term| !term.excluded);
        terms.filter_map(|term| match &term.test {
            Test::Text { field, pattern, .. } => Some((*field, pattern)),
            _ => None,
        })
    }

    /// Whether the search is nothing but words and phrases without wildcards.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.clauses.iter().all(|clause| {
            let others = |others: &[Term]| others.iter().all(|term| matches!(term.test, Test::Country(_)));
            matches!(clause.0.split_first(), Some((Term { excluded: false, test: Test::Text { field: None, pattern, .. } }, rest))
                if pattern.plain().is_some() && others(rest))
        })
    }
}

/// A text as it is parsed: folded, but for the word `OR`, and with letters marked that a language may spell out.
pub(super) fn folded(text: &str) -> String {
    let text = text.replace([OR, OR_E, OR_A], " ");
    let words: Vec<&str> = text.split_whitespace().map(|word| if word == "OR" { OR_WORD } else { word }).collect();
    let words = words.join(" ");
    if words.is_ascii() {
        return fold::fold(&words);
    }
    let mut marked = String::with_capacity(words.len());
    for c in words.nfc() {
        marked.push(c);
        marked.extend(second_letter(c).map(|second| if second == 'a' { OR_A } else { OR_E }));
    }
    fold::fold(&marked)
}

/// Whether a term follows that `OR` can join to the one before.
fn term_follows(text: &str) -> bool {
    next_token(text).is_some_and(|(next, _)| next != OR_WORD)
}

/// The next token and what follows it: characters up to a blank, up to the end of a phrase that began in it, or all groups of a telephone number.
fn next_token(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(' ');
    if text.is_empty() {
        return None;
    }
    let (excluded, body) = text.strip_prefix('-').map_or((0, text), |body| (1, body));
    let prefix = excluded + prefix_of(body).len();
    let end = match text[prefix..].strip_prefix('"') {
        Some(phrase) => phrase.find('"').map_or(text.len(), |end| prefix + 1 + end + 1),
        None => match grouped_number(&text[prefix..]) {
            Some(length) => prefix + length,
            None => text.find(' ').unwrap_or(text.len()),
        },
    };
    Some(text.split_at(end))
}

/// The qualifier that a token begins with, with its colon and operator: `name:^`; empty if there is none.
fn prefix_of(token: &str) -> &str {
    let Some((name, rest)) = token.split_once(':') else { return "" };
    if name != "country" && !FIELDS.iter().any(|(_, known)| *known == name) {
        return "";
    }
    let operator = usize::from(rest.starts_with(['=', '^']));
    &token[..name.len() + 1 + operator]
}

impl Term {
    /// `None` for what is only begun.
    fn parse(token: &str) -> Option<Self> {
        let (excluded, body) = token.strip_prefix('-').filter(|rest| !rest.is_empty()).map_or((false, token), |rest| (true, rest));
        Some(Self { excluded, test: Test::parse(body)? })
    }

    /// The country that a word also stands for.
    fn country(&self) -> Option<Self> {
        /// Shorter names are words that mean something else: `and` is the code of Andorra.
        const SHORTEST: usize = 4;
        let Test::Text { field: None, extent: Extent::Part, pattern } = &self.test else { return None };
        let is_name = |text: &&&str| text.chars().count() >= SHORTEST && text.contains(char::is_alphabetic);
        let named = pattern.plain()?.iter().find(is_name).and_then(|text| place_names::country(text));
        let country = named.filter(|_| !self.excluded)?;
        Some(Self { excluded: false, test: Test::Country(country) })
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
                let (field, _) = FIELDS.iter().find(|(_, known)| *known == name)?;
                let (extent, value) = match value.split_at_checked(1)? {
                    ("=", value) => (Extent::Whole, value),
                    ("^", value) => (Extent::Start, value),
                    _ => (Extent::Part, value),
                };
                pattern(value, extent).map(|pattern| Self::Text { field: Some(*field), extent, pattern })
            }
        }
    }
}

/// Reads what is looked for. A phrase is taken literally, and so is what a field is to begin with or to be. `None` for quotation marks with nothing
/// in them.
fn pattern(value: &str, extent: Extent) -> Option<Pattern> {
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
            let is_beginning = |name: &str| fold::fold(name).starts_with(typed);
            place_names::country(typed).is_none() && countries().iter().any(|(code, name)| is_beginning(code) || is_beginning(name))
        }
        _ => {
            let value = value.strip_prefix(['=', '^']).unwrap_or(value);
            value.chars().all(|c| c == '"') && FIELDS.iter().any(|(_, known)| *known == name)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(pattern: &str) -> Test {
        Test::Text { field: None, extent: Extent::Part, pattern: Pattern::word(pattern) }
    }

    fn term(test: Test) -> Clause {
        Clause(vec![Term { excluded: false, test }])
    }

    fn named(field: Field, extent: Extent, text: &str) -> Test {
        Test::Text { field: Some(field), extent, pattern: pattern(text, extent).expect("a pattern") }
    }

    fn parsed(text: &str) -> Vec<Clause> {
        Search::parse(text).clauses
    }

    #[test]
    fn words_are_folded_and_each_is_required_once() {
        assert_eq!(parsed("  Muller  straße MULLER"), [term(text("muller")), term(text("strasse"))]);
        assert_eq!(parsed(""), []);
    }

    #[test]
    fn a_phrase_is_taken_literally() {
        let phrase = |words: &str| Test::Text { field: None, extent: Extent::Part, pattern: Pattern::phrase(words) };
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
        assert_eq!(parsed(r#"city:"new york" a"#), [term(named(Field::City, Extent::Part, "\"new york\"")), term(text("a"))]);
        assert_eq!(parsed("status:disabled type:Company"), [term(Test::Enabled(false)), term(Test::Kind(Kind::Company))]);
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        assert_eq!(parsed("created:>2026-01-01"), [term(Test::Created(Comparison::After, day))]);
        assert_eq!(parsed("created:2026-01-01"), [term(Test::Created(Comparison::On, day))]);
        assert_eq!(parsed("access:never"), [term(Test::NeverInvited)]);
        assert_eq!(parsed("country:de"), [term(Test::Country(Country::parse("DE").unwrap()))]);
    }

    #[test]
    fn what_is_no_qualifier_is_plain_text() {
        for plain in
            ["status:maybe", "access:always", "country:xxx", "created:yesterday", "foo:bar", "http://x.example", ":", "-", "x=y", "^a"]
        {
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
        assert_eq!(parsed("a**b?"), [term(text("a*b?"))]);
    }

    #[test]
    fn what_is_only_begun_asks_for_nothing() {
        for begun in ["name:", "name:=", "type:", "type:comp", "status:e", "access:n", "country:", "country:g", "country:ger"] {
            assert_eq!(parsed(begun), [], "{begun}");
            assert_eq!(parsed(&format!("a {begun} OR b")), [term(text("a")), term(text("or")), term(text("b"))], "{begun}");
        }
        for begun in ["created:", "created:>", "created:>=2026-0", "ends:", "ends:no", "ends:<2027", "name:\"", "\"", "\"\""] {
            assert_eq!(parsed(begun), [], "{begun}");
        }
    }

    #[test]
    fn digits_in_groups_are_one_number_and_lone_punctuation_is_none() {
        for number in ["01 42 68 53 00", "+49 (0)30 8880-1420", "030 8880 1420", "(030) 8880 - 1420", "415 555 0132"] {
            assert_eq!(parsed(number).len(), 1, "{number}");
            assert_eq!(parsed(&format!("acme {number} gmbh")).len(), 3, "{number}");
        }
        for words in ["10115 20095", "47 11", "1 2 3 4", "030 12", "12345678 -12345678"] {
            assert_eq!(parsed(words).len(), words.split(' ').count(), "{words}");
        }
        assert_eq!(parsed("punctz - ltd"), [term(text("punctz")), term(text("ltd"))]);
        assert_eq!(parsed("- -").len(), 1);
    }

    #[test]
    fn a_country_is_also_meant_by_its_name() {
        let country = |code| Term { excluded: false, test: Test::Country(Country::parse(code).unwrap()) };
        assert_eq!(parsed("Germany"), [Clause(vec![Term { excluded: false, test: text("germany") }, country("DE")])]);
        assert_eq!(parsed("country:\"New Zealand\""), [Clause(vec![country("NZ")])]);
        for word in ["and", "de", "usa", "-germany", "name:germany"] {
            assert!(parsed(word).iter().all(|clause| clause.0.len() == 1), "{word}");
        }
        assert_eq!(Search::parse("germany OR country:de x").to_string(), "germany x");
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
