//! The list without a search, read by key: the entitlements of each stage stand in an index of their own in each order, and a page is read
//! from those that the filter leaves, merged.
//!
//! Stages are as of the day on which they were last looked at ([`crate::store::stages`]). Where they are not those of today, what has another
//! state by now is left out; the job that follows the days is about to put it right.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::due;
use super::entry::{self, Keys, KeysTypes, Row, RowTypes};
use crate::db::Db;
use crate::db::statement::{Statement, Value};
use crate::domain::entitlement::{NEVER, State};
use crate::domain::query::entitlements::{EntitlementQuery, Filter, Order, Sort};
use crate::list::candidate::Direction;
use crate::list::row::SortKey;
use crate::list::sorted::ascends;
use crate::store::Result;
use crate::store::keys::stage;
use crate::store::stages;

/// The entitlements that a filter leaves, in an order.
#[derive(Debug, Clone)]
pub struct Lanes {
    filter: Option<Filter>,
    today: NaiveDate,
    /// All stages are those of today, or it does not matter here.
    is_current: bool,
}

/// Which rows of an index are read, and which way.
struct Walk<'a> {
    /// Of these stages; of all where that is none.
    stages: &'a [Option<i32>],
    /// What it is in the order of.
    column: &'static str,
    /// From its smallest value on.
    ascends: bool,
    /// Of today's state, whatever the day that the stages are of.
    exactly: bool,
}

/// Where a walk through an index begins.
#[derive(Debug, Clone)]
enum From {
    /// At its end.
    End,
    /// Among those of this value, beyond an id.
    Tie(Value, i64),
    /// Beyond this value.
    Value(Value),
    /// Beyond an id, which is all that there is to compare.
    Id(i64),
}

impl From {
    /// The parts, one after the other, in which an index finds what lies beyond a key: first those that share its value. In one comparison of
    /// both, SQLite goes through all that share the value, such as the last day of a year.
    fn parts(beyond: Option<(Option<Value>, i64)>) -> Vec<Self> {
        match beyond {
            None => vec![Self::End],
            Some((None, id)) => vec![Self::Id(id)],
            Some((Some(value), id)) => vec![Self::Tie(value.clone(), id), Self::Value(value)],
        }
    }
}

impl Lanes {
    /// What the filter of a query leaves on a day.
    pub fn new(db: &mut Db, query: &EntitlementQuery, today: NaiveDate) -> Result<Self> {
        let is_current = query.filter.is_none() || stages::are_current(db, today)?;
        Ok(Self { filter: query.filter, today, is_current })
    }

    /// The stages that the filter leaves.
    fn stages(&self) -> Vec<i32> {
        let states = match self.filter {
            None => &[State::NotYetStarted, State::Running, State::Ended][..],
            Some(Filter::NotYetStarted) => &[State::NotYetStarted],
            Some(Filter::Running | Filter::EndsWithin(_)) => &[State::Running],
            Some(Filter::Ended) => &[State::Ended],
        };
        states.iter().copied().map(stage).collect()
    }

    /// Adds the conditions of a stage; `exactly` whatever the day that the stages are of.
    fn conditions<ST>(&self, mut statement: Statement<ST>, stage: i32, exactly: bool) -> Statement<ST> {
        statement = statement.and("stage = ?").bind(i64::from(stage));
        if let Some(last) = self.filter.and_then(|filter| filter.last_day(self.today)) {
            let bound = last.succ_opt().unwrap_or(NEVER).min(NEVER);
            statement = statement.and(" AND over_from > ? AND over_from <= ?").bind(self.today).bind(bound);
        } else if exactly && self.filter == Some(Filter::Running) {
            statement = statement.and(" AND over_from > ?").bind(self.today);
        }
        match self.filter {
            Some(Filter::Running | Filter::EndsWithin(_)) if exactly => statement.and(" AND starts_on <= ?").bind(self.today),
            Some(Filter::NotYetStarted) if exactly => statement.and(" AND starts_on > ?").bind(self.today),
            Some(Filter::Ended) if exactly => statement.and(" AND (ended_at IS NOT NULL OR over_from <= ?)").bind(self.today),
            _ => statement,
        }
    }

    /// Up to `limit` rows on one side of a key, nearest first; with those of another state, where stages are not those of today, if `loosely`:
    /// then no row is looked at in vain.
    pub fn load(
        &self,
        db: &mut Db,
        sort: Sort,
        direction: Direction,
        beyond: Option<&SortKey>,
        limit: usize,
        loosely: bool,
    ) -> Result<Vec<Row>> {
        let exactly = !self.is_current && !loosely;
        let mut rows = if sort.order == Order::Due {
            self.load_due(db, ascends(sort, direction), beyond, limit, exactly)?
        } else {
            let mut stages: Vec<Option<i32>> = self.stages().into_iter().map(Some).collect();
            if sort.order == Order::Newest && stages.len() > 1 {
                // All in the order of their ids: the table itself.
                stages = vec![None];
            }
            let ascends = ascends(sort, direction);
            let parts = From::parts(beyond.map(|(value, id)| (key_value(sort.order, value), *id)));
            self.walk(db, &Walk { stages: &stages, column: column(sort.order), ascends, exactly }, parts, limit)?
        };
        // A join may lose the order.
        rows.sort_by_cached_key(|row| row.key(sort.order));
        if !ascends(sort, direction) {
            rows.reverse();
        }
        Ok(rows)
    }

    /// Up to `limit` rows in the order of what is due, or against it: stage by stage, until there are enough.
    fn load_due(&self, db: &mut Db, forward: bool, beyond: Option<&SortKey>, limit: usize, exactly: bool) -> Result<Vec<Row>> {
        let (stages, beyond) = (self.stages(), beyond.map(|(value, id)| (due::read(value), *id)));
        let mut places: Vec<usize> = (0..due::PARTS.len()).collect();
        if !forward {
            places.reverse();
        }
        let mut rows = Vec::new();
        for at in places {
            let part = due::PARTS[at];
            let is_before = beyond.is_some_and(|((from, _), _)| if forward { at < from } else { at > from });
            if is_before || rows.len() >= limit || !stages.contains(&stage(part.state)) {
                continue;
            }
            let parts = From::parts(beyond.filter(|((from, _), _)| *from == at).map(|((_, day), id)| (Some(Value::Day(day)), id)));
            let walk = Walk { stages: &[Some(stage(part.state))], column: part.column, ascends: part.ascends == forward, exactly };
            rows.extend(self.walk(db, &walk, parts, limit - rows.len())?);
        }
        Ok(rows)
    }

    /// Up to `limit` rows of an index, from these parts of it.
    fn walk(&self, db: &mut Db, walk: &Walk<'_>, parts: Vec<From>, limit: usize) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for part in parts {
            if rows.len() < limit {
                rows.extend(self.select(db, walk, &part, limit - rows.len()).load::<Row>(db)?);
            }
        }
        Ok(rows)
    }

    /// SQLite merges the stages, which are in order each; PostgreSQL would sort them all, so it takes the first rows of each and sorts these.
    fn select(&self, db: &Db, walk: &Walk<'_>, from: &From, limit: usize) -> Statement<RowTypes> {
        let Walk { stages, column, ascends, exactly } = walk;
        let (comparison, order) = if *ascends { (">", "ASC") } else { ("<", "DESC") };
        // PostgreSQL plans for the number of rows, so it stands in the text: there are few different ones.
        let first = format!(" ORDER BY value {order}, id {order} LIMIT {limit}");
        let (begin, end) = match db {
            Db::Postgres(_) if stages.len() > 1 => ("(", format!("{first})")),
            _ => ("", String::new()),
        };
        let mut statement = Statement::new(format!("{} FROM (", entry::SELECT));
        for (at, stage) in stages.iter().enumerate() {
            let union = if at > 0 { " UNION ALL " } else { "" };
            statement = statement.and(&format!("{union}{begin}SELECT id, {column} AS value FROM entitlements WHERE "));
            statement = match stage {
                Some(stage) => self.conditions(statement, *stage, *exactly),
                None => statement.and("id > 0"),
            };
            statement = match from.clone() {
                From::End => statement,
                From::Tie(value, id) => statement.and(&format!(" AND {column} = ? AND id {comparison} ?")).bind(value).bind(id),
                From::Value(value) => statement.and(&format!(" AND {column} {comparison} ?")).bind(value),
                From::Id(id) => statement.and(&format!(" AND id {comparison} ?")).bind(id),
            };
            statement = statement.and(&end);
        }
        statement.and(&format!("{first}) AS p JOIN entitlements AS e ON e.id = p.id {}", entry::JOINS))
    }

    /// What ends soon, the earliest first, up to `limit` of them.
    pub fn ending(&self, db: &mut Db, limit: usize) -> Result<Vec<Keys>> {
        let select = Statement::<KeysTypes>::new("SELECT over_from, starts_on, product_sort, stage, id FROM entitlements WHERE ");
        let statement = self.conditions(select, stage(State::Running), !self.is_current);
        Ok(statement.and(&format!(" ORDER BY over_from, id LIMIT {limit}")).load(db)?)
    }

    /// How many there are, counted up to a limit.
    pub fn count(&self, db: &mut Db, limit: usize) -> Result<usize> {
        let mut statement = Statement::<BigInt>::new("SELECT count(*) FROM (");
        for (at, stage) in self.stages().into_iter().enumerate() {
            let union = if at > 0 { " UNION ALL " } else { "" };
            statement = self.conditions(statement.and(union).and("SELECT 1 AS one FROM entitlements WHERE "), stage, !self.is_current);
        }
        let count: i64 = statement.and(&format!(" LIMIT {limit}) AS counted")).get_result(db)?;
        Ok(usize::try_from(count).unwrap_or_default())
    }
}

fn column(order: Order) -> &'static str {
    match order {
        Order::Due | Order::End => "over_from",
        Order::Start => "starts_on",
        Order::Product => "product_sort",
        Order::Newest => "id",
    }
}

/// The value of a key as the database compares it; `None` where the id is all. A cursor that was tampered with may carry any day.
fn key_value(order: Order, value: &[u8]) -> Option<Value> {
    match order {
        Order::Due | Order::End | Order::Start => {
            let number = value.try_into().map_or(0, i32::from_be_bytes);
            let day = NaiveDate::from_num_days_from_ce_opt(number.max(1)).unwrap_or(NEVER);
            Some(Value::Day(day.min(NEVER)))
        }
        Order::Product => Some(Value::Bytes(value.to_vec())),
        Order::Newest => None,
    }
}
