//! The page of whoever has signed in.

use askama::Template;

use super::common::When;
use crate::domain::second_factor::SetUp;

/// Who one is here, and how one signs in.
#[derive(Template)]
#[template(path = "account/show.html")]
pub struct Account {
    pub name: String,
    pub email: String,
    /// `Administrator`
    pub role: String,
    /// What is wrong with the present password that was given.
    pub present_error: String,
    /// What is wrong with the new one.
    pub password_error: String,
    /// The second factor is on.
    pub has_second_factor: bool,
    pub recovery_codes_left: i64,
    pub sessions: Vec<OwnSessionRow>,
}

impl Account {
    /// Whether there are sessions elsewhere.
    fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_this)
    }
}

/// A session.
pub struct OwnSessionRow {
    pub id: i64,
    pub began: When,
    pub seen: When,
    pub address: String,
    /// `Firefox on Linux`
    pub browser: String,
    /// It is the one that asks.
    pub is_this: bool,
}

/// The second factor: how it is set up, or that it is on.
#[derive(Template)]
#[template(path = "account/second_factor.html")]
pub struct SecondFactor {
    pub alert: Option<String>,
    /// Everybody has to have one.
    pub is_required: bool,
    pub is_on: bool,
    pub recovery_codes_left: i64,
    /// The secret that waits for a code.
    pub set_up: Option<SetUp>,
    pub email: String,
    /// Where to go on afterwards.
    pub leads_to: String,
}

/// Recovery codes, shown once.
#[derive(Template)]
#[template(path = "account/codes.html")]
pub struct RecoveryCodes {
    /// The second factor was switched on just now.
    pub is_new: bool,
    pub codes: Vec<String>,
    /// Where to go on.
    pub leads_to: String,
}

impl RecoveryCodes {
    /// A code a line.
    fn text(&self) -> String {
        self.codes.join("\n")
    }
}
