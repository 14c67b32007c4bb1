//! The place in a list: by a key that stays true while rows move and go.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::sort::ListOrder;
use crate::domain::RecordId as _;

/// The greatest length in bytes of a collation key that a cursor carries.
pub const KEY_LIMIT: usize = 1_024;

/// Where a row stands in an order: the value it is ordered by, as it was when the address was made, and the id that breaks ties.
/// The row itself may have moved or gone since; the page goes on from here all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<O: ListOrder> {
    /// The order that the value belongs to.
    pub order: O,
    /// What rows are ordered by, in bytes that compare as it does.
    pub value: Vec<u8>,
    /// The row's id.
    pub id: O::Id,
}

impl<O: ListOrder> Cursor<O> {
    /// Writes the cursor for an address, as base64url.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = vec![self.order.word().as_bytes()[0]];
        bytes.extend(self.id.number().to_be_bytes());
        bytes.extend(&self.value);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor of this order; `None` if the text is anything else.
    #[must_use]
    pub fn decode(order: O, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (tag, rest) = bytes.split_first()?;
        let (id, value) = rest.split_first_chunk::<8>()?;
        let id = O::Id::of(i64::from_be_bytes(*id));
        (*tag == order.word().as_bytes()[0] && order.takes(value)).then(|| Self { order, value: value.to_vec(), id })
    }
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place<O: ListOrder> {
    /// From the first row on.
    #[default]
    First,
    /// The rows that follow.
    After(Cursor<O>),
    /// The rows that precede.
    Before(Cursor<O>),
    /// The rows around one; from the first on where it is not in the list.
    Around(O::Id),
}

impl<O: ListOrder> Place<O> {
    /// Reads an address's parameters. `orders` are those that its rows may be in, the wanted one first: hits too many for it are listed in
    /// another.
    #[must_use]
    pub fn parse(orders: &[O], after: &str, before: &str, around: Option<O::Id>) -> Self {
        let decode = |text| orders.iter().find_map(|order| Cursor::decode(*order, text));
        decode(after).map(Self::After).or_else(|| decode(before).map(Self::Before)).or_else(|| around.map(Self::Around)).unwrap_or_default()
    }
}
