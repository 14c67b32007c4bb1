//! Entitlements: the right of a customer to a product.

use chrono::{NaiveDate, NaiveDateTime};

use super::input::{Check, Errors, Input};
use super::{BatchId, ContactId, CustomerId, EntitlementId};

/// Greatest length of a product's name, in characters.
pub const PRODUCT_LIMIT: usize = 255;
/// Greatest length of an EID, in characters.
pub const EID_LIMIT: usize = 100;
/// Greatest quantity of one entitlement.
pub const QUANTITY_LIMIT: i32 = 1_000_000_000;
/// Years before and after which a date is taken for a slip of the hand.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// What was ordered, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// For whom of the company; an individual's entitlement is its own.
    pub contact: Option<ContactId>,
    /// The product's name.
    pub product: String,
    /// How many, at least 1.
    pub quantity: i32,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day, which still counts; `None` for no end.
    pub ends_on: Option<NaiveDate>,
}

/// An entitlement as it is stored.
#[derive(Debug, Clone)]
pub struct Entitlement {
    /// Fixed for ever.
    pub id: EntitlementId,
    /// Public, unique and unguessable.
    pub eid: String,
    /// Whose it is.
    pub customer: CustomerId,
    /// What was ordered.
    pub draft: Draft,
    /// When it was ended by hand, UTC.
    pub ended_at: Option<NaiveDateTime>,
    /// UTC.
    pub created_at: NaiveDateTime,
    /// UTC.
    pub changed_at: NaiveDateTime,
    /// The batch that created it.
    pub batch: Option<BatchId>,
}

/// Where an entitlement stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its first day is still to come.
    NotYetStarted,
    /// Today counts.
    Running,
    /// Its last day is over, or it was ended by hand.
    Ended,
}

impl Entitlement {
    /// Where it stands on a day of the installation's time zone.
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> State {
        if self.ended_at.is_some() || self.draft.ends_on.is_some_and(|last| last < today) {
            State::Ended
        } else if self.draft.starts_on > today {
            State::NotYetStarted
        } else {
            State::Running
        }
    }
}

/// Checks an entitlement's form.
///
/// # Errors
/// Every fault, beside its field.
pub fn check(input: &Input) -> Result<Draft, Errors> {
    let mut check = Check::new(input);
    let contact = check.chosen("contact", "a contact from the list", |raw| raw.parse().ok());
    let product = check.required("product", "Product", PRODUCT_LIMIT);
    let quantity = quantity(&mut check);
    let starts_on = date(&mut check, "starts_on", "Start");
    if starts_on.is_none() && check.raw("starts_on").trim().is_empty() {
        check.fault("starts_on", "Start is missing.");
    }
    let ends_on = date(&mut check, "ends_on", "End");
    if let (Some(first), Some(last)) = (starts_on, ends_on)
        && last < first
    {
        check.fault("ends_on", "The end is before the start.");
    }
    let draft = Draft { contact, product, quantity, starts_on: starts_on.unwrap_or_default(), ends_on };
    check.finish(draft)
}

/// Reads the EID that a file gives to an entitlement.
///
/// # Errors
/// What is wrong with it.
pub fn check_eid(input: &Input) -> Result<String, Errors> {
    let mut check = Check::new(input);
    let eid = check.required("eid", "EID", EID_LIMIT);
    check.finish(eid)
}

fn quantity(check: &mut Check<'_>) -> i32 {
    let raw = check.raw("quantity").trim();
    match raw.parse::<i64>() {
        _ if raw.is_empty() => check.fault("quantity", "Quantity is missing."),
        Ok(number) if number < 1 => check.fault("quantity", "Quantity must be a whole number, 1 or more."),
        Ok(number) => match i32::try_from(number).ok().filter(|n| *n <= QUANTITY_LIMIT) {
            Some(number) => return number,
            None => check.fault("quantity", "Quantity can be at most 1,000,000,000."),
        },
        Err(_) => check.fault("quantity", "Quantity must be a whole number, 1 or more."),
    }
    1
}

fn date(check: &mut Check<'_>, field: &'static str, label: &str) -> Option<NaiveDate> {
    use chrono::Datelike;
    let raw = check.raw(field).trim();
    if raw.is_empty() {
        return None;
    }
    let date = NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok().filter(|date| YEARS.contains(&date.year()));
    if date.is_none() {
        check.fault(field, format!("{label} must be a date like 2026-03-31."));
    }
    date
}
