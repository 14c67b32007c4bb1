//! The files in a workbook.

use std::collections::HashMap;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::source::{Bytes, occurrences};
use super::problem::{Outcome, Problem};
use super::xml::Xml;

/// The longest workbook in bytes.
const LONGEST: u64 = 256 << 20;
/// The most files in it.
const FILES: usize = 10_000;
/// How long a file in it may be once it is unpacked, in bytes; and how many times as long as it is packed, beyond what is small.
const UNPACKED: u64 = 1 << 30;
const RATIO: u64 = 200;
const SMALL: u64 = 32 << 20;

pub enum Kind {
    Xlsx,
    Ods,
}

/// A workbook as the archive that it is.
pub struct Archive<'a> {
    zip: ZipArchive<BufReader<&'a mut Bytes>>,
    /// The places of the files by their paths, in small letters.
    paths: HashMap<String, usize>,
}

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a mut Bytes) -> Outcome<Self> {
        let length = bytes.seek(SeekFrom::End(0)).map_err(Problem::damaged)?;
        // Whoever reads archives takes the list of files into memory.
        let files = if length > LONGEST { 0 } else { occurrences(bytes, b"PK\x01\x02", FILES + 1).map_err(Problem::damaged)? };
        if length > LONGEST || files > FILES {
            return Err(Problem::too_large());
        }
        let zip = ZipArchive::new(BufReader::new(bytes)).map_err(problem)?;
        let path = |place| Some((clean(&zip.name_for_index(place)?.ok()?), place));
        let paths = (0..zip.len()).filter_map(path).collect();
        Ok(Self { zip, paths })
    }

    /// What the archive is, by the files that are in it.
    pub fn kind(&mut self) -> Outcome<Kind> {
        const SAVE: &str = "save the sheet as .xlsx or as \"CSV UTF-8\" and import that";
        let has = |path: &str| self.paths.contains_key(path);
        if has("xl/workbook.bin") {
            return Err(Problem::new(format!("The file is a binary workbook (.xlsb): {SAVE}.")));
        }
        if has("index/document.iwa") {
            return Err(Problem::new(format!("The file is a document of Numbers: {SAVE}.")));
        }
        if has("_rels/.rels") && self.paths.keys().any(|path| path.starts_with("xl/")) {
            return Ok(Kind::Xlsx);
        }
        if has("content.xml") && self.is_spreadsheet()? {
            return Ok(Kind::Ods);
        }
        Err(Problem::new("The file is an archive (ZIP) without a workbook in it: unpack it, and import the table."))
    }

    fn is_spreadsheet(&mut self) -> Outcome<bool> {
        if self.text("meta-inf/manifest.xml")?.contains("encryption-data") {
            return Err(Problem::new("The workbook is protected by a password: save it without one, and import that."));
        }
        let kind = self.text("mimetype")?;
        Ok(kind.is_empty() || kind.contains("opendocument.spreadsheet"))
    }

    /// The beginning of a file; empty where it is missing.
    fn text(&mut self, path: &str) -> Outcome<String> {
        let Some(place) = self.paths.get(path) else { return Ok(String::new()) };
        let mut text = Vec::new();
        self.zip.by_index(*place).map_err(problem)?.take(1 << 20).read_to_end(&mut text).map_err(Problem::damaged)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// A file in it; `None` where it is missing.
    pub fn xml(&mut self, path: &str) -> Outcome<Option<Xml<impl std::io::Read>>> {
        let Some(place) = self.paths.get(&clean(path)) else { return Ok(None) };
        let file = self.zip.by_index(*place).map_err(problem)?;
        let limit = UNPACKED.min(SMALL.max(file.compressed_size().saturating_mul(RATIO)));
        Ok(Some(Xml::new(file, limit)))
    }
}

/// A path as it is compared: some programs write other slashes and other letters.
fn clean(path: &str) -> String {
    path.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

fn problem(error: ZipError) -> Problem {
    match error {
        ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => {
            Problem::new("The workbook is protected by a password: save it without one, and import that.")
        }
        other => Problem::damaged(other),
    }
}
