//! Which encoding a text is in, and the text in UTF-8.
//!
//! A text without a byte order mark is in UTF-8 where all of it is valid, or where more characters beyond ASCII are valid than are not: then
//! a damaged one is refused with its line, since reading all others otherwise would lose them. Only where that is not so the encoding is
//! guessed from the letters that there are, as browsers do it.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::error::FileError;
use super::source::{Bytes, unreadable};
use crate::domain::import::Subject;

/// Bytes that are looked at in one go.
const CHUNK: usize = 64 << 10;
/// Bytes that a guess is made from, from the first that is no UTF-8 on.
const GUESSED_FROM: u64 = 1 << 20;
/// So many more characters that are no UTF-8 than such that are end the looking.
const CLEARLY_NOT: u64 = 1_000;
/// The longest sample in characters.
const SAMPLE: usize = 200;

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub encoding: &'static Encoding,
    /// Nothing but the letters says so.
    pub guessed: bool,
    /// The text begins with a byte order mark.
    pub marked: bool,
}

/// Finds out the encoding of a text with this beginning, unless a name says it.
///
/// # Errors
/// There is no encoding of the name; the text is in UTF-8, and a character is damaged.
pub fn find(subject: Subject, bytes: &mut Bytes, head: &[u8], name: Option<&str>) -> Result<Found, FileError> {
    let found = |encoding| Found { encoding, guessed: false, marked: false };
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        if encoding == UTF_8 {
            let survey = Survey::of(bytes).map_err(|error| unreadable(subject, &error))?;
            survey.refuse_damaged(subject, bytes)?;
        }
        return Ok(Found { marked: true, ..found(encoding) });
    }
    if let Some(name) = name {
        let encoding = Encoding::for_label(name.as_bytes());
        return encoding.map(found).ok_or_else(|| FileError::new(subject, format!("There is no encoding called {name}.")));
    }
    if let Some(encoding) = by_nul(head) {
        return Ok(found(encoding));
    }
    let first_line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    if first_line.contains(&0) {
        return Err(FileError::new(subject, "The file is not text: save it as \"CSV UTF-8\" and import that."));
    }
    let survey = Survey::of(bytes).map_err(|error| unreadable(subject, &error))?;
    match survey.damaged {
        Some(at) if survey.invalid > survey.valid => {
            let encoding = guess(bytes, at).map_err(|error| unreadable(subject, &error))?;
            Ok(Found { guessed: true, ..found(encoding) })
        }
        _ => survey.refuse_damaged(subject, bytes).map(|()| found(UTF_8)),
    }
}

/// UTF-16 without a byte order mark: every other byte of plain letters is NUL.
fn by_nul(head: &[u8]) -> Option<&'static Encoding> {
    let start = &head[..head.len().min(1024)];
    let nuls = |offset: usize| start.iter().skip(offset).step_by(2).map(|byte| usize::from(*byte == 0)).sum::<usize>();
    let (even, odd) = (nuls(0), nuls(1));
    if (even + odd) * 3 < start.len().max(1) {
        return None;
    }
    Some(if odd >= even { UTF_16LE } else { UTF_16BE })
}

/// How much of a text is valid UTF-8.
#[derive(Default)]
struct Survey {
    /// Characters beyond ASCII.
    valid: u64,
    /// What is none.
    invalid: u64,
    /// Where the first of those begins, in bytes.
    damaged: Option<u64>,
}

impl Survey {
    fn of(bytes: &mut Bytes) -> io::Result<Self> {
        let mut survey = Self::default();
        let mut chunk = vec![0; CHUNK];
        let (mut start, mut kept) = (0, 0);
        loop {
            let count = bytes.read(&mut chunk[kept..])?;
            let end = kept + count;
            let rest = survey.look(&chunk[..end], start, count == 0);
            if count == 0 || survey.invalid > survey.valid + CLEARLY_NOT {
                bytes.rewind()?;
                return Ok(survey);
            }
            chunk.copy_within(end - rest..end, 0);
            start += (end - rest) as u64;
            kept = rest;
        }
    }

    /// Looks at the bytes from an offset on. Returns how many at their end may become a character with what follows.
    fn look(&mut self, bytes: &[u8], start: u64, is_last: bool) -> usize {
        let mut rest = bytes;
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.valid += beyond_ascii(text.as_bytes());
                    return 0;
                }
                Err(error) => error,
            };
            let (valid, after) = rest.split_at(error.valid_up_to());
            self.valid += beyond_ascii(valid);
            if error.error_len().is_none() && !is_last {
                return after.len();
            }
            self.invalid += 1;
            self.damaged.get_or_insert(start + (bytes.len() - after.len()) as u64);
            rest = &after[error.error_len().unwrap_or(after.len())..];
        }
    }

    fn refuse_damaged(&self, subject: Subject, bytes: &mut Bytes) -> Result<(), FileError> {
        let Some(at) = self.damaged else { return Ok(()) };
        let line = line_at(bytes, at).map_err(|error| unreadable(subject, &error))?;
        Err(damaged(subject, line, UTF_8))
    }
}

/// A character of an encoding is damaged.
pub fn damaged(subject: Subject, line: u64, encoding: &'static Encoding) -> FileError {
    let name = encoding.name();
    FileError::at(
        subject,
        line,
        format!("A character here is damaged: it is not in {name}, unlike the rest. Correct this line, and save the file again."),
    )
}

/// Characters beyond ASCII in valid UTF-8.
fn beyond_ascii(text: &[u8]) -> u64 {
    if text.is_ascii() { 0 } else { text.iter().map(|byte| u64::from(*byte >= 0xC0)).sum() }
}

/// The line of an offset, from 1 on.
fn line_at(bytes: &mut Bytes, offset: u64) -> io::Result<u64> {
    let (mut line, mut after_cr) = (1, false);
    for byte in io::BufReader::new(bytes.by_ref().take(offset)).bytes() {
        let byte = byte?;
        line += u64::from(byte == b'\r' || (byte == b'\n' && !after_cr));
        after_cr = byte == b'\r';
    }
    bytes.rewind()?;
    Ok(line)
}

fn guess(bytes: &mut Bytes, damaged: u64) -> io::Result<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut letters = Vec::new();
    // With the word that it is in.
    bytes.seek(SeekFrom::Start(damaged.saturating_sub(64)))?;
    bytes.by_ref().take(GUESSED_FROM).read_to_end(&mut letters)?;
    bytes.rewind()?;
    detector.feed(&letters, true);
    Ok(detector.guess(None, Utf8Detection::Deny))
}

/// A text in UTF-8, without a byte order mark.
pub fn decode<'a>(mut bytes: impl Read + Seek + Send + 'a, found: Found) -> io::Result<Box<dyn Read + Send + 'a>> {
    if found.encoding == UTF_8 {
        // Whoever makes records of it checks it.
        bytes.seek(SeekFrom::Start(if found.marked { 3 } else { 0 }))?;
        return Ok(Box::new(bytes));
    }
    bytes.rewind()?;
    let decoder = found.encoding.new_decoder_with_bom_removal();
    Ok(Box::new(Decoded { bytes, decoder, raw: Vec::new(), text: Cursor::new(Vec::new()), ended: false, damaged: false }))
}

/// The first line with a letter beyond ASCII; empty where there is none.
pub fn sample(text: impl Read) -> io::Result<String> {
    let mut line = Vec::new();
    let mut is_sample = false;
    for byte in io::BufReader::new(text).bytes() {
        let byte = byte?;
        let ends = matches!(byte, b'\r' | b'\n');
        if ends && is_sample {
            break;
        }
        if ends {
            line.clear();
        } else if line.len() < CHUNK {
            line.push(byte);
        }
        is_sample |= !byte.is_ascii();
    }
    let line = if is_sample { String::from_utf8_lossy(&line) } else { "".into() };
    Ok(line.chars().take(SAMPLE).collect())
}

/// A text while it is decoded. What is no character of its encoding ends it with an error.
struct Decoded<R> {
    bytes: R,
    decoder: Decoder,
    /// Read, and not decoded yet.
    raw: Vec<u8>,
    text: Cursor<Vec<u8>>,
    ended: bool,
    damaged: bool,
}

impl<R: Read> Decoded<R> {
    /// Decodes what comes next.
    fn fill(&mut self) -> io::Result<()> {
        if self.raw.is_empty() {
            self.bytes.by_ref().take(CHUNK as u64).read_to_end(&mut self.raw)?;
        }
        let is_last = self.raw.is_empty();
        let mut text = std::mem::take(self.text.get_mut());
        text.resize(CHUNK, 0);
        let (outcome, read, written) = self.decoder.decode_to_utf8_without_replacement(&self.raw, &mut text, is_last);
        text.truncate(written);
        self.text = Cursor::new(text);
        self.raw.drain(..read);
        match outcome {
            DecoderResult::InputEmpty => self.ended = is_last,
            DecoderResult::OutputFull => {}
            // What stands before it is read first.
            DecoderResult::Malformed(..) => self.damaged = true,
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.text.read(out)?;
            if count > 0 || self.ended || out.is_empty() {
                return Ok(count);
            }
            if self.damaged {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.fill()?;
        }
    }
}

#[cfg(test)]
mod tests;
