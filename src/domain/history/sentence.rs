//! An event as a sentence: `Ruth Ashworth changed the billing city from Leeds to York`.

use std::fmt;

use chrono_tz::Tz;

use super::difference::{self, Piece};
use super::line::{Counts, Line, Names, PastBatch, PastEvent, Source};
use super::values;
use crate::domain::actor::ActorKind;
use crate::domain::event::{EventTask, FieldChange, SubjectKind};
use crate::domain::rules::counted;
use crate::domain::{CustomerId, ImportId, fields};

/// Who did it, as the reader is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The reader.
    You,
    /// Somebody else, or the reader under another name.
    Named(String),
}

/// Whose history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// That of one customer, which is not named again.
    Customer(CustomerId),
    /// That of all.
    All,
}

/// What happened, in parts that are drawn in their own ways one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words of the program.
    Words(String),
    /// A value of a field, before or after.
    Value(String),
    /// A record by its name as it was, and what tells it from others of that name.
    Record {
        /// What kind.
        kind: Option<SubjectKind>,
        /// Its id.
        id: i64,
        /// Its name.
        name: String,
        /// An entitlement's EID; else empty.
        detail: String,
    },
    /// An import by its files.
    Import(Option<ImportId>, String),
}

/// One field in a list below the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// A short value before and after; `None` where there was none.
    Values {
        /// `Billing city`
        label: String,
        /// Before.
        old: Option<String>,
        /// After.
        new: Option<String>,
    },
    /// A long text, both versions in one.
    Text {
        /// `Description`
        label: String,
        /// Before.
        old: Option<String>,
        /// After.
        new: Option<String>,
        /// The pieces in order.
        pieces: Vec<Piece>,
    },
}

/// An event or a batch in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Who did it.
    pub who: Who,
    /// What: follows the name, or stands alone and is followed by it.
    pub parts: Vec<Part>,
    /// The name stands at the end: `Imported from … · by Ruth Ashworth`.
    pub name_last: bool,
    /// The fields that the sentence does not name in full.
    pub details: Vec<Detail>,
    /// They are what a new record holds: told only to who asks.
    pub folded: bool,
}

/// Who reads, and of what.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Who is `You`; nobody in a file that others read.
    pub you: Option<&'a ActorKind>,
    /// Whose history is read.
    pub scope: Scope,
    /// Names of records.
    pub names: &'a Names,
    /// Whose clocks show the time.
    pub zone: Tz,
}

/// More characters than these, or a second line, make a text a long one.
const SHORT: usize = 60;
/// So many fields are named in the sentence itself.
const NAMED: usize = 3;

impl Line {
    /// The line in words.
    #[must_use]
    pub fn sentence(&self, reader: Reader<'_>) -> Sentence {
        match self {
            Self::Event(event) => of_event(event, reader),
            Self::Batch(batch) => of_batch(batch, reader),
        }
    }
}

fn who(by: Option<&ActorKind>, name: &str, reader: Reader<'_>) -> Who {
    if by.is_some() && by == reader.you { Who::You } else { Who::Named(name.to_owned()) }
}

fn of_event(event: &PastEvent, reader: Reader<'_>) -> Sentence {
    let telling = Telling { event, reader };
    let changes = telling.changes();
    let (parts, details) = match event.task {
        Some(EventTask::Create) => (telling.created(), changes.into_iter().map(Change::detail).collect()),
        Some(EventTask::Delete) => (telling.deleted(), Vec::new()),
        Some(EventTask::Disable) => (telling.verb("disabled"), Vec::new()),
        Some(EventTask::Enable) => (telling.verb("enabled"), Vec::new()),
        Some(EventTask::End) => (telling.verb("ended"), Vec::new()),
        Some(EventTask::Restore) => (telling.verb("restored"), Vec::new()),
        Some(EventTask::Reopen) => (telling.verb("reopened"), Vec::new()),
        Some(EventTask::SetDefault) => (telling.default_set(), Vec::new()),
        Some(EventTask::Edit) | None => telling.edited(changes),
    };
    let parts = match event.undoes {
        Some(_) => [parts, vec![Part::Words(" (undo)".to_owned())]].concat(),
        None => parts,
    };
    let folded = event.task == Some(EventTask::Create);
    Sentence { who: who(event.by.as_ref(), &event.name, reader), parts, name_last: false, details, folded }
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

    /// What was done to the customer whose history this is.
    fn is_own(&self) -> bool {
        let Scope::Customer(id) = self.reader.scope else { return false };
        self.event.kind == Some(SubjectKind::Customer) && self.event.subject == id.0
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
            None => "the record",
        }
    }

    /// `this customer`, or `the contact Jana Hoffmann`.
    fn verb(&self, verb: &str) -> Vec<Part> {
        if self.is_own() {
            return vec![words(format!("{verb} this customer"))];
        }
        vec![words(format!("{verb} {} ", self.what())), self.record()]
    }

    /// ` of Jana Hoffmann`; nothing for the customer whose history this is.
    fn of_record(&self) -> Vec<Part> {
        match self.event.kind {
            _ if self.is_own() => Vec::new(),
            Some(SubjectKind::User) => vec![words(" of the user "), self.record()],
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
                vec![words("added an entitlement: "), self.record(), words(rest)]
            }
            _ => self.verb("added"),
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

fn of_batch(batch: &PastBatch, reader: Reader<'_>) -> Sentence {
    let own = matches!(reader.scope, Scope::Customer(_));
    let mut parts = match &batch.source {
        Source::Import(id, files) if files.is_empty() => vec![words("Imported from "), Part::Import(*id, "a file".to_owned())],
        Source::Import(id, files) => vec![words("Imported from "), Part::Import(*id, files.join(", "))],
        Source::Sample { removed: false } => vec![words("Loaded as sample data")],
        Source::Sample { removed: true } => vec![words("Removed sample data")],
        Source::Undo(_) => vec![words("Undid a whole import")],
        Source::Other => vec![words("Changed together")],
    };
    let removes = batch.source == Source::Sample { removed: true };
    let clauses: Vec<String> = [("created", batch.created), (if removes { "deleted" } else { "changed" }, batch.changed)]
        .into_iter()
        .filter(|(_, counts)| !counts.is_empty())
        .map(|(verb, counts)| format!("{verb} {}", counts_in_words(counts, own)))
        .collect();
    if !clauses.is_empty() {
        parts.push(words(format!(": {}", clauses.join(", "))));
    }
    Sentence { who: who(batch.by.as_ref(), &batch.name, reader), parts, name_last: true, details: Vec::new(), folded: false }
}

/// `212 customers and 3 contacts`; of one customer's history `this customer and 3 contacts`.
fn counts_in_words(counts: Counts, own: bool) -> String {
    let customers = match counts.customers {
        0 => None,
        _ if own => Some("this customer".to_owned()),
        count => Some(counted(count, "customer", "customers")),
    };
    let some = |count: i64, one: &str, many: &str| (count > 0).then(|| counted(count, one, many));
    let all = [customers, some(counts.contacts, "contact", "contacts"), some(counts.entitlements, "entitlement", "entitlements")];
    listed(&all.into_iter().flatten().collect::<Vec<_>>())
}

/// `a`, `a and b`, `a, b and c`
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn words(text: impl Into<String>) -> Part {
    Part::Words(text.into())
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::You => "You",
            Self::Named(name) => name,
        })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(text) | Self::Value(text) | Self::Import(_, text) => f.write_str(text),
            Self::Record { name, detail, .. } if detail.is_empty() => f.write_str(name),
            Self::Record { name, detail, .. } => write!(f, "{name} {detail}"),
        }
    }
}

impl Sentence {
    /// What was done, without who did it.
    #[must_use]
    pub fn what(&self) -> String {
        self.parts.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Values { label, old, new } | Self::Text { label, old, new, .. }) = self;
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
        write!(f, "{label}: {} → {}", text(old), text(new))
    }
}
