//! Three files as one sequence of batches: a slice of the customers, and with it the contacts and entitlements of these customers.
//!
//! Files in the same order (as the export writes them) are merged by looking at the next row of each: a contact is taken while its
//! customer is in the present slice, an entitlement while its customer is and its contact has been met. A row of another customer
//! waits, and one that gives its customer's name alone; when the customers have ended, everything left is taken, the contacts first. So any order
//! works, and the usual one needs no memory and has all of a customer in one transaction.
//!
//! A slice is of the same places in the file for the check and the import, whatever is left out: what the check finds good together is written
//! together.
//!
//! A file of customers may have companies and people in one row; then a row of the contacts is made of it, which follows its customer at once.

use std::collections::{HashMap, HashSet};

use super::columns::ColumnMap;
use super::error::FileError;
use super::fields::CUSTOMER_NAME;
use super::reading::Reading;
use super::report::{Counts, Finding};
use super::row::{CustomerKeys, FileRow, Found, short_line};
use super::source::Bytes;
use super::table::{Record, Table};
use crate::domain::identity;
use crate::domain::import::{Each, Subject};
use crate::domain::text::Email;

/// Contacts, and again entitlements, in a batch, for each of its customers: a company with a hundred thousand contacts takes several batches.
const FOLLOWERS: usize = 5;

/// Bytes of cells after which a batch takes no more rows.
const BYTES: usize = 8 << 20;

/// Rows that are imported in one transaction.
#[derive(Debug, Default)]
pub struct Batch {
    pub rows: Each<Vec<FileRow>>,
    /// Counts the records of each file that were left out as the check had said.
    pub left_out: Each<Counts>,
    /// Records of each file that are done once this batch is.
    pub position: Each<u64>,
    /// Its contacts are made of rows of the customers.
    pub contacts_are_of_customers: bool,
    /// Bytes of its cells.
    bytes: usize,
}

impl Batch {
    fn has_room(&self, subject: Subject, limit: usize) -> bool {
        self.bytes < BYTES && self.rows.of(subject).len() < limit
    }

    fn push(&mut self, subject: Subject, row: FileRow) {
        self.bytes += row.record.cells.as_slice().len();
        self.rows.of_mut(subject).push(row);
    }
}

/// Why a check leaves out a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion {
    Invalid,
    /// The mode skips it, or the customer that it belongs to.
    Skipped,
}

/// The records of a file that a check leaves out, by place.
pub type Exclusions = HashMap<u64, Exclusion>;

struct File {
    table: Table,
    columns: ColumnMap,
    next: Option<FileRow>,
    done: u64,
    exclusions: Exclusions,
    left_out: Counts,
    people: Option<People>,
    /// Rows of other files may name its records in another way than by their keys: then by their lines.
    needs_lines: bool,
}

/// The contacts that rows of customers bring with them.
struct People {
    columns: ColumnMap,
    /// By the places of the customers' rows.
    exclusions: Exclusions,
    left_out: Counts,
}

/// The files, and how far they have been taken.
pub struct Merge {
    files: Each<Option<File>>,
    /// The customers of the present slice by each of their keys.
    slice: HashMap<CustomerKeys, usize>,
    /// The e-mails met with each of them.
    met: HashSet<(usize, String)>,
    /// How many customers a batch holds at most, and how many contacts or entitlements.
    limits: (usize, usize),
}

impl Merge {
    /// Opens the files that there are, to be taken in batches of so many customers. Where there are columns of contacts but no file of them, contacts
    /// are made of the customers' rows.
    pub fn open(
        batch: usize,
        mut bytes: Each<Option<Bytes>>,
        columns: &Each<Option<ColumnMap>>,
        readings: &Each<Reading>,
    ) -> Result<Self, FileError> {
        let people = columns.contacts.as_ref().filter(|_| bytes.contacts.is_none());
        let mut files = Each::try_from_fn(|subject| {
            let (Some(bytes), Some(columns)) = (bytes.of_mut(subject).take(), columns.of(subject)) else { return Ok(None) };
            let table = Table::open(subject, bytes, readings.of(subject))?;
            let (exclusions, left_out) = (Exclusions::new(), Counts::default());
            Ok(Some(File { table, columns: columns.clone(), next: None, done: 0, exclusions, left_out, people: None, needs_lines: false }))
        })?;
        if let Some(customers) = &mut files.customers {
            let people =
                people.map(|columns| People { columns: columns.clone(), exclusions: Exclusions::new(), left_out: Counts::default() });
            customers.needs_lines = people.is_some() || names_customers(columns);
            customers.people = people;
        }
        Ok(Self { files, slice: HashMap::new(), met: HashSet::new(), limits: (batch, batch * FOLLOWERS) })
    }

    /// What cannot be read of the files as it was meant.
    pub fn take_warnings(&mut self) -> Vec<Finding> {
        let mut warnings = Vec::new();
        for subject in Subject::ALL {
            warnings.extend(self.files.of_mut(subject).iter_mut().flat_map(|file| file.table.take_warnings()));
        }
        warnings
    }

    /// Leaves out what a check has found.
    pub fn leave_out(&mut self, mut exclusions: Each<Exclusions>) {
        if let Some(people) = self.files.customers.as_mut().and_then(|file| file.people.as_mut()) {
            people.exclusions = std::mem::take(&mut exclusions.contacts);
        }
        for subject in Subject::ALL {
            if let Some(file) = self.files.of_mut(subject) {
                file.exclusions = std::mem::take(exclusions.of_mut(subject));
            }
        }
    }

    /// Reads over the records that are done.
    pub fn skip(&mut self, done: &Each<u64>) -> Result<(), FileError> {
        for subject in Subject::ALL {
            let Some(file) = self.files.of_mut(subject) else { continue };
            while file.done < *done.of(subject) && file.table.next_record()?.is_some() {
                file.done += 1;
            }
        }
        Ok(())
    }

    /// The next batch; `None` at the end.
    pub fn batch(&mut self) -> Result<Option<Batch>, FileError> {
        let contacts_are_of_customers = self.files.customers.as_ref().is_some_and(|file| file.people.is_some());
        let mut batch = Batch { contacts_are_of_customers, ..Batch::default() };
        let limit = self.limits.0 as u64;
        if !self.follows(Subject::Contacts)? && !self.follows(Subject::Entitlements)? {
            self.slice.clear();
            self.met.clear();
            let mut slice = None;
            while batch.bytes < BYTES
                && let Some(next) = self.peek(Subject::Customers)?.map(|row| row.record.place / limit)
                && *slice.get_or_insert(next) == next
                && let Some(row) = self.take(Subject::Customers)?
            {
                self.slice.extend(row.customer.iter().map(|key| (key.into(), batch.rows.customers.len())));
                self.meet(&row);
                let person = self.files.customers.as_mut().and_then(|file| file.person_of(&row));
                batch.push(Subject::Customers, row);
                if let Some(person) = person {
                    batch.push(Subject::Contacts, person);
                }
            }
        }
        for subject in [Subject::Contacts, Subject::Entitlements] {
            while batch.has_room(subject, self.limits.1) && self.follows(subject)? {
                let Some(row) = self.take(subject)? else { break };
                self.meet(&row);
                batch.push(subject, row);
            }
        }
        let mut is_empty = true;
        for subject in Subject::ALL {
            if let Some(file) = self.files.of_mut(subject) {
                *batch.position.of_mut(subject) = file.done;
                *batch.left_out.of_mut(subject) = std::mem::take(&mut file.left_out);
            } else if let Some(people) = self.files.customers.as_mut().and_then(|file| file.people.as_mut())
                && subject == Subject::Contacts
            {
                batch.left_out.contacts = std::mem::take(&mut people.left_out);
            }
            is_empty &= batch.rows.of(subject).is_empty() && batch.left_out.of(subject).rows() == 0;
        }
        Ok((!is_empty).then_some(batch))
    }

    /// Whether the next contact or entitlement can be taken now.
    fn follows(&mut self, subject: Subject) -> Result<bool, FileError> {
        let more_customers = self.peek(Subject::Customers)?.is_some();
        let contacts_follow = subject == Subject::Entitlements && self.follows(Subject::Contacts)?;
        let more_contacts = self.peek(Subject::Contacts)?.is_some();
        self.peek(subject)?;
        let Some(row) = self.files.of(subject).as_ref().and_then(|file| file.next.as_ref()) else { return Ok(false) };
        if contacts_follow {
            return Ok(false);
        }
        let is_hopeless = row.record.uneven || (row.customer.first().is_none() && row.found != Found::Named);
        if is_hopeless || (!more_customers && (subject == Subject::Contacts || !more_contacts)) {
            return Ok(true);
        }
        let Some(customer) = self.in_slice(row) else { return Ok(false) };
        let waits = subject == Subject::Entitlements
            && more_contacts
            && !row.email_key.is_empty()
            && !self.met.contains(&(customer, row.email_key.clone()));
        Ok(!waits)
    }

    /// The place of a row's customer in the present slice.
    fn in_slice(&self, row: &FileRow) -> Option<usize> {
        self.slice.get(&row.customer.first()?.into()).copied()
    }

    fn meet(&mut self, row: &FileRow) {
        if let Some(customer) = self.in_slice(row) {
            self.met.insert((customer, row.email_key.clone()));
        }
    }

    fn peek(&mut self, subject: Subject) -> Result<Option<&FileRow>, FileError> {
        self.files.of_mut(subject).as_mut().map_or(Ok(None), File::peek)
    }

    fn take(&mut self, subject: Subject) -> Result<Option<FileRow>, FileError> {
        self.peek(subject)?;
        let Some(file) = self.files.of_mut(subject) else { return Ok(None) };
        let row = file.next.take();
        file.done += u64::from(row.is_some());
        Ok(row)
    }
}

/// Whether contacts or entitlements may give the names of their customers alone.
#[must_use]
pub fn names_customers(columns: &Each<Option<ColumnMap>>) -> bool {
    [&columns.contacts, &columns.entitlements].into_iter().flatten().any(|columns| columns.has(CUSTOMER_NAME))
}

impl File {
    fn peek(&mut self) -> Result<Option<&FileRow>, FileError> {
        while self.next.is_none()
            && let Some(record) = self.table.next_record()?
        {
            match self.exclusions.get(&record.place) {
                Some(Exclusion::Invalid) => self.left_out.invalid += 1,
                Some(Exclusion::Skipped) => self.left_out.skipped += 1,
                None => {
                    self.next = Some(self.row(record));
                    break;
                }
            }
            if let Some(people) = &mut self.people {
                people.leave_out(record.place);
            }
            self.done += 1;
        }
        Ok(self.next.as_ref())
    }

    fn row(&self, record: Record) -> FileRow {
        let [number, crm_id, email] = match self.table.subject {
            Subject::Customers => ["number", "crm_id", "email"],
            Subject::Contacts => ["customer_number", "customer_crm_id", "email"],
            Subject::Entitlements => ["customer_number", "customer_crm_id", "contact_email"],
        }
        .map(|field| self.columns.cell(&record, field));
        let mut customer = CustomerKeys { number: identity::key(&number), crm_id: identity::key(&crm_id), ..CustomerKeys::default() };
        if self.needs_lines {
            customer.line = short_line(record.line);
        }
        if self.people.is_some() && self.columns.gives_id_to_person(&record) {
            customer.crm_id.clear();
        }
        let email_key = email_key(&email);
        let is_owned = self.table.subject != Subject::Customers && customer.first().is_none();
        let is_named = is_owned && !self.columns.cell(&record, CUSTOMER_NAME).trim().is_empty();
        FileRow { record, customer, email_key, found: if is_named { Found::Named } else { Found::Nothing } }
    }

    /// The contact that a row of customers brings with it.
    fn person_of(&mut self, row: &FileRow) -> Option<FileRow> {
        let people = self.people.as_mut().filter(|_| self.columns.has_contact(&row.record))?;
        if people.leave_out(row.record.place) {
            return None;
        }
        let customer = CustomerKeys { line: row.customer.line, ..CustomerKeys::default() };
        let email_key = email_key(&people.columns.cell(&row.record, "email"));
        Some(FileRow { record: row.record.clone(), customer, email_key, found: Found::Nothing })
    }
}

impl People {
    /// Counts a contact that is left out; returns whether it is.
    fn leave_out(&mut self, place: u64) -> bool {
        match self.exclusions.get(&place) {
            Some(Exclusion::Invalid) => self.left_out.invalid += 1,
            Some(Exclusion::Skipped) => self.left_out.skipped += 1,
            None => return false,
        }
        true
    }
}

/// The key of a cell with an e-mail, as it is when it is stored.
fn email_key(cell: &str) -> String {
    // Most are what they will be when they are stored: to find that out takes longer than all else of a row.
    if cell.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@.-_+".contains(&byte)) {
        return identity::email_key(cell);
    }
    Email::parse(cell).map_or_else(|_| identity::email_key(cell), |email| identity::email_key(email.as_str()))
}

#[cfg(test)]
mod tests;
