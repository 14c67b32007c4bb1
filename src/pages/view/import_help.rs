//! What an import understands.

use askama::Template;

/// The columns of each subject.
#[derive(Template)]
#[template(path = "import/help.html")]
pub struct ImportHelp {
    pub subjects: Vec<HelpColumns>,
    /// The form that takes files.
    pub back: String,
}

/// The columns of a subject.
pub struct HelpColumns {
    /// `customers`
    pub subject: &'static str,
    /// `Columns of contacts`
    pub heading: &'static str,
    pub columns: Vec<HelpColumn>,
}

/// A column that is understood.
pub struct HelpColumn {
    /// Its name in files.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What may stand in it; empty where that is plain.
    pub note: &'static str,
}

#[cfg(test)]
impl HelpColumn {
    /// The same in a document.
    pub fn line(&self) -> String {
        format!("| `{}` | {} | {} |\n", self.name, self.label, self.note)
    }
}
