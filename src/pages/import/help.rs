//! What columns an import understands, and how their values are read.

use actix_web::HttpResponse;

use crate::domain::files;
use crate::domain::import::Subject;
use crate::imports::files::fields::{Field, fields};
use crate::pages::screen::{DetailPane, show as show_screen};
use crate::pages::view::{HelpColumn, HelpColumns, ImportHelp};
use crate::web::address;
use crate::web::auth::Asked;

/// `GET /customers/import/help`
pub async fn show(request: Asked) -> HttpResponse {
    show_screen(request, |_, request| {
        let help = ImportHelp {
            subjects: Subject::ALL.into_iter().map(columns).collect(),
            back: address::with_list(address::IMPORT, &request.query),
        };
        Ok(DetailPane::other("Columns you can import".to_owned(), None, &help))
    })
    .await
}

fn columns(subject: Subject) -> HelpColumns {
    HelpColumns {
        subject: subject.word(),
        heading: heading(subject),
        columns: fields(subject)
            .iter()
            .map(|field| HelpColumn { name: name(subject, field), label: field.label, note: note(field.name) })
            .collect(),
    }
}

fn heading(subject: Subject) -> &'static str {
    match subject {
        Subject::Customers => "Columns of customers",
        Subject::Contacts => "Columns of contacts",
        Subject::Entitlements => "Columns of entitlements",
    }
}

/// What the export calls the column.
fn name(subject: Subject, field: &'static Field) -> &'static str {
    let exported =
        files::columns(subject).iter().find(|column| (field.name == "language" && **column == "locale") || **column == field.name);
    exported.copied().unwrap_or(field.name)
}

/// What may stand in a column, where that is not plain.
fn note(field: &str) -> &'static str {
    match field {
        "number" => "Up to 100 characters. Unique; cannot be changed later. Generated where it is missing.",
        "type" => "company or individual. Cannot be changed later.",
        "status" => "enabled or disabled",
        "name" => "Of a company",
        "first_name" | "middle_name" | "last_name" => "Of a person",
        "contact_name" => "The whole name, where the parts have no columns",
        "email" | "contact_email" => "One address",
        "language" => "By code or name: en, de-AT, German",
        "phone" | "fax" => "As it is written",
        "crm_id" => "Unique, where there is one",
        "ref_id" => "May repeat",
        "description" => "Up to 510 characters",
        "billing_country" | "shipping_country" => "By code or name: DE, DEU, Germany",
        "shipping_same" => "yes: the shipping address is the billing address",
        "customer_number" | "customer_crm_id" | "customer_name" => "Whose it is: one of the three",
        "default" => "yes or no. A company has one default contact.",
        "contact_phone" | "contact_ref_id" => "Of the person beside a company",
        "deleted" => "yes: the row is left out",
        "eid" => "By it the entitlement is found again",
        "quantity" => "A whole number, 1 or more",
        "starts_on" | "ends_on" => "A day: 2026-12-31. No end: leave it empty.",
        "ended_at" => "When it was ended by hand: 2026-03-31T12:00:00Z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document says what this page says.
    #[test]
    fn the_document_names_the_same_columns() {
        let document = include_str!("../../../docs/import.md");
        for subject in Subject::ALL {
            let columns = columns(subject);
            let lines: String = columns.columns.iter().map(HelpColumn::line).collect();
            assert!(document.contains(&lines), "docs/import.md is to have these lines for {subject}:\n{lines}");
        }
    }
}
