//! What a contact sees in the portal, what it may change of itself there, and how it gets in again without the password.

use macro_rules_attribute::apply;

use crate::support::users::PASSWORD;
use crate::support::{Client, Page, TestApp, engines};

const NEW: &str = "another phrase of mine";

fn products(page: &Page) -> Vec<String> {
    page.texts(".portal-rows tbody th")
}

/// A company whose default contact is Jana; entitlements name Jana and Bo.
fn acme(app: &TestApp) -> crate::support::Customer {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Bo", "Berg", "bo@acme.example").create();
    for (product, name) in [("Forge", "Jana"), ("Anvil", "Bo")] {
        acme.entitle(&[("product", product), ("contact", &acme.contact(name).id.to_string())]).expect(303);
    }
    acme
}

/// Whether the contact's row of the contacts pane says something.
fn row_says(customer: &crate::support::Customer, name: &str, text: &str) -> bool {
    customer.page().contacts().into_iter().find(|row| row.says(name)).is_some_and(|row| row.says(text))
}

fn is_in(client: &Client) -> bool {
    client.get("/portal").status == 200
}

/// The reach is a field of the contact; the default sees all whatever it says, and keeps what it says for later.
#[apply(engines)]
fn a_contact_sees_its_own_or_all(app: TestApp) {
    let acme = acme(&app);
    let bo = acme.contact("Bo");
    let client = app.contact_in_portal("bo@acme.example");
    assert_eq!(products(&client.get("/portal")), ["Anvil"]);
    assert!(!row_says(&acme, "Bo Berg", "Sees all entitlements"));
    bo.edit(&[("reach", "all")]).expect(303);
    assert_eq!(products(&client.get("/portal")), ["Anvil", "Forge"]);
    assert!(row_says(&acme, "Bo Berg", "Sees all entitlements"));
    app.get(acme.at("history")).expect(200).assert_says("reach in the portal");
    bo.edit(&[("reach", "everything")]).expect(422).assert_says("Choose what the contact sees");

    let jana = acme.contact("Jana");
    let form = app.get(jana.at("edit"));
    form.assert_says("The default contact sees all entitlements");
    form.submit(&[("phone", "1")]).expect(303);
    bo.set_as_default().expect(303);
    bo.edit(&[("phone", "2")]).expect(303);
    jana.set_as_default().expect(303);
    assert_eq!(app.get(bo.at("edit")).field("reach"), "all", "kept while it was the default");
}

/// A deleted contact comes back as it was; what let it in stays dead.
#[apply(engines)]
fn an_undo_brings_the_reach_and_the_password_back(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Bo", "Berg", "bo@acme.example").create();
    let bo = acme.contact("Bo");
    bo.edit(&[("reach", "all")]).expect(303);
    let client = app.contact_in_portal("bo@acme.example");
    let link = app.invite(bo.id);
    bo.delete().expect(303);
    assert!(!is_in(&client));
    let event = app.sql().number("SELECT max(id) AS number FROM events WHERE task = 'delete'");
    app.get(format!("/events/{event}/undo")).expect(200).confirm().expect(303);
    assert_eq!(app.get(bo.at("edit")).field("reach"), "all");
    assert!(!is_in(&client));
    app.get(link).expect(404);
    app.portal("bo@acme.example").get("/portal").expect(200);

    // Records of before there was a reach.
    bo.delete().expect(303);
    app.sql().run(r#"UPDATE events SET record = replace(record, '"reach"', '"unreach"') WHERE record IS NOT NULL"#).unwrap();
    let event = app.sql().number("SELECT max(id) AS number FROM events WHERE task = 'delete'");
    app.get(format!("/events/{event}/undo")).expect(200).confirm().expect(303);
    assert_eq!(app.get(bo.at("edit")).field("reach"), "own");
}

#[apply(engines)]
fn a_contact_changes_its_language_and_phone(app: TestApp) {
    let acme = acme(&app);
    let client = app.contact_in_portal("jana@acme.example");
    let form = client.get("/portal/details").expect(200);
    form.assert_says("Jana Hoffmann").assert_says("jana@acme.example");
    let saved = form.submit(&[("language", "de"), ("phone", "+49 30 1234567")]).expect(303).follow();
    saved.assert_says("Gespeichert.");
    assert_eq!(saved.attributes("html", "lang"), ["de"]);
    assert!(row_says(&acme, "Jana Hoffmann", "+49 30 1234567"));
    app.get("/customers?q=301234567").assert_says("Acme");
    app.get(acme.at("history")).assert_says("Jana Hoffmann (portal)").assert_says("phone");
    for wrong in [("phone", "1".repeat(151)), ("language", "klingon".to_owned())] {
        client.post("/portal/details", &[(wrong.0, &wrong.1)]).expect(422);
    }
    let before = app.sql().count("events");
    client.get("/portal/details").submit(&[]).expect(303);
    assert_eq!(app.sql().count("events"), before, "nothing was changed");
    // Nothing but these two.
    let forged = [("language", "de"), ("phone", "1"), ("email", "evil@x.example"), ("last_name", "Evil"), ("reach", "all"), ("id", "2")];
    client.post("/portal/details", &forged).expect(303);
    assert_eq!(app.get(acme.contact("Jana").at("edit")).field("email"), "jana@acme.example");

    let dora = app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
    let client = app.contact_in_portal("dora@x.example");
    client.get("/portal/details").submit(&[("language", "de"), ("phone", "030 99")]).expect(303);
    dora.page().assert_says("030 99").assert_says("German");
    client.get("/portal/details").expect(200).assert_says("Ihre Angaben");
    dora.edit(&[("fax", "7")]).expect(303);
    assert_eq!(client.get("/portal/details").field("phone"), "030 99");
}

/// Whoever knows the present password sets another: all sessions end, and a new one begins here.
#[apply(engines)]
fn a_contact_changes_its_password(app: TestApp) {
    acme(&app);
    let client = app.contact_in_portal("jana@acme.example");
    let other = app.portal("jana@acme.example");
    let change = |present: &str, new: &str, again: &str| {
        client.get("/portal/password").expect(200).submit(&[("present", present), ("password", new), ("again", again)])
    };
    for (present, new, again) in [("wrong", NEW, NEW), (PASSWORD, "short", "short"), (PASSWORD, NEW, "different from it"), ("", "", "")] {
        change(present, new, again).expect(422);
    }
    assert!(is_in(&client) && is_in(&other));
    let done = change(PASSWORD, NEW, NEW).expect(303);
    assert!(!is_in(&client) && !is_in(&other));
    let client = app.with_cookie(done.cookie().expect("a session"));
    assert!(is_in(&client));
    app.try_portal("jana@acme.example", PASSWORD).expect(422);
    app.try_portal("jana@acme.example", NEW).expect(303);
    let events = app.sql().texts("SELECT changes AS text FROM events").into_iter().flatten().collect::<String>();
    assert!(events.contains("portal_password") && !events.contains(NEW), "{events}");
    for _ in 0..6 {
        client.post("/portal/password", &[("present", "wrong"), ("password", NEW), ("again", NEW)]).expect(422);
    }
    client.post("/portal/password", &[("present", NEW), ("password", PASSWORD), ("again", PASSWORD)]).expect(422).assert_says("Too many");
}
