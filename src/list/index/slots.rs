//! Sets of slots, and how they and lists of customers are stored: small.

/// So many slots a part has at most.
pub const MOST: usize = 49_152;

const WORDS: usize = MOST / 64;
/// The first byte of a stored set: its slots one by one, or a bit for each slot.
const LIST: u8 = 0;
const BITS: u8 = 1;

/// A set of slots of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots(Box<[u64; WORDS]>);

impl Slots {
    pub fn none() -> Self {
        Self(Box::new([0; WORDS]))
    }

    /// The first `count` slots.
    pub fn first(count: usize) -> Self {
        let mut slots = Self::none();
        for (at, word) in slots.0.iter_mut().enumerate() {
            let rest = count.saturating_sub(64 * at).min(64);
            *word = if rest == 64 { u64::MAX } else { (1 << rest) - 1 };
        }
        slots
    }

    /// Reads what [`encode`] has written; what it cannot have written is left out.
    pub fn decode(bytes: &[u8]) -> Self {
        let mut slots = Self::none();
        match bytes.split_first() {
            Some((&LIST, rest)) => {
                let mut slot = 0_u64;
                for gap in numbers(rest) {
                    slot = slot.saturating_add(gap);
                    slots.insert(usize::try_from(slot).unwrap_or(usize::MAX));
                }
            }
            Some((_, rest)) => {
                for (word, bytes) in slots.0.iter_mut().zip(rest.chunks(8)) {
                    let mut all = [0; 8];
                    all[..bytes.len()].copy_from_slice(bytes);
                    *word = u64::from_le_bytes(all);
                }
            }
            None => {}
        }
        slots
    }

    fn insert(&mut self, slot: usize) {
        if let Some(word) = self.0.get_mut(slot / 64) {
            *word |= 1 << (slot % 64);
        }
    }

    pub fn contains(&self, slot: usize) -> bool {
        self.0.get(slot / 64).is_some_and(|word| (word >> (slot % 64)) & 1 == 1)
    }

    /// Keeps the slots that the other set has, too.
    pub fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(word, other)| *word &= other);
    }

    /// Adds the slots of the other set.
    pub fn unite(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(word, other)| *word |= other);
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The slots in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros() as usize;
                word &= word.checked_sub(1)?;
                Some(64 * at + bit)
            })
        })
    }
}

/// A set of slots, which are in order, as it is stored: in the shorter of two ways.
pub fn encode(slots: &[u16]) -> Vec<u8> {
    let bits = slots.last().map_or(0, |last| usize::from(*last) / 8 + 1);
    let mut out = vec![LIST];
    let mut before = 0;
    for slot in slots {
        push_number(&mut out, u64::from(slot - before));
        before = *slot;
        if out.len() > bits {
            out = vec![0; 1 + bits];
            out[0] = BITS;
            for slot in slots {
                out[1 + usize::from(*slot) / 8] |= 1 << (slot % 8);
            }
            return out;
        }
    }
    out
}

/// Customers as they are stored.
pub fn encode_customers(ids: &[i64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(3 * ids.len());
    for id in ids {
        push_number(&mut out, id.cast_unsigned());
    }
    out
}

/// Reads what [`encode_customers`] has written.
pub fn decode_customers(bytes: &[u8]) -> Vec<i64> {
    numbers(bytes).map(u64::cast_signed).collect()
}

/// LEB128 (<https://dwarfstd.org>, DWARF 5, section 7.6): seven bits a byte, the lowest first; all but the last have the highest bit.
fn push_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let (mut number, mut shift) = (0_u64, 0);
    bytes.iter().filter_map(move |byte| {
        number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
        shift += 7;
        if byte & 0x80 != 0 {
            return None;
        }
        shift = 0;
        Some(std::mem::take(&mut number))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_comes_back_as_it_was(set in prop::collection::btree_set(0_u16..20_000, 0..3_000)) {
            let slots: Vec<u16> = set.iter().copied().collect();
            let stored = encode(&slots);
            prop_assert!(stored.len() <= 2 + 20_000 / 8);
            let read = Slots::decode(&stored);
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), set.iter().map(|slot| usize::from(*slot)).collect::<Vec<_>>());
            prop_assert!((0..20_000).all(|slot| read.contains(usize::from(slot)) == set.contains(&slot)));
        }

        #[test]
        fn customers_come_back_as_they_were(ids in prop::collection::vec(0..i64::MAX, 0..100)) {
            prop_assert_eq!(decode_customers(&encode_customers(&ids)), ids);
        }

        #[test]
        fn nothing_stored_makes_trouble(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            decode_customers(&bytes);
            Slots::decode(&bytes);
        }
    }

    #[test]
    fn the_first_slots() {
        for count in [0, 1, 63, 64, 65, 200, MOST] {
            assert_eq!(Slots::first(count).iter().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }
}
