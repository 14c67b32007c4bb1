//! Three files as one row of batches: a slice of the customers, and with it the contacts and entitlements of these customers.
//!
//! Files in the same order (as the export writes them) are merged by looking at the next row of each: a contact is taken while its
//! customer is in the present slice, an entitlement while its customer is and its contact has been met. A row of another customer
//! waits; when the customers have ended, everything left is taken, the contacts first. So any order works, and the usual one needs no
//! memory and has all of a customer in one transaction.

use std::collections::{HashMap, HashSet};

use super::columns::Columns;
use super::source::Bytes;
use super::table::{Record, Table};
use crate::domain::fold;
use crate::domain::import::{Each, Subject, Trouble};

/// Customers in a slice.
pub const SLICE: usize = 1_000;
/// Contacts, and again entitlements, in a batch: a company with a hundred thousand contacts takes several.
const FOLLOWERS: usize = 5_000;

/// A row with the folded keys that it is found by.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its cells.
    pub record: Record,
    /// By which the customer is known that the row is, or belongs to.
    pub customer: Key,
    /// The e-mail that the row has or names; empty for none.
    pub email_key: String,
}

/// What a customer is named by, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Key {
    /// Decides where it is there.
    pub number: String,
    /// Decides else.
    pub crm: String,
}

/// One of the two names of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Name<'a> {
    /// By its number.
    Number(&'a str),
    /// By its CRM ID.
    Crm(&'a str),
}

impl Key {
    /// The name that decides; `None` where there is none.
    #[must_use]
    pub fn name(&self) -> Option<Name<'_>> {
        self.names().next()
    }

    /// All names that are there.
    pub fn names(&self) -> impl Iterator<Item = Name<'_>> {
        let number = (!self.number.is_empty()).then_some(Name::Number(&self.number));
        let crm = (!self.crm.is_empty()).then_some(Name::Crm(&self.crm));
        number.into_iter().chain(crm)
    }
}

/// Rows that are imported in one transaction.
#[derive(Debug, Default)]
pub struct Batch {
    /// The rows of each file.
    pub rows: Each<Vec<Row>>,
    /// Records of each file that were left out as the check had said.
    pub left_out: Each<LeftOut>,
    /// Records of each file that are done once this batch is.
    pub position: Each<u64>,
}

/// Why a check leaves out a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Something is wrong with it.
    Invalid,
    /// It belongs to a customer that the mode skips.
    Skipped,
}

/// Records that were left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Invalid ones.
    pub invalid: u64,
    /// Those of customers that are skipped.
    pub skipped: u64,
}

/// The records of a file that a check leaves out, by place.
pub type Marks = HashMap<u64, Reason>;

struct File {
    table: Table,
    columns: Columns,
    /// The next row, with its keys.
    next: Option<Row>,
    done: u64,
    marks: Marks,
    left_out: LeftOut,
}

/// The files, and how far they have been taken.
pub struct Merge {
    files: Each<Option<File>>,
    /// The customers of the present slice by their names' hashes.
    slice: HashMap<Key, usize>,
    /// The e-mails met with each of them.
    met: HashSet<(usize, String)>,
    limits: Limits,
}

/// How much a batch holds.
struct Limits {
    customers: usize,
    followers: usize,
}

impl Merge {
    /// Opens the files that there are.
    ///
    /// # Errors
    /// Which file is no table of its kind, and why.
    pub fn open(bytes: Each<Option<Bytes>>) -> Result<Self, (Subject, Trouble)> {
        let Each { customers, contacts, entitlements } = bytes;
        let mut bytes = Each { customers, contacts, entitlements };
        let files = Each::try_from_fn(|subject| {
            let Some(bytes) = bytes.of_mut(subject).take() else { return Ok(None) };
            let table = Table::open(subject, bytes).map_err(|trouble| (subject, trouble))?;
            let columns = Columns::of(subject, &table.header).map_err(|trouble| (subject, trouble))?;
            Ok(Some(File { table, columns, next: None, done: 0, marks: Marks::new(), left_out: LeftOut::default() }))
        })?;
        let limits = Limits { customers: SLICE, followers: FOLLOWERS };
        Ok(Self { files, slice: HashMap::new(), met: HashSet::new(), limits })
    }

    /// Where the columns of each file go.
    #[must_use]
    pub fn columns(&self) -> Each<Option<Columns>> {
        let of = |subject| self.files.of(subject).as_ref().map(|file| file.columns.clone());
        Each { customers: of(Subject::Customers), contacts: of(Subject::Contacts), entitlements: of(Subject::Entitlements) }
    }

    /// Leaves out what a check has marked.
    pub fn leave_out(&mut self, marks: Each<Marks>) {
        let Each { customers, contacts, entitlements } = marks;
        for (subject, marks) in Subject::ALL.into_iter().zip([customers, contacts, entitlements]) {
            if let Some(file) = self.files.of_mut(subject) {
                file.marks = marks;
            }
        }
    }

    /// Reads over the records that are done.
    ///
    /// # Errors
    /// Which file cannot be read on, and why.
    pub fn skip(&mut self, done: &Each<u64>) -> Result<(), (Subject, Trouble)> {
        for subject in Subject::ALL {
            let Some(file) = self.files.of_mut(subject) else { continue };
            while file.done < *done.of(subject) && file.table.take().map_err(|trouble| (subject, trouble))?.is_some() {
                file.done += 1;
            }
        }
        Ok(())
    }

    /// The next batch; `None` at the end.
    ///
    /// # Errors
    /// Which file cannot be read on, and why.
    pub fn batch(&mut self) -> Result<Option<Batch>, (Subject, Trouble)> {
        let mut batch = Batch::default();
        if !self.follows(Subject::Contacts)? && !self.follows(Subject::Entitlements)? {
            self.slice.clear();
            self.met.clear();
            while batch.rows.customers.len() < self.limits.customers
                && let Some(row) = self.take(Subject::Customers)?
            {
                self.remember(&row, batch.rows.customers.len());
                batch.rows.customers.push(row);
            }
        }
        for subject in [Subject::Contacts, Subject::Entitlements] {
            while batch.rows.of(subject).len() < self.limits.followers && self.follows(subject)? {
                let Some(row) = self.take(subject)? else { break };
                self.meet(&row);
                batch.rows.of_mut(subject).push(row);
            }
        }
        for subject in Subject::ALL {
            if let Some(file) = self.files.of_mut(subject) {
                *batch.position.of_mut(subject) = file.done;
                *batch.left_out.of_mut(subject) = std::mem::take(&mut file.left_out);
            }
        }
        let some =
            Subject::ALL.iter().any(|subject| !batch.rows.of(*subject).is_empty() || *batch.left_out.of(*subject) != LeftOut::default());
        Ok(some.then_some(batch))
    }

    /// Whether the next contact or entitlement can be taken now.
    fn follows(&mut self, subject: Subject) -> Result<bool, (Subject, Trouble)> {
        let more_customers = self.peek(Subject::Customers)?.is_some();
        let contacts_follow = subject == Subject::Entitlements && self.follows(Subject::Contacts)?;
        let more_contacts = self.peek(Subject::Contacts)?.is_some();
        self.peek(subject)?;
        let Some(row) = self.files.of(subject).as_ref().and_then(|file| file.next.as_ref()) else { return Ok(false) };
        if contacts_follow {
            return Ok(false);
        }
        let hopeless = row.record.uneven || row.customer.name().is_none();
        if hopeless || (!more_customers && (subject == Subject::Contacts || !more_contacts)) {
            return Ok(true);
        }
        let Some(customer) = row.customer.name().and_then(|name| self.slice.get(&Key::from(name))) else { return Ok(false) };
        let waits = subject == Subject::Entitlements
            && more_contacts
            && !row.email_key.is_empty()
            && !self.met.contains(&(*customer, row.email_key.clone()));
        Ok(!waits)
    }

    fn remember(&mut self, row: &Row, index: usize) {
        for name in row.customer.names() {
            self.slice.insert(Key::from(name), index);
        }
        self.meet(row);
    }

    fn meet(&mut self, row: &Row) {
        if let Some(customer) = row.customer.name().and_then(|name| self.slice.get(&Key::from(name))) {
            self.met.insert((*customer, row.email_key.clone()));
        }
    }

    fn peek(&mut self, subject: Subject) -> Result<Option<&Row>, (Subject, Trouble)> {
        match self.files.of_mut(subject) {
            Some(file) => file.peek().map_err(|trouble| (subject, trouble)),
            None => Ok(None),
        }
    }

    fn take(&mut self, subject: Subject) -> Result<Option<Row>, (Subject, Trouble)> {
        self.peek(subject)?;
        let Some(file) = self.files.of_mut(subject) else { return Ok(None) };
        let row = file.next.take();
        file.done += u64::from(row.is_some());
        Ok(row)
    }
}

impl From<Name<'_>> for Key {
    fn from(name: Name<'_>) -> Self {
        match name {
            Name::Number(number) => Self { number: number.to_owned(), crm: String::new() },
            Name::Crm(crm) => Self { number: String::new(), crm: crm.to_owned() },
        }
    }
}

impl File {
    fn peek(&mut self) -> Result<Option<&Row>, Trouble> {
        while self.next.is_none()
            && let Some(record) = self.table.take()?
        {
            match self.marks.get(&record.place) {
                Some(reason) => {
                    self.done += 1;
                    match reason {
                        Reason::Invalid => self.left_out.invalid += 1,
                        Reason::Skipped => self.left_out.skipped += 1,
                    }
                }
                None => self.next = Some(row(&self.columns, self.table.subject, record)),
            }
        }
        Ok(self.next.as_ref())
    }
}

fn row(columns: &Columns, subject: Subject, record: Record) -> Row {
    let (number, crm, email) = match subject {
        Subject::Customers => ("number", "crm_id", "email"),
        Subject::Contacts => ("customer_number", "customer_crm_id", "email"),
        Subject::Entitlements => ("customer_number", "customer_crm_id", "contact_email"),
    };
    let key = |field| fold::key(columns.cell(&record, field));
    let (customer, email_key) = (Key { number: key(number), crm: key(crm) }, key(email));
    Row { record, customer, email_key }
}

#[cfg(test)]
mod tests;
