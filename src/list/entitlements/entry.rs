//! What the list of entitlements shows, and how it is read.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text, Timestamp};

use super::due;
use crate::db::Db;
use crate::db::statement::Statement;
use crate::domain::entitlement::Entitlement;
use crate::domain::person::{NameColumns, full_name};
use crate::domain::query::entitlements::{Cursor, EntitlementQuery, Order};
use crate::domain::query::words::Words;
use crate::domain::spelling::{Needle, Spellings};
use crate::list::row::SortKey;
use crate::store::Result;
use crate::store::entitlements::StoredEntitlement;

/// Rows on a page.
pub const PAGE: usize = 50;

/// An entitlement in the list.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The entitlement itself.
    pub entitlement: Entitlement,
    /// The customer's name.
    pub customer: String,
    /// Whether the customer is enabled.
    pub customer_enabled: bool,
    /// The full name of the contact that it names; empty without one.
    pub contact: String,
    /// Where the search found it, if product and customer's name do not show it: the field's name and its text.
    pub via: Option<(&'static str, String)>,
}

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Up to [`PAGE`] rows in order.
    pub rows: Vec<Entry>,
    /// The first row's key, if there are rows before this page; of an unfinished page, that of the last row that was examined.
    pub prev: Option<Cursor>,
    /// The last row's key, if there are rows after this page; of an unfinished page, that of the last row that was examined.
    pub next: Option<Cursor>,
    /// What ends next comes first because there are too many hits for the requested order.
    pub fallback: bool,
    /// The search stopped early because it had to examine too many rows: there may be more hits.
    pub unfinished: bool,
}

/// What an entitlement can be ordered by.
#[derive(Debug, Clone, Queryable)]
pub struct Keys {
    pub over_from: NaiveDate,
    pub starts_on: NaiveDate,
    pub product_sort: Vec<u8>,
    pub stage: i32,
    pub id: i64,
}

impl Keys {
    /// Its place in an order.
    pub fn key(&self, order: Order) -> SortKey {
        let value = match order {
            Order::Due => due::value(self.stage, self.over_from, self.starts_on, self.id),
            Order::End => day_value(self.over_from),
            Order::Start => day_value(self.starts_on),
            Order::Product => self.product_sort.clone(),
            Order::Newest => Vec::new(),
        };
        (value, self.id)
    }
}

/// The whole name and the e-mail of a contact.
type Contact = (NameColumns, String);
/// The types of a [`StoredEntitlement`].
type EntitlementTypes = (
    BigInt,
    Text,
    BigInt,
    Nullable<BigInt>,
    Text,
    Integer,
    Date,
    Nullable<Date>,
    Nullable<Timestamp>,
    Timestamp,
    Timestamp,
    Nullable<BigInt>,
    Integer,
    Nullable<BigInt>,
);

/// The types of [`Keys`].
pub type KeysTypes = (Date, Date, Binary, Integer, BigInt);
/// The types of [`SELECT`].
pub type RowTypes = (EntitlementTypes, KeysTypes, (Text, Bool, Text), Nullable<((Text, Text, Text, Text), Text)>);

/// An entitlement with all that it is listed, ordered and found by.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    #[diesel(deserialize_as = StoredEntitlement)]
    entitlement: Entitlement,
    keys: Keys,
    /// Its name, whether it is enabled, and its number.
    customer: (String, bool, String),
    contact: Option<Contact>,
}

/// The columns of a [`Row`], of an entitlement `e` with its [`JOINS`].
pub const SELECT: &str = "SELECT e.id, e.eid, e.customer_id, e.contact_id, e.product, e.quantity, e.starts_on, e.ends_on, e.ended_at,
    e.created_at, e.changed_at, e.batch_id, e.version, e.renews_id, e.over_from, e.starts_on, e.product_sort, e.stage, e.id, c.name, c.enabled, c.number,
    x.first_name, x.middle_name, x.last_name, x.language, x.email";

/// What a [`Row`] needs beside an entitlement `e`.
pub const JOINS: &str = "JOIN customers AS c ON c.id = e.customer_id LEFT JOIN contacts AS x ON x.id = e.contact_id";

/// A statement that gives rows of the entitlements `e` that fulfil what follows.
pub fn rows() -> Statement<RowTypes> {
    Statement::new(format!("{SELECT} FROM entitlements AS e {JOINS} WHERE "))
}

/// The rows of some entitlements, in no order.
pub fn find(db: &mut Db, ids: &[i64]) -> Result<Vec<Row>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let numbers = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    Ok(rows().and(&format!("e.id IN ({numbers})")).once(true).load(db)?)
}

/// A day as a cursor holds it.
fn day_value(day: NaiveDate) -> Vec<u8> {
    use chrono::Datelike as _;
    day.num_days_from_ce().to_be_bytes().to_vec()
}

impl Row {
    pub fn key(&self, order: Order) -> SortKey {
        self.keys.key(order)
    }

    pub fn id(&self) -> i64 {
        self.entitlement.id.0
    }

    /// Whether it passes the filter and the search.
    pub fn is_hit(&self, query: &EntitlementQuery, words: &Words, today: NaiveDate) -> bool {
        let passes = query.filter.is_none_or(|filter| filter.passes(&self.entitlement, today));
        passes && (words.is_empty() || words.match_any_of(&self.texts()))
    }

    /// What it is found by: product, customer, contact, e-mail, EID, the customer's number.
    fn texts(&self) -> [Spellings; 6] {
        let email = self.contact.as_ref().map_or("", |(_, email)| email.as_str());
        [&self.entitlement.draft.product, &self.customer.0, &self.person(), email, &self.entitlement.eid, &self.customer.2]
            .map(Spellings::of)
    }

    fn person(&self) -> String {
        self.contact.clone().map(|(names, _)| full_name(names)).unwrap_or_default()
    }

    /// The row as it is shown.
    pub fn entry(self, words: &Words) -> Entry {
        let (via, contact) = (self.via(words), self.person());
        let (customer, customer_enabled, _) = self.customer;
        Entry { entitlement: self.entitlement, customer, customer_enabled, contact, via }
    }

    fn via(&self, words: &Words) -> Option<(&'static str, String)> {
        if words.required.is_empty() {
            return None;
        }
        let [product, customer, hidden @ ..] = self.texts();
        let is_shown = |word: &&Needle| product.hold(word) || customer.hold(word);
        let missing: Vec<&Needle> = words.required.iter().filter(|word| !is_shown(word)).collect();
        let places = ["via", "E-mail", "EID", "Number"];
        let found = places.iter().zip(hidden).position(|(_, text)| missing.iter().any(|word| text.hold(word)))?;
        let text = match found {
            0 => self.person(),
            1 => self.contact.as_ref().map(|(_, email)| email.clone()).unwrap_or_default(),
            2 => self.entitlement.eid.clone(),
            _ => self.customer.2.clone(),
        };
        Some((places[found], text))
    }
}
