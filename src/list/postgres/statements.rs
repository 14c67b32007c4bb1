//! The statements of searches in PostgreSQL. The shape of each leaves the planner no other way: `position + 0` and `(…) IS TRUE` are no
//! conditions of an index, a subquery with a limit is not merged with what is around it.

use diesel::sql_types::BigInt;

use crate::db::statement::{Statement, Value};
use crate::list::candidate::{CandidateTypes, Direction, columns, lanes, limit};
use crate::list::plan::condition::Predicate;
use crate::list::plan::token::Token;
use crate::list::plan::trigrams::trgm_predicate;
use crate::list::plan::{Plan, Scan};
use crate::list::text::{NEVER_INVITED, NO_END, country};

/// This many rows of the list are tested before the index is asked.
const WALKED: i64 = 1_000;
/// What is very common is counted in this many rows at the beginning of the list.
const COUNTED: i64 = 5_000;

/// Whether the database can tell the hits of a search from other customers. Where words begin is in the indexed texts, in which some letters
/// begin words of our own.
pub fn decides(plan: &Plan) -> bool {
    plan.decision().is_some_and(|(condition, _)| {
        condition.leaves().into_iter().all(|predicate| match predicate {
            Predicate::Token(Token::Start(first, second)) => {
                let is_plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
                is_plain(*first) && second.is_none_or(is_plain) && !['q', 'z'].contains(first)
            }
            _ => true,
        })
    })
}

/// How many hits there are in the first rows of the list, counted up to the scan's limit.
pub fn count_first(scan: &Scan<'_>) -> Statement<BigInt> {
    let first = format!("SELECT count(*) FROM (SELECT 1 FROM (SELECT * FROM listing ORDER BY position LIMIT {COUNTED}) AS l WHERE TRUE");
    of_rows(Statement::new(first), scan.plan).and(" LIMIT ?) AS counted").bind(limit(scan.limit))
}

/// How many hits there are, counted up to the scan's limit.
pub fn count_all(scan: &Scan<'_>) -> Statement<BigInt> {
    let all = Statement::new("SELECT count(*) FROM (SELECT 1 FROM (SELECT 1 FROM listing AS l WHERE TRUE");
    of_index(all, scan.plan).and(" OFFSET 0) AS hits LIMIT ?) AS counted").bind(limit(scan.limit))
}

/// The first step: those of the next rows of the list that may be hits.
pub fn walk(scan: &Scan<'_>, size: usize) -> Statement<CandidateTypes> {
    let (comparison, order) = scan.direction.sql();
    let mut statement = Statement::new(format!("SELECT {} FROM (SELECT * FROM (", columns(scan.plan.dated)));
    for (index, lane) in lanes(scan.plan.enabled, scan.plan.kind).into_iter().enumerate() {
        statement = statement.and(if index == 0 { "(" } else { " UNION ALL (" });
        statement = statement.and(&format!("SELECT * FROM listing WHERE position {comparison} ?")).bind(scan.bound());
        if let Some((enabled, kind)) = lane {
            statement = statement.and(" AND enabled = ? AND kind = ?").bind(enabled).bind(kind.word());
        }
        statement = statement.and(&format!(" ORDER BY position {order} LIMIT {WALKED})"));
    }
    statement = statement.and(&format!(") AS lanes ORDER BY position {order} LIMIT {WALKED}) AS l WHERE TRUE"));
    let statement = if scan.plan.index.is_some() { of_rows(statement, scan.plan) } else { statement };
    statement.and(&format!(" ORDER BY l.position {order} LIMIT ?")).bind(limit(size))
}

/// The second step: the positions (or another column) of rows that may be hits, in no order, up to a limit.
pub fn some_hits(scan: &Scan<'_>, column: &str, most: usize) -> Statement<BigInt> {
    let (comparison, _) = scan.direction.sql();
    let rows = format!("SELECT {column} FROM (SELECT l.{column} FROM listing AS l WHERE TRUE");
    of_index(Statement::new(rows), scan.plan)
        .and(&format!(" AND l.position + 0 {comparison} ?"))
        .bind(scan.bound())
        .and(" OFFSET 0) AS hits LIMIT ?")
        .bind(limit(most))
}

/// The rows at these positions, in the scan's direction.
pub fn at(scan: &Scan<'_>, positions: &[i64]) -> Statement<CandidateTypes> {
    let (_, order) = scan.direction.sql();
    let columns = columns(scan.plan.dated);
    // As PostgreSQL writes an array.
    let positions = format!("{{{}}}", positions.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
    Statement::new(format!("SELECT {columns} FROM listing AS l WHERE l.position = ANY(?::text::bigint[]) ORDER BY l.position {order}"))
        .bind(positions)
}

/// The third step: the next rows that may be hits, bucket by bucket of the list.
pub fn buckets(scan: &Scan<'_>, size: usize) -> Statement<CandidateTypes> {
    let (comparison, order) = scan.direction.sql();
    let (lowest, highest) = ["min", "max"].map(|end| format!("(SELECT ({end}(position) >> 32)::integer FROM listing)")).into();
    let (start, end, step) = match scan.direction {
        Direction::Forward => (lowest, highest, 1),
        Direction::Backward => (highest, lowest, -1),
    };
    // Integers, as the index has them: it is not asked for a bucket of another type.
    let start = if scan.beyond.is_some() { "?::integer".to_owned() } else { start };
    let mut statement = Statement::new(format!(
        "SELECT {} FROM generate_series({start}, {end}, {step}) AS b, LATERAL (SELECT * FROM listing AS l WHERE ",
        columns(scan.plan.dated)
    ));
    if let Some(position) = scan.beyond {
        statement = statement.bind(position >> 32);
    }
    statement = statement.and(&format!("l.bucket = b AND l.position + 0 {comparison} ?")).bind(scan.bound());
    of_index(statement, scan.plan)
        .and(&format!(" ORDER BY l.position + 0 {order} LIMIT ?) AS l LIMIT ?"))
        .bind(limit(size))
        .bind(limit(size))
}

/// Adds what the index finds rows by, and the condition that tells which of them may be hits.
fn of_index<ST>(statement: Statement<ST>, plan: &Plan) -> Statement<ST> {
    let mut values: Vec<Value> = Vec::new();
    let index = plan.index.as_ref().map(|index| {
        index.render(&mut |gram| {
            // One blank stands for the beginning of a word; indexed texts have none of the characters that `LIKE` reads.
            values.push(format!("%{}%", String::from_iter(gram).replace("  ", " ")).into());
            "l.grams LIKE ?".to_owned()
        })
    });
    let condition = condition(plan, &mut values);
    tested(statement, index.into_iter().chain(condition), values)
}

/// Adds the condition that tells from a row alone whether it may be a hit.
fn of_rows<ST>(statement: Statement<ST>, plan: &Plan) -> Statement<ST> {
    let mut values = Vec::new();
    let condition = condition(plan, &mut values);
    tested(statement, condition.into_iter(), values)
}

fn condition(plan: &Plan, values: &mut Vec<Value>) -> Option<String> {
    let decides = decides(plan);
    let mut write = |predicate: &Predicate| {
        let (sql, value): (_, Value) = match predicate {
            Predicate::Token(Token::Enabled(enabled)) => ("(l.enabled = ?) IS TRUE", (*enabled).into()),
            Predicate::Token(Token::Kind(kind)) => ("(l.kind = ?) IS TRUE", kind.word().into()),
            Predicate::Text(text) if decides => ("(l.text LIKE ?)", containing(text).into()),
            Predicate::Token(Token::Country(code)) if decides => ("(l.hidden LIKE ?)", containing(&country(*code)).into()),
            Predicate::Token(Token::NeverInvited) if decides => ("(l.hidden LIKE ?)", containing(NEVER_INVITED).into()),
            Predicate::Token(Token::EndsNever) if decides => ("(l.hidden LIKE ?)", containing(NO_END).into()),
            // The text beside it says the same.
            Predicate::Token(Token::Run(..)) if decides => return "TRUE".to_owned(),
            other => ("(l.grams LIKE ?) IS TRUE", format!("%{}%", trgm_predicate(other)).into()),
        };
        values.push(value);
        sql.to_owned()
    };
    plan.condition.as_ref().map(|condition| condition.render(&mut write))
}

fn tested<ST>(statement: Statement<ST>, tests: impl Iterator<Item = String>, values: Vec<Value>) -> Statement<ST> {
    // Searches are of any shape: kept prepared, each would stay in the memory of the server's process.
    let statement = tests.fold(statement, |statement, test| statement.and(" AND ").and(&test)).once(!values.is_empty());
    values.into_iter().fold(statement, Statement::bind)
}

/// A pattern of `LIKE` for texts that contain another one.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
