//! Entries of the history: who did what to which record, from what to what. Passwords and tokens never stand in one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::CustomerId;
use super::contact::Contact;
use super::customer::Customer;
use super::entitlement::Entitlement;
use super::stored::{self, Pairs};
use super::user::User;

/// A change that has been made, to be written with it.
#[derive(Debug, Clone)]
pub struct Event {
    /// What was done.
    pub task: EventTask,
    /// To which customer, or to something of it; none for what belongs to no customer.
    pub customer: Option<CustomerId>,
    /// To which record.
    pub subject: Subject,
    /// From what to what.
    pub changes: Vec<FieldChange>,
    /// Of a deletion: the whole record, with all that is needed to bring it back under its ids.
    pub record: Option<Value>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventTask {
    /// A record was created.
    Create,
    /// Fields of it were changed.
    Edit,
    /// It was disabled.
    Disable,
    /// It was enabled.
    Enable,
    /// It was deleted.
    Delete,
    /// A contact became the default.
    SetDefault,
    /// An entitlement was ended by hand.
    End,
    /// That an entitlement was ended by hand was taken back.
    Reopen,
    /// An entitlement was created that renews another one.
    Renew,
    /// A deleted record came back.
    Restore,
    /// A contact was invited to the portal.
    Invite,
}

/// What kind of record something was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// A customer.
    Customer,
    /// A contact of a company.
    Contact,
    /// An entitlement.
    Entitlement,
    /// A user.
    User,
    /// What administrators set on a page.
    Settings,
}

/// The record that something was done to.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What kind of record.
    pub kind: SubjectKind,
    /// Its id.
    pub id: i64,
    /// Its name at that moment.
    pub name: String,
}

/// One field, before and after. `None` where the record did not exist, or has no such field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// As forms and files call it.
    pub field: String,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

/// What many changes that are one to a person are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchKind {
    /// An import of files.
    Import,
    /// Sample data.
    Sample,
    /// Invitations to many at once.
    Invitations,
}

impl EventTask {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Delete => "delete",
            Self::SetDefault => "set_default",
            Self::End => "end",
            Self::Reopen => "reopen",
            Self::Renew => "renew",
            Self::Restore => "restore",
            Self::Invite => "invite",
        }
    }

    /// Reads the word of the database; `None` for one of a newer program.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.word() == word)
    }

    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Create,
        Self::Edit,
        Self::Disable,
        Self::Enable,
        Self::Delete,
        Self::SetDefault,
        Self::End,
        Self::Reopen,
        Self::Renew,
        Self::Restore,
        Self::Invite,
    ];
}

impl SubjectKind {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Entitlement => "entitlement",
            Self::User => "user",
            Self::Settings => "settings",
        }
    }

    /// Reads the word of the database; `None` for one of a newer program.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// All of them.
    pub const ALL: [Self; 5] = [Self::Customer, Self::Contact, Self::Entitlement, Self::User, Self::Settings];
    /// The customer, and what belongs to it.
    pub const OF_CUSTOMERS: [Self; 3] = [Self::Customer, Self::Contact, Self::Entitlement];
}

impl BatchKind {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Sample => "sample",
            Self::Invitations => "invitations",
        }
    }
}

impl From<&Customer> for Subject {
    fn from(customer: &Customer) -> Self {
        Self { kind: SubjectKind::Customer, id: customer.id.0, name: customer.name() }
    }
}

impl From<&Contact> for Subject {
    fn from(contact: &Contact) -> Self {
        Self { kind: SubjectKind::Contact, id: contact.id.0, name: contact.draft.full_name() }
    }
}

impl From<&Entitlement> for Subject {
    fn from(entitlement: &Entitlement) -> Self {
        Self { kind: SubjectKind::Entitlement, id: entitlement.id.0, name: format!("{} {}", entitlement.draft.product, entitlement.eid) }
    }
}

impl From<&User> for Subject {
    fn from(user: &User) -> Self {
        Self { kind: SubjectKind::User, id: user.id.0, name: user.name.clone() }
    }
}

impl Subject {
    /// The settings: there is one of them.
    #[must_use]
    pub fn settings() -> Self {
        Self { kind: SubjectKind::Settings, id: 1, name: "Settings".to_owned() }
    }
}

impl Event {
    /// Something that was done to the settings.
    #[must_use]
    pub fn of_settings(task: EventTask, changes: Vec<FieldChange>) -> Self {
        Self { task, customer: None, subject: Subject::settings(), changes, record: None }
    }

    /// Something that was done to a customer itself.
    #[must_use]
    pub fn of_customer(task: EventTask, customer: &Customer, changes: Vec<FieldChange>) -> Self {
        Self { task, customer: Some(customer.id), subject: customer.into(), changes, record: None }
    }

    /// Something that was done to a contact.
    #[must_use]
    pub fn of_contact(task: EventTask, contact: &Contact, changes: Vec<FieldChange>) -> Self {
        Self { task, customer: Some(contact.customer), subject: contact.into(), changes, record: None }
    }

    /// Something that was done to an entitlement.
    #[must_use]
    pub fn of_entitlement(task: EventTask, entitlement: &Entitlement, changes: Vec<FieldChange>) -> Self {
        Self { task, customer: Some(entitlement.customer), subject: entitlement.into(), changes, record: None }
    }

    /// Something that was done to a user.
    #[must_use]
    pub fn of_user(task: EventTask, user: &User, changes: Vec<FieldChange>) -> Self {
        Self { task, customer: None, subject: user.into(), changes, record: None }
    }

    /// The same with the whole record, for a deletion.
    #[must_use]
    pub fn with_record(self, record: Value) -> Self {
        Self { record: Some(record), ..self }
    }

    /// The changes as they are stored.
    #[must_use]
    pub fn changes_as_json(&self) -> String {
        // Texts can always be written.
        serde_json::to_string(&self.changes).unwrap_or_default()
    }

    /// The record as it is stored; empty for none.
    #[must_use]
    pub fn record_as_json(&self) -> String {
        self.record.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

impl FieldChange {
    /// One field.
    pub fn new(field: &str, old: Option<impl ToString>, new: Option<impl ToString>) -> Self {
        Self { field: field.to_owned(), old: old.map(|old| old.to_string()), new: new.map(|new| new.to_string()) }
    }
}

/// The fields that differ between two states of a record.
#[must_use]
pub fn differences(before: &Pairs, after: &Pairs) -> Vec<FieldChange> {
    let value = |pairs: &Pairs, field: &str| pairs.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone());
    let added = after.iter().filter(|(field, _)| before.iter().all(|(name, _)| name != field));
    before
        .iter()
        .chain(added)
        .map(|(field, _)| FieldChange { field: field.clone(), old: value(before, field), new: value(after, field) })
        .filter(|change| change.old != change.new)
        .collect()
}

/// What a new record says: every field that is not empty.
#[must_use]
pub fn all_fields(pairs: Pairs) -> Vec<FieldChange> {
    pairs.into_iter().filter(|(_, value)| !value.is_empty()).map(|(field, new)| FieldChange { field, old: None, new: Some(new) }).collect()
}

/// A customer with its contacts as a deletion keeps it. Fields stand as its form would send them, so that they can be read again by the
/// form's own checks, whatever has been added since.
#[must_use]
pub fn record_of_customer(customer: &Customer, contacts: &[Contact]) -> Value {
    json!({
        "id": customer.id.0,
        "number": customer.number,
        "type": customer.kind().word(),
        "enabled": customer.enabled,
        "version": customer.version,
        "created_at": customer.created_at,
        "changed_at": customer.changed_at,
        "batch": customer.batch.map(|batch| batch.0),
        "fields": fields(stored::customer(customer)),
        "contacts": contacts.iter().map(record_of_contact).collect::<Vec<_>>(),
    })
}

/// A contact as a deletion keeps it.
#[must_use]
pub fn record_of_contact(contact: &Contact) -> Value {
    json!({
        "id": contact.id.0,
        "customer": contact.customer.0,
        "own": contact.own,
        "enabled": contact.enabled,
        "default": contact.default,
        "version": contact.version,
        "created_at": contact.created_at,
        "changed_at": contact.changed_at,
        "batch": contact.batch.map(|batch| batch.0),
        "fields": fields(stored::contact(&contact.draft)),
    })
}

/// An entitlement as a deletion keeps it.
#[must_use]
pub fn record_of_entitlement(entitlement: &Entitlement) -> Value {
    json!({
        "id": entitlement.id.0,
        "eid": entitlement.eid,
        "customer": entitlement.customer.0,
        "ended_at": entitlement.ended_at,
        "created_at": entitlement.created_at,
        "changed_at": entitlement.changed_at,
        "batch": entitlement.batch.map(|batch| batch.0),
        "version": entitlement.version,
        "renews": entitlement.renews.map(|renewed| renewed.0),
        "fields": fields(stored::entitlement(&entitlement.draft)),
    })
}

fn fields(pairs: Pairs) -> Value {
    pairs.into_iter().map(|(field, value)| (field, Value::String(value))).collect::<serde_json::Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Pairs {
        list.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let before = pairs(&[("name", "Acme"), ("phone", "1"), ("shipping_same", "yes")]);
        let after = pairs(&[("name", "Acme"), ("phone", ""), ("shipping_city", "York")]);
        let change = |field: &str, old: Option<&str>, new: Option<&str>| FieldChange::new(field, old, new);
        assert_eq!(
            differences(&before, &after),
            [change("phone", Some("1"), Some("")), change("shipping_same", Some("yes"), None), change("shipping_city", None, Some("York"))]
        );
        assert!(differences(&before, &before).is_empty());
    }

    #[test]
    fn a_new_record_says_what_it_has() {
        assert_eq!(all_fields(pairs(&[("name", "Acme"), ("phone", "")])), [FieldChange::new("name", None::<&str>, Some("Acme"))]);
    }
}
