//! Invitations to many at once: who gets one, who is left out, and how far they have come.

use serde::{Deserialize, Serialize};

use super::numbers::counted;

/// The kind of job that invites all who never were.
pub const JOB: &str = "invitations";

/// Whether a contact is invited with all who never were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It could sign in, and was never invited.
    NeverInvited,
    /// Nobody signs in for its customer.
    OfDisabledCustomer,
    /// It is disabled itself.
    Disabled,
    /// It has no e-mail.
    WithoutEmail,
    /// Its mailbox has a password already.
    HasPassword,
    /// Its mailbox was invited before.
    Invited,
}

/// How many contacts are left out, by the reason that comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeftOut {
    of_disabled_customers: i64,
    disabled: i64,
    without_email: i64,
    with_password: i64,
    invited: i64,
}

/// How far invitations to all who never were have come; kept as JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Contacts with ids up to this one have been looked at.
    pub looked_at: i64,
    /// The last contact there was when it began.
    pub last: i64,
    /// How many mailboxes got an invitation.
    pub invited: i64,
    /// Contacts that got none.
    pub left_out: LeftOut,
}

impl LeftOut {
    /// Counts one more.
    pub fn add(&mut self, standing: Standing) {
        match standing {
            Standing::NeverInvited => {}
            Standing::OfDisabledCustomer => self.of_disabled_customers += 1,
            Standing::Disabled => self.disabled += 1,
            Standing::WithoutEmail => self.without_email += 1,
            Standing::HasPassword => self.with_password += 1,
            Standing::Invited => self.invited += 1,
        }
    }

    /// `Left out: 3 disabled contacts, 1 contact without an e-mail.`; empty where nobody is.
    #[must_use]
    pub fn sentence(self) -> String {
        let reasons = [
            (self.with_password, "contact with a password", "contacts with a password"),
            (self.invited, "contact whose mailbox was invited before", "contacts whose mailbox was invited before"),
            (self.disabled, "disabled contact", "disabled contacts"),
            (self.of_disabled_customers, "contact of a disabled customer", "contacts of disabled customers"),
            (self.without_email, "contact without an e-mail", "contacts without an e-mail"),
        ];
        let counts: Vec<String> =
            reasons.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| counted(count, one, many)).collect();
        if counts.is_empty() { String::new() } else { format!("Left out: {}.", counts.join(", ")) }
    }
}

impl Progress {
    /// As it is kept.
    #[must_use]
    pub fn to_json(self) -> String {
        // Numbers can always be written.
        serde_json::to_string(&self).unwrap_or_default()
    }

    /// Reads what is kept; the beginning where nothing is yet.
    #[must_use]
    pub fn parse(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_left_out_is_counted_in_words() {
        let mut left_out = LeftOut::default();
        assert_eq!(left_out.sentence(), "");
        for standing in [Standing::Disabled, Standing::NeverInvited, Standing::Invited, Standing::Disabled, Standing::WithoutEmail] {
            left_out.add(standing);
        }
        assert_eq!(
            left_out.sentence(),
            "Left out: 1 contact whose mailbox was invited before, 2 disabled contacts, 1 contact without an e-mail."
        );
        let progress = Progress { looked_at: 7, left_out, ..Progress::default() };
        assert_eq!(Progress::parse(&progress.to_json()), progress);
        assert_eq!(Progress::parse(""), Progress::default());
    }
}
