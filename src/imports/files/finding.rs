//! What is said of a file.

use serde::{Deserialize, Serialize};

use crate::domain::import::Subject;

/// Something about one place of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    pub subject: Subject,
    /// The line its row begins at.
    pub line: u64,
    /// As the file calls it; empty for the row as a whole.
    pub column: String,
    /// A whole sentence.
    pub reason: String,
}
