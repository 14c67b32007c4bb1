//! The list and the search: one function over the one query value, for the page and whatever else lists customers.
//!
//! The list is a table in its own order, kept in step with customers by [`index`]; pages are read from it by key ([`keyset`]), never by
//! offset. Without a search, [`browse`] reads them. A search is planned ([`plan`]): what does every hit fulfil, and which few trigrams does
//! the engine's index find it by. Then [`sqlite`] or [`postgres`] finds rows in the list's order, and each [`candidate`] is compared with what was
//! asked for; where the database itself can tell hits from others, it counts them and puts them in another order ([`hits`]). [`via`] adds
//! what a row does not show of its hit. A customer whose number, CRM ID, Ref ID or EID is exactly the text comes first.
//!
//! No request does work that grows with the table: rows that are compared, hits that are ordered or counted all have a bound, and the page
//! says when it was reached.

mod browse;
mod candidate;
pub mod entitlements;
mod entry;
mod hits;
mod index;
mod keyset;
mod page;
mod plan;
mod portion;
mod postgres;
mod ranked;
mod row;
mod sorted;
mod sqlite;
mod state;
mod text;
mod via;

pub use index::{
    behind::catch_up, behind::leave_behind, build::shape, build::tidy, sample::learn, sync::listed, sync::reindex, sync::reindex_all,
    sync::remove,
};
pub use index::{build, check, fill};
pub use page::{count, page, page_and_count, row};
pub use portion::{Next, changed_since, found_among, portion};
pub use row::{COUNT_LIMIT, Count, ListRow, ORDERED_LIMIT, PAGE, Page, Via};
pub use state::is_deferred;
