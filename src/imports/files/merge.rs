//! Three files as one sequence of batches: a slice of the customers, and with it the contacts and entitlements of these customers.
//!
//! Files in the same order (as the export writes them) are merged by looking at the next row of each: a contact is taken while its
//! customer is in the present slice, an entitlement while its customer is and its contact has been met. A row of another customer
//! waits; when the customers have ended, everything left is taken, the contacts first. So any order works, and the usual one needs no
//! memory and has all of a customer in one transaction.

use std::collections::{HashMap, HashSet};

use super::columns::ColumnMap;
use super::error::FileError;
use super::report::Counts;
use super::source::Bytes;
use super::table::{Record, Table};
use crate::domain::identity;
use crate::domain::import::{Each, Subject};
use crate::domain::text::Email;

/// Contacts, and again entitlements, in a batch, for each of its customers: a company with a hundred thousand contacts takes several batches.
const FOLLOWERS: usize = 5;

/// A row with the keys that it is found by.
#[derive(Debug, Clone)]
pub struct FileRow {
    pub record: Record,
    /// The keys of the customer that the row is, or belongs to.
    pub customer: CustomerKeys,
    /// The e-mail that the row has or names; empty for none.
    pub email_key: String,
}

/// What a customer is known by, as keys; empty where it is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct CustomerKeys {
    /// Decides where it is there.
    pub number: String,
    /// Decides otherwise.
    pub crm_id: String,
}

/// One of the two keys of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CustomerKey<'a> {
    Number(&'a str),
    CrmId(&'a str),
}

impl CustomerKey<'_> {
    /// The same kind of key with another text.
    #[must_use]
    pub fn spelled(self, text: &str) -> CustomerKey<'_> {
        match self {
            Self::Number(_) => CustomerKey::Number(text),
            Self::CrmId(_) => CustomerKey::CrmId(text),
        }
    }
}

impl CustomerKeys {
    /// The keys that are there, the one that decides first.
    pub fn iter(&self) -> impl Iterator<Item = CustomerKey<'_>> {
        let number = (!self.number.is_empty()).then_some(CustomerKey::Number(&self.number));
        number.into_iter().chain((!self.crm_id.is_empty()).then_some(CustomerKey::CrmId(&self.crm_id)))
    }

    /// The key that decides.
    #[must_use]
    pub fn first(&self) -> Option<CustomerKey<'_>> {
        self.iter().next()
    }

    /// The field of a contact or entitlement that names its customer.
    #[must_use]
    pub fn reference(&self) -> &'static str {
        if self.number.is_empty() { "customer_crm_id" } else { "customer_number" }
    }
}

impl From<CustomerKey<'_>> for CustomerKeys {
    fn from(key: CustomerKey<'_>) -> Self {
        match key {
            CustomerKey::Number(number) => Self { number: number.to_owned(), crm_id: String::new() },
            CustomerKey::CrmId(crm_id) => Self { number: String::new(), crm_id: crm_id.to_owned() },
        }
    }
}

/// Rows that are imported in one transaction.
#[derive(Debug, Default)]
pub struct Batch {
    pub rows: Each<Vec<FileRow>>,
    /// Counts the records of each file that were left out as the check had said.
    pub left_out: Each<Counts>,
    /// Records of each file that are done once this batch is.
    pub position: Each<u64>,
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
    /// Opens the files that there are, to be taken in batches of so many customers.
    pub fn open(batch: usize, mut bytes: Each<Option<Bytes>>) -> Result<Self, FileError> {
        let files = Each::try_from_fn(|subject| {
            let Some(bytes) = bytes.of_mut(subject).take() else { return Ok(None) };
            let table = Table::open(subject, bytes)?;
            let columns = ColumnMap::of(subject, &table.header)?;
            Ok(Some(File { table, columns, next: None, done: 0, exclusions: Exclusions::new(), left_out: Counts::default() }))
        })?;
        Ok(Self { files, slice: HashMap::new(), met: HashSet::new(), limits: (batch, batch * FOLLOWERS) })
    }

    /// Where the columns of each file go.
    #[must_use]
    pub fn columns(&self) -> Each<Option<ColumnMap>> {
        Each::from_fn(|subject| self.files.of(subject).as_ref().map(|file| file.columns.clone()))
    }

    /// Leaves out what a check has found.
    pub fn leave_out(&mut self, mut exclusions: Each<Exclusions>) {
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
        let mut batch = Batch::default();
        if !self.follows(Subject::Contacts)? && !self.follows(Subject::Entitlements)? {
            self.slice.clear();
            self.met.clear();
            while batch.rows.customers.len() < self.limits.0
                && let Some(row) = self.take(Subject::Customers)?
            {
                self.slice.extend(row.customer.iter().map(|key| (key.into(), batch.rows.customers.len())));
                self.meet(&row);
                batch.rows.customers.push(row);
            }
        }
        for subject in [Subject::Contacts, Subject::Entitlements] {
            while batch.rows.of(subject).len() < self.limits.1 && self.follows(subject)? {
                let Some(row) = self.take(subject)? else { break };
                self.meet(&row);
                batch.rows.of_mut(subject).push(row);
            }
        }
        let mut is_empty = true;
        for subject in Subject::ALL {
            if let Some(file) = self.files.of_mut(subject) {
                *batch.position.of_mut(subject) = file.done;
                *batch.left_out.of_mut(subject) = std::mem::take(&mut file.left_out);
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
        let is_hopeless = row.record.uneven || row.customer.first().is_none();
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
        let customer = CustomerKeys { number: identity::key(number), crm_id: identity::key(crm_id) };
        let email_key = email_key(email);
        FileRow { record, customer, email_key }
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
