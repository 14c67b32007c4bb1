use super::*;
use crate::domain::files;

fn of(subject: Subject, header: &str) -> Result<Columns, Trouble> {
    Columns::of(subject, &header.split(',').collect())
}

/// Each column with the field it goes to, or `-`.
fn mapped(subject: Subject, header: &str) -> String {
    let columns = of(subject, header).unwrap_or_else(|trouble| panic!("{trouble}"));
    columns.list().map(|(_, target)| target.map_or("-", |target| target.field)).collect::<Vec<_>>().join(",")
}

#[test]
fn every_column_that_is_exported_is_known() {
    let language = |header: String| header.replace("locale", "language");
    for (subject, header) in [
        (Subject::Customers, files::CUSTOMERS.join(",")),
        (Subject::Contacts, files::CONTACTS.join(",")),
        (Subject::Entitlements, files::ENTITLEMENTS.join(",")),
    ] {
        assert_eq!(mapped(subject, &header), language(header));
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
        let trouble = of(subject, header).expect_err(header);
        assert!(trouble.sentence.contains("are both for"), "{trouble}");
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
        let trouble = of(subject, header).expect_err(header);
        assert!(trouble.sentence.contains(word), "{trouble}");
    }
}
