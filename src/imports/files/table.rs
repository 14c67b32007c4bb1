//! Records of a file, one after the other, each with the line it begins at.

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::error::FileError;
use super::source::{Bytes, RECORD_LIMIT, Source, unreadable};
use crate::domain::import::Subject;

#[derive(Debug, Clone)]
pub struct Record {
    /// The line it begins at, from 1 on: what a text editor shows.
    pub line: u64,
    /// Its place among the records of the file, from 0 on.
    pub place: u64,
    /// As they stand in the file, without quotation marks.
    pub cells: StringRecord,
    /// It has not as many cells as there are columns.
    pub uneven: bool,
}

/// A file as records under names.
pub struct Table {
    pub subject: Subject,
    pub header: StringRecord,
    reader: csv::Reader<Source>,
    place: u64,
}

/// The columns that a file of errors has before the cells.
pub const ERROR_COLUMNS: [&str; 4] = ["file", "line", "column", "reason"];

/// How many columns of a file come before the cells: those of a file of errors.
pub fn error_columns(header: &StringRecord) -> usize {
    if header.iter().take(ERROR_COLUMNS.len()).eq(ERROR_COLUMNS) { ERROR_COLUMNS.len() } else { 0 }
}

impl Table {
    /// Reads the names of the columns.
    pub fn open(subject: Subject, bytes: Bytes) -> Result<Self, FileError> {
        let (source, separator) = Source::open(subject, bytes)?;
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(separator).terminator(csv::Terminator::Any(b'\n'));
        let mut table = Self { subject, header: StringRecord::new(), reader: builder.from_reader(source), place: 0 };
        table.header = table.read()?.filter(|first| !is_blank(first)).map(|first| first.cells).ok_or_else(|| {
            FileError::new(subject, "The file is empty: its first line names the columns, each further line is a record.")
        })?;
        Ok(table)
    }

    /// The next record that is not blank; of a file of errors, the next that belongs to this file.
    pub fn next(&mut self) -> Result<Option<Record>, FileError> {
        while let Some(mut record) = self.read()? {
            let of_another_file = error_columns(&self.header) > 0 && record.cells.get(0) != Some(self.subject.word());
            if !is_blank(&record) && !of_another_file {
                let width = self.header.len();
                record.uneven = record.cells.len() < width || record.cells.iter().skip(width).any(|cell| !cell.is_empty());
                self.place += 1;
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn read(&mut self) -> Result<Option<Record>, FileError> {
        let too_long = |line| {
            let message = "The record that begins here is longer than 1 MiB: is a quotation mark at its end missing?";
            FileError::at(self.subject, line, message)
        };
        self.reader.get_mut().begin_record();
        let mut cells = StringRecord::new();
        let begin = self.reader.position().line();
        match self.reader.read_record(&mut cells) {
            Ok(false) => Ok(None),
            Ok(true) => {
                // Empty lines before a record are skipped, so its first line is counted from its end.
                let breaks = cells.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
                let line = self.reader.position().line().saturating_sub(1 + breaks);
                if cells.as_slice().len() as u64 > RECORD_LIMIT {
                    return Err(too_long(line));
                }
                Ok(Some(Record { line, place: self.place, cells, uneven: false }))
            }
            Err(_) if self.reader.get_ref().is_too_long() => Err(too_long(begin)),
            Err(error) => Err(match error.kind() {
                ErrorKind::Utf8 { pos, .. } => FileError::at(
                    self.subject,
                    pos.as_ref().map_or(begin, csv::Position::line),
                    "The text is not in UTF-8, so that letters would be lost: save the file as \"CSV UTF-8\" and import that.",
                ),
                ErrorKind::Io(error) => unreadable(self.subject, error),
                _ => FileError::at(self.subject, begin, format!("The file cannot be read on: {error}.")),
            }),
        }
    }
}

fn is_blank(record: &Record) -> bool {
    record.cells.iter().all(|cell| cell.trim().is_empty())
}

#[cfg(test)]
mod tests;
