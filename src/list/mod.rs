//! The list and the search: one function over the one query value, for the page and whatever else lists customers.
//!
//! The list is read from customers by key ([`keyset`]), never by offset: without a search, [`browse`] does. Of a search, [`condition`] says what
//! every hit fulfils, the [`index`] finds in the order of names who may be one, and each [`candidate`] is compared with what was asked for.
//! Few hits are counted and put into any order ([`hits`]). [`via`] adds what a row does not show of its hit. A customer whose number, CRM ID,
//! Ref ID or EID is exactly the text comes first.
//!
//! No request does work that grows with the table: customers that are compared, hits that are ordered or counted all have a bound, and the page
//! says when it was reached.

mod browse;
mod candidate;
mod condition;
pub mod entitlements;
mod entry;
mod expression;
mod gram;
mod hits;
mod index;
mod keyset;
mod page;
mod portion;
mod ranked;
mod row;
mod sorted;
mod state;
mod text;
mod token;
mod via;

pub use index::{
    behind::catch_up, behind::leave_behind, build::is_untidy, build::keep_up, build::tidy, fold::fold, save::listed, save::reindex,
    save::reindex_all, tally::by_use as countries_by_use,
};
pub use index::{build, check, fill};
pub use page::{count, page, page_and_count, row};
pub use portion::{Next, changed_since, found_among, portion};
pub use row::{COUNT_LIMIT, Count, ListRow, ORDERED_LIMIT, PAGE, Page, Via};
pub use state::is_deferred;
