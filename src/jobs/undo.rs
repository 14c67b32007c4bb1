//! Takes back a batch, portion by portion.

use super::work::{Kind, Outcome, Work};
use crate::changes::undo::batch;
use crate::db::Db;
use crate::domain::BatchId;
use crate::store::Result;

pub(super) struct Undo;

impl Kind for Undo {
    fn name(&self) -> &'static str {
        batch::JOB
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        let id = BatchId(work.job.subject);
        let portion = || {
            work.database.write(|db| {
                work.job.lease.progress(db)?;
                batch::portion(db, &work.actor(), id)
            })
        };
        while portion()? {
            work.stop_if_asked()?;
            work.database.give_way();
        }
        Ok(String::new())
    }

    fn failed(&self, db: &mut Db, work: &Work<'_>, trouble: &str) -> Result<()> {
        batch::fail(db, &work.actor(), BatchId(work.job.subject), trouble)
    }
}
