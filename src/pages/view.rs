//! What the templates show: plain values, already decided and worded.
//!
//! A page gathers records from the store, turns them into these views, and hands them to [`crate::web::respond`].
//! Templates hold markup only: each decision is a field or a method here.

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
    /// The sign of the key that clicks it, `""` for none.
    pub key: &'static str,
}

// ---------------------------------------------------------------------------------------------- the whole screen

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
    pub flash: Option<&'a Flash>,
    /// What the polite status region says.
    pub status: &'a str,
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
pub struct Flash {
    pub text: String,
}

// ---------------------------------------------------------------------------------------------- the list pane

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
    /// `by name`, `by Ref ID`, `newest first`, `last changed first`.
    pub sorts: Vec<Choice>,
    /// `128 customers`, `more than 1,000 customers`.
    pub count: String,
    /// A remark on the search: that words were left out, that the text was cut.
    pub note: Option<String>,
    pub rows: Rows,
    /// Why there is no row, where there is none.
    pub empty: Option<EmptyList>,
    /// The address of *New customer*, where it may be offered.
    pub new_customer: Option<String>,
}

/// An empty list says why and what to do.
#[derive(Debug, Clone)]
pub enum EmptyList {
    /// No customer at all: greet, and offer the first steps. `sample` is where *Load sample data* posts to.
    Nothing { new_customer: Option<String>, sample: Option<String> },
    /// A search or filter found none: what was looked for in words, and links that loosen it.
    NoHit { looked_for: String, loosen: Vec<(String, String)> },
}

/// One page of rows with its neighbours.
#[derive(Debug, Clone, Template)]
#[template(path = "customers/rows.html")]
pub struct Rows {
    /// The address of the page before this one (`rel=prev`).
    pub prev: Option<String>,
    pub rows: Vec<Row>,
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

// ---------------------------------------------------------------------------------------------- the right pane

/// A customer in full.
#[derive(Template)]
#[template(path = "customers/detail.html")]
pub struct Detail {
    pub id: i64,
    /// Back to the list, shown on narrow screens.
    pub back: String,
    pub name: String,
    pub enabled: bool,
    pub company: bool,
    pub number: String,
    pub ref_id: String,
    /// `2 customers share this Ref ID`, and the search that shows them.
    pub shared_ref: Option<(String, String)>,
    pub created: When,
    pub changed: When,
    pub edit: Option<Offer>,
    pub disable: Option<Offer>,
    pub enable: Option<Offer>,
    pub delete: Option<Offer>,
    /// How many people *Disable* locks out, in words; `None` when nobody could sign in, or it is disabled.
    pub locks_out: Option<String>,
    /// A refusal just met ("Acme is disabled already."), shown as an alert at the top.
    pub alert: Option<Notice>,
    /// Why a task is missing, in a line each.
    pub reasons: Vec<Notice>,
    /// Label and value of each field, in order; an empty value shows as a dash. Addresses have several lines.
    pub fields: Vec<(&'static str, Vec<String>)>,
    pub entitlements: Entitlements,
    /// Companies only.
    pub contacts: Option<Contacts>,
}

/// A sentence, with an optional link in its midst: `before` `link` `after`.
#[derive(Debug, Clone)]
pub struct Notice {
    pub before: String,
    pub link: Option<(String, String)>,
    pub after: String,
}

/// The customer's entitlements; or the form that makes one, in the same place.
#[derive(Template)]
#[template(path = "entitlements/pane.html")]
pub struct Entitlements {
    /// Exact.
    pub count: i64,
    pub rows: Vec<EntitlementRow>,
    /// That only the first so many are shown.
    pub note: Option<String>,
    pub new: Option<Offer>,
    /// Why *New entitlement* is missing.
    pub why_no_new: Option<String>,
    pub form: Option<Form>,
    /// Companies show for which contact; an individual is that contact itself.
    pub shows_contact: bool,
    /// A refusal just met, shown as an alert in the pane.
    pub alert: Option<Notice>,
}

#[derive(Debug, Clone)]
pub struct EntitlementRow {
    pub id: i64,
    pub eid: String,
    pub product: String,
    /// Empty when it names none.
    pub contact: String,
    pub quantity: String,
    pub from: String,
    /// Empty when it has no end.
    pub to: String,
    pub state: EntitlementState,
    pub end: Option<Offer>,
    pub delete: Option<Offer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntitlementState {
    NotYetStarted,
    Running,
    Ended,
}

/// The contacts of a company; or the form of one, in the same place.
#[derive(Template)]
#[template(path = "contacts/pane.html")]
pub struct Contacts {
    pub count: i64,
    pub rows: Vec<ContactRow>,
    pub note: Option<String>,
    pub new: Option<Offer>,
    pub form: Option<Form>,
    pub alert: Option<Notice>,
}

#[derive(Debug, Clone)]
pub struct ContactRow {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub language: String,
    pub ref_id: String,
    pub enabled: bool,
    pub default: bool,
    pub set_default: Option<Offer>,
    pub edit: Option<Offer>,
    pub disable: Option<Offer>,
    pub enable: Option<Offer>,
    pub delete: Option<Offer>,
    /// Why *Delete* is missing: `Named by 2 entitlements`.
    pub why_no_delete: Option<String>,
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

// ---------------------------------------------------------------------------------------------- forms

/// A form of any record: the fields in groups, and what is wrong with them.
#[derive(Debug, Default, Template)]
#[template(path = "parts/form.html")]
pub struct Form {
    /// `Edit Aurora Robotics GmbH`
    pub heading: String,
    /// `C-004417 · Company`
    pub sub: String,
    pub action: String,
    /// The element that the answer replaces: `#detail`, `#contacts`, `#entitlements`.
    pub target: &'static str,
    /// Makes a form sent twice one record.
    pub token: String,
    /// What else the form sends along: name and value.
    pub hidden: Vec<(&'static str, String)>,
    /// Of the record as it was opened; `None` for a new one.
    pub version: Option<i32>,
    /// A refusal or conflict, above all else.
    pub alert: Option<Notice>,
    /// Errors, once more above the fields: id of the field and what is wrong.
    pub summary: Vec<(String, String)>,
    /// Fields that somebody else changed meanwhile: label, what is stored, what was typed.
    pub conflicts: Vec<Conflict>,
    pub groups: Vec<Group>,
    /// `Save`, `Create customer`
    pub submit: &'static str,
    pub cancel: String,
    /// `Name is the only required field.`
    pub note: &'static str,
    /// Inside a pane (contacts, entitlements) rather than a pane of its own.
    pub inner: bool,
}

#[derive(Debug, Clone)]
pub struct Conflict {
    pub id: String,
    pub label: &'static str,
    pub stored: String,
    pub typed: String,
}

#[derive(Debug, Default, Clone)]
pub struct Group {
    pub legend: &'static str,
    pub hint: &'static str,
    pub fields: Vec<Field>,
}

#[derive(Debug, Default, Clone)]
pub struct Field {
    /// The name that is sent, and the element's id.
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    pub error: Option<String>,
    pub hint: String,
    pub control: Control,
    pub required: bool,
    /// Takes the whole width.
    pub wide: bool,
    /// Where the caret stands when the form opens.
    pub autofocus: bool,
    /// Greatest length in characters, shown as a counter for long texts; 0 for none.
    pub limit: usize,
}

#[derive(Debug, Default, Clone)]
pub enum Control {
    #[default]
    Text,
    Email,
    Tel,
    /// A whole number, `min` 1.
    Quantity,
    Date,
    Area,
    /// Value and label; the first may be `("", "—")`.
    Select(Vec<(String, String)>),
    /// On when the value is `yes`; `hides` names the group of fields that it makes superfluous (same as billing).
    Check,
    /// Not editable: shown as text (the number after creation).
    Fixed,
}

impl Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(text, _)| f.write_str(text))
    }
}
