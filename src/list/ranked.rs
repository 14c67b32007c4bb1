//! Hits in a customer's own name before those elsewhere, each in the order of names: what a few hits are listed in, if nothing else is asked for.

use diesel::prelude::*;

use super::candidate::Direction;
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
        /// SQLite takes 32,766 values in a statement.
        const AT_ONCE: usize = 1_000;
        let mut hits = Vec::with_capacity(customers.len());
        for ids in customers.chunks(AT_ONCE) {
            let chosen = listing::table.filter(listing::customer_id.eq_any(ids));
            let rows: Vec<(i64, i64, String)> = chosen.select((listing::position, listing::customer_id, listing::name)).load(db)?;
            hits.extend(rows.into_iter().map(|(position, customer, name)| {
                let name = Spellings::of(&name);
                Hit { is_elsewhere: !needles.iter().all(|needle| name.hold(needle)), position, customer }
            }));
        }
        hits.sort_unstable_by_key(|hit| place(*hit, descends));
        Ok(Self { hits, descends })
    }

    /// The customers in order.
    pub fn customers(&self) -> impl Iterator<Item = i64> {
        self.hits.iter().map(|hit| hit.customer)
    }

    /// The customers on one side of a position, or all of them, nearest first. One that is no hit any more stands among those found elsewhere.
    pub fn side(&self, direction: Direction, beyond: Option<i64>) -> Box<dyn Iterator<Item = i64> + '_> {
        let at = beyond.map(|position| {
            let found = self.hits.iter().position(|hit| hit.position == position);
            let gone = place(Hit { is_elsewhere: true, position, customer: 0 }, self.descends);
            found.map_or_else(|| (self.hits.partition_point(|hit| place(*hit, self.descends) < gone), 0), |found| (found, 1))
        });
        match direction {
            Direction::Forward => Box::new(self.customers().skip(at.map_or(0, |(at, itself)| at + itself))),
            Direction::Backward => {
                let end = at.map_or(self.hits.len(), |(at, _)| at);
                Box::new(self.hits[..end].iter().rev().map(|hit| hit.customer))
            }
        }
    }
}

/// Where a hit comes in the order.
fn place(hit: Hit, descends: bool) -> (bool, i64) {
    // Both ends are far from any position.
    (hit.is_elsewhere, if descends { hit.position.saturating_neg() } else { hit.position })
}
