//! The history: of one customer, of one that is gone, and of all.

use askama::Template;

use super::common::{Choice, Notice, Offer, When};
use super::form::{Control, Field};

/// The history of a customer, below the customer's head.
#[derive(Template)]
#[template(path = "history/customer.html")]
pub struct CustomerHistory {
    pub id: i64,
    /// Back to the list, shown on narrow screens.
    pub back: String,
    /// The customer's own page.
    pub details: String,
    pub name: String,
    pub enabled: bool,
    pub number: String,
    /// Companies have contacts beside entitlements.
    pub company: bool,
    pub edit: Option<Offer>,
    pub disable: Option<Offer>,
    pub enable: Option<Offer>,
    pub delete: Option<Offer>,
    pub disable_title: String,
    /// `All`, `Customer`, `Contacts`, `Entitlements`; none while the changes of one batch are shown.
    pub choices: Vec<Choice>,
    pub history: History,
}

/// A customer that is gone, with its history.
#[derive(Template)]
#[template(path = "history/gone.html")]
pub struct Gone {
    /// Back to the list.
    pub back: String,
    pub name: String,
    /// Empty where it is not known.
    pub number: String,
    /// `you`, `Ruth Ashworth`
    pub by: String,
    pub at: When,
    /// Empty for none.
    pub reason: String,
    pub history: History,
}

/// All activity, with the form that filters it.
#[derive(Template)]
#[template(path = "history/activity.html")]
pub struct Activity {
    /// Person, task, subject, and the first and the last day.
    pub fields: Vec<Field>,
    /// Whose midnight ends a day: `Europe/Berlin`.
    pub midnight: String,
    /// Without any filter; where there is one.
    pub reset: Option<String>,
    /// The same lines as a CSV file, where there are any.
    pub export: Option<String>,
    /// `Changes of one import`: while these are shown instead.
    pub batch: Option<String>,
    /// What is left out.
    pub note: Option<Notice>,
    pub history: History,
}

/// Lines of a history with what stands around them.
#[derive(Debug, Clone, Default)]
pub struct History {
    pub days: Vec<HistoryDay>,
    /// The page of the newest lines, where this is another one.
    pub newest: Option<String>,
    /// The page of the lines that follow.
    pub older: Option<String>,
    /// What stands below the last line: that nothing is older, or that nothing was found.
    pub end: String,
}

/// The lines of a day.
#[derive(Debug, Clone)]
pub struct HistoryDay {
    /// `2026-11-26`, of which the id of the heading is made.
    pub date: String,
    /// `Yesterday`
    pub heading: String,
    pub rows: Vec<HistoryRow>,
}

/// A line.
#[derive(Debug, Clone)]
pub struct HistoryRow {
    /// `event-12`
    pub id: String,
    /// What stands in the circle: the initials of a person, or an icon.
    pub initials: String,
    pub icon: &'static str,
    /// The reader did it.
    pub you: bool,
    /// `You`, `Ruth Ashworth`
    pub who: String,
    /// `Imported from customers.csv · by Ruth Ashworth`
    pub who_last: bool,
    pub parts: Vec<HistoryPart>,
    /// Whose record it is, where that is not said otherwise: name and address.
    pub customer: Option<(String, String)>,
    /// Empty for none.
    pub reason: String,
    pub details: Vec<HistoryDetail>,
    /// What opens the details, where they are folded: `7 fields`.
    pub fold: Option<String>,
    /// Leads to what the line sums up: `Show 14 changes`.
    pub more: Option<(String, String)>,
    /// `Undone by Ruth Ashworth`, and where that stands.
    pub undone: Option<(String, Option<String>)>,
    /// Where *Undo* posts to, where it may be offered.
    pub undo: Option<String>,
    /// `14:32`
    pub at: When,
}

/// A part of a sentence.
#[derive(Debug, Clone)]
pub enum HistoryPart {
    Words(String),
    /// A value, before or after.
    Value(String),
    /// A record or file by its name, what tells it from others, and where it is.
    Named {
        name: String,
        detail: String,
        href: Option<String>,
    },
}

/// A field with its values before and after.
#[derive(Debug, Clone)]
pub struct HistoryDetail {
    /// Empty where the sentence names the field.
    pub label: String,
    pub pieces: Vec<HistoryPiece>,
}

/// A piece of both versions put into one.
#[derive(Debug, Clone)]
pub enum HistoryPiece {
    Same(String),
    Removed(String),
    Added(String),
}
