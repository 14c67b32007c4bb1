//! The text of a file on its way to the CSV reader: LF at the end of every line whatever ends it in the file, since the reader counts
//! lines by it, and never more than [`RECORD_LIMIT`] bytes for one record, so that a file without line ends is not taken into memory whole.

use std::io::{self, Read, Seek, SeekFrom};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::cells::{CellFollower, Fault};
use super::error::FileError;
use crate::domain::import::Subject;

/// The longest record in bytes.
pub const RECORD_LIMIT: u64 = 1 << 20;
/// What the CSV reader may have read ahead when a record begins.
const READ_AHEAD: u64 = 64 << 10;

/// A file, wherever it lies.
pub type Bytes = Box<dyn ReadSeek + Send>;

/// What can be read from any place.
pub trait ReadSeek: Read + Seek {}

impl<F: Read + Seek> ReadSeek for F {}

/// A file as plain lines.
pub struct Source {
    inner: Box<dyn Read + Send>,
    after_cr: bool,
    /// Bytes that have been read for the present record.
    record: u64,
    cells: CellFollower,
    fault: Option<Fault>,
}

impl Source {
    /// The lines of a text in UTF-8 with this separator of cells.
    #[must_use]
    pub fn new(text: impl Read + Send + 'static, separator: u8) -> Self {
        // The last line ends like all others: line numbers rely on it.
        let inner = Box::new(text.chain(&b"\n"[..]));
        Self { inner, after_cr: false, record: 0, cells: CellFollower::new(separator), fault: None }
    }

    /// A new record begins.
    pub fn begin_record(&mut self) {
        self.record = 0;
    }

    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.record > RECORD_LIMIT + READ_AHEAD
    }

    /// What is wrong with the cells, once that has ended the reading.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.fault
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
            let looked = if count == 0 && !out.is_empty() { self.cells.end() } else { self.cells.follow(&out[..kept]) };
            if let Err(fault) = looked {
                self.fault = Some(fault);
                return Err(io::Error::other("the cells are not those of a table"));
            }
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

/// How often some bytes stand in a file, up to a limit; the file stands at its start again.
pub fn occurrences(bytes: &mut Bytes, needle: &[u8], limit: usize) -> io::Result<usize> {
    const CHUNK: u64 = 64 << 10;
    let (mut held, mut count) = (Vec::new(), 0);
    bytes.rewind()?;
    while count < limit && bytes.by_ref().take(CHUNK).read_to_end(&mut held)? > 0 {
        count += held.windows(needle.len()).filter(|window| *window == needle).count();
        held.drain(..held.len().saturating_sub(needle.len() - 1));
    }
    bytes.rewind()?;
    Ok(count)
}

/// The system does not give the file.
pub(super) fn unreadable(subject: Subject, error: &io::Error) -> FileError {
    FileError::new(subject, format!("The file cannot be read: {error}."))
}
