//! Records on their way out. A [`Source`] brings them in the order of the list, some at a time: each is a short reading of its own, so that a long
//! file holds no connection and no snapshot. Every record that is there all the time is in the file once, as it was or as it is: what is
//! moved in the order meanwhile stands where it was, where it is, or at the end.
//!
//! One subject as CSV is written while it is sent ([`lines`]); a workbook and several CSV files in one are made first ([`Package`]).

pub mod activity;
mod archive;
mod contained;
mod customers;
mod entitlements;
mod file;
mod package;
mod records;
mod source;
mod template;
mod workbook;

pub use file::{header, lines, written};
pub use package::{Failure, Package};
pub use records::Records;
pub use source::Source;
pub use template::template;
pub use workbook::SHEET_ROWS;
