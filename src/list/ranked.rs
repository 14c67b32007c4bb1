//! Hits in a customer's own name before those elsewhere, each in the order of names: what a few hits are listed in, if nothing else is asked for.

use diesel::prelude::*;

use super::candidate::{AT_ONCE, Direction};
use super::sorted::side;
use crate::db::Db;
use crate::db::schema::listing;
use crate::domain::spelling::{Needle, Spellings};
use crate::store::Result;

/// All hits of a search.
pub struct Ranked {
    hits: Vec<Hit>,
    descends: bool,
}

#[derive(Debug, Clone, Copy)]
struct Hit {
    is_elsewhere: bool,
    position: i64,
    customer: i64,
}

impl Ranked {
    /// Ranks customers by whether their name holds all that is looked for.
    pub fn load(db: &mut Db, customers: &[i64], needles: &[Needle], descends: bool) -> Result<Self> {
        let mut hits = Vec::with_capacity(customers.len());
        for ids in customers.chunks(AT_ONCE) {
            let chosen = listing::table.filter(listing::customer_id.eq_any(ids));
            let rows: Vec<(i64, i64, String)> = chosen.select((listing::position, listing::customer_id, listing::name)).load(db)?;
            hits.extend(rows.into_iter().map(|(position, customer, name)| {
                let name = Spellings::of(&name);
                Hit { is_elsewhere: !needles.iter().all(|needle| name.hold(needle)), position, customer }
            }));
        }
        hits.sort_unstable_by_key(|hit| hit.place(descends));
        Ok(Self { hits, descends })
    }

    /// The customers in order.
    pub fn customers(&self) -> impl Iterator<Item = i64> {
        self.hits.iter().map(|hit| hit.customer)
    }

    /// The customers on one side of a position, or all of them, nearest first. One that is no hit any more stands among those found elsewhere.
    pub fn side(&self, direction: Direction, beyond: Option<i64>) -> impl Iterator<Item = i64> {
        let known = |position| self.hits.iter().find(|hit| hit.position == position).copied();
        let beyond = beyond.map(|position| known(position).unwrap_or(Hit { is_elsewhere: true, position, customer: 0 }));
        let compare = |one: &Hit, other: &Hit| one.place(self.descends).cmp(&other.place(self.descends));
        side(&self.hits, direction, beyond.as_ref(), compare).map(|hit| hit.customer)
    }
}

impl Hit {
    /// Where it comes in the order.
    fn place(self, descends: bool) -> (bool, i64) {
        (self.is_elsewhere, if descends { self.position.saturating_neg() } else { self.position })
    }
}
