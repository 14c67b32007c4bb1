//! What the command prints.

use std::path::Path;

use crate::domain::file_name::visible;
use crate::domain::import::{Each, Subject};
use crate::domain::numbers::{counted, thousands};
use crate::imports::ImportError;
use crate::imports::files::look::Look;
use crate::imports::files::report::{AlikeRow, Counts, Finding, InvalidRow, Report};
use crate::imports::record::Import;
use crate::store::Error;

/// Rows and warnings that are printed.
const SHOWN: usize = 10;

/// The files by the names that they were given.
pub(super) struct Names(Each<String>);

impl Names {
    pub fn of<'a>(files: impl Iterator<Item = (Subject, &'a Path)>) -> Self {
        let mut names = Each::default();
        for (subject, path) in files {
            *names.of_mut(subject) = visible(&path.display().to_string());
        }
        Self(names)
    }

    /// The name of a file; contacts without one stand in that of the customers.
    fn name(&self, subject: Subject) -> &str {
        let own = self.0.of(subject);
        if own.is_empty() && subject == Subject::Contacts { &self.0.customers } else { own }
    }

    /// A sentence about a file.
    pub fn about(&self, subject: Subject, sentence: &str) -> String {
        format!("{}: {sentence}", self.name(subject))
    }

    /// Why the check could not be done.
    pub fn failed(&self, failure: &ImportError) -> String {
        match failure {
            ImportError::File(error) => error.of_file(self.name(error.subject)),
            // The engine's words may be of several lines.
            ImportError::Store(_) => failure.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// Why the import was interrupted.
    pub fn interrupted(&self, failure: &ImportError) -> String {
        let why = self.failed(failure);
        match failure {
            ImportError::Store(Error::Refused(_) | Error::Stale) => why,
            _ => format!("The import was interrupted. What was imported is kept; run the same command again to resume. {why}"),
        }
    }
}

/// An import that was interrupted is resumed.
pub(super) fn resuming(names: &Names, import: &Import) {
    let done = present(names).map(|subject| format!("{} {subject}", thousands(*import.position.of(subject))));
    println!("Resuming an interrupted import of these files: {} are already imported.", done.collect::<Vec<_>>().join(", "));
}

/// What each column is imported as.
pub(super) fn columns(names: &Names, look: &Look) {
    for subject in Subject::ALL {
        let (Some(_), Some(columns)) = (look.files.of(subject), look.columns.of(subject)) else { continue };
        println!("{}", names.name(subject));
        let width = columns.list().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, fields) in columns.list() {
            let labels: Vec<&str> = fields.iter().map(|field| field.label).collect();
            println!("  {name:width$}  {}", if labels.is_empty() { "(not imported)".to_owned() } else { labels.join(", ") });
        }
    }
}

/// How many rows are, or were, what.
pub(super) fn counts(names: &Names, counts: &Each<Counts>) {
    println!("{:<14}{:>12}{:>12}{:>12}{:>12}{:>12}", "", "new", "changed", "unchanged", "skipped", "invalid");
    for subject in Subject::ALL.into_iter().filter(|subject| !names.0.of(*subject).is_empty() || counts.of(*subject).rows() > 0) {
        let Counts { new, changed, unchanged, skipped, invalid } = counts.of(subject);
        let [new, changed, unchanged, skipped, invalid] = [new, changed, unchanged, skipped, invalid].map(|number| thousands(*number));
        println!("{:<14}{new:>12}{changed:>12}{unchanged:>12}{skipped:>12}{invalid:>12}", subject.word());
    }
}

/// The first invalid rows.
pub(super) fn invalid(names: &Names, report: &Report) {
    for finding in report.invalid.iter().take(SHOWN).flat_map(InvalidRow::findings) {
        println!("Invalid: {}", place(names, &finding));
    }
    more(report.invalid_rows(), "invalid rows");
}

/// What is left out or read as something else.
pub(super) fn notes(names: &Names, report: &Report) {
    for note in report.notes.list() {
        let column = if note.column.is_empty() { String::new() } else { format!(", {}", note.column) };
        let rows = counted(note.rows, "row", "rows");
        println!("Note: {}{column}, {rows} (the first on line {}): {}", names.name(note.subject), note.line, note.kind.sentence());
    }
}

/// The first of the new customers that look like known ones.
pub(super) fn alike(names: &Names, report: &Report) {
    for row in report.alike.iter().take(SHOWN) {
        let AlikeRow { line, name, likeness, .. } = row;
        println!("Alike: {}, line {line}: {name} looks like a known customer ({likeness}).", names.name(Subject::Customers));
    }
    more(report.alike.len() as u64, "that look like known customers");
}

/// The first warnings.
pub(super) fn warnings(names: &Names, report: &Report) {
    for warning in report.warnings.iter().take(SHOWN) {
        println!("Warning: {}", place(names, warning));
    }
    more(report.warned, "warnings");
}

fn more(count: u64, what: &str) {
    if count > SHOWN as u64 {
        println!("… and {} more {what}.", thousands(count - SHOWN as u64));
    }
}

fn place(names: &Names, finding: &Finding) -> String {
    let Finding { subject, line, column, reason } = finding;
    let column = if column.is_empty() { String::new() } else { format!(", {column}") };
    format!("{}, line {line}{column}: {reason}", names.name(*subject))
}

fn present(names: &Names) -> impl Iterator<Item = Subject> {
    Subject::ALL.into_iter().filter(|subject| !names.0.of(*subject).is_empty())
}
