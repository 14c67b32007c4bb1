//! Forms of stored records that are open. The script of such a form renews its row again and again, so a row outlives a closed tab by no more
//! than [`KEPT`]. Nobody is held up by one: it is only shown to others.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::error::Result;
use crate::db::Db;
use crate::db::schema::editing;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::event::SubjectKind;

/// How long a row counts after it was renewed. A browser lets the script of a tab in the background work once a minute.
const KEPT: TimeDelta = TimeDelta::seconds(100);
/// So many are looked at; a page names fewer.
const MOST: i64 = 50;

/// Which record a form is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edited {
    /// A customer, a contact, an entitlement or a user.
    pub kind: SubjectKind,
    /// Its id.
    pub id: i64,
}

/// Somebody who has a form open.
#[derive(Debug, Clone)]
pub struct Editor {
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// The name as it was when the form was opened.
    pub name: String,
    /// When the form was opened, UTC.
    pub since: NaiveDateTime,
}

/// Notes that a form is open now. `token` is the random one of its opening.
pub fn renew(db: &mut Db, actor: &Actor, token: &str, edited: Edited) -> Result<()> {
    let who = &actor.who;
    let is_open = (
        (editing::actor_kind.eq(who.kind.word()), editing::actor_id.eq(who.kind.id()), editing::actor_name.eq(&*who.name)),
        editing::until.eq(actor.now + KEPT),
    );
    let row = editing::table
        .find(token)
        .filter(editing::subject_kind.eq(edited.kind.word()))
        .filter(editing::subject_id.eq(edited.id))
        .filter(editing::until.ge(actor.now));
    if diesel::update(row).set(is_open).execute(db)? > 0 {
        return Ok(());
    }
    diesel::delete(editing::table.filter(editing::token.eq(token).or(editing::until.lt(actor.now)))).execute(db)?;
    let subject = (editing::subject_kind.eq(edited.kind.word()), editing::subject_id.eq(edited.id));
    diesel::insert_into(editing::table).values((editing::token.eq(token), subject, is_open, editing::since.eq(actor.now))).execute(db)?;
    Ok(())
}

/// Notes that a form was closed.
pub fn remove(db: &mut Db, token: &str) -> Result<()> {
    diesel::delete(editing::table.find(token)).execute(db)?;
    Ok(())
}

/// Who else has a form of a record open, longest first. `token` is one's own.
pub fn others(db: &mut Db, now: NaiveDateTime, token: &str, edited: Edited) -> Result<Vec<Editor>> {
    let rows: Vec<(String, Option<i64>, String, NaiveDateTime)> = editing::table
        .filter(editing::subject_kind.eq(edited.kind.word()))
        .filter(editing::subject_id.eq(edited.id))
        .filter(editing::token.ne(token))
        .filter(editing::until.ge(now))
        .order((editing::since, editing::token))
        .select((editing::actor_kind, editing::actor_id, editing::actor_name, editing::since))
        .limit(MOST)
        .load(db)?;
    let editor = |(kind, id, name, since): (String, Option<i64>, String, NaiveDateTime)| {
        Some(Editor { kind: ActorKind::parse(&kind, id)?, name, since })
    };
    Ok(rows.into_iter().filter_map(editor).collect())
}
