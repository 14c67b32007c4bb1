//! The tables, a file each: rows in, rows out. Every function here runs inside a transaction that [`crate::db::Database`] has opened; what
//! may be done, and what else has to follow, is decided above, by the changes.

pub mod access;
pub mod accounts;
pub mod addresses;
pub mod attempts;
pub mod batch_undos;
pub mod browsers;
pub mod bulk;
pub mod contacts;
pub mod customers;
pub mod detail;
pub mod editing;
pub mod entitlement_detail;
pub mod entitlements;
mod error;
pub mod events;
pub mod flashes;
pub mod form_saves;
pub mod history;
pub mod identities;
pub mod invitations;
pub mod invitees;
pub mod jobs;
pub mod keys;
pub mod lookup;
pub mod mails;
pub mod near;
pub mod password_links;
pub mod pending;
pub mod portal;
pub mod products;
mod random;
pub mod rekey;
pub mod renewals;
pub mod samples;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod stages;
pub mod tokens;
pub mod undo;
pub mod users;

pub use error::{Error, Result};
pub use random::{hash, is_random_secret, is_random_token, new_eid, random_number, random_secret, random_token};
