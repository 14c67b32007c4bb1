//! A customer in full, with its panes.

use askama::Template;

use super::common::{Notice, Offer, When};
use super::form::Form;

/// A customer in full.
#[derive(Template)]
#[template(path = "customers/detail.html", blocks = ["lead"])]
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
    /// In order.
    pub fields: Vec<Fact>,
    pub entitlements: Entitlements,
    /// Companies only.
    pub contacts: Option<Contacts>,
}

/// A field of a customer and its value; an empty value shows as a dash.
#[derive(Debug, Clone)]
pub struct Fact {
    pub label: &'static str,
    /// Addresses and descriptions have several.
    pub lines: Vec<String>,
    /// Takes the whole width.
    pub wide: bool,
}

/// The customer's entitlements; or the form that makes one, in the same place.
#[derive(Template)]
#[template(path = "entitlements/pane.html", blocks = ["rows"])]
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
    /// Why *Delete* is missing.
    pub why_no_delete: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntitlementState {
    NotYetStarted,
    Running,
    Ended,
}

/// The contacts of a company; or the form of one, in the same place.
#[derive(Template)]
#[template(path = "contacts/pane.html", blocks = ["rows"])]
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
