//! Statements in SQL that Diesel cannot build: with what they give as a type, and prepared once a connection (those of
//! [`diesel::sql_query`] are prepared each time).

use std::marker::PhantomData;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::Connection;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, Bool, Date, HasSqlType, Text, Timestamp};

use super::engine::Db;

/// A value in a statement.
#[derive(Debug, Clone)]
pub enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Truth(bool),
    /// A day.
    Day(NaiveDate),
    /// A moment.
    Moment(NaiveDateTime),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<NaiveDate> for Value {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl From<NaiveDateTime> for Value {
    fn from(moment: NaiveDateTime) -> Self {
        Self::Moment(moment)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A statement whose rows have the SQL types `ST`.
#[derive(Debug, Clone)]
pub struct Statement<ST> {
    text: String,
    values: Vec<Value>,
    once: bool,
    gives: PhantomData<ST>,
}

impl<ST> Statement<ST> {
    /// Begins a statement: a `?` stands for each value of [`Self::bind`], in order, on either engine.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new(), once: false, gives: PhantomData }
    }

    /// Goes on with more of it.
    #[must_use]
    pub fn and(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// The value of the next `?`.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// It is not kept prepared: its text follows what somebody typed, and a connection would keep ever more of them.
    #[must_use]
    pub fn once(mut self, once: bool) -> Self {
        self.once = once;
        self
    }
}

impl<ST, DB> QueryFragment<DB> for Statement<ST>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Bool> + HasSqlType<Date> + HasSqlType<Timestamp> + HasSqlType<Binary>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    bool: ToSql<Bool, DB>,
    NaiveDate: ToSql<Date, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
    Vec<u8>: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.once {
            out.unsafe_to_cache_prepared();
        }
        let mut parts = self.text.split('?');
        out.push_sql(parts.next().unwrap_or_default());
        for (part, value) in parts.zip(&self.values) {
            match value {
                Value::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                Value::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Value::Truth(truth) => out.push_bind_param::<Bool, _>(truth)?,
                Value::Day(day) => out.push_bind_param::<Date, _>(day)?,
                Value::Moment(moment) => out.push_bind_param::<Timestamp, _>(moment)?,
                Value::Bytes(bytes) => out.push_bind_param::<Binary, _>(bytes)?,
            }
            out.push_sql(part);
        }
        Ok(())
    }
}

impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}

/// Told apart by its text.
impl<ST> QueryId for Statement<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, C: Connection> RunQueryDsl<C> for Statement<ST> {}

impl<ST> Statement<ST> {
    /// Goes on with the condition that a column has one of these values. The text is the same however many there are.
    #[must_use]
    pub fn among(self, db: &Db, column: &str, values: &[i64]) -> Self {
        let values = values.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        match db {
            Db::Sqlite(_) => self.and(column).and(" IN (SELECT value FROM json_each(?))").bind(format!("[{values}]")),
            Db::Postgres(_) => self.and(column).and(" = ANY(?::text::bigint[])").bind(format!("{{{values}}}")),
        }
    }
}
