//! Contacts: the persons of a company, and the individual itself.

use chrono::NaiveDateTime;

use super::input::{Check, Errors, Input};
use super::limit;
use super::person::{PersonFields, PersonName};
use super::places::Language;
use super::text::Email;
use super::{BatchId, ContactId, CustomerId, mailbox};

/// All that an administrator says about a contact, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its names.
    pub name: PersonName,
    /// Unique within the customer; `None` only for an individual itself.
    pub email: Option<Email>,
    /// The language the person is written to in.
    pub language: Option<Language>,
    /// As it is written.
    pub phone: String,
    /// May repeat.
    pub ref_id: String,
    /// What it sees in the portal.
    pub reach: Reach,
}

impl Draft {
    /// The person's whole name, in the order in which it is spoken.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.name.full(self.language)
    }
}

/// Which of the customer's entitlements a contact sees in the portal. The default contact, and an individual, see all in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those that name it.
    #[default]
    Own,
    /// All.
    All,
}

impl Reach {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Own, Self::All];

    /// The word of forms and the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::All => "all",
        }
    }

    /// What the form calls it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Own => "Own entitlements",
            Self::All => "All of the customer’s",
        }
    }

    /// Reads its word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reach| reach.word() == word)
    }
}

/// A contact as it is stored.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Fixed for ever.
    pub id: ContactId,
    /// Whose contact it is.
    pub customer: CustomerId,
    /// It is the individual itself.
    pub own: bool,
    /// A disabled contact cannot sign in.
    pub enabled: bool,
    /// The one that entitlements go to unless said otherwise.
    pub default: bool,
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

impl Contact {
    /// Whether it sees all of its customer's entitlements in the portal.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.own || self.default || self.draft.reach == Reach::All
    }
}

/// The names of a contact's fields in a form.
#[derive(Debug)]
pub struct ContactFields {
    /// Its names.
    pub person: PersonFields,
    /// E-mail.
    pub email: &'static str,
    /// How the e-mail is called in messages.
    pub email_label: &'static str,
    /// Language code.
    pub language: &'static str,
    /// Phone.
    pub phone: &'static str,
    /// Ref ID.
    pub ref_id: &'static str,
    /// What it sees in the portal.
    pub reach: &'static str,
}

/// The fields of a contact's own form.
pub const FIELDS: ContactFields = ContactFields {
    person: PersonName::FIELDS,
    email: "email",
    email_label: "E-mail",
    language: "language",
    phone: "phone",
    ref_id: "ref_id",
    reach: "reach",
};

/// The fields of the first contact in a new company's form.
pub const FIRST: ContactFields = ContactFields {
    person: PersonFields {
        first: "contact_first_name",
        middle: "contact_middle_name",
        last: "contact_last_name",
        last_label: "The first contact's last name",
    },
    email: "contact_email",
    email_label: "The first contact's e-mail",
    language: "contact_language",
    phone: "contact_phone",
    ref_id: "contact_ref_id",
    reach: "contact_reach",
};

impl ContactFields {
    /// Nothing at all was typed into them.
    #[must_use]
    pub fn are_blank(&self, input: &Input) -> bool {
        [self.person.first, self.person.middle, self.person.last, self.email, self.language, self.phone, self.ref_id]
            .iter()
            .all(|field| input.get(field).trim().is_empty())
    }
}

/// A form as it was meant: an e-mail that was copied with what stands around it in a mail program is the address alone, and its name is
/// taken where the form has none.
#[must_use]
pub fn with_plain_emails(mut input: Input) -> Input {
    for ContactFields { person, email: field, .. } in [&FIELDS, &FIRST] {
        let Some((name, email)) = mailbox::extract(input.get(field)) else { continue };
        let nameless = [person.first, person.middle, person.last].iter().all(|field| input.get(field).trim().is_empty());
        if !name.is_empty() && nameless && input.has(person.last) {
            let name = PersonName::of_whole(&name, None);
            input.set(person.first, name.first);
            input.set(person.middle, name.middle);
            input.set(person.last, name.last);
        }
        input.set(field, email);
    }
    input
}

/// The e-mail that a contact's form asks for, whatever else it says.
#[must_use]
pub fn asked_email(input: &Input) -> Option<Email> {
    Check::new(input).required_email(FIELDS.email, FIELDS.email_label)
}

/// Checks a contact's form, and returns every error beside its field.
pub fn check(fields: &ContactFields, input: &Input) -> Result<Draft, Errors> {
    let mut check = Check::new(input);
    let draft = Draft {
        name: PersonName::check(&mut check, &fields.person),
        email: check.required_email(fields.email, fields.email_label),
        language: check.chosen(fields.language, "a language from the list", Language::parse),
        phone: check.line(fields.phone, "Phone", limit::PHONE),
        ref_id: check.line(fields.ref_id, "Ref ID", limit::FOREIGN_ID),
        reach: check.chosen(fields.reach, "what the contact sees", Reach::parse).unwrap_or_default(),
    };
    check.finish(draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(pairs: &[(&str, &str)]) -> Input {
        Input::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_copied_address_fills_what_is_empty_and_no_more() {
        let copied = "Jana Hoffmann <jana@x.example>";
        let form = with_plain_emails(input(&[("first_name", ""), ("last_name", " "), ("email", copied)]));
        assert_eq!(["first_name", "last_name", "email"].map(|field| form.get(field)), ["Jana", "Hoffmann", "jana@x.example"]);
        let form = with_plain_emails(input(&[("first_name", "J."), ("last_name", ""), ("email", copied)]));
        assert_eq!(["first_name", "last_name", "email"].map(|field| form.get(field)), ["J.", "", "jana@x.example"]);
        // A company has an e-mail, and no names of a person.
        let form =
            with_plain_emails(input(&[("name", "Acme"), ("email", copied), ("contact_last_name", ""), ("contact_email", "<j@x.example>")]));
        assert!(!form.has("last_name"));
        assert_eq!(
            ["name", "email", "contact_last_name", "contact_email"].map(|field| form.get(field)),
            ["Acme", "jana@x.example", "", "j@x.example"]
        );
    }

    #[test]
    fn an_email_of_invisible_characters_is_missing() {
        for email in ["", " ", "\u{feff}", "\u{200b} \u{200d}"] {
            let input = Input::new(vec![("last_name".to_owned(), "Hoffmann".to_owned()), ("email".to_owned(), email.to_owned())]);
            let errors = check(&FIELDS, &input).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["email"], "{email:?}");
        }
    }
}
