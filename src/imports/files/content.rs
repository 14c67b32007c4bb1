//! What a file holds, whatever it is, as a text in UTF-8 of cells with something between them.

use std::io::{Cursor, Read};

use encoding_rs::UTF_8;

use super::encoding;
use super::error::FileError;
use super::kind::{self, HEAD, Kind};
use super::layout;
use super::reading::{Format, Reading};
use super::source::{Bytes, unreadable};
use super::workbook::{self, Warning};
use crate::domain::import::Subject;

type Text = Box<dyn Read + Send>;

/// The text of a file.
pub struct Content {
    pub text: Text,
    /// What stands between two cells.
    pub separator: u8,
    /// How it is read; its header is found by whoever makes records of it.
    pub format: Format,
    /// What a workbook has lost.
    pub lost: Vec<Warning>,
}

impl Content {
    /// Finds out how a file is to be read, as far as that is not said.
    pub fn open(subject: Subject, mut bytes: Bytes, reading: &Reading) -> Result<Self, FileError> {
        match kind::of(subject, &mut bytes)? {
            (Kind::Text, head) => text(subject, bytes, &head, reading),
            (Kind::Workbook, _) => sheet(subject, bytes, reading),
        }
    }
}

fn text(subject: Subject, mut bytes: Bytes, head: &[u8], reading: &Reading) -> Result<Content, FileError> {
    let failed = |error| unreadable(subject, &error);
    let found = encoding::find(subject, &mut bytes, head, reading.encoding.as_deref())?;
    let sample = if found.encoding == UTF_8 {
        String::new()
    } else {
        // What ends it too early is said where the records are made.
        encoding::sample(encoding::decode(&mut bytes, found).map_err(failed)?).unwrap_or_default()
    };
    let mut text = encoding::decode(bytes, found).map_err(failed)?;
    let mut head = Vec::new();
    let _ = text.by_ref().take(HEAD).read_to_end(&mut head);
    let separator = match reading.separator {
        Some(separator) => said(subject, separator)?,
        None => layout::separator(&String::from_utf8_lossy(&head)),
    };
    let format = Format {
        encoding: found.encoding.name().to_owned(),
        guessed: found.guessed,
        marked: found.marked,
        sample,
        separator: char::from(separator),
        ..Format::default()
    };
    Ok(Content { text: Box::new(Cursor::new(head).chain(text)), separator, format, lost: Vec::new() })
}

/// A separator that people have said.
fn said(subject: Subject, separator: char) -> Result<u8, FileError> {
    let byte = u8::try_from(separator).ok().filter(|byte| byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n'));
    byte.ok_or_else(|| FileError::new(subject, format!("Cells cannot be separated by {separator}.")))
}

fn sheet(subject: Subject, bytes: Bytes, reading: &Reading) -> Result<Content, FileError> {
    let opened = workbook::open(subject, bytes, reading.sheet.as_deref())?;
    let format =
        Format { encoding: UTF_8.name().to_owned(), sheets: opened.sheets, sheet: Some(opened.sheet), separator: ',', ..Format::default() };
    Ok(Content { text: Box::new(opened.text), separator: b',', format, lost: opened.warnings })
}
