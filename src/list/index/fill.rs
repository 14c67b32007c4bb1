//! Makes all parts of the index, one after the other in the order of names, with what customers are found by where that is missing: while
//! others save, and search what is there already.

use diesel::prelude::*;

use super::fold::{self, Draft, START};
use super::parts::PART;
use crate::db::schema::{customers, search_parts};
use crate::db::{Database, Db, ReadAhead, lock_search, make_deferred_index, snapshot};
use crate::list::row::SortKey;
use crate::list::state::ListState;
use crate::store::{Error, Result};

/// The making of all parts, step by step.
#[derive(Default)]
pub struct Fill {
    stage: Stage,
    /// Makes the parts that come next.
    ahead: Option<ReadAhead<Draft>>,
    /// The part that was put in place last, and where the next one begins.
    last: Option<(i64, SortKey)>,
    done: usize,
    total: usize,
}

#[derive(Debug, Clone, Copy, Default)]
enum Stage {
    #[default]
    Begin,
    Parts,
    Done,
}

impl Fill {
    /// Returns how many customers can be found, of how many.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.total.max(self.done))
    }

    /// Does the next step. Returns whether there is more to do.
    pub fn step(&mut self, database: &Database) -> Result<bool> {
        self.stage = match self.stage {
            Stage::Begin => self.begin(database)?,
            Stage::Parts => self.part(database)?,
            Stage::Done => Stage::Done,
        };
        Ok(!matches!(self.stage, Stage::Done))
    }

    fn begin(&mut self, database: &Database) -> Result<Stage> {
        if !matches!(database.read(ListState::load)?, ListState::Deferred | ListState::Filling) {
            return Ok(Stage::Done);
        }
        if database.write(|db| Ok::<_, Error>(make_deferred_index(db)?))? {
            return Ok(Stage::Begin);
        }
        // Others may have completed it meanwhile.
        if !database.write(go_on)? {
            return Ok(Stage::Done);
        }
        let total: i64 = database.read(|db| Ok::<_, Error>(customers::table.count().get_result(db)?))?;
        *self = Self { total: usize::try_from(total).unwrap_or_default(), ahead: Some(read_ahead(database.clone())), ..Self::default() };
        Ok(Stage::Parts)
    }

    /// Puts the next part in place.
    fn part(&mut self, database: &Database) -> Result<Stage> {
        let begin = self.last.as_ref().map_or(START, |(_, next)| next.clone());
        let draft = match self.ahead.as_mut().and_then(ReadAhead::next) {
            Some(draft) => draft,
            // What could not be made ahead.
            None => database.read(|db| snapshot(db, |db| Draft::make(db, &begin, None, database.search_part())))?,
        };
        let own = self.last.as_ref().map(|(number, _)| *number);
        let Some(number) = fold::put(database, &draft, own)? else {
            // Others are at it, too.
            *self = Self::default();
            return Ok(Stage::Begin);
        };
        self.done += draft.size();
        match draft.until {
            Some(until) => {
                self.last = Some((number, until));
                Ok(Stage::Parts)
            }
            // Unless somebody has emptied the index meanwhile.
            None if database.write(|db| complete(db, number))? => Ok(Stage::Done),
            None => {
                *self = Self::default();
                Ok(Stage::Begin)
            }
        }
    }
}

/// Notes that the index is being filled. Returns whether there is something to fill.
fn go_on(db: &mut Db) -> Result<bool> {
    lock_search(db)?;
    let is_due = matches!(ListState::load(db)?, ListState::Deferred | ListState::Filling);
    if is_due {
        ListState::Filling.store(db)?;
    }
    Ok(is_due)
}

/// The index is complete if the last part is still there.
fn complete(db: &mut Db, last: i64) -> Result<bool> {
    lock_search(db)?;
    let is_there = search_parts::table.find(last).select(search_parts::part).first::<i64>(db).optional()?.is_some();
    if is_there {
        ListState::Complete.store(db)?;
    }
    Ok(is_there)
}

fn read_ahead(database: Database) -> ReadAhead<Draft> {
    ReadAhead::new(move |ready| {
        let mut from = Some(START);
        while let Some(begin) = from.take() {
            let Ok(draft) = database.read(|db| snapshot(db, |db| Draft::make(db, &begin, None, database.search_part()))) else { return };
            from.clone_from(&draft.until);
            if ready.send(draft).is_err() {
                return;
            }
        }
    })
}

/// Makes all parts in the present transaction.
pub fn within(db: &mut Db) -> Result<()> {
    let (mut next, mut own) = (Some(START), None);
    while let Some(begin) = next.take() {
        let draft = Draft::make(db, &begin, None, PART)?;
        own = draft.put(db, own)?;
        next = draft.until.filter(|_| own.is_some());
    }
    Ok(())
}
