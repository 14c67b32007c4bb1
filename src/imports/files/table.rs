//! Records of a file, one after the other, each with the line it begins at.

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::source::{Budget, Bytes, RECORD_LIMIT, Source, unreadable};
use crate::domain::import::{Subject, Trouble};

/// A record.
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
    /// What it holds.
    pub subject: Subject,
    /// The names of the columns.
    pub header: StringRecord,
    reader: csv::Reader<Source>,
    budget: Budget,
    peeked: Option<Record>,
    place: u64,
    /// Where the mended rows of an earlier import say which file they belong to.
    mended: bool,
}

/// The columns that a file of errors has before the cells.
pub const ERROR_COLUMNS: [&str; 4] = ["file", "line", "column", "reason"];

impl Table {
    /// Reads the names of the columns.
    ///
    /// # Errors
    /// Why the file is no table.
    pub fn open(subject: Subject, bytes: Bytes) -> Result<Self, Trouble> {
        let (source, separator, budget) = Source::open(bytes)?;
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(source);
        let mut table = Self { subject, header: StringRecord::new(), reader, budget, peeked: None, place: 0, mended: false };
        let first = table.read()?.ok_or_else(|| Trouble::new("The file is empty: its first line names the columns."))?;
        table.mended = first.cells.iter().take(ERROR_COLUMNS.len()).eq(ERROR_COLUMNS);
        table.header = first.cells;
        table.place = 0;
        Ok(table)
    }

    /// The next record, which stays the next.
    ///
    /// # Errors
    /// Why the file cannot be read on.
    pub fn peek(&mut self) -> Result<Option<&Record>, Trouble> {
        if self.peeked.is_none() {
            self.peeked = self.read_row()?;
        }
        Ok(self.peeked.as_ref())
    }

    /// The next record.
    ///
    /// # Errors
    /// Why the file cannot be read on.
    pub fn take(&mut self) -> Result<Option<Record>, Trouble> {
        self.peek()?;
        Ok(self.peeked.take())
    }

    fn read_row(&mut self) -> Result<Option<Record>, Trouble> {
        while let Some(mut record) = self.read()? {
            let blank = record.cells.iter().all(|cell| cell.trim().is_empty());
            let of_another_file = self.mended && record.cells.get(0) != Some(self.subject.word());
            if blank || of_another_file {
                continue;
            }
            let width = self.header.len();
            record.uneven = record.cells.len() < width || record.cells.iter().skip(width).any(|cell| !cell.is_empty());
            self.place += 1;
            return Ok(Some(record));
        }
        Ok(None)
    }

    fn read(&mut self) -> Result<Option<Record>, Trouble> {
        self.budget.renew();
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
            Err(_) if self.budget.is_spent() => Err(too_long(begin)),
            Err(error) => Err(match error.kind() {
                ErrorKind::Utf8 { pos, .. } => Trouble::at(
                    pos.as_ref().map_or(begin, csv::Position::line),
                    "The text is not in UTF-8, so that letters would be lost: save the file as \"CSV UTF-8\" and import that.",
                ),
                ErrorKind::Io(error) => unreadable(error),
                _ => Trouble::at(begin, format!("The file cannot be read on: {error}.")),
            }),
        }
    }
}

fn too_long(line: u64) -> Trouble {
    Trouble::at(line, "The record that begins here is longer than 1 MiB: is a quotation mark at its end missing?")
}

#[cfg(test)]
mod tests;
