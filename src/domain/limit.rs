//! The greatest lengths of customers' and contacts' fields, in characters.

/// A company's name.
pub const NAME: usize = 255;
/// Phone and fax.
pub const PHONE: usize = 150;
/// The number.
pub const NUMBER: usize = 100;
/// CRM ID and Ref ID.
pub const FOREIGN_ID: usize = 255;
/// Why something is done.
pub const REASON: usize = 255;
/// The description.
pub const DESCRIPTION: usize = 510;
