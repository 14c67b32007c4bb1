//! An entitlement in full, and the choice of whose a new one is.

use askama::Template;

use super::common::{Notice, Offer, When};
use super::detail::EntitlementState;
use super::history::{HistoryPart, HistoryPiece, HistoryRow};

/// An entitlement in full.
#[derive(Template)]
#[template(path = "entitlements/show.html")]
pub struct EntitlementShow {
    pub id: i64,
    /// Back to the list, shown on narrow screens.
    pub back: String,
    pub product: String,
    pub state: EntitlementState,
    /// `ends in 29 days`; empty when there is nothing to say.
    pub distance: String,
    /// It ends so soon that somebody has to do something about it.
    pub is_due: bool,
    pub eid: String,
    pub quantity: String,
    pub starts: String,
    /// `no end`
    pub ends: String,
    pub customer: Linked,
    pub number: String,
    /// The customer is disabled: nobody can sign in for it.
    pub customer_disabled: bool,
    pub contact: Option<Linked>,
    pub email: String,
    pub created: When,
    pub changed: When,
    /// Its latest changes.
    pub changes: Vec<HistoryRow>,
    /// Where the customer's history of entitlements is.
    pub history: String,
    /// The one that it renews: its EID, and where it is.
    pub renews: Option<Linked>,
    /// The one that renews it.
    pub renewed_by: Option<Linked>,
    pub edit: Option<Offer>,
    pub renew: Option<Offer>,
    pub end: Option<Offer>,
    pub reopen: Option<Offer>,
    pub delete: Option<Offer>,
    /// A refusal just met, shown as an alert at the top.
    pub alert: Option<Notice>,
    /// Why a task is missing, in a line each.
    pub reasons: Vec<Notice>,
    pub others: Vec<OtherRow>,
    /// How many entitlements the customer has beside this one.
    pub other_count: i64,
    /// All of the customer's, where not all are shown.
    pub all: Option<String>,
    pub new: Option<Offer>,
}

/// A record that is elsewhere.
pub struct Linked {
    pub name: String,
    pub href: String,
}

/// Another entitlement of the same customer.
pub struct OtherRow {
    pub product: String,
    pub href: String,
    pub quantity: String,
    pub from: String,
    /// Empty when it has no end.
    pub to: String,
    pub state: EntitlementState,
}

/// No entitlement is open.
#[derive(Template)]
#[template(path = "entitlements/welcome.html")]
pub struct EntitlementsWelcome {
    /// There is none: the list says what to do.
    pub empty: bool,
}

/// Whose is the new entitlement? The first question of *New entitlement*.
#[derive(Template)]
#[template(path = "entitlements/choose.html")]
pub struct ChooseCustomer {
    pub action: String,
    /// What else the screen shows.
    pub carried: Vec<(&'static str, String)>,
    pub text: String,
    pub choices: Vec<CustomerChoice>,
    /// How many there are, or why there is none.
    pub found: String,
    pub cancel: String,
}

/// A customer that can have a new entitlement.
pub struct CustomerChoice {
    pub name: String,
    pub number: String,
    pub href: String,
}
