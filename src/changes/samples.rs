//! Sample data go as they came: as one batch.

use super::steps::hold;
use super::{bulk, customers};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::event::BatchKind;
use crate::domain::rules::Task;
use crate::store::samples::{self, Samples};
use crate::store::{Result, entitlements};

/// At most so many customers are deleted at once: others wait meanwhile.
pub const PORTION: usize = 300;

/// Deletes the sample customers, with all that they have, that are as they were loaded, [`PORTION`] at most. Those that somebody has changed or
/// added something to stay. Returns what was deleted and what is left.
///
/// # Errors
/// [`crate::store::Error::Refused`] when there is none to delete, and for anybody but an administrator: entitlements that have started go too.
pub fn remove(db: &mut Db, actor: &Actor) -> Result<Samples> {
    let mut samples = samples::find(db, PORTION)?;
    actor.may(Task::RemoveSample(samples.untouched.len()))?;
    let actor = &actor.within(bulk::begin(db, actor, BatchKind::Sample)?);
    for id in std::mem::take(&mut samples.untouched) {
        hold(db, id)?;
        // Once more, now that nobody else changes it.
        if !samples::is_untouched(db, id)? {
            samples.touched += 1;
            continue;
        }
        for entitlement in entitlements::all_of(db, id)? {
            super::entitlements::remove(db, actor, &entitlement)?;
        }
        customers::delete(db, actor, id)?;
        samples.untouched.push(id);
    }
    Ok(samples)
}
