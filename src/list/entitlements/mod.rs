//! The list of entitlements and its search: one function over the one query value, for the page and whatever else lists entitlements.
//!
//! Pages are read by key from an index for each order ([`lanes`]). A search looks for few candidates that hold every hit ([`search`], by the
//! [`products`] and by the customers' search) and sorts them, or goes through the list ([`mod@page`]).

mod due;
mod entry;
mod lanes;
mod page;
mod products;
mod search;

pub use self::entry::{Entry, PAGE, Page};
pub use self::page::{changed_since, count, found_among, page, page_and_count, row};
