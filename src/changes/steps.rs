//! The steps that every change takes.

use crate::db::{Db, lock_customer};
use crate::domain::CustomerId;
use crate::domain::actor::Actor;
use crate::domain::event::{Event, FieldChange};
use crate::domain::input::{Checked, Errors, Input, InvalidForm};
use crate::domain::tasks::Asked;
use crate::list;
use crate::store::{Error, Result, customers, events};

/// Holds a customer, with all that belongs to it, until the transaction ends.
pub(super) fn hold(db: &mut Db, id: CustomerId) -> Result<()> {
    Ok(lock_customer(db, id.0)?)
}

/// Asks the rules for every task that leads from one state of a record to another.
///
/// # Errors
/// [`Error::Refused`] with the first refusal.
pub(super) fn ask(actor: &Actor, tasks: &[Asked]) -> Result<()> {
    for (task, _) in tasks {
        actor.may(*task)?;
    }
    Ok(())
}

/// What a form says, if nothing is wrong with it by itself and `wrong` finds nothing wrong with it among what is stored: whoever sent it is
/// told of all in one round. `wrong` is given what the form says, or the form where that cannot be had.
///
/// # Errors
/// [`Error::Invalid`] with all errors.
pub(super) fn accept<T>(asked: Checked<'_, T>, wrong: impl FnOnce(std::result::Result<&T, &Input>) -> Result<Errors>) -> Result<T> {
    match asked {
        Ok(says) => {
            let errors = wrong(Ok(&says))?;
            if errors.is_empty() { Ok(says) } else { Err(Error::Invalid(errors)) }
        }
        Err(InvalidForm { mut errors, input }) => {
            errors.extend(wrong(Err(input))?);
            Err(Error::Invalid(errors))
        }
    }
}

/// Writes an event.
pub(super) fn record(db: &mut Db, actor: &Actor, event: &Event) -> Result<()> {
    events::insert(db, actor, event)
}

/// The change of a record's status.
pub(super) fn status(before: bool, after: bool) -> FieldChange {
    let word = |enabled| if enabled { "enabled" } else { "disabled" };
    FieldChange::new("status", Some(word(before)), Some(word(after)))
}

/// Follows a change of what belongs to a customer: it counts as a change of the customer, and is searched for from now on.
pub(super) fn follow(db: &mut Db, actor: &Actor, customer: CustomerId) -> Result<()> {
    customers::touch(db, &[customer.0], actor.now)?;
    list::reindex(db, customer)
}

/// Follows the changes of a batch. `changed` are the customers of whose belongings something changed; `listed` all that the list is to show
/// otherwise than before.
pub fn follow_all(db: &mut Db, actor: &Actor, changed: &[i64], listed: &[CustomerId]) -> Result<()> {
    /// Ids in one statement.
    const IDS: usize = 1_000;
    for ids in changed.chunks(IDS) {
        customers::touch(db, ids, actor.now)?;
    }
    list::reindex_all(db, listed)
}
