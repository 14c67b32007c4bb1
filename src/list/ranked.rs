//! Hits in a customer's own name before those elsewhere, each in the order of names: what a few hits are listed in, if nothing else is asked for.

use std::cmp::Ordering;

use super::candidate::Direction;
use super::row::SortKey;
use super::sorted::side;

/// All hits of a search.
pub struct Ranked {
    /// Whether they were found elsewhere than in their name, and where they stand by name.
    hits: Vec<(bool, SortKey)>,
    descends: bool,
}

impl Ranked {
    /// Ranks customers, of whom is known whether all that is looked for is in their name.
    pub fn new(keys: Vec<SortKey>, named: &[bool], descends: bool) -> Self {
        let mut hits: Vec<(bool, SortKey)> = named.iter().map(|named| !named).zip(keys).collect();
        hits.sort_unstable_by(|one, other| compare(descends, one, other));
        Self { hits, descends }
    }

    /// Where the customers stand by name, in this order.
    pub fn keys(&self) -> impl Iterator<Item = &SortKey> {
        self.hits.iter().map(|(_, key)| key)
    }

    /// Those on one side of a key, or all of them, nearest first. One that is no hit any more stands among those found elsewhere.
    pub fn side(&self, direction: Direction, beyond: Option<&SortKey>) -> impl Iterator<Item = &SortKey> {
        let known = |key: &SortKey| self.hits.iter().find(|hit| hit.1 == *key).cloned();
        let beyond = beyond.map(|key| known(key).unwrap_or_else(|| (true, key.clone())));
        side(&self.hits, direction, beyond.as_ref(), |one, other| compare(self.descends, one, other)).map(|(_, key)| key)
    }
}

fn compare(descends: bool, one: &(bool, SortKey), other: &(bool, SortKey)) -> Ordering {
    let keys = if descends { other.1.cmp(&one.1) } else { one.1.cmp(&other.1) };
    one.0.cmp(&other.0).then(keys)
}
