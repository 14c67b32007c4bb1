//! Whether the list and its index are complete.

use diesel::prelude::*;

use crate::db::schema::search_state;
use crate::db::{Db, lock_search, share_search};
use crate::store::Result;

/// The version of what this program writes into the list and its index. It goes up with every change of [`super::text`],
/// [`super::token`] and [`super::gram`], and of the order in which names stand ([`crate::domain::person`]).
const VERSION: i32 = 7;

/// The state of the list and its index, as the number that the database holds. Those of an unfinished list tell the version too, since the
/// rows that are in the list already are of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum ListState {
    /// Complete and of this program's version, as far as is known.
    Complete = VERSION,
    /// An import of very many customers adds them to the list when all are stored.
    Deferred = -2 * VERSION,
    /// Customers are being added; whatever changes from now on is put into the list at once.
    Filling = -2 * VERSION - 1,
    /// Of another version, damaged, or never built.
    Invalid = 0,
}

impl ListState {
    pub fn load(db: &mut Db) -> Result<Self> {
        let stored: i32 = search_state::table.select(search_state::form).first(db)?;
        Ok([Self::Complete, Self::Deferred, Self::Filling].into_iter().find(|state| *state as i32 == stored).unwrap_or(Self::Invalid))
    }

    /// Stores the state, after every transaction that relies on the one before has ended.
    pub fn store(self, db: &mut Db) -> Result<()> {
        lock_search(db)?;
        diesel::update(search_state::table).set(search_state::form.eq(self as i32)).execute(db)?;
        Ok(())
    }
}

/// Whether an import may leave the customers that it creates to [`super::fill::Fill`]. If so, that stays so until the transaction ends.
pub fn is_deferred(db: &mut Db) -> Result<bool> {
    if ListState::load(db)? != ListState::Deferred {
        return Ok(false);
    }
    share_search(db)?;
    Ok(ListState::load(db)? == ListState::Deferred)
}
