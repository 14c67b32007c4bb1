//! The rows of a sheet on their way to a text.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write as _};

use csv::{Writer, WriterBuilder};

use super::super::cells::{CELL, COLUMNS};
use super::super::source::RECORD_LIMIT;
use super::numbers::{self, Display};
use super::problem::{Outcome, Problem};
use crate::domain::csv::guarded;

/// The most rows of a sheet: Excel has no more.
const ROWS: u64 = 1 << 20;
/// The longest text of a sheet in bytes.
const LENGTH: u64 = 1 << 30;
/// How often a row that is not blank may be repeated.
const REPEATED: u64 = 1_000;
/// Warnings that are kept.
const WARNINGS: usize = 1_000;

/// A sheet of a workbook.
#[derive(Debug)]
pub struct Sheet {
    pub name: String,
    pub visible: bool,
    /// Where it lies: a path in the archive, or its place among the tables.
    pub path: String,
}

/// Something that a cell has lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub row: u64,
    /// From 0 on.
    pub column: usize,
    pub reason: String,
}

/// Takes the cells of a sheet, row by row. Rows and columns are counted from 0 on here, and from 1 on in what is said to people.
pub struct Rows {
    text: Writer<BufWriter<File>>,
    /// The row that is taken.
    row: u64,
    cells: Vec<String>,
    length: u64,
    is_empty: bool,
    warnings: Vec<Warning>,
}

impl Rows {
    pub fn new() -> Outcome<Self> {
        let file = tempfile::tempfile().map_err(|error| unwritable(&error))?;
        let text = WriterBuilder::new().flexible(true).from_writer(BufWriter::new(file));
        Ok(Self { text, row: 0, cells: Vec::new(), length: 0, is_empty: true, warnings: Vec::new() })
    }

    /// Nothing but blanks has been taken.
    pub fn is_empty(&self) -> bool {
        self.is_empty && self.cells.is_empty()
    }

    /// Goes on to a row that has a cell; those in between are blank.
    pub fn go_to(&mut self, row: u64) -> Outcome<()> {
        if row < self.row {
            return Err(Problem::damaged("its rows are in disorder"));
        }
        if row >= ROWS {
            return Err(too_many_rows(row));
        }
        while self.row < row {
            self.end_row(1)?;
        }
        Ok(())
    }

    /// Takes a cell of the present row.
    pub fn cell(&mut self, column: usize, text: &str) -> Outcome<()> {
        if text.is_empty() {
            return Ok(());
        }
        if column >= COLUMNS {
            return Err(Problem::at(
                self.row + 1,
                format!("The row has more than {COLUMNS} cells: remove the columns that are not needed."),
            ));
        }
        if text.len() as u64 > CELL {
            let message = format!("A cell of this row is longer than {} KiB: shorten it, or remove its column.", CELL >> 10);
            return Err(Problem::at(self.row + 1, message));
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = guarded(text).into_owned();
        Ok(())
    }

    /// Takes a cell that is a number, or a text where it is none.
    pub fn number(&mut self, column: usize, text: &str, display: Display) -> Outcome<()> {
        let Some((shown, is_lossy)) = numbers::number(text, display) else { return self.cell(column, text) };
        if is_lossy {
            let lost = "has more digits than a spreadsheet keeps (15): the last ones may be others now. Format the column as text.";
            self.warn(column, format!("The number {shown} {lost}"));
        }
        self.cell(column, &shown)
    }

    /// Says that a cell of the present row has lost something.
    pub fn warn(&mut self, column: usize, reason: String) {
        if self.warnings.len() < WARNINGS {
            self.warnings.push(Warning { row: self.row + 1, column, reason });
        }
    }

    /// Ends the present row, which stands there so many times.
    pub fn end_row(&mut self, times: u64) -> Outcome<()> {
        let at = |message: String| Err(Problem::at(self.row + 1, message));
        let is_blank = self.cells.iter().all(|cell| cell.trim().is_empty());
        let length: u64 = self.cells.iter().map(|cell| cell.len() as u64 + 1).sum();
        if is_blank {
            self.cells.clear();
        } else if times > REPEATED {
            return at(format!("The row stands there {times} times: delete what is not needed, and save the workbook again."));
        } else if length > RECORD_LIMIT {
            return at("The row is longer than 1 MiB: remove the columns that are not needed.".to_owned());
        } else if self.row + times > ROWS {
            return Err(too_many_rows(self.row));
        }
        for _ in 0..if is_blank { times.min(ROWS.saturating_sub(self.row)) } else { times } {
            self.length += length;
            if self.length > LENGTH {
                return Err(Problem::too_large());
            }
            // A record of no cells would be none.
            let blank = [String::new()];
            let written = self.text.write_record(if is_blank { &blank } else { self.cells.as_slice() });
            written.map_err(|error| unwritable(&error.into()))?;
        }
        self.is_empty &= is_blank;
        self.row += times;
        self.cells.clear();
        Ok(())
    }

    /// The text from its beginning, and what was lost.
    pub fn finish(mut self) -> Outcome<(File, Vec<Warning>)> {
        if !self.cells.is_empty() {
            self.end_row(1)?;
        }
        let file = self.text.into_inner().map_err(|error| unwritable(&io::Error::other(error.to_string())))?;
        let text = file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|mut file| {
            file.flush()?;
            file.rewind()?;
            Ok(file)
        });
        Ok((text.map_err(|error| unwritable(&error))?, self.warnings))
    }
}

fn too_many_rows(row: u64) -> Problem {
    Problem::at(row.saturating_add(1), format!("A sheet may have {ROWS} rows: split it, and import the parts."))
}

/// The system does not take the text.
fn unwritable(error: &io::Error) -> Problem {
    Problem::new(format!("The sheet cannot be unpacked on this machine: {error}."))
}
