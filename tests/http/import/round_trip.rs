//! What comes in is what is stored, and what is stored already stays as it is.

use macro_rules_attribute::apply;

use super::{Files, all, customers, exported, furnish};
use crate::support::database::Database;
use crate::support::{TestApp, engines};

#[apply(engines)]
fn what_was_exported_comes_back_byte_by_byte(app: TestApp) {
    furnish(&app);
    let files = exported(&app.database);
    let empty = Database::new(app.database.engine);
    all(&files).import(&empty, &[]).done().counted("customers", [10, 0, 0, 0, 0]).counted("entitlements", [5, 0, 0, 0, 0]);
    let again = exported(&empty);
    for (before, after) in files.iter().zip(&again) {
        assert_eq!(before, after);
    }
    all(&files).import(&app.database, &[]).done().counted("customers", [0, 0, 10, 0, 0]).counted("contacts", [0, 0, 2, 0, 0]);
}

/// Not even the moment of the last change.
#[apply(engines)]
fn the_same_files_twice_change_nothing(app: TestApp) {
    furnish(&app);
    let files = all(&exported(&app.database));
    let sums = |app: &TestApp| {
        ["customers", "contacts", "entitlements"].map(|table| {
            let columns = if table == "entitlements" { "1" } else { "version" };
            app.sql().texts(&format!("SELECT CAST(changed_at AS TEXT) || ' ' || {columns} AS text FROM {table} ORDER BY id"))
        })
    };
    let before = sums(&app);
    files.import(&app.database, &[]).done().counted("customers", [0, 0, 10, 0, 0]).counted("entitlements", [0, 0, 5, 0, 0]);
    assert_eq!(sums(&app), before);
}

#[apply(engines)]
fn what_came_in_is_found_and_shown(app: TestApp) {
    Files::new()
        .with("customers", "crm_id,type,name,first_name,last_name,email,billing_city\nA-1,company,Zephyr GmbH,,,,Brno\nA-2,individual,,Ada,Lovelace,ada@x.example,\n")
        .with("contacts", "customer_crm_id,first_name,last_name,email\nA-1,Jana,Hoffmann,jana@x.example\nA-1,Bo,Berg,bo@x.example\n")
        .with("entitlements", "customer_crm_id,contact_email,eid,product,quantity,starts_on,ends_on\na-1,JANA@x.example,E-1,Forge,3,2026-01-01,\nA-2,,E-2,Anvil,1,2026-01-01,2999-01-01\n")
        .import(&app.database, &[])
        .done()
        .counted("customers", [2, 0, 0, 0, 0])
        .counted("contacts", [2, 0, 0, 0, 0])
        .counted("entitlements", [2, 0, 0, 0, 0]);
    assert_eq!(app.get("/customers?q=jana").expect(200).rows(), ["Zephyr GmbH"]);
    assert_eq!(app.get("/customers?q=brno").expect(200).rows(), ["Zephyr GmbH"]);
    let eid = crate::support::encode(&[("q", "eid:E-2")]);
    assert_eq!(app.get(format!("/customers?{eid}")).expect(200).rows(), ["Ada Lovelace"]);
    let numbers = app.sql().texts("SELECT number AS text FROM customers ORDER BY id");
    assert_eq!(numbers.into_iter().flatten().collect::<Vec<_>>(), ["C-000001", "C-000002"]);
    assert_eq!(
        app.sql().number("SELECT count(*) AS number FROM contacts WHERE is_default AND last_name = 'Hoffmann'"),
        1,
        "the first is the default"
    );
    assert_eq!(
        app.sql().number("SELECT count(*) AS number FROM entitlements e JOIN contacts c ON c.id = e.contact_id"),
        2,
        "an individual's is its own"
    );
}

/// Each of them is the file that was meant.
#[apply(engines)]
fn however_a_spreadsheet_writes_it(app: TestApp) {
    for (number, text) in [
        "\u{feff}\"Name\";\"CRM ID\";\"Billing-Postal code\"\r\n\"Acme; Inc\";00042;01067\r\n",
        "CRM_ID,billing postal code,NAME\r00043,01067,\"Acme, Inc\"\r",
        "name\tbillingpostalcode\tcrmid\nAcme\t01067\t00044",
    ]
    .into_iter()
    .enumerate()
    {
        customers(text).import(&app.database, &["--yes"]).done().counted("customers", [1, 0, 0, 0, 0]);
        let crm = format!("0004{}", number + 2);
        assert_eq!(
            app.sql().number(&format!(
                "SELECT count(*) AS number FROM customers JOIN addresses ON customer_id = id WHERE crm_id = '{crm}' AND postal_code = '01067'"
            )),
            1
        );
    }
    assert_eq!(app.get("/customers").rows(), ["Acme", "Acme, Inc", "Acme; Inc"]);
}

#[apply(engines)]
fn the_files_of_sentinel_ems(app: TestApp) {
    Files::new()
        .with(
            "customers",
            "name,customerCRMId,description,enabled,refId,customerIdentifier\nCustomer1,3,First,true,1,CUST-1\nCustomer2,4,Second,false,2,CUST-2\n",
        )
        .with(
            "contacts",
            "customerIdentifier,contactEmail,contactPassword,contactName,contactNumber,locale,refId1,refId2,isDefault\n\
             CUST-1,jana@x.example,secret,Jana Maria Hoffmann,+49 30 1,en-US,R1,,true\n",
        )
        .import(&app.database, &[])
        .done()
        .says("contactPassword     (not imported)")
        .says("customerIdentifier  Number")
        .counted("contacts", [1, 0, 0, 0, 0]);
    assert_eq!(
        app.sql()
            .number("SELECT count(*) AS number FROM customers WHERE number = 'CUST-2' AND crm_id = '4' AND ref_id = '2' AND NOT enabled"),
        1
    );
    assert_eq!(
        app.sql().number(
            "SELECT count(*) AS number FROM contacts WHERE first_name = 'Jana' AND middle_name = 'Maria' AND last_name = 'Hoffmann'
             AND phone = '+49 30 1' AND language = 'en' AND ref_id = 'R1' AND is_default"
        ),
        1
    );
}

#[apply(engines)]
fn what_a_file_leaves_out_stays_and_what_is_empty_goes_where_that_is_wanted(app: TestApp) {
    let acme = app
        .company("Acme")
        .crm_id("A")
        .ref_id("R")
        .with("phone", "1")
        .with("billing_city", "Lyon")
        .with("shipping_same", "")
        .with("shipping_city", "Brno");
    acme.contact("Jana", "Hoffmann", "j@x.example").create();
    customers("crm_id,phone\nA,\n").import(&app.database, &[]).done().counted("customers", [0, 0, 1, 0, 0]);
    customers("crm_id,phone\na,\n").import(&app.database, &["--empty-clears"]).done().counted("customers", [0, 1, 0, 0, 0]);
    assert_eq!(
        app.sql().number("SELECT count(*) AS number FROM customers WHERE name = 'Acme' AND ref_id = 'R' AND phone = '' AND version = 2"),
        1
    );
    assert_eq!(app.sql().count("addresses"), 2);
    Files::new()
        .with("contacts", "customer_crm_id,email,status\nA,J@X.example,disabled\n")
        .import(&app.database, &[])
        .done()
        .counted("contacts", [0, 1, 0, 0, 0]);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM contacts WHERE last_name = 'Hoffmann' AND NOT enabled AND is_default"), 1);
    app.get("/customers/1").expect(200).assert_says("Hoffmann");
}

#[apply(engines)]
fn modes_take_new_or_known_rows(app: TestApp) {
    app.company("Acme").crm_id("A").contact("Jana", "Hoffmann", "j@x.example").create();
    let files = Files::new()
        .with("customers", "crm_id,name\nA,Acme 2\nB,Baltic\n")
        .with("contacts", "customer_crm_id,email,last_name\nA,j@x.example,Berg\nB,b@x.example,Bo\nA,n@x.example,New\n");
    files.import(&app.database, &["--mode", "update"]).done().counted("customers", [0, 1, 0, 1, 0]).counted("contacts", [0, 1, 0, 2, 0]);
    assert_eq!(app.get("/customers").rows(), ["Acme 2"]);
    files.import(&app.database, &["--mode", "create"]).done().counted("customers", [1, 0, 0, 1, 0]).counted("contacts", [2, 0, 0, 1, 0]);
    assert_eq!(app.get("/customers").rows(), ["Acme 2", "Baltic"]);
}

/// A number that is generated is none that the file gives further down, or that is held.
#[apply(engines)]
fn generated_numbers_are_free(app: TestApp) {
    app.company("Held").number("C-000003").create();
    customers("number,crm_id,name\n,A,One\n,B,Two\nC-000001,,Three\n").import(&app.database, &[]).done();
    let numbers = app.sql().texts("SELECT number || ' ' || name AS text FROM customers ORDER BY number");
    assert_eq!(numbers.into_iter().flatten().collect::<Vec<_>>(), ["C-000001 Three", "C-000002 One", "C-000003 Held", "C-000004 Two"]);
}

#[apply(engines)]
fn one_default_that_can_move(app: TestApp) {
    app.company("Acme").crm_id("A").contact("Jana", "Hoffmann", "j@x.example").create();
    let default = |app: &TestApp| app.sql().texts("SELECT last_name AS text FROM contacts WHERE is_default");
    let contacts = |rows: &str| Files::new().with("contacts", format!("customer_crm_id,email,last_name,default\n{rows}"));
    let import = |app: &TestApp, rows: &str| contacts(rows).import(&app.database, &[]).done();
    import(&app, "A,b@x.example,Berg,\n");
    assert_eq!(default(&app), [Some("Hoffmann".to_owned())]);
    import(&app, "A,c@x.example,Cher,yes\n");
    assert_eq!(default(&app), [Some("Cher".to_owned())]);
    import(&app, "A,b@x.example,Berg,yes\nA,c@x.example,Cher,no\n");
    assert_eq!(default(&app), [Some("Berg".to_owned())]);
    let refused = contacts("A,b@x.example,Berg,no\nA,d@x.example,Dent,\n").import(&app.database, &[]).failed("1 row is invalid");
    refused.says("line 2, default: This contact is the default: make another contact the default instead.");
    assert_eq!(default(&app), [Some("Berg".to_owned())]);
}
