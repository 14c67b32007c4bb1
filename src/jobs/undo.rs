//! Takes back a batch, portion by portion.

use super::work::{Kind, Outcome, Work};
use crate::changes::undo::batch;
use crate::db::{Db, YIELD};
use crate::domain::BatchId;
use crate::store::Result;

pub(super) struct Undo;

impl Kind for Undo {
    fn name(&self) -> &'static str {
        batch::JOB
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        let id = BatchId(work.job.subject);
        if let Some(total) = work.database.read(|db| batch::count(db, id))? {
            work.write(|db| batch::counted_as(db, &work.actor(), id, total))?;
        }
        let portion = || {
            work.database.write(|db| {
                work.job.lease.progress(db)?;
                batch::portion(db, &work.actor(), id)
            })
        };
        while portion()? {
            work.stop_if_asked()?;
            // Other processes come to write; then requests of this one.
            std::thread::sleep(YIELD);
            work.database.give_way();
        }
        Ok(String::new())
    }

    fn failed(&self, db: &mut Db, work: &Work<'_>, trouble: &str) -> Result<()> {
        batch::fail(db, &work.actor(), BatchId(work.job.subject), trouble)
    }
}
