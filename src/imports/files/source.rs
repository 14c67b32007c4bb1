//! The bytes of a file, cleaned on their way to the CSV reader: no mark of byte order, LF at the end of every line whatever ends it in
//! the file, and never more than [`RECORD_LIMIT`] bytes for one record, so that a file without line ends is not taken into memory whole.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use crate::domain::import::Trouble;

/// The longest record in bytes.
pub const RECORD_LIMIT: u64 = 1 << 20;
/// What the CSV reader may have read ahead when a record begins.
const READ_AHEAD: u64 = 64 << 10;
/// How much of a file is looked at to tell what it is, in bytes.
const HEAD: u64 = 64 << 10;
/// The mark of byte order that Excel writes.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file, or an upload.
pub type Bytes = Box<dyn Read + Send>;

/// Reads clean lines.
pub struct Source {
    inner: io::Chain<io::Cursor<Vec<u8>>, Bytes>,
    after_cr: bool,
    last: u8,
    budget: Budget,
}

/// How many bytes have been read for the present record; shared with whoever takes the records.
#[derive(Clone, Default)]
pub struct Budget(Arc<AtomicU64>);

impl Budget {
    /// A new record begins.
    pub fn renew(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// The present record is too long.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) > RECORD_LIMIT + READ_AHEAD
    }
}

impl Source {
    /// Looks at the beginning of a file. Returns the file as clean lines, the cells' separator and the budget of its records.
    ///
    /// # Errors
    /// What the file is instead of a table.
    pub fn open(mut bytes: Bytes) -> Result<(Self, u8, Budget), Trouble> {
        let mut head = Vec::new();
        bytes.by_ref().take(HEAD).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
        if let Some(what) = foreign(&head) {
            return Err(Trouble::new(format!("{what}: save it as \"CSV UTF-8\" and import that.")));
        }
        if head.starts_with(MARK) {
            head.drain(..MARK.len());
        }
        if head.iter().all(u8::is_ascii_whitespace) {
            return Err(Trouble::new("The file is empty: its first line names the columns, each further one is a record."));
        }
        let separator = separator(&head);
        let budget = Budget::default();
        let inner = io::Cursor::new(head).chain(bytes);
        Ok((Self { inner, after_cr: false, last: b'\n', budget: budget.clone() }, separator, budget))
    }
}

/// Tells whether a file is still the same: its length, and the SHA-256 of its beginning and its end.
///
/// # Errors
/// The system's own.
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

/// The sentence for a file that the system does not give.
pub(super) fn unreadable(error: &io::Error) -> Trouble {
    Trouble::new(format!("The file cannot be read: {error}."))
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let count = match self.inner.read(out) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                outcome => outcome?,
            };
            if count == 0 {
                // The last line ends like all others: line numbers rely on it.
                return Ok(if std::mem::replace(&mut self.last, b'\n') == b'\n' {
                    0
                } else {
                    out[0] = b'\n';
                    1
                });
            }
            self.budget.0.fetch_add(count as u64, Ordering::Relaxed);
            if self.budget.is_spent() {
                return Err(io::Error::other("a record is too long"));
            }
            let kept = self.with_plain_line_ends(&mut out[..count]);
            if kept > 0 {
                self.last = out[kept - 1];
                return Ok(kept);
            }
        }
    }
}

impl Source {
    /// Makes LF of CR and CR LF, in place. Returns how many bytes are left.
    fn with_plain_line_ends(&mut self, bytes: &mut [u8]) -> usize {
        if !self.after_cr && !bytes.contains(&b'\r') {
            return bytes.len();
        }
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            let ended_already = byte == b'\n' && self.after_cr;
            self.after_cr = byte == b'\r';
            if !ended_already {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }
}

/// What a file is, if its beginning shows that it is no text in UTF-8.
fn foreign(head: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "The file is a workbook (.xlsx) or an archive"),
        (b"\xD0\xCF\x11\xE0", "The file is a workbook of an old Excel (.xls)"),
        (b"%PDF", "The file is a PDF"),
        (b"\x1F\x8B", "The file is compressed (gzip)"),
        (b"{\\rtf", "The file is a document (RTF)"),
        (b"\xFF\xFE", "The file is in UTF-16 (\"Unicode text\")"),
        (b"\xFE\xFF", "The file is in UTF-16 (\"Unicode text\")"),
    ];
    if let Some((_, what)) = SIGNS.iter().find(|(sign, _)| head.starts_with(sign)) {
        return Some(what);
    }
    let text = head.strip_prefix(MARK).unwrap_or(head).trim_ascii_start();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    if ["<!doctype", "<html", "<?xml"].into_iter().any(begins) {
        return Some("The file is a web page or XML, not a table");
    }
    if text.starts_with(b"{") || text.starts_with(b"[") {
        return Some("The file is JSON, not a table");
    }
    // UTF-16 without its mark: every other byte of plain letters is NUL.
    let start = &head[..head.len().min(1024)];
    let nul = start.iter().map(|byte| usize::from(*byte == 0)).sum::<usize>();
    if nul > 0 && nul * 3 >= start.len() {
        return Some("The file is in UTF-16 (\"Unicode text\")");
    }
    let first_line = start.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    first_line.contains(&0).then_some("The file is no text")
}

/// The separator of the first line that is outside of quotation marks most often.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(sign, _)| sign == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(sign, _)| *sign)
}
