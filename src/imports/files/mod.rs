//! Files of customers, contacts and entitlements on their way in: what can be said of them without the database.
//!
//! [`content`] makes a text in UTF-8 of any file, whatever [`kind`] it is: of a text by its [`encoding`], of a workbook by one sheet
//! ([`workbook`]). [`source`] makes plain lines of it, within limits ([`cells`]), [`table`] makes records of them below the row that names the
//! columns ([`layout`]); [`reading`] is what people say of all that, and what was found out. [`columns`] finds out what goes where, [`merge`]
//! puts the records of three files that belong together into batches; [`records`] makes of a row what its form would have sent, so that the rules
//! of the forms hold here too, and [`report`] collects what is invalid, to be written as a file again ([`invalid`]); [`findings`] is what the page keeps of an import.

mod cells;
pub mod columns;
mod content;
mod encoding;
pub mod error;
pub mod fields;
mod finding;
pub mod findings;
pub mod guess;
pub mod invalid;
mod kind;
mod layout;
pub mod look;
pub mod mapping;
pub mod merge;
pub mod notes;
pub mod parts;
pub mod reading;
pub mod records;
pub mod report;
pub mod row;
pub mod source;
pub mod survey;
pub mod table;
mod values;
mod words;
mod workbook;
