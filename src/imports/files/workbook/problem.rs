//! Why a workbook cannot be read.

/// A place in a workbook, or all of it, and what is the matter with it.
#[derive(Debug)]
pub struct Problem {
    pub row: Option<u64>,
    /// A whole sentence.
    pub message: String,
}

pub type Outcome<T> = std::result::Result<T, Problem>;

impl Problem {
    pub fn new(message: impl Into<String>) -> Self {
        Self { row: None, message: message.into() }
    }

    pub fn at(row: u64, message: impl Into<String>) -> Self {
        Self { row: Some(row), message: message.into() }
    }

    pub fn damaged(why: impl std::fmt::Display) -> Self {
        Self::new(format!("The workbook is damaged ({why}): open it in a spreadsheet, save it again, and import that."))
    }

    pub fn too_large() -> Self {
        Self::new("The workbook is too large to be read: save the sheet as \"CSV UTF-8\" and import that.")
    }
}
