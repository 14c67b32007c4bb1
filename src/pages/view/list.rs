//! The list pane.

use askama::Template;

use super::common::{Choice, Marked};

/// All below the search box: filters, count, rows, and the pane's foot.
#[derive(Debug, Template)]
#[template(path = "customers/results.html")]
pub struct Results {
    /// The query part of the list's address, `""` or `?q=acme&status=enabled`; a script compares it to know whether the list is still the one of an address.
    pub query: String,
    /// Non-default filters that the search form has to send along: `(name, value)`.
    pub carried: Vec<(&'static str, String)>,
    /// `All`, `Enabled`, `Disabled`, with the keys 1, 2, 3.
    pub statuses: Vec<Choice>,
    /// `Any type`, `Company`, `Individual`.
    pub types: Vec<Choice>,
    /// The order that the list is in, in words.
    pub sorted: &'static str,
    /// `by name`, `by Ref ID`, `newest first`, `last changed first`.
    pub sorts: Vec<Choice>,
    /// The same order from its other end.
    pub reverse: String,
    /// The heads of the columns that the list can be sorted by.
    pub heads: Vec<Head>,
    /// `128 customers`, `more than 1,000 customers`.
    pub count: String,
    /// A remark on the search: that words were left out, that the text was cut.
    pub note: Option<String>,
    pub rows: Rows,
    /// Why there is no row, where there is none.
    pub empty: Option<EmptyList>,
    /// The address of *New customer*, where it may be offered.
    pub new_customer: Option<String>,
    /// The same customers as a CSV file, where there are any.
    pub export: Option<String>,
    /// Where files are imported, where they may be.
    pub import: Option<String>,
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
#[template(path = "customers/rows.html")]
pub struct Rows {
    /// The address of the page before this one (`rel=prev`).
    pub prev: Option<String>,
    pub page: Vec<Row>,
    /// The address of the next page (`rel=next`).
    pub next: Option<String>,
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

/// The second line of a row whose hit is not in the row: `via Jana Hoffmann, jana@…`, or `Number C-000042`.
#[derive(Debug, Clone)]
pub struct Via {
    pub label: &'static str,
    pub text: Marked,
}
