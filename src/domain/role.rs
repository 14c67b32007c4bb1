//! Roles.

use std::fmt;

/// What a user of this administration may do; each role may do what the one before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Signs in to the portal: reads what the customer has, and changes own details.
    Contact,
    /// Reads.
    Viewer,
    /// Does the daily work with customers, contacts and entitlements.
    Editor,
    /// Also imports files, manages users, and deletes entitlements that have started, and sample data.
    Administrator,
}

impl Role {
    /// Those of users.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Editor, Self::Administrator];

    /// Reads a role as its `Display` writes it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.to_string() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Contact => "contact",
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Administrator => "administrator",
        })
    }
}
