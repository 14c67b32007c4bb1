//! Why a file cannot be read.

use std::fmt;

use crate::domain::import::Subject;

/// A file that is no table of its kind, or cannot be read on. Its `Display` is a whole sentence that says what to do, without the file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    pub subject: Subject,
    /// Where, if it is one place: the line, from 1 on.
    pub line: Option<u64>,
    pub message: String,
}

impl FileError {
    pub fn new(subject: Subject, message: impl Into<String>) -> Self {
        Self { subject, line: None, message: message.into() }
    }

    pub fn at(subject: Subject, line: u64, message: impl Into<String>) -> Self {
        Self { subject, line: Some(line), message: message.into() }
    }

    /// The sentence with the file's name.
    #[must_use]
    pub fn of_file(&self, name: &str) -> String {
        let separator = if self.line.is_some() { "," } else { ":" };
        format!("{name}{separator} {self}")
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
