//! What takes a change back: whether its fields are still as it wrote them, and the records that deletions keep.
//!
//! A record that was kept long ago may lack fields that there are by now, or have others. It is read as a form is: by the form's own checks,
//! a missing field being an empty one. What the checks reject does not come back.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::Deserialize;

use super::customer::{self, Customer, Kind};
use super::entitlement::{self, Entitlement};
use super::event::{EventTask, FieldChange};
use super::fields;
use super::input::{Errors, Input};
use super::stored::Pairs;
use super::{BatchId, ContactId, CustomerId, EntitlementId};

/// The field of a record's status.
pub const STATUS: &str = "status";
/// The field of a company's default contact.
pub const DEFAULT: &str = "default_contact";
/// The field of an end by hand.
pub const ENDED: &str = "ended_at";
/// How the fields begin by which a contact signs in to the portal.
pub const OF_PORTAL: &str = "portal_";
/// The field of the entitlement that another one renews, by its EID: it never changes.
pub const RENEWS: &str = "renews";

/// Reads the changes of an event.
#[must_use]
pub fn changes(json: &str) -> Vec<FieldChange> {
    serde_json::from_str(json).unwrap_or_default()
}

/// Whether there is anything to take back: how somebody signs in stands in no record.
#[must_use]
pub fn can_be_undone(task: EventTask, changes: &[FieldChange]) -> bool {
    task != EventTask::Invite && !changes.iter().any(|change| change.field.starts_with(OF_PORTAL))
}

/// Reads a moment as a change writes it.
#[must_use]
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()
}

/// The fields that are no longer what a change wrote. `ignored` ones may be anything.
#[must_use]
pub fn changed_since(changes: &[FieldChange], now: &Pairs, ignored: &[&str]) -> Vec<String> {
    let changes = changes.iter().filter(|change| !ignored.contains(&change.field.as_str()));
    changes
        .filter(|change| change.new.as_deref().unwrap_or_default() != value(now, &change.field))
        .map(|change| change.field.clone())
        .collect()
}

/// The fields that say something now, and of which the creation of the record said nothing.
#[must_use]
pub fn filled_since(changes: &[FieldChange], now: &Pairs) -> Vec<String> {
    let filled = now.iter().filter(|(field, value)| !value.is_empty() && changes.iter().all(|change| change.field != *field));
    filled.map(|(field, _)| field.clone()).collect()
}

/// A record's form with what a change had found in its fields.
#[must_use]
pub fn with_old(changes: &[FieldChange], now: Pairs) -> Input {
    let mut input = Input::new(now);
    for change in changes {
        input.set(&change.field, change.old.clone().unwrap_or_default());
    }
    input
}

fn value<'a>(pairs: &'a Pairs, field: &str) -> &'a str {
    pairs.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
}

/// A field as a sentence names it: `the billing city`.
#[must_use]
pub fn field_name(field: &str) -> String {
    match field {
        "ends_on" | ENDED => "the end".to_owned(),
        "shipping_same" => "the shipping address".to_owned(),
        field => format!("the {}", fields::phrase(field)),
    }
}

/// A customer as its deletion kept it, with its contacts.
#[derive(Debug, Deserialize)]
pub struct KeptCustomer {
    id: i64,
    number: String,
    #[serde(rename = "type")]
    kind: String,
    enabled: bool,
    #[serde(default = "first_version")]
    version: i32,
    created_at: NaiveDateTime,
    #[serde(default)]
    batch: Option<i64>,
    #[serde(default)]
    fields: Fields,
    /// All of them; the one that an individual itself is included.
    #[serde(default)]
    pub contacts: Vec<KeptContact>,
}

/// A contact as a deletion kept it.
#[derive(Debug, Deserialize)]
pub struct KeptContact {
    /// Its id.
    pub id: i64,
    /// It is the individual itself.
    pub own: bool,
    /// It could sign in.
    pub enabled: bool,
    /// It was its company's default.
    pub default: bool,
    customer: i64,
    #[serde(default = "first_version")]
    version: i32,
    created_at: NaiveDateTime,
    #[serde(default)]
    batch: Option<i64>,
    #[serde(default)]
    fields: Fields,
}

/// An entitlement as its deletion kept it.
#[derive(Debug, Deserialize)]
pub struct KeptEntitlement {
    id: i64,
    eid: String,
    customer: i64,
    #[serde(default)]
    ended_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    #[serde(default)]
    batch: Option<i64>,
    #[serde(default = "first_version")]
    version: i32,
    #[serde(default)]
    renews: Option<i64>,
    #[serde(default)]
    fields: Fields,
}

type Fields = BTreeMap<String, String>;

fn first_version() -> i32 {
    1
}

fn form(fields: &Fields) -> Input {
    Input::new(fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Reads what a deletion kept; `None` where it cannot be read.
#[must_use]
pub fn kept<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
    serde_json::from_str(json).ok()
}

impl KeptCustomer {
    /// The customer as it comes back at this moment.
    ///
    /// # Errors
    /// What its form would reject today.
    pub fn read(&self, now: NaiveDateTime) -> Result<Customer, Errors> {
        let draft = customer::check(Kind::stored(&self.kind), &form(&self.fields))?;
        Ok(Customer {
            id: CustomerId(self.id),
            number: self.number.clone(),
            enabled: self.enabled,
            draft,
            version: self.version,
            created_at: self.created_at,
            changed_at: now,
            batch: self.batch.map(BatchId),
        })
    }
}

impl KeptContact {
    /// What it said.
    ///
    /// # Errors
    /// What its form would reject today.
    pub fn draft(&self) -> Result<super::contact::Draft, Errors> {
        super::contact::check(&super::contact::FIELDS, &form(&self.fields))
    }

    /// The contact as it comes back at this moment, saying this.
    #[must_use]
    pub fn read(&self, draft: super::contact::Draft, now: NaiveDateTime) -> super::contact::Contact {
        super::contact::Contact {
            id: ContactId(self.id),
            customer: CustomerId(self.customer),
            own: self.own,
            enabled: self.enabled,
            default: self.default,
            draft,
            version: self.version,
            created_at: self.created_at,
            changed_at: now,
            batch: self.batch.map(BatchId),
        }
    }

    /// Whether a field of it said this.
    #[must_use]
    pub fn says(&self, now: &Pairs) -> bool {
        now.iter().all(|(field, value)| self.fields.get(field).map_or("", String::as_str) == value)
    }
}

impl KeptEntitlement {
    /// The entitlement as it comes back at this moment.
    ///
    /// # Errors
    /// What its form would reject today.
    pub fn read(&self, now: NaiveDateTime) -> Result<Entitlement, Errors> {
        Ok(Entitlement {
            id: EntitlementId(self.id),
            eid: self.eid.clone(),
            customer: CustomerId(self.customer),
            draft: entitlement::check(&form(&self.fields))?,
            ended_at: self.ended_at,
            created_at: self.created_at,
            changed_at: now,
            batch: self.batch.map(BatchId),
            version: self.version,
            renews: self.renews.map(EntitlementId),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Pairs {
        list.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
    }

    fn change(field: &str, old: Option<&str>, new: Option<&str>) -> FieldChange {
        FieldChange::new(field, old, new)
    }

    #[test]
    fn only_the_fields_of_the_change_count() {
        let changes = [change("phone", Some("1"), Some("2")), change("shipping_same", Some("yes"), None)];
        let now = pairs(&[("name", "Acme"), ("phone", "2"), ("shipping_city", "York")]);
        assert!(changed_since(&changes, &now, &[]).is_empty());
        assert_eq!(changed_since(&changes, &pairs(&[("phone", "3"), ("shipping_same", "yes")]), &["phone"]), ["shipping_same"]);
        let input = with_old(&changes, now);
        assert_eq!((input.get("name"), input.get("phone"), input.get("shipping_same")), ("Acme", "1", "yes"));
    }

    #[test]
    fn what_came_later_is_seen() {
        let created = [change("name", None, Some("Acme"))];
        assert!(filled_since(&created, &pairs(&[("name", "Acme"), ("phone", "")])).is_empty());
        assert_eq!(filled_since(&created, &pairs(&[("name", "Acme"), ("phone", "1")])), ["phone"]);
    }

    #[test]
    fn a_record_of_before_has_what_it_had() {
        let json = r#"{"id":7,"number":"C-7","type":"company","enabled":false,"created_at":"2026-01-02T03:04:05.000006",
            "fields":{"name":"Acme","a_field_of_before":"x"},"contacts":[]}"#;
        let customer = kept::<KeptCustomer>(json).unwrap().read(NaiveDateTime::default()).unwrap();
        assert_eq!((customer.id, customer.name().as_str(), customer.enabled, customer.version), (CustomerId(7), "Acme", false, 1));
        assert!(kept::<KeptCustomer>("{}").is_none());
        let nameless = r#"{"id":7,"number":"C-7","type":"company","enabled":true,"created_at":"2026-01-02T03:04:05","fields":{}}"#;
        assert!(kept::<KeptCustomer>(nameless).unwrap().read(NaiveDateTime::default()).is_err(), "a name is required by now");
    }

    #[test]
    fn a_moment_is_read_as_it_was_written() {
        for micros in [0, 1, 500_000, 999_999] {
            let now = chrono::DateTime::from_timestamp_micros(1_790_000_000_000_000 + micros).unwrap().naive_utc();
            assert_eq!(moment(FieldChange::new(ENDED, None::<&str>, Some(now)).new.as_deref().unwrap()), Some(now));
        }
    }

    #[test]
    fn fields_are_named_as_people_do() {
        assert_eq!(["crm_id", "billing_city", "phone"].map(field_name), ["the CRM ID", "the billing city", "the phone"]);
    }
}
