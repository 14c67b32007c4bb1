//! What wrong keys of records have in common.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::Hash;

/// Records of one transaction.
pub const PORTION: i64 = 500;

/// Records with wrong keys, by their ids with the right ones; and the id after which to go on, `None` at the end.
pub type Wrong<Columns> = (Vec<(i64, Columns)>, Option<i64>);

/// Tells a record's key from that of another record, which has it in the database or was given it just now, within a scope.
pub fn settle<Scope: Eq + Hash>(key: &mut String, id: i64, is_held: bool, given: &mut HashSet<(Scope, String)>, scope: Scope) {
    if is_held || !given.insert((scope, key.clone())) {
        // Writing to a String cannot fail. Keys have no capitals otherwise.
        let _ = write!(key, " DUPLICATE:{id}");
    }
}

/// The id after which to go on; `None` at the end.
pub fn next_of(count: usize, last: Option<i64>) -> Option<i64> {
    last.filter(|_| i64::try_from(count) == Ok(PORTION))
}
