//! The invalid rows as a file that can be fixed and imported again: which file, line, columns and reasons, then the cells, under the names,
//! in the encoding and with the separator of the file that they come from. Where they come from several, the names of the cells' columns
//! begin with the file's (`contacts.email`).

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::columns::ColumnMap;
use super::reading::Format;
use super::report::{InvalidRow, Report};
use super::table::ERROR_COLUMNS;
use crate::domain::csv::{defused, guarded};
use crate::domain::import::{Each, Subject};

/// Writes the invalid rows of files with these columns, which were read so.
pub fn write(report: &Report, columns: &Each<Option<ColumnMap>>, formats: &Each<Option<Format>>, mut out: impl Write) -> io::Result<()> {
    let head = Head::of(report, columns);
    let form = Form::of(&head.subjects, formats);
    if form.marked {
        out.write_all(&form.encoded("\u{feff}"))?;
    }
    out.write_all(&form.line(&head.names)?)?;
    for row in &report.invalid {
        out.write_all(&form.line(&head.record(row, columns.of(row.subject).as_ref()))?)?;
    }
    out.flush()
}

/// The first line, and where the cells of each file begin in it.
struct Head {
    /// Whose rows there are.
    subjects: Vec<Subject>,
    names: Vec<String>,
    starts: Each<usize>,
}

impl Head {
    fn of(report: &Report, columns: &Each<Option<ColumnMap>>) -> Self {
        let subjects: Vec<Subject> =
            Subject::ALL.into_iter().filter(|subject| report.invalid.iter().any(|row| row.subject == *subject)).collect();
        let mut names: Vec<String> = ERROR_COLUMNS.map(str::to_owned).to_vec();
        let mut starts = Each::default();
        for subject in &subjects {
            *starts.of_mut(*subject) = names.len();
            let own = columns.of(*subject).iter().flat_map(ColumnMap::source).map(guarded);
            names.extend(own.map(|name| if subjects.len() > 1 { format!("{subject}.{name}") } else { name.into_owned() }));
        }
        Self { subjects, names, starts }
    }

    fn record(&self, row: &InvalidRow, columns: Option<&ColumnMap>) -> Vec<String> {
        let mut named: Vec<&str> = row.errors.iter().map(|error| error.column.as_str()).collect();
        named.dedup();
        let reasons: Vec<&str> = row.errors.iter().map(|error| error.reason.as_str()).collect();
        let [named, reasons] = [named.join("; "), reasons.join(" ")].map(|text| guarded(&text).into_owned());
        let mut record = vec![row.subject.word().to_owned(), row.line.to_string(), named, reasons];
        record.resize(*self.starts.of(row.subject), String::new());
        let (width, errors) = columns.map_or((0, 0), |columns| (columns.width(), columns.error_columns()));
        // The source's own guards stay as they are.
        let cells = |from, to| row.cells.iter().take(to).skip(from).map(|cell| defused(cell).into_owned());
        record.extend(cells(errors, width));
        record.resize(self.names.len(), String::new());
        // What is too much stands beyond all columns, or it would pass when it comes again.
        record.extend(cells(width, usize::MAX));
        record
    }
}

/// What the text is written in.
struct Form {
    encoding: &'static Encoding,
    marked: bool,
    separator: u8,
}

impl Form {
    fn of(subjects: &[Subject], formats: &Each<Option<Format>>) -> Self {
        let format = match subjects {
            [subject] => formats.of(*subject).as_ref(),
            _ => None,
        };
        let Some(format) = format else { return Self { encoding: UTF_8, marked: false, separator: b',' } };
        let encoding = Encoding::for_label(format.encoding.as_bytes()).unwrap_or(UTF_8);
        // Spreadsheets know UTF-8 by its mark, and UTF-16.
        let marked = format.marked || format.sheet.is_some() || [UTF_16LE, UTF_16BE].contains(&encoding);
        Self { encoding, marked, separator: u8::try_from(format.separator).unwrap_or(b',') }
    }

    fn line(&self, record: &[String]) -> io::Result<Vec<u8>> {
        let mut writer = WriterBuilder::new().delimiter(self.separator).terminator(Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(record)?;
        let line = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(self.encoded(&String::from_utf8_lossy(&line)))
    }

    /// The text in the encoding; of reasons a letter may be missing there, of cells none.
    fn encoded(&self, text: &str) -> Vec<u8> {
        if self.encoding == UTF_16LE {
            return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
        if self.encoding == UTF_16BE {
            return text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        }
        let encode = |text: &str| {
            let (bytes, _, is_lossy) = self.encoding.encode(text);
            (!is_lossy).then(|| bytes.into_owned())
        };
        encode(text).unwrap_or_else(|| {
            let characters = text.chars().map(|character| encode(character.encode_utf8(&mut [0; 4])).unwrap_or_else(|| b"?".to_vec()));
            characters.flatten().collect()
        })
    }
}
