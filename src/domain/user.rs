//! Users: who signs in to this administration.

use chrono::NaiveDateTime;

use super::UserId;
use super::actor::{ActorKind, Principal};
use super::input::{Check, Errors, Input};
use super::rules::Role;
use super::stored::Pairs;
use super::text::Email;

/// Greatest length of a name, in characters.
pub const NAME: usize = 100;

/// A user as it is stored, but for the password.
#[derive(Debug, Clone)]
pub struct User {
    /// Identifies it.
    pub id: UserId,
    /// As the history and other users see it.
    pub name: String,
    /// Signs in by it.
    pub email: String,
    /// What the user may do.
    pub role: Role,
    /// A disabled user cannot sign in.
    pub enabled: bool,
    /// A user without a password has not set one yet, and cannot sign in before.
    pub has_password: bool,
    /// When the user was added, UTC.
    pub created_at: NaiveDateTime,
    /// When the user was last seen, UTC, to within minutes.
    pub seen_at: Option<NaiveDateTime>,
    /// Counts the edits that the history tells of.
    pub version: i32,
}

impl User {
    /// The user as somebody who does something.
    #[must_use]
    pub fn who(&self) -> Principal {
        Principal { kind: ActorKind::User(self.id), name: self.name.as_str().into(), role: self.role }
    }
}

/// What is said of a user who is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// One line.
    pub name: String,
    /// Unique.
    pub email: Email,
    /// What the user may do.
    pub role: Role,
}

/// What is said of a user, field by field, as forms and the history call it.
#[must_use]
pub fn fields(user: &User) -> Pairs {
    pairs(&user.name, &user.email, user.role)
}

/// The form of a user that says this.
#[must_use]
pub fn draft_fields(draft: &Draft) -> Pairs {
    pairs(&draft.name, draft.email.as_str(), draft.role)
}

fn pairs(name: &str, email: &str, role: Role) -> Pairs {
    let fields = [("name", name.to_owned()), ("email", email.to_owned()), ("role", role.to_string())];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// Reads a form with the fields `name`, `email` and `role`.
///
/// # Errors
/// All that is wrong with it.
pub fn check(input: &Input) -> Result<Draft, Errors> {
    let mut check = Check::new(input);
    let name = check.required("name", "Name", NAME);
    let email = check.required_email("email", "E-mail");
    let role = Role::parse(check.raw("role").trim());
    if role.is_none() {
        check.fault("role", "Choose a role.");
    }
    match (email, role) {
        (Some(email), Some(role)) => check.finish(Draft { name, email, role }),
        // Each of them missing is a fault that was noted.
        _ => check.finish(()).and(Err(Errors::new())),
    }
}
