//! Keeps the index of searches tidy, and finishes what an import that was stopped has left of the list.

use chrono_tz::Tz;

use super::timings::Timings;
use super::work::{Kind, Outcome, Work, delta};
use crate::db::Db;
use crate::domain::clock;
use crate::imports::record;
use crate::list;
use crate::store::{Result, jobs};

const NAME: &str = "tidying";

pub(super) struct Tidying;

impl Kind for Tidying {
    fn name(&self) -> &'static str {
        NAME
    }

    /// Where the index has changed since it was last found tidy. A list that is being filled is left to the import.
    fn is_wanted(&self, db: &mut Db, timings: &Timings, _: Tz) -> Result<bool> {
        let Some(tidy) = jobs::may_repeat(db, NAME, delta(timings.tidy))? else { return Ok(false) };
        Ok(list::shape(db)? != tidy && !record::is_under_way(db, clock::now())?)
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        while list::tidy(work.database)? {
            work.write(|_| Ok(()))?;
            work.stop_if_asked()?;
        }
        Ok(work.database.read(list::shape)?)
    }
}
