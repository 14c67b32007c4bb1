//! Who else has a form of the same record open.

use askama::Template;

use super::common::When;

/// What stands above the fields of a form while others have one open, too.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/editing.html")]
pub struct Editing {
    /// By whom, and since when; `None` for oneself in another window.
    pub others: Vec<(Option<String>, When)>,
    /// So many more.
    pub more: usize,
}
