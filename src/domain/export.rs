//! What an export holds, and in which form.

use super::files::{self, Cell};
use super::import::{Each, Subject};

/// In which form records are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// An Excel workbook, a sheet for each subject.
    #[default]
    Xlsx,
    /// Text, a file for each subject; several of them in one ZIP file.
    Csv,
}

impl Format {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Xlsx, Self::Csv];

    /// The word in addresses and on the command line, which is the ending of such a file, too.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads that word, in upper or lower case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// What an export holds, and in which form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    /// Of what there are records, in the order of [`Subject::ALL`].
    pub subjects: Vec<Subject>,
    /// Which columns: their places in [`files::columns`].
    columns: Each<Vec<usize>>,
    /// In which form.
    pub format: Format,
    /// CSV files begin with a byte order mark, by which spreadsheets know UTF-8.
    pub marked: bool,
}

impl Export {
    /// All columns of these subjects; CSV files `marked` by a byte order mark.
    #[must_use]
    pub fn new(subjects: &[Subject], format: Format, marked: bool) -> Self {
        let columns = Each::from_fn(|subject| (0..files::columns(subject).len()).collect());
        Self { subjects: subjects.to_vec(), columns, format, marked }
    }

    /// Leaves out the columns of a subject that are not named, but for those by which an import finds the record again. What names no column
    /// is left out of account.
    pub fn choose<'a>(&mut self, subject: Subject, names: impl IntoIterator<Item = &'a str>) {
        let names: Vec<&str> = names.into_iter().collect();
        let is_chosen = |column: &str| files::keys(subject).contains(&column) || names.contains(&column);
        let all = files::columns(subject).iter().enumerate();
        *self.columns.of_mut(subject) = all.filter(|(_, column)| is_chosen(column)).map(|(place, _)| place).collect();
    }

    /// The names of a subject's columns.
    pub fn columns(&self, subject: Subject) -> impl Iterator<Item = &'static str> {
        self.columns.of(subject).iter().map(move |place| files::columns(subject)[*place])
    }

    /// The cells of a record that are written.
    pub fn cells<'a>(&'a self, subject: Subject, record: &'a [Cell]) -> impl Iterator<Item = &'a Cell> {
        self.columns.of(subject).iter().filter_map(|place| record.get(*place))
    }

    /// The ending of the file's name.
    #[must_use]
    pub fn ending(&self) -> &'static str {
        if self.format == Format::Csv && self.subjects.len() > 1 { "zip" } else { self.format.word() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_by_is_never_left_out() {
        let mut export = Export::new(&[Subject::Contacts], Format::Csv, true);
        assert_eq!(export.columns(Subject::Contacts).count(), files::columns(Subject::Contacts).len());
        export.choose(Subject::Contacts, ["phone", "shoe_size"]);
        assert_eq!(export.columns(Subject::Contacts).collect::<Vec<_>>(), ["customer_number", "email", "phone"]);
        for subject in Subject::ALL {
            assert!(files::keys(subject).iter().all(|key| files::columns(subject).contains(key)));
        }
    }

    #[test]
    fn several_text_files_are_one() {
        assert_eq!(Export::new(&Subject::ALL, Format::Csv, true).ending(), "zip");
        assert_eq!(Export::new(&Subject::ALL, Format::Xlsx, true).ending(), "xlsx");
        assert_eq!(Export::new(&[Subject::Customers], Format::Csv, true).ending(), "csv");
        assert_eq!((Format::parse(" XLSX"), Format::parse("ods")), (Some(Format::Xlsx), None));
    }
}
