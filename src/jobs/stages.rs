//! Moves entitlements on when the day changes: those that begin, and those that are over.

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::timings::Timings;
use super::work::{Kind, Outcome, Work};
use crate::db::{Db, YIELD};
use crate::domain::clock;
use crate::store::{Result, jobs, stages};

const NAME: &str = "stages";
/// What somebody else is changing is left, and looked at again after this time.
const PAUSE: TimeDelta = TimeDelta::seconds(10);

pub(super) struct Stages;

impl Kind for Stages {
    fn name(&self) -> &'static str {
        NAME
    }

    fn is_wanted(&self, db: &mut Db, _: &Timings, zone: Tz) -> Result<bool> {
        Ok(!stages::are_current(db, clock::day(clock::now(), zone))? && jobs::may_repeat(db, NAME, PAUSE)?.is_some())
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        while work.write(|db| stages::advance(db, clock::day(clock::now(), work.zone)))? {
            work.stop_if_asked()?;
            std::thread::sleep(YIELD);
            work.database.give_way();
        }
        Ok(String::new())
    }
}
