//! The language of the search box: words, `"phrases"`, `*` and `?`, qualifiers (`name:acme`, `ref:=12`, `name:^ac`),
//! `-` to exclude and `OR`.
//!
//! Any text parses: anything that is not a valid qualifier is searched for literally. Printing a search and
//! parsing it again gives the same (both are property-tested). Everything is folded before it is understood, so that a search and what
//! it looks into speak one alphabet.

mod parse;
mod print;

use chrono::NaiveDate;

use super::form::Extent;
use super::pattern::Pattern;
use crate::domain::customer::Kind;
use crate::domain::place_names;
use crate::domain::places::Country;
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

impl Search {
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

impl Term {
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

#[cfg(test)]
mod tests;
