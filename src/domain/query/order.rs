//! In what order customers are listed, and from which end.

/// In what order customers are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By name, as dictionaries do.
    #[default]
    Name,
    /// Individuals by their last name, then by their first; companies by their name.
    LastName,
    /// By Ref ID; customers without one come last, in either direction.
    RefId,
    /// The newest first.
    Newest,
    /// The last changed first.
    Changed,
}

impl Order {
    /// Every order, the default first.
    pub const ALL: [Self; 5] = [Self::Name, Self::LastName, Self::RefId, Self::Newest, Self::Changed];

    /// The word in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LastName => "last",
            Self::RefId => "ref",
            Self::Newest => "newest",
            Self::Changed => "changed",
        }
    }

    /// Reads the word, in upper or lower case.
    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word().eq_ignore_ascii_case(word))
    }
}

/// An order, read as it is or from its other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// What customers are ordered by.
    pub order: Order,
    /// From the other end: names from Z to A, the oldest first.
    pub reversed: bool,
}

impl Sort {
    /// Reads what an address says: the order's word, with `-` before it if it is reversed. Anything else is the default.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (word, reversed) = text.trim().strip_prefix('-').map_or((text.trim(), false), |word| (word, true));
        Order::parse(word).map(|order| Self { order, reversed }).unwrap_or_default()
    }

    /// What an address says.
    #[must_use]
    pub fn word(self) -> String {
        format!("{}{}", if self.reversed { "-" } else { "" }, self.order.word())
    }

    /// The text of the sort control.
    #[must_use]
    pub fn label(self) -> &'static str {
        match (self.order, self.reversed) {
            (Order::Name, false) => "by name",
            (Order::Name, true) => "by name, Z to A",
            (Order::LastName, false) => "by last name",
            (Order::LastName, true) => "by last name, Z to A",
            (Order::RefId, false) => "by Ref ID",
            (Order::RefId, true) => "by Ref ID, last to first",
            (Order::Newest, false) => "newest first",
            (Order::Newest, true) => "oldest first",
            (Order::Changed, false) => "last changed first",
            (Order::Changed, true) => "last changed last",
        }
    }

    /// Whether the largest value comes first.
    #[must_use]
    pub fn descends(self) -> bool {
        matches!(self.order, Order::Newest | Order::Changed) != self.reversed
    }
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        Self { order, reversed: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_read_from_either_end() {
        for order in Order::ALL {
            for sort in [Sort { order, reversed: false }, Sort { order, reversed: true }] {
                assert_eq!(Sort::parse(&sort.word()), sort);
                assert_eq!(sort.descends(), matches!(order, Order::Newest | Order::Changed) != sort.reversed);
            }
        }
        assert_eq!(Sort::parse(" -REF "), Sort { order: Order::RefId, reversed: true });
        for text in ["-", "--name", "-size", "size"] {
            assert_eq!(Sort::parse(text), Sort::default(), "{text}");
        }
    }
}
