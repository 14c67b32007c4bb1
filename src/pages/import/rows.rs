//! The rows of an import, looked through page by page.

use super::wording::{names, path};
use crate::db::Db;
use crate::domain::numbers::thousands;
use crate::imports::preview::{Cell, Outcome, PreviewRow};
use crate::imports::record::Import;
use crate::imports::rows::{self, Shown};
use crate::pages::screen::DetailPane;
use crate::pages::view::{Choosable, ImportRows, PreviewedCell, PreviewedRow};
use crate::store::Result;
use crate::web::address;
use crate::web::request::Request;

/// Rows that the import's own page shows.
const FIRST: usize = 5;

/// The page of an import's rows.
pub(super) fn page(db: &mut Db, request: &Request, import: &Import) -> Result<DetailPane> {
    let param = |name: &str| request.param(name).unwrap_or_default().trim().to_owned();
    let (outcome, about, after) = (param("outcome"), param("about"), param("beyond").parse().unwrap_or(0));
    let shown = Shown { outcome: Outcome::parse(&outcome), about: about.clone(), after };
    let (found, next) = rows::page(db, import.id, &shown)?;
    let own = format!("{}/rows", path(import.id));
    let choice = |outcome: Outcome| Choosable {
        value: outcome.word().to_owned(),
        label: label(outcome).to_owned(),
        chosen: shown.outcome == Some(outcome),
    };
    let all = Choosable { value: String::new(), label: "All that are kept".to_owned(), chosen: shown.outcome.is_none() };
    let next =
        next.map(|place| address::with(&own, &request.query, &[("outcome", &outcome), ("about", &about), ("beyond", &place.to_string())]));
    let page = ImportRows {
        name: names(import),
        outcomes: [all].into_iter().chain(Outcome::ALL.into_iter().map(choice)).collect(),
        about,
        rows: found.iter().map(previewed).collect(),
        action: own,
        next,
        back: address::with_list(&path(import.id), &request.query),
    };
    Ok(DetailPane::other("Rows of the import".to_owned(), None, &page))
}

/// The first rows as they would be stored, and where all are.
pub(super) fn first(db: &mut Db, request: &Request, import: &Import) -> Result<(Vec<PreviewedRow>, String)> {
    let shown = |outcome| Shown { outcome: Some(outcome), ..Shown::default() };
    let mut found = rows::page(db, import.id, &shown(Outcome::New))?.0;
    if found.len() < FIRST {
        found.extend(rows::page(db, import.id, &shown(Outcome::Changed))?.0);
    }
    let address = address::with_list(&format!("{}/rows", path(import.id)), &request.query);
    Ok((found.iter().take(FIRST).map(previewed).collect(), address))
}

fn previewed(row: &PreviewRow) -> PreviewedRow {
    let cell = |cell: &Cell| PreviewedCell { label: cell.label.clone(), before: cell.before.clone(), after: cell.after.clone() };
    PreviewedRow {
        file: row.subject.word(),
        line: thousands(row.line),
        outcome: label(row.outcome),
        cells: row.cells.iter().map(cell).collect(),
    }
}

fn label(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::New => "New",
        Outcome::Changed => "Changed",
        Outcome::Invalid => "Invalid",
    }
}
