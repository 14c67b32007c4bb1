//! In which form the list and its index are.

use diesel::prelude::*;

use crate::db::schema::search_state;
use crate::db::{Db, lock_list};
use crate::store::Result;

/// The form in which this program makes the list and the index. It goes up with every change of [`super::text`] and [`super::grams`].
const MADE: i32 = 3;
/// The other two have it in them: the list that there is has this form already.
const DEFERRED: i32 = -2 * MADE;
const FILLING: i32 = -2 * MADE - 1;

/// In which form the list and its index are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Made by a program like this one, and not found damaged since.
    Made,
    /// An import of very many customers leaves them to its end.
    Deferred,
    /// It is being made: whatever changes from now on is put into the list at once.
    Filling,
    /// Made otherwise, damaged, or never made.
    Other,
}

impl Form {
    /// The present form.
    ///
    /// # Errors
    /// The database's own.
    pub fn of(db: &mut Db) -> Result<Self> {
        Ok(match search_state::table.select(search_state::form).first(db)? {
            MADE => Self::Made,
            DEFERRED => Self::Deferred,
            FILLING => Self::Filling,
            _ => Self::Other,
        })
    }

    /// Becomes the present one, once those have come to their end who rely on the one before.
    ///
    /// # Errors
    /// The database's own.
    pub fn begin(self, db: &mut Db) -> Result<()> {
        lock_list(db)?;
        diesel::update(search_state::table).set(search_state::form.eq(self.number())).execute(db)?;
        Ok(())
    }

    /// As it is stored.
    pub(super) fn number(self) -> i32 {
        match self {
            Self::Made => MADE,
            Self::Deferred => DEFERRED,
            Self::Filling => FILLING,
            Self::Other => 0,
        }
    }

    /// There is something to be put into the list still.
    #[must_use]
    pub fn is_unfinished(self) -> bool {
        matches!(self, Self::Deferred | Self::Filling)
    }
}

/// Whether changes of many customers may leave the list to [`super::fill`]. If so, that does not come to its end within this transaction.
///
/// # Errors
/// The database's own.
pub fn is_deferred(db: &mut Db) -> Result<bool> {
    if Form::of(db)? != Form::Deferred {
        return Ok(false);
    }
    lock_list(db)?;
    Ok(Form::of(db)? == Form::Deferred)
}
