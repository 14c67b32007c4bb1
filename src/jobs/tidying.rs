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

    /// An index that is being filled is left to the import.
    fn is_wanted(&self, db: &mut Db, timings: &Timings, _: Tz) -> Result<bool> {
        Ok(jobs::may_repeat(db, NAME, delta(timings.tidy))?.is_some() && list::is_untidy(db)? && !record::is_under_way(db, clock::now())?)
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        while list::tidy(work.database)? {
            work.write(|_| Ok(()))?;
            work.stop_if_asked()?;
        }
        Ok(String::new())
    }
}
