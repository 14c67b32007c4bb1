//! How a file is read: what people say of it, and what is found out.

use serde::{Deserialize, Serialize};

/// How a file is to be read; what is `None` is found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// Its encoding by a name of the WHATWG standard, `windows-1252`.
    pub encoding: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// What stands between two cells of a text.
    pub separator: Option<char>,
    /// The line with the names of the columns.
    pub header_line: Option<u64>,
}

/// How a file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Format {
    /// By its name in the WHATWG standard.
    pub encoding: String,
    /// The encoding is a guess: people are asked with the sample before anything is imported.
    pub guessed: bool,
    /// The text begins with a byte order mark.
    pub marked: bool,
    /// The first line with a letter beyond ASCII, as it is read; only where the text is not in UTF-8.
    pub sample: String,
    /// The visible sheets of a workbook; none of a text.
    pub sheets: Vec<String>,
    /// The one that is read.
    pub sheet: Option<String>,
    /// What stands between two cells of a text.
    pub separator: char,
    /// The line with the names of the columns, from 1 on.
    pub header_line: u64,
}

impl Format {
    /// To read the same file in the same way, without finding anything out.
    #[must_use]
    pub fn reading(&self) -> Reading {
        let is_text = self.sheet.is_none();
        Reading {
            encoding: is_text.then(|| self.encoding.clone()),
            sheet: self.sheet.clone(),
            separator: is_text.then_some(self.separator),
            header_line: Some(self.header_line),
        }
    }
}
