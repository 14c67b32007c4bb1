//! An example of each file that an import takes: all columns, and one record.

use super::records::Records;
use crate::domain::files::{Cell, columns};
use crate::domain::import::Subject;

/// What each column holds in the example; the others are empty. Together the three can be imported as they are.
fn example(subject: Subject) -> &'static [(&'static str, &'static str)] {
    match subject {
        Subject::Customers => &[
            ("number", "EXAMPLE-1"),
            ("type", "company"),
            ("status", "enabled"),
            ("name", "Example Ltd"),
            ("email", "info@example.com"),
            ("locale", "en"),
            ("phone", "020 7946 0000"),
            ("crm_id", "CRM-EXAMPLE-1"),
            ("ref_id", "00042"),
            ("description", "An example. Replace this row with your customers."),
            ("billing_street", "1 Example Street"),
            ("billing_city", "London"),
            ("billing_postal_code", "SW1A 1AA"),
            ("billing_country", "GB"),
            ("shipping_same", "yes"),
        ],
        Subject::Contacts => &[
            ("customer_number", "EXAMPLE-1"),
            ("status", "enabled"),
            ("default", "yes"),
            ("first_name", "Jane"),
            ("last_name", "Doe"),
            ("email", "jane.doe@example.com"),
            ("locale", "en"),
            ("phone", "020 7946 0001"),
        ],
        Subject::Entitlements => &[
            ("customer_number", "EXAMPLE-1"),
            ("contact_email", "jane.doe@example.com"),
            ("eid", "EXAMPLE-EID-1"),
            ("product", "Example product"),
            ("quantity", "10"),
            ("starts_on", "2026-01-01"),
            ("ends_on", "2099-12-31"),
        ],
    }
}

/// The example of a subject as a record.
#[must_use]
pub fn template(subject: Subject) -> Records {
    let text = |column: &str| example(subject).iter().find(|(name, _)| *name == column).map_or("", |(_, text)| text);
    let cell = |column: &&str| match (*column, text(column)) {
        (_, "") => Cell::Text(String::new()),
        ("quantity", number) => number.parse().map_or(Cell::Number(1), Cell::Number),
        ("starts_on" | "ends_on", day) => day.parse().map_or(Cell::Text(String::new()), Cell::Day),
        (_, text) => Cell::Text(text.to_owned()),
    };
    Records { subject, rows: vec![columns(subject).iter().map(cell).collect()] }
}
