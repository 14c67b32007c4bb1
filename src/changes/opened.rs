//! What a form of a stored record was opened with. A form names the version that it was opened with; the history tells what has been saved since,
//! and with that the values that stood in the form.

use crate::db::Db;
use crate::domain::CustomerId;
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::event::{EventTask, FieldChange, Subject, SubjectKind};
use crate::domain::input::Input;
use crate::domain::merge::{LaterEdit, Merged, merge, opened_with};
use crate::domain::settings::{self, Settings};
use crate::domain::stored::{self, Pairs};
use crate::domain::user::{self, User};
use crate::store::events::{self, Done};
use crate::store::{Error, Result, form_saves};

/// A form may be this many edits behind; one that is more is not known any more.
const MOST: i32 = 1_000;

/// What a form says about its opening.
#[derive(Debug, Clone, Copy)]
pub struct Opened<'a> {
    /// The version of the record that it was opened with.
    pub version: Option<i32>,
    /// The random token of its opening; empty for none.
    pub token: &'a str,
}

/// A record as it is stored.
#[derive(Debug, Clone)]
pub struct Present {
    /// Whose it is, or which it is; a user belongs to none.
    pub customer: Option<CustomerId>,
    /// Which record.
    pub subject: Subject,
    /// Counts its edits.
    pub version: i32,
    /// As its form would send it.
    pub form: Input,
}

/// Three versions of a record that meet.
#[derive(Debug)]
pub struct Meeting {
    /// What comes of them.
    pub merged: Merged,
    /// What the form was opened with; `None` where nobody knows any more.
    pub opened: Option<Input>,
    /// What others have saved since, newest first.
    pub edits: Vec<Edit>,
}

/// An edit that somebody else has saved.
#[derive(Debug)]
pub struct Edit {
    /// By whom and when.
    pub done: Done,
    /// From what to what.
    pub changes: Vec<FieldChange>,
}

impl From<&Customer> for Present {
    fn from(customer: &Customer) -> Self {
        let form = Input::new(stored::customer(customer));
        Self { customer: Some(customer.id), subject: customer.into(), version: customer.version, form }
    }
}

impl From<&Contact> for Present {
    fn from(contact: &Contact) -> Self {
        let form = Input::new(stored::contact(&contact.draft));
        Self { customer: Some(contact.customer), subject: contact.into(), version: contact.version, form }
    }
}

impl From<&User> for Present {
    fn from(user: &User) -> Self {
        Self { customer: None, subject: user.into(), version: user.version, form: Input::new(user::fields(user)) }
    }
}

impl From<&Settings> for Present {
    fn from(settings: &Settings) -> Self {
        Self {
            customer: None,
            subject: Subject::settings(),
            version: settings.version,
            form: Input::new(settings::fields(&settings.draft)),
        }
    }
}

impl From<&Entitlement> for Present {
    fn from(entitlement: &Entitlement) -> Self {
        let form = Input::new(stored::entitlement(&entitlement.draft));
        Self { customer: Some(entitlement.customer), subject: entitlement.into(), version: entitlement.version, form }
    }
}

impl Opened<'_> {
    /// What is to be saved of what was typed.
    ///
    /// # Errors
    /// [`Error::Stale`] when somebody has to decide between that and what was saved since.
    pub(super) fn merge(&self, db: &mut Db, present: &Present, typed: Pairs) -> Result<Input> {
        let typed = Input::new(typed);
        if self.version == Some(present.version) {
            return Ok(typed);
        }
        let Merged { form, conflicts } = self.meet(db, present, &typed)?.merged;
        if conflicts.is_empty() { Ok(form) } else { Err(Error::Stale) }
    }

    /// What was typed, as the record's form would send it, beside what is stored by now and what the form was opened with.
    pub fn meet(&self, db: &mut Db, present: &Present, typed: &Input) -> Result<Meeting> {
        let since = self.edits_since(db, present)?;
        let opened = since.as_ref().and_then(|since| {
            let edits: Vec<_> = since.iter().map(|(own, edit)| LaterEdit { changes: edit.changes.clone(), own: *own }).collect();
            opened_with(&present.form, &edits)
        });
        let edits = since.unwrap_or_default().into_iter().filter(|(own, _)| !own).map(|(_, edit)| edit).collect();
        Ok(Meeting { merged: merge(opened.as_ref(), &present.form, typed), opened, edits })
    }

    /// Notes that the form has saved the version after this one: what stands in it is known to whoever sends it again.
    pub(super) fn saved(&self, db: &mut Db, actor: &Actor, present: &Present) -> Result<()> {
        form_saves::insert(db, actor, self.token, present.version + 1)
    }

    /// The edits since, newest first, and whether it was this form that saved them. `None` where they are not known: each version has its edit in
    /// the history, unless it is older than the history, or the record was deleted in between and came back.
    fn edits_since(&self, db: &mut Db, present: &Present) -> Result<Option<Vec<(bool, Edit)>>> {
        let Some(count) = self.version.and_then(|version| present.version.checked_sub(version)).filter(|count| (0..=MOST).contains(count))
        else {
            return Ok(None);
        };
        let own = form_saves::versions(db, self.token)?;
        let events = events::last_of(db, present.customer, &present.subject, &EDITS, i64::from(count))?;
        let versions = (0..count).map(|back| present.version - back);
        let edits: Vec<_> = versions
            .zip(events)
            .filter(|(_, event)| event.task == EventTask::Edit.word())
            .filter_map(|(version, event)| {
                let mut changes: Vec<FieldChange> = serde_json::from_str(&event.changes).ok()?;
                if matches!(present.subject.kind, SubjectKind::User | SubjectKind::Contact | SubjectKind::Settings) {
                    // A new password, say, is an edit that no form shows, and so is a logo.
                    changes.retain(|change| present.form.has(&change.field));
                }
                Some((own.contains(&version), Edit { done: event.done, changes }))
            })
            .collect();
        Ok((edits.len() == usize::try_from(count).unwrap_or_default()).then_some(edits))
    }
}

/// The tasks that make versions, and those after which one cannot tell.
const EDITS: [EventTask; 3] = [EventTask::Edit, EventTask::Delete, EventTask::Restore];
