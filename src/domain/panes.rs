//! Which rows the panes of a customer show, its contacts and its entitlements: a part of the page's address, as the list's query is.

use super::contact::Contact;
use super::query::language::Search;
use super::spelling::{Needle, Spellings};
use super::text::Email;
use super::{ContactId, EntitlementId, text};

/// A text to filter contacts by is cut after this many characters.
const TEXT_LIMIT: usize = 200;
/// The value that asks for all rows of a pane.
const ALL: &str = "all";

/// Which rows the panes of a customer show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Panes {
    /// All contacts rather than the first ones.
    pub all_contacts: bool,
    /// Only contacts that have these words.
    pub find: String,
    /// All entitlements rather than the first ones.
    pub all_entitlements: bool,
    /// A row that is shown in any case, and marked.
    pub row: Option<PaneRow>,
}

/// A row of a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaneRow {
    /// A contact.
    Contact(ContactId),
    /// An entitlement.
    Entitlement(EntitlementId),
}

impl Panes {
    /// Reads an address's parameters. What cannot be read counts as not given, and of a repeated parameter the last one counts.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut panes = Self::default();
        for (name, value) in pairs {
            match name {
                "contacts" => panes.all_contacts = value == ALL,
                "find" => panes.find = text::query(value).chars().take(TEXT_LIMIT).collect(),
                "entitlements" => panes.all_entitlements = value == ALL,
                "contact" => panes.row = value.parse().ok().map(PaneRow::Contact),
                "entitlement" => panes.row = value.parse().ok().map(PaneRow::Entitlement),
                _ => {}
            }
        }
        panes
    }

    /// The parameters that differ from the default.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let all = |name, all: bool| all.then(|| (name, ALL.to_owned()));
        let find = (!self.find.is_empty()).then(|| ("find", self.find.clone()));
        let row = self.row.map(|row| match row {
            PaneRow::Contact(id) => ("contact", id.to_string()),
            PaneRow::Entitlement(id) => ("entitlement", id.to_string()),
        });
        [all("contacts", self.all_contacts), find, all("entitlements", self.all_entitlements), row].into_iter().flatten().collect()
    }

    /// The same rows with another one marked, or none.
    #[must_use]
    pub fn at(&self, row: Option<PaneRow>) -> Self {
        Self { row, ..self.clone() }
    }

    /// The contact that is marked.
    #[must_use]
    pub fn contact(&self) -> Option<ContactId> {
        match self.row {
            Some(PaneRow::Contact(id)) => Some(id),
            _ => None,
        }
    }

    /// The entitlement that is marked.
    #[must_use]
    pub fn entitlement(&self) -> Option<EntitlementId> {
        match self.row {
            Some(PaneRow::Entitlement(id)) => Some(id),
            _ => None,
        }
    }

    /// What contacts are filtered by.
    #[must_use]
    pub fn needles(&self) -> Vec<Needle> {
        Search::parse(&self.find).needles()
    }
}

/// Whether a contact has all these words in its name, e-mail, phone or Ref ID.
#[must_use]
pub fn has_words(contact: &Contact, words: &[Needle]) -> bool {
    let draft = &contact.draft;
    let email = draft.email.as_ref().map_or("", Email::as_str);
    let texts = [draft.full_name().as_str(), email, &draft.phone, &draft.ref_id].map(Spellings::of);
    words.iter().all(|word| texts.iter().any(|text| text.hold(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&'static str, &'static str)]) -> Panes {
        Panes::parse(pairs.iter().copied())
    }

    #[test]
    fn an_address_comes_back_and_what_cannot_be_read_is_not_given() {
        let panes = parse(&[("contacts", "all"), ("find", " Jana "), ("contact", "7"), ("entitlements", "all")]);
        assert_eq!((panes.find.as_str(), panes.contact(), panes.entitlement()), ("Jana", Some(ContactId(7)), None));
        let pairs = panes.pairs();
        assert_eq!(Panes::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), panes);
        assert_eq!(parse(&[("contacts", "some"), ("find", " "), ("contact", "x"), ("q", "acme")]), Panes::default());
        assert!(Panes::default().pairs().is_empty());
    }

    #[test]
    fn one_row_is_marked_and_the_last_one_counts() {
        let panes = parse(&[("contact", "7"), ("entitlement", "9")]);
        assert_eq!((panes.contact(), panes.entitlement()), (None, Some(EntitlementId(9))));
        assert_eq!(panes.at(None).pairs(), []);
    }
}
