//! What becomes of a row of the entitlements.

use super::super::reader::ReadAsNew;
use super::super::seen::CustomerRef;
use super::outcome::{ContactRef, Planned, PlannedEntitlement, RowOutcome};
use super::planner::{OwningCustomer, Planner, invalid, read, refuse_uneven};
use crate::domain::ContactId;
use crate::domain::customer::Kind;
use crate::domain::entitlement::{Draft, Entitlement, State};
use crate::domain::import::Subject;
use crate::domain::rules::Task;
use crate::domain::tasks;
use crate::imports::files::columns::ColumnMap;
use crate::imports::files::fields::DELETED;
use crate::imports::files::notes::NoteKind;
use crate::imports::files::records::EntitlementRecord;
use crate::imports::files::report::CellError;
use crate::imports::files::row::{FileRow, short_line};

impl Planner<'_> {
    pub(super) fn entitlement(
        &mut self,
        columns: &ColumnMap,
        row: &FileRow,
        eid: &Result<String, Vec<CellError>>,
        ahead: &ReadAsNew<EntitlementRecord>,
    ) -> Planned<PlannedEntitlement> {
        refuse_uneven(columns, row)?;
        if columns.is_deleted(&row.record) {
            self.note(Subject::Entitlements, columns, row, DELETED, NoteKind::Deleted);
            return Ok(RowOutcome::SkippedNew);
        }
        for (field, note) in columns.read_otherwise(&row.record) {
            self.note(Subject::Entitlements, columns, row, field, note);
        }
        let Some(owner) = self.customer_of(columns, row)? else { return Ok(RowOutcome::SkippedNew) };
        let eid = eid.clone()?;
        if let Some(line) = self.seen.eids.add(&eid, short_line(row.record.line)) {
            return invalid(columns, "eid", format!("EID {eid} is already on line {line}."));
        }
        self.warn_of_spelling(columns, row, &eid);
        let stored = self.stored.entitlements.get(&eid);
        if stored.is_some_and(|stored| owner.customer != CustomerRef::Stored(stored.customer.0)) {
            return invalid(columns, "eid", format!("EID {eid} belongs to another customer."));
        }
        if let Some(skipped) = self.skipped(stored.is_some()) {
            return Ok(skipped);
        }
        if stored.is_none() {
            self.ask(columns, [(Task::NewEntitlement(owner.facts), row.customer.reference())])?;
        }
        let contact = self.contact_of(columns, row, &owner, stored)?;
        let record = read(columns, row, ahead, stored)?;
        let Some(stored) = stored else {
            // One that was ended by hand, before its last day or not, had started.
            if record.ended_at.is_some() && record.draft.starts_on > self.actor.today {
                self.ask(columns, [(Task::EndEntitlement(State::NotYetStarted), "ended_at")])?;
            }
            return Ok(RowOutcome::New(PlannedEntitlement { customer: owner.customer, contact, eid, record }));
        };
        let before = stored.draft.contact.map_or(ContactRef::Nobody, |id| ContactRef::Stored(id.0));
        if stored.draft == record.draft && stored.ended_at == record.ended_at && contact == before {
            return Ok(RowOutcome::Unchanged);
        }
        let named = if let ContactRef::Stored(id) = contact { Some(ContactId(id)) } else { None };
        let draft = Draft { contact: named, ..record.draft.clone() };
        let after = Entitlement { draft, ended_at: record.ended_at, ..stored.clone() };
        self.ask(columns, tasks::of_entitlement(stored, &after, self.actor.today))?;
        Ok(RowOutcome::Changed(stored.id.0, PlannedEntitlement { customer: owner.customer, contact, eid, record }))
    }

    /// Whom an entitlement names: an individual's always itself, a company's the contact with the e-mail.
    fn contact_of(
        &self,
        columns: &ColumnMap,
        row: &FileRow,
        owner: &OwningCustomer,
        stored: Option<&Entitlement>,
    ) -> Result<ContactRef, Vec<CellError>> {
        let email = columns.cell(&row.record, "contact_email");
        let email = email.trim();
        let stored_with_email = match owner.customer {
            CustomerRef::Stored(id) => self.stored.contact(id, &row.email_key).map(|contact| ContactRef::Stored(contact.id.0)),
            CustomerRef::New(_) => None,
        };
        let of_file = || self.seen.contacts.get(&(owner.customer, row.email_key.as_str())).map(ContactRef::New);
        let named = if email.is_empty() { Some(ContactRef::Nobody) } else { stored_with_email.or_else(of_file) };
        let Some(named) = named else {
            return invalid(columns, "contact_email", format!("The customer has no contact with the e-mail {email}."));
        };
        Ok(match (owner.facts.kind, owner.customer) {
            (Kind::Individual, CustomerRef::New(_)) => ContactRef::Own,
            (Kind::Individual, CustomerRef::Stored(id)) => {
                self.stored.own.get(&id).map_or(ContactRef::Nobody, |own| ContactRef::Stored(own.id.0))
            }
            (Kind::Company, _) if columns.has("contact_email") && (columns.clear || stored.is_none() || !email.is_empty()) => named,
            (Kind::Company, _) => stored.and_then(|stored| stored.draft.contact).map_or(ContactRef::Nobody, |id| ContactRef::Stored(id.0)),
        })
    }

    /// Warns of an EID that differs from another by its case only.
    fn warn_of_spelling(&mut self, columns: &ColumnMap, row: &FileRow, eid: &str) {
        let Some(near) = &self.near else { return };
        let capitals = eid.to_uppercase();
        // Of EIDs in capitals, as they are generated, no second entry is kept.
        let line = if capitals == eid {
            self.seen.others.get(&("eid", &capitals))
        } else {
            let first = self.seen.others.add(&("eid", &capitals), short_line(row.record.line));
            self.seen.eids.get(&capitals).or(first)
        };
        let of_file = line.map(|line| format!("the one on line {line}"));
        if let Some(other) = of_file.or_else(|| near.of_eid(eid).map(|known| format!("{known}, which is known,"))) {
            self.warn(Subject::Entitlements, columns, row, "eid", format!("EID {eid} differs from {other} only in spelling."));
        }
    }
}
