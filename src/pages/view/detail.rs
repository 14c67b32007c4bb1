//! A customer in full, with its panes.

use askama::Template;

use super::common::{Marked, Notice, Offer, When};
use super::form::Form;
use crate::domain::entitlement::State;

/// A customer in full.
#[derive(Template)]
#[template(path = "customers/detail.html", blocks = ["lead"])]
pub struct Detail {
    pub id: i64,
    /// Back to the list, shown on narrow screens.
    pub back: String,
    /// Back to where one came from, where that is another list.
    pub from: Option<String>,
    pub name: String,
    pub enabled: bool,
    pub company: bool,
    pub number: String,
    pub ref_id: String,
    /// `2 customers share this Ref ID`, and the search that shows them.
    pub shared_ref: Option<(String, String)>,
    pub created: When,
    pub changed: When,
    /// Who changed it last, where that is known.
    pub changed_by: Option<String>,
    /// Where its history is.
    pub history: String,
    pub edit: Option<Offer>,
    pub disable: Option<Offer>,
    pub enable: Option<Offer>,
    pub delete: Option<Offer>,
    /// What *Disable* says on hover, with how many people it locks out.
    pub disable_title: String,
    /// A refusal just met ("Acme is disabled already."), shown as an alert at the top.
    pub alert: Option<Notice>,
    /// Why a task is missing, in a line each.
    pub reasons: Vec<Notice>,
    /// Those that are filled, in order.
    pub fields: Vec<Fact>,
    /// The names of those that are not.
    pub empty_fields: Vec<&'static str>,
    pub entitlements: Entitlements,
    /// How far an individual has come with signing in to the portal.
    pub access: Option<Access>,
    /// The link by which an individual is invited, told once.
    pub made_link: Option<MadeLink>,
    /// Companies only.
    pub contacts: Option<Contacts>,
}

/// How far somebody has come with signing in to the portal.
#[derive(Debug)]
pub struct Access {
    /// `Invited 12 Nov, until 19 Nov`
    pub words: String,
    pub invites: Vec<Invite>,
}

/// A way to invite somebody.
#[derive(Debug)]
pub struct Invite {
    /// `invite`, `make-link`
    pub id: &'static str,
    /// `Invite again`
    pub label: &'static str,
    pub offer: Offer,
}

/// A link that was just made, to be copied.
#[derive(Debug, Clone, Template)]
#[template(path = "contacts/link.html")]
pub struct MadeLink {
    pub name: String,
    pub link: String,
    /// `4 December 2026, 10:15`
    pub until: String,
}

/// A field of a customer and its value.
#[derive(Debug, Clone, Default)]
pub struct Fact {
    pub label: &'static str,
    /// Addresses and descriptions have several.
    pub lines: Vec<String>,
    /// Takes the whole width.
    pub wide: bool,
    /// Opens a mail program or a telephone.
    pub href: Option<String>,
    /// A button copies it.
    pub copies: bool,
}

/// The customer's entitlements; or the form that makes one, in the same place.
#[derive(Template)]
#[template(path = "entitlements/pane.html", blocks = ["rows"])]
pub struct Entitlements {
    /// Exact.
    pub count: i64,
    pub rows: Vec<EntitlementRow>,
    /// All of them, or the first ones again.
    pub more: Option<More>,
    pub new: Option<Offer>,
    /// Why *New entitlement* is missing.
    pub why_no_new: Option<String>,
    pub form: Option<Form>,
    /// Companies show for which contact; an individual is that contact itself.
    pub shows_contact: bool,
    /// A refusal just met, shown as an alert in the pane.
    pub alert: Option<Notice>,
}

/// A link to more rows of a pane, or to fewer.
#[derive(Debug, Clone)]
pub struct More {
    /// `Show all 200`
    pub label: String,
    /// The same on paper, where there is nothing to press; empty when nothing is left out.
    pub printed: String,
    pub href: String,
}

#[derive(Debug)]
pub struct EntitlementRow {
    pub id: i64,
    /// The address names it.
    pub marked: bool,
    pub eid: String,
    /// Where it stands beside the list of entitlements.
    pub href: String,
    pub product: String,
    /// Empty when it names none.
    pub contact: String,
    pub quantity: String,
    pub from: String,
    /// Empty when it has no end.
    pub to: String,
    /// `starts in 5 days`; empty when that is far off.
    pub starts: String,
    /// `ends in 29 days`; empty when that is far off.
    pub ends: String,
    pub state: EntitlementState,
    /// The EID of the one that it renews, and where that is.
    pub renews: Option<(String, String)>,
    /// The EID of the one that renews it, and where that is.
    pub renewed_by: Option<(String, String)>,
    pub edit: Option<Offer>,
    pub renew: Option<Offer>,
    pub end: Option<Offer>,
    pub reopen: Option<Offer>,
    /// `Can be reopened until 28 November`; empty where it cannot be.
    pub reopen_until: String,
    pub delete: Option<Offer>,
    /// Why tasks are missing.
    pub whys: Vec<&'static str>,
    /// Its form, in its place.
    pub form: Option<Box<Form>>,
}

impl EntitlementRow {
    /// Whether there is anything to do beside *Edit*.
    fn has_menu(&self) -> bool {
        !self.whys.is_empty() || [&self.renew, &self.end, &self.reopen, &self.delete].iter().any(|offer| offer.is_some())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntitlementState {
    NotYetStarted,
    Running,
    Ended,
}

impl From<State> for EntitlementState {
    fn from(state: State) -> Self {
        match state {
            State::NotYetStarted => Self::NotYetStarted,
            State::Running => Self::Running,
            State::Ended => Self::Ended,
        }
    }
}

/// The contacts of a company; or the form of a new one, above them.
#[derive(Template)]
#[template(path = "contacts/pane.html", blocks = ["rows"])]
pub struct Contacts {
    /// Exact.
    pub count: i64,
    /// Where there are many.
    pub filter: Option<Filter>,
    pub rows: Vec<ContactRow>,
    /// All of them, or the first ones again.
    pub more: Option<More>,
    /// Why there is no row, or that there may be more than are shown.
    pub note: String,
    pub new: Option<Offer>,
    /// Inviting all who never were, and how many they are: where they are several.
    pub invite_all: Option<(Offer, i64)>,
    pub form: Option<Form>,
    /// The link by which one of them is invited, told once.
    pub made_link: Option<MadeLink>,
    pub alert: Option<Notice>,
}

/// The form that filters contacts.
#[derive(Debug, Clone)]
pub struct Filter {
    pub action: String,
    /// What else the screen shows.
    pub carried: Vec<(&'static str, String)>,
    pub text: String,
    /// How many contacts it finds, in words, once there is a text.
    pub found: String,
}

#[derive(Debug)]
pub struct ContactRow {
    pub id: i64,
    /// The address names it.
    pub marked: bool,
    pub name: Marked,
    pub email: Marked,
    /// `mailto:`
    pub mail: String,
    pub phone: Marked,
    /// `tel:`, where the phone is a number that can be called.
    pub call: Option<String>,
    pub language: String,
    pub ref_id: Marked,
    /// What is to be said of what it sees in the portal.
    pub reach: &'static str,
    pub access: Access,
    pub enabled: bool,
    pub default: bool,
    pub set_default: Option<Offer>,
    pub edit: Option<Offer>,
    pub disable: Option<Offer>,
    pub enable: Option<Offer>,
    pub delete: Option<Offer>,
    /// Why *Delete* is missing: `1 entitlement`, and where it is.
    pub held_by: Option<(String, String)>,
    /// Its form, in its place.
    pub form: Option<Box<Form>>,
}

impl Detail {
    /// `Show 4 empty fields`
    fn show_empty(&self) -> String {
        match self.empty_fields.len() {
            1 => "Show 1 empty field".to_owned(),
            many => format!("Show {many} empty fields"),
        }
    }
}

impl ContactRow {
    /// Whether there is anything to do beside *Edit*.
    fn has_menu(&self) -> bool {
        self.held_by.is_some()
            || !self.access.invites.is_empty()
            || [&self.set_default, &self.disable, &self.enable, &self.delete].iter().any(|offer| offer.is_some())
    }
}
