//! Records of a file, one after the other, each with the line it begins at.

use std::collections::VecDeque;
use std::io::ErrorKind::InvalidData;

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8};

use super::content::Content;
use super::encoding::damaged;
use super::error::FileError;
use super::finding::Finding;
use super::layout::{self, LOOKED_AT, is_blank};
use super::reading::{Format, Reading};
use super::source::{Bytes, RECORD_LIMIT, Source, unreadable};
use super::workbook::Warning;
use crate::domain::csv::unguarded;
use crate::domain::import::Subject;

/// The longest name of a column that is kept, in characters.
const NAME: usize = 100;

#[derive(Debug, Clone)]
pub struct Record {
    /// The line it begins at, from 1 on: what a text editor or a spreadsheet shows.
    pub line: u64,
    /// Its place among the records of the file, from 0 on.
    pub place: u64,
    /// As they stand in the file, without quotation marks.
    pub cells: StringRecord,
    /// It has more cells than there are columns.
    pub uneven: bool,
}

/// A file as records under names.
pub struct Table {
    pub subject: Subject,
    pub header: StringRecord,
    format: Format,
    reader: csv::Reader<Source>,
    /// Read to find the header, and not taken yet.
    ahead: VecDeque<Record>,
    place: u64,
    /// What a workbook has lost.
    lost: Vec<Warning>,
}

/// The columns that a file of errors has before the cells.
pub const ERROR_COLUMNS: [&str; 4] = ["file", "line", "column", "reason"];

/// How many columns of a file come before the cells: those of a file of errors.
pub(super) fn error_columns(header: &StringRecord) -> usize {
    if header.iter().take(ERROR_COLUMNS.len()).eq(ERROR_COLUMNS) { ERROR_COLUMNS.len() } else { 0 }
}

impl Table {
    /// Finds out how the file is to be read, as far as that is not said, and reads the names of the columns.
    pub fn open(subject: Subject, bytes: Bytes, reading: &Reading) -> Result<Self, FileError> {
        let Content { text, separator, format, lost } = Content::open(subject, bytes, reading)?;
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(separator).terminator(csv::Terminator::Any(b'\n'));
        let reader = builder.from_reader(Source::new(text, separator));
        let mut table = Self { subject, header: StringRecord::new(), format, reader, ahead: VecDeque::new(), place: 0, lost };
        table.find_header(reading.header_line)?;
        Ok(table)
    }

    /// How the file is read.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// What cannot be read of the file as it was meant: each finding once.
    pub fn take_warnings(&mut self) -> Vec<Finding> {
        let lost = std::mem::take(&mut self.lost).into_iter().filter(|lost| lost.row > self.format.header_line);
        let finding = |lost: Warning| {
            let column = self.header.get(lost.column).unwrap_or_default().to_owned();
            Finding { subject: self.subject, line: lost.row, column, reason: lost.reason }
        };
        lost.map(finding).collect()
    }

    /// Reads up to the names of the columns: the row on this line or the next one that is not blank, or where they are found.
    fn find_header(&mut self, line: Option<u64>) -> Result<(), FileError> {
        while self.ahead.len() < LOOKED_AT
            && let Some(record) = self.read()?
        {
            let is_above = line.is_some_and(|line| record.line < line);
            if !is_above && !is_blank(&record.cells) && !names_separator(&record) {
                self.ahead.push_back(record);
            }
        }
        let place = if line.is_some() { 0 } else { layout::header(self.ahead.iter().map(|record| &record.cells)) };
        self.ahead.drain(..place);
        let Some(header) = self.ahead.pop_front() else {
            return Err(FileError::new(
                self.subject,
                "The file is empty: its first line names the columns, each further line is a record.",
            ));
        };
        self.format.header_line = header.line;
        self.header = header.cells.iter().map(|name| unguarded(name).chars().take(NAME).collect::<String>()).collect();
        Ok(())
    }

    /// The next record that is not blank; of a file of errors, the next that belongs to this file.
    pub fn next_record(&mut self) -> Result<Option<Record>, FileError> {
        while let Some(mut record) = self.ahead.pop_front().map_or_else(|| self.read(), |record| Ok(Some(record)))? {
            let of_another_file = error_columns(&self.header) > 0 && record.cells.get(0) != Some(self.subject.word());
            if !is_blank(&record.cells) && !of_another_file {
                let width = self.header.len();
                // What is missing at the end is empty: many programs leave it out.
                record.uneven = record.cells.iter().skip(width).any(|cell| !cell.is_empty());
                record.place = self.place;
                self.place += 1;
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn read(&mut self) -> Result<Option<Record>, FileError> {
        self.reader.get_mut().begin_record();
        let mut cells = StringRecord::new();
        let begin = self.reader.position().line();
        match self.reader.read_record(&mut cells) {
            Ok(false) => Ok(None),
            Ok(true) => {
                // Empty lines before a record are skipped, so its first line is counted from its end.
                let breaks = cells.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
                let line = match self.format.sheet {
                    // Each row is a record.
                    Some(_) => self.reader.position().record(),
                    None => self.reader.position().line().saturating_sub(1 + breaks),
                };
                if cells.as_slice().len() as u64 > RECORD_LIMIT {
                    return Err(self.too_long(line));
                }
                Ok(Some(Record { line, place: 0, cells, uneven: false }))
            }
            Err(error) => Err(self.failed(begin, &error)),
        }
    }

    /// Why there is no record from this line on.
    fn failed(&self, begin: u64, error: &csv::Error) -> FileError {
        let source = self.reader.get_ref();
        if source.is_too_long() {
            return self.too_long(begin);
        }
        if let Some(fault) = source.fault() {
            return FileError::at(self.subject, fault.line, fault.to_string());
        }
        match error.kind() {
            ErrorKind::Utf8 { pos, .. } => damaged(self.subject, pos.as_ref().map_or(begin, csv::Position::line), UTF_8),
            ErrorKind::Io(error) if error.kind() == InvalidData => {
                let encoding = Encoding::for_label(self.format.encoding.as_bytes()).unwrap_or(UTF_8);
                damaged(self.subject, begin, encoding)
            }
            ErrorKind::Io(error) => unreadable(self.subject, error),
            _ => FileError::at(self.subject, begin, format!("The file cannot be read on: {error}.")),
        }
    }

    fn too_long(&self, line: u64) -> FileError {
        let message = "The record that begins here is longer than 1 MiB: is a quotation mark at its end missing?";
        FileError::at(self.subject, line, message)
    }
}

/// The line by which Excel says what separates the cells: `sep=;`.
fn names_separator(record: &Record) -> bool {
    record.line == 1 && record.cells.len() == 2 && record.cells.get(0).is_some_and(|cell| cell.eq_ignore_ascii_case("sep="))
}

#[cfg(test)]
mod tests;
