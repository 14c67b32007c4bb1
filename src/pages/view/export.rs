//! What is to be exported.

use askama::Template;

/// The page that asks.
#[derive(Template)]
#[template(path = "export/form.html")]
pub struct ExportForm {
    /// The file.
    pub action: String,
    /// The list's search, filters and order.
    pub carried: Vec<(&'static str, String)>,
    /// Of what there are to be records, where there is a choice.
    pub what: Vec<ExportOption>,
    /// Which ones, where a search leaves some out.
    pub rows: Vec<ExportOption>,
    /// In which form.
    pub formats: Vec<ExportOption>,
    /// Which columns, for each subject.
    pub columns: Vec<ExportColumns>,
    pub cancel: String,
}

/// One of several.
pub struct ExportOption {
    pub value: &'static str,
    pub label: String,
    /// What it means; empty where that is plain.
    pub hint: String,
    pub chosen: bool,
}

/// The columns of a subject: name and label.
pub struct ExportColumns {
    /// The subject's word, which the parameter is called by.
    pub subject: &'static str,
    /// `Columns of customers`
    pub label: &'static str,
    /// Those that no file is without.
    pub keys: Vec<(&'static str, &'static str)>,
    /// The others, and whether each is chosen.
    pub others: Vec<((&'static str, &'static str), bool)>,
}

impl ExportColumns {
    /// The labels of those that no file is without.
    fn always(&self) -> String {
        self.keys.iter().map(|(_, label)| *label).collect::<Vec<_>>().join(" and ")
    }
}
