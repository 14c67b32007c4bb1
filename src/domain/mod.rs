//! What Clientele is about, without a word of HTTP or SQL: types, validation, and what may be done when.

pub mod actor;
pub mod batch_undo;
pub mod clock;
pub mod collate;
pub mod contact;
pub mod csv;
pub mod customer;
pub mod date;
pub mod entitlement;
pub mod event;
pub mod export;
pub mod fields;
pub mod file_name;
pub mod files;
pub mod fold;
pub mod history;
pub mod identity;
pub mod import;
pub mod input;
pub mod invitation;
pub mod limit;
pub mod locale;
pub mod logo;
pub mod mail;
pub mod mailbox;
pub mod merge;
pub mod needle;
pub mod numbers;
pub mod panes;
pub mod password;
pub mod person;
pub mod phone;
pub mod place_names;
pub mod places;
pub mod punctuation;
pub mod query;
pub mod refusal;
pub mod role;
pub mod rules;
pub mod second_factor;
pub mod settings;
pub mod spelling;
pub mod stored;
pub mod tasks;
pub mod term;
pub mod text;
pub mod texts;
pub mod undo;
pub mod user;
pub mod vendor;

/// The id of a kind of record.
pub trait RecordId: Copy + std::str::FromStr {
    /// What such a record is called in messages: `customer`.
    const WHAT: &'static str;

    /// The id with this number.
    fn of(number: i64) -> Self;

    /// Its number.
    fn number(self) -> i64;
}

/// Makes a newtype of a record's id, so that one kind is never taken for another.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl RecordId for $name {
            const WHAT: &'static str = $what;

            fn of(number: i64) -> Self {
                Self(number)
            }

            fn number(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            /// Ids are written as plain positive decimals; anything else names no record.
            fn from_str(text: &str) -> Result<Self, ()> {
                if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(());
                }
                text.parse().map(Self).map_err(|_| ())
            }
        }
    };
}

id!(
    /// Identifies a customer; never given twice.
    CustomerId,
    "customer"
);
id!(
    /// Identifies a contact; never given twice.
    ContactId,
    "contact"
);
id!(
    /// Identifies an entitlement; never given twice.
    EntitlementId,
    "entitlement"
);
id!(
    /// Identifies many changes that are one to a person: an import, sample data; never given twice.
    BatchId,
    "batch"
);
id!(
    /// Identifies an entry of the history; never given twice.
    EventId,
    "event"
);
id!(
    /// Identifies a user; never given twice.
    UserId,
    "user"
);
id!(
    /// Identifies whatever signs in: a user, or a mailbox of the portal; never given twice.
    AccountId,
    "account"
);
id!(
    /// Identifies a mailbox whose contacts sign in to the portal; never given twice.
    IdentityId,
    "identity"
);
id!(
    /// Identifies a session; never given twice.
    SessionId,
    "session"
);
id!(
    /// Identifies a mail; never given twice.
    MailId,
    "mail"
);
id!(
    /// Identifies an import; never given twice.
    ImportId,
    "import"
);

impl From<UserId> for AccountId {
    fn from(user: UserId) -> Self {
        Self(user.0)
    }
}

impl From<IdentityId> for AccountId {
    fn from(identity: IdentityId) -> Self {
        Self(identity.0)
    }
}
