//! Lines as RFC 4180 has them: comma, quotation marks, CR LF.

use csv::{QuoteStyle, WriterBuilder};

use crate::db::Unavailable;
use crate::store::{Error, Result};

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
