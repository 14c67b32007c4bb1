//! Records as an Excel workbook (XLSX): a sheet for each subject, and further ones where a sheet is full. Texts stay texts, whatever they look
//! like, so that no identifier loses its zeros and nothing is a formula; numbers are numbers, and days are days.
//!
//! Rows go to temporary files as they come, so that a workbook of millions takes no more memory than a small one.

use std::io::Write;
use std::path::Path;

use rust_xlsxwriter::{ColNum, ExcelDateTime, Format, RowNum, Worksheet, XlsxError};

use super::records::Records;
use crate::domain::export::Export;
use crate::domain::files::Cell;
use crate::domain::import::Subject;

/// Rows of a sheet, its header included: no program opens more.
pub const SHEET_ROWS: RowNum = 1_048_576;

/// A workbook that is being made.
pub struct Workbook {
    book: rust_xlsxwriter::Workbook,
    export: Export,
    /// In the order of the subjects.
    sheets: Vec<Sheet>,
    formats: Formats,
    /// Rows of a sheet.
    most: RowNum,
}

/// A sheet that is being written.
struct Sheet {
    subject: Subject,
    page: Worksheet,
    /// Rows that are written.
    rows: RowNum,
}

struct Formats {
    head: Format,
    text: Format,
    day: Format,
}

impl Workbook {
    /// One with an empty sheet for each subject, whose rows go to files in this folder, or where temporary files go. A sheet has `most` rows.
    pub fn new(export: &Export, folder: Option<&Path>, most: RowNum) -> Result<Self, XlsxError> {
        let mut book = rust_xlsxwriter::Workbook::new();
        if let Some(folder) = folder {
            book.set_tempdir(folder)?;
        }
        // As text a cell stays when somebody types into it, too.
        let formats = Formats {
            head: Format::new().set_bold(),
            text: Format::new().set_num_format("@"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
        };
        let mut workbook = Self { book, export: export.clone(), sheets: Vec::new(), formats, most };
        for subject in &export.subjects {
            workbook.begin(*subject)?;
        }
        Ok(workbook)
    }

    /// Adds rows to the sheet of their subject.
    pub fn add(&mut self, records: &Records) -> Result<(), XlsxError> {
        let subject = records.subject;
        for record in &records.rows {
            let mut at = self.last(subject);
            if at.is_none_or(|at| self.sheets[at].rows == self.most) {
                self.begin(subject)?;
                at = self.last(subject);
            }
            if let Some(at) = at {
                let Sheet { page, rows, .. } = &mut self.sheets[at];
                for (column, cell) in (0..).zip(self.export.cells(subject, record)) {
                    self.formats.write(page, *rows, column, cell)?;
                }
                *rows += 1;
            }
        }
        Ok(())
    }

    /// Writes the whole.
    pub fn finish(mut self, out: impl Write + Send) -> Result<(), XlsxError> {
        for Sheet { subject, mut page, rows } in self.sheets {
            if let Some(last) = last_column(&self.export, subject) {
                page.autofilter(0, 0, rows - 1, last)?;
            }
            self.book.push_worksheet(page);
        }
        self.book.save_to_writer(out)
    }

    /// The place of the sheet that a subject's rows go to.
    fn last(&self, subject: Subject) -> Option<usize> {
        self.sheets.iter().rposition(|sheet| sheet.subject == subject)
    }

    /// Begins a sheet of a subject, after those that it has: `Contacts`, `Contacts 2`.
    fn begin(&mut self, subject: Subject) -> Result<(), XlsxError> {
        let number = self.sheets.iter().filter(|sheet| sheet.subject == subject).count() + 1;
        let name = match number {
            1 => name(subject).to_owned(),
            number => format!("{} {number}", name(subject)),
        };
        let mut page = self.book.new_worksheet_with_constant_memory()?;
        page.set_name(name)?.set_freeze_panes(1, 0)?;
        for (place, column) in (0..).zip(self.export.columns(subject)) {
            page.set_column_width(place, width(column))?;
            page.write_string_with_format(0, place, column, &self.formats.head)?;
        }
        let at = self.last(subject).map_or(self.sheets.len(), |last| last + 1);
        self.sheets.insert(at, Sheet { subject, page, rows: 1 });
        Ok(())
    }
}

impl Formats {
    fn write(&self, sheet: &mut Worksheet, row: RowNum, column: ColNum, cell: &Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Text(text) if text.is_empty() => {}
            Cell::Text(text) => _ = sheet.write_string_with_format(row, column, text, &self.text)?,
            Cell::Number(number) => _ = sheet.write_number(row, column, *number)?,
            Cell::Day(day) => {
                let day = ExcelDateTime::parse_from_str(&day.to_string())?;
                sheet.write_datetime_with_format(row, column, &day, &self.day)?;
            }
        }
        Ok(())
    }
}

fn last_column(export: &Export, subject: Subject) -> Option<ColNum> {
    ColNum::try_from(export.columns(subject).count()).ok()?.checked_sub(1)
}

/// The name of a sheet.
fn name(subject: Subject) -> &'static str {
    match subject {
        Subject::Customers => "Customers",
        Subject::Contacts => "Contacts",
        Subject::Entitlements => "Entitlements",
    }
}

/// The width of a column, in characters.
fn width(column: &str) -> u16 {
    match column {
        "name" | "email" | "contact_email" | "product" | "ended_at" => 30,
        "description" => 40,
        "eid" => 24,
        _ if column.ends_with("street") => 30,
        _ => 16,
    }
}
