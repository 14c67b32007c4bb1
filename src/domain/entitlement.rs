//! Entitlements: the right of a customer to a product.

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use super::clock;
use super::input::{Check, Errors, Input};
use super::{BatchId, ContactId, CustomerId, EntitlementId};

/// Greatest length of a product's name, in characters.
pub const PRODUCT_LIMIT: usize = 255;
/// Greatest length of an EID, in characters.
pub const EID_LIMIT: usize = 100;
/// Greatest quantity of one entitlement.
pub const QUANTITY_LIMIT: i32 = 1_000_000_000;
/// A day after all others: dates have years of four digits.
pub const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

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
    /// Counts its edits.
    pub version: i32,
    /// The one that it renews.
    pub renews: Option<EntitlementId>,
}

/// What the rules need to know of an entitlement on a day of the installation's time zone.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Where it stands on that day.
    pub state: State,
    /// That day.
    pub today: NaiveDate,
    /// Its last day; `None` for no end.
    pub last_day: Option<NaiveDate>,
    /// The day on which it was ended by hand.
    pub ended_on: Option<NaiveDate>,
    /// The one that renews it.
    pub renewal: Option<EntitlementId>,
    /// Its customer is enabled.
    pub customer_enabled: bool,
}

impl Facts {
    /// The last day on which it can be reopened, if it was ended by hand: the day after.
    #[must_use]
    pub fn reopenable_until(&self) -> Option<NaiveDate> {
        self.ended_on.and_then(|day| day.succ_opt())
    }

    /// Its last day has passed.
    #[must_use]
    pub fn is_past(&self) -> bool {
        self.last_day.is_some_and(|last| last < self.today)
    }
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
    /// The day on which it ends or has ended, in the installation's time zone; `None` for no end.
    #[must_use]
    pub fn last_day(&self, zone: Tz) -> Option<NaiveDate> {
        self.ended_at.map_or(self.draft.ends_on, |ended| Some(clock::day(ended, zone)))
    }

    /// Where it stands on a day of the installation's time zone.
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> State {
        self.draft.state(self.ended_at, today)
    }
}

impl Draft {
    /// Where an entitlement stands on a day, ended by hand or not.
    #[must_use]
    pub fn state(&self, ended_at: Option<NaiveDateTime>, today: NaiveDate) -> State {
        if ended_at.is_some() || self.ends_on.is_some_and(|last| last < today) {
            State::Ended
        } else if self.starts_on > today {
            State::NotYetStarted
        } else {
            State::Running
        }
    }

    /// The first day on which an entitlement no longer counts: the day after its last, or the one (in UTC) on which it was ended by hand;
    /// [`NEVER`] without either.
    #[must_use]
    pub fn over_from(&self, ended_at: Option<NaiveDateTime>) -> NaiveDate {
        let by_date = self.ends_on.and_then(|last| last.succ_opt()).unwrap_or(NEVER).min(NEVER);
        ended_at.map_or(by_date, |ended| by_date.min(ended.date()))
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
    let starts_on = check.required_date("starts_on", "Start");
    let ends_on = check.date("ends_on", "End");
    if let (Some(first), Some(last)) = (starts_on, ends_on)
        && last < first
    {
        check.fault("ends_on", "The end is before the start.");
    }
    let draft = Draft { contact, product, quantity, starts_on: starts_on.unwrap_or_default(), ends_on };
    check.finish(draft)
}

/// The contact that a form names, whatever else it says.
#[must_use]
pub fn named_contact(input: &Input) -> Option<ContactId> {
    input.get("contact").trim().parse().ok()
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

/// Reads how many; digits may stand in groups of three, as the page itself writes them (`1,000,000`). A point is refused, since it
/// makes groups in some countries and fractions in others.
fn quantity(check: &mut Check<'_>) -> i32 {
    let raw = check.raw("quantity").trim();
    let digits = ungrouped(raw);
    let number = match digits.parse::<i64>() {
        _ if raw.is_empty() => Err("Quantity is missing."),
        Ok(number) if number < 1 => Err("Quantity must be a whole number, 1 or more."),
        Ok(number) => i32::try_from(number).ok().filter(|number| *number <= QUANTITY_LIMIT).ok_or(TOO_MANY),
        Err(_) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Err(TOO_MANY),
        Err(_) => Err("Quantity must be a whole number, 1 or more."),
    };
    number.unwrap_or_else(|sentence| {
        check.fault("quantity", sentence);
        1
    })
}

/// What is said of a quantity over [`QUANTITY_LIMIT`].
const TOO_MANY: &str = "Quantity can be at most 1,000,000,000.";

/// A number without what separates its groups of three digits; anything else as it is.
fn ungrouped(text: &str) -> String {
    let separator = |c: char| c == ',' || c == '\'' || c == '\u{2019}' || c.is_whitespace();
    let groups: Vec<&str> = text.split(separator).collect();
    let grouped = groups.iter().enumerate().all(|(place, group)| {
        group.bytes().all(|byte| byte.is_ascii_digit()) && (group.len() == 3 || (place == 0 && (1..3).contains(&group.len())))
    });
    if grouped { groups.concat() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quantity, or what is wrong with it.
    fn read(quantity: &str) -> Result<i32, String> {
        let pairs = [("product", "Forge"), ("quantity", quantity), ("starts_on", "2027-01-01")];
        let input = Input::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        check(&input).map(|draft| draft.quantity).map_err(|errors| errors.into_iter().map(|error| error.sentence).collect())
    }

    #[test]
    fn a_quantity_is_read_as_the_page_writes_it() {
        for (text, quantity) in [
            ("25", 25),
            (" 25 ", 25),
            ("1,000", 1_000),
            ("1,000,000,000", QUANTITY_LIMIT),
            ("12 000", 12_000),
            ("12\u{202f}000", 12_000),
            ("1'000", 1_000),
            ("1000", 1_000),
            ("007", 7),
        ] {
            assert_eq!(read(text), Ok(quantity), "{text}");
        }
    }

    #[test]
    fn a_quantity_that_is_none_has_its_own_reason() {
        let whole = "Quantity must be a whole number, 1 or more.";
        for text in ["0", "-3", "1.5", "1.000", "1,5", "10,00", ",000", "1,000,", "1,0000", "many", "1e3", "٢٥"] {
            assert_eq!(read(text), Err(whole.to_owned()), "{text}");
        }
        for text in ["1000000001", "1,000,000,001", "99999999999999999999", "9".repeat(300).as_str()] {
            assert_eq!(read(text), Err(TOO_MANY.to_owned()), "{text}");
        }
        assert_eq!(read(" "), Err("Quantity is missing.".to_owned()));
    }
}
