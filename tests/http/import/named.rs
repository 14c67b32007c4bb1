//! Contacts and entitlements whose customer stands by its name alone find it in the same import.

use macro_rules_attribute::apply;

use super::Files;
use crate::support::{TestApp, engines};

fn contacts(app: &TestApp) -> Vec<String> {
    let sql = "SELECT c.name || ' ' || p.email AS text FROM contacts p JOIN customers c ON c.id = p.customer_id WHERE NOT p.own ORDER BY c.name, p.email";
    app.sql().texts(sql).into_iter().flatten().collect()
}

#[apply(engines)]
fn in_any_order_and_batch(app: TestApp) {
    let names: Vec<String> = (0..30).map(|number| format!("Company {number:02}")).collect();
    let companies = names.iter().enumerate().map(|(number, name)| format!("X-{number},{name}\n")).collect::<Vec<_>>().concat();
    let people =
        names.iter().rev().enumerate().map(|(number, name)| format!("{name},p{number}@x.example,Doe\n")).collect::<Vec<_>>().concat();
    let held = names
        .iter()
        .rev()
        .enumerate()
        .map(|(number, name)| format!("{name},p{number}@x.example,E-{number},Forge,1,2026-01-01\n"))
        .collect::<Vec<_>>()
        .concat();
    let files = || {
        Files::new()
            .with("customers", format!("crm_id,name\n{companies}"))
            .with("contacts", format!("customer_name,email,last_name\n{people}"))
            .with("entitlements", format!("customer_name,contact_email,eid,product,quantity,starts_on\n{held}"))
    };
    let said = files().import(&app.database, &["--import-batch", "7"]).done();
    said.counted("customers", [30, 0, 0, 0, 0]).counted("contacts", [30, 0, 0, 0, 0]).counted("entitlements", [30, 0, 0, 0, 0]);
    let wanted: Vec<String> = (0..30).map(|number| format!("Company {number:02} p{}@x.example", 29 - number)).collect();
    assert_eq!(contacts(&app), wanted);
    let said = files().import(&app.database, &["--import-batch", "7"]).done();
    said.counted("customers", [0, 0, 30, 0, 0]).counted("contacts", [0, 0, 30, 0, 0]).counted("entitlements", [0, 0, 30, 0, 0]);
}

#[apply(engines)]
fn the_files_own_company_is_meant_and_of_two_it_is_asked_which(app: TestApp) {
    app.company("Acme").number("OLD").create();
    let files =
        Files::new().with("customers", "number,name\nNEW,Acme\n").with("contacts", "customer_name,email,last_name\nACME,a@x.example,Doe\n");
    files.import(&app.database, &[]).done();
    assert!(app.customer(app.get("/customers?q=NEW").row_ids()[0]).page().contacts()[0].says("a@x.example"));

    let files = Files::new()
        .with("customers", "number,name\nT-1,Twin\nT-2,Twin\nU-1,Unique\n")
        .with("contacts", "customer_name,email,last_name\nTwin,t@x.example,Doe\nUnique,u@x.example,Doe\nNobody,n@x.example,Doe\n");
    let said = files.import(&app.database, &[]).failed("2 rows are invalid");
    said.says("There are several customers called Twin").says("There is no customer called Nobody");
    files.import(&app.database, &["--owner", "contacts:Twin=T-2", "--owner", "contacts:Nobody=U-1"]).done();
    assert_eq!(contacts(&app), ["Acme a@x.example", "Twin t@x.example", "Unique n@x.example", "Unique u@x.example"]);
    assert!(app.customer(app.get("/customers?q=T-2").row_ids()[0]).page().contacts()[0].says("t@x.example"));

    // A company whose own row is refused brings no contacts.
    let files = Files::new()
        .with("customers", "number,name,email\nV-1,Vain,no e-mail\n")
        .with("contacts", "customer_name,email,last_name\nVain,v@x.example,Doe\n");
    files.import(&app.database, &[]).failed("2 rows are invalid").says("Its customer, on line 2 of the customers, is not imported");
}
