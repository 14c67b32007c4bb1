//! What contacts change of themselves in the portal: language and phone. Of an individual they are the customer's.

use super::steps::{follow, hold, record};
use crate::db::Db;
use crate::domain::ContactId;
use crate::domain::actor::Actor;
use crate::domain::contact::{Contact, FIELDS};
use crate::domain::event::{self, Event, EventTask};
use crate::domain::fields;
use crate::domain::input::{Check, Errors, Input};
use crate::domain::places::Language;
use crate::domain::rules::Task;
use crate::domain::{limit, stored};
use crate::store::{Result, contacts, customers};

/// What somebody may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDetails {
    /// The language that the person is written to in.
    pub language: Option<Language>,
    /// As it is written.
    pub phone: String,
}

impl OwnDetails {
    /// Reads a form.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(input: &Input) -> std::result::Result<Self, Errors> {
        let mut check = Check::new(input);
        let details = Self {
            language: check.chosen(FIELDS.language, "a language from the list", Language::parse),
            phone: check.line(FIELDS.phone, fields::label(FIELDS.phone), limit::PHONE),
        };
        check.finish(details)
    }

    /// As the form shows it.
    #[must_use]
    pub fn to_input(&self) -> Input {
        let language = self.language.map_or("", Language::code);
        Input::new(vec![(FIELDS.language.to_owned(), language.to_owned()), (FIELDS.phone.to_owned(), self.phone.clone())])
    }
}

/// What is stored of somebody.
///
/// # Errors
/// [`crate::store::Error::NotFound`].
pub fn of(db: &mut Db, contact: &Contact) -> Result<OwnDetails> {
    let (language, phone) = (contact.draft.language, contact.draft.phone.clone());
    if !contact.own {
        return Ok(OwnDetails { language, phone });
    }
    let customer = customers::find(db, contact.customer)?;
    Ok(OwnDetails { language: customer.draft.language, phone: customer.draft.phone })
}

/// Saves what somebody says of themselves.
///
/// # Errors
/// [`crate::store::Error::Refused`]; [`crate::store::Error::NotFound`].
pub fn edit(db: &mut Db, actor: &Actor, id: ContactId, details: &OwnDetails) -> Result<()> {
    actor.may(Task::EditOwnDetails)?;
    let customer = contacts::find(db, id)?.customer;
    hold(db, customer)?;
    let before = contacts::find(db, id)?;
    if of(db, &before)? == *details {
        return Ok(());
    }
    if before.own {
        edit_individual(db, actor, &before, details)?;
    } else {
        edit_contact(db, actor, &before, details)?;
    }
    follow(db, actor, customer)
}

fn edit_contact(db: &mut Db, actor: &Actor, before: &Contact, details: &OwnDetails) -> Result<()> {
    let mut after = before.clone();
    (after.draft.language, after.draft.phone) = (details.language, details.phone.clone());
    contacts::save(db, before, &after.draft, actor.now)?;
    let changes = event::differences(&stored::contact(&before.draft), &stored::contact(&after.draft));
    record(db, actor, &Event::of_contact(EventTask::Edit, &after, changes))
}

fn edit_individual(db: &mut Db, actor: &Actor, own: &Contact, details: &OwnDetails) -> Result<()> {
    let before = customers::find(db, own.customer)?;
    let mut after = before.clone();
    (after.draft.language, after.draft.phone) = (details.language, details.phone.clone());
    customers::save(db, &before, &after.draft, actor.now)?;
    let changes = event::differences(&stored::customer(&before), &stored::customer(&after));
    record(db, actor, &Event::of_customer(EventTask::Edit, &after, changes))
}
