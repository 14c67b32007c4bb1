//! What the address of every list says in the same way: the search, the order, the place, and where one came from.

use super::place::Place;
use super::sort::{ListOrder, Sort};
use crate::domain::text;

/// The parameter that says where one came from.
const FROM: &str = "from";
/// No address of a screen is longer, in bytes.
const FROM_LIMIT: usize = 4_000;

/// A search text is cut after this many characters.
pub const TEXT_LIMIT: usize = 1_000;

/// The parameters that lists have in common, as far as they have been read.
pub(super) struct Common<'a, O: ListOrder> {
    pub text: String,
    pub sort: Sort<O>,
    pub from: Option<String>,
    after: &'a str,
    before: &'a str,
    around: Option<O::Id>,
}

impl<'a, O: ListOrder> Common<'a, O> {
    /// Nothing has been read.
    pub fn new() -> Self {
        Self { text: String::new(), sort: Sort::default(), from: None, after: "", before: "", around: None }
    }

    /// Reads a parameter, if it is one of these. What cannot be read counts as not given, and of a repeated one the last counts.
    pub fn take(&mut self, name: &str, value: &'a str) {
        match name {
            "q" => self.text = text::query(value).chars().take(TEXT_LIMIT).collect(),
            "sort" => self.sort = Sort::parse(value),
            "after" => self.after = value,
            "before" => self.before = value,
            "around" => self.around = value.parse().ok(),
            FROM => self.from = came_from(value),
            _ => {}
        }
    }

    /// Which part of the list is asked for. Hits too many for an order are listed in the `other` one.
    pub fn place(&self, other: O) -> Place<O> {
        Place::parse(&[self.sort.order, other], self.after, self.before, self.around)
    }
}

/// The parameters of an address: those that differ from the default, with those of the list's own filters.
pub(super) fn pairs<O: ListOrder>(
    text: &str,
    filters: impl IntoIterator<Item = (&'static str, &'static str)>,
    sort: Sort<O>,
    from: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    if !text.is_empty() {
        pairs.push(("q", text.to_owned()));
    }
    pairs.extend(filters.into_iter().map(|(name, word)| (name, word.to_owned())));
    if sort != Sort::default() {
        pairs.push(("sort", sort.word()));
    }
    pairs.extend(from.map(|from| (FROM, from.to_owned())));
    pairs
}

/// An address of this site; whether it is one of its pages is for whoever leads there to judge.
fn came_from(address: &str) -> Option<String> {
    (address.starts_with('/') && address.len() <= FROM_LIMIT).then(|| address.to_owned())
}
