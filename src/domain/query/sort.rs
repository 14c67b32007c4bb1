//! An order of a list, and from which end it is read.

use crate::domain::RecordId;

/// In what orders a list can be.
pub trait ListOrder: Copy + Eq + Default + 'static {
    /// What a row is known by.
    type Id: RecordId + Eq + std::fmt::Debug;

    /// Every order, the default first.
    const ALL: &'static [Self];

    /// The word in addresses.
    fn word(self) -> &'static str;

    /// The text of the sort control.
    fn label(self, reversed: bool) -> &'static str;

    /// Whether the largest value comes first, unless it is reversed.
    fn descends(self) -> bool;

    /// Whether a cursor's value can be one of this order.
    fn takes(self, value: &[u8]) -> bool;

    /// Reads the word, in upper or lower case.
    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|order| order.word().eq_ignore_ascii_case(word))
    }
}

/// An order, read as it is or from its other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort<O> {
    /// What rows are ordered by.
    pub order: O,
    /// From the other end: names from Z to A, the oldest first.
    pub reversed: bool,
}

impl<O: ListOrder> Sort<O> {
    /// Reads what an address says: the order's word, with `-` before it if it is reversed. Anything else is the default.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (word, reversed) = text.trim().strip_prefix('-').map_or((text.trim(), false), |word| (word, true));
        O::parse(word).map(|order| Self { order, reversed }).unwrap_or_default()
    }

    /// What an address says.
    #[must_use]
    pub fn word(self) -> String {
        format!("{}{}", if self.reversed { "-" } else { "" }, self.order.word())
    }

    /// The text of the sort control.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.order.label(self.reversed)
    }

    /// Whether the largest value comes first.
    #[must_use]
    pub fn descends(self) -> bool {
        self.order.descends() != self.reversed
    }
}

impl<O> From<O> for Sort<O> {
    fn from(order: O) -> Self {
        Self { order, reversed: false }
    }
}
