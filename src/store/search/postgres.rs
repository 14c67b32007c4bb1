//! The index of trigrams in PostgreSQL (`pg_trgm`, GIN), which brings hits in no order. So a page of hits is looked for in three steps:
//! the next thousand rows of the list are tested; where they do not give a page, the index counts up to three thousand hits, which are put
//! in order; where there are more, the list is gone through by buckets of some thousand neighbours, each with the help of the index.
//! The shape of each statement leaves the planner no other way: `position + 0` and `(…) IS TRUE` are no conditions of an index, a subquery
//! with a limit is not merged with what is around it.

use std::collections::HashMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{PgConnection, insert_into, update as set};

use super::ask::{Ask, Candidate, Columns, Direction, Types, Visit};
use super::grams;
use super::index::Entry;
use super::need::{Leaf, Need, Token};
use super::question::Question;
use super::text::pattern;
use crate::db::statement::{Statement, Value};
use crate::domain::customer::Kind;
use crate::store::Result;

/// The distance of neighbours that are put at the ends of the list.
pub const GAP: i64 = 1 << 20;
/// Rows of the list that are tested before the index is asked.
const WALKED: i64 = 1_000;
/// Rows that are fetched at a time, at most.
const PORTION: usize = 1_000;
/// Hits that are put in order at once.
const SORTED: usize = 3_000;
/// More conditions than this make a statement that is not kept prepared.
const KEPT: usize = 8;

diesel::table! {
    #[sql_name = "listing"]
    spelled (position) {
        position -> BigInt,
        customer_id -> BigInt,
        enabled -> Bool,
        kind -> Text,
        name -> Text,
        ref_id -> Text,
        text -> Text,
        hidden -> Text,
        grams -> Text,
    }
}

/// Puts rows into the list; its index follows by itself.
pub fn insert<'a>(db: &mut PgConnection, rows: impl Iterator<Item = (i64, &'a Entry)>) -> Result<()> {
    let rows: Vec<_> = rows
        .map(|(position, entry)| {
            (
                spelled::position.eq(position),
                spelled::customer_id.eq(entry.id),
                spelled::enabled.eq(entry.enabled),
                spelled::kind.eq(&entry.kind),
                spelled::name.eq(&entry.name),
                spelled::ref_id.eq(&entry.ref_id),
                spelled::text.eq(&entry.texts.text),
                spelled::hidden.eq(&entry.texts.hidden),
                spelled::grams.eq(&entry.spelled),
            )
        })
        .collect();
    match rows.as_slice() {
        [one] => insert_into(spelled::table).values(one).execute(db)?,
        _ => diesel::copy_from(spelled::table).from_insertable(&rows).execute(db)?,
    };
    Ok(())
}

/// Changes rows that stay where they are.
pub fn update(db: &mut PgConnection, rows: &[(i64, Entry)]) -> Result<()> {
    for (position, entry) in rows {
        set(spelled::table.find(position))
            .set((
                spelled::enabled.eq(entry.enabled),
                spelled::ref_id.eq(&entry.ref_id),
                spelled::text.eq(&entry.texts.text),
                spelled::hidden.eq(&entry.texts.hidden),
                spelled::grams.eq(&entry.spelled),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// What is indexed of customers.
pub fn spelled_of(db: &mut PgConnection, ids: &[i64]) -> Result<HashMap<i64, String>> {
    let rows: Vec<(i64, String)> =
        spelled::table.filter(spelled::customer_id.eq_any(ids)).select((spelled::customer_id, spelled::grams)).load(db)?;
    Ok(rows.into_iter().collect())
}

/// Gives rows (from where, whose, to where; in order) other places.
pub fn renumber(db: &mut PgConnection, moves: &[(i64, i64, i64)]) -> Result<()> {
    let ids: Vec<i64> = moves.iter().map(|(_, id, _)| *id).collect();
    // Out of the way first: a place may still be taken by the row that leaves it next.
    let aside: Vec<i64> = (0..).take(moves.len()).map(|index| i64::MIN + 1 + index).collect();
    let targets: Vec<i64> = moves.iter().map(|(_, _, to)| *to).collect();
    for places in [aside, targets] {
        Statement::<BigInt>::new(
            "UPDATE listing SET position = m.place \
             FROM (SELECT unnest(?::text::bigint[]) AS id, unnest(?::text::bigint[]) AS place) AS m WHERE customer_id = m.id",
        )
        .bind(array(&ids))
        .bind(array(&places))
        .execute(db)?;
    }
    Ok(())
}

/// Numbers as PostgreSQL writes an array of them.
fn array(numbers: &[i64]) -> String {
    format!("{{{}}}", numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

/// Brings rows in order until no more are wanted.
pub fn each(db: &mut PgConnection, ask: &Ask<'_>, visit: &mut Visit<'_>) -> Result<()> {
    let mut ask = Ask { need: ask.need.filter(|_| ask.question.is_some()), ..ask.clone() };
    let mut size = ask.limit + ask.limit / 4 + 1;
    loop {
        size = size.min(PORTION);
        let rows: Vec<Columns> = walk(&ask, size).load(db)?;
        let all = rows.len() < size;
        for row in rows.into_iter().map(Candidate::from) {
            ask.beyond = Some(row.position);
            if visit(row).is_break() {
                return Ok(());
            }
        }
        if all && ask.need.is_some() {
            break;
        }
        if all {
            return Ok(());
        }
        size *= 2;
    }
    let mut positions: Vec<i64> = some_hits(&ask, SORTED + 1).load(db)?;
    if positions.len() > SORTED {
        by_buckets(db, ask, visit)
    } else {
        positions.sort_unstable();
        if ask.direction == Direction::Backward {
            positions.reverse();
        }
        let (mut rest, mut size) = (positions.as_slice(), ask.limit + 1);
        while !rest.is_empty() {
            let (now, later) = rest.split_at(size.min(rest.len()));
            for row in at(&ask, now).load::<Columns>(db)? {
                if visit(row.into()).is_break() {
                    return Ok(());
                }
            }
            rest = later;
            size = (size * 4).min(PORTION);
        }
        Ok(())
    }
}

fn by_buckets(db: &mut PgConnection, mut ask: Ask<'_>, visit: &mut Visit<'_>) -> Result<()> {
    let mut size = ask.limit + ask.limit / 4 + 1;
    loop {
        let rows: Vec<Columns> = buckets(&ask, size).load(db)?;
        let all = rows.len() < size;
        for row in rows.into_iter().map(Candidate::from) {
            ask.beyond = Some(row.position);
            if visit(row).is_break() {
                return Ok(());
            }
        }
        if all {
            return Ok(());
        }
        size = (size * 2).min(PORTION);
    }
}

/// How many rows have what is needed and hold all of the texts, counted up to a limit.
pub fn count(db: &mut PgConnection, ask: &Ask<'_>, texts: &[&str]) -> Result<usize> {
    let counted: i64 = count_statement(ask, texts).get_result(db)?;
    Ok(usize::try_from(counted).unwrap_or_default())
}

/// The statement of [`count`].
fn count_statement(ask: &Ask<'_>, texts: &[&str]) -> Statement<BigInt> {
    let mut conditions = Conditions::of_index(ask);
    for text in texts {
        conditions.and("l.text LIKE ?", pattern(text));
    }
    conditions
        .after("SELECT count(*) FROM (SELECT 1 FROM (SELECT 1 FROM listing AS l WHERE TRUE")
        .and(" OFFSET 0) AS hits LIMIT ?) AS counted")
        .bind(signed(ask.limit))
}

/// The first step: those of the next rows of the list that have what is needed.
fn walk(ask: &Ask<'_>, size: usize) -> Statement<Types> {
    let (sign, order) = ask.signs();
    // Each pair of filters has its own part of an index in the list's order.
    let lanes: Vec<Option<(bool, Kind)>> = match (ask.enabled, ask.kind) {
        (None, None) => vec![None],
        (enabled, kind) => [true, false]
            .into_iter()
            .flat_map(|one| [Kind::Company, Kind::Individual].map(|other| (one, other)))
            .filter(|(one, other)| enabled.is_none_or(|enabled| enabled == *one) && kind.is_none_or(|kind| kind == *other))
            .map(Some)
            .collect(),
    };
    let mut statement = Statement::new(format!("SELECT {} FROM (SELECT * FROM (", columns(ask)));
    for (index, lane) in lanes.iter().enumerate() {
        statement = statement.and(if index == 0 { "(" } else { " UNION ALL (" });
        statement = statement.and(&format!("SELECT * FROM listing WHERE position {sign} ?")).bind(ask.bound());
        if let Some((enabled, kind)) = lane {
            statement = statement.and(" AND enabled = ? AND kind = ?").bind(*enabled).bind(kind.word());
        }
        statement = statement.and(&format!(" ORDER BY position {order} LIMIT {WALKED})"));
    }
    statement = statement.and(&format!(") AS lanes ORDER BY position {order} LIMIT {WALKED}) AS l WHERE TRUE"));
    Conditions::of_rows(ask).append(statement).and(&format!(" ORDER BY l.position {order} LIMIT ?")).bind(signed(size))
}

/// The second step: where hits are, as many as there are up to a limit, in no order.
fn some_hits(ask: &Ask<'_>, limit: usize) -> Statement<BigInt> {
    let (sign, _) = ask.signs();
    let mut conditions = Conditions::of_index(ask);
    conditions.and(&format!("l.position + 0 {sign} ?"), ask.bound());
    conditions
        .after("SELECT position FROM (SELECT l.position FROM listing AS l WHERE TRUE")
        .and(" OFFSET 0) AS hits LIMIT ?")
        .bind(signed(limit))
}

/// The rows at these places.
fn at(ask: &Ask<'_>, positions: &[i64]) -> Statement<Types> {
    let (_, order) = ask.signs();
    Statement::new(format!(
        "SELECT {} FROM listing AS l WHERE l.position = ANY(?::text::bigint[]) ORDER BY l.position {order}",
        columns(ask)
    ))
    .bind(array(positions))
}

/// The third step: the next hits, bucket by bucket of the list.
fn buckets(ask: &Ask<'_>, size: usize) -> Statement<Types> {
    let (sign, order) = ask.signs();
    let (lowest, highest) = ["min", "max"].map(|end| format!("(SELECT ({end}(position) >> 32)::integer FROM listing)")).into();
    let (start, end, step) = match ask.direction {
        Direction::Forward => (lowest, highest, 1),
        Direction::Backward => (highest, lowest, -1),
    };
    // Integers, as the index has them: it is not asked for a bucket of another type.
    let start = if ask.beyond.is_some() { "?::integer".to_owned() } else { start };
    let mut statement = Statement::new(format!(
        "SELECT {} FROM generate_series({start}, {end}, {step}) AS b, LATERAL (SELECT * FROM listing AS l WHERE ",
        columns(ask)
    ));
    if let Some(position) = ask.beyond {
        statement = statement.bind(position >> 32);
    }
    statement = statement.and(&format!("l.bucket = b AND l.position + 0 {sign} ?")).bind(ask.bound());
    Conditions::of_index(ask)
        .append(statement)
        .and(&format!(" ORDER BY l.position + 0 {order} LIMIT ?) AS l LIMIT ?"))
        .bind(signed(size))
        .bind(signed(size))
}

fn columns(ask: &Ask<'_>) -> String {
    let created = if ask.dated { "(SELECT created_at FROM customers WHERE id = l.customer_id)" } else { "NULL::timestamp" };
    format!("l.position, l.customer_id, l.enabled, l.kind, l.name, l.ref_id, l.text, l.hidden, {created}")
}

/// Conditions on rows of the list, each begun with `AND`.
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    /// What rows have, told from the rows themselves.
    fn of_rows(ask: &Ask<'_>) -> Self {
        let mut conditions = Self { text: String::new(), values: Vec::new() };
        if let Some(need) = ask.need {
            conditions.text.push_str(" AND ");
            conditions.need(need);
        }
        conditions
    }

    /// The same, and before it what the index brings them by.
    fn of_index(ask: &Ask<'_>) -> Self {
        let mut conditions = Self { text: String::new(), values: Vec::new() };
        if let Some(question) = ask.question {
            conditions.text.push_str(" AND ");
            conditions.question(question);
        }
        let Self { text, values } = Self::of_rows(ask);
        conditions.text.push_str(&text);
        conditions.values.extend(values);
        conditions
    }

    fn and(&mut self, text: &str, value: impl Into<Value>) {
        self.text.push_str(" AND ");
        self.is(text, value);
    }

    fn is(&mut self, text: &str, value: impl Into<Value>) {
        self.text.push_str(text);
        self.values.push(value.into());
    }

    fn question(&mut self, question: &Question) {
        match question {
            Question::All(questions) => self.joined(questions, " AND ", Self::question),
            Question::Any(questions) => self.joined(questions, " OR ", Self::question),
            // One blank stands for a word's beginning; spelled texts have none of the signs that `LIKE` reads.
            Question::Gram(gram) => self.is("l.grams LIKE ?", format!("%{}%", String::from_iter(gram).replace("  ", " "))),
        }
    }

    fn need(&mut self, need: &Need) {
        match need {
            Need::All(needs) => self.joined(needs, " AND ", Self::need),
            Need::Any(needs) => self.joined(needs, " OR ", Self::need),
            Need::Leaf(Leaf::Token(Token::Enabled(enabled))) => self.is("(l.enabled = ?) IS TRUE", *enabled),
            Need::Leaf(Leaf::Token(Token::Kind(kind))) => self.is("(l.kind = ?) IS TRUE", kind.word()),
            Need::Leaf(leaf) => self.is("strpos(l.grams, ?) > 0", grams::trgm_leaf(leaf)),
        }
    }

    fn joined<T>(&mut self, parts: &[T], word: &str, each: impl Fn(&mut Self, &T)) {
        self.text.push('(');
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.text.push_str(word);
            }
            each(self, part);
        }
        self.text.push(')');
    }

    fn after<ST>(self, begin: &str) -> Statement<ST> {
        self.append(Statement::new(begin))
    }

    fn append<ST>(self, statement: Statement<ST>) -> Statement<ST> {
        let once = self.values.len() > KEPT;
        let statement = statement.and(&self.text).once(once);
        self.values.into_iter().fold(statement, Statement::bind)
    }
}

fn signed(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// Empties the list, and leaves the index to be made when it is full: that is several times as quick.
pub fn clear(db: &mut PgConnection) -> Result<()> {
    db.batch_execute("DROP INDEX IF EXISTS listing_grams; DELETE FROM listing")?;
    Ok(())
}

/// Makes the index where there is none.
pub fn finish(db: &mut PgConnection) -> Result<()> {
    db.batch_execute(
        "SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB';
         CREATE INDEX IF NOT EXISTS listing_grams ON listing USING gin (grams gin_trgm_ops, bucket) WITH (gin_pending_list_limit = 256)",
    )?;
    Ok(())
}
