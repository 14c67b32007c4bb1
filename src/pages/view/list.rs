//! The list pane, of customers or of entitlements.

use askama::Template;

use super::common::{Choice, Marked};
use super::detail::EntitlementState;

/// All below the search box: filters, count, rows, and the pane's foot.
#[derive(Debug, Template)]
#[template(path = "list/results.html")]
pub struct Results {
    /// The query part of the list's address, `""` or `?q=acme&status=enabled`; a script compares it to know whether the list is still the one of an address.
    pub query: String,
    /// Non-default filters that the search form has to send along: `(name, value)`.
    pub carried: Vec<(&'static str, String)>,
    pub filters: Vec<Filters>,
    /// The order that the list is in, in words.
    pub sorted: &'static str,
    /// `by name`, `by Ref ID`, `newest first`, `last changed first`.
    pub sorts: Vec<Choice>,
    /// The same order from its other end.
    pub reverse: String,
    /// The heads of the columns, where the list has columns.
    pub heads: Option<Heads>,
    /// `128 customers`, `more than 1,000 customers`.
    pub count: String,
    /// A remark on the search: that words were left out, that the text was cut.
    pub note: Option<String>,
    pub rows: Rows,
    /// Why there is no row, where there is none.
    pub empty: Option<EmptyList>,
    /// What makes a new one, where it may be offered.
    pub new: Option<NewRecord>,
    /// Where the same records are exported, where there are any.
    pub export: Option<String>,
    /// Where files are imported, where they may be.
    pub import: Option<String>,
}

/// Alternatives of which one is chosen.
#[derive(Debug, Clone)]
pub struct Filters {
    /// Its choices are known by this and their number.
    pub id: &'static str,
    pub label: &'static str,
    pub choices: Vec<Choice>,
}

/// What makes a new record.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// `New customer`
    pub label: &'static str,
    pub href: String,
}

/// The heads of the columns.
#[derive(Debug, Clone)]
pub struct Heads {
    /// Those that the list is not sorted by.
    pub plain: &'static [&'static str],
    pub sorting: Vec<Head>,
}

/// The head of a column, which sorts by it; once it is sorted, from its other end.
#[derive(Debug, Clone)]
pub struct Head {
    pub id: &'static str,
    pub label: &'static str,
    pub href: String,
    /// In which direction the list is sorted by it, in words.
    pub sorted: Option<&'static str>,
    /// From the greatest value down.
    pub descends: bool,
    /// What a click does.
    pub does: String,
}

/// An empty list says why and what to do.
#[derive(Debug, Clone)]
pub enum EmptyList {
    /// No customer at all: greet, and offer the first steps. `sample` is where *Load sample data* posts to.
    Nothing { new_customer: Option<String>, import: Option<String>, sample: Option<String> },
    /// No record of this kind yet: what there is to know, and what makes the first.
    None { heading: &'static str, sentence: &'static str, new: Option<NewRecord> },
    /// A search or filter found none: what was looked for in words, and links that loosen it.
    NoHit { looked_for: String, loosen: Vec<(String, String)> },
}

impl EmptyList {
    fn is_first_steps(&self) -> bool {
        matches!(self, Self::Nothing { .. })
    }
}

/// One page of rows with its neighbours.
#[derive(Debug, Clone, Template)]
#[template(path = "list/rows.html")]
pub struct Rows {
    /// The address of the page before this one (`rel=prev`).
    pub prev: Option<String>,
    /// Each drawn.
    pub page: Vec<String>,
    /// The address of the next page (`rel=next`).
    pub next: Option<String>,
}

impl Rows {
    /// The same as rows that are added at one end of the list: the rest of it stands there already.
    #[must_use]
    pub fn beyond(mut self, before: bool) -> Self {
        *(if before { &mut self.next } else { &mut self.prev }) = None;
        self
    }
}

/// A customer in the list.
#[derive(Debug, Clone, Template)]
#[template(path = "customers/row.html")]
pub struct Row {
    pub id: i64,
    pub href: String,
    pub current: bool,
    pub enabled: bool,
    pub company: bool,
    pub name: Marked,
    /// Empty when there is none.
    pub ref_id: Marked,
    pub via: Option<Via>,
}

/// An entitlement in the list.
#[derive(Debug, Clone, Template)]
#[template(path = "entitlements/row.html")]
pub struct EntitlementListRow {
    pub id: i64,
    pub href: String,
    pub current: bool,
    pub state: EntitlementState,
    pub product: Marked,
    pub customer: Marked,
    /// `30 Nov 2026`, `no end`
    pub day: String,
    /// `ends in 4 days`, `starts in 5 days`, `ended 26 days ago`; empty when there is nothing to say.
    pub distance: String,
    /// It ends so soon that somebody has to do something about it.
    pub is_due: bool,
    pub via: Option<Via>,
}

/// The second line of a row whose hit is not in the row: `via Jana Hoffmann, jana@…`, or `Number C-000042`.
#[derive(Debug, Clone)]
pub struct Via {
    pub label: &'static str,
    pub text: Marked,
}
