//! Customers: what is offered when, and what a forged or late request gets.

use macro_rules_attribute::apply;

use crate::support::builders::{FAR_OFF, LONG_AGO};
use crate::support::{Customer, TestApp, engines};

#[apply(engines)]
fn a_customer_without_entitlements_is_deleted_with_its_contacts(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Tomás", "Nuñez", "t@acme.example").create();
    let other = app.company("Baltic").contact("Aino", "Robola", "aino@baltic.example").create();

    let question = acme.page().press("Delete").expect(200);
    question.assert_says("Acme").assert_says("2 contacts").assert_says("Jana Hoffmann").assert_says("Tomás Nuñez");
    assert!(question.offers("Cancel"), "{question}");

    let told = question.confirm().follow().expect(200);
    told.assert_says("Acme");
    assert_eq!(told.rows(), ["Baltic"]);
    acme.page().expect(404);
    assert_eq!(app.sql().count("contacts"), 1, "the contacts went along, and no other's");
    other.page().expect(200).assert_says("Aino Robola");
}

#[apply(engines)]
fn a_question_before_deleting_changes_nothing(app: TestApp) {
    let acme = app.company("Acme").create();
    let question = acme.page().press("Delete").expect(200);
    question.press("Cancel").expect(200);
    acme.page().expect(200);
}

#[apply(engines)]
fn a_customer_with_entitlements_cannot_be_deleted(app: TestApp) {
    let acme = app.company("Acme").entitlements(3).create();
    let page = acme.page();
    assert!(!page.offers("Delete"), "{page}");
    page.assert_says("3 entitlements");
    assert!(page.has("main a[href*='entitlements']"), "the reason leads to what holds it: {page}");

    for refused in [app.get(acme.at("delete")), acme.delete()] {
        refused.expect(409).assert_says("3 entitlements");
    }
    acme.page().expect(200).assert_says("Forge 3");
}

#[apply(engines)]
fn an_ended_entitlement_holds_its_customer(app: TestApp) {
    let acme = app.company("Acme").entitlements(1).create();
    acme.entitlement("Forge 1").end().expect(303);
    assert!(!acme.page().offers("Delete"));
    acme.delete().expect(409).assert_says("1 entitlement");
}

#[apply(engines)]
fn a_customer_can_be_deleted_once_its_entitlement_is_gone(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.entitle(&[("product", "Anvil"), ("starts_on", FAR_OFF)]).expect(303);
    acme.delete().expect(409);
    acme.entitlement("Anvil").delete().expect(303);
    acme.page().press("Delete").confirm().expect(303);
    acme.page().expect(404);
}

#[apply(engines)]
fn only_the_change_of_status_that_changes_something_is_offered(app: TestApp) {
    for customer in [app.company("Acme").create(), app.individual("Ada", "Lovelace").create()] {
        let page = customer.page();
        assert!(page.offers("Disable") && !page.offers("Enable"), "{page}");
        page.assert_says("Enabled");
        customer.enable().expect(409).assert_says("already enabled");

        let page = page.press("Disable").follow().expect(200);
        assert!(page.offers("Enable") && !page.offers("Disable"), "{page}");
        page.assert_says("Disabled");
        customer.disable().expect(409).assert_says("already disabled");

        let page = page.press("Enable").follow().expect(200);
        assert!(page.offers("Disable"), "{page}");
    }
}

#[apply(engines)]
fn a_refused_task_shows_the_customer_and_says_why(app: TestApp) {
    let acme = app.company("Acme").disabled().create();
    let refused = acme.disable().expect(409);
    assert_eq!(refused.heading(), "Acme");
    assert!(refused.alert().contains("already disabled"), "{refused}");
    assert!(refused.offers("Enable"), "{refused}");
}

#[apply(engines)]
fn a_disabled_customer_gets_no_entitlement(app: TestApp) {
    let acme = app.company("Acme").create();
    assert!(acme.page().offers("New entitlement"));
    acme.disable().expect(303);
    let page = acme.page();
    assert!(!page.offers("New entitlement"), "{page}");
    page.assert_says("disabled");

    app.get(acme.at("entitlements/new")).expect(409).assert_says("disabled");
    acme.entitle(&[]).expect(409).assert_says("disabled");
    assert_eq!(app.sql().count("entitlements"), 0);

    acme.enable().expect(303);
    acme.entitle(&[]).expect(303);
}

/// The rule's refusal is what counts, not the fields: these could not be mended.
#[apply(engines)]
fn a_rule_comes_before_errors_of_fields(app: TestApp) {
    let acme = app.company("Acme").disabled().create();
    acme.entitle(&[("product", ""), ("quantity", "-1")]).expect(409);
    let ada = app.individual("Ada", "Lovelace").create();
    ada.add_contact("", "", "").expect(409);
}

#[apply(engines)]
fn an_individual_has_no_contacts_pane(app: TestApp) {
    let ada = app.individual("Ada", "Lovelace").with("email", "ada@lovelace.example").create();
    let page = ada.page();
    assert!(!page.has("#contacts"), "{page}");
    assert!(!page.offers("New contact"), "{page}");
    page.assert_says("ada@lovelace.example");

    app.get(ada.at("contacts/new")).expect(409).assert_says("individual");
    ada.add_contact("Jana", "Hoffmann", "jana@x.example").expect(409).assert_says("individual");
    assert_eq!(app.sql().count("contacts"), 1, "itself");
}

#[apply(engines)]
fn an_individuals_own_contact_is_out_of_reach(app: TestApp) {
    let ada = app.individual("Ada", "Lovelace").with("email", "ada@lovelace.example").create();
    let own = app.sql().number("SELECT id AS number FROM contacts WHERE own");
    for task in ["disable", "enable", "default", "delete"] {
        app.post(format!("/contacts/{own}/{task}"), &[]).expect(409);
    }
    app.get(format!("/contacts/{own}/edit")).expect(409);
    app.post(format!("/contacts/{own}"), &[("last_name", "Byron"), ("email", "b@x.example"), ("version", "1")]).expect(409);
    assert_eq!(ada.page().heading(), "Ada Lovelace");
    ada.page().assert_says("ada@lovelace.example");
}

#[apply(engines)]
fn new_and_edit_are_always_offered(app: TestApp) {
    let customers = [
        app.company("Acme").entitlements(1).create(),
        app.company("Baltic").disabled().create(),
        app.individual("Ada", "Lovelace").disabled().create(),
    ];
    for customer in customers {
        let page = customer.page();
        for label in ["New customer", "Edit"] {
            page.press(label).expect(200);
        }
    }
    assert!(app.get("/customers").offers("New customer"));
}

/// Every task of the application, by requests that a page for viewers does not offer.
fn every_task(acme: &Customer) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let (contact, entitlement) = (acme.contact("Jana"), acme.entitlement("Forge"));
    let names = vec![("first_name", "X"), ("last_name", "X"), ("email", "x@x.example"), ("version", "1")];
    let mut tasks = vec![
        ("/customers".to_owned(), vec![("type", "company"), ("name", "Forged")]),
        (acme.path(), vec![("name", "Forged"), ("version", "1")]),
        (acme.at("contacts"), names.clone()),
        (acme.at("entitlements"), vec![("product", "X"), ("quantity", "1"), ("starts_on", LONG_AGO)]),
        (format!("/contacts/{}", contact.id), names),
        ("/sample".to_owned(), vec![]),
        ("/sample/remove".to_owned(), vec![]),
    ];
    tasks.extend(["enable", "disable", "delete"].map(|task| (acme.at(task), vec![])));
    tasks.extend(["enable", "disable", "default", "delete"].map(|task| (contact.at(task), vec![])));
    tasks.extend(["end", "delete"].map(|task| (entitlement.at(task), vec![])));
    tasks
}

#[apply(engines)]
fn a_viewer_sees_all_and_changes_nothing(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").entitlements(1).create();
    let tasks = every_task(&acme);
    let forms = [acme.at("edit"), acme.at("delete"), acme.at("contacts/new"), acme.at("entitlements/new"), acme.contact("Jana").at("edit")];
    app.restart(&["--role", "viewer"]);

    let acme = app.customer(acme.id);
    let page = acme.page().expect(200);
    page.assert_says("Acme").assert_says("Jana Hoffmann").assert_says("Forge 1");
    for label in ["New customer", "Edit", "Disable", "Enable", "Delete", "New contact", "New entitlement"] {
        assert!(!page.offers(label), "offers {label}: {page}");
    }
    for row in page.contacts().iter().chain(&page.entitlements()) {
        for label in ["Edit", "Disable", "Enable", "Delete", "Set as default", "End now"] {
            assert!(!row.offers(label), "offers {label}: {row:?}");
        }
    }
    for form in &forms {
        app.get(form).expect(403);
    }
    app.get("/customers/new?type=company").expect(403);
    for (address, fields) in &tasks {
        app.post(address, fields).expect(403);
    }
    let after = acme.page();
    assert_eq!(after.texts("main"), page.texts("main"), "something changed");
    assert_eq!(app.sql().count("customers"), 1);
}

#[apply(engines)]
fn what_is_not_there_is_404(app: TestApp) {
    app.company("Acme").create();
    let here = ["/customers/999999", "/contacts/999999/edit", "/customers/999999/edit", "/customers/999999/delete"];
    for address in here {
        app.get(address).expect(404).assert_says("no such");
    }
    for address in ["/nowhere", "/customers/1/nowhere", "/customers/abc", "/static/nothing.css", "/entitlements/999999/delete"] {
        app.get(address).expect(404);
    }
    let posts = ["/customers/999999", "/customers/999999/disable", "/customers/999999/delete", "/customers/999999/contacts"];
    for address in posts.iter().chain(&["/contacts/999999", "/contacts/999999/default", "/entitlements/999999/end", "/nowhere"]) {
        app.post(address, &[("name", "X"), ("last_name", "X"), ("version", "1")]).expect(404);
    }
}

#[apply(engines)]
fn a_task_keeps_the_place_in_the_list(app: TestApp) {
    let acme = app.company("Acme").create();
    app.company("Acme Two").create();
    let listed = "q=acme&status=enabled";
    let page = app.get(format!("{}?{listed}", acme.path()));
    let answer = page.press("Disable");
    assert!(answer.location().starts_with(&format!("{}?{listed}", acme.path())), "{answer}");
    let after = answer.follow().expect(200);
    assert_eq!(after.rows(), ["Acme Two"], "it has left the filter");
    assert_eq!(after.heading(), "Acme", "and stays open");
    assert_eq!(after.field("q"), "acme");
}
