//! Records over time: forms sent twice, forms of what is gone, keys used again.

use macro_rules_attribute::apply;

use crate::support::builders::created_id;
use crate::support::{TestApp, at_once, engines};

/// A double click, an impatient second press, Back and Save again make one record.
#[apply(engines)]
fn a_form_sent_twice_makes_one_customer(app: TestApp) {
    let form = app.get("/customers/new?type=company");
    let typed = [("name", "Acme"), ("contact_last_name", "Hoffmann"), ("contact_email", "j@x.example")];
    let answers = at_once(10, |_| form.submit(&typed));
    let ids: Vec<_> = answers.iter().map(created_id).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let again = form.submit(&typed);
    assert_eq!(created_id(&again), ids[0], "again after Back");
    again.follow().expect(200).assert_says("Acme");
    assert_eq!((app.sql().count("customers"), app.sql().count("contacts")), (1, 1));

    app.get("/customers/new?type=company").submit(&typed).expect(303);
    assert_eq!(app.sql().count("customers"), 2, "a new form makes a new one");
}

#[apply(engines)]
fn a_form_sent_twice_makes_one_contact_and_one_entitlement(app: TestApp) {
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("contacts/new"));
    let answers = at_once(5, |_| form.submit(&[("last_name", "Hoffmann"), ("email", "j@x.example")]).status);
    assert_eq!(answers, [303; 5], "no e-mail is taken by the form itself");
    let form = app.get(acme.at("entitlements/new"));
    let answers = at_once(5, |_| form.submit(&[("product", "Forge"), ("quantity", "1"), ("starts_on", "2026-01-01")]).status);
    assert_eq!(answers, [303; 5]);
    assert_eq!((app.sql().count("contacts"), app.sql().count("entitlements")), (1, 1));
}

#[apply(engines)]
fn a_form_that_was_refused_can_be_sent_again(app: TestApp) {
    let form = app.get("/customers/new?type=company");
    let refused = form.submit(&[("name", "")]).expect(422);
    refused.submit(&[("name", "Acme")]).expect(303);
    // The first form, too, after Back.
    assert_eq!(created_id(&form.submit(&[("name", "Acme")])), created_id(&refused.submit(&[("name", "Acme")])));
}

#[apply(engines)]
fn a_saved_edit_sent_again_is_no_conflict(app: TestApp) {
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    for _ in 0..3 {
        form.submit(&[("phone", "111")]).expect(303);
    }
    acme.page().assert_says("111");
}

/// A request without a token is taken as it is; a made-up one is only a token.
#[apply(engines)]
fn any_token_will_do(app: TestApp) {
    let long = "x".repeat(5000);
    for token in ["", "x", "'; --", "\0", "ü", &long] {
        let answer = app.post("/customers", &[("type", "company"), ("name", "Acme"), ("token", token)]);
        assert!(answer.status == 303 || (400..500).contains(&answer.status), "{answer}");
    }
    let before = app.sql().count("customers");
    for _ in 0..2 {
        app.post("/customers", &[("type", "company"), ("name", "Acme")]).expect(303);
    }
    assert_eq!(app.sql().count("customers"), before + 2);
}

/// A token of one form is no pass for another.
#[apply(engines)]
fn a_token_answers_for_its_own_form_only(app: TestApp) {
    let acme = app.company("Acme").create();
    let other = app.company("Other").create();
    let token = app.get(acme.at("contacts/new")).hidden("token");
    let contact = [("last_name", "X"), ("email", "x@x.example"), ("token", token.as_str())];
    app.post(acme.at("contacts"), &contact).expect(303);
    let elsewhere = app.post(other.at("contacts"), &contact);
    if elsewhere.status == 303 && created_id(&elsewhere) == other.id {
        assert_eq!(other.page().contacts().len(), 1, "says it was done: {elsewhere}");
    }
}

/// The record of an open form is gone.
#[apply(engines)]
fn a_form_of_what_is_gone_keeps_what_was_typed(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").create();
    let contact_form = app.get(acme.contact("Jana").at("edit"));
    let customer_form = app.get(acme.at("edit"));
    let new_contact = app.get(acme.at("contacts/new"));
    let new_entitlement = app.get(acme.at("entitlements/new"));

    acme.contact("Jana").delete().expect(303);
    let gone = contact_form.submit(&[("phone", "typed in vain")]);
    assert!([404, 409, 410].contains(&gone.status), "{gone}");
    gone.assert_says("typed in vain").assert_says("deleted");

    acme.delete().expect(303);
    let gone = customer_form.submit(&[("description", "a long text")]);
    assert!([404, 409, 410].contains(&gone.status), "{gone}");
    gone.assert_says("a long text").assert_says("deleted");
    for (form, typed) in [
        (new_contact, [("last_name", "typed in vain"), ("email", "x@x.example")]),
        (new_entitlement, [("product", "typed in vain"), ("quantity", "1")]),
    ] {
        let gone = form.submit(&typed);
        assert!([404, 409, 410, 422].contains(&gone.status), "{gone}");
        gone.assert_says("typed in vain");
    }
    assert_eq!(app.sql().count("customers"), 0);
}

/// What a deleted record held is free again.
#[apply(engines)]
fn keys_of_a_deleted_customer_are_free(app: TestApp) {
    for _ in 0..2 {
        let acme = app.company("Acme").number("N-9").crm_id("C-9").contact("A", "X", "a@x.example").create();
        acme.delete().expect(303);
    }
    let acme = app.company("Acme").contact("A", "X", "a@x.example").create();
    acme.contact("a@x.example").delete().expect(303);
    acme.add_contact("B", "Y", "a@x.example").expect(303);
}

#[apply(engines)]
fn an_id_is_never_given_twice(app: TestApp) {
    let first = app.company("Acme").contact("A", "X", "a@x.example").create();
    let contact = first.contact("A X").id;
    first.delete().expect(303);
    let second = app.company("Acme").contact("A", "X", "a@x.example").create();
    assert!(second.id > first.id && second.contact("A X").id > contact);
    first.page().expect(404);

    second.entitle(&[("product", "Forge"), ("starts_on", "2999-01-01")]).expect(303);
    let entitlement = second.entitlement("Forge");
    entitlement.delete().expect(303);
    second.entitle(&[("product", "Forge"), ("starts_on", "2999-01-01")]).expect(303);
    assert!(second.entitlement("Forge").id > entitlement.id);
}

/// Overrides of direction are refused or shown, and names are isolated.
#[apply(engines)]
fn a_direction_override_does_not_turn_its_surroundings(app: TestApp) {
    let form = app.get("/customers/new?type=company");
    for name in ["\u{202e}GmbH", "\u{2069}\u{202e}Acme", "Acme\u{202a}", "a\u{2066}b\u{2067}c"] {
        let answer = form.submit(&[("name", name)]);
        if answer.status == 303 {
            let html = answer.follow().text();
            assert!(
                !html.contains(['\u{202a}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}']),
                "{name:?}: {html}"
            );
        } else {
            assert_eq!(answer.expect(422).errors(), ["name"]);
        }
    }
    let acme = app.company("شركة Acme 12").ref_id("R-1").create();
    let page = acme.page().expect(200);
    assert!(page.texts("bdi").contains(&"شركة Acme 12".to_owned()), "{page}");
    assert_eq!(page.rows(), ["شركة Acme 12"]);
}

#[apply(engines)]
fn white_space_is_trimmed_and_normal_form_is_kept(app: TestApp) {
    let acme = app.company("  Cafe\u{301} \u{a0}").with("description", "\r\n one\r\n\r\ntwo \r\n").create();
    let edit = app.get(acme.at("edit"));
    assert_eq!(edit.field("name"), "Café");
    assert!(edit.field("description").ends_with("two"));
    assert!(edit.field("description").contains("one"));
}

/// Saving without typing anything changes nothing.
#[apply(engines)]
fn saving_unchanged_changes_nothing(app: TestApp) {
    let first = app.company("Acme").create();
    let second = app.company("Baltic").with("billing_country", "DE").with("description", "a\r\nb").create();
    for _ in 0..3 {
        first.edit(&[]).expect(303);
    }
    assert_eq!(app.get("/customers?sort=changed").row_ids(), [second.id, first.id], "not even when it was last changed");
    second.edit(&[]).expect(303);
    assert_eq!(app.get(second.at("edit")).field("description").replace("\r\n", "\n"), "a\nb");
}
