//! Mails to contacts: which there are, and what becomes of them.

use serde::{Deserialize, Serialize};

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A contact may sign in to the portal: a link by which it sets a password.
    Invitation,
    /// Somebody forgot the password: a link by which a new one is set.
    Reset,
    /// The e-mail with which somebody signs in is another.
    EmailChanged,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Invitation, Self::Reset, Self::EmailChanged];

    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::EmailChanged => "email_changed",
        }
    }

    /// Reads the word of the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What the words of a mail need besides its kind and its contact; kept as JSON. Nothing secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// It goes to the address that is no longer the one to sign in with.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub to_former: bool,
    /// That address can still be signed in with, for other customers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// What the browser of whoever asked for it accepts (`Accept-Language`), for contacts that have no language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_language: Option<String>,
}

/// What became of a mail so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is to go out.
    Queued,
    /// A mail server has taken it.
    Sent,
    /// A mail server will not have it, or none took it for days.
    Refused,
    /// It was not sent, since its recipient could no longer sign in.
    Dropped,
}

impl State {
    const ALL: [Self; 4] = [Self::Queued, Self::Sent, Self::Refused, Self::Dropped];

    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }

    /// Reads the word of the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}
