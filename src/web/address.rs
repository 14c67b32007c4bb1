//! Addresses of this site: a path, and the list's state that every link carries along.

use std::borrow::Cow;

use form_urlencoded::Serializer;

use crate::domain::customer::Kind;
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::query::Query;
use crate::domain::{BatchId, CustomerId, EntitlementId, EventId};

/// Where the settings are.
pub const SETTINGS: &str = "/settings";
/// Where all who never were are invited: asked there first.
pub const INVITE_ALL: &str = "/settings/invite";
/// Where it is shown how far that is.
pub const INVITATIONS: &str = "/settings/invitations";

/// Where a page says again and again that a form is open.
pub const EDITING: &str = "/editing";

/// Where the pages are that one may come back to.
const PAGES: [&str; 9] =
    ["/settings", "/customers", "/contacts", "/entitlements", "/activity", "/users", "/account", "/events", "/batches"];

/// What only a button sends: no page stands there.
const ACTIONS: [&str; 5] = ["/enable", "/disable", "/default", "/invite", "/link"];

/// An address to lead to after signing in: a page of this site, whatever was asked for, and never an action.
#[must_use]
pub fn own(address: String) -> String {
    if !is_own(&address) {
        return "/customers".to_owned();
    }
    let (path, rest) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
    match ACTIONS.iter().find_map(|action| path.strip_suffix(action)) {
        Some(page) => format!("{page}{rest}"),
        None => address,
    }
}

/// Whether an address is one of this site's pages, or an action of one. A browser takes more spellings than one for another site (`//host`,
/// `/\\host`, `/%09/host`) and for another path (`/a/../b`), so that what is not plainly one of ours is none.
#[must_use]
pub fn is_own(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let is_page = PAGES.iter().any(|page| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_page && is_plain && !path.contains("//") && !path.contains(['.', '%', ';'])
}

/// Whether a path leads to a file, which a browser saves instead of showing it.
#[must_use]
pub fn is_file(path: &str) -> bool {
    path.ends_with(EXPORT_FILE) || path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// Where a one-time link leads that sets a password; its token follows.
pub const SET_PASSWORD: &str = "/set-password/";

/// The same for contacts, in the portal.
pub use crate::mail::SET_PASSWORD as PORTAL_SET_PASSWORD;

/// Whether a path lets in whoever knows it.
#[must_use]
pub fn holds_secret(path: &str) -> bool {
    path.contains(SET_PASSWORD)
}

/// A path as the log shows it.
#[must_use]
pub fn without_secret(path: &str) -> &str {
    if holds_secret(path) { SET_PASSWORD } else { path }
}

/// The path and query of a whole address.
#[must_use]
pub fn path_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    rest.find('/').map(|at| rest[at..].to_owned())
}

/// Returns `path` with the list's search, filters and order.
#[must_use]
pub fn with_list(path: &str, list: &Query) -> String {
    with(path, list, &[])
}

/// Returns `path` with the list's state and further parameters.
#[must_use]
pub fn with(path: &str, list: &Query, more: &[(&'static str, &str)]) -> String {
    let mut pairs = list.pairs();
    pairs.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    of(path, &pairs)
}

/// The parameters of an address.
#[must_use]
pub fn query_of(address: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let query = address.split('#').next().and_then(|address| address.split_once('?')).map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).collect()
}

/// Returns `path` with these parameters.
#[must_use]
pub fn of(path: &str, pairs: &[(&'static str, String)]) -> String {
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Returns `path` with the list's state, the rows that the panes of a customer show, and further parameters.
#[must_use]
pub fn with_panes(path: &str, list: &Query, panes: &Panes, more: &[(&'static str, &str)]) -> String {
    let pairs = panes.pairs();
    let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
    with(path, list, &pairs.chain(more.iter().copied()).collect::<Vec<_>>())
}

/// Returns the address of a customer, at the row of its panes that is marked.
#[must_use]
pub fn at_row(customer: CustomerId, list: &Query, panes: &Panes) -> String {
    with_panes(&screen(Some(customer)), list, panes, &[]) + &fragment(panes)
}

/// Returns the fragment that leads to the row of a pane that is marked: `#contact-7`.
#[must_use]
pub fn fragment(panes: &Panes) -> String {
    match panes.row {
        Some(PaneRow::Contact(id)) => format!("#contact-{id}"),
        Some(PaneRow::Entitlement(id)) => format!("#entitlement-{id}"),
        None => String::new(),
    }
}

/// Returns the path of the list with this customer open, or with none.
#[must_use]
pub fn screen(selected: Option<CustomerId>) -> String {
    selected.map_or_else(|| "/customers".to_owned(), |id| format!("/customers/{id}"))
}

/// Returns the path of the entitlements with this one open, or with none.
#[must_use]
pub fn entitlement(selected: Option<EntitlementId>) -> String {
    selected.map_or_else(|| "/entitlements".to_owned(), |id| format!("/entitlements/{id}"))
}

/// Returns the path of a customer's history.
#[must_use]
pub fn history(customer: CustomerId) -> String {
    format!("{}/history", screen(Some(customer)))
}

/// Returns the address of *New customer*, and of its form once the type is chosen. There `type` is the new customer's, so the list's own
/// filter is called [`LISTED`].
#[must_use]
pub fn new_customer(list: &Query, kind: Option<Kind>) -> String {
    let mut more: Vec<(&str, &str)> = Vec::new();
    more.extend(list.kind.map(|kind| (LISTED, kind.word())));
    more.extend(kind.map(|kind| ("type", kind.word())));
    with(NEW_CUSTOMER, &Query { kind: None, ..list.clone() }, &more)
}

/// Returns the path that takes back an event, and that asks whether to.
#[must_use]
pub fn undo(event: EventId) -> String {
    format!("/events/{event}/undo")
}

/// Returns the path that takes back a batch as a whole, and that shows how far that is.
#[must_use]
pub fn undo_batch(batch: BatchId) -> String {
    format!("/batches/{batch}/undo")
}

/// The path of *New customer*.
pub const NEW_CUSTOMER: &str = "/customers/new";
/// The list's filter by type in [`new_customer`].
pub const LISTED: &str = "listed";
/// What the path of a list is followed by where it is asked what to export.
pub const EXPORT: &str = "/export";
/// What it is followed by where that is sent.
pub const EXPORT_FILE: &str = "/export/file";
/// The path of *Import*; that of one import adds its id.
pub const IMPORT: &str = "/customers/import";
/// Where it is said what columns an import understands.
pub const IMPORT_HELP: &str = "/customers/import/help";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site_are_led_to() {
        for address in
            ["/customers", "/customers/42?q=acme&status=enabled#contact-7", "/customers?q=%2F%2Fevil", "/account", "/customers/4/delete"]
        {
            assert_eq!(own(address.to_owned()), address);
        }
        for address in [
            "",
            "/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%09/evil.example",
            "/\t/evil.example",
            "/.//evil.example",
            "https://evil.example/customers",
            "//evil.example/customers",
            "javascript:alert(1)",
            "/sign-out",
            "/customers/../sign-out",
            "/customers/%2e%2e/sign-out",
            "/customers//evil.example",
            "/customers\r\nX: y",
            "/customers.csv",
            "/customersX",
            "/customers/;/x",
            "/customers/import/1/invalid.csv",
            "customers",
            "/confirm",
            "/static/x",
            "/customers?q=\0",
            "/customers\\..\\x",
        ] {
            assert_eq!(own(address.to_owned()), "/customers", "{address}");
        }
        assert_eq!(own("/customers/4/disable?q=a".to_owned()), "/customers/4?q=a");
        assert_eq!(own("/contacts/7/default".to_owned()), "/contacts/7");
        assert!(is_own("/customers/4/disable?q=a"));
    }
}
