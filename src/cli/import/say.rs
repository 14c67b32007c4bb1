//! What the command prints.

use std::path::Path;

use crate::domain::import::{Each, Subject};
use crate::domain::rules::thousands;
use crate::imports::Failure;
use crate::imports::files::columns::Columns;
use crate::imports::files::report::{Counts, Fault, Report};
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
            *names.of_mut(subject) = path.display().to_string();
        }
        Self(names)
    }

    fn name(&self, subject: Subject) -> &str {
        self.0.of(subject)
    }

    /// Why the check could not be done.
    pub fn failed(&self, failure: &Failure) -> String {
        match failure {
            Failure::File(subject, trouble) => match trouble.line {
                Some(line) => format!("{}, line {line}: {}", self.name(*subject), trouble.sentence),
                None => format!("{}: {}", self.name(*subject), trouble.sentence),
            },
            // The engine's words may be of several lines.
            Failure::Store(_) => failure.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// Why the import was interrupted.
    pub fn interrupted(&self, failure: &Failure) -> String {
        let why = self.failed(failure);
        match failure {
            Failure::Store(Error::Refused(_) | Error::Stale) => why,
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
pub(super) fn columns(names: &Names, columns: &Each<Option<Columns>>) {
    for subject in Subject::ALL {
        let Some(columns) = columns.of(subject) else { continue };
        println!("{}", names.name(subject));
        let width = columns.list().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, target) in columns.list() {
            match target {
                Some(target) => println!("  {name:width$}  {}", target.label),
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
    for row in report.invalid.iter().take(SHOWN) {
        for fault in &row.faults {
            println!("Invalid: {}", place(names.name(row.subject), row.line, fault));
        }
    }
    more(report.invalid_rows(), "invalid rows");
}

/// The first warnings.
pub(super) fn warnings(names: &Names, report: &Report) {
    for warning in report.warnings.iter().take(SHOWN) {
        println!("Warning: {}", place(names.name(warning.subject), warning.line, &warning.fault));
    }
    more(report.warned, "warnings");
}

fn more(count: u64, what: &str) {
    if count > SHOWN as u64 {
        println!("… and {} more {what}.", thousands(count - SHOWN as u64));
    }
}

fn place(file: &str, line: u64, fault: &Fault) -> String {
    if fault.column.is_empty() {
        format!("{file}, line {line}: {}", fault.reason)
    } else {
        format!("{file}, line {line}, {}: {}", fault.column, fault.reason)
    }
}

fn present(names: &Names) -> impl Iterator<Item = Subject> {
    Subject::ALL.into_iter().filter(|subject| !names.name(*subject).is_empty())
}
