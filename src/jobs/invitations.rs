//! Invites all who never were, portion by portion. What is queued already counts as invited, so whoever continues invites nobody twice.

use super::work::{Kind, Outcome, Work};
use crate::changes::invitations;
use crate::db::YIELD;
use crate::domain::BatchId;
use crate::domain::invitation::{JOB, Progress};
use crate::store::Result;

pub(super) struct Invitations;

impl Kind for Invitations {
    fn name(&self) -> &'static str {
        JOB
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        let batch = BatchId(work.job.subject);
        let mut progress = Progress::parse(&work.job.checkpoint);
        let portion = |so_far: &Progress| -> Result<Option<Progress>> {
            work.database.write(|db| {
                let progress = invitations::portion(db, &work.actor(), batch, so_far)?;
                if let Some(progress) = progress {
                    work.job.lease.progress_to(db, &progress.to_json())?;
                }
                Ok(progress)
            })
        };
        while let Some(further) = portion(&progress)? {
            progress = further;
            work.stop_if_asked()?;
            // Other processes come to write; then requests of this one.
            std::thread::sleep(YIELD);
            work.database.give_way();
        }
        Ok(progress.to_json())
    }
}
