//! Reading what is in order from either end, whatever it is a list of.

use std::cmp::Ordering;

use super::candidate::Direction;
use crate::domain::query::sort::{ListOrder, Sort};

/// Whether values grow when an order is read in a direction.
pub fn ascends<O: ListOrder>(sort: Sort<O>, direction: Direction) -> bool {
    sort.descends() == (direction == Direction::Backward)
}

/// Those of sorted keys on one side of a key, or all of them, nearest first. `compare` says which of two comes first.
pub fn side<'a, K>(
    sorted: &'a [K],
    direction: Direction,
    beyond: Option<&K>,
    compare: impl Fn(&K, &K) -> Ordering,
) -> Box<dyn Iterator<Item = &'a K> + 'a> {
    if direction == Direction::Forward {
        let from = beyond.map_or(0, |beyond| sorted.partition_point(|key| compare(key, beyond).is_le()));
        Box::new(sorted[from..].iter())
    } else {
        let to = beyond.map_or(sorted.len(), |beyond| sorted.partition_point(|key| compare(key, beyond).is_lt()));
        Box::new(sorted[..to].iter().rev())
    }
}
