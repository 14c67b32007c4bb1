//! Files of customers, contacts and entitlements on their way in: what can be said of them without the database.
//!
//! [`source`] makes plain lines of any file, [`table`] makes records of them, [`columns`] finds out what goes where, [`merge`] puts the
//! records of three files that belong together into batches; [`records`] makes of a row what its form would have sent, so that the rules
//! of the forms hold here too, and [`report`] collects what is invalid; [`findings`] is what the page keeps of an import.

pub mod columns;
pub mod error;
pub mod findings;
pub mod merge;
pub mod parts;
pub mod records;
pub mod report;
pub mod source;
pub mod table;
mod words;
