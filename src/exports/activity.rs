//! Lines of the history as those of a CSV file, newest first. Times are those of the installation's time zone, whose midnight ends a day on the
//! page, too.

use std::borrow::Cow;

use chrono_tz::Tz;
use csv::QuoteStyle;

use super::file::{MARK, written};
use crate::domain::clock;
use crate::domain::csv::guarded;
use crate::domain::history::{Line, Reader, Scope};
use crate::store::Result;
use crate::store::history::Page;

/// Lines that are read at a time.
pub const LINES: usize = 200;

const COLUMNS: [&str; 11] =
    ["time", "person", "task", "record", "record_id", "record_name", "customer_id", "customer", "what", "changes", "reason"];

/// The line that names the columns, after the mark by which spreadsheets know UTF-8.
#[must_use]
pub fn header() -> Vec<u8> {
    format!("{MARK}{}\r\n", COLUMNS.join(",")).into_bytes()
}

/// A page of the history as lines.
pub fn lines(page: &Page, zone: Tz) -> Result<Vec<u8>> {
    let records: Vec<Vec<String>> = page.lines.iter().map(|line| record(page, line, zone)).collect();
    written(&records, QuoteStyle::Necessary)
}

fn record(page: &Page, line: &Line, zone: Tz) -> Vec<String> {
    let sentence = line.sentence(Reader { you: None, scope: Scope::All, names: &page.names, zone });
    let details: Vec<String> = sentence.details.iter().map(ToString::to_string).collect();
    let (task, record, id, name, customer) = match line {
        Line::Event(event) => (
            event.task.map_or("", |task| task.word()),
            event.kind.map_or("", |kind| kind.word()),
            event.subject.to_string(),
            event.subject_name.as_str(),
            event.customer,
        ),
        Line::Batch(batch) => ("batch", "", batch.id.to_string(), "", None),
    };
    let cells = [
        clock::local(line.at(), zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        sentence.who.to_string(),
        task.to_owned(),
        record.to_owned(),
        id,
        name.to_owned(),
        customer.map(|id| id.to_string()).unwrap_or_default(),
        customer.and_then(|id| page.names.customers.get(&id.0).cloned()).unwrap_or_default(),
        sentence.what(),
        details.join("\n"),
        line.reason().to_owned(),
    ];
    cells.iter().map(|cell| guarded(cell)).map(Cow::into_owned).collect()
}
