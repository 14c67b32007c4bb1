//! When two are the same, and when they nearly are: numbers, CRM IDs and e-mails on the pages, and the keys that are made of them.

use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::builders::created_id;
use crate::support::{Page, TestApp, at_once, encode, engines};

fn rows(app: &TestApp, sort: &str) -> Vec<String> {
    app.get(format!("/customers?{}", encode(&[("sort", sort)]))).expect(200).rows()
}

fn assert_sound(app: &TestApp) {
    let output = run(&["check", "--database", &app.database.url]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[apply(engines)]
fn accents_and_domains_tell_people_apart(app: TestApp) {
    let acme = app.company("Acme").contact("José", "Díaz", "josé@ov.example").create();
    // A question, with a link; the same once more is the answer, and another value is asked about again.
    let asked = acme.add_contact("Josephine", "Doe", "jose@ov.example").expect(422);
    asked
        .assert_says("E-mail is nearly the same as josé@ov.example, which belongs to José Díaz")
        .assert_says("If that is right, save again.");
    assert_eq!(asked.errors(), ["email"]);
    assert_eq!(acme.page().contacts().len(), 1, "nothing is saved");
    assert_eq!(asked.submit(&[("email", "josë@ov.example")]).expect(422).errors(), ["email"]);
    asked.submit(&[]).expect(303);
    acme.contact("Josephine").edit(&[("phone", "1")]).expect(303);
    let page = acme.page();
    page.assert_says("The e-mail of José Díaz is nearly the same as that of Josephine Doe.");
    let link = page.attributes(".why a", "href").pop().expect("a link");
    assert_eq!(link, format!("#contact-{}", acme.contact("Josephine").id));

    acme.add_contact("Info", "Desk", "info@müller.example").expect(303);
    acme.add_contact("Info", "Other", "info@muller.example").expect(422).submit(&[]).expect(303);
    for same in ["JOSÉ@ov.example", "jose\u{301}@OV.example", "ｊｏｓｅ@ov.example", "info@xn--mller-kva.example", "INFO@MÜLLER.example"]
    {
        let refused = acme.add_contact("Same", "Person", same).expect(422);
        assert_eq!(refused.errors(), ["email"], "{same}");
    }
    acme.contact("Josephine").edit(&[("email", "JOSE@ov.example")]).expect(303);
    assert_eq!(acme.contact("Info Desk").edit(&[("email", "info@muller.example")]).expect(422).errors(), ["email"]);
    assert_sound(&app);
}

#[apply(engines)]
fn accents_punctuation_and_zeros_tell_customers_apart(app: TestApp) {
    app.company("First").number("N-1é").crm_id("0042").create();
    for (name, number, crm_id) in [("Second", "N-1e", "42"), ("Third", "N1E", "00.42")] {
        let typed = [("type", "company"), ("name", name), ("number", number), ("crm_id", crm_id)];
        let asked = app.post("/customers", &typed).expect(422);
        let mut errors = asked.errors();
        errors.sort_unstable();
        assert_eq!(errors, ["crm_id", "number"]);
        let page = app.customer(created_id(&asked.submit(&[]))).page();
        page.assert_says("Nearly the same number as First (N-1é).").assert_says("Nearly the same CRM ID as First (0042).");
    }
    let same = |number: &str, crm_id: &str| {
        let typed = [("type", "company"), ("name", "Same"), ("number", number), ("crm_id", crm_id)];
        let mut errors = app.post("/customers", &typed).expect(422).errors();
        errors.sort_unstable();
        errors
    };
    assert_eq!(same("n-1É", "７"), ["number"]);
    assert_eq!(same("Ｎ-1e", "４２"), ["crm_id", "number"]);
    // Whole identifiers come first, and what is the same before what is nearly the same.
    for (text, wanted) in
        [("n-1e", ["Second", "First", "Third"]), ("00042", ["First", "Second", "Third"]), ("42", ["Second", "First", "Third"])]
    {
        assert_eq!(app.get(format!("/customers?{}", encode(&[("q", text)]))).rows(), wanted, "{text}");
    }
    assert_sound(&app);
}

/// However many others nearly have it.
#[apply(engines)]
fn who_has_an_identifier_comes_first(app: TestApp) {
    let numbers = ["A1", "A-1", "A.1", "A/1", "A,1", "A;1", "A:1", "A!1", "A|1", "(A1", "A1)", "A~1", "A^1"];
    for number in numbers {
        app.company(number).number(number).with("near", number).create();
    }
    for number in numbers {
        assert_eq!(app.get(format!("/customers?{}", encode(&[("q", number)]))).rows()[0], number);
    }
}

/// At one instant the database tells the same from the nearly same.
#[apply(engines)]
fn two_at_once_are_one_only_if_they_are_the_same(app: TestApp) {
    let acme = app.company("Acme").create();
    for round in 0..4 {
        let texts = [format!("rené{round}"), format!("rene{round}"), format!("RENÉ{round}")];
        let answers = at_once(texts.len(), |nth| {
            let mail = format!("{}@x.example", texts[nth]);
            // That they are nearly the same is meant.
            let number = [("type", "company"), ("name", "Acme"), ("number", texts[nth].as_str()), ("near", texts[nth].as_str())];
            let contact = [("first_name", "R"), ("last_name", "R"), ("email", mail.as_str()), ("near", mail.as_str())];
            (app.post(acme.at("contacts"), &contact).status, app.post("/customers", &number).status)
        });
        let mut statuses: Vec<_> = [0, 2].map(|nth| answers[nth].0).to_vec();
        statuses.sort_unstable();
        assert_eq!((statuses, answers[1].0), (vec![303, 422], 303), "contacts");
        let mut statuses: Vec<_> = [0, 2].map(|nth| answers[nth].1).to_vec();
        statuses.sort_unstable();
        assert_eq!((statuses, answers[1].1), (vec![303, 422], 303), "customers");
    }
}

#[apply(engines)]
fn signs_do_not_decide_the_order(app: TestApp) {
    let names = ["(Aalto) Oy", "„Bach“ GmbH", "C. Meyer", "D'Arc", "Dare", "㈱日本", "日本光電", "株式会社 日立"];
    for name in names.iter().rev() {
        app.company(name).create();
    }
    assert_eq!(rows(&app, "name"), names);
    assert_eq!(rows(&app, "last"), names);
    assert_sound(&app);
}

/// An earlier version made keys by the fold that finds: at the next start they are made again, whether all of them are old or whoever began to
/// was stopped half way.
#[apply(engines)]
fn keys_of_another_form_are_made_again_at_the_start(app: TestApp) {
    let mut app = app;
    let demo = crate::support::database::Database::empty(app.database.engine);
    let loaded = run(&["demo", "--database", &demo.url, "--customers", "1100"]);
    assert!(loaded.status.success(), "{loaded:?}");
    app = TestApp::with(demo, &[]);
    let acme = app.company("'Acme'").number("N-É").crm_id("K-É").contact("José", "Díaz", "josé@ov.example").create();
    acme.add_contact("Info", "Desk", "info@müller.example").expect(303);
    acme.add_contact("Info", "Other", "info@x.example").expect(303);
    let first = |page: Page| page.rows()[0].clone();
    let (by_name, by_last) = (first(app.get("/customers")), first(app.get("/customers?sort=last")));

    for state in ["0, customers = 0, contacts = 0", "-1, customers = 500, contacts = 0"] {
        app.process().stop();
        let mut sql = app.sql();
        let half = if state.starts_with('0') { "" } else { " AND id > 500" };
        for harm in [
            format!("UPDATE customers SET last_sort = ref_sort, sort_key = ref_sort, number_near = '', crm_near = NULL WHERE id > 0{half}"),
            "UPDATE customers SET number_key = 'n-e', crm_key = 'k-e' WHERE number = 'N-É'".to_owned(),
            "UPDATE contacts SET email_key = 'jose@ov.example' WHERE email = 'josé@ov.example'".to_owned(),
            // Two ways to write one domain, which were two.
            "UPDATE contacts SET email_key = 'info@muller.example' WHERE email = 'info@müller.example'".to_owned(),
            "UPDATE contacts SET email = 'info@xn--mller-kva.example', email_key = 'info@xn--mller-kva.example' WHERE last_name = 'Other'"
                .to_owned(),
            format!("UPDATE key_state SET form = {state}"),
        ] {
            sql.run(&harm).expect("harm");
        }
        app.start_again();
        let acme = app.customer(acme.id);
        assert_eq!((first(app.get("/customers")), first(app.get("/customers?sort=last"))), (by_name.clone(), by_last.clone()));
        assert_eq!(sql.number("SELECT count(*) AS number FROM deferred_indexes"), 0);
        acme.add_contact("Jo", "Doe", "JOSÉ@ov.example").expect(422);
        acme.add_contact("Info", "Desk", "info@Müller.example").expect(422);
        acme.add_contact("Jo", &format!("Doe {}", state.len()), &format!("jose{}@ov.example", state.len())).expect(303);
        assert_sound(&app);
    }
    let acme = app.customer(acme.id);
    // One of two that are one now stays as it is until somebody corrects it.
    assert!(acme.page().row("Info Other").says("info@xn--mller-kva.example"));
    assert!(acme.page().row("Info Desk").says("info@müller.example"));
    acme.contact("Info Desk").edit(&[("phone", "1")]).expect(422);
    acme.contact("Info Desk").edit(&[("email", "desk@müller.example")]).expect(303);
    assert_sound(&app);
}
