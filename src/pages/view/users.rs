//! Users: who signs in, and the links by which they set their passwords.

use askama::Template;

use super::common::{Notice, When};
use super::form::{Control, Field};

/// All users.
#[derive(Template)]
#[template(path = "users/list.html")]
pub struct UserList {
    pub rows: Vec<UserRow>,
}

/// One of them.
pub struct UserRow {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: &'static str,
    pub enabled: bool,
    /// What keeps an enabled user from signing in: `No password yet`.
    pub note: &'static str,
    /// The one who looks at it.
    pub is_own: bool,
    pub seen: Option<When>,
}

/// A user in full.
#[derive(Template)]
#[template(path = "users/show.html")]
pub struct UserShow {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: &'static str,
    pub enabled: bool,
    pub has_password: bool,
    pub is_own: bool,
    pub added: When,
    pub seen: Option<When>,
    pub sessions: Vec<SessionRow>,
    /// Where the form posts to, where it may be done.
    pub enable: Option<String>,
    pub disable: Option<String>,
    /// Why a task is missing.
    pub reasons: Vec<Notice>,
    /// What was just asked for cannot be done.
    pub alert: Option<Notice>,
    /// A link that was just made: it is shown this once.
    pub link: Option<String>,
}

/// Where a user is signed in.
pub struct SessionRow {
    pub since: When,
    pub seen: When,
    pub address: String,
    /// `Firefox on Linux`
    pub browser: String,
}

/// What the first user means, and the form to add it.
#[derive(Template)]
#[template(path = "users/first.html")]
pub struct FirstUser {
    pub fields: Vec<Field>,
    /// Errors, once more above the fields: id of the field and what is wrong.
    pub summary: Vec<(String, String)>,
}

/// The form by which somebody who came with a link sets a password.
#[derive(Template)]
#[template(path = "users/set_password.html")]
pub struct SetPassword {
    pub action: String,
    pub email: String,
    pub alert: Option<&'static str>,
}

/// What became of a link: it has been used, or is none (any more).
#[derive(Template)]
#[template(path = "users/link_used.html")]
pub struct LinkUsed {
    pub heading: &'static str,
    pub sentence: &'static str,
}
