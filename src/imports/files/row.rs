//! A row of a file with the keys that its customer is found by.

use super::fields::CUSTOMER_NAME;
use super::table::Record;

/// A row with the keys that it is found by.
#[derive(Debug, Clone)]
pub struct FileRow {
    pub record: Record,
    /// The keys of the customer that the row is, or belongs to.
    pub customer: CustomerKeys,
    /// The e-mail that the row has or names; empty for none.
    pub email_key: String,
    /// What was found out about the customer beside its number and its CRM ID.
    pub found: Found,
}

/// What was found out about the customer of a row by what else it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Found {
    /// Nothing: its keys decide.
    #[default]
    Nothing,
    /// An earlier row of the file is of the same customer.
    Repeated,
    /// It looks like a known customer, and is to be left out for that.
    Alike,
    /// It belongs to a customer of which it gives the name alone.
    Named,
    /// There is no customer of this name.
    Unknown,
    /// There are several of this name.
    Several,
}

/// What a customer is known by; empty, and 0, where it is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct CustomerKeys {
    /// Decides where it is there.
    pub number: String,
    /// Decides otherwise.
    pub crm_id: String,
    /// The stored customer that it was found to be by something else.
    pub id: i64,
    /// The line of the customers' file on which it is, where rows are made of others.
    pub line: u32,
}

/// One of the keys of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CustomerKey<'a> {
    Number(&'a str),
    CrmId(&'a str),
    Id(i64),
    Line(u32),
}

impl CustomerKey<'_> {
    /// The same kind of key with another text.
    #[must_use]
    pub fn spelled(self, text: &str) -> CustomerKey<'_> {
        match self {
            Self::Number(_) => CustomerKey::Number(text),
            Self::CrmId(_) => CustomerKey::CrmId(text),
            Self::Id(id) => CustomerKey::Id(id),
            Self::Line(line) => CustomerKey::Line(line),
        }
    }
}

impl CustomerKeys {
    /// The keys that are there, the one that decides first.
    pub fn iter(&self) -> impl Iterator<Item = CustomerKey<'_>> {
        let number = (!self.number.is_empty()).then_some(CustomerKey::Number(&self.number));
        let crm_id = (!self.crm_id.is_empty()).then_some(CustomerKey::CrmId(&self.crm_id));
        let id = (self.id != 0).then_some(CustomerKey::Id(self.id));
        let line = (self.line != 0).then_some(CustomerKey::Line(self.line));
        number.into_iter().chain(crm_id).chain(id).chain(line)
    }

    /// The key that decides.
    #[must_use]
    pub fn first(&self) -> Option<CustomerKey<'_>> {
        self.iter().next()
    }

    /// The field of a contact or entitlement that names its customer.
    #[must_use]
    pub fn reference(&self) -> &'static str {
        match (self.number.is_empty(), self.crm_id.is_empty()) {
            (false, _) => "customer_number",
            (true, true) if self.id != 0 || self.line != 0 => CUSTOMER_NAME,
            (true, _) => "customer_crm_id",
        }
    }
}

impl From<CustomerKey<'_>> for CustomerKeys {
    fn from(key: CustomerKey<'_>) -> Self {
        match key {
            CustomerKey::Number(number) => Self { number: number.to_owned(), ..Self::default() },
            CustomerKey::CrmId(crm_id) => Self { crm_id: crm_id.to_owned(), ..Self::default() },
            CustomerKey::Id(id) => Self { id, ..Self::default() },
            CustomerKey::Line(line) => Self { line, ..Self::default() },
        }
    }
}

/// A line as it is kept where there are many: more than two thousand million are one.
#[must_use]
pub fn short_line(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).min(u32::MAX >> 1)
}
