//! The order of what is due next: what runs comes first, by the day on which it ends; then what is to begin, by the day on which it does; then
//! what has ended, the latest first. Each stage is read in an index of its own, one after the other.

use chrono::{Datelike as _, NaiveDate};

use crate::domain::entitlement::{NEVER, State};
use crate::store::keys::stage;

/// A stage as it stands in the order.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Which.
    pub state: State,
    /// The day that it is ordered by.
    pub column: &'static str,
    /// The earliest comes first, in the order as it is.
    pub ascends: bool,
}

/// The stages, in order.
pub const PARTS: [Part; 3] = [
    Part { state: State::Running, column: "over_from", ascends: true },
    Part { state: State::NotYetStarted, column: "starts_on", ascends: true },
    Part { state: State::Ended, column: "over_from", ascends: false },
];

/// A cursor's value: the place of the stage among [`PARTS`], and the day. Where days descend, they and the id stand by their complements, so
/// that values compare as the order goes.
pub fn value(of_stage: i32, over_from: NaiveDate, starts_on: NaiveDate, id: i64) -> Vec<u8> {
    let at = PARTS.iter().position(|part| stage(part.state) == of_stage).unwrap_or_default();
    let day = if PARTS[at].column == "starts_on" { starts_on } else { over_from }.num_days_from_ce();
    let mut value = vec![u8::try_from(at).unwrap_or_default()];
    if PARTS[at].ascends {
        value.extend(day.to_be_bytes());
    } else {
        value.extend((!day.cast_unsigned()).to_be_bytes());
        value.extend((!id.cast_unsigned()).to_be_bytes());
    }
    value
}

/// The place of the stage and the day of a cursor's value. One that was tampered with may carry any.
pub fn read(value: &[u8]) -> (usize, NaiveDate) {
    let (first, rest) = value.split_first().unwrap_or((&0, &[]));
    let at = usize::from(*first).min(PARTS.len() - 1);
    let number = rest.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    let number = if PARTS[at].ascends { number } else { !number }.cast_signed();
    (at, NaiveDate::from_num_days_from_ce_opt(number.max(1)).unwrap_or(NEVER).min(NEVER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_compare_as_the_order_goes_and_come_back() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let values = [
            value(1, day(3), day(1), 9),
            value(1, day(3), day(1), 9),
            value(1, NEVER, day(1), 1),
            value(0, day(9), day(4), 1),
            value(0, day(8), day(5), 1),
            value(2, day(2), day(1), 8),
            value(2, day(2), day(1), 7),
            value(2, day(1), day(1), 9),
        ];
        assert!(values.is_sorted());
        assert_eq!(
            values.map(|value| read(&value)),
            [(0, day(3)), (0, day(3)), (0, NEVER), (1, day(4)), (1, day(5)), (2, day(2)), (2, day(2)), (2, day(1)),]
        );
        assert_eq!(read(&[9, 255, 255, 255, 255]).0, 2);
        assert_eq!(read(&[0, 127, 255, 255, 255]), (0, NEVER));
    }
}
