//! The whole page, and what stands in the right pane instead of a customer: a question, a choice, an error.

use askama::Template;

use super::common::initials;
use super::form::{Control, Field};
use super::list::Results;
use crate::domain::actor::{ActorKind, Principal};

/// The whole page: head, list pane and right pane.
#[derive(Template)]
#[template(path = "layout.html")]
pub struct Layout<'a> {
    /// What the tab shows, without the product's name.
    pub title: &'a str,
    /// Who has signed in.
    pub user: Option<UserMenu>,
    /// Whoever it is may open the Users page.
    pub manages_users: bool,
    /// The list pane, absent on pages that stand alone (an error before the list can be read).
    pub list: Option<ListPane<'a>>,
    /// The right pane, rendered.
    pub right: &'a str,
    /// What the last task did, shown once.
    pub flash: Option<&'a FlashMessage>,
    /// What the polite status region says.
    pub status: &'a str,
    /// Where and when it was made, for paper; a script keeps it true.
    pub printed: &'a str,
    /// The path that was asked for: the menu marks where one is.
    pub path: &'a str,
    /// Without JavaScript the page reloads every two seconds, since what it shows is in progress.
    pub refreshes: bool,
}

impl Layout<'_> {
    /// Whether the page is one of those below an entry of the menu.
    fn is_at(&self, place: &str) -> bool {
        self.path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// All that has a list beside it belongs to what is listed; a page without one, to what it is below.
    fn lists(&self, path: &str) -> bool {
        self.list.as_ref().map_or_else(|| self.is_at(path), |list| list.of.path == path)
    }
}

/// Who has signed in, and what is offered to whoever it is.
pub struct UserMenu {
    pub name: String,
    /// `RA` of Ruth Ashworth.
    pub initials: String,
}

impl UserMenu {
    /// Of a user; nobody signs in elsewhere.
    pub fn of(who: &Principal) -> Option<Self> {
        let ActorKind::User(_) = who.kind else { return None };
        Some(Self { name: who.name.to_string(), initials: initials(&who.name) })
    }
}

/// The list pane: the search box and what it found.
#[derive(Template)]
#[template(path = "list/pane.html")]
pub struct ListPane<'a> {
    /// What is listed.
    pub of: &'static Listed,
    /// The search box's text.
    pub q: &'a str,
    /// Where the search form leads (`/customers` or `/customers/42`).
    pub action: &'a str,
    pub results: &'a Results,
}

/// What a list has, in words.
pub struct Listed {
    /// `Customers`
    pub label: &'static str,
    /// What one of them is called: `customer`.
    pub one: &'static str,
    /// The path of the list; that of one of them adds its id.
    pub path: &'static str,
    /// What stands in the empty search box.
    pub placeholder: &'static str,
    /// The search box has a language of its own, which is explained.
    pub has_help: bool,
}

/// A message about a task that was just done.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/flash.html")]
pub struct FlashMessage {
    pub text: String,
    /// What it offers to take back.
    pub undo: Option<UndoOffer>,
}

/// A button that takes back what a message is about.
#[derive(Debug, Clone)]
pub struct UndoOffer {
    pub action: String,
    /// What it takes back is an undo itself: it has no key, so that a key that is pressed twice undoes once.
    pub is_redo: bool,
    /// Makes a press that is sent twice one undo.
    pub token: String,
}

/// Nothing is selected.
#[derive(Template)]
#[template(path = "customers/welcome.html")]
pub struct Welcome {
    /// The database is empty: the list pane has the welcome, and this one is empty.
    pub empty: bool,
    /// Where sample data are removed, while there are any.
    pub remove_sample: Option<String>,
}

/// Company or individual: the first question of *New customer*.
#[derive(Template)]
#[template(path = "customers/choose.html")]
pub struct ChooseType {
    pub company: String,
    pub individual: String,
    pub cancel: String,
}

/// A question before a task that cannot be undone: a page of its own, which JavaScript shows as a dialog.
#[derive(Template)]
#[template(path = "parts/confirm.html")]
pub struct Confirm {
    /// `Delete Aurora Robotics GmbH?`
    pub question: String,
    /// What else happens, a sentence each.
    pub sentences: Vec<String>,
    /// Names of what is deleted too (contacts), possibly shortened with `and 12 more`.
    pub along: Vec<String>,
    /// `Delete customer and 3 contacts`
    pub button: String,
    /// It cannot be taken back by the same button's opposite.
    pub danger: bool,
    /// Where a reason can be given, where one is kept.
    pub reason: Option<Field>,
    pub action: String,
    pub token: String,
    pub cancel: String,
    /// The element that the answer replaces: `#detail`, `#contacts`, `#entitlements`.
    pub target: &'static str,
}

impl Confirm {
    /// The reason is what one came for.
    fn asks_why(&self) -> bool {
        self.reason.as_ref().is_some_and(|reason| reason.autofocus)
    }
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
