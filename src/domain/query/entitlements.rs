//! What the list of entitlements shows: one value, which is also its address, read by the same rules as that of the customers.

use chrono::{Days, NaiveDate};

use super::common::{self, Common};
use super::place::{self, KEY_LIMIT};
use super::sort::{self, ListOrder};
use super::words::Words;
use crate::domain::EntitlementId;
use crate::domain::entitlement::{Entitlement, State};

/// An order of entitlements, and from which end.
pub type Sort = sort::Sort<Order>;
/// Where an entitlement stands in an order.
pub type Cursor = place::Cursor<Order>;
/// Which part of the list is asked for.
pub type Place = place::Place<Order>;

/// In what order entitlements are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By what is due next: what runs by the day on which it ends, then what begins by the day on which it does, then what has ended, the
    /// latest first.
    #[default]
    Due,
    /// By the day on which each ends, the earliest first; what has no end comes after all days.
    End,
    /// By the first day, the latest first.
    Start,
    /// By the product's name, as dictionaries do.
    Product,
    /// The newest first.
    Newest,
}

impl ListOrder for Order {
    type Id = EntitlementId;

    const ALL: &'static [Self] = &[Self::Due, Self::End, Self::Start, Self::Product, Self::Newest];

    fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::End => "end",
            Self::Start => "start",
            Self::Product => "product",
            Self::Newest => "newest",
        }
    }

    fn label(self, reversed: bool) -> &'static str {
        match (self, reversed) {
            (Self::Due, false) => "next to end first",
            (Self::Due, true) => "next to end last",
            (Self::End, false) => "by end, earliest first",
            (Self::End, true) => "by end, latest first",
            (Self::Start, false) => "by start, latest first",
            (Self::Start, true) => "by start, earliest first",
            (Self::Product, false) => "by product",
            (Self::Product, true) => "by product, Z to A",
            (Self::Newest, false) => "newest first",
            (Self::Newest, true) => "oldest first",
        }
    }

    fn descends(self) -> bool {
        matches!(self, Self::Start | Self::Newest)
    }

    /// A collation key; for days their number since year 1 as an `i32`, big-endian; for [`Order::Newest`] nothing, since ids ascend. For
    /// [`Order::Due`] the number of the state before the day; after that of what has ended, which descends, the id too.
    fn takes(self, value: &[u8]) -> bool {
        match self {
            Self::Due => matches!(value.len(), 5 | 13),
            Self::End | Self::Start => value.len() == 4,
            Self::Product => value.len() <= KEY_LIMIT,
            Self::Newest => value.is_empty(),
        }
    }
}

/// Which entitlements are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Those that count today.
    Running,
    /// Those that count today and end within so many days: 30 or 90.
    EndsWithin(u16),
    /// Those whose first day is still to come.
    NotYetStarted,
    /// Those whose last day is over, and those that were ended by hand.
    Ended,
}

impl Filter {
    /// Every filter, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Running, Self::EndsWithin(30), Self::EndsWithin(90), Self::NotYetStarted, Self::Ended];

    /// The word in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::EndsWithin(30) => "ends-30",
            Self::EndsWithin(_) => "ends-90",
            Self::NotYetStarted => "not-started",
            Self::Ended => "ended",
        }
    }

    /// The text of its control.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::EndsWithin(30) => "Ends within 30 days",
            Self::EndsWithin(_) => "Ends within 90 days",
            Self::NotYetStarted => "Not yet started",
            Self::Ended => "Ended",
        }
    }

    /// Whether an entitlement passes it on a day.
    #[must_use]
    pub fn passes(self, entitlement: &Entitlement, today: NaiveDate) -> bool {
        let state = entitlement.state(today);
        match self {
            Self::Running => state == State::Running,
            Self::EndsWithin(_) => {
                state == State::Running && self.last_day(today).zip(entitlement.draft.ends_on).is_some_and(|(last, ends)| ends <= last)
            }
            Self::NotYetStarted => state == State::NotYetStarted,
            Self::Ended => state == State::Ended,
        }
    }

    /// The latest last day of what ends soon.
    #[must_use]
    pub fn last_day(self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::EndsWithin(days) => today.checked_add_days(Days::new(days.into())),
            _ => None,
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// The whole of what the list of entitlements shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntitlementQuery {
    /// What was typed into the search box.
    pub text: String,
    /// Which ones; all of them without it.
    pub filter: Option<Filter>,
    /// In what order, and from which end.
    pub sort: Sort,
    /// Which part.
    pub place: Place,
    /// The address of the customer that one came from.
    pub from: Option<String>,
}

impl EntitlementQuery {
    /// Reads an address's parameters. What cannot be read counts as not given, and of a repeated parameter the last one counts.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut filter, mut common) = (None, Common::new());
        for (name, value) in pairs {
            match name {
                "state" => filter = Filter::parse(value),
                _ => common.take(name, value),
            }
        }
        let place = common.place(Order::default());
        Self { text: common.text, filter, sort: common.sort, place, from: common.from }
    }

    /// The text of the control of an order: where nothing runs, nothing is next to end.
    #[must_use]
    pub fn label(&self, sort: Sort) -> &'static str {
        match (sort.order, sort.reversed, self.filter) {
            (Order::Due, false, Some(Filter::NotYetStarted)) => "next to start first",
            (Order::Due, true, Some(Filter::NotYetStarted)) => "next to start last",
            (Order::Due, false, Some(Filter::Ended)) => "latest end first",
            (Order::Due, true, Some(Filter::Ended)) => "earliest end first",
            _ => sort.label(),
        }
    }

    /// The words that are searched for.
    #[must_use]
    pub fn words(&self) -> Words {
        Words::parse(&self.text)
    }

    /// The parameters that differ from the default, without the place: what every link of the page carries along.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let filter = self.filter.map(|filter| ("state", filter.word()));
        common::pairs(&self.text, filter, self.sort, self.from.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> EntitlementQuery {
        EntitlementQuery::parse(pairs.iter().copied())
    }

    #[test]
    fn an_address_comes_back_and_what_cannot_be_read_is_not_given() {
        let query = parse(&[("q", " lumen "), ("state", "Ends-30"), ("sort", "-product"), ("status", "enabled")]);
        assert_eq!((query.text.as_str(), query.filter), ("lumen", Some(Filter::EndsWithin(30))));
        assert_eq!(query.sort, Sort { order: Order::Product, reversed: true });
        let pairs = query.pairs();
        assert_eq!(EntitlementQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), query);
        for (name, value) in [("state", "ends-31"), ("state", ""), ("sort", "size"), ("after", "%"), ("around", "x"), ("q", " ")] {
            assert_eq!(parse(&[(name, value)]), EntitlementQuery::default(), "{name}={value}");
        }
    }

    #[test]
    fn every_filter_and_order_has_a_word_of_its_own() {
        for filter in Filter::ALL {
            assert_eq!(Filter::parse(filter.word()), Some(filter));
        }
        for &order in Order::ALL {
            assert_eq!(Order::parse(order.word()), Some(order));
        }
    }

    #[test]
    fn the_order_has_words_that_fit_the_filter() {
        let label = |pairs: &[(&str, &str)]| {
            let query = parse(pairs);
            query.label(query.sort)
        };
        assert_eq!(label(&[]), "next to end first");
        assert_eq!(label(&[("state", "not-started")]), "next to start first");
        assert_eq!(label(&[("state", "ended")]), "latest end first");
        assert_eq!(label(&[("state", "ended"), ("sort", "-due")]), "earliest end first");
        assert_eq!(label(&[("state", "ended"), ("sort", "product")]), "by product");
    }

    #[test]
    fn a_cursor_belongs_to_the_order_of_the_list_or_to_the_one_it_falls_back_to() {
        let due = Cursor { order: Order::Due, value: vec![1, 0, 11, 41, 3], id: EntitlementId(7) };
        assert_eq!(parse(&[("after", &due.encode())]).place, Place::After(due.clone()));
        assert_eq!(parse(&[("sort", "product"), ("before", &due.encode())]).place, Place::Before(due.clone()));
        let product = Cursor { order: Order::Product, value: vec![7], id: EntitlementId(1) };
        assert_eq!(parse(&[("after", &product.encode())]).place, Place::First);
    }
}
