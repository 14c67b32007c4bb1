//! Rows of a check, kept to be looked through page by page: those of its preview, and the invalid ones.

use diesel::prelude::*;

use super::preview::{Cell, Outcome, PreviewRow};
use super::record::integer;
use crate::db::Db;
use crate::db::schema::import_rows;
use crate::domain::ImportId;
use crate::domain::import::Subject;
use crate::imports::files::report::Report;
use crate::store::Result;

/// Rows of a page.
pub const PAGE: usize = 50;
/// Rows that are written at a time.
pub const CHUNK: usize = 500;

/// Which rows are looked at.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Those of which this becomes; all where it is `None`.
    pub outcome: Option<Outcome>,
    /// Those of which something about this column or field is said; all where it is empty.
    pub about: String,
    /// Those after this place.
    pub after: i32,
}

/// The invalid rows of a report as rows that are shown.
pub fn invalid(report: &Report) -> impl Iterator<Item = PreviewRow> + '_ {
    report.invalid.iter().map(|row| {
        let cells = row.findings().map(|finding| Cell { label: finding.column, before: None, after: finding.reason });
        PreviewRow { outcome: Outcome::Invalid, subject: row.subject, line: row.line, cells: cells.collect() }
    })
}

/// Removes the rows of an earlier check.
pub fn clear(db: &mut Db, id: ImportId) -> Result<()> {
    diesel::delete(import_rows::table.filter(import_rows::import_id.eq(id.0))).execute(db)?;
    Ok(())
}

/// Adds rows, the first of them at this place.
pub fn add(db: &mut Db, id: ImportId, place: usize, rows: &[PreviewRow]) -> Result<()> {
    for (offset, row) in rows.iter().enumerate() {
        let labels: Vec<&str> = row.cells.iter().map(|cell| cell.label.as_str()).collect();
        diesel::insert_into(import_rows::table)
            .values((
                import_rows::import_id.eq(id.0),
                import_rows::place.eq(i32::try_from(place + offset + 1).unwrap_or(i32::MAX)),
                import_rows::outcome.eq(row.outcome.word()),
                import_rows::subject.eq(row.subject.word()),
                import_rows::line.eq(integer(row.line)),
                import_rows::about.eq(format!("\n{}\n", labels.join("\n"))),
                // Texts can always be written.
                import_rows::details.eq(serde_json::to_string(&row.cells).unwrap_or_default()),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// A page of rows, and after which place the next one begins.
pub fn page(db: &mut Db, id: ImportId, shown: &Shown) -> Result<(Vec<PreviewRow>, Option<i32>)> {
    let mut query = import_rows::table
        .filter(import_rows::import_id.eq(id.0))
        .filter(import_rows::place.gt(shown.after))
        .order(import_rows::place)
        .limit(i64::try_from(PAGE + 1).unwrap_or(i64::MAX))
        .select((import_rows::place, import_rows::outcome, import_rows::subject, import_rows::line, import_rows::details))
        .into_boxed();
    if let Some(outcome) = shown.outcome {
        query = query.filter(import_rows::outcome.eq(outcome.word()));
    }
    if !shown.about.is_empty() {
        let literal = shown.about.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.filter(import_rows::about.like(format!("%\n{literal}\n%")).escape('\\'));
    }
    let mut rows: Vec<(i32, String, String, i64, String)> = query.load(db)?;
    let next = (rows.len() > PAGE).then(|| rows[PAGE - 1].0);
    rows.truncate(PAGE);
    let row = |(_, outcome, subject, line, details): (i32, String, String, i64, String)| {
        Some(PreviewRow {
            outcome: Outcome::parse(&outcome)?,
            subject: Subject::parse(&subject)?,
            line: u64::try_from(line).unwrap_or(0),
            cells: serde_json::from_str(&details).unwrap_or_default(),
        })
    };
    Ok((rows.into_iter().filter_map(row).collect(), next))
}
