//! The condition that a customer's text holds every word, as one sub-query whatever their number.
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

/// Every word is somewhere in the text; a telephone number is also found by its digits.
pub struct Holding {
    /// For each word the patterns, one of which has to match.
    words: Vec<Vec<String>>,
}

impl Holding {
    /// The condition for these folded words; `None` for none.
    pub fn of(words: &[String]) -> Option<Self> {
        let patterns =
            |word: &String| std::iter::once(text::pattern(word)).chain(text::digits_of(word).map(|d| text::pattern(&d))).collect();
        (!words.is_empty()).then(|| Self { words: words.iter().map(patterns).collect() })
    }
}

impl<DB> QueryFragment<DB> for Holding
where
    DB: Backend + HasSqlType<Text>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("EXISTS (SELECT 1 FROM customer_search WHERE customer_search.customer_id = customers.id");
        for patterns in &self.words {
            for (i, pattern) in patterns.iter().enumerate() {
                out.push_sql(if i == 0 { " AND (" } else { " OR " });
                out.push_sql("customer_search.text LIKE ");
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
