//! In what order customers are listed.

use super::place::KEY_LIMIT;
use super::sort::ListOrder;
use crate::domain::CustomerId;

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

impl ListOrder for Order {
    type Id = CustomerId;

    const ALL: &'static [Self] = &[Self::Name, Self::LastName, Self::RefId, Self::Newest, Self::Changed];

    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LastName => "last",
            Self::RefId => "ref",
            Self::Newest => "newest",
            Self::Changed => "changed",
        }
    }

    fn label(self, reversed: bool) -> &'static str {
        match (self, reversed) {
            (Self::Name, false) => "by name",
            (Self::Name, true) => "by name, Z to A",
            (Self::LastName, false) => "by last name",
            (Self::LastName, true) => "by last name, Z to A",
            (Self::RefId, false) => "by Ref ID",
            (Self::RefId, true) => "by Ref ID, last to first",
            (Self::Newest, false) => "newest first",
            (Self::Newest, true) => "oldest first",
            (Self::Changed, false) => "last changed first",
            (Self::Changed, true) => "last changed last",
        }
    }

    fn descends(self) -> bool {
        matches!(self, Self::Newest | Self::Changed)
    }

    /// A collation key; for [`Order::Changed`] microseconds since 1970; for [`Order::Newest`] nothing, since ids ascend.
    fn takes(self, value: &[u8]) -> bool {
        match self {
            Self::Name | Self::LastName | Self::RefId => value.len() <= KEY_LIMIT,
            Self::Newest => value.is_empty(),
            Self::Changed => value.len() == 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::Sort;

    #[test]
    fn every_order_is_read_from_either_end() {
        for &order in Order::ALL {
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
