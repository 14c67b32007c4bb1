//! What each column of a file is: our own names, in any order and however they are spelled, and those of Sentinel EMS 5.

use csv::StringRecord;

use super::table::{ERROR_COLUMNS, Record};
use crate::domain::csv::unguarded;
use crate::domain::import::{Subject, Trouble};

/// A field that a column can go to.
#[derive(Debug)]
pub struct Target {
    /// The field's name in forms and here.
    pub field: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Names of columns, without signs and in small letters.
    names: &'static [&'static str],
}

const fn target(field: &'static str, label: &'static str, names: &'static [&'static str]) -> Target {
    Target { field, label, names }
}

/// A contact's whole name, where a file has no columns for its parts.
pub const WHOLE_NAME: &str = "contact_name";

const CUSTOMERS: [Target; 25] = [
    target("number", "Number", &["number", "customernumber", "customeridentifier", "identifier", "customerno"]),
    target("type", "Type", &["type", "customertype"]),
    target("status", "Status", &["status", "enabled", "state"]),
    target("name", "Name", &["name", "customername", "company", "companyname"]),
    target("first_name", "First name", &["firstname"]),
    target("middle_name", "Middle name", &["middlename"]),
    target("last_name", "Last name", &["lastname"]),
    target("email", "E-mail", &["email", "emailid", "emailaddress"]),
    target("language", "Language", &["locale", "language"]),
    target("phone", "Phone", &["phone", "phonenumber", "telephone"]),
    target("fax", "Fax", &["fax"]),
    target("crm_id", "CRM ID", &["crmid", "customercrmid"]),
    target("ref_id", "Ref ID", &["refid", "refid1", "customerrefid"]),
    target("description", "Description", &["description", "customerdescription"]),
    target("billing_street", "Billing street", &["billingstreet", "billaddressstreet", "billstreet"]),
    target("billing_city", "Billing city", &["billingcity", "billaddresscity", "billcity"]),
    target("billing_state", "Billing state", &["billingstate", "billaddressstate", "billstate"]),
    target("billing_postal_code", "Billing postal code", &["billingpostalcode", "billingzip", "billaddresspostalcode", "billpostalcode"]),
    target("billing_country", "Billing country", &["billingcountry", "billaddresscountry", "billcountry"]),
    target("shipping_same", "Shipping same as billing", &["shippingsame", "shippingsameasbilling"]),
    target("shipping_street", "Shipping street", &["shippingstreet", "shipaddressstreet", "shipstreet"]),
    target("shipping_city", "Shipping city", &["shippingcity", "shipaddresscity", "shipcity"]),
    target("shipping_state", "Shipping state", &["shippingstate", "shipaddressstate", "shipstate"]),
    target(
        "shipping_postal_code",
        "Shipping postal code",
        &["shippingpostalcode", "shippingzip", "shipaddresspostalcode", "shippostalcode"],
    ),
    target("shipping_country", "Shipping country", &["shippingcountry", "shipaddresscountry", "shipcountry"]),
];

const CONTACTS: [Target; 12] = [
    target("customer_number", "Customer's number", &["customernumber", "customeridentifier", "customerno"]),
    target("customer_crm_id", "Customer's CRM ID", &["customercrmid", "crmid"]),
    target("status", "Status", &["status", "enabled", "contactenabled", "state"]),
    target("default", "Default", &["default", "isdefault", "defaultcontact", "isdefaultcontact"]),
    target(WHOLE_NAME, "Name", &["contactname", "name"]),
    target("first_name", "First name", &["firstname"]),
    target("middle_name", "Middle name", &["middlename"]),
    target("last_name", "Last name", &["lastname"]),
    target("email", "E-mail", &["email", "contactemail", "emailid", "emailaddress"]),
    target("language", "Language", &["locale", "language"]),
    target("phone", "Phone", &["phone", "contactnumber", "phonenumber", "telephone"]),
    target("ref_id", "Ref ID", &["refid", "refid1", "contactrefid"]),
];

const ENTITLEMENTS: [Target; 9] = [
    target("customer_number", "Customer's number", &["customernumber", "customeridentifier", "customerno"]),
    target("customer_crm_id", "Customer's CRM ID", &["customercrmid", "crmid"]),
    target("contact_email", "Contact's e-mail", &["contactemail", "email", "contactemailid"]),
    target("eid", "EID", &["eid", "entitlementid"]),
    target("product", "Product", &["product", "productname"]),
    target("quantity", "Quantity", &["quantity"]),
    target("starts_on", "Start", &["startson", "startdate", "start"]),
    target("ends_on", "End", &["endson", "enddate", "end", "expirationdate"]),
    target("ended_at", "Ended at", &["endedat"]),
];

fn targets(subject: Subject) -> &'static [Target] {
    match subject {
        Subject::Customers => &CUSTOMERS,
        Subject::Contacts => &CONTACTS,
        Subject::Entitlements => &ENTITLEMENTS,
    }
}

/// Where the columns of a file go.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    subject: Subject,
    header: StringRecord,
    /// For each column of the file.
    targets: Vec<Option<&'static Target>>,
}

impl Columns {
    /// Finds out where each column goes.
    ///
    /// # Errors
    /// Two columns for one field, and columns that no record can do without.
    pub fn of(subject: Subject, header: &StringRecord) -> Result<Self, Trouble> {
        let prefix = format!("{}.", subject.word());
        let find = |name: &str| {
            let name = plain(name.strip_prefix(&prefix).unwrap_or(name));
            targets(subject).iter().find(|target| target.names.contains(&name.as_str()))
        };
        let columns = Self { subject, header: header.clone(), targets: header.iter().map(find).collect() };
        columns.refuse_doubles()?;
        columns.refuse_missing()?;
        Ok(columns)
    }

    /// Each named column of the file with the field that it goes to; `None` where it is not imported.
    pub fn list(&self) -> impl Iterator<Item = (&str, Option<&'static Target>)> {
        self.header
            .iter()
            .zip(&self.targets)
            .skip(self.repeated())
            .filter(|(name, _)| !name.trim().is_empty())
            .map(|(name, target)| (name, *target))
    }

    /// How many columns at the beginning are those that a file of errors adds to its source's.
    #[must_use]
    pub fn repeated(&self) -> usize {
        if self.header.iter().take(ERROR_COLUMNS.len()).eq(ERROR_COLUMNS) { ERROR_COLUMNS.len() } else { 0 }
    }

    /// The columns without those: what a file of errors repeats.
    pub fn source(&self) -> impl Iterator<Item = &str> {
        self.header.iter().skip(self.repeated())
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

    /// The cell for a field; `None` where the file has no column for it.
    #[must_use]
    pub fn get<'a>(&self, record: &'a Record, field: &str) -> Option<&'a str> {
        Some(unguarded(record.cells.get(self.place(field)?)?))
    }

    /// The cell for a field, empty where there is none.
    #[must_use]
    pub fn cell<'a>(&self, record: &'a Record, field: &str) -> &'a str {
        self.get(record, field).unwrap_or("")
    }

    /// All cells with the fields they go to.
    pub fn cells<'a>(&'a self, record: &'a Record) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.targets.iter().zip(&record.cells).filter_map(|(target, cell)| Some(((*target)?.field, unguarded(cell))))
    }

    /// What the file calls the column of a field; our own name where it has none.
    #[must_use]
    pub fn name(&self, field: &'static str) -> &str {
        self.place(field).and_then(|place| self.header.get(place)).unwrap_or(field)
    }

    fn place(&self, field: &str) -> Option<usize> {
        self.targets.iter().position(|target| target.is_some_and(|target| target.field == field))
    }

    fn refuse_doubles(&self) -> Result<(), Trouble> {
        let mut goes: Vec<(&str, &'static Target)> = Vec::new();
        for (name, target) in self.list() {
            let Some(target) = target else { continue };
            let same = |known: &&'static Target| {
                let parts = ["first_name", "middle_name", "last_name"];
                known.field == target.field
                    || (known.field == WHOLE_NAME && parts.contains(&target.field))
                    || (target.field == WHOLE_NAME && parts.contains(&known.field))
            };
            if let Some((first, _)) = goes.iter().find(|(_, known)| same(known)) {
                return Err(Trouble::new(format!(
                    "The columns \"{first}\" and \"{name}\" are both for {}: rename or remove one of them.",
                    target.label
                )));
            }
            goes.push((name, target));
        }
        Ok(())
    }

    fn refuse_missing(&self) -> Result<(), Trouble> {
        let (keys, must): ([&str; 2], &[&str]) = match self.subject {
            Subject::Customers => (["number", "crm_id"], &[]),
            Subject::Contacts => (["customer_number", "customer_crm_id"], &["email"]),
            Subject::Entitlements => (["customer_number", "customer_crm_id"], &["eid"]),
        };
        if self.targets.iter().all(Option::is_none) {
            let first = targets(self.subject).iter().take(4).map(|target| target.field).collect::<Vec<_>>().join(", ");
            return Err(Trouble::new(format!(
                "The first line names none of the columns of {}: it has to name them ({first}, …), each further line is a record.",
                self.subject
            )));
        }
        if !keys.iter().any(|key| self.has(key)) {
            return Err(Trouble::new(format!(
                "A column is missing by which customers are told apart: add {} or {} to the first line.",
                keys[0], keys[1]
            )));
        }
        match must.iter().find(|field| !self.has(field)) {
            Some(field) => Err(Trouble::new(format!("The column {field} is missing: add it to the first line."))),
            None => Ok(()),
        }
    }
}

/// A column's name without case and signs.
fn plain(name: &str) -> String {
    name.chars().filter(|sign| !matches!(sign, ' ' | '_' | '-' | '\u{a0}')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
