//! Workbooks, XLSX and ODS: one sheet as a text of the kind that all else is read from.
//!
//! Both are ZIP archives of XML, which are read as a stream ([`xml`]) and written away row by row ([`rows`]), so that no workbook takes more
//! memory than a few cells and the texts that XLSX keeps apart, however small it is packed and however large it says to be. The crates that
//! read workbooks take more at many places: ODS whole, and of XLSX as much as it says it needs.

mod archive;
mod numbers;
mod ods;
mod problem;
mod rows;
mod xlsx;
mod xml;

use std::fs::File;

use self::archive::Archive;
use self::problem::{Outcome, Problem};
pub use self::rows::Warning;
use self::rows::{Rows, Sheet};
use super::error::FileError;
use super::source::Bytes;
use crate::domain::import::Subject;

/// One sheet of a workbook.
pub struct Opened {
    /// Its rows as CSV in UTF-8, a record each, blank ones too.
    pub text: File,
    /// The names of the visible sheets.
    pub sheets: Vec<String>,
    /// The one that was taken.
    pub sheet: String,
    /// What was lost.
    pub warnings: Vec<Warning>,
}

/// Takes the sheet of this name, or the first visible one with anything in it.
pub fn open(subject: Subject, mut bytes: Bytes, sheet: Option<&str>) -> Result<Opened, FileError> {
    let opened = Archive::open(&mut bytes).and_then(|mut archive| match archive.kind()? {
        archive::Kind::Xlsx => {
            let workbook = xlsx::Workbook::read(&mut archive)?;
            take(workbook.sheets(), sheet, |sheet, rows| workbook.rows(&mut archive, sheet, rows))
        }
        archive::Kind::Ods => take(&ods::sheets(&mut archive)?, sheet, |sheet, rows| ods::rows(&mut archive, sheet, rows)),
    });
    opened.map_err(|problem| FileError { subject, line: problem.row, message: problem.message })
}

fn take(sheets: &[Sheet], wanted: Option<&str>, mut read: impl FnMut(&Sheet, &mut Rows) -> Outcome<()>) -> Outcome<Opened> {
    let visible = || sheets.iter().filter(|sheet| sheet.visible);
    let candidates: Vec<&Sheet> = match wanted {
        Some(name) => sheets.iter().filter(|sheet| sheet.name == name).collect(),
        None => visible().collect(),
    };
    if let (Some(name), true) = (wanted, candidates.is_empty()) {
        return Err(Problem::new(format!("The workbook has no sheet \"{name}\".")));
    }
    let is_only = candidates.len() == 1;
    for sheet in candidates {
        let mut rows = Rows::new()?;
        read(sheet, &mut rows)?;
        if !rows.is_empty() || is_only {
            let (text, warnings) = rows.finish()?;
            return Ok(Opened { text, sheets: visible().map(|sheet| sheet.name.clone()).collect(), sheet: sheet.name.clone(), warnings });
        }
    }
    Err(Problem::new("The workbook is empty: no visible sheet has anything in it."))
}

#[cfg(test)]
mod tests;
