//! The list and its index in SQLite. FTS5 returns hits in the order of their rowids, which are positions in the list; so a page of hits is
//! read and nothing sorted, however many there are. See `docs/performance.md` for what else was tried.

use chrono::NaiveDateTime;
use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{SqliteConnection, update};

use super::candidate::{Candidate, CandidateTypes, columns, limit};
use super::entry::{Entry, indexed};
use super::plan::condition::{Condition, Predicate};
use super::plan::index_query::IndexQuery;
use super::plan::token::Token;
use super::plan::trigrams::{fts_grams, fts_text};
use super::plan::{Plan, RowHandler, Scan};
use super::state::ListState;
use super::text::{NEVER_INVITED, NO_END, Texts, country};
use crate::db::schema::{customers, listing, search_state};
use crate::db::statement::{Statement, Value};
use crate::store::Result;

/// The distance of neighbours at the ends of the list: five rows fit between two before others have to move, and the index stores small
/// distances in a byte.
pub const GAP: i64 = 32;
/// At most this many rows are compared one by one for an answer.
pub const COMPARED: usize = 5_000;
/// A statement with more values than this is not kept prepared.
const KEPT: usize = 8;
/// This many pages of the index are merged at a time: a save waits some hundredths of a second at most.
const MERGED: i64 = 256;

/// Puts rows at positions in the list and the index, or writes those again that stand there. First all into the list: a statement with a
/// trigger opens a savepoint, at which FTS5 writes what it has gathered, and gathering is what makes it quick.
pub fn write<'a>(db: &mut SqliteConnection, rows: impl Iterator<Item = (i64, &'a Entry)> + Clone) -> Result<()> {
    // Diesel would prepare its own upsert for each row again.
    const UPSERT: &str =
        "INSERT INTO listing (position, customer_id, enabled, kind, name, ref_id, text, hidden) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (position) DO UPDATE
         SET enabled = excluded.enabled, ref_id = excluded.ref_id, text = excluded.text, hidden = excluded.hidden";
    for (position, Entry { customer, texts, .. }) in rows.clone() {
        let statement = Statement::<()>::new(UPSERT).bind(position).bind(customer.key.1).bind(customer.enabled);
        let statement = statement.bind(customer.kind.as_str()).bind(customer.name.as_str()).bind(customer.ref_id.as_str());
        statement.bind(texts.text.as_str()).bind(texts.hidden.as_str()).execute(db)?;
    }
    rows.into_iter().try_for_each(|(position, entry)| index(db, position, &entry.indexed))
}

/// Indexes a row, in place of what the index holds at its position.
fn index(db: &mut SqliteConnection, position: i64, text: &str) -> Result<()> {
    write_index(db, Statement::new("INSERT OR REPLACE INTO listing_grams (rowid, text) VALUES (?, ?)").bind(position).bind(text))
}

/// Removes a row from the index.
pub fn unindex(db: &mut SqliteConnection, position: i64) -> Result<()> {
    write_index(db, Statement::new("DELETE FROM listing_grams WHERE rowid = ?").bind(position))
}

/// Writes to the index. One that is damaged never stops a save: it is marked, so that the next start rebuilds it, and searches do without it.
fn write_index(db: &mut SqliteConnection, statement: Statement<()>) -> Result<()> {
    match statement.execute(db) {
        Err(error) if is_damage(&error) => {
            tracing::error!(?error, "the search index is damaged and will be rebuilt at the next start");
            update(search_state::table).set(search_state::form.eq(ListState::Invalid as i32)).execute(db)?;
            Ok(())
        }
        outcome => Ok(outcome.map(drop)?),
    }
}

fn is_damage(error: &diesel::result::Error) -> bool {
    let message = error.to_string();
    ["malformed", "fts5: corrupt", "vtable constructor failed", "no such table: listing_grams"].iter().any(|part| message.contains(part))
}

/// Moves rows (from which position, of which customer, to which position; in order).
pub fn renumber(db: &mut SqliteConnection, moves: &[(i64, i64, i64)]) -> Result<()> {
    for (from, ..) in moves {
        unindex(db, *from)?;
    }
    // Out of the way first: a position may still be taken by the row that leaves it next.
    let outside = (i64::MIN + 1..).zip(moves).map(|(outside, (_, id, _))| (*id, outside));
    for (id, position) in outside.chain(moves.iter().map(|(_, id, to)| (*id, *to))) {
        Statement::<()>::new("UPDATE listing SET position = ? WHERE customer_id = ?").bind(position).bind(id).execute(db)?;
    }
    for (_, _, to) in moves {
        let (enabled, kind, text, hidden, created_at): (bool, String, String, String, NaiveDateTime) = listing::table
            .inner_join(customers::table)
            .filter(listing::position.eq(to))
            .select((listing::enabled, listing::kind, listing::text, listing::hidden, customers::created_at))
            .first(db)?;
        index(db, *to, &indexed(fts_text, enabled, &kind, created_at, &Texts { text, hidden }))?;
    }
    Ok(())
}

/// Passes rows on, in order, until no more are wanted. Without its index, if that is damaged: then every row may be a hit.
pub fn each(db: &mut SqliteConnection, scan: &Scan<'_>, handle: &mut RowHandler<'_>) -> Result<()> {
    match load(db, candidates(scan, scan.plan.index.as_ref()), handle) {
        Err(error) if scan.plan.index.is_some() && is_damage(&error) => {
            tracing::error!(?error, "the search index is damaged and will be rebuilt at the next start; this search does without it");
            Ok(load(db, candidates(scan, None), handle)?)
        }
        outcome => Ok(outcome?),
    }
}

fn load(db: &mut SqliteConnection, statement: Statement<CandidateTypes>, handle: &mut RowHandler<'_>) -> QueryResult<()> {
    // Row by row, so that those which are not wanted are never read.
    for row in statement.load_iter::<Candidate, DefaultLoadingMode>(db)? {
        if handle(row?).is_break() {
            break;
        }
    }
    Ok(())
}

const JOIN: &str = "CROSS JOIN listing AS l ON l.position = g.rowid ";

fn candidates(scan: &Scan<'_>, index: Option<&IndexQuery>) -> Statement<CandidateTypes> {
    let columns = columns(scan.plan.dated);
    let (comparison, order) = scan.direction.sql();
    let Some(index) = index else {
        let all = format!("SELECT {columns} FROM listing AS l WHERE l.position {comparison} ? ORDER BY l.position {order}");
        return Statement::new(all).bind(scan.bound());
    };
    let Plan { enabled, kind, .. } = scan.plan;
    let filters: Vec<Condition> = enabled.map(Token::Enabled).into_iter().chain(kind.map(Token::Kind)).map(Condition::from).collect();
    let filters: Vec<&Condition> = filters.iter().filter(|filter| !is_implied(filter, index)).collect();
    let found = format!("SELECT {columns} FROM listing_grams AS g {JOIN}WHERE g.listing_grams MATCH ? AND g.rowid {comparison} ?");
    tested(Statement::new(found).bind(matching(index)).bind(scan.bound()), &filters).and(&format!(" ORDER BY g.rowid {order}"))
}

/// How many hits there are, counted up to the scan's limit; `None` if rows have to be compared, or the index is damaged.
pub fn count(db: &mut SqliteConnection, scan: &Scan<'_>) -> Result<Option<usize>> {
    let Some((index, tests)) = decision(scan.plan) else { return Ok(None) };
    let join = if tests.is_empty() { "" } else { JOIN };
    let begin = format!("SELECT count(*) FROM (SELECT 1 FROM listing_grams AS g {join}WHERE g.listing_grams MATCH ?");
    let statement = tested(Statement::<BigInt>::new(begin).bind(matching(index)), &tests).and(" LIMIT ?)").bind(limit(scan.limit));
    Ok(unless_damaged(statement.get_result::<i64>(db))?.and_then(|count| usize::try_from(count).ok()))
}

/// The customers that are hits, up to the scan's limit; `None` if rows have to be compared, or the index is damaged.
pub fn customers(db: &mut SqliteConnection, scan: &Scan<'_>) -> Result<Option<Vec<i64>>> {
    let Some((index, tests)) = decision(scan.plan) else { return Ok(None) };
    let begin = format!("SELECT l.customer_id FROM listing_grams AS g {JOIN}WHERE g.listing_grams MATCH ?");
    let statement = tested(Statement::<BigInt>::new(begin).bind(matching(index)), &tests).and(" LIMIT ?").bind(limit(scan.limit));
    unless_damaged(statement.load(db))
}

/// `None` if the index is damaged.
fn unless_damaged<T>(found: QueryResult<T>) -> Result<Option<T>> {
    match found {
        Err(error) if is_damage(&error) => Ok(None),
        outcome => Ok(Some(outcome?)),
    }
}

/// The index query, and what its rows still have to be tested for, if that decides whether they are hits.
fn decision(plan: &Plan) -> Option<(&IndexQuery, Vec<&Condition>)> {
    let (condition, index) = plan.decision()?;
    let tests: Vec<&Condition> = condition.conjuncts().into_iter().filter(|part| !is_implied(part, index)).collect();
    // Where words begin, only the index knows.
    let mut predicates = tests.iter().flat_map(|test| test.leaves());
    let decides = !predicates.any(|predicate| matches!(predicate, Predicate::Token(Token::Start(..))));
    decides.then_some((index, tests))
}

/// Whether the rows that an index query finds need not be tested for a condition.
fn is_implied(condition: &Condition, index: &IndexQuery) -> bool {
    match condition {
        // The text beside it says the same.
        Condition::Leaf(Predicate::Token(Token::Run(..))) => true,
        Condition::Leaf(predicate @ (Predicate::Text(_) | Predicate::Token(_))) => {
            matches!(fts_grams(predicate).as_slice(), [gram] if index.implies(&|asked| asked == gram))
        }
        _ => false,
    }
}

/// Rows that pass tests too.
fn tested<ST>(statement: Statement<ST>, tests: &[&Condition]) -> Statement<ST> {
    let mut values: Vec<Value> = Vec::new();
    let mut write = |predicate: &Predicate| {
        let (sql, value): (_, Value) = match predicate {
            Predicate::Text(text) => ("(instr(l.text, ?) > 0)", text.as_str().into()),
            Predicate::Token(Token::Country(code)) => ("(instr(l.hidden, ?) > 0)", country(*code).into()),
            Predicate::Token(Token::NeverInvited) => ("(instr(l.hidden, ?) > 0)", NEVER_INVITED.into()),
            Predicate::Token(Token::EndsNever) => ("(instr(l.hidden, ?) > 0)", NO_END.into()),
            Predicate::Token(Token::Enabled(enabled)) => ("((l.enabled = ?) IS TRUE)", (*enabled).into()),
            Predicate::Token(Token::Kind(kind)) => ("((l.kind = ?) IS TRUE)", kind.word().into()),
            // A run; the text beside it says the same.
            Predicate::Token(_) => return "TRUE".to_owned(),
        };
        values.push(value);
        sql.to_owned()
    };
    let statement = tests.iter().fold(statement, |statement, test| statement.and(" AND ").and(&test.render(&mut write)));
    let statement = statement.once(values.len() > KEPT);
    values.into_iter().fold(statement, Statement::bind)
}

fn matching(index: &IndexQuery) -> String {
    index.render(&mut |gram| format!("\"{}\"", String::from_iter(gram).replace('"', "\"\"")))
}

/// Merges a part of what saves have added to the index one after the other: each is one more list that every search reads. Says whether there
/// was something to merge.
pub fn merge(db: &mut SqliteConnection) -> Result<bool> {
    let changes = |db: &mut SqliteConnection| Statement::<BigInt>::new("SELECT total_changes()").get_result::<i64>(db);
    let before = changes(db)?;
    write_index(db, Statement::new("INSERT INTO listing_grams (listing_grams, rank) VALUES ('merge', ?)").bind(MERGED))?;
    // The statement itself is one change (https://sqlite.org/fts5.html#the_merge_command).
    Ok(changes(db)? - before >= 2)
}

/// Which segments the index has: its structure record (<https://sqlite.org/fts5.html>, section 9). Empty where it is damaged.
pub fn shape(db: &mut SqliteConnection) -> Result<String> {
    let read = Statement::<Text>::new("SELECT hex(block) FROM listing_grams_data WHERE id = 10").get_result(db).optional();
    Ok(unless_damaged(read)?.flatten().unwrap_or_default())
}

/// Prepares the index for very many rows: it gathers more of them in memory (16 MiB) before it writes, and so has less to merge.
pub fn gather(db: &mut SqliteConnection) -> Result<()> {
    Ok(db.batch_execute("INSERT INTO listing_grams (listing_grams, rank) VALUES ('hashsize', 16777216)")?)
}

/// Empties the list, and replaces the index, which may be damaged, by an empty one.
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
