//! Writes the list in PostgreSQL; its index follows by itself.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::{PgConnection, sql_query};

use crate::list::entry::Entry;
use crate::store::Result;

/// The distance of neighbours at the ends of the list.
pub const GAP: i64 = 1 << 20;

/// Puts rows at positions in the list, or writes those again that stand there. In one statement, since others wait for the list meanwhile:
/// two to three times as long if an import changes rows one by one.
pub fn write<'a>(db: &mut PgConnection, rows: &(impl Iterator<Item = (i64, &'a Entry)> + Clone)) -> Result<()> {
    let entries = || rows.clone().map(|(_, entry)| entry);
    let texts = |text: fn(&Entry) -> &str| entries().map(text).collect::<Vec<_>>();
    let positions: Vec<i64> = rows.clone().map(|(position, _)| position).collect();
    if positions.is_empty() {
        return Ok(());
    }
    sql_query(
        "INSERT INTO listing (position, customer_id, enabled, kind, name, ref_id, text, hidden, grams)
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (position) DO UPDATE
         SET enabled = excluded.enabled, ref_id = excluded.ref_id, text = excluded.text, hidden = excluded.hidden, grams = excluded.grams",
    )
    .bind::<Array<BigInt>, _>(positions)
    .bind::<Array<BigInt>, _>(entries().map(|entry| entry.customer.key.1).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(entries().map(|entry| entry.customer.enabled).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(texts(|entry| &entry.customer.kind))
    .bind::<Array<Text>, _>(texts(|entry| &entry.customer.name))
    .bind::<Array<Text>, _>(texts(|entry| &entry.customer.ref_id))
    .bind::<Array<Text>, _>(texts(|entry| &entry.texts.text))
    .bind::<Array<Text>, _>(texts(|entry| &entry.texts.hidden))
    .bind::<Array<Text>, _>(texts(|entry| &entry.indexed))
    .execute(db)?;
    Ok(())
}

/// Moves rows (from which position, of which customer, to which position; in order).
pub fn renumber(db: &mut PgConnection, moves: &[(i64, i64, i64)]) -> Result<()> {
    let ids: Vec<i64> = moves.iter().map(|(_, id, _)| *id).collect();
    // Out of the way first: a position may still be taken by the row that leaves it next.
    let outside: Vec<i64> = (i64::MIN + 1..).take(moves.len()).collect();
    let targets: Vec<i64> = moves.iter().map(|(_, _, to)| *to).collect();
    for positions in [outside, targets] {
        sql_query("UPDATE listing SET position = m.position FROM unnest($1, $2) AS m (id, position) WHERE customer_id = m.id")
            .bind::<Array<BigInt>, _>(&ids)
            .bind::<Array<BigInt>, _>(positions)
            .execute(db)?;
    }
    Ok(())
}

/// Empties the list and drops its index: of a full list it is made several times as quickly.
pub fn clear(db: &mut PgConnection) -> Result<()> {
    Ok(db.batch_execute("DROP INDEX IF EXISTS listing_grams; DELETE FROM listing")?)
}

/// Makes the index if there is none.
pub fn make_index(db: &mut PgConnection) -> Result<()> {
    prepare_for_indexes(db)?;
    Ok(db.batch_execute(
        "CREATE INDEX IF NOT EXISTS listing_grams ON listing USING gin (grams gin_trgm_ops, bucket) WITH (gin_pending_list_limit = 256)",
    )?)
}

/// Lets the present transaction take the time and memory that making an index needs.
pub fn prepare_for_indexes(db: &mut PgConnection) -> Result<()> {
    Ok(db.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'")?)
}
