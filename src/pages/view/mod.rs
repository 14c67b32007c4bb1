//! What the templates show: plain values, already decided and worded.
//!
//! A page gathers records from the store, turns them into these views, and hands them to [`super::screen`].
//! Templates hold markup only: each decision is a field or a method here.

mod detail;
mod form;
mod import;
mod list;

pub use detail::{ContactRow, Contacts, Detail, EntitlementRow, EntitlementState, Entitlements, Fact};
pub use form::{Conflict, Control, Field, Form, Group};
pub use import::{Bar, ColumnTable, CountRow, FindingList, FindingRow, ImportRow, ImportShow, ImportStart};
pub use list::{EmptyList, Results, Row, Rows, Via};

use std::fmt::{self, Display};

use askama::Template;

/// One address of a task's button, offered only where the rules allow it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Where the form posts to, or the link leads.
    pub href: String,
}

/// A piece of text with the parts that a search found: `(text, is it a hit)`.
#[derive(Debug, Clone, Default)]
pub struct Marked(pub Vec<(String, bool)>);

/// A moment, in words and exactly.
#[derive(Debug, Clone)]
pub struct When {
    /// `2 days ago`
    pub words: String,
    /// `2026-11-23T14:05:09Z`, for `<time datetime>`; a script shows it in the reader's time zone on hover.
    pub utc: String,
    /// `23 Nov 2026, 14:05:09 UTC`, the title without a script.
    pub exact: String,
}

/// A link among alternatives (filter, sort order), one of which is chosen.
#[derive(Debug, Clone)]
pub struct Choice {
    pub label: &'static str,
    pub href: String,
    pub chosen: bool,
    /// The key that clicks it, `""` for none.
    pub key: &'static str,
}

/// A sentence, with an optional link in its midst: `before` `link` `after`.
#[derive(Debug, Clone)]
pub struct Notice {
    pub before: String,
    pub link: Option<(String, String)>,
    pub after: String,
}

/// The whole page: head, list pane and right pane.
#[derive(Template)]
#[template(path = "layout.html")]
pub struct Layout<'a> {
    /// What the tab shows, without the product's name.
    pub title: &'a str,
    /// The list pane, absent on pages that stand alone (an error before the list can be read).
    pub list: Option<ListPane<'a>>,
    /// The right pane, rendered.
    pub right: &'a str,
    /// What the last task did, shown once.
    pub flash: Option<&'a FlashMessage>,
    /// What the polite status region says.
    pub status: &'a str,
    /// Without a script the page reloads every two seconds: what it shows is at work.
    pub refreshes: bool,
}

/// The list pane: the search box and what it found.
#[derive(Template)]
#[template(path = "customers/list.html")]
pub struct ListPane<'a> {
    /// The search box's text.
    pub q: &'a str,
    /// Where the search form leads (`/customers` or `/customers/42`).
    pub action: &'a str,
    pub results: &'a Results,
}

/// A message about a task that was just done.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/flash.html")]
pub struct FlashMessage {
    pub text: String,
}

/// Nothing is selected.
#[derive(Template)]
#[template(path = "customers/welcome.html")]
pub struct Welcome {
    /// The database is empty: the list pane greets, this pane stays calm.
    pub empty: bool,
}

/// Company or individual: the first question of *New customer*.
#[derive(Template)]
#[template(path = "customers/choose.html")]
pub struct ChooseType {
    pub company: String,
    pub individual: String,
    pub cancel: String,
}

/// A question before a task that cannot be taken back: a page of its own, shown as a dialog by a script.
#[derive(Template)]
#[template(path = "parts/confirm.html")]
pub struct Confirm {
    /// `Delete Aurora Robotics GmbH?`
    pub question: String,
    /// What goes along, a sentence each.
    pub sentences: Vec<String>,
    /// Names of what goes along (contacts), possibly shortened with `and 12 more`.
    pub along: Vec<String>,
    /// `Delete customer and 3 contacts`
    pub button: String,
    pub action: String,
    pub token: String,
    pub cancel: String,
    /// The element that the answer replaces: `#detail`, `#contacts`, `#entitlements`.
    pub target: &'static str,
}

/// An error that takes the place of the right pane (or of the whole page).
#[derive(Template)]
#[template(path = "parts/error.html")]
pub struct ErrorPane {
    /// `404`
    pub status: u16,
    /// What happened: `There is no such customer`.
    pub heading: String,
    /// What to do, a sentence each.
    pub sentences: Vec<String>,
    /// Where to go on: label and address.
    pub links: Vec<(String, String)>,
    pub request_id: String,
    /// What was typed and could not be saved, label and text, so that nothing is lost.
    pub typed: Vec<(String, String)>,
    /// Sends the same form again (503): action and all its fields.
    pub again: Option<(String, Vec<(String, String)>)>,
}

impl Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(text, _)| f.write_str(text))
    }
}
