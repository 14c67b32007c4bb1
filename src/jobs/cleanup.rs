//! Removes files of imports that nobody needs any more.

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::timings::Timings;
use super::work::{Kind, Outcome, Work};
use crate::db::Db;
use crate::domain::clock;
use crate::imports::parts;
use crate::store::{Result, jobs};

const NAME: &str = "cleanup";

pub(super) struct Cleanup;

impl Kind for Cleanup {
    fn name(&self) -> &'static str {
        NAME
    }

    fn is_wanted(&self, db: &mut Db, _: &Timings, _: Tz) -> Result<bool> {
        Ok(parts::expired(db, clock::now())?.is_some() && jobs::may_repeat(db, NAME, TimeDelta::zero())?.is_some())
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        while let Some(expired) = work.database.read(|db| parts::expired(db, clock::now()))? {
            work.write(|db| parts::clear(db, expired))?;
            work.stop_if_asked()?;
        }
        Ok(String::new())
    }
}
