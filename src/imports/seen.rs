//! What the rows so far have said: which keys they gave on which line, and which customers they are of. A check keeps one for all of the
//! files, an import one for each batch. Keys are kept as 64-bit hashes, a dozen bytes each, in a map for each kind, so that not all of
//! them double at one instant: with a million customers and two million contacts about 130 MiB in all. (Two of four million keys share a
//! hash once in two million files; a row would then be called a duplicate.)

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

use crate::domain::customer::Kind;
use crate::imports::files::row::{CustomerKey, CustomerKeys};

/// The customer that a row is, or belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum CustomerRef {
    /// One that is stored.
    Stored(i64),
    /// One that is to be created: the line of its row.
    New(u32),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct SeenCustomer {
    pub line: u32,
    pub state: RowState,
    pub kind: Kind,
    /// Entitlements may be created for it.
    pub entitled: bool,
    /// 0 for one that is to be created.
    pub id: i64,
}

/// What becomes of a row, as far as other rows need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowState {
    /// It is, or will be, stored.
    Stored,
    /// The mode skips it.
    Skipped,
    Invalid,
}

impl SeenCustomer {
    pub fn customer(&self) -> CustomerRef {
        if self.id == 0 { CustomerRef::New(self.line) } else { CustomerRef::Stored(self.id) }
    }
}

/// A hash in two halves: an entry then has no gap after a line number.
type Short = [u32; 2];

/// Keys with a number each: mostly the line on which they came first.
#[derive(Default)]
pub(super) struct Lines {
    state: RandomState,
    lines: HashMap<Short, u32>,
}

/// Marks the line of a key whose row is not imported.
/// ([`short_line`](crate::imports::files::row::short_line) never has it.)
const REJECTED: u32 = 1 << 31;

impl Lines {
    /// Remembers that a key is on a line. Returns the earlier line where it was before.
    pub fn add(&mut self, key: &impl Hash, line: u32) -> Option<u32> {
        let first = *self.lines.entry(self.short(key)).or_insert(line) & !REJECTED;
        (first != line).then_some(first)
    }

    /// The line of a key, if its row is imported.
    pub fn get(&self, key: &impl Hash) -> Option<u32> {
        self.lines.get(&self.short(key)).copied().filter(|line| line & REJECTED == 0)
    }

    /// Puts a key on a line, whatever it was on before.
    pub fn set(&mut self, key: &impl Hash, line: u32) {
        self.lines.insert(self.short(key), line);
    }

    /// The row of a key is not imported; the key stays for finding duplicates.
    pub fn reject(&mut self, key: &impl Hash) {
        if let Some(line) = self.lines.get_mut(&self.short(key)) {
            *line |= REJECTED;
        }
    }

    fn short(&self, key: &impl Hash) -> Short {
        let bytes = self.state.hash_one(key).to_be_bytes();
        [u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]), u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]])]
    }
}

#[derive(Default)]
pub(super) struct SeenRows {
    customers: Vec<SeenCustomer>,
    /// Places in `customers` by each of their keys.
    keys: Lines,
    /// Contacts by customer and e-mail, individuals by their own.
    pub contacts: Lines,
    pub eids: Lines,
    /// Defaults by company, customers by their id, those who left their CRM ID, keys without their zeros, keys by what they share with those that nearly are the same.
    pub others: Lines,
    gives_numbers: bool,
    wants_numbers: bool,
}

impl SeenRows {
    pub fn customer(&self, key: CustomerKey<'_>) -> Option<SeenCustomer> {
        self.keys.get(&key).and_then(|place| self.customers.get(place as usize)).copied()
    }

    /// Remembers a customer of the file under its keys; a key that is taken stays with the first.
    pub fn add_customer(&mut self, keys: &CustomerKeys, customer: SeenCustomer) {
        let place = u32::try_from(self.customers.len()).unwrap_or(u32::MAX);
        self.customers.push(customer);
        for key in keys.iter() {
            self.keys.add(&key, place);
        }
        if keys.number.is_empty() { self.wants_numbers = true } else { self.gives_numbers = true }
    }

    /// A customer of the file is not imported after all.
    pub fn refuse_customer(&mut self, keys: &CustomerKeys) {
        let place = keys.first().and_then(|key| self.keys.get(&key));
        if let Some(customer) = place.and_then(|place| self.customers.get_mut(place as usize)) {
            customer.state = RowState::Invalid;
        }
    }

    /// The earlier line of a key that nearly is the same, where it or this one has letters that are not plain; `near` is what both share.
    pub fn near_line(&mut self, near: impl Hash, is_plain: bool, line: u32) -> Option<u32> {
        let key = ("near", near);
        if is_plain { self.others.get(&key).filter(|first| *first != line) } else { self.others.add(&key, line) }
    }

    /// The numbers that the file gives, where it leaves others to be generated.
    pub fn into_numbers(self) -> Option<Lines> {
        (self.gives_numbers && self.wants_numbers).then_some(self.keys)
    }
}
