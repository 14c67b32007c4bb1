//! A file that lies somewhere in parts of one size, read as one.

use std::io::{self, Read, Seek, SeekFrom};

/// The size of each part but the last, in bytes.
pub const PART: usize = 256 << 10;

/// Gives a part by its number, from 0 on.
pub type Fetch = Box<dyn FnMut(u64) -> io::Result<Vec<u8>> + Send>;

/// The parts of a file, fetched one after the other as they are read.
pub struct Parts {
    length: u64,
    at: u64,
    fetch: Fetch,
    part: Option<(u64, Vec<u8>)>,
}

impl Parts {
    /// A file of this length in bytes.
    #[must_use]
    pub fn new(length: u64, fetch: Fetch) -> Self {
        Self { length, at: 0, fetch, part: None }
    }
}

impl Read for Parts {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length || out.is_empty() {
            return Ok(0);
        }
        let (number, offset) = (self.at / PART as u64, self.at % PART as u64);
        if self.part.as_ref().is_none_or(|(held, _)| *held != number) {
            self.part = Some((number, (self.fetch)(number)?));
        }
        let part = self.part.as_ref().map_or(&[][..], |(_, bytes)| bytes);
        let rest = usize::try_from(offset).ok().and_then(|offset| part.get(offset..)).unwrap_or_default();
        if rest.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a part of the file is missing"));
        }
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Parts {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::files::source::fingerprint;

    fn file(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at % 251).unwrap_or(0)).collect()
    }

    fn parts(bytes: &[u8]) -> Parts {
        let chunks: Vec<Vec<u8>> = bytes.chunks(PART).map(<[u8]>::to_vec).collect();
        let fetch = move |number| Ok(usize::try_from(number).ok().and_then(|number| chunks.get(number)).cloned().unwrap_or_default());
        Parts::new(bytes.len() as u64, Box::new(fetch))
    }

    #[test]
    fn parts_read_as_the_file_that_they_are_of() {
        for length in [0, 1, PART - 1, PART, PART + 1, 3 * PART + 7] {
            let whole = file(length);
            let mut read = Vec::new();
            parts(&whole).read_to_end(&mut read).unwrap();
            assert!(read == whole, "{length}");
            assert_eq!(fingerprint(&mut parts(&whole)).unwrap(), fingerprint(&mut io::Cursor::new(&whole)).unwrap(), "{length}");
        }
    }

    #[test]
    fn a_missing_part_is_an_error_and_no_end() {
        let mut parts = Parts::new(10, Box::new(|_| Ok(Vec::new())));
        assert_eq!(parts.read_to_end(&mut Vec::new()).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
