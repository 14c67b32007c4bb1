//! What is to become of each row of a batch, found out without writing: the check stops here, the import goes on to write it.

mod contacts;
mod customers;
mod entitlements;

use std::collections::HashMap;

use super::known::Known;
use super::near::Near;
use super::reader::Reading;
use super::record::Import;
use super::seen::{Earlier, Fate, Seen};
use crate::domain::customer::Kind;
use crate::domain::import::{Each, Mode, Subject};
use crate::imports::files::columns::Columns;
use crate::imports::files::merge::{Batch, Key, Marks, Name, Reason, Row};
use crate::imports::files::report::{Counts, Fault, Report, Warning};
use crate::imports::files::{contact, customer, entitlement};

/// What is to become of a row.
#[derive(Debug)]
pub(super) enum Verdict<W> {
    /// It is to be created.
    New(W),
    /// This record is to be updated.
    Changed(i64, W),
    /// This record is as it says.
    Unchanged(i64),
    /// The mode skips it: the record, if there is one.
    Skipped(Option<i64>),
    /// Something is invalid.
    Invalid(Vec<Fault>),
}

/// To which customer a row belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// One that is stored.
    Stored(i64),
    /// One that this batch creates: its row in the batch.
    Row(usize),
    /// One that an earlier batch would create: its line. In a check only, since an import has stored it by now.
    Line(u32),
}

/// Whom an entitlement names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    /// Nobody.
    Nobody,
    /// A stored contact.
    Stored(i64),
    /// A contact that this batch creates: its row in the batch.
    Row(usize),
    /// The individual itself, which this batch creates.
    Own(usize),
    /// A contact that an earlier batch would create; in a check only.
    Earlier,
}

/// What is to become of a batch.
#[derive(Default)]
pub(super) struct Plan {
    /// Of each customer.
    pub customers: Vec<Verdict<customer::Wanted>>,
    /// Of each contact, with its customer where that is known.
    pub contacts: Vec<(Verdict<contact::Wanted>, Option<Owner>)>,
    /// Of each entitlement, with its EID, its customer and whom it names.
    pub entitlements: Vec<(Verdict<entitlement::Wanted>, String, Option<Owner>, Person)>,
    /// What is odd.
    pub warnings: Vec<Warning>,
}

/// All that a plan is made from.
pub(super) struct Planner<'a> {
    pub columns: &'a Each<Option<Columns>>,
    pub mode: Mode,
    pub import: Option<&'a Import>,
    pub reading: &'a Reading,
    pub known: &'a Known,
    /// Keys of the database that nearly are those of the file; empty in an import.
    pub near: Near,
    /// What came before in the files; `None` in an import, whose check has marked what is there twice.
    pub seen: Option<&'a mut Seen>,
}

impl Planner<'_> {
    /// Makes the plan.
    pub fn plan(mut self) -> Plan {
        let mut plan = Plan::default();
        let none = Columns::default();
        let columns = |subject: Subject| self.columns.of(subject).as_ref().unwrap_or(&none).clone();
        let (of_customers, of_contacts, of_entitlements) =
            (columns(Subject::Customers), columns(Subject::Contacts), columns(Subject::Entitlements));
        let Reading { batch, eids, customers, contacts, entitlements } = self.reading;
        for (row, new) in batch.rows.customers.iter().zip(customers) {
            let verdict = self.customer(&of_customers, row, new, &mut plan.warnings);
            plan.customers.push(verdict);
        }
        let rows = rows_by_name(&batch.rows.customers);
        for (row, new) in batch.rows.contacts.iter().zip(contacts) {
            let planned = self.contact(&of_contacts, row, new, &rows, &plan);
            plan.contacts.push(planned);
        }
        let people = people(&plan, &batch.rows.contacts);
        for ((row, new), eid) in batch.rows.entitlements.iter().zip(entitlements).zip(eids) {
            let planned = self.entitlement(&of_entitlements, row, (eid, new), &rows, &people, &mut plan);
            plan.entitlements.push(planned);
        }
        plan
    }

    /// The customer that a row belongs to.
    fn owner(&self, columns: &Columns, row: &Row, rows: &HashMap<Name<'_>, usize>, plan: &Plan) -> Result<Owned, Verdict<()>> {
        let field = if row.customer.number.is_empty() { "customer_crm_id" } else { "customer_number" };
        let invalid = |reason: String| Err(Verdict::Invalid(vec![Fault::new(columns, field, reason)]));
        let Some(name) = row.customer.name() else {
            return invalid("The customer is missing: give its number or its CRM ID.".to_owned());
        };
        if let Some(index) = rows.get(&name) {
            let line = self.reading.batch.rows.customers[*index].record.line;
            return match &plan.customers[*index] {
                Verdict::New(wanted) => Ok(Owned { owner: Owner::Row(*index), kind: wanted.draft.who.kind(), entitled: true }),
                Verdict::Changed(id, wanted) => Ok(self.stored(*id, Some(wanted.enabled))),
                Verdict::Unchanged(id) | Verdict::Skipped(Some(id)) => Ok(self.stored(*id, None)),
                Verdict::Skipped(None) => Err(Verdict::Skipped(None)),
                Verdict::Invalid(_) => invalid(owner_is_wrong(line)),
            };
        }
        if let Some(earlier) = self.seen.as_ref().and_then(|seen| seen.customer(name)) {
            let owner = if earlier.id == 0 { Owner::Line(earlier.line) } else { Owner::Stored(earlier.id) };
            return match earlier.fate {
                Fate::Stored => Ok(Owned { owner, kind: earlier.kind, entitled: earlier.entitled }),
                Fate::Skipped => Err(Verdict::Skipped(None)),
                Fate::Invalid => invalid(owner_is_wrong(earlier.line.into())),
            };
        }
        match self.known.id(name) {
            Some(id) => Ok(self.stored(id, None)),
            None => invalid(format!("There is no customer {}.", columns.cell(&row.record, field).trim())),
        }
    }

    /// A stored customer; `enabled` is what its row makes of it.
    fn stored(&self, id: i64, enabled: Option<bool>) -> Owned {
        let stored = self.known.customer(id);
        let before = stored.is_none_or(|stored| stored.enabled);
        Owned {
            owner: Owner::Stored(id),
            kind: stored.map_or(Kind::Company, crate::domain::customer::Customer::kind),
            entitled: before || enabled.unwrap_or(before) || self.known.brought_disabled(id, self.import),
        }
    }
}

/// A customer, with what the rules need to know of it.
struct Owned {
    owner: Owner,
    kind: Kind,
    /// Entitlements may be created for it.
    entitled: bool,
}

fn owner_is_wrong(line: u64) -> String {
    format!("Its customer, on line {line} of the customers, is not imported: mend that row first.")
}

/// The customers of a batch by each of their names; one that is taken stays with the first.
fn rows_by_name(rows: &[Row]) -> HashMap<Name<'_>, usize> {
    let mut named = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        for name in row.customer.names() {
            named.entry(name).or_insert(index);
        }
    }
    named
}

/// The contacts of a batch that are, or will be, stored.
fn people<'a>(plan: &Plan, rows: &'a [Row]) -> HashMap<(Owner, &'a str), Person> {
    let mut people = HashMap::new();
    for (index, ((verdict, owner), row)) in plan.contacts.iter().zip(rows).enumerate() {
        let person = match verdict {
            Verdict::New(_) => Person::Row(index),
            Verdict::Changed(id, _) | Verdict::Unchanged(id) | Verdict::Skipped(Some(id)) => Person::Stored(*id),
            Verdict::Skipped(None) | Verdict::Invalid(_) => continue,
        };
        if let Some(owner) = owner {
            people.insert((*owner, row.email_key.as_str()), person);
        }
    }
    people
}

fn refused<W>(verdict: Verdict<()>) -> Verdict<W> {
    match verdict {
        Verdict::Invalid(faults) => Verdict::Invalid(faults),
        _ => Verdict::Skipped(None),
    }
}

/// A row that has not as many cells as there are columns.
fn uneven(columns: &Columns, row: &Row) -> Option<Fault> {
    row.record.uneven.then(|| Fault {
        column: String::new(),
        reason: format!(
            "The row has {} cells, and the first line names {} columns: is a separator or a quotation mark missing?",
            row.record.cells.len(),
            columns.width()
        ),
    })
}

impl Plan {
    /// Counts what is to become of the rows.
    pub fn counts(&self) -> Each<Counts> {
        let mut counts = Each::<Counts>::default();
        self.customers.iter().for_each(|verdict| verdict.count(&mut counts.customers));
        self.contacts.iter().for_each(|(verdict, _)| verdict.count(&mut counts.contacts));
        self.entitlements.iter().for_each(|(verdict, ..)| verdict.count(&mut counts.entitlements));
        counts
    }

    /// Takes what a report keeps, and marks what the import is to leave out.
    pub fn tell(self, batch: &Batch, report: &mut Report, mut marks: Option<&mut Each<Marks>>) {
        self.warnings.into_iter().for_each(|warning| report.warn(warning));
        let mut leave = |subject: Subject, row: &Row, left: Left| {
            let (reason, faults) = match left {
                Left::Invalid(faults) => (Reason::Invalid, Some(faults)),
                Left::Skipped => (Reason::Skipped, None),
            };
            if let Some(marks) = marks.as_deref_mut() {
                marks.of_mut(subject).insert(row.record.place, reason);
            }
            if let Some(faults) = faults {
                report.keep_invalid(subject, &row.record, faults);
            }
        };
        for (row, verdict) in batch.rows.customers.iter().zip(self.customers) {
            verdict.left().into_iter().for_each(|left| leave(Subject::Customers, row, left));
        }
        for (row, (verdict, _)) in batch.rows.contacts.iter().zip(self.contacts) {
            verdict.left().into_iter().for_each(|left| leave(Subject::Contacts, row, left));
        }
        for (row, (verdict, ..)) in batch.rows.entitlements.iter().zip(self.entitlements) {
            verdict.left().into_iter().for_each(|left| leave(Subject::Entitlements, row, left));
        }
    }
}

/// Why the import is to leave a row out without another look.
enum Left {
    Invalid(Vec<Fault>),
    Skipped,
}

impl<W> Verdict<W> {
    fn count(&self, counts: &mut Counts) {
        *match self {
            Self::New(_) => &mut counts.new,
            Self::Changed(..) => &mut counts.changed,
            Self::Unchanged(_) => &mut counts.unchanged,
            Self::Skipped(_) => &mut counts.skipped,
            Self::Invalid(_) => &mut counts.invalid,
        } += 1;
    }

    fn left(self) -> Option<Left> {
        match self {
            Self::Invalid(faults) => Some(Left::Invalid(faults)),
            Self::Skipped(None) => Some(Left::Skipped),
            _ => None,
        }
    }
}

/// Remembers a customer of the file for rows that come later.
fn remember(seen: &mut Seen, key: &Key, line: u64, verdict: &Verdict<customer::Wanted>, owned: Option<&Owned>) {
    let fate = match verdict {
        Verdict::Invalid(_) => Fate::Invalid,
        Verdict::Skipped(None) => Fate::Skipped,
        _ => Fate::Stored,
    };
    let id = match verdict {
        Verdict::Changed(id, _) | Verdict::Unchanged(id) | Verdict::Skipped(Some(id)) => *id,
        _ => 0,
    };
    let kind = match (verdict, owned) {
        (Verdict::New(wanted), _) => wanted.draft.who.kind(),
        (_, owned) => owned.map_or(Kind::Company, |owned| owned.kind),
    };
    let entitled = owned.is_none_or(|owned| owned.entitled);
    seen.remember(key, Earlier { line: u32::try_from(line).unwrap_or(u32::MAX), fate, kind, entitled, id });
}
