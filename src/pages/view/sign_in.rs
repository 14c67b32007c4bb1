//! Pages for whoever has not signed in: they have no list and no menu.

use askama::Template;

/// A page with one card in its middle.
#[derive(Template)]
#[template(path = "gate.html")]
pub struct Gate<'a> {
    /// What the tab shows, without the product's name.
    pub title: &'a str,
    /// The card, rendered.
    pub card: &'a str,
}

/// The form to sign in by.
#[derive(Template)]
#[template(path = "sign_in/form.html")]
pub struct SignIn {
    /// What was typed as e-mail.
    pub email: String,
    /// Where it leads.
    pub leads_to: String,
    /// What is wrong, or what has happened.
    pub alert: Option<String>,
    /// The form that waits for it.
    pub kept: Option<KeptForm>,
}

/// The second step of signing in.
#[derive(Template)]
#[template(path = "sign_in/code.html")]
pub struct SignInCode {
    /// The token of the sign-in that waits for the code.
    pub pending: String,
    /// Where it leads.
    pub leads_to: String,
    /// What is wrong.
    pub alert: Option<String>,
    /// The form that waits for it.
    pub kept: Option<KeptForm>,
    /// A recovery code is to be given instead of one of the app.
    pub recovery: bool,
}

/// A form that was sent while nobody was signed in: it is sent again afterwards.
pub struct KeptForm {
    /// Its address.
    pub action: String,
    /// Its fields, as a form sends them.
    pub fields: String,
}

/// The password once more.
#[derive(Template)]
#[template(path = "confirm/form.html")]
pub struct ConfirmPassword {
    /// The label of the button that waits for it.
    pub action: String,
    /// Where it leads.
    pub leads_to: String,
    /// What is wrong.
    pub alert: Option<String>,
    /// The form that waits for it.
    pub kept: Option<KeptForm>,
}

/// The kept form, once somebody has signed in or given the password: it is sent by a press.
#[derive(Template)]
#[template(path = "confirm/send.html")]
pub struct SendKept {
    pub heading: String,
    pub sentence: String,
    /// The button's.
    pub label: String,
    /// What is sent, as it can be read: label and text.
    pub typed: Vec<(String, String)>,
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// Where to go on without it.
    pub leads_to: String,
}
