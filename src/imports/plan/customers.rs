//! What becomes of a row of the customers.
//!
//! Customers may exchange their CRM IDs, or pass them on, where their rows are written together or the one that lets go of it comes first: a row may
//! take what another one leaves, as long as that one is good itself.

use std::collections::HashSet;

use super::super::known::StoredRecords;
use super::super::reader::ReadAsNew;
use super::super::seen::{RowState, SeenCustomer};
use super::outcome::{Planned, RowOutcome, written};
use super::planner::{Planner, invalid, read, refuse_uneven};
use crate::domain::customer::{Customer, Kind};
use crate::domain::import::Subject;
use crate::domain::input::{FieldError, Holder, Record};
use crate::domain::rules::Task;
use crate::domain::{fold, identity, tasks};
use crate::imports::files::columns::ColumnMap;
use crate::imports::files::fields::DELETED;
use crate::imports::files::mapping::Key;
use crate::imports::files::notes::NoteKind;
use crate::imports::files::records::CustomerRecord;
use crate::imports::files::report::CellError;
use crate::imports::files::row::{CustomerKey, FileRow, Found, short_line};

impl Planner<'_> {
    /// The stored customers whose rows give them another CRM ID, or take theirs away.
    pub(super) fn leaving(&self, columns: &ColumnMap, rows: &[FileRow]) -> HashSet<i64> {
        if !columns.has("crm_id") || !columns.has("number") {
            return HashSet::new();
        }
        let leaving = rows.iter().filter_map(|row| {
            let stored = stored_customer(self.stored, columns, row).filter(|stored| !stored.draft.crm_id.is_empty())?;
            let asked = &row.customer.crm_id;
            let is_left = if asked.is_empty() { columns.clear } else { *asked != identity::key(&stored.draft.crm_id) };
            is_left.then_some(stored.id.0)
        });
        leaving.collect()
    }

    /// Refuses rows that take the CRM ID of a customer whose own row is refused, and remembers who has left theirs for rows that come later.
    pub(super) fn settle_crm_ids(
        &mut self,
        columns: &ColumnMap,
        rows: &[FileRow],
        planned: &mut [Planned<CustomerRecord>],
        mut leaving: HashSet<i64>,
    ) {
        while !leaving.is_empty() {
            let before = leaving.len();
            for (row, planned) in rows.iter().zip(&*planned) {
                if let Some(stored) = stored_customer(self.stored, columns, row).filter(|stored| !leaves(stored, planned)) {
                    leaving.remove(&stored.id.0);
                }
            }
            if leaving.len() == before {
                break;
            }
            for (row, planned) in rows.iter().zip(&mut *planned).filter(|(_, planned)| written(planned).is_some()) {
                if let Some(error) = self.crm_id_taken(columns, row, stored_customer(self.stored, columns, row), &leaving) {
                    *planned = Err(vec![error]);
                    self.seen.refuse_customer(&row.customer);
                }
            }
        }
        for id in leaving {
            self.seen.others.set(&("left", id), 0);
        }
    }

    pub(super) fn customer(
        &mut self,
        columns: &ColumnMap,
        row: &FileRow,
        ahead: &ReadAsNew<CustomerRecord>,
        leaving: &HashSet<i64>,
    ) -> Planned<CustomerRecord> {
        if row.found == Found::Repeated {
            self.note(Subject::Customers, columns, row, "name", NoteKind::Repeated);
            self.note_what_is_left_out(columns, row, Kind::Company);
            return Ok(RowOutcome::Repeated);
        }
        let stored = stored_customer(self.stored, columns, row);
        let planned = self.plan_customer(columns, row, ahead, stored, leaving);
        if matches!(planned, Ok(RowOutcome::New(_) | RowOutcome::Changed(..) | RowOutcome::Unchanged)) {
            self.warn_of_near_keys(columns, row, stored);
        }
        self.remember(row, &planned, stored);
        planned
    }

    fn plan_customer(
        &mut self,
        columns: &ColumnMap,
        row: &FileRow,
        ahead: &ReadAsNew<CustomerRecord>,
        stored: Option<&Customer>,
        leaving: &HashSet<i64>,
    ) -> Planned<CustomerRecord> {
        refuse_uneven(columns, row)?;
        if columns.is_deleted(&row.record) {
            self.note(Subject::Customers, columns, row, DELETED, NoteKind::Deleted);
            return Ok(RowOutcome::SkippedNew);
        }
        if row.found == Found::Alike {
            self.note(Subject::Customers, columns, row, "name", NoteKind::Alike);
            return Ok(RowOutcome::SkippedNew);
        }
        if row.found == Found::Several {
            return invalid(columns, "name", "Several customers are like this one: give the number of the one that is meant.");
        }
        self.refuse_duplicate(columns, row, stored)?;
        if let Some(skipped) = self.skipped(stored.is_some()) {
            return Ok(skipped);
        }
        let record = match (read(columns, row, ahead, stored), self.crm_id_taken(columns, row, stored, leaving)) {
            (Ok(record), None) => record,
            (read, taken) => return Err(read.err().into_iter().flatten().chain(taken).collect()),
        };
        self.note_what_is_left_out(columns, row, record.draft.who.kind());
        let Some(stored) = stored else {
            self.ask(columns, [(Task::NewCustomer, "number")])?;
            if row.customer.number.is_empty() && row.customer.crm_id.is_empty() && columns.key == Some(Key::Nothing) {
                self.note(Subject::Customers, columns, row, "number", NoteKind::WithoutKey);
            }
            return Ok(RowOutcome::New(record));
        };
        if stored.draft == record.draft && stored.enabled == record.enabled {
            return Ok(RowOutcome::Unchanged);
        }
        let after = Customer { enabled: record.enabled, draft: record.draft.clone(), ..stored.clone() };
        self.ask(columns, tasks::of_customer(stored, &after))?;
        Ok(RowOutcome::Changed(stored.id.0, record))
    }

    /// The file has the customer already, by one of its keys or as the same record.
    fn refuse_duplicate(&mut self, columns: &ColumnMap, row: &FileRow, stored: Option<&Customer>) -> Result<(), Vec<CellError>> {
        let seen = |key| Some((parts(key)?, self.seen.customer(key)?));
        if let Some(((field, label, _), seen)) = row.customer.iter().find_map(seen) {
            let cell = columns.cell(&row.record, field);
            let cell = cell.trim();
            return invalid(columns, field, format!("{label} {cell} is already on line {}.", seen.line));
        }
        let Some(stored) = stored else { return Ok(()) };
        let Some(line) = self.seen.others.add(&("customer", stored.id), short_line(row.record.line)) else { return Ok(()) };
        let field = if row.customer.number.is_empty() { "crm_id" } else { "number" };
        invalid(columns, field, format!("The row is of the same customer as line {line}, {}.", stored.number))
    }

    /// Another customer has the CRM ID that a row asks for, and is not about to leave it.
    fn crm_id_taken(&self, columns: &ColumnMap, row: &FileRow, stored: Option<&Customer>, leaving: &HashSet<i64>) -> Option<CellError> {
        let holder = self.stored.holder_of_crm_id(&row.customer.crm_id, stored.map(|stored| stored.id.0))?;
        if leaving.contains(&holder) || self.seen.others.get(&("left", holder)).is_some() {
            return None;
        }
        let holder = self.stored.customers.get(&holder)?;
        let name = format!("{} ({})", holder.name(), holder.number);
        let holder = Holder { name, record: Record::Customer(holder.id) };
        let taken = FieldError::taken("crm_id", "CRM ID", columns.cell(&row.record, "crm_id").trim(), holder);
        Some(CellError::new(columns, "crm_id", taken.sentence))
    }

    /// Warns of keys that look as if a spreadsheet or a hand had changed them. Of two that nearly are the same in one file it warns where they
    /// differ by leading zeros or accents: to know all by their letters alone would take as much memory as all else.
    fn warn_of_near_keys(&mut self, columns: &ColumnMap, row: &FileRow, stored: Option<&Customer>) {
        let Some(near) = self.near.take() else { return };
        for key in row.customer.iter() {
            let Some((field, label, text)) = parts(key) else { continue };
            let known = stored.map(|stored| if field == "number" { &stored.number } else { &stored.draft.crm_id });
            let is_new = self.stored.id(key).is_none();
            let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let cell = columns.cell(&row.record, field);
            let cell = cell.trim();
            let mut warn = |reason| self.warn(Subject::Customers, columns, row, field, reason);
            if let Some(known) = known.filter(|known| *known != cell && identity::key(known) == text) {
                warn(format!("{label} {cell} is known as {known}: they differ only in spelling."));
            } else if let Some(known) = near.of(key).filter(|_| is_new) {
                let question = if is_digits { "has a spreadsheet cut off leading zeros" } else { "are they two" };
                warn(format!("{label} {cell} is new, but {known} is known: {question}?"));
            }
            let line = short_line(row.record.line);
            let reason = if is_digits {
                let first = self.seen.others.add(&("zeros", field, text.trim_start_matches('0')), line);
                first.map(|first| format!("{label} {cell} differs from the one on line {first} only by leading zeros."))
            } else {
                let plain = fold::fold(text);
                let is_plain = plain == text;
                let first = self.seen.customer(key.spelled(&plain)).map(|seen| seen.line).filter(|_| !is_plain);
                let first = first.or_else(|| self.seen.near_line((field, identity::near(&plain)), is_plain, line));
                first.map(|first| format!("{label} {cell} is nearly the same as the one on line {first}."))
            };
            if let Some(reason) = reason {
                self.warn(Subject::Customers, columns, row, field, reason);
            }
        }
        self.near = Some(near);
    }

    /// Says what of a row its type cannot hold, and what of it is read as something else.
    fn note_what_is_left_out(&mut self, columns: &ColumnMap, row: &FileRow, kind: Kind) {
        for (field, note) in columns.left_out(&row.record, kind) {
            self.note(Subject::Customers, columns, row, field, note);
        }
    }

    /// Remembers a customer for rows that refer to it.
    fn remember(&mut self, row: &FileRow, planned: &Planned<CustomerRecord>, stored: Option<&Customer>) {
        let line = short_line(row.record.line);
        let state = match planned {
            Err(_) => RowState::Invalid,
            Ok(RowOutcome::SkippedNew) => RowState::Skipped,
            Ok(_) => RowState::Stored,
        };
        let (kind, entitled) = match (planned, stored) {
            (Ok(RowOutcome::New(record)), _) => (record.draft.who.kind(), true),
            (Ok(RowOutcome::Changed(_, record)), Some(stored)) => (stored.kind(), self.is_entitled(stored, record.enabled)),
            (_, Some(stored)) => (stored.kind(), self.is_entitled(stored, stored.enabled)),
            (_, None) => (Kind::Company, false),
        };
        let customer = SeenCustomer { line, state, kind, entitled, id: stored.map_or(0, |stored| stored.id.0) };
        self.seen.add_customer(&row.customer, customer);
        // An individual is named by its own e-mail.
        let is_written = matches!(planned, Ok(RowOutcome::New(_) | RowOutcome::Changed(..)));
        if is_written && kind == Kind::Individual && !row.email_key.is_empty() {
            self.seen.contacts.add(&(customer.customer(), row.email_key.as_str()), line);
        }
    }
}

/// Whether what becomes of a customer's row gives it another CRM ID, or none.
fn leaves(stored: &Customer, planned: &Planned<CustomerRecord>) -> bool {
    let Ok(RowOutcome::Changed(_, record)) = planned else { return false };
    identity::key(&record.draft.crm_id) != identity::key(&stored.draft.crm_id)
}

/// The stored customer that a row is: by its number, its CRM ID, or what else it was found by, unless both have CRM IDs, which differ.
fn stored_customer<'a>(stored: &'a StoredRecords, columns: &ColumnMap, row: &FileRow) -> Option<&'a Customer> {
    let by = |key| stored.customers.get(&stored.id(key)?);
    let keyed = match (row.customer.number.as_str(), row.customer.crm_id.as_str()) {
        ("", "") => None,
        ("", crm_id) => by(CustomerKey::CrmId(crm_id)),
        (number, _) => return by(CustomerKey::Number(number)),
    };
    let found = || by(CustomerKey::Id(row.customer.id)).filter(|_| row.customer.id != 0);
    let crm_id = columns.cell(&row.record, "crm_id");
    keyed.or_else(|| {
        found().filter(|known| crm_id.trim().is_empty() || columns.gives_id_to_person(&row.record) || known.draft.crm_id.is_empty())
    })
}

/// The field of a customer that holds a key, what people call it, and the key.
fn parts(key: CustomerKey<'_>) -> Option<(&'static str, &'static str, &str)> {
    match key {
        CustomerKey::Number(key) => Some(("number", "Number", key)),
        CustomerKey::CrmId(key) => Some(("crm_id", "CRM ID", key)),
        CustomerKey::Id(_) | CustomerKey::Line(_) => None,
    }
}
