//! Positions: numbers that stand for an order. A new one lies between its neighbours'; if no number is left there, a window around them is
//! renumbered.
//!
//! This is list labelling, or order maintenance: P. Dietz and D. Sleator, "Two Algorithms for Maintaining Order in a List" (STOC 1987), in
//! the simpler form of M. Bender, R. Cole, E. Demaine, M. Farach-Colton and J. Zito, "Two Simplified Algorithms for Maintaining Order in a
//! List" (ESA 2002): the window is the smallest aligned one, of a power of two, that is not too full for its size; the larger a window,
//! the less of it may be taken. So an insertion moves O(log n) others on average, wherever it takes place.

use std::ops::Range;

/// The positions that are in use.
pub trait Positions {
    type Error;

    /// How many there are within a range; anything above `limit` stands for more than that.
    fn count(&mut self, range: Range<i64>, limit: usize) -> Result<usize, Self::Error>;

    /// Replaces those within a range by others, of which there are as many, in the same order.
    fn renumber(&mut self, range: Range<i64>, positions: &[i64]) -> Result<(), Self::Error>;
}

/// How full the smallest window may be.
const LEAF: f64 = 0.75;
/// From this size (as a power of two beyond the usual gap) a window may be twice as full as a list that only grew at its ends.
const LEVELS: f64 = 20.0;
/// The largest window, as a power of two: half of all numbers.
const TOP: u32 = 62;

/// Returns `count` new positions (at least one), ascending, that follow each other between two neighbours; `gap` is the distance at the
/// ends. Moves others if there is no room.
pub fn make_room<P: Positions>(all: &mut P, before: Option<i64>, after: Option<i64>, count: usize, gap: i64) -> Result<Vec<i64>, P::Error> {
    let steps = |from: i64| (1..=count).map(move |step| from + gap * signed(step)).collect();
    Ok(match (before, after) {
        (None, None) => steps(-gap),
        (Some(before), None) => steps(before),
        (None, Some(after)) => steps(after - gap * (signed(count) + 1)),
        (Some(before), Some(after)) if after - before > signed(count) => spread(before + 1..after, count),
        (Some(before), Some(_)) => return widen(all, before, count, gap),
    })
}

fn widen<P: Positions>(all: &mut P, before: i64, count: usize, gap: i64) -> Result<Vec<i64>, P::Error> {
    for level in 1..=TOP {
        let size = 1_i64 << level;
        let start = before & !(size - 1);
        let window = start..start.saturating_add(size);
        let limit = capacity(level, gap);
        if limit < count + 1 {
            continue;
        }
        let taken = all.count(window.clone(), limit)?;
        if taken + count > limit {
            continue;
        }
        // Those before the new ones, the new ones, those after.
        let earlier = all.count(start..before + 1, taken)?;
        let mut positions = spread(window.clone(), taken + count);
        let fresh = positions.drain(earlier..earlier + count).collect();
        all.renumber(window, &positions)?;
        return Ok(fresh);
    }
    unreachable!("a list has fewer rows than there are numbers")
}

/// How many numbers of an aligned window may be taken after an insertion.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "an estimate between 0 and 2^62")]
fn capacity(level: u32, gap: i64) -> usize {
    let root = 2.0 / gap as f64;
    let part = (f64::from(level) / ((gap as f64).log2() + LEVELS)).min(1.0);
    let density = LEAF * (root / LEAF).powf(part);
    ((1_u64 << level) as f64 * density) as usize
}

/// `count` numbers at equal distances within a range that holds at least as many.
fn spread(range: Range<i64>, count: usize) -> Vec<i64> {
    let size = i128::from(range.end) - i128::from(range.start);
    let at = |step: usize| i128::from(range.start) + (size * (2 * step as i128 + 1)) / (2 * count as i128);
    (0..count).filter_map(|step| i64::try_from(at(step)).ok()).collect()
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    /// Positions, and who has them.
    #[derive(Default)]
    struct Memory {
        places: BTreeMap<i64, u32>,
        moves: usize,
    }

    impl Positions for Memory {
        type Error = Infallible;

        fn count(&mut self, range: Range<i64>, limit: usize) -> Result<usize, Infallible> {
            Ok(self.places.range(range).take(limit + 1).count())
        }

        fn renumber(&mut self, range: Range<i64>, positions: &[i64]) -> Result<(), Infallible> {
            assert!(positions.iter().all(|position| range.contains(position)) && positions.is_sorted_by(|one, other| one < other));
            let held: Vec<(i64, u32)> = self.places.range(range).map(|(place, who)| (*place, *who)).collect();
            assert_eq!(held.len(), positions.len());
            for (place, _) in &held {
                self.places.remove(place);
            }
            self.places.extend(positions.iter().copied().zip(held.into_iter().map(|(_, who)| who)));
            self.moves += positions.len();
            Ok(())
        }
    }

    /// Inserts runs after chosen places into positions and into a plain list, and compares.
    fn insert_all(gap: i64, runs: impl Iterator<Item = (usize, usize)>) -> Memory {
        let mut memory = Memory::default();
        let mut list: Vec<u32> = Vec::new();
        for (at, count) in runs {
            let at = at.min(list.len());
            // Looking a position up by its index is slow; the last one is known.
            let before = if at == list.len() {
                memory.places.keys().next_back()
            } else {
                at.checked_sub(1).and_then(|at| memory.places.keys().nth(at))
            };
            let before = before.copied();
            let after = memory.places.range(before.map_or(i64::MIN, |before| before + 1)..).next().map(|(place, _)| *place);
            let Ok(room) = make_room(&mut memory, before, after, count, gap);
            let first = u32::try_from(list.len()).unwrap();
            let fresh: Vec<u32> = (first..).take(count).collect();
            memory.places.extend(room.into_iter().zip(fresh.iter().copied()));
            list.splice(at..at, fresh);
        }
        assert!(memory.places.values().eq(list.iter()), "the order is kept");
        memory
    }

    #[test]
    fn many_insertions_at_one_place_move_few_others() {
        for gap in [32, 1 << 20] {
            // Always right behind the first: the hardest place there is.
            let start = std::iter::once((0, 1_000));
            let memory = insert_all(gap, start.chain((0..30_000).map(|_| (1, 1))));
            assert_eq!(memory.places.len(), 31_000);
            assert!(memory.moves < 100 * 30_000, "{} moves", memory.moves);
            // Each behind the one before, as a sorted file that grows into a list.
            let memory = insert_all(gap, std::iter::once((0, 50)).chain((0..2_000).map(|step| (25 + step, 1))));
            assert!(memory.moves < 100 * 2_000, "{} moves", memory.moves);
        }
    }

    #[test]
    fn at_the_ends_nothing_is_moved() {
        let memory = insert_all(32, (0..2_000).map(|step| (if step % 2 == 0 { 0 } else { usize::MAX }, 3)));
        assert_eq!(memory.moves, 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn the_order_is_kept_wherever_one_inserts(
            gap in prop_oneof![Just(2_i64), Just(32), Just(1 << 20)],
            // A few places again and again, as well as any.
            runs in prop::collection::vec((prop_oneof![0_usize..3, 0_usize..600], 1_usize..4), 500),
        ) {
            insert_all(gap, runs.into_iter());
        }
    }
}
