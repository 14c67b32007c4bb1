use super::*;
use crate::domain::files;

fn of(subject: Subject, header: &str) -> Result<ColumnMap, FileError> {
    ColumnMap::of(subject, &header.split(',').collect())
}

/// Each column with the field it goes to, or `-`.
fn mapped(subject: Subject, header: &str) -> String {
    let columns = of(subject, header).unwrap_or_else(|error| panic!("{error}"));
    columns.list().map(|(_, field)| field.map_or("-", |field| field.name)).collect::<Vec<_>>().join(",")
}

#[test]
fn every_column_that_is_exported_is_known() {
    let language = |header: &str| header.replace("locale", "language");
    for subject in Subject::ALL {
        let header = files::columns(subject);
        assert_eq!(mapped(subject, header), language(header));
    }
}

#[test]
fn spelling_does_not_matter() {
    assert_eq!(mapped(Subject::Customers, "CRM-ID,Ref Id,NAME,Billing Postal-Code"), "crm_id,ref_id,name,billing_postal_code");
    assert_eq!(mapped(Subject::Contacts, "contacts.customer_number,contacts.email"), "customer_number,email");
}

#[test]
fn the_columns_of_sentinel_ems() {
    assert_eq!(
        mapped(Subject::Customers, "name,customerCRMId,description,enabled,refId,customerIdentifier,Region"),
        "name,crm_id,description,status,ref_id,number,-"
    );
    assert_eq!(
        mapped(
            Subject::Contacts,
            "customerIdentifier,contactEmail,contactPassword,contactName,contactNumber,locale,refId1,refId2,isDefault"
        ),
        "customer_number,email,-,contact_name,phone,language,ref_id,-,default"
    );
}

#[test]
fn two_columns_for_one_field_are_refused() {
    for (subject, header) in [
        (Subject::Customers, "number,Number"),
        (Subject::Customers, "crm_id,phone,telephone,phone number"),
        (Subject::Contacts, "customer_number,email,contactName,last_name"),
    ] {
        let error = of(subject, header).expect_err(header);
        assert!(error.message.contains("are both for"), "{error}");
    }
}

#[test]
fn what_no_record_can_do_without_is_named() {
    for (subject, header, word) in [
        (Subject::Customers, "name,phone", "number or crm_id"),
        (Subject::Contacts, "email", "customer_number or customer_crm_id"),
        (Subject::Contacts, "customer_number,last_name", "email"),
        (Subject::Entitlements, "customer_number,product", "eid"),
        (Subject::Customers, "Acme,17,x", "names none of the columns"),
    ] {
        let error = of(subject, header).expect_err(header);
        assert!(error.message.contains(word), "{error}");
    }
}
