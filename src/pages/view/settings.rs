//! The settings page, and what is begun there.

use askama::Template;

use super::common::{Notice, When};
use super::form::Form;
use super::import::Bar;

/// What administrators set.
#[derive(Template)]
#[template(path = "settings/show.html")]
pub struct SettingsPage {
    pub form: Form,
    /// Where the logo is, if there is one.
    pub logo: Option<String>,
    /// What is wrong with the logo that was sent.
    pub alert: Option<&'static str>,
    /// How it stands with inviting all who never were.
    pub invitations: Notice,
    /// `Invite 312 people`, where that can be begun.
    pub invite: Option<String>,
}

/// How far inviting all who never were has come.
#[derive(Template)]
#[template(path = "settings/invitations.html")]
pub struct Invitations {
    /// `Invited 312 people`
    pub heading: String,
    pub began: When,
    /// What it means, a sentence each.
    pub sentences: Vec<String>,
    /// Why it was interrupted.
    pub trouble: Option<String>,
    /// The address that is asked each second while it is at work.
    pub poll: Option<String>,
    pub bar: Option<Bar>,
    /// Where it is begun again.
    pub again: Option<String>,
}
