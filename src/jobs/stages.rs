//! Moves entitlements on when the day changes: those that begin, and those that are over.

use chrono::{NaiveDate, TimeDelta};
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
        Ok(!stages::are_current(db, today(zone))? && jobs::may_repeat(db, NAME, PAUSE)?.is_some())
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        while work.write(|db| stages::advance(db, today(work.zone)))? {
            work.stop_if_asked()?;
            std::thread::sleep(YIELD);
            work.database.give_way();
        }
        Ok(String::new())
    }
}

fn today(zone: Tz) -> NaiveDate {
    clock::now().and_utc().with_timezone(&zone).date_naive()
}
