//! Forms of any record.

use askama::Template;

use super::common::Notice;
use super::editing::Editing;
use crate::domain::merge::{KEEP, MINE};

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
    /// What a stored record's form says about its opening; `None` for a new record.
    pub opened: Option<Opening>,
    /// A refusal or conflict, above all else.
    pub alert: Option<Notice>,
    /// Errors, once more above the fields: id of the field and what is wrong.
    pub summary: Vec<(String, String)>,
    /// What somebody has to decide about, since somebody else has saved the record meanwhile.
    pub conflicts: Vec<Conflict>,
    /// By whom and when, where it is the same for all of them: `somebody on this computer, 2 minutes ago`.
    pub saved: String,
    pub groups: Vec<Group>,
    /// `Save`, `Create customer`
    pub submit: &'static str,
    pub cancel: String,
    /// `Name is the only required field.`
    pub note: &'static str,
    /// Inside a pane (contacts, entitlements) rather than a pane of its own.
    pub inner: bool,
}

impl Form {
    /// It was sent and not taken: what stands in it is not saved.
    fn came_back(&self) -> bool {
        self.alert.is_some() || !self.conflicts.is_empty() || !self.summary.is_empty()
    }

    /// What the fields in conflict were before.
    fn knows_former(&self) -> bool {
        self.conflicts.iter().any(|conflict| conflict.former.is_some())
    }
}

/// A form of a stored record, as it was opened.
#[derive(Debug)]
pub struct Opening {
    /// The version of the record that stands in it; `None` where nobody knows.
    pub version: Option<i32>,
    /// The random token of this opening.
    pub token: String,
    /// Of which record: `customer`, and its id.
    pub record: &'static str,
    pub id: i64,
    /// Who else has one open, for who reads this without a script.
    pub editing: Editing,
}

/// A field that two have changed: what was typed, what somebody else has saved, and what it was before both.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The field's name: `phone`; `shipping_same` for the whole shipping address.
    pub field: String,
    /// `Billing address: City`
    pub label: String,
    pub mine: Version,
    pub stored: Version,
    /// `None` where nobody knows any more.
    pub former: Option<String>,
    /// As [`Form::saved`], where they differ.
    pub saved: String,
    /// What was typed is chosen unless somebody chooses otherwise.
    pub keeps_mine: bool,
}

/// A value to choose.
#[derive(Debug, Clone)]
pub struct Version {
    pub words: String,
    /// What the field holds then; `None` where it stands for several fields.
    pub value: Option<String>,
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
    /// What is wrong with it, a sentence each.
    pub errors: Vec<Notice>,
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
    /// What is typed is neither shown nor drawn again.
    Password,
    Tel,
    /// A whole number.
    Quantity,
    /// A date, typed as text: what a browser's own control cannot read it does not send.
    Date,
    Area,
    /// A text for which some are suggested, and where more are asked for as somebody types.
    Suggested(Vec<String>, &'static str),
    /// Value and label; the first may be `("", "—")`. The field's value is one of them.
    Select(Vec<(String, String)>),
    /// On when the value is `yes`; `hides` names the group of fields that it makes superfluous (same as billing).
    Check,
    /// Not editable: shown as text (the number after creation).
    Fixed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_anything_to_say_came_back() {
        assert!(!Form::default().came_back());
        assert!(Form { summary: vec![("name".to_owned(), "Name is missing.".to_owned())], ..Form::default() }.came_back());
        let version = |words: &str| Version { words: words.to_owned(), value: None };
        let (field, label, saved) = ("name".to_owned(), "Name".to_owned(), String::new());
        let conflict = Conflict { field, label, mine: version("B"), stored: version("A"), former: None, saved, keeps_mine: true };
        assert!(Form { conflicts: vec![conflict], ..Form::default() }.came_back());
    }
}
