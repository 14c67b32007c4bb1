//! The condition that a customer's texts hold what a search needs at least, as one sub-query whatever the number of words.
//!
//! Diesel's own expressions would need a sub-query a word (their types grow with each, so they cannot be made in a loop), and
//! PostgreSQL plans 32 joins for ten seconds.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Text};
use diesel::{QueryResult, query_source};

use super::text;
use crate::db::schema::customers;
use crate::domain::query::language::{Field, Search, Test};

/// What every hit holds, each in one of its spellings.
pub struct Holding(Vec<Needle>);

struct Needle {
    /// Of the two that are stored.
    column: &'static str,
    /// One of these patterns has to match.
    patterns: Vec<String>,
}

impl Holding {
    /// What the required terms of a search need at least; `None` when that is nothing.
    pub fn of(search: &Search) -> Option<Self> {
        let needles: Vec<Needle> = search.required().flat_map(needles).collect();
        (!needles.is_empty()).then_some(Self(needles))
    }
}

fn needles(test: &Test) -> Vec<Needle> {
    match test {
        Test::Text { field: Some(Field::Eid), pattern, .. } => {
            pattern.texts().map(|text| Needle { column: "hidden", patterns: vec![text::pattern(text)] }).collect()
        }
        Test::Text { pattern, .. } => {
            // A telephone number is also found by its digits.
            let digits = pattern.digits().and_then(|digits| digits.plain().map(text::pattern));
            let spellings = |text: &str| std::iter::once(text::pattern(text)).chain(digits.clone()).collect();
            pattern.texts().map(|text| Needle { column: "text", patterns: spellings(text) }).collect()
        }
        Test::Country(country) => vec![Needle { column: "hidden", patterns: vec![text::country_pattern(*country)] }],
        Test::Enabled(_) | Test::Kind(_) | Test::Created(..) => Vec::new(),
    }
}

impl<DB> QueryFragment<DB> for Holding
where
    DB: Backend + HasSqlType<Text>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("EXISTS (SELECT 1 FROM customer_search WHERE customer_search.customer_id = customers.id");
        for needle in &self.0 {
            for (i, pattern) in needle.patterns.iter().enumerate() {
                out.push_sql(if i == 0 { " AND (" } else { " OR " });
                out.push_sql("customer_search.");
                out.push_sql(needle.column);
                out.push_sql(" LIKE ");
                out.push_bind_param::<Text, _>(pattern)?;
                out.push_sql(" ESCAPE '\\'");
            }
            out.push_sql(")");
        }
        out.push_sql(")");
        Ok(())
    }
}

impl Expression for Holding {
    type SqlType = Bool;
}

impl ValidGrouping<()> for Holding {
    type IsAggregate = is_aggregate::No;
}

impl<QS> SelectableExpression<QS> for Holding where Self: AppearsOnTable<QS> {}

impl<QS> AppearsOnTable<QS> for Holding where QS: query_source::AppearsInFromClause<customers::table, Count = query_source::Once> {}

/// Its text depends on the number of words, so it is not told apart by its type.
impl QueryId for Holding {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
