//! What PostgreSQL is asked. The shape of each statement leaves the planner no other way: `position + 0` and `(…) IS TRUE` are no conditions
//! of an index, a subquery with a limit is not merged with what is around it.

use diesel::sql_types::BigInt;

use crate::db::statement::{Statement, Value};
use crate::domain::customer::Kind;
use crate::list::ask::{Ask, Direction, Types, columns};
use crate::list::decide::Dialect;
use crate::list::grams;
use crate::list::need::{Leaf, Need, Token};
use crate::list::question::Question;

/// Rows of the list that are tested before the index is asked.
const WALKED: i64 = 1_000;
/// Rows of the list's beginning that something very common is counted in.
const COUNTED: i64 = 5_000;
/// More conditions than this make a statement that is not kept prepared.
const KEPT: usize = 16;

/// How many of the first rows of the list there are, counted up to a limit.
pub(super) fn count_some(ask: &Ask<'_>) -> Statement<BigInt> {
    Conditions::of_rows(ask)
        .after(&format!("SELECT count(*) FROM (SELECT 1 FROM (SELECT * FROM listing ORDER BY position LIMIT {COUNTED}) AS l WHERE TRUE"))
        .and(" LIMIT ?) AS counted")
        .bind(signed(ask.limit))
}

/// How many rows there are, counted up to a limit.
pub(super) fn count(ask: &Ask<'_>) -> Statement<BigInt> {
    Conditions::of_index(ask)
        .after("SELECT count(*) FROM (SELECT 1 FROM (SELECT 1 FROM listing AS l WHERE TRUE")
        .and(" OFFSET 0) AS hits LIMIT ?) AS counted")
        .bind(signed(ask.limit))
}

/// The first step: those of the next rows of the list that have what is needed.
pub(super) fn walk(ask: &Ask<'_>, size: usize) -> Statement<Types> {
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
    let mut statement = Statement::new(format!("SELECT {} FROM (SELECT * FROM (", columns(ask.dated)));
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

/// The second step: where hits are, and whose they are: as many as there are up to a limit, in no order.
pub(super) fn some_hits(ask: &Ask<'_>, limit: usize) -> Statement<(BigInt, BigInt)> {
    let (sign, _) = ask.signs();
    let mut conditions = Conditions::of_index(ask);
    conditions.and(&format!("l.position + 0 {sign} ?"), ask.bound());
    conditions
        .after("SELECT position, customer_id FROM (SELECT l.position, l.customer_id FROM listing AS l WHERE TRUE")
        .and(" OFFSET 0) AS hits LIMIT ?")
        .bind(signed(limit))
}

/// The rows at these places.
pub(super) fn at(ask: &Ask<'_>, positions: &[i64]) -> Statement<Types> {
    let (_, order) = ask.signs();
    Statement::new(format!(
        "SELECT {} FROM listing AS l WHERE l.position = ANY(?::text::bigint[]) ORDER BY l.position {order}",
        columns(ask.dated)
    ))
    .bind(super::array(positions))
}

/// The third step: the next hits, bucket by bucket of the list.
pub(super) fn buckets(ask: &Ask<'_>, size: usize) -> Statement<Types> {
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
        columns(ask.dated)
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

/// Conditions on rows of the list, each begun with `AND`.
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    /// What rows have, told from the rows themselves.
    fn of_rows(ask: &Ask<'_>) -> Self {
        let mut conditions = Self { text: String::new(), values: Vec::new() };
        if let Some(decided) = ask.decided {
            conditions.text.push_str(" AND ");
            decided.write(Dialect::Postgres, &mut conditions.text, &mut conditions.values);
        } else if let Some(need) = ask.need {
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
            Need::Leaf(leaf) => self.is("(l.grams LIKE ?) IS TRUE", format!("%{}%", grams::trgm_leaf(leaf))),
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
