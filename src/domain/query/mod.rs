//! What the list shows: the search, the filters, the order and the place in it. One value, which is also the list's address.
//!
//! Nothing in an address is an error: what cannot be parsed counts as not given, and of a repeated parameter the last one counts.

mod common;
pub mod entitlements;
pub mod form;
pub mod language;
pub mod matching;
mod order;
pub mod pattern;
pub mod place;
mod search_box;
pub mod sort;
mod typed;
pub mod words;

use self::common::Common;
pub use self::common::TEXT_LIMIT;
use self::language::{Search, Test};
pub use self::order::Order;
pub use self::search_box::SearchBox;
use super::customer::Kind;

/// An order of customers, and from which end.
pub type Sort = sort::Sort<Order>;
/// Where a customer stands in an order.
pub type Cursor = place::Cursor<Order>;
/// Which part of the list of customers is asked for.
pub type Place = place::Place<Order>;

/// The whole of what the list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What was typed into the search box.
    pub text: SearchBox,
    /// Enabled or disabled only.
    pub enabled: Option<bool>,
    /// Companies or individuals only.
    pub kind: Option<Kind>,
    /// In what order, and from which end.
    pub sort: Sort,
    /// Which part.
    pub place: Place,
    /// The address of the other screen that one came from: it leads back there, its own search kept.
    pub from: Option<String>,
}

impl Query {
    /// Reads an address's parameters.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut query, mut common) = (Self::default(), Common::new());
        for (name, value) in pairs {
            match name {
                "status" => query.enabled = status(value),
                "type" => query.kind = Kind::parse(value),
                _ => common.take(name, value),
            }
        }
        let place = common.place(Order::Name);
        query = Self { text: common.text.into(), sort: common.sort, from: common.from, place, ..query };
        query.adopt_filters();
        query
    }

    /// The filter controls and `status:` and `type:` in the text are two views of one value. What is written in the box is what one sees,
    /// so it comes before a control; the address then carries it as the control does.
    fn adopt_filters(&mut self) {
        let is_filter = |test: &Test| matches!(test, Test::Enabled(_) | Test::Kind(_));
        if !self.search().required().any(is_filter) {
            return;
        }
        for test in self.text.search().required() {
            match test {
                Test::Enabled(enabled) => self.enabled = Some(*enabled),
                Test::Kind(kind) => self.kind = Some(*kind),
                _ => {}
            }
        }
        self.text = without(&self.text, is_filter).into();
    }

    /// The parameters that differ from the default, without the place: what every link of the page carries along.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let enabled = self.enabled.map(|enabled| ("status", if enabled { "enabled" } else { "disabled" }));
        let kind = self.kind.map(|kind| ("type", kind.word()));
        common::pairs(&self.text, enabled.into_iter().chain(kind), self.sort, self.from.as_deref())
    }

    /// What the text asks for.
    #[must_use]
    pub fn search(&self) -> &Search {
        self.text.search()
    }
}

/// A text without the terms that a filter control shows. Terms joined by `OR` and phrases stay as they are.
fn without(text: &str, shown: impl Fn(&Test) -> bool) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let joined = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| *word == "OR");
    let kept = words.iter().enumerate().filter(|(at, word)| {
        let search = Search::parse(word);
        let only = search.required().next().filter(|_| search.clauses.len() == 1);
        joined(at.checked_sub(1)) || joined(Some(at + 1)) || !only.is_some_and(&shown)
    });
    kept.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

fn status(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "enabled" => Some(true),
        "disabled" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CustomerId;

    fn parse(pairs: &[(&str, &str)]) -> Query {
        Query::parse(pairs.iter().copied())
    }

    #[test]
    fn empty_means_default_and_the_last_one_counts() {
        assert_eq!(parse(&[("q", ""), ("status", ""), ("type", ""), ("sort", ""), ("after", "")]), Query::default());
        let query = parse(&[("status", "enabled"), ("status", "Disabled"), ("sort", "NEWEST"), ("unknown", "1")]);
        assert_eq!((query.enabled, query.sort), (Some(false), Order::Newest.into()));
    }

    #[test]
    fn a_cursor_comes_back_as_it_was_and_a_tampered_one_is_none() {
        for (order, value) in
            [(Order::Name, vec![1, 2, 255]), (Order::RefId, vec![]), (Order::Newest, vec![]), (Order::Changed, vec![0; 8])]
        {
            let cursor = Cursor { order, value, id: CustomerId(42) };
            assert_eq!(Cursor::decode(order, &cursor.encode()), Some(cursor));
        }
        let name = Cursor { order: Order::Name, value: vec![7], id: CustomerId(1) }.encode();
        for (order, text) in [
            (Order::Changed, name.as_str()),
            (Order::Name, "%%%"),
            (Order::Name, ""),
            (Order::Name, "AAAA"),
            (Order::Newest, "bgAAAAAAAAAqAA"),
        ] {
            assert_eq!(Cursor::decode(order, text), None, "{text}");
        }
    }

    #[test]
    fn a_filter_in_the_text_is_a_filter() {
        let query = parse(&[("q", "acme status:disabled type:company")]);
        assert_eq!((&*query.text, query.enabled, query.kind), ("acme", Some(false), Some(Kind::Company)));
        let query = parse(&[("q", "status:disabled"), ("status", "enabled")]);
        assert_eq!((&*query.text, query.enabled), ("", Some(false)), "the box is what one sees");
        let query = parse(&[("q", "status:disabled OR acme")]);
        assert_eq!((&*query.text, query.enabled), ("status:disabled OR acme", None));
    }

    #[test]
    fn words_are_folded_and_bounded() {
        let query = parse(&[("q", "  Müller\u{0}STRASSE MÜLLER ")]);
        let found: Vec<Vec<String>> = query.search().needles().into_iter().map(|needle| needle.texts).collect();
        assert_eq!(found, [vec!["muller", "mueller"], vec!["strasse"]]);
        let many = (0..40).map(|i| format!("w{i}")).collect::<Vec<_>>().join(" ");
        let query = parse(&[("q", &many)]);
        let search = query.search();
        assert_eq!((search.clauses.len(), search.shortened), (super::language::WORD_LIMIT, true));
    }

    #[test]
    fn an_address_carries_only_what_is_not_the_default() {
        assert_eq!(parse(&[("sort", " -NAME ")]).pairs(), [("sort", "-name".to_owned())]);
        let query = parse(&[("q", "a&b"), ("type", "company"), ("sort", "name"), ("after", "x")]);
        assert_eq!(query.pairs(), [("q", "a&b".to_owned()), ("type", "company".to_owned())]);
    }
}
