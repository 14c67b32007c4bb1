//! Customers: companies and individuals.

use chrono::NaiveDateTime;

use super::contact;
use super::input::{Check, Errors, FieldError, Input};
use super::limit;
use super::person::PersonName;
use super::places::{Country, Language};
use super::text::Email;
use super::{BatchId, CustomerId};

/// What a customer is, chosen when it is created and fixed from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Has any number of contacts.
    Company,
    /// Is a person, its own only contact.
    Individual,
}

impl Kind {
    /// The word in addresses, forms and the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Individual => "individual",
        }
    }

    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Company => "Company",
            Self::Individual => "Individual",
        }
    }

    /// Reads the word, in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Company, Self::Individual].into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word.trim()))
    }

    /// A stored type; the database holds no other words.
    #[must_use]
    pub fn stored(word: &str) -> Self {
        Self::parse(word).unwrap_or(Self::Company)
    }
}

/// A postal address; any line may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and house number.
    pub street: String,
    /// City or town.
    pub city: String,
    /// State, province or county.
    pub state: String,
    /// Postal code as it is written there.
    pub postal_code: String,
    /// ISO 3166-1 alpha-2, where known.
    pub country: Option<Country>,
}

impl Address {
    /// Greatest length of street, city and state, in characters.
    pub const LIMIT: usize = 510;
    /// Greatest length of the postal code, in characters.
    pub const POSTAL_CODE_LIMIT: usize = 40;

    /// Nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The lines as one would write them on a letter: street, then postal code, city, state and country.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let town = [self.postal_code.as_str(), self.city.as_str()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ");
        let country = self.country.map_or("", Country::name);
        let place = [town.as_str(), self.state.as_str(), country].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ");
        [self.street.clone(), place].into_iter().filter(|s| !s.is_empty()).collect()
    }
}

/// Who the customer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A company with its name.
    Company(String),
    /// A person with names.
    Individual(PersonName),
}

impl Who {
    /// Company or individual.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Company(_) => Kind::Company,
            Self::Individual(_) => Kind::Individual,
        }
    }

    /// The name that lists and titles show, of one who is written to in this language.
    #[must_use]
    pub fn name(&self, language: Option<Language>) -> String {
        match self {
            Self::Company(name) => name.clone(),
            Self::Individual(person) => person.full(language),
        }
    }
}

/// All that an administrator says about a customer, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Company or person, with names.
    pub who: Who,
    /// Optional for both: an individual without one cannot sign in.
    pub email: Option<Email>,
    /// The language the customer is written to in.
    pub language: Option<Language>,
    /// As it is written.
    pub phone: String,
    /// As it is written.
    pub fax: String,
    /// Unique when present.
    pub crm_id: String,
    /// May repeat.
    pub ref_id: String,
    /// Free text of several lines.
    pub description: String,
    /// Where bills go.
    pub billing: Address,
    /// Where goods go; `None` means the same as billing.
    pub shipping: Option<Address>,
}

impl Draft {
    /// The name that lists and titles show.
    #[must_use]
    pub fn name(&self) -> String {
        self.who.name(self.language)
    }
}

/// A customer as it is stored.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Fixed for ever.
    pub id: CustomerId,
    /// The identifier that people say and files refer to.
    pub number: String,
    /// For a disabled customer no entitlement can be created, and nobody signs in.
    pub enabled: bool,
    /// All that can be edited.
    pub draft: Draft,
    /// Counts the edits, so that a stale one is noticed.
    pub version: i32,
    /// UTC.
    pub created_at: NaiveDateTime,
    /// UTC.
    pub changed_at: NaiveDateTime,
    /// The batch that created it.
    pub batch: Option<BatchId>,
}

impl Customer {
    /// Company or individual.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.draft.who.kind()
    }

    /// The name that lists and titles show.
    #[must_use]
    pub fn name(&self) -> String {
        self.draft.name()
    }
}

/// What the form of a new customer says, checked.
#[derive(Debug, Clone)]
pub struct NewCustomerForm {
    /// As it is to be written; empty for one that is generated.
    pub number: String,
    /// All that can be edited later, too.
    pub draft: Draft,
    /// A company's first contact, where one was filled in.
    pub first: Option<contact::Draft>,
}

impl NewCustomerForm {
    /// Checks the form, and returns every error beside its field.
    pub fn check(input: &Input) -> Result<Self, Errors> {
        let Some(kind) = Kind::parse(input.get("type")) else {
            return Err(vec![FieldError::new("type", "Choose company or individual as the type.")]);
        };
        let first = (kind == Kind::Company && !contact::FIRST.are_blank(input)).then(|| contact::check(&contact::FIRST, input)).transpose();
        match (check_number(input), check(kind, input), first) {
            (Ok(number), Ok(draft), Ok(first)) => Ok(Self { number, draft, first }),
            (number, draft, first) => Err([draft.err(), number.err(), first.err()].into_iter().flatten().flatten().collect()),
        }
    }
}

/// Reads the number given to a new customer; empty means that one is to be generated.
pub fn check_number(input: &Input) -> Result<String, Errors> {
    let mut check = Check::new(input);
    let number = check.line("number", "Number", limit::NUMBER);
    check.finish(number)
}

/// The CRM ID that a form asks for, whatever else it says; empty for none, or for one that is wrong itself.
#[must_use]
pub fn asked_crm_id(input: &Input) -> String {
    Check::new(input).line("crm_id", "CRM ID", limit::FOREIGN_ID)
}

/// The number that is given to a customer who comes without one.
#[must_use]
pub fn given_number(number: i64) -> String {
    format!("C-{number:06}")
}

/// Checks a customer's form, and returns every error beside its field.
pub fn check(kind: Kind, input: &Input) -> Result<Draft, Errors> {
    let mut check = Check::new(input);
    let who = match kind {
        Kind::Company => Who::Company(check.required("name", "Name", limit::NAME)),
        Kind::Individual => Who::Individual(PersonName::check(&mut check, &PersonName::FIELDS)),
    };
    let draft = Draft {
        who,
        email: check.email("email", "E-mail"),
        language: check.chosen("language", "a language from the list", Language::parse),
        phone: check.line("phone", "Phone", limit::PHONE),
        fax: check.line("fax", "Fax", limit::PHONE),
        crm_id: check.line("crm_id", "CRM ID", limit::FOREIGN_ID),
        ref_id: check.line("ref_id", "Ref ID", limit::FOREIGN_ID),
        description: check.block("description", "Description", limit::DESCRIPTION),
        billing: check_address(&mut check, &BILLING),
        shipping: if check.ticked("shipping_same", "Same as billing") { None } else { Some(check_address(&mut check, &SHIPPING)) },
    };
    check.finish(draft)
}

/// The names of an address's fields in a form.
#[derive(Debug)]
pub struct AddressFields {
    /// Street and house number.
    pub street: &'static str,
    /// City or town.
    pub city: &'static str,
    /// State, province or county.
    pub state: &'static str,
    /// Postal code.
    pub postal_code: &'static str,
    /// Country code.
    pub country: &'static str,
}

/// The fields of the billing address.
pub const BILLING: AddressFields = AddressFields {
    street: "billing_street",
    city: "billing_city",
    state: "billing_state",
    postal_code: "billing_postal_code",
    country: "billing_country",
};

/// The fields of the shipping address.
pub const SHIPPING: AddressFields = AddressFields {
    street: "shipping_street",
    city: "shipping_city",
    state: "shipping_state",
    postal_code: "shipping_postal_code",
    country: "shipping_country",
};

fn check_address(check: &mut Check<'_>, fields: &AddressFields) -> Address {
    Address {
        street: check.line(fields.street, "Street", Address::LIMIT),
        city: check.line(fields.city, "City", Address::LIMIT),
        state: check.line(fields.state, "State", Address::LIMIT),
        postal_code: check.line(fields.postal_code, "Postal code", Address::POSTAL_CODE_LIMIT),
        country: check.chosen(fields.country, "a country from the list", Country::parse),
    }
}
