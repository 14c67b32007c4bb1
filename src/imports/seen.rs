//! What a check has seen of the files so far: what is there twice, and to which customers of the files rows refer. Keys are kept as
//! 64-bit hashes, a dozen bytes each, in a map for each kind, so that not all of them double at one instant: with a million customers and
//! two million contacts about 130 MiB in all. (Two of four million keys share a hash once in two million files; a row would then be called
//! a duplicate.)

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

use crate::domain::customer::Kind;
use crate::imports::files::merge::{Key, Name};

/// A hash in two halves: an entry then has no gap after a line number.
type Short = [u32; 2];

/// A customer of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Earlier {
    /// The line its row begins at.
    pub line: u32,
    /// What becomes of it.
    pub fate: Fate,
    /// Company or individual.
    pub kind: Kind,
    /// Entitlements may be created for it.
    pub entitled: bool,
    /// 0 for one that is to be created.
    pub id: i64,
}

/// What becomes of a row, as far as other rows need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is, or will be, stored.
    Stored,
    /// The mode skips it.
    Skipped,
    /// Something is wrong with it.
    Invalid,
}

/// The numbers that a file gives, where it leaves others to be generated.
pub(super) struct Given {
    state: RandomState,
    names: HashMap<Short, u32>,
}

impl Given {
    /// The file gives this number (folded) to a customer.
    pub fn holds(&self, number: &str) -> bool {
        self.names.contains_key(&short(&self.state, &Name::Number(number)))
    }
}

/// What stands on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    /// The e-mail of a customer's contact, or an individual's own.
    Email,
    /// An entitlement's EID.
    Eid,
    /// A default, a customer by its id, a key without its zeros.
    Other,
}

#[derive(Default)]
pub(super) struct Seen {
    state: RandomState,
    customers: Vec<Earlier>,
    /// Places in `customers`.
    names: HashMap<Short, u32>,
    contacts: HashMap<Short, u32>,
    eids: HashMap<Short, u32>,
    others: HashMap<Short, u32>,
    given: bool,
    generated: bool,
}

impl Seen {
    /// Remembers that something of the file stands on a line. Returns the earlier line where it stood before.
    pub fn first(&mut self, kind: Thing, what: &impl Hash, line: u64) -> Option<u32> {
        let (line, key) = (u32::try_from(line).unwrap_or(u32::MAX), short(&self.state, what));
        let lines = match kind {
            Thing::Email => &mut self.contacts,
            Thing::Eid => &mut self.eids,
            Thing::Other => &mut self.others,
        };
        let first = *lines.entry(key).or_insert(line);
        (first != line).then_some(first)
    }

    /// Where something stood first.
    pub fn line(&self, kind: Thing, what: &impl Hash) -> Option<u32> {
        let lines = match kind {
            Thing::Email => &self.contacts,
            Thing::Eid => &self.eids,
            Thing::Other => &self.others,
        };
        lines.get(&short(&self.state, what)).copied()
    }

    /// A customer of the file by its name.
    pub fn customer(&self, name: Name<'_>) -> Option<Earlier> {
        self.names.get(&short(&self.state, &name)).and_then(|place| self.customers.get(*place as usize)).copied()
    }

    /// Remembers a customer of the file under its names; a name that is taken stays with the first.
    pub fn remember(&mut self, key: &Key, customer: Earlier) {
        let place = u32::try_from(self.customers.len()).unwrap_or(u32::MAX);
        self.customers.push(customer);
        for name in key.names() {
            self.names.entry(short(&self.state, &name)).or_insert(place);
        }
        if key.number.is_empty() { self.generated = true } else { self.given = true }
    }

    /// What an import needs to know of it, if anything.
    pub fn given(self) -> Option<Given> {
        (self.given && self.generated).then_some(Given { state: self.state, names: self.names })
    }
}

fn short(state: &RandomState, what: &impl Hash) -> Short {
    let bytes = state.hash_one(what).to_be_bytes();
    [u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]), u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]])]
}
