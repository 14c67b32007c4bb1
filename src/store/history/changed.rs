//! What is known of a customer by its newest event: who changed it last, or who deleted it.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

use crate::db::Db;
use crate::db::schema::events;
use crate::domain::CustomerId;
use crate::domain::actor::{Actor, ActorKind, Who};
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::history::Counts;
use crate::store::error::Result;

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Who; `None` for a kind of actor that this version does not know.
    pub by: Option<ActorKind>,
    /// The name as it was.
    pub name: String,
}

impl Author {
    /// Who it was, as this actor is told.
    #[must_use]
    pub fn who(&self, reader: &Actor) -> Who {
        Who::of(self.by, &self.name, Some(reader.who.kind))
    }
}

/// A customer that is gone.
#[derive(Debug, Clone)]
pub struct Deletion {
    /// Who deleted it, and when.
    pub author: Author,
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: String,
    /// Why, where somebody said it; else empty.
    pub reason: String,
}

/// Who changed a customer, or something of it, last.
pub fn last_change(db: &mut Db, id: CustomerId) -> Result<Option<Author>> {
    let newest = events::table.filter(events::customer_id.eq(id.0)).order(events::id.desc());
    let row: Option<(NaiveDateTime, String, Option<i64>, String)> =
        newest.select((events::at, events::actor_kind, events::actor_id, events::actor_name)).first(db).optional()?;
    Ok(row.map(|(at, kind, id, name)| Author { at, by: ActorKind::parse(&kind, id), name }))
}

/// How a customer that is not there was deleted; `None` where there never was one.
pub fn deletion(db: &mut Db, id: CustomerId) -> Result<Option<Deletion>> {
    let Some(author) = last_change(db, id)? else { return Ok(None) };
    let newest = events::table.filter(events::customer_id.eq(id.0)).order(events::id.desc());
    let row: Option<(String, String, String, String, String)> =
        newest.select((events::task, events::subject_kind, events::subject_name, events::record, events::reason)).first(db).optional()?;
    Ok(row.filter(|(task, kind, ..)| task == EventTask::Delete.word() && kind == SubjectKind::Customer.word()).map(
        |(_, _, name, record, reason)| {
            let record: Value = serde_json::from_str(&record).unwrap_or_default();
            let number = record["number"].as_str().unwrap_or_default().to_owned();
            Deletion { author, name, number, reason }
        },
    ))
}

/// What each batch had created of a customer that is gone.
pub(super) fn created_before_deletion(db: &mut Db, id: CustomerId) -> Result<HashMap<i64, Counts>> {
    let newest = events::table.filter(events::customer_id.eq(id.0)).order(events::id.desc());
    let record: Option<String> = newest.select(events::record).first(db).optional()?;
    let record: Value = record.and_then(|record| serde_json::from_str(&record).ok()).unwrap_or_default();
    let mut all: HashMap<i64, Counts> = HashMap::new();
    if let Some(batch) = record["batch"].as_i64() {
        all.entry(batch).or_default().customers = 1;
    }
    let people = record["contacts"].as_array().into_iter().flatten().filter(|contact| contact["own"] != true);
    for batch in people.filter_map(|contact| contact["batch"].as_i64()) {
        all.entry(batch).or_default().contacts += 1;
    }
    Ok(all)
}
