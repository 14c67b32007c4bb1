//! What stands in the way of an undo, in words: who has done what since.

use super::written::Written;
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::fields::heading;
use crate::domain::input::Errors;
use crate::domain::text::isolated;
use crate::domain::undo::{changes, field_name};
use crate::store::events::StoredEvent;
use crate::store::undo as history;
use crate::store::{Error, Result};

/// What is advised where a later change is named.
const FIRST: &str = "Undo that first.";

/// Fails where fields of the event's record are no longer what it wrote: for each with who has changed it.
pub(super) fn unless_changed(db: &mut Db, actor: &Actor, written: &Written<'_>, fields: &[String]) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    let later = history::later(db, written.event, written.kind, written.event.subject_id)?;
    let mut sentences: Vec<String> = Vec::new();
    let mut is_known = false;
    for field in fields {
        let by = later.iter().find(|event| changes(&event.changes).iter().any(|change| change.field == *field));
        is_known |= by.is_some();
        let sentence = match by {
            Some(event) => format!("Later, {} {}.", event.who(actor).within_sentence(), did(event, field)),
            None => format!("{} is no longer what this change made it.", heading(field)),
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences.extend(is_known.then(|| FIRST.to_owned()));
    Err(Error::Blocked(sentences))
}

/// Whether something has changed this field of a record since the event.
pub(super) fn has_changed(db: &mut Db, written: &Written<'_>, kind: SubjectKind, id: i64, field: &str) -> Result<bool> {
    let later = history::later(db, written.event, kind, id)?;
    Ok(later.iter().any(|event| changes(&event.changes).iter().any(|change| change.field == field)))
}

/// What a field of a record said at the time of the event; `None` where nothing has changed it since.
pub(super) fn said_then(db: &mut Db, written: &Written<'_>, kind: SubjectKind, id: i64, field: &str) -> Result<Option<String>> {
    let later = history::later(db, written.event, kind, id)?;
    let mut oldest_first = later.iter().rev().flat_map(|event| changes(&event.changes));
    // What came back with a deleted record is as it was before.
    Ok(oldest_first.find(|change| change.field == field).and_then(|change| change.old.or(change.new)))
}

/// What a later event did to a field, or to the record where none is named: `changed the phone`.
pub(super) fn did(event: &StoredEvent, field: &str) -> String {
    let name = isolated(&event.subject_name);
    match EventTask::parse(&event.task) {
        Some(EventTask::End) => format!("ended {name}"),
        Some(EventTask::Reopen) => format!("reopened {name}"),
        Some(EventTask::Renew) => format!("created {name} as a renewal"),
        Some(EventTask::Enable) => format!("enabled {name}"),
        Some(EventTask::Disable) => format!("disabled {name}"),
        Some(EventTask::SetDefault) => format!("made {name} the default contact"),
        _ if field.is_empty() => format!("edited {name}"),
        _ => format!("changed {}", field_name(field)),
    }
}

/// A record that the undo needs is deleted: by whom.
pub(super) fn deleted(db: &mut Db, actor: &Actor, written: &Written<'_>, kind: SubjectKind, id: i64) -> Result<Error> {
    let sentences = match history::deletion(db, written.customer, kind, id)? {
        Some(event) => {
            vec![format!("Later, {} deleted {}.", event.who(actor).within_sentence(), isolated(&event.subject_name)), FIRST.to_owned()]
        }
        None => vec![format!("The {} no longer exists.", kind.word())],
    };
    Ok(Error::Blocked(sentences))
}

/// What comes back would be rejected by its form.
pub(super) fn rejected(errors: Errors) -> Error {
    Error::Blocked(errors.into_iter().map(|error| error.sentence).collect())
}
