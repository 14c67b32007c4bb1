//! Files of customers, contacts and entitlements on their way in: what can be said of them without the database.
//!
//! [`source`] makes clean lines of any file, [`table`] makes records of them, [`columns`] finds out what goes where, [`merge`] puts the
//! records of three files that belong together into batches; [`customer`], [`contact`] and [`entitlement`] make of a record what their
//! form would have sent, so that the rules of the forms hold here too, and [`report`] collects what is invalid; [`findings`]
//! is what the page keeps of an import.

pub mod columns;
pub mod contact;
pub mod customer;
pub mod entitlement;
pub mod findings;
pub mod merge;
pub mod parts;
pub mod report;
pub mod source;
pub mod table;
mod words;
