//! The only writer of what people own: a file a subject, each change beside its opposite.
//!
//! A change is one transaction: it locks the customer, asks the rules ([`crate::domain::rules`]) with the actor, writes the rows, writes an
//! event, and brings the list and its index up to date. Pages, the command line, sample data and imports all come here. Many records at once
//! ([`bulk`]) belong to a batch: what it creates carries the batch and needs no events; what it changes has them.

pub mod bulk;
pub mod contacts;
pub mod customers;
pub mod entitlements;
pub mod identities;
pub mod invitations;
pub mod mails;
pub mod opened;
pub mod own_details;
pub mod samples;
pub mod second_factors;
pub mod settings;
mod steps;
pub mod undo;
pub mod users;

pub use steps::follow_all;
