//! A file that is whole only at its end: a workbook, or several CSV files in one.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use rust_xlsxwriter::{RowNum, XlsxError};

use super::archive::Archive;
use super::contained::contained;
use super::records::Records;
use super::workbook::{SHEET_ROWS, Workbook};
use crate::domain::export::{Export, Format};

/// A file that is being made.
pub enum Package {
    /// A workbook.
    Workbook(Box<Workbook>),
    /// CSV files in a ZIP file.
    Archive(Archive),
}

/// Why it could not be made: a part of a sentence.
#[derive(Debug)]
pub struct Failure(pub String);

impl Package {
    /// An empty one of the export's form. What is made of it stands in this folder, or where temporary files go, in files without a name.
    pub fn new(export: &Export, folder: Option<&Path>) -> Result<Self, Failure> {
        Self::with_sheets(export, folder, SHEET_ROWS)
    }

    /// The same, with so many rows in a sheet.
    pub fn with_sheets(export: &Export, folder: Option<&Path>, most: RowNum) -> Result<Self, Failure> {
        Ok(match export.format {
            Format::Xlsx => Self::Workbook(Box::new(guarded(|| Workbook::new(export, folder, most))?)),
            Format::Csv => Self::Archive(Archive::new(export, folder)?),
        })
    }

    /// Adds records.
    pub fn add(&mut self, records: &Records) -> Result<(), Failure> {
        match self {
            Self::Workbook(workbook) => guarded(|| workbook.add(records)),
            Self::Archive(archive) => Ok(archive.add(records)?),
        }
    }

    /// Writes the whole file.
    pub fn finish(self, out: impl Write + Send) -> Result<(), Failure> {
        match self {
            Self::Workbook(workbook) => guarded(|| workbook.finish(out)),
            Self::Archive(archive) => Ok(archive.finish(out)?),
        }
    }
}

/// Works on a workbook. Where its temporary files cannot be written, the library panics.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, Failure> {
    let full = || Failure("its temporary files cannot be written, probably because the disk is full".to_owned());
    contained(work).ok_or_else(full)?.map_err(Failure::from)
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(if error.kind() == ErrorKind::StorageFull { "the disk is full".to_owned() } else { error.to_string() })
    }
}

impl From<XlsxError> for Failure {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) => error.into(),
            error => Self(error.to_string()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
