//! What becomes of a row of the contacts, and who of a company becomes its default.

use super::super::known::StoredRecords;
use super::super::reader::ReadAsNew;
use super::super::seen::CustomerRef;
use super::outcome::{Planned, PlannedContact, RowOutcome, written};
use super::planner::{Planner, invalid, read, refuse_uneven};
use crate::domain::contact::Contact;
use crate::domain::import::Subject;
use crate::domain::rules::{ContactFacts, Task};
use crate::domain::{fold, identity, tasks};
use crate::imports::files::columns::ColumnMap;
use crate::imports::files::fields::DELETED;
use crate::imports::files::notes::NoteKind;
use crate::imports::files::records::ContactRecord;
use crate::imports::files::report::CellError;
use crate::imports::files::row::{FileRow, short_line};

impl Planner<'_> {
    /// Plans a row but for the default: a stored contact counts as changed until [`Planner::settle_defaults`].
    pub(super) fn contact(&mut self, columns: &ColumnMap, row: &FileRow, ahead: &ReadAsNew<ContactRecord>) -> Planned<PlannedContact> {
        refuse_uneven(columns, row)?;
        if columns.is_deleted(&row.record) {
            self.note(Subject::Contacts, columns, row, DELETED, NoteKind::Deleted);
            return Ok(RowOutcome::SkippedNew);
        }
        // What a row of customers says of itself is said there.
        if !self.parsed.batch.contacts_are_of_customers {
            for (field, note) in columns.read_otherwise(&row.record) {
                self.note(Subject::Contacts, columns, row, field, note);
            }
        }
        let Some(owner) = self.customer_of(columns, row)? else { return Ok(RowOutcome::SkippedNew) };
        let stored = stored_contact(self.stored, owner.customer, row);
        if stored.is_none() {
            self.ask(columns, [(Task::NewContact(owner.facts), row.customer.reference())])?;
        }
        let key = (owner.customer, row.email_key.as_str());
        if let Some(line) = self.seen.contacts.add(&key, short_line(row.record.line)) {
            let email = columns.cell(&row.record, "email");
            let email = email.trim();
            return invalid(columns, "email", format!("E-mail {email} of this customer is already on line {line}."));
        }
        let planned = self.skipped(stored.is_some()).map_or_else(
            || {
                let record = read(columns, row, ahead, stored)?;
                let contact = PlannedContact { customer: owner.customer, becomes_default: false, record };
                Ok(match stored {
                    Some(stored) => RowOutcome::Changed(stored.id.0, contact),
                    None => RowOutcome::New(contact),
                })
            },
            Ok,
        );
        match planned {
            Err(_) | Ok(RowOutcome::SkippedNew) => self.seen.contacts.reject(&key),
            Ok(RowOutcome::New(_)) => self.warn_of_near_email(columns, row, owner.customer),
            Ok(_) => {}
        }
        planned
    }

    /// Warns of a new contact's e-mail that nearly is another one's of the customer; in one file as [`Planner::customer`] does.
    fn warn_of_near_email(&mut self, columns: &ColumnMap, row: &FileRow, customer: CustomerRef) {
        let Some(near) = &self.near else { return };
        let (key, line) = (row.email_key.as_str(), short_line(row.record.line));
        let known = match customer {
            CustomerRef::Stored(id) => near.of_email(id, key).map(|known| format!("{known}, which this customer has")),
            CustomerRef::New(_) => None,
        };
        let plain = fold::fold(&identity::readable(key));
        let is_plain = plain == key;
        let first = self.seen.contacts.get(&(customer, plain.as_str())).filter(|_| !is_plain);
        let first = first.or_else(|| self.seen.near_line(("email", customer, identity::near(&plain)), is_plain, line));
        if let Some(other) = known.or_else(|| first.map(|first| format!("the one on line {first}"))) {
            let email = columns.cell(&row.record, "email");
            let email = email.trim();
            self.warn(
                Subject::Contacts,
                columns,
                row,
                "email",
                format!("E-mail {email} is nearly the same as {other}: are they two people?"),
            );
        }
    }

    /// Decides who becomes the default of each company, and asks the rules for what that changes.
    pub(super) fn settle_defaults(&mut self, columns: &ColumnMap, rows: &[FileRow], planned: &mut [Planned<PlannedContact>]) {
        let contacts = planned.iter().enumerate();
        let mut places: Vec<_> = contacts.filter_map(|(place, planned)| Some((written(planned)?.1.customer, place))).collect();
        places.sort_unstable();
        for places in places.chunk_by(|a, b| a.0 == b.0) {
            let company = self.company(rows, planned, places);
            for (customer, place) in places {
                let (row, contact) = (&rows[*place], &mut planned[*place]);
                if let Err(errors) = self.settle(columns, row, &company, company.next == Some(*place), contact) {
                    *contact = Err(errors);
                    self.seen.contacts.reject(&(*customer, row.email_key.as_str()));
                }
            }
        }
    }

    /// Finds out who of a company is its default from now on, and remembers that for rows that come later.
    fn company(&mut self, rows: &[FileRow], planned: &[Planned<PlannedContact>], places: &[(CustomerRef, usize)]) -> Company {
        let customer = places[0].0;
        let present = match customer {
            CustomerRef::Stored(id) => self.stored.defaults.get(&id).copied(),
            CustomerRef::New(_) => None,
        };
        let earlier = self.seen.others.get(&("default", customer));
        let has_default = present.is_some() || earlier.is_some();
        let rank = |stored: Option<&Contact>, record: &ContactRecord| match (record.default, record.enabled) {
            (Some(true), enabled) if enabled || stored.is_some_and(|stored| Some(stored.id.0) == present) => Some(0),
            _ if has_default || stored.is_some_and(|stored| stored.enabled || !record.enabled) => None,
            // It was the default where it comes from, and has been disabled since.
            (Some(true), _) => Some(1),
            // Nobody asks: the first that is created or enabled, as on the page.
            (None, true) => Some(2),
            (None, false) => Some(3),
            (Some(false), true) => Some(4),
            (Some(false), false) => None,
        };
        let ranked = places.iter().filter_map(|(_, place)| {
            let (_, contact) = written(&planned[*place])?;
            Some((rank(stored_contact(self.stored, customer, &rows[*place]), &contact.record)?, *place))
        });
        let asked_earlier = earlier.filter(|line| *line != UNASKED);
        let next = ranked.min().filter(|_| asked_earlier.is_none());
        let asked_on = next.map(|(rank, place)| if rank <= 1 { short_line(rows[place].record.line) } else { UNASKED });
        if let Some(line) = asked_on {
            self.seen.others.set(&("default", customer), line);
        }
        Company { has_default, next: next.map(|(_, place)| place), asked_on: asked_on.filter(|line| *line != UNASKED).or(asked_earlier) }
    }

    /// Asks the rules for what a row changes. `is_next` says that its contact is the company's default from now on.
    fn settle(
        &self,
        columns: &ColumnMap,
        row: &FileRow,
        company: &Company,
        is_next: bool,
        planned: &mut Planned<PlannedContact>,
    ) -> Result<(), Vec<CellError>> {
        let Ok(RowOutcome::New(contact) | RowOutcome::Changed(_, contact)) = planned else { return Ok(()) };
        let stored = stored_contact(self.stored, contact.customer, row);
        let before = stored.is_some_and(|stored| stored.default);
        let (record, asks) = (&contact.record, contact.record.default == Some(true));
        if asks && !before && (company.has_default || !is_next) {
            let facts = ContactFacts { own: false, enabled: record.enabled, default: false, entitlements: 0 };
            self.ask(columns, [(Task::SetDefault(facts), "default")])?;
        }
        if let (true, false, Some(line)) = (asks, is_next, company.asked_on) {
            return invalid(columns, "default", format!("A customer has at most one default, and line {line} is already it."));
        }
        contact.becomes_default = is_next && !before;
        let Some(stored) = stored else { return Ok(()) };
        // Where another contact takes its place, that is the other row's doing.
        let default = asks || contact.becomes_default || (before && (contact.record.default.is_none() || company.asked_on.is_some()));
        let after = Contact { enabled: contact.record.enabled, default, draft: contact.record.draft.clone(), ..stored.clone() };
        if after.draft == stored.draft && after.enabled == stored.enabled && after.default == before {
            *planned = Ok(RowOutcome::Unchanged);
            return Ok(());
        }
        self.ask(columns, tasks::of_contact(stored, &after))
    }
}

/// Stands for the line of the default where no row has asked for it.
const UNASKED: u32 = 0;

/// A company whose contacts are in a batch.
struct Company {
    has_default: bool,
    /// The place of the row whose contact is the default from now on; `None` where that does not change.
    next: Option<usize>,
    /// The line of the row that has asked for the default and gets it, in this batch or an earlier one.
    asked_on: Option<u32>,
}

fn stored_contact<'a>(stored: &'a StoredRecords, customer: CustomerRef, row: &FileRow) -> Option<&'a Contact> {
    match customer {
        CustomerRef::Stored(id) => stored.contact(id, &row.email_key),
        CustomerRef::New(_) => None,
    }
}
