//! What becomes of a row of the contacts, and who of a company becomes its default.

use super::super::known::StoredRecords;
use super::super::reader::ReadAsNew;
use super::super::seen::{CustomerRef, short_line};
use super::outcome::{Planned, PlannedContact, RowOutcome};
use super::planner::{OwningCustomer, Planner, invalid, read, refuse_uneven};
use crate::domain::contact::Contact;
use crate::domain::rules::{ContactFacts, Task};
use crate::domain::tasks;
use crate::imports::files::columns::ColumnMap;
use crate::imports::files::merge::FileRow;
use crate::imports::files::records::ContactRecord;

impl Planner<'_> {
    /// Plans a row but for the default: a stored contact counts as changed until [`Planner::settle_defaults`].
    pub(super) fn contact(&mut self, columns: &ColumnMap, row: &FileRow, ahead: &ReadAsNew<ContactRecord>) -> Planned<PlannedContact> {
        refuse_uneven(columns, row)?;
        let Some(owner) = self.customer_of(columns, row)? else { return Ok(RowOutcome::SkippedNew) };
        let stored = stored_contact(self.stored, owner.customer, row);
        if stored.is_none() {
            self.ask(columns, [(Task::NewContact(owner.facts), row.customer.reference())])?;
        }
        let key = (owner.customer, row.email_key.as_str());
        if let Some(line) = self.seen.contacts.add(&key, short_line(row.record.line)) {
            let email = columns.cell(&row.record, "email").trim();
            return invalid(columns, "email", format!("E-mail {email} of this customer is already on line {line}."));
        }
        let planned = self.plan_contact(columns, row, ahead, &owner, stored);
        if matches!(planned, Err(_) | Ok(RowOutcome::SkippedNew)) {
            self.seen.contacts.reject(&key);
        }
        planned
    }

    fn plan_contact(
        &self,
        columns: &ColumnMap,
        row: &FileRow,
        ahead: &ReadAsNew<ContactRecord>,
        owner: &OwningCustomer,
        stored: Option<&Contact>,
    ) -> Planned<PlannedContact> {
        if let Some(skipped) = self.skipped(stored.is_some()) {
            return Ok(skipped);
        }
        let record = read(columns, row, ahead, stored)?;
        let planned = PlannedContact { customer: owner.customer, becomes_default: false, record };
        Ok(match stored {
            Some(stored) => RowOutcome::Changed(stored.id.0, planned),
            None => RowOutcome::New(planned),
        })
    }

    /// Decides who becomes the default of each company, and asks the rules for what that changes.
    pub(super) fn settle_defaults(&mut self, columns: &ColumnMap, rows: &[FileRow], planned: &mut [Planned<PlannedContact>]) {
        let companies = planned.iter().enumerate().filter_map(|(place, planned)| match planned {
            Ok(RowOutcome::New(contact) | RowOutcome::Changed(_, contact)) => Some((contact.customer, place)),
            _ => None,
        });
        let mut companies: Vec<(CustomerRef, usize)> = companies.collect();
        companies.sort_unstable();
        for rows_of_one in companies.chunk_by(|a, b| a.0 == b.0) {
            let company = Company::of(self, rows, planned, rows_of_one);
            self.remember_default(&company, rows);
            for (_, place) in rows_of_one {
                let (row, slot) = (&rows[*place], &mut planned[*place]);
                let settled = std::mem::replace(slot, Ok(RowOutcome::Unchanged))
                    .and_then(|outcome| self.settle(columns, row, &company, *place, outcome));
                if settled.is_err() {
                    self.seen.contacts.reject(&(company.customer, row.email_key.as_str()));
                }
                *slot = settled;
            }
        }
    }

    fn settle(
        &self,
        columns: &ColumnMap,
        row: &FileRow,
        company: &Company,
        place: usize,
        outcome: RowOutcome<PlannedContact>,
    ) -> Planned<PlannedContact> {
        let (id, mut planned) = match outcome {
            RowOutcome::New(planned) => (None, planned),
            RowOutcome::Changed(id, planned) => (Some(id), planned),
            other => return Ok(other),
        };
        let is_next = company.next == Some(place);
        let record = &planned.record;
        if let (Some(true), false, Some(line)) = (record.default, is_next, company.taken_on)
            && company.can_take(id, record)
        {
            return invalid(columns, "default", format!("A customer has at most one default, and line {line} is already it."));
        }
        let stored = stored_contact(self.stored, company.customer, row);
        let before = stored.is_some_and(|stored| stored.default);
        planned.becomes_default = is_next && !before;
        let Some(stored) = stored else {
            // A company's first contact becomes its default; later ones are made the default.
            if record.default == Some(true) && (company.has_default || !is_next) {
                let facts = ContactFacts { own: false, enabled: record.enabled, default: false, entitlements: 0 };
                self.ask(columns, [(Task::SetDefault(facts), "default")])?;
            }
            return Ok(RowOutcome::New(planned));
        };
        let default = match record.default {
            Some(true) => true,
            // Where another contact takes its place, that is the other row's doing.
            Some(false) => before && company.next_asks,
            None => before,
        };
        let after = Contact { enabled: record.enabled, default, draft: record.draft.clone(), ..stored.clone() };
        if after.draft == stored.draft && after.enabled == stored.enabled && after.default == before {
            return Ok(RowOutcome::Unchanged);
        }
        self.ask(columns, tasks::of_contact(stored, &after, 0))?;
        Ok(RowOutcome::Changed(stored.id.0, planned))
    }

    /// Remembers who is the default for rows that come later.
    fn remember_default(&mut self, company: &Company, rows: &[FileRow]) {
        if let Some(next) = company.next {
            let line = if company.next_asks { short_line(rows[next].record.line) } else { UNASKED };
            self.seen.others.set(&("default", company.customer), line);
        }
    }
}

fn stored_contact<'a>(stored: &'a StoredRecords, customer: CustomerRef, row: &FileRow) -> Option<&'a Contact> {
    match customer {
        CustomerRef::Stored(id) => stored.contact(id, &row.email_key),
        CustomerRef::New(_) => None,
    }
}

/// Stands for the line of the default where no row has asked for it.
const UNASKED: u32 = 0;

/// A company whose contacts are in a batch.
struct Company {
    customer: CustomerRef,
    /// The stored default.
    present: Option<i64>,
    /// It has a default, by the database or an earlier batch.
    has_default: bool,
    /// An enabled contact asks to be the default.
    enabled_asks: bool,
    /// The place of the row whose contact is the default from now on; `None` where that does not change.
    next: Option<usize>,
    /// A row asks for the default, in this batch or an earlier one, and gets it.
    next_asks: bool,
    /// On which line.
    taken_on: Option<u32>,
}

impl Company {
    fn of(planner: &Planner<'_>, rows: &[FileRow], planned: &[Planned<PlannedContact>], places: &[(CustomerRef, usize)]) -> Self {
        let customer = places[0].0;
        let present = match customer {
            CustomerRef::Stored(id) => planner.stored.default_of(id),
            CustomerRef::New(_) => None,
        };
        let earlier = planner.seen.others.get(&("default", customer));
        let contacts: Vec<(usize, Option<i64>, &ContactRecord)> = places
            .iter()
            .filter_map(|(_, place)| match &planned[*place] {
                Ok(RowOutcome::New(contact)) => Some((*place, None, &contact.record)),
                Ok(RowOutcome::Changed(id, contact)) => Some((*place, Some(*id), &contact.record)),
                _ => None,
            })
            .collect();
        let asks = |record: &ContactRecord| record.default == Some(true);
        let mut company = Self {
            customer,
            present,
            has_default: present.is_some() || earlier.is_some(),
            enabled_asks: contacts.iter().any(|(_, _, record)| asks(record) && record.enabled),
            next: None,
            next_asks: false,
            taken_on: earlier.filter(|line| *line != UNASKED),
        };
        if company.taken_on.is_none() {
            company.next = contacts.iter().find(|(_, id, record)| asks(record) && company.can_take(*id, record)).map(|(place, ..)| *place);
            company.taken_on = company.next.map(|place| short_line(rows[place].record.line));
        }
        company.next_asks = company.taken_on.is_some();
        if !company.has_default && !company.next_asks {
            // Nobody has asked: the first new contact, as on the page. One that is expressly not the default only where nobody else is left.
            let choice = |record: &ContactRecord| match (record.default, record.enabled) {
                (None, true) => Some(0),
                (None, false) => Some(1),
                (Some(_), true) => Some(2),
                (Some(_), false) => None,
            };
            let new = contacts.iter().filter(|(_, id, _)| id.is_none());
            company.next = new.filter_map(|(place, _, record)| Some((choice(record)?, *place))).min().map(|(_, place)| place);
        }
        company
    }

    /// Whether a contact that asks for the default may be it: an enabled one, the present one, or a new one that brings its company the
    /// default which it had where it comes from, disabled.
    fn can_take(&self, id: Option<i64>, record: &ContactRecord) -> bool {
        record.enabled || (id.is_some() && id == self.present) || (id.is_none() && !self.has_default && !self.enabled_asks)
    }
}
