//! The index of trigrams in SQLite: FTS5 gives hits in the order of their rowids, which are positions in the list; so a page of hits is
//! read and nothing sorted, however many there are. See `docs/performance.md` for what else was tried.

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{SqliteConnection, insert_into, update as set};

use super::ask::{Ask, Candidate, Columns, Types, Visit, columns};
use super::decide::{Condition, Dialect};
use super::form::Form;
use super::grams::fts_text;
use super::index::{Entry, spelled};
use super::question::Question;
use super::text::Texts;
use crate::db::schema::{customers, listing, search_state};
use crate::db::statement::Statement;
use crate::store::Result;

/// The distance of neighbours that are put at the ends of the list: five may come between two before others are moved, and the index
/// keeps small distances in a byte.
pub const GAP: i64 = 32;
/// Rows that are compared one by one for an answer, at most.
pub const COMPARED: usize = 5_000;
/// More conditions than this make a statement that is not kept prepared.
const KEPT: usize = 8;

/// Puts rows into the list and the index. First all into the list: a statement with a trigger opens a savepoint, at which FTS5 writes out
/// what it has gathered, and gathering is what makes it quick.
pub fn insert<'a>(db: &mut SqliteConnection, rows: impl Iterator<Item = (i64, &'a Entry)> + Clone) -> Result<()> {
    for (position, entry) in rows.clone() {
        insert_into(listing::table)
            .values((
                listing::position.eq(position),
                listing::customer_id.eq(entry.id),
                listing::enabled.eq(entry.enabled),
                listing::kind.eq(&entry.kind),
                listing::name.eq(&entry.name),
                listing::ref_id.eq(&entry.ref_id),
                listing::text.eq(&entry.texts.text),
                listing::hidden.eq(&entry.texts.hidden),
            ))
            .execute(db)?;
    }
    rows.into_iter().try_for_each(|(position, entry)| remember(db, position, &entry.spelled))
}

/// Changes rows that stay where they are.
pub fn update(db: &mut SqliteConnection, rows: &[(i64, Entry)]) -> Result<()> {
    for (position, entry) in rows {
        set(listing::table.find(position))
            .set((
                listing::enabled.eq(entry.enabled),
                listing::ref_id.eq(&entry.ref_id),
                listing::text.eq(&entry.texts.text),
                listing::hidden.eq(&entry.texts.hidden),
            ))
            .execute(db)?;
    }
    for (position, entry) in rows {
        forget(db, *position)?;
        remember(db, *position, &entry.spelled)?;
    }
    Ok(())
}

/// Indexes a row.
fn remember(db: &mut SqliteConnection, position: i64, spelled: &str) -> Result<()> {
    let written = Statement::<()>::new("INSERT INTO listing_grams (rowid, text) VALUES (?, ?)").bind(position).bind(spelled).execute(db);
    unless_damaged(db, written)
}

/// Takes a row out of the index.
pub fn forget(db: &mut SqliteConnection, position: i64) -> Result<()> {
    let written = Statement::<()>::new("DELETE FROM listing_grams WHERE rowid = ?").bind(position).execute(db);
    unless_damaged(db, written)
}

/// A damaged index never stops a save: it is marked, to be made anew at the next start, and searches do without it.
fn unless_damaged(db: &mut SqliteConnection, written: QueryResult<usize>) -> Result<()> {
    match written {
        Err(error) if is_damage(&error) => {
            tracing::error!(?error, "the search index is damaged: the next start makes it anew");
            set(search_state::table).set(search_state::form.eq(Form::Other.number())).execute(db)?;
            Ok(())
        }
        outcome => Ok(outcome.map(drop)?),
    }
}

fn is_damage(error: &diesel::result::Error) -> bool {
    let words = error.to_string();
    ["malformed", "fts5: corrupt", "vtable constructor failed", "no such table: listing_grams"].iter().any(|sign| words.contains(sign))
}

/// Gives rows (from where, whose, to where; in order) other places.
pub fn renumber(db: &mut SqliteConnection, moves: &[(i64, i64, i64)]) -> Result<()> {
    for (from, ..) in moves {
        forget(db, *from)?;
    }
    // Out of the way first: a place may still be taken by the row that leaves it next.
    for (aside, (_, id, _)) in (i64::MIN + 1..).zip(moves) {
        set(listing::table.filter(listing::customer_id.eq(id))).set(listing::position.eq(aside)).execute(db)?;
    }
    for (_, id, to) in moves {
        set(listing::table.filter(listing::customer_id.eq(id))).set(listing::position.eq(to)).execute(db)?;
    }
    for (_, _, to) in moves {
        let (enabled, kind, text, hidden, created_at): (bool, String, String, String, NaiveDateTime) = listing::table
            .inner_join(customers::table)
            .filter(listing::position.eq(to))
            .select((listing::enabled, listing::kind, listing::text, listing::hidden, customers::created_at))
            .first(db)?;
        remember(db, *to, &spelled(fts_text, enabled, &kind, created_at, &Texts { text, hidden }))?;
    }
    Ok(())
}

/// Brings rows one by one until no more are wanted. A damaged index is passed over: then every row may be a hit.
pub fn each(db: &mut SqliteConnection, ask: &Ask<'_>, visit: &mut Visit<'_>) -> Result<()> {
    match load(db, statement(ask), visit) {
        Err(error) if ask.question.is_some() && is_damage(&error) => {
            tracing::error!(?error, "a search does without the damaged index: the next start makes it anew");
            Ok(load(db, statement(&Ask { question: None, ..ask.clone() }), visit)?)
        }
        outcome => Ok(outcome?),
    }
}

fn load(db: &mut SqliteConnection, statement: Statement<Types>, visit: &mut Visit<'_>) -> QueryResult<()> {
    // Rows are made while they are read, so what is not wanted is never made.
    for row in statement.load_iter::<Columns, diesel::connection::DefaultLoadingMode>(db)? {
        if visit(Candidate::from(row?)).is_break() {
            break;
        }
    }
    Ok(())
}

/// The index first, then its rows.
const JOINED: &str = "CROSS JOIN listing AS l ON l.position = g.rowid ";

/// The statement that brings candidates.
fn statement(ask: &Ask<'_>) -> Statement<Types> {
    let columns = columns(ask.dated);
    let (sign, order) = ask.signs();
    match ask.question {
        Some(question) => {
            let statement = Statement::new(format!(
                "SELECT {columns} FROM listing_grams AS g {JOINED}WHERE g.listing_grams MATCH ? AND g.rowid {sign} ?"
            ));
            let statement = statement.bind(expression(question)).bind(ask.bound());
            fulfilling(statement, &Condition::of_filters(ask.enabled, ask.kind, question)).and(&format!(" ORDER BY g.rowid {order}"))
        }
        None => Statement::new(format!("SELECT {columns} FROM listing AS l WHERE l.position {sign} ? ORDER BY l.position {order}"))
            .bind(ask.bound()),
    }
}

/// How many rows there are, counted up to a limit; `None` where the index is damaged, or rows have to be looked at.
pub fn count(db: &mut SqliteConnection, ask: &Ask<'_>) -> Result<Option<usize>> {
    let (Some(question), Some(decided)) = (ask.question, ask.decided) else { return Ok(None) };
    let rows = if decided.is_empty() { "" } else { JOINED };
    let begin = format!("SELECT count(*) FROM (SELECT 1 FROM listing_grams AS g {rows}WHERE g.listing_grams MATCH ?");
    match decided_by::<BigInt>(&begin, ask, question, decided).and(")").get_result::<i64>(db) {
        Err(error) if is_damage(&error) => Ok(None),
        outcome => Ok(usize::try_from(outcome?).ok()),
    }
}

/// Where rows stand, and whose they are, up to a limit; `None` where the index is damaged, or rows have to be looked at.
pub fn places(db: &mut SqliteConnection, ask: &Ask<'_>) -> Result<Option<Vec<(i64, i64)>>> {
    let (Some(question), Some(decided)) = (ask.question, ask.decided) else { return Ok(None) };
    let begin = format!("SELECT l.position, l.customer_id FROM listing_grams AS g {JOINED}WHERE g.listing_grams MATCH ?");
    match decided_by::<(BigInt, BigInt)>(&begin, ask, question, decided).load(db) {
        Err(error) if is_damage(&error) => Ok(None),
        outcome => Ok(Some(outcome?)),
    }
}

/// Ends a statement: rows that a question brings and that fulfil a condition, up to a limit.
fn decided_by<ST>(begin: &str, ask: &Ask<'_>, question: &Question, decided: &Condition) -> Statement<ST> {
    let statement = Statement::new(begin).bind(expression(question));
    fulfilling(statement, decided).and(" LIMIT ?").bind(i64::try_from(ask.limit).unwrap_or(i64::MAX))
}

/// Rows that fulfil a condition too.
fn fulfilling<ST>(statement: Statement<ST>, condition: &Condition) -> Statement<ST> {
    let (mut text, mut values) = (" AND ".to_owned(), Vec::new());
    condition.write(Dialect::Sqlite, &mut text, &mut values);
    let statement = statement.and(&text).once(values.len() > KEPT);
    values.into_iter().fold(statement, Statement::bind)
}

/// The expression of `MATCH`.
fn expression(question: &Question) -> String {
    match question {
        Question::All(questions) => joined(questions, " AND "),
        Question::Any(questions) => joined(questions, " OR "),
        Question::Gram(signs) => format!("\"{}\"", String::from_iter(signs).replace('"', "\"\"")),
    }
}

fn joined(questions: &[Question], word: &str) -> String {
    format!("({})", questions.iter().map(expression).collect::<Vec<_>>().join(word))
}

/// So many pages of the index are merged at a time: a save waits some hundredths of a second at most.
const MERGED: i64 = 256;

/// Merges some of what saves have added to the index one after the other: each is a list more that every search reads. Says whether there was
/// something to merge.
pub fn merge(db: &mut SqliteConnection) -> Result<bool> {
    let changes = |db: &mut SqliteConnection| Statement::<BigInt>::new("SELECT total_changes()").get_result::<i64>(db);
    let before = changes(db)?;
    let merged = Statement::<()>::new("INSERT INTO listing_grams (listing_grams, rank) VALUES ('merge', ?)").bind(MERGED).execute(db);
    unless_damaged(db, merged)?;
    // The statement itself is one change (https://sqlite.org/fts5.html#the_merge_command).
    Ok(changes(db)? - before >= 2)
}

/// Which segments the index has: its structure record (<https://sqlite.org/fts5.html>, section 9). Empty where it is damaged.
pub fn shape(db: &mut SqliteConnection) -> Result<String> {
    let read = Statement::<Text>::new("SELECT hex(block) FROM listing_grams_data WHERE id = 10").get_result(db).optional();
    match read {
        Err(error) if is_damage(&error) => Ok(String::new()),
        outcome => Ok(outcome?.unwrap_or_default()),
    }
}

/// Before very many rows: the index gathers more of them in memory (bytes) before it writes, so that it has less to merge.
pub fn gather(db: &mut SqliteConnection) -> Result<()> {
    Ok(db.batch_execute("INSERT INTO listing_grams (listing_grams, rank) VALUES ('hashsize', 16777216)")?)
}

/// Empties the list and makes an empty index in the place of what may be damaged.
pub fn clear(db: &mut SqliteConnection) -> Result<()> {
    diesel::delete(listing::table).execute(db)?;
    db.batch_execute(
        "DROP TABLE IF EXISTS listing_grams;
         CREATE VIRTUAL TABLE listing_grams USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
         INSERT INTO listing_grams (listing_grams, rank) VALUES ('automerge', 16);
         INSERT INTO listing_grams (listing_grams, rank) VALUES ('crisismerge', 64);",
    )?;
    gather(db)
}
