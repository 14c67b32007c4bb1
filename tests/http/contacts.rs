//! The contacts of a company: their life, what is offered when, and the default.

use macro_rules_attribute::apply;

use crate::support::{Customer, TestApp, engines};

fn acme(app: &TestApp) -> Customer {
    app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Tomás", "Nuñez", "tomas@acme.example").create()
}

#[apply(engines)]
fn a_contact_lives(app: TestApp) {
    let acme = app.company("Acme").create();
    let form = acme.page().press("New contact").expect(200);
    let typed = [
        ("first_name", "Rae"),
        ("middle_name", "Q."),
        ("last_name", "O'Brien"),
        ("email", "Rae@Acme.example"),
        ("language", "en"),
        ("phone", "+353 1 555"),
        ("ref_id", "P-9"),
    ];
    let page = form.submit(&typed).follow().expect(200);
    let rae = page.row("Rae Q. O'Brien");
    assert!(rae.says("Rae@Acme.example") && rae.says("+353 1 555") && rae.says("P-9") && rae.says("English"), "{rae:?}");
    assert!(rae.says("default"), "the first one is the default: {rae:?}");

    let edit = rae.press("Edit").expect(200);
    for (name, value) in typed {
        assert_eq!(edit.field(name), value, "{name}");
    }
    let page = edit.submit(&[("last_name", "O'Neill"), ("email", "rae@new.example")]).follow().expect(200);
    let rae = page.row("Rae Q. O'Neill");
    assert!(rae.says("rae@new.example"), "{rae:?}");

    let page = rae.press("Disable").follow();
    let rae = page.row("O'Neill");
    assert!(rae.says("Disabled"), "{rae:?}");
    let page = rae.press("Enable").follow();
    let question = page.row("O'Neill").press("Delete").expect(200);
    question.assert_says("Rae Q. O'Neill");
    let page = question.confirm().follow().expect(200);
    assert!(page.contacts().is_empty(), "{page}");
    assert_eq!(app.sql().count("contacts"), 0);
}

#[apply(engines)]
fn last_name_and_mail_are_required(app: TestApp) {
    let acme = app.company("Acme").create();
    let form = acme.page().press("New contact");
    let refused = form.submit(&[("first_name", "Rae"), ("phone", "123")]).expect(422);
    assert_eq!(refused.errors(), ["last_name", "email"]);
    assert!(refused.has(".summary a[href='#last_name']"), "{refused}");
    assert_eq!((refused.field("first_name"), refused.field("phone")), ("Rae".into(), "123".into()));
    for wrong in ["x", "a b@x.example", "x@"] {
        let refused = form.submit(&[("last_name", "X"), ("email", wrong)]).expect(422);
        assert_eq!(refused.errors(), ["email"]);
        assert_eq!(refused.field("email"), wrong);
    }
    refused.submit(&[("last_name", "X"), ("email", "x@x.example")]).expect(303);
}

#[apply(engines)]
fn lengths_are_bounded(app: TestApp) {
    let acme = app.company("Acme").create();
    for (field, limit) in [("first_name", 100), ("middle_name", 100), ("last_name", 100), ("phone", 150), ("ref_id", 255)] {
        let form = app.get(acme.at("contacts/new"));
        let mail = format!("{field}@x.example");
        let (fits, too_long) = ("e\u{301}".repeat(limit), "x".repeat(limit + 1));
        let typed = |value| if field == "last_name" { vec![("last_name", value)] } else { vec![("last_name", "X"), (field, value)] };
        let refused = form.submit(&[&[("email", mail.as_str())][..], &typed(&too_long)].concat()).expect(422);
        assert_eq!(refused.errors(), [field]);
        assert_eq!(refused.field(field), too_long);
        form.submit(&[&[("email", mail.as_str())][..], &typed(&fits)].concat()).expect(303);
    }
}

#[apply(engines)]
fn a_mailbox_serves_once_within_a_customer_and_again_elsewhere(app: TestApp) {
    let acme = acme(&app);
    let refused = acme.add_contact("Other", "Person", "JANA@Acme.Example").expect(422);
    assert_eq!(refused.errors(), ["email"]);
    assert!(refused.error_of("email").unwrap().contains("Jana Hoffmann"), "says whose it is: {refused}");
    let refused = acme.contact("Tomás").edit(&[("email", "jana@acme.example")]).expect(422);
    assert_eq!(refused.errors(), ["email"]);
    acme.contact("Jana").edit(&[("email", "Jana@acme.example")]).expect(303);
    app.company("Subsidiary").contact("Jana", "Hoffmann", "jana@acme.example").create();
}

#[apply(engines)]
fn a_taken_mailbox_is_told_with_all_else_that_is_wrong(app: TestApp) {
    let acme = acme(&app);
    let jana = acme.contact("Jana");
    let refused = acme.add_contact("Other", "", "JANA@Acme.Example").expect(422);
    assert_eq!(refused.errors(), ["last_name", "email"]);
    // Who has it is a link, which leaves the form where it is.
    assert_eq!(refused.attributes("#email-error a", "href"), [jana.at("edit")]);
    assert_eq!(refused.attributes("#email-error a", "target"), ["_blank"]);
    assert_eq!(app.get(jana.at("edit")).expect(200).field("last_name"), "Hoffmann");
    let refused = acme.contact("Tomás").edit(&[("last_name", ""), ("email", "jana@acme.example")]).expect(422);
    assert_eq!(refused.errors(), ["last_name", "email"]);
    // What is wrong by itself is not looked for.
    assert_eq!(acme.add_contact("Other", "", "jana@acme").expect(422).errors(), ["last_name", "email"]);
    assert_eq!(jana.edit(&[("last_name", "")]).expect(422).errors(), ["last_name"], "it is its own");
}

#[apply(engines)]
fn an_address_copied_from_a_mail_program_is_understood(app: TestApp) {
    let acme = app.company("Acme").create();
    for (at, copied) in ["Jana K. <{}>", "<{}>", "mailto:{}?subject=Hi", "{};", "\"King, Jana\" <{}>,"].into_iter().enumerate() {
        let email = format!("jana{at}@x.example");
        let page = acme.add_contact("Typed", &format!("Person{at}"), &copied.replace("{}", &email)).follow().expect(200);
        let row = page.row(&format!("Typed Person{at}"));
        assert!(row.says(&email) && !row.says(copied), "{row:?}");
        assert_eq!(app.get(acme.contact(&format!("Person{at}")).at("edit")).field("email"), email);
    }
    // Where no name was typed, the one that was copied is taken; a name that was typed stays.
    let page = acme.add_contact("", "", "Jana Maria Komhoff <komhoff@x.example>").follow().expect(200);
    page.assert_says("Added Jana Maria Komhoff.");
    let refused = acme.add_contact("J.", "", "Jana Komhoff <other@x.example>").expect(422);
    assert_eq!(
        (refused.errors(), refused.field("first_name"), refused.field("email")),
        (vec!["last_name".to_owned()], "J.".to_owned(), "other@x.example".to_owned())
    );
    assert_eq!(acme.add_contact("A", "B", "a@x.example, b@x.example").expect(422).errors(), ["email"], "two are not one");
    // One mailbox is one, however it was copied.
    assert_eq!(acme.add_contact("A", "B", "Somebody <JANA0@x.example>").expect(422).errors(), ["email"]);
}

#[apply(engines)]
fn only_the_change_of_status_that_changes_something_is_offered(app: TestApp) {
    let acme = acme(&app);
    let tomas = acme.contact("Tomás");
    let row = acme.page().row("Tomás");
    assert!(row.offers("Disable") && !row.offers("Enable"), "{row:?}");
    tomas.enable().expect(409).assert_says("already enabled");
    tomas.disable().expect(303);
    let row = acme.page().row("Tomás");
    assert!(row.offers("Enable") && !row.offers("Disable") && row.offers("Edit"), "{row:?}");
    tomas.disable().expect(409).assert_says("already disabled");
    tomas.enable().expect(303);
}

#[apply(engines)]
fn contacts_of_a_disabled_company_can_still_be_kept_up(app: TestApp) {
    let acme = acme(&app);
    acme.disable().expect(303);
    let page = acme.page();
    assert!(page.offers("New contact"), "{page}");
    page.row("Jana").press("Edit").expect(200).submit(&[("phone", "1")]).expect(303);
    acme.add_contact("New", "Person", "n@acme.example").expect(303);
}

#[apply(engines)]
fn set_as_default_is_for_enabled_contacts_that_are_not_it(app: TestApp) {
    let acme = acme(&app);
    let page = acme.page();
    assert!(!page.row("Jana").offers("Set as default") && page.row("Tomás").offers("Set as default"), "{page}");
    acme.contact("Jana").set_as_default().expect(409).assert_says("already the default");

    let page = page.row("Tomás").press("Set as default").follow().expect(200);
    assert!(page.row("Jana").offers("Set as default") && !page.row("Tomás").offers("Set as default"), "{page}");
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM contacts WHERE is_default"), 1);

    acme.contact("Jana").disable().expect(303);
    assert!(!acme.page().row("Jana").offers("Set as default"));
    acme.contact("Jana").set_as_default().expect(409).assert_says("disabled");
}

#[apply(engines)]
fn a_disabled_default_stays_default(app: TestApp) {
    let acme = acme(&app);
    acme.contact("Jana").disable().expect(303);
    let jana = acme.page().row("Jana");
    assert!(jana.says("default") && jana.says("Disabled"), "{jana:?}");
    acme.page().row("Tomás").press("Set as default").expect(303);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM contacts WHERE is_default"), 1);
}

#[apply(engines)]
fn the_oldest_enabled_contact_follows_a_deleted_default(app: TestApp) {
    let acme = app.company("Acme").contact("A", "First", "1@x.example").contact("B", "Second", "2@x.example").create();
    acme.add_contact("C", "Third", "3@x.example").expect(303);
    acme.contact("Second").disable().expect(303);

    let told = acme.page().row("First").press("Delete").confirm().follow().expect(200);
    told.assert_says("C Third").assert_says("default");
    assert!(told.row("Third").says("default"), "{told}");

    acme.contact("Third").delete().expect(303);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM contacts WHERE is_default"), 0, "the one left is disabled");
    let told = acme.page().row("Second").press("Enable").follow().expect(200);
    told.assert_says("Enabled B Second as the default contact.");
    assert!(told.row("Second").says("default"), "{told}");
    acme.contact("Second").disable().expect(303);
    acme.page().row("Second").press("Enable").follow().expect(200).assert_says("Enabled B Second.");
}

/// Random runs of all tasks of contacts: there is at most one default, and one where there is an enabled contact.
#[apply(engines)]
fn a_company_with_an_enabled_contact_has_a_default(app: TestApp) {
    let mut sql = app.sql();
    let mut rng = fastrand::Rng::with_seed(20_261_126);
    let tasks = ["create", "create", "delete", "delete", "enable", "enable", "disable", "disable", "default"];
    for run in 0..15 {
        let acme = app.company(&format!("Acme {run}")).create();
        let mut done = Vec::new();
        for step in 0..25 {
            let ids = sql.texts(&format!("SELECT CAST(id AS TEXT) AS text FROM contacts WHERE customer_id = {} ORDER BY id", acme.id));
            let ids: Vec<String> = ids.into_iter().flatten().collect();
            let task = *rng.choice(&tasks).unwrap();
            done.push(if let Some(id) = rng.choice(&ids).filter(|_| task != "create") {
                app.post(format!("/contacts/{id}/{task}"), &[]);
                format!("{task} {id}")
            } else {
                acme.add_contact("P", "Person", &format!("p{step}@x.example")).expect(303);
                "create".to_owned()
            });
            let mut count =
                |which: &str| sql.number(&format!("SELECT count(*) AS number FROM contacts WHERE customer_id = {} AND {which}", acme.id));
            let (enabled, defaults) = (count("enabled"), count("is_default"));
            assert!(defaults <= 1 && (enabled == 0 || defaults == 1), "{enabled} enabled, {defaults} defaults after {done:?}");
        }
    }
}

#[apply(engines)]
fn a_contact_that_entitlements_name_cannot_be_deleted(app: TestApp) {
    let acme = acme(&app);
    let jana = acme.contact("Jana");
    let contact = jana.id.to_string();
    for product in ["Forge", "Anvil"] {
        acme.entitle(&[("product", product), ("contact", &contact)]).expect(303);
    }
    let page = acme.page();
    let row = page.row("jana@acme.example");
    assert!(!row.offers("Delete"), "{row:?}");
    assert!(row.says("2 entitlements"), "{row:?}");
    for refused in [app.get(jana.at("delete")), jana.delete()] {
        refused.expect(409).assert_says("2 entitlements");
    }
    acme.entitlement("Forge").end().expect(303);
    jana.delete().expect(409);
    assert!(acme.page().row("tomas@acme.example").offers("Delete"));
}

#[apply(engines)]
fn a_stale_edit_shows_both_versions(app: TestApp) {
    let acme = acme(&app);
    let jana = acme.contact("Jana");
    let (mine, yours) = (app.get(jana.at("edit")), app.get(jana.at("edit")));
    yours.submit(&[("phone", "111")]).expect(303);
    let conflict = mine.submit(&[("phone", "999"), ("ref_id", "mine")]).expect(409);
    conflict.assert_says("111");
    assert_eq!((conflict.field("phone"), conflict.field("ref_id")), ("999".into(), "mine".into()));
    conflict.submit(&[]).expect(303);
    assert!(acme.page().row("Jana").says("999"));

    let (mine, yours) = (app.get(jana.at("edit")), app.get(jana.at("edit")));
    yours.submit(&[("phone", "5")]).expect(303);
    mine.submit(&[("phone", "5")]).expect(303);
}

#[apply(engines)]
fn a_contact_keeps_the_place_in_the_list(app: TestApp) {
    let acme = acme(&app);
    let page = app.get(format!("{}?q=acme&sort=newest", acme.path()));
    let answer = page.row("Tomás").press("Set as default");
    assert!(answer.location().starts_with(&format!("{}?q=acme&sort=newest", acme.path())), "{answer}");
    let answer = page.press("New contact").submit(&[("last_name", "X"), ("email", "x@x.example")]);
    assert!(answer.location().contains("q=acme"), "{answer}");
}

#[apply(engines)]
fn many_contacts_are_all_within_reach(app: TestApp) {
    let acme = app.company("Acme").create();
    for number in 0..60 {
        acme.add_contact("P", &format!("Number{number:03}"), &format!("p{number}@x.example")).expect(303);
    }
    let page = acme.page();
    page.assert_says("60");
    assert!(page.find_row("Number000").is_some(), "{page}");
}
