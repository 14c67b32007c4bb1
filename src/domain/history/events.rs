//! An event as a sentence: `Ruth Ashworth changed the billing city from Leeds to York`.

use super::difference;
use super::line::PastEvent;
use super::sentence::{Detail, Part, Reader, Scope, Sentence, listed, words};
use super::values;
use crate::domain::event::{EventTask, FieldChange, SubjectKind};
use crate::domain::fields;
use crate::domain::numbers::counted;
use crate::domain::undo::RENEWS;

/// More characters than these, or a second line, make a text a long one.
const SHORT: usize = 60;
/// So many fields are named in the sentence itself.
const NAMED: usize = 3;

/// An event in words.
pub(super) fn of_event(event: &PastEvent, reader: Reader<'_>) -> Sentence {
    let telling = Telling { event, reader };
    let changes = telling.changes();
    let (parts, details) = match event.task {
        Some(EventTask::Create) => (telling.created(), changes.into_iter().map(Change::detail).collect()),
        Some(EventTask::Renew) => (telling.renewed(), changes.into_iter().map(Change::detail).collect()),
        Some(EventTask::Delete) => (telling.deleted(), Vec::new()),
        Some(EventTask::Disable) => (telling.verb("disabled"), Vec::new()),
        Some(EventTask::Enable) => (telling.verb("enabled"), Vec::new()),
        Some(EventTask::End) => (telling.verb("ended"), Vec::new()),
        Some(EventTask::Restore) => (telling.verb("restored"), Vec::new()),
        Some(EventTask::Reopen) => (telling.verb("reopened"), Vec::new()),
        Some(EventTask::Invite) => (telling.verb("invited"), Vec::new()),
        Some(EventTask::SetDefault) => (telling.default_set(), Vec::new()),
        Some(EventTask::Edit) | None => telling.edited(changes),
    };
    let parts = match event.undoes {
        Some(_) => [parts, vec![Part::Words(" (undo)".to_owned())]].concat(),
        None => parts,
    };
    let folded = matches!(event.task, Some(EventTask::Create | EventTask::Renew));
    Sentence { who: reader.who(event.by.as_ref(), &event.name), parts, name_last: false, details, folded }
}

/// A changed field, its values in words.
struct Change {
    field: String,
    old: Option<String>,
    new: Option<String>,
}

impl Change {
    /// Longer than what fits into a sentence.
    fn is_long(&self) -> bool {
        let long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains('\n') || text.chars().count() > SHORT);
        long(&self.old) || long(&self.new)
    }

    fn detail(self) -> Detail {
        let (label, is_long) = (fields::heading(&self.field), self.is_long());
        let Self { old, new, .. } = self;
        if !is_long {
            return Detail::Values { label, old, new };
        }
        let pieces = match (&old, &new) {
            (Some(old), Some(new)) => difference::words(old, new),
            _ => difference::whole(old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default()),
        };
        Detail::Text { label, old, new, pieces }
    }
}

struct Telling<'a> {
    event: &'a PastEvent,
    reader: Reader<'a>,
}

impl Telling<'_> {
    fn changes(&self) -> Vec<Change> {
        let value = |field: &str, raw: &Option<String>| values::value(field, raw.as_deref(), self.reader.names, self.reader.zone);
        // A field that is there and empty says as much as one that is not there. What has no value on either side must not be shown.
        let text = |raw: &Option<String>| raw.clone().unwrap_or_default();
        let differs = |change: &&FieldChange| text(&change.old) != text(&change.new) || (change.old.is_none() && change.new.is_none());
        let changes = self.event.changes.iter().filter(differs);
        changes
            .map(|change| Change {
                field: change.field.clone(),
                old: value(&change.field, &change.old),
                new: value(&change.field, &change.new),
            })
            .collect()
    }

    /// What was done to the record whose history this is.
    fn is_own(&self) -> bool {
        let own = match self.reader.scope {
            Scope::Customer(id) => (SubjectKind::Customer, id.0),
            Scope::Entitlement(id) => (SubjectKind::Entitlement, id.0),
            Scope::All => return false,
        };
        (self.event.kind, self.event.subject) == (Some(own.0), own.1)
    }

    fn record(&self) -> Part {
        let name = &self.event.subject_name;
        // An entitlement's name ends with its EID.
        let (name, detail) = match (self.event.kind, name.rsplit_once(' ')) {
            (Some(SubjectKind::Entitlement), Some((product, eid))) => (product, eid),
            _ => (name.as_str(), ""),
        };
        Part::Record { kind: self.event.kind, id: self.event.subject, name: name.to_owned(), detail: detail.to_owned() }
    }

    fn what(&self) -> &'static str {
        match self.event.kind {
            Some(SubjectKind::Customer) => "the customer",
            Some(SubjectKind::Contact) => "the contact",
            Some(SubjectKind::Entitlement) => "the entitlement",
            Some(SubjectKind::User) => "the user",
            Some(SubjectKind::Settings) => "the settings",
            None => "the record",
        }
    }

    /// `this customer`, or `the contact Jana Hoffmann`.
    fn verb(&self, verb: &str) -> Vec<Part> {
        if self.is_own() {
            let own = if self.event.kind == Some(SubjectKind::Customer) { "this customer" } else { "it" };
            return vec![words(format!("{verb} {own}"))];
        }
        if self.event.kind == Some(SubjectKind::Settings) {
            return vec![words(format!("{verb} the settings"))];
        }
        vec![words(format!("{verb} {} ", self.what())), self.record()]
    }

    /// ` of Jana Hoffmann`; nothing for the customer whose history this is.
    fn of_record(&self) -> Vec<Part> {
        match self.event.kind {
            _ if self.is_own() => Vec::new(),
            Some(SubjectKind::User) => vec![words(" of the user "), self.record()],
            Some(SubjectKind::Settings) => vec![words(" in the settings")],
            _ => vec![words(" of "), self.record()],
        }
    }

    fn raw(&self, field: &str, new: bool) -> Option<String> {
        let change = self.event.changes.iter().find(|change| change.field == field)?;
        let raw = if new { change.new.as_ref() } else { change.old.as_ref() }?;
        values::value(field, Some(raw), self.reader.names, self.reader.zone)
    }

    fn created(&self) -> Vec<Part> {
        match self.event.kind {
            Some(SubjectKind::Customer) => self.verb("created"),
            Some(SubjectKind::Entitlement) => {
                let new = |field: &str| self.raw(field, true);
                let mut rest: Vec<String> = new("quantity").into_iter().collect();
                rest.extend(match (new("starts_on"), new("ends_on")) {
                    (Some(from), Some(to)) => Some(format!("{from} to {to}")),
                    (Some(from), None) => Some(format!("from {from}")),
                    _ => None,
                });
                let rest = rest.iter().flat_map(|part| [", ", part.as_str()]).collect::<String>();
                if self.is_own() {
                    return vec![words(format!("added it{}", rest.replacen(',', ":", 1)))];
                }
                vec![words("added an entitlement: "), self.record(), words(rest)]
            }
            _ => self.verb("added"),
        }
    }

    /// `renewed the entitlement EID-1 as Forge Pro EID-2`
    fn renewed(&self) -> Vec<Part> {
        match self.raw(RENEWS, true) {
            Some(former) if self.is_own() => vec![words("added it as the renewal of "), Part::Value(former)],
            Some(former) => vec![words("renewed the entitlement "), Part::Value(former), words(" as "), self.record()],
            None => self.verb("renewed"),
        }
    }

    fn deleted(&self) -> Vec<Part> {
        let mut parts = self.verb("deleted");
        if let Some(next) = self.raw("default_contact", true) {
            parts.extend([words("; "), Part::Value(next), words(" is the default contact now")]);
        }
        parts
    }

    fn default_set(&self) -> Vec<Part> {
        let mut parts = vec![words("made "), self.record(), words(" the default contact")];
        if let Some(before) = self.raw("default_contact", false) {
            parts.extend([words(" in the place of "), Part::Value(before)]);
        }
        parts
    }

    fn edited(&self, mut changes: Vec<Change>) -> (Vec<Part>, Vec<Detail>) {
        match changes.len() {
            0 => (self.verb("changed"), Vec::new()),
            1 if !changes[0].is_long() => (self.changed_one(&changes.remove(0)), Vec::new()),
            count => {
                let phrases: Vec<String> = changes.iter().map(|change| fields::phrase(&change.field)).collect();
                let named = if count > NAMED { counted(count, "field", "fields") } else { format!("the {}", listed(&phrases)) };
                let mut parts = vec![words(format!("changed {named}"))];
                parts.extend(self.of_record());
                (parts, changes.into_iter().map(Change::detail).collect())
            }
        }
    }

    /// `changed the billing city from Leeds to York`
    fn changed_one(&self, change: &Change) -> Vec<Part> {
        let phrase = fields::phrase(&change.field);
        let of = self.of_record();
        let value = |text: &str| Part::Value(text.to_owned());
        match (&change.old, &change.new) {
            (Some(old), Some(new)) => {
                [vec![words(format!("changed the {phrase}"))], of, vec![words(" from "), value(old), words(" to "), value(new)]].concat()
            }
            (None, Some(new)) => [vec![words(format!("set the {phrase}"))], of, vec![words(" to "), value(new)]].concat(),
            (Some(old), None) => [vec![words(format!("removed the {phrase} ")), value(old)], of].concat(),
            // What must not be shown, such as a password.
            (None, None) => [vec![words(format!("changed the {phrase}"))], of].concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::history::Names;
    use crate::domain::{CustomerId, EventId};

    fn said(task: EventTask, kind: SubjectKind, name: &str, changes: &[(&str, Option<&str>, Option<&str>)]) -> String {
        let event = PastEvent {
            id: EventId(1),
            at: chrono::NaiveDateTime::default(),
            by: None,
            name: "Ruth".to_owned(),
            task: Some(task),
            customer: (kind != SubjectKind::User).then_some(CustomerId(1)),
            kind: Some(kind),
            subject: 1,
            subject_name: name.to_owned(),
            changes: changes.iter().map(|(field, old, new)| FieldChange::new(field, *old, *new)).collect(),
            reason: String::new(),
            batch: None,
            undoes: None,
        };
        let reader = Reader { you: None, scope: Scope::All, names: &Names::default(), zone: Tz::UTC };
        let sentence = of_event(&event, reader);
        [vec![sentence.what()], sentence.details.iter().map(ToString::to_string).collect()].concat().join(" | ")
    }

    #[test]
    fn users_are_told_of_by_their_fields_alone() {
        use SubjectKind::User;
        assert_eq!(
            said(EventTask::Edit, User, "Max", &[("role", Some("viewer"), Some("editor"))]),
            "changed the role of the user Max from viewer to editor"
        );
        assert_eq!(
            said(EventTask::Edit, User, "Max", &[("password", None, None)]),
            "changed the password of the user Max",
            "the fact without a value"
        );
        assert_eq!(said(EventTask::Disable, User, "Max", &[("status", Some("enabled"), Some("disabled"))]), "disabled the user Max");
        assert_eq!(said(EventTask::Create, User, "Max", &[("role", None, Some("editor"))]), "added the user Max | Role: — → editor");
        assert_eq!(
            said(EventTask::Edit, User, "Max", &[("second_factor", None, Some("on"))]),
            "set the second factor of the user Max to on"
        );
    }

    #[test]
    fn what_is_taken_back_has_words() {
        assert_eq!(said(EventTask::Restore, SubjectKind::Customer, "Acme", &[]), "restored the customer Acme");
        assert_eq!(
            said(EventTask::Reopen, SubjectKind::Entitlement, "Forge Pro EID-1", &[("ended_at", Some("2026-01-01 00:00:00"), None)]),
            "reopened the entitlement Forge Pro EID-1"
        );
        assert_eq!(
            said(EventTask::Renew, SubjectKind::Entitlement, "Forge Pro EID-2", &[("renews", None, Some("EID-1"))]),
            "renewed the entitlement EID-1 as Forge Pro EID-2 | Renewed entitlement: — → EID-1"
        );
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        use SubjectKind::{Customer, Entitlement};
        let edit = |field: &str, old: &str, new: &str| said(EventTask::Edit, Customer, "Acme", &[(field, Some(old), Some(new))]);
        assert_eq!(edit("billing_country", "DE", "GB"), "changed the billing country of Acme from Germany to United Kingdom");
        assert_eq!(edit("language", "", "de"), "set the language of Acme to German");
        assert_eq!(edit("phone", "1", ""), "removed the phone 1 of Acme");
        let changes = [("ends_on", Some("2027-12-31"), Some("")), ("quantity", Some("20"), Some("2500")), ("contact", Some("7"), None)];
        assert_eq!(
            said(EventTask::Edit, Entitlement, "Forge EID-1", &changes),
            "changed the end, quantity and contact of Forge EID-1 | End: 31 Dec 2027 → — | Quantity: 20 → 2,500 | Contact: a deleted contact → —"
        );
        assert_eq!(
            said(EventTask::Edit, Customer, "Acme", &[("shipping_same", Some("yes"), None), ("shipping_city", None, Some(""))]),
            "changed the shipping “same as billing” of Acme from yes to no"
        );
    }
}
