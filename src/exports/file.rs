//! Lines as RFC 4180 has them: comma, quotation marks, CR LF.

use csv::{QuoteStyle, WriterBuilder};

use super::records::Records;
use crate::db::Unavailable;
use crate::domain::csv::guarded;
use crate::domain::export::Export;
use crate::domain::files::Cell;
use crate::domain::import::Subject;
use crate::store::{Error, Result};

/// By which spreadsheets know UTF-8.
pub(super) const MARK: &str = "\u{feff}";

/// The line that names the columns, after the byte order mark if there is to be one.
#[must_use]
pub fn header(export: &Export, subject: Subject) -> Vec<u8> {
    let mark = if export.marked { MARK } else { "" };
    format!("{mark}{}\r\n", export.columns(subject).collect::<Vec<_>>().join(",")).into_bytes()
}

/// Records as lines, guarded against formulas.
pub fn lines(export: &Export, records: &Records) -> Result<Vec<u8>> {
    let rows = records.rows.iter().map(|row| export.cells(records.subject, row).map(text).collect());
    written(&rows.collect::<Vec<_>>(), QuoteStyle::Necessary)
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text).into_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
    }
}

/// Records as lines.
///
/// # Errors
/// A record has not as many cells as the first.
pub fn written(records: &[Vec<String>], quotes: QuoteStyle) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).quote_style(quotes).from_writer(Vec::new());
    let failed = |error: String| Error::Unavailable(Unavailable::unreachable(format!("a file could not be made: {error}")));
    for record in records {
        writer.write_record(record).map_err(|error| failed(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| failed(error.to_string()))
}
