//! What each column of a file is: our own names, in any order and however they are spelled, and those of Sentinel EMS 5.

use csv::StringRecord;

use super::error::FileError;
use super::table::{Record, error_columns};
use crate::domain::csv::unguarded;
use crate::domain::import::Subject;

/// A field that a column can go to.
#[derive(Debug)]
pub struct Field {
    /// Its name in forms and here.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Names of columns, without spaces and punctuation, in small letters.
    columns: &'static [&'static str],
}

const fn field(name: &'static str, label: &'static str, columns: &'static [&'static str]) -> Field {
    Field { name, label, columns }
}

/// A contact's whole name, where a file has no columns for its parts.
pub const WHOLE_NAME: &str = "contact_name";

const CUSTOMERS: [Field; 25] = [
    field("number", "Number", &["number", "customernumber", "customeridentifier", "identifier", "customerno"]),
    field("type", "Type", &["type", "customertype"]),
    field("status", "Status", &["status", "enabled", "state"]),
    field("name", "Name", &["name", "customername", "company", "companyname"]),
    field("first_name", "First name", &["firstname"]),
    field("middle_name", "Middle name", &["middlename"]),
    field("last_name", "Last name", &["lastname"]),
    field("email", "E-mail", &["email", "emailid", "emailaddress"]),
    field("language", "Language", &["locale", "language"]),
    field("phone", "Phone", &["phone", "phonenumber", "telephone"]),
    field("fax", "Fax", &["fax"]),
    field("crm_id", "CRM ID", &["crmid", "customercrmid"]),
    field("ref_id", "Ref ID", &["refid", "refid1", "customerrefid"]),
    field("description", "Description", &["description", "customerdescription"]),
    field("billing_street", "Billing street", &["billingstreet", "billaddressstreet", "billstreet"]),
    field("billing_city", "Billing city", &["billingcity", "billaddresscity", "billcity"]),
    field("billing_state", "Billing state", &["billingstate", "billaddressstate", "billstate"]),
    field("billing_postal_code", "Billing postal code", &["billingpostalcode", "billingzip", "billaddresspostalcode", "billpostalcode"]),
    field("billing_country", "Billing country", &["billingcountry", "billaddresscountry", "billcountry"]),
    field("shipping_same", "Shipping same as billing", &["shippingsame", "shippingsameasbilling"]),
    field("shipping_street", "Shipping street", &["shippingstreet", "shipaddressstreet", "shipstreet"]),
    field("shipping_city", "Shipping city", &["shippingcity", "shipaddresscity", "shipcity"]),
    field("shipping_state", "Shipping state", &["shippingstate", "shipaddressstate", "shipstate"]),
    field(
        "shipping_postal_code",
        "Shipping postal code",
        &["shippingpostalcode", "shippingzip", "shipaddresspostalcode", "shippostalcode"],
    ),
    field("shipping_country", "Shipping country", &["shippingcountry", "shipaddresscountry", "shipcountry"]),
];

const CONTACTS: [Field; 12] = [
    field("customer_number", "Customer's number", &["customernumber", "customeridentifier", "customerno"]),
    field("customer_crm_id", "Customer's CRM ID", &["customercrmid", "crmid"]),
    field("status", "Status", &["status", "enabled", "contactenabled", "state"]),
    field("default", "Default", &["default", "isdefault", "defaultcontact", "isdefaultcontact"]),
    field(WHOLE_NAME, "Name", &["contactname", "name"]),
    field("first_name", "First name", &["firstname"]),
    field("middle_name", "Middle name", &["middlename"]),
    field("last_name", "Last name", &["lastname"]),
    field("email", "E-mail", &["email", "contactemail", "emailid", "emailaddress"]),
    field("language", "Language", &["locale", "language"]),
    field("phone", "Phone", &["phone", "contactnumber", "phonenumber", "telephone"]),
    field("ref_id", "Ref ID", &["refid", "refid1", "contactrefid"]),
];

const ENTITLEMENTS: [Field; 9] = [
    field("customer_number", "Customer's number", &["customernumber", "customeridentifier", "customerno"]),
    field("customer_crm_id", "Customer's CRM ID", &["customercrmid", "crmid"]),
    field("contact_email", "Contact's e-mail", &["contactemail", "email", "contactemailid"]),
    field("eid", "EID", &["eid", "entitlementid"]),
    field("product", "Product", &["product", "productname"]),
    field("quantity", "Quantity", &["quantity"]),
    field("starts_on", "Start", &["startson", "startdate", "start"]),
    field("ends_on", "End", &["endson", "enddate", "end", "expirationdate"]),
    field("ended_at", "Ended at", &["endedat"]),
];

fn fields(subject: Subject) -> &'static [Field] {
    match subject {
        Subject::Customers => &CUSTOMERS,
        Subject::Contacts => &CONTACTS,
        Subject::Entitlements => &ENTITLEMENTS,
    }
}

/// Where the columns of a file go.
#[derive(Debug, Clone, Default)]
pub struct ColumnMap {
    header: StringRecord,
    /// For each column of the file.
    fields: Vec<Option<&'static Field>>,
}

impl ColumnMap {
    /// Finds out where each column goes. Fails where two columns are for one field, or one is missing that no record can do without.
    pub fn of(subject: Subject, header: &StringRecord) -> Result<Self, FileError> {
        let prefix = format!("{subject}.");
        let find = |name: &str| {
            let name = name.strip_prefix(&prefix).unwrap_or(name).chars();
            let name: String = name.filter(|c| !matches!(c, ' ' | '_' | '-' | '\u{a0}')).flat_map(char::to_lowercase).collect();
            fields(subject).iter().find(|field| field.columns.contains(&name.as_str()))
        };
        let columns = Self { header: header.clone(), fields: header.iter().map(find).collect() };
        match columns.duplicate().or_else(|| columns.missing(subject)) {
            Some(message) => Err(FileError::new(subject, message)),
            None => Ok(columns),
        }
    }

    /// Each named column of the file with the field that it goes to; `None` where it is not imported.
    pub fn list(&self) -> impl Iterator<Item = (&str, Option<&'static Field>)> {
        let columns = self.header.iter().zip(self.fields.iter().copied()).skip(self.error_columns());
        columns.filter(|(name, _)| !name.trim().is_empty())
    }

    /// How many columns at the beginning are those that a file of errors adds to its source's.
    #[must_use]
    pub fn error_columns(&self) -> usize {
        error_columns(&self.header)
    }

    /// The columns without those: what a file of errors repeats.
    pub fn source(&self) -> impl Iterator<Item = &str> {
        self.header.iter().skip(self.error_columns())
    }

    /// How many columns the first line names.
    #[must_use]
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// The file has a column for the field.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.place(field).is_some()
    }

    /// The cell for a field, empty where there is none.
    #[must_use]
    pub fn cell<'a>(&self, record: &'a Record, field: &str) -> &'a str {
        self.place(field).and_then(|place| record.cells.get(place)).map_or("", unguarded)
    }

    /// All cells with the fields they go to.
    pub fn cells<'a>(&'a self, record: &'a Record) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.fields.iter().zip(&record.cells).filter_map(|(field, cell)| Some(((*field)?.name, unguarded(cell))))
    }

    /// What the file calls the column of a field; our own name where it has none.
    #[must_use]
    pub fn name(&self, field: &'static str) -> &str {
        self.place(field).and_then(|place| self.header.get(place)).unwrap_or(field)
    }

    fn place(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|known| known.is_some_and(|known| known.name == field))
    }

    /// Two columns for one field, or for a whole name and a part of it.
    fn duplicate(&self) -> Option<String> {
        let is_part = |name: &str| ["first_name", "middle_name", "last_name"].contains(&name);
        let overlap = |a: &str, b: &str| a == b || (a == WHOLE_NAME && is_part(b)) || (b == WHOLE_NAME && is_part(a));
        let known: Vec<_> = self.list().filter_map(|(column, field)| Some((column, field?))).collect();
        known.iter().enumerate().find_map(|(place, (column, field))| {
            let (first, _) = known[..place].iter().find(|(_, other)| overlap(other.name, field.name))?;
            Some(format!("The columns \"{first}\" and \"{column}\" are both for {}: rename or remove one of them.", field.label))
        })
    }

    fn missing(&self, subject: Subject) -> Option<String> {
        let (keys, required) = match subject {
            Subject::Customers => (["number", "crm_id"], None),
            Subject::Contacts => (["customer_number", "customer_crm_id"], Some("email")),
            Subject::Entitlements => (["customer_number", "customer_crm_id"], Some("eid")),
        };
        if self.fields.iter().all(Option::is_none) {
            let first = fields(subject).iter().take(4).map(|field| field.name).collect::<Vec<_>>().join(", ");
            return Some(format!(
                "The first line names none of the columns of {subject}: it has to name them ({first}, …), each further line is a record."
            ));
        }
        if !keys.iter().any(|key| self.has(key)) {
            let [number, crm_id] = keys;
            return Some(format!("A column is missing by which customers are told apart: add {number} or {crm_id} to the first line."));
        }
        let required = required.filter(|field| !self.has(field))?;
        Some(format!("The column {required} is missing: add it to the first line."))
    }
}

#[cfg(test)]
mod tests;
