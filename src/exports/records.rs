//! Records on their way.

use crate::domain::files::Cell;
use crate::domain::import::Subject;

/// Records of one subject.
#[derive(Debug, Clone)]
pub struct Records {
    /// What they are.
    pub subject: Subject,
    /// The cells of each, in the order of [`crate::domain::files::columns`].
    pub rows: Vec<Vec<Cell>>,
}
