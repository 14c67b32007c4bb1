//! Whether the list and its index are complete.

use diesel::prelude::*;

use crate::db::schema::search_state;
use crate::db::{Db, lock_order};
use crate::store::Result;

/// The version of what this program writes into the list and its index. It goes up with every change of [`super::text`],
/// [`super::plan::token`] and [`super::plan::trigrams`].
const VERSION: i32 = 3;
/// The other states tell the version too: the rows that are in the list already are of this one.
const DEFERRED: i32 = -2 * VERSION;
const FILLING: i32 = -2 * VERSION - 1;

/// The state of the list and its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListState {
    /// Complete and of this program's version, as far as is known.
    Complete,
    /// An import of very many customers adds them to the list when all are stored.
    Deferred,
    /// Customers are being added; whatever changes from now on is put into the list at once.
    Filling,
    /// Of another version, damaged, or never built.
    Invalid,
}

impl ListState {
    pub fn load(db: &mut Db) -> Result<Self> {
        Ok(match search_state::table.select(search_state::form).first(db)? {
            VERSION => Self::Complete,
            DEFERRED => Self::Deferred,
            FILLING => Self::Filling,
            _ => Self::Invalid,
        })
    }

    /// Stores the state, after every transaction that relies on the one before has ended.
    pub fn store(self, db: &mut Db) -> Result<()> {
        lock_order(db)?;
        diesel::update(search_state::table).set(search_state::form.eq(self.number())).execute(db)?;
        Ok(())
    }

    /// The number that stands for it in the database.
    pub fn number(self) -> i32 {
        match self {
            Self::Complete => VERSION,
            Self::Deferred => DEFERRED,
            Self::Filling => FILLING,
            Self::Invalid => 0,
        }
    }

    /// Whether customers still have to be added to the list.
    pub fn is_unfinished(self) -> bool {
        matches!(self, Self::Deferred | Self::Filling)
    }
}

/// Whether an import may leave the customers that it creates to [`super::fill::Fill`]. If so, that stays so until the transaction ends.
pub fn is_deferred(db: &mut Db) -> Result<bool> {
    if ListState::load(db)? != ListState::Deferred {
        return Ok(false);
    }
    lock_order(db)?;
    Ok(ListState::load(db)? == ListState::Deferred)
}
