//! What the portal's templates show.

use askama::Template;

use crate::domain::second_factor::SetUp;
use crate::domain::texts::Texts;
use crate::domain::vendor::Vendor;

/// The page around all others.
#[derive(Template)]
#[template(path = "portal/layout.html")]
pub struct Page<'a> {
    pub texts: Texts,
    pub title: &'a str,
    pub signed_in: bool,
    pub body: &'a str,
    pub vendor: &'a Vendor,
}

/// Something that is said.
#[derive(Template)]
#[template(path = "portal/message.html")]
pub struct Message {
    pub texts: Texts,
    pub heading: String,
    pub sentence: String,
}

/// The form to sign in by.
#[derive(Template)]
#[template(path = "portal/sign_in.html")]
pub struct SignIn {
    pub texts: Texts,
    pub email: String,
    pub alert: Option<String>,
}

/// The second step of signing in.
#[derive(Template)]
#[template(path = "portal/code.html")]
pub struct SignInCode {
    pub texts: Texts,
    pub heading: String,
    /// The token of the sign-in that waits for the code.
    pub pending: String,
    pub alert: Option<String>,
    /// A recovery code is to be given instead of one of the app.
    pub recovery: bool,
}

/// The form that sets a password.
#[derive(Template)]
#[template(path = "portal/set_password.html")]
pub struct SetPassword {
    pub texts: Texts,
    pub action: String,
    pub email: String,
    pub alert: Option<String>,
}

/// The customers to choose from: the contact's id, the customer's name.
#[derive(Template)]
#[template(path = "portal/choose.html")]
pub struct Choose {
    pub heading: String,
    /// Why it is asked, where another was chosen before.
    pub reason: Option<String>,
    pub places: Vec<(i64, String)>,
}

/// The entitlements.
#[derive(Template)]
#[template(path = "portal/entitlements.html")]
pub struct Entitlements {
    pub texts: Texts,
    pub customer: String,
    pub query: String,
    pub can_switch: bool,
    /// Rows say for whom they are.
    pub shows_contact: bool,
    pub rows: Vec<Row>,
    /// Where the next page is.
    pub next: Option<String>,
}

/// An entitlement.
pub struct Row {
    pub eid: String,
    pub product: String,
    pub quantity: String,
    pub starts: String,
    pub ends: String,
    pub state: String,
    pub contact: String,
}

/// The form by which somebody asks for a link.
#[derive(Template)]
#[template(path = "portal/forgot.html")]
pub struct Forgot {
    pub texts: Texts,
}

/// What somebody may change of themselves.
#[derive(Template)]
#[template(path = "portal/details.html")]
pub struct Details {
    pub texts: Texts,
    pub name: String,
    pub email: String,
    pub language: String,
    /// Codes and names.
    pub languages: Vec<(String, String)>,
    pub phone: String,
    pub has_second_factor: bool,
    /// It has just been saved.
    pub saved: bool,
    /// It cannot be saved as it is.
    pub wrong: bool,
}

/// The form that changes the password.
#[derive(Template)]
#[template(path = "portal/change_password.html")]
pub struct ChangePassword {
    pub texts: Texts,
    pub email: String,
    pub alert: Option<String>,
}

/// The password, before something powerful is done.
#[derive(Template)]
#[template(path = "portal/ask_password.html")]
pub struct AskPassword<'a> {
    pub texts: Texts,
    pub question: &'a Question,
    pub email: &'a str,
    pub alert: Option<String>,
}

/// What is asked with the password, by the messages that say it.
pub struct Question {
    pub heading: &'static str,
    pub what: &'static str,
    /// Where it is sent.
    pub action: &'static str,
    pub button: &'static str,
    /// What is done cannot be undone.
    pub is_danger: bool,
    /// Where whoever will not goes.
    pub back: &'static str,
}

/// The second factor: how it is set up, or that it is on.
#[derive(Template)]
#[template(path = "portal/second_factor.html")]
pub struct SecondFactor {
    pub texts: Texts,
    pub alert: Option<String>,
    pub is_on: bool,
    /// How many recovery codes are left, in a sentence.
    pub codes_left: String,
    /// The secret that waits for a code.
    pub set_up: Option<SetUp>,
}

/// Recovery codes, shown once.
#[derive(Template)]
#[template(path = "portal/codes.html")]
pub struct RecoveryCodes {
    pub texts: Texts,
    pub codes: Vec<String>,
}
