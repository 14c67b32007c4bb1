//! What a task did, told once: the redirect after it carries a one-time token, and the page it leads to tells the message and removes it. So a
//! message shows in the tab that asked, whatever other tabs load, and not again on reload or Back.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::error::Result;
use super::random::random_token;
use crate::db::Db;
use crate::db::schema::flashes;
use crate::domain::CustomerId;
use crate::domain::actor::Actor;

/// A message that nobody fetched is dropped after this time.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// What else on the screen a task changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A customer came into being.
    Created,
    /// A customer, or something of it, changed.
    Changed,
    /// A customer is gone.
    Deleted,
    /// Everything may have changed.
    Reloaded,
}

/// A message about a task that was done.
#[derive(Debug, Clone)]
pub struct Flash {
    /// A sentence.
    pub text: String,
    /// What else changed.
    pub effect: Effect,
    /// Which customer it was about.
    pub customer: CustomerId,
}

const WORDS: [(Effect, &str); 4] =
    [(Effect::Created, "created"), (Effect::Changed, "changed"), (Effect::Deleted, "deleted"), (Effect::Reloaded, "reloaded")];

/// Stores a message; the token fetches it.
pub fn store(db: &mut Db, actor: &Actor, flash: &Flash) -> Result<String> {
    let token = random_token();
    let effect = WORDS.iter().find(|(effect, _)| *effect == flash.effect).map_or("changed", |(_, word)| word);
    diesel::delete(flashes::table.filter(flashes::created_at.lt(actor.now - KEPT))).execute(db)?;
    diesel::insert_into(flashes::table)
        .values((
            flashes::token.eq(&token),
            flashes::text.eq(&flash.text),
            flashes::effect.eq(effect),
            flashes::customer_id.eq(flash.customer.0),
            flashes::created_at.eq(actor.now),
        ))
        .execute(db)?;
    Ok(token)
}

/// Returns a message; `None` when it was told before. It is only read, so that nobody who tells it waits for those who write.
pub fn find(db: &mut Db, token: &str) -> Result<Option<Flash>> {
    let found: Option<(String, String, i64)> =
        flashes::table.find(token).select((flashes::text, flashes::effect, flashes::customer_id)).first(db).optional()?;
    Ok(found.map(|(text, effect, customer)| {
        let effect = WORDS.iter().find(|(_, word)| *word == effect).map_or(Effect::Changed, |(effect, _)| *effect);
        Flash { text, effect, customer: CustomerId(customer) }
    }))
}

/// Removes a message that was told.
pub fn remove(db: &mut Db, token: &str) -> Result<()> {
    diesel::delete(flashes::table.find(token)).execute(db)?;
    Ok(())
}
