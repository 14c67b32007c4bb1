//! What a file is, by its beginning.

use std::io::{self, Read as _, Seek as _};

use super::error::FileError;
use super::source::{Bytes, occurrences, unreadable};
use crate::domain::import::Subject;

/// How much of a file is looked at to tell what it is, in bytes.
pub const HEAD: u64 = 64 << 10;

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// XLSX, ODS: both are ZIP archives.
    Workbook,
}

/// Returns what a file is, with its beginning; the file stands at its start again.
///
/// # Errors
/// A sentence about what it is instead.
pub fn of(subject: Subject, bytes: &mut Bytes) -> Result<(Kind, Vec<u8>), FileError> {
    let mut head = Vec::new();
    let read = bytes.by_ref().take(HEAD).read_to_end(&mut head).and_then(|_| bytes.rewind());
    read.map_err(|error| unreadable(subject, &error))?;
    if head.starts_with(b"PK\x03\x04") {
        return Ok((Kind::Workbook, head));
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0") {
        let what = if is_encrypted(bytes).map_err(|error| unreadable(subject, &error))? {
            "The workbook is protected by a password: save it without one, and import that."
        } else {
            "The file is a workbook of an old Excel (.xls): save it as .xlsx and import that."
        };
        return Err(FileError::new(subject, what));
    }
    match foreign(&head) {
        Some(what) => Err(FileError::new(subject, format!("{what}: save it as \"CSV UTF-8\" and import that."))),
        None => Ok((Kind::Text, head)),
    }
}

/// What a file is, if its beginning shows that it is no table.
fn foreign(head: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 3] =
        [(b"%PDF", "The file is a PDF"), (b"\x1F\x8B", "The file is compressed (gzip)"), (b"{\\rtf", "The file is a document (RTF)")];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    if ["<!doctype", "<html", "<?xml"].into_iter().any(begins) {
        return Some("The file is a web page or XML, not a table");
    }
    if text.starts_with(b"{") || text.starts_with(b"[") {
        return Some("The file is JSON, not a table");
    }
    None
}

/// Whether a workbook that seems to be an old one is a new one behind a password.
fn is_encrypted(bytes: &mut Bytes) -> io::Result<bool> {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    Ok(occurrences(bytes, &name, 1)? > 0)
}
