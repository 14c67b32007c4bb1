//! What the list shows: its rows, a page of them, how many there are.

use std::cmp::Ordering;

use super::candidate::{Candidate, kind_of};
use crate::domain::customer::Kind;
use crate::domain::query::Cursor;
use crate::domain::{ContactId, CustomerId};

/// Rows on a page.
pub const PAGE: usize = 50;
/// Hits of a search are counted up to this many; beyond, the page says "more than 1,000". Without a search the count is exact.
pub const COUNT_LIMIT: usize = 1_000;
/// At most this many hits of a search can be put into an order other than by name.
pub const ORDERED_LIMIT: usize = 5_000;

/// A customer in the list.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// The customer's id.
    pub id: CustomerId,
    /// Enabled or disabled.
    pub enabled: bool,
    /// Company or individual.
    pub kind: Kind,
    /// The company's or the person's full name.
    pub name: String,
    /// Empty if the customer has none.
    pub ref_id: String,
    /// Where the search found the customer, if name and Ref ID do not show it.
    pub via: Option<Via>,
    /// The folded text that words are looked for in; empty without a search.
    pub(super) text: String,
    pub(super) spot: Spot,
}

/// The second line of a row: what the search found.
#[derive(Debug, Clone)]
pub struct Via {
    /// `via` for a contact, otherwise the field's name.
    pub label: &'static str,
    /// The text that was found.
    pub text: String,
    /// The contact that the row links to.
    pub contact: Option<ContactId>,
}

/// Where a row stands in the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spot {
    /// In the order of names.
    Position(i64),
    /// In any other order.
    Key(Cursor),
}

impl Spot {
    /// Compares two spots of the same order, by ascending values.
    pub fn cmp_by_key(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Position(one), Self::Position(other)) => one.cmp(other),
            (Self::Key(one), Self::Key(other)) => (&one.value, one.id).cmp(&(&other.value, other.id)),
            _ => Ordering::Equal,
        }
    }

    pub fn position(&self) -> Option<i64> {
        if let Self::Position(position) = self { Some(*position) } else { None }
    }

    pub fn key(&self) -> Option<&Cursor> {
        if let Self::Key(cursor) = self { Some(cursor) } else { None }
    }
}

impl From<Candidate> for ListRow {
    fn from(row: Candidate) -> Self {
        Self {
            id: CustomerId(row.id),
            enabled: row.enabled,
            kind: kind_of(&row.kind),
            name: row.name,
            ref_id: row.ref_id,
            via: None,
            text: row.text,
            spot: Spot::Position(row.position),
        }
    }
}

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Up to [`PAGE`] rows in order; on the first page, customers whose whole identifier was searched for come before them.
    pub rows: Vec<ListRow>,
    /// The first row's key, if there are rows before this page.
    pub prev: Option<Cursor>,
    /// The last row's key, if there are rows after this page.
    pub next: Option<Cursor>,
    /// The search stopped early because it had to compare too many customers one by one: there may be more hits.
    pub unfinished: bool,
    /// Rows are ordered by name because there are too many hits for the requested order.
    pub by_name: bool,
}

/// How many customers a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Exactly this many.
    Exactly(usize),
    /// More than [`COUNT_LIMIT`], or too many to compare.
    Many,
}
