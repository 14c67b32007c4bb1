//! `access:never`: customers for which somebody could sign in to the portal, and was never invited.

use macro_rules_attribute::apply;

use crate::support::{Customer, TestApp, engines};

/// The names of what a search finds: on the page, which has to say the same as its count and the export.
#[track_caller]
fn found(app: &TestApp, search: &str) -> Vec<String> {
    let query = search.replace(' ', "+");
    let page = app.get(format!("/customers?q={query}")).expect(200);
    let names = page.row_texts();
    let file = app.get(format!("/customers.csv?q={query}")).expect(200).text();
    assert_eq!(file.lines().count() - 1, names.len(), "{search}: {file}");
    let count = page.texts("#count").concat();
    assert!(names.is_empty() || count.starts_with(&format!("{} ", names.len())), "{count} for {names:?}");
    names
}

#[track_caller]
fn assert_found(app: &TestApp, search: &str, expected: &[&str]) {
    let names = found(app, search);
    assert_eq!(names.len(), expected.len(), "{search}: {names:?}");
    for name in expected {
        assert!(names.iter().any(|row| row.contains(name)), "{search}: no {name} in {names:?}");
    }
}

fn invite(customer: &Customer, contact: &str) {
    customer.page().contacts().into_iter().find(|row| row.says(contact)).expect("the contact").press("Invite to the portal").expect(200);
}

#[apply(engines)]
fn each_step_shows_in_the_search(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").contact("Kai", "Adler", "kai@x.example").create();
    let bolt = app.company("Bolt").contact("Jana", "Hoffmann", "JANA@x.example").create();
    app.company("Empty").create();
    let dora = app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
    app.individual("Ned", "Nomail").create();
    app.company("Off").contact("Ole", "Off", "ole@x.example").disabled().create();
    assert_found(&app, "access:never", &["Acme", "Bolt", "Robotnik"]);
    assert_found(&app, "access:never type:company", &["Acme", "Bolt"]);
    assert_found(&app, "access:never acme", &["Acme"]);
    assert_found(&app, "-access:never", &["Empty", "Nomail", "Off"]);
    assert_found(&app, "access:never OR empty", &["Acme", "Bolt", "Robotnik", "Empty"]);

    // One mailbox, two customers.
    invite(&acme, "Jana");
    assert_found(&app, "access:never", &["Acme", "Robotnik"]);
    let kai = acme.contact("Kai");
    kai.disable().expect(303);
    assert_found(&app, "access:never", &["Robotnik"]);
    kai.enable().expect(303);
    assert_found(&app, "access:never", &["Acme", "Robotnik"]);
    dora.page().press("Invite to the portal").expect(200);
    invite(&acme, "Kai");
    assert_found(&app, "access:never", &[]);

    bolt.add_contact("New", "Person", "new@x.example").expect(303);
    assert_found(&app, "access:never", &["Bolt"]);
    bolt.disable().expect(303);
    assert_found(&app, "access:never", &[]);
    bolt.enable().expect(303);
    bolt.contact("New").edit(&[("email", "kai@x.example")]).expect(303);
    assert_found(&app, "access:never", &[]);
}

#[apply(engines)]
fn an_identity_that_moves_takes_the_invitation_along(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").create();
    let bolt = app.company("Bolt").contact("J.", "Hoffmann", "new@x.example").create();
    invite(&acme, "Jana");
    assert_found(&app, "access:never", &["Bolt"]);
    acme.contact("Jana").edit(&[("email", "new@x.example")]).expect(303);
    assert_found(&app, "access:never", &[]);
    bolt.page().assert_says("Invited ");
}
