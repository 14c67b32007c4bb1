//! Addresses of this site: a path, and the list's state that every link carries along.

use form_urlencoded::Serializer;

use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::Query;

/// A path with the list's search, filters and order.
#[must_use]
pub fn with_list(path: &str, list: &Query) -> String {
    with(path, list, &[])
}

/// The same with further parameters.
#[must_use]
pub fn with(path: &str, list: &Query, more: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(list.pairs()).extend_pairs(more);
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The path of the screen with this customer open, or with none.
#[must_use]
pub fn screen(selected: Option<CustomerId>) -> String {
    selected.map_or_else(|| "/customers".to_owned(), |id| format!("/customers/{id}"))
}

/// The address of *New customer*, and of its form once the type is chosen. There `type` is the new customer's, so the list's own filter
/// goes by another name.
#[must_use]
pub fn new_customer(list: &Query, kind: Option<Kind>) -> String {
    let mut more: Vec<(&str, &str)> = Vec::new();
    more.extend(list.kind.map(|kind| (LISTED, kind.word())));
    more.extend(kind.map(|kind| ("type", kind.word())));
    with(NEW_CUSTOMER, &Query { kind: None, ..list.clone() }, &more)
}

/// Where a new customer's form stands.
pub const NEW_CUSTOMER: &str = "/customers/new";
/// The list's filter by type in [`new_customer`].
pub const LISTED: &str = "listed";
/// Where files are imported; each import has its id below it.
pub const IMPORT: &str = "/customers/import";
