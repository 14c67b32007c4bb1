//! The bytes of a file on their way to the CSV reader: LF at the end of every line whatever ends it in the file, since the reader counts
//! lines by it, and never more than [`RECORD_LIMIT`] bytes for one record, so that a file without line ends is not taken into memory whole.

use std::io::{self, Read, Seek, SeekFrom};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::error::FileError;
use crate::domain::import::Subject;

/// The longest record in bytes.
pub const RECORD_LIMIT: u64 = 1 << 20;
/// What the CSV reader may have read ahead when a record begins.
const READ_AHEAD: u64 = 64 << 10;
/// How much of a file is looked at to tell what it is, in bytes.
const HEAD: u64 = 64 << 10;

pub type Bytes = Box<dyn Read + Send>;

/// A file as plain lines.
pub struct Source {
    inner: Box<dyn Read + Send>,
    after_cr: bool,
    /// Bytes that have been read for the present record.
    record: u64,
}

impl Source {
    /// Looks at the beginning of a file. Returns its lines and the separator of its cells.
    pub fn open(subject: Subject, mut bytes: Bytes) -> Result<(Self, u8), FileError> {
        let mut head = Vec::new();
        bytes.by_ref().take(HEAD).read_to_end(&mut head).map_err(|error| unreadable(subject, &error))?;
        if let Some(what) = foreign(&head) {
            return Err(FileError::new(subject, format!("{what}: save it as \"CSV UTF-8\" and import that.")));
        }
        let separator = separator(&head);
        // The last line ends like all others: line numbers rely on it.
        let inner = Box::new(io::Cursor::new(head).chain(bytes).chain(&b"\n"[..]));
        Ok((Self { inner, after_cr: false, record: 0 }, separator))
    }

    /// A new record begins.
    pub fn begin_record(&mut self) {
        self.record = 0;
    }

    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.record > RECORD_LIMIT + READ_AHEAD
    }

    /// Makes LF of CR and CR LF, in place. Returns how many bytes are left.
    fn with_plain_line_ends(&mut self, bytes: &mut [u8]) -> usize {
        if !self.after_cr && !bytes.contains(&b'\r') {
            return bytes.len();
        }
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            if byte != b'\n' || !self.after_cr {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
            self.after_cr = byte == b'\r';
        }
        kept
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.inner.read(out)?;
            self.record += count as u64;
            if self.is_too_long() {
                return Err(io::Error::other("a record is too long"));
            }
            let kept = self.with_plain_line_ends(&mut out[..count]);
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }
}

/// Tells whether a file is still the same: its length, and the SHA-256 of its beginning and its end.
pub fn fingerprint(file: &mut (impl Read + Seek)) -> io::Result<String> {
    const PART: u64 = 64 << 10;
    let length = file.seek(SeekFrom::End(0))?;
    let mut parts = Vec::new();
    for start in [0, length.saturating_sub(PART)] {
        file.seek(SeekFrom::Start(start))?;
        file.take(PART).read_to_end(&mut parts)?;
    }
    Ok(format!("{length}:{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&parts))))
}

/// The system does not give the file.
pub(super) fn unreadable(subject: Subject, error: &io::Error) -> FileError {
    FileError::new(subject, format!("The file cannot be read: {error}."))
}

/// What a file is, if its beginning shows that it is no text in UTF-8.
fn foreign(head: &[u8]) -> Option<&'static str> {
    const UTF_16: &str = "The file is in UTF-16 (\"Unicode text\")";
    const MAGIC: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "The file is a workbook (.xlsx) or an archive"),
        (b"\xD0\xCF\x11\xE0", "The file is a workbook of an old Excel (.xls)"),
        (b"%PDF", "The file is a PDF"),
        (b"\x1F\x8B", "The file is compressed (gzip)"),
        (b"{\\rtf", "The file is a document (RTF)"),
        (b"\xFF\xFE", UTF_16),
        (b"\xFE\xFF", UTF_16),
    ];
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
    // UTF-16 without its byte order mark: every other byte of plain letters is NUL.
    let start = &head[..head.len().min(1024)];
    let nul = start.iter().map(|byte| usize::from(*byte == 0)).sum::<usize>();
    if nul > 0 && nul * 3 >= start.len() {
        return Some(UTF_16);
    }
    let first_line = start.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    first_line.contains(&0).then_some("The file is not text")
}

/// The separator that the first line has most often outside of quotation marks.
fn separator(head: &[u8]) -> u8 {
    let mut quoted = false;
    let plain: Vec<u8> = head
        .iter()
        .copied()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted
        })
        .take_while(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let count = |separator: u8| plain.iter().filter(|byte| **byte == separator).count();
    // Of several, the last greatest one is taken.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}
