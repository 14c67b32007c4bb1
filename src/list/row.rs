//! What the list shows: its rows, a page of them, how many there are.

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
    pub(super) key: SortKey,
}

/// The second line of a row: what the search found.
#[derive(Debug, Clone)]
pub struct Via {
    /// `via` for a contact, otherwise the field's name; empty for an entitlement, whose EID says what it is.
    pub label: &'static str,
    /// The text that was found.
    pub text: String,
    /// The contact that the row links to.
    pub contact: Option<ContactId>,
}

/// What rows are ordered by: a value and, among equal values, the customer's id.
pub(super) type SortKey = (Vec<u8>, i64);

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
    /// Hits in a customer's own name do not come first because there are too many.
    pub unranked: bool,
}

/// How many customers a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Exactly this many.
    Exactly(usize),
    /// More than [`COUNT_LIMIT`], or too many to compare.
    Many,
}
