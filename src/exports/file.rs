//! Lines as RFC 4180 has them: comma, quotation marks where they are needed, CR LF.

use csv::WriterBuilder;

use crate::db::Unavailable;
use crate::store::{Error, Result};

/// Records as lines.
pub(super) fn written(records: &[Vec<String>]) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |error: String| Error::Unavailable(Unavailable::unreachable(format!("a file could not be made: {error}")));
    for record in records {
        writer.write_record(record).map_err(|error| failed(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| failed(error.to_string()))
}
