//! What a task did, told once: the redirect after it carries a one-time token, and the page it leads to tells the message and removes it. So a
//! message shows in the tab that asked, whatever other tabs load, and not again on reload or Back.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::error::Result;
use super::random::random_token;
use crate::db::Db;
use crate::db::schema::{events, flashes};
use crate::domain::actor::Actor;
use crate::domain::{CustomerId, EventId};

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
    /// What it offers to take back.
    pub undo: Option<Undo>,
}

/// What a message offers to take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undo {
    /// The event.
    pub event: EventId,
    /// It is an undo itself.
    pub is_redo: bool,
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
            flashes::event_id.eq(flash.undo.map(|undo| undo.event.0)),
            flashes::created_at.eq(actor.now),
        ))
        .execute(db)?;
    Ok(token)
}

/// Returns a message; `None` when it was told before. It is only read, so that nobody who tells it waits for those who write.
pub fn find(db: &mut Db, token: &str) -> Result<Option<Flash>> {
    let columns = (flashes::text, flashes::effect, flashes::customer_id, flashes::event_id);
    let found: Option<(String, String, i64, Option<i64>)> = flashes::table.find(token).select(columns).first(db).optional()?;
    let Some((text, effect, customer, event)) = found else { return Ok(None) };
    let effect = WORDS.iter().find(|(_, word)| *word == effect).map_or(Effect::Changed, |(effect, _)| *effect);
    let undo = match event {
        Some(id) => {
            let undoes: Option<Option<i64>> = events::table.find(id).select(events::undoes).first(db).optional()?;
            undoes.map(|undoes| Undo { event: EventId(id), is_redo: undoes.is_some() })
        }
        None => None,
    };
    Ok(Some(Flash { text, effect, customer: CustomerId(customer), undo }))
}

/// Removes a message that was told.
pub fn remove(db: &mut Db, token: &str) -> Result<()> {
    diesel::delete(flashes::table.find(token)).execute(db)?;
    Ok(())
}
