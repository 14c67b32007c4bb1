//! The database repeats the rules: what the program would never write is refused by the tables themselves.

use macro_rules_attribute::apply;

use crate::support::{TestApp, engines};

fn refused(app: &TestApp, sql: &str) {
    assert!(app.sql().run(sql).is_err(), "taken: {sql}");
}

#[apply(engines)]
fn what_entitlements_hold_cannot_be_deleted(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").create();
    let jana = acme.contact("Jana").id;
    acme.entitle(&[("contact", &jana.to_string())]).expect(303);
    refused(&app, &format!("DELETE FROM contacts WHERE id = {jana}"));
    refused(&app, &format!("DELETE FROM customers WHERE id = {}", acme.id));
    acme.page().expect(200);
}

#[apply(engines)]
fn there_is_one_default_at_most(app: TestApp) {
    app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").contact("Tomás", "Nuñez", "t@x.example").create();
    refused(&app, "UPDATE contacts SET is_default = TRUE");
}

#[apply(engines)]
fn a_mailbox_is_unique_within_its_customer(app: TestApp) {
    app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").contact("Tomás", "Nuñez", "t@x.example").create();
    refused(&app, "UPDATE contacts SET email_key = 'same'");
}

#[apply(engines)]
fn numbers_and_crm_ids_are_unique(app: TestApp) {
    app.company("Acme").crm_id("1").create();
    app.company("Baltic").crm_id("2").create();
    refused(&app, "UPDATE customers SET number_key = 'same'");
    refused(&app, "UPDATE customers SET crm_key = 'same'");
}

#[apply(engines)]
fn an_entitlement_names_a_contact_of_its_own_customer(app: TestApp) {
    let acme = app.company("Acme").entitlements(1).create();
    let aino = app.company("Baltic").contact("Aino", "Robola", "a@x.example").create().contact("Aino").id;
    refused(&app, &format!("UPDATE entitlements SET contact_id = {aino} WHERE customer_id = {}", acme.id));
}

#[apply(engines)]
fn values_are_checked(app: TestApp) {
    app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create();
    for sql in [
        "UPDATE customers SET name = ''",
        "UPDATE customers SET kind = 'firm'",
        "UPDATE customers SET version = 0",
        "UPDATE contacts SET last_name = ''",
        "UPDATE contacts SET email = '', email_key = NULL",
        "UPDATE entitlements SET quantity = 0",
        "UPDATE entitlements SET product = ''",
        "UPDATE entitlements SET ends_on = '1999-01-01'",
        "UPDATE entitlements SET eid = NULL",
    ] {
        refused(&app, sql);
    }
}
