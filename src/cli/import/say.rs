//! What the command prints.

use std::path::Path;

use crate::domain::file_name::visible;
use crate::domain::import::{Each, Subject};
use crate::domain::numbers::thousands;
use crate::imports::ImportError;
use crate::imports::files::columns::ColumnMap;
use crate::imports::files::report::{Counts, Finding, InvalidRow, Report};
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

    fn name(&self, subject: Subject) -> &str {
        self.0.of(subject)
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
pub(super) fn columns(names: &Names, columns: &Each<Option<ColumnMap>>) {
    for subject in Subject::ALL {
        let Some(columns) = columns.of(subject) else { continue };
        println!("{}", names.name(subject));
        let width = columns.list().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, field) in columns.list() {
            match field {
                Some(field) => println!("  {name:width$}  {}", field.label),
                None => println!("  {name:width$}  (not imported)"),
            }
        }
    }
}

/// How many rows are, or were, what.
pub(super) fn counts(names: &Names, counts: &Each<Counts>) {
    println!("{:<14}{:>12}{:>12}{:>12}{:>12}{:>12}", "", "new", "changed", "unchanged", "skipped", "invalid");
    for subject in present(names) {
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
    Subject::ALL.into_iter().filter(|subject| !names.name(*subject).is_empty())
}
