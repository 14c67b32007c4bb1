use super::*;
use crate::domain::files;
use crate::imports::files::reading::Reading;
use crate::imports::files::table::Table;

fn of(subject: Subject, header: &str) -> Result<ColumnMap, FileError> {
    mapped_as(subject, header, &Mapping::default())
}

fn mapped_as(subject: Subject, header: &str, mapping: &Mapping) -> Result<ColumnMap, FileError> {
    let mut table = Table::open(subject, Box::new(std::io::Cursor::new(format!("{header}\n").into_bytes())), &Reading::default())?;
    let survey = Survey::of(&mut table)?;
    ColumnMap::of(subject, &table.header, mapping, &survey)
}

/// Each column with the field it goes to, or `-`.
fn mapped(subject: Subject, header: &str) -> String {
    let columns = of(subject, header).unwrap_or_else(|error| panic!("{error}"));
    let name = |fields: Vec<&Field>| if fields.is_empty() { "-".to_owned() } else { fields.iter().map(|field| field.name).collect() };
    columns.list().map(|(_, fields)| name(fields)).collect::<Vec<_>>().join(",")
}

#[test]
fn every_column_that_is_exported_is_known() {
    let language = |header: &str| header.replace("locale", "language");
    for subject in Subject::ALL {
        let header = files::columns(subject).join(",");
        assert_eq!(mapped(subject, &header), language(&header));
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
        "name,crm_id,description,status,ref_id,number,billing_state"
    );
    assert_eq!(
        mapped(
            Subject::Contacts,
            "customerIdentifier,contactEmail,contactPassword,contactName,contactNumber,locale,refId1,refId2,isDefault"
        ),
        "customer_number,email,-,contact_name,phone,language,ref_id,-,default"
    );
}

/// The headers of the programs that people come from, and those that people write in their languages.
#[test]
fn the_columns_of_other_programs() {
    for (subject, header, wanted) in [
        (
            Subject::Customers,
            "Record ID,Company name,Company Domain Name,Industry,Phone Number,Street Address,City,State/Region,Postal Code,Country/Region,Lifecycle Stage",
            "crm_id,name,-,-,phone,billing_street,billing_city,billing_state,billing_postal_code,billing_country,-",
        ),
        (
            Subject::Customers,
            "ID,ISDELETED,NAME,BILLINGSTREET,BILLINGCITY,BILLINGSTATE,BILLINGPOSTALCODE,BILLINGCOUNTRY,PHONE,FAX,ACCOUNTNUMBER",
            "crm_id,deleted,name,billing_street,billing_city,billing_state,billing_postal_code,billing_country,phone,fax,ref_id",
        ),
        (
            Subject::Customers,
            "id,name,emailAddress,phoneNumber,billingAddressStreet,billingAddressPostalCode,shippingAddressCountry,description,createdAt",
            "crm_id,name,email,phone,billing_street,billing_postal_code,shipping_country,description,-",
        ),
        (
            Subject::Customers,
            "Kundennr.;Firma;Anrede;Vorname;Nachname;Straße;PLZ;Ort;Land;Telefon;Telefax;E-Mail;Sprache;Bemerkung",
            "number,name,-,first_name,last_name,billing_street,billing_postal_code,billing_city,billing_country,phone,fax,email,language,description",
        ),
        (
            Subject::Customers,
            "First Name,Middle Name,Last Name,Name Prefix,Organization Name,E-mail 1 - Value,Phone 1 - Value,Address 1 - Street,Address 1 - Region,Notes",
            "first_name,middle_name,last_name,-,name,email,phone,billing_street,billing_state,description",
        ),
        (
            Subject::Customers,
            "Nom,Société,Prénom,Code postal,Ville,Pays",
            "-,name,first_name,billing_postal_code,billing_city,billing_country",
        ),
        (Subject::Customers, "Name,Company,Email", "contact_name,name,email"),
        (Subject::Customers, "Account Number,Name", "crm_id,name"),
        (Subject::Customers, "Business Phone,Mobile Phone,Company", "phone,phone,name"),
        (
            Subject::Contacts,
            "Record ID,First Name,Last Name,Email,Phone Number,Associated Company,Country/Region",
            "ref_id,first_name,last_name,email,phone,customer_name,-",
        ),
    ] {
        assert_eq!(mapped(subject, header), wanted, "{header}");
    }
}

#[test]
fn what_people_choose_goes_before_what_is_guessed() {
    let mut mapping = Mapping {
        columns: vec![("Client".to_owned(), vec!["name".to_owned(), "ref_id".to_owned()]), ("Company".to_owned(), Vec::new())],
        constants: vec![("type".to_owned(), "company".to_owned())],
        ..Mapping::default()
    };
    let columns = mapped_as(Subject::Customers, "Client,Company,City", &mapping).unwrap();
    let places: Vec<Vec<String>> = columns.places();
    assert_eq!(places, [vec!["name".to_owned(), "ref_id".to_owned()], Vec::new(), vec!["billing_city".to_owned()]]);
    assert!(columns.has("type"));
    mapping.columns.push(("City".to_owned(), vec!["ref_id".to_owned()]));
    assert!(mapped_as(Subject::Customers, "Client,Company,City", &mapping).unwrap_err().message.contains("are both for Ref ID"));
}

#[test]
fn two_columns_for_one_field_are_refused() {
    for (subject, header) in [(Subject::Customers, "number,Number"), (Subject::Contacts, "customer_number,email,contactName,last_name")] {
        let error = of(subject, header).expect_err(header);
        assert!(error.message.contains("are both for"), "{error}");
    }
}

#[test]
fn what_no_record_can_do_without_is_named() {
    for (subject, header, word) in [
        (Subject::Customers, "phone,email", "names the customers"),
        (Subject::Contacts, "email", "customer_number, customer_crm_id or customer_name"),
        (Subject::Contacts, "customer_number,last_name", "email"),
        (Subject::Entitlements, "customer_number,product", "eid"),
        (Subject::Customers, "Acme,17,x", "names none of the columns"),
    ] {
        let error = of(subject, header).expect_err(header);
        assert!(error.message.contains(word), "{error}");
    }
}
