//! Who else has a form open: told quietly, gone soon, and nobody is held up by it.

use macro_rules_attribute::apply;

use crate::support::database::Database;
use crate::support::{Engine, Outside, Page, TestApp, engines};

/// What the script of an open form sends.
fn ping(app: &TestApp, form: &Page, more: &[(&str, &str)]) -> Page {
    let line = |name: &str| form.attributes("[data-opening]", name).concat();
    let (opening, record, id) = (line("data-opening"), line("data-record"), line("data-id"));
    app.post("/editing", &[&[("opening", opening.as_str()), ("record", &record), ("id", &id)], more].concat())
}

const YOU: &str = "You, in another window, have been editing this since";

#[apply(engines)]
fn the_second_one_is_told_and_the_first_one_then_too(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    for path in [acme.at("edit"), acme.contact("Jana").at("edit")] {
        let (first, second) = (app.get(&path), app.get(&path));
        assert_eq!(ping(&app, &first, &[]).expect(200).words(), "");
        assert_eq!(ping(&app, &first, &[]).expect(200).words(), "", "not of oneself");
        ping(&app, &second, &[]).expect(200).assert_says(YOU);
        ping(&app, &first, &[]).expect(200).assert_says(YOU);
        // Nobody is held up.
        first.submit(&[("phone", "1")]).expect(303);
        ping(&app, &first, &[("closed", "yes")]).expect(200);
        assert_eq!(ping(&app, &second, &[]).expect(200).words(), "");
        ping(&app, &second, &[("closed", "yes")]).expect(200);
    }
    assert_eq!(app.sql().count("editing"), 0);
    // Another record is another matter, a contact with the same id too.
    let forms = [acme.at("edit"), acme.contact("Jana").at("edit"), app.company("Bolt").create().at("edit")].map(|path| app.get(path));
    for form in &forms {
        assert_eq!(ping(&app, form, &[]).expect(200).words(), "");
    }
}

#[apply(engines)]
fn others_are_named_once(app: TestApp) {
    let acme = app.company("Acme").create();
    let mut sql = app.sql();
    for (token, id, name, since) in
        [("a", 7, "Jana <b>", "2026-11-26 08:00:00"), ("b", 7, "Jana <b>", "2026-11-26 09:00:00"), ("c", 8, "Rae", "2026-11-26 09:30:00")]
    {
        sql.run(&format!(
            "INSERT INTO editing (token, subject_kind, subject_id, actor_kind, actor_id, actor_name, since, until)
             VALUES ('{token}', 'customer', {}, 'user', {id}, '{name}', '{since}', '2999-01-01 00:00:00')",
            acme.id
        ))
        .expect("a row");
    }
    let told = ping(&app, &app.get(acme.at("edit")), &[]).expect(200);
    told.assert_says("Jana <b> has been editing this since").assert_says("Rae has been editing this since");
    assert_eq!(told.words().matches("Jana").count(), 1, "{told}");
    assert_eq!(told.attributes("time", "datetime"), ["2026-11-26T08:00:00Z", "2026-11-26T09:30:00Z"]);
    // Without a script the form itself says it.
    assert!(app.get(acme.at("edit")).text().contains("<noscript><span><bdi>Jana &#60;b&#62;</bdi> has been editing this since"));
    // A command line edits no form, and what a later program writes is nobody known.
    sql.run("UPDATE editing SET actor_kind = 'portal' WHERE token IN ('a', 'b')").expect("rows");
    let told = ping(&app, &app.get(acme.at("edit")), &[]).expect(200);
    assert!(!told.says("Jana") && told.says("Rae") && told.says(YOU), "{told}");
}

/// A row lives for about two minutes after the last word of its form, and twenty minutes' typing keeps it.
#[apply(engines)]
fn a_closed_tab_is_forgotten_and_an_open_one_is_not(app: TestApp) {
    let acme = app.company("Acme").create();
    let (first, second) = (app.get(acme.at("edit")), app.get(acme.at("edit")));
    ping(&app, &first, &[]).expect(200);
    let mut sql = app.sql();
    let soon = match &sql {
        Outside::Sqlite(_) => {
            "SELECT count(*) AS number FROM editing WHERE until BETWEEN datetime('now', '+60 seconds') AND datetime('now', '+120 seconds')"
        }
        Outside::Postgres(_) => {
            "SELECT count(*) AS number FROM editing WHERE until BETWEEN (now() AT TIME ZONE 'UTC') + INTERVAL '60 seconds' AND (now() AT TIME ZONE 'UTC') + INTERVAL '120 seconds'"
        }
    };
    assert_eq!(sql.number(soon), 1);
    // Twenty minutes later, having said so all the time.
    sql.run("UPDATE editing SET since = '2026-11-26 08:00:00'").expect("a row");
    for _ in 0..3 {
        ping(&app, &first, &[]).expect(200);
        assert_eq!(sql.number(soon), 1);
    }
    let told = ping(&app, &second, &[]).expect(200);
    assert_eq!(told.attributes("time", "datetime"), ["2026-11-26T08:00:00Z"], "since it was opened");
    // Killed: nothing is said any more.
    sql.run("UPDATE editing SET until = '2026-11-26 08:00:00' WHERE since = '2026-11-26 08:00:00'").expect("a row");
    assert_eq!(ping(&app, &second, &[]).expect(200).words(), "");
    // The next form that is opened clears up; a tab that slept is open again from now on.
    ping(&app, &app.get(acme.at("edit")), &[]).expect(200);
    assert_eq!(app.sql().count("editing"), 2);
    ping(&app, &first, &[]).expect(200).assert_says(YOU);
    assert_eq!(app.sql().count("editing"), 3);
}

#[apply(engines)]
fn drawing_a_form_writes_nothing(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    for path in [acme.at("edit"), acme.contact("Jana").at("edit")] {
        app.get(&path).expect(200);
        app.send("HEAD", &path, &[], &[]).expect(200);
        app.get_with(&path, &[("Sec-Purpose", "prefetch")]).expect(200);
    }
    assert_eq!(app.sql().count("editing"), 0);
    app.get("/editing").expect(405);
}

#[apply(engines)]
fn what_names_no_form_is_refused(app: TestApp) {
    let acme = app.company("Acme").create();
    let (token, id) = (app.get(acme.at("edit")).hidden("opening"), acme.id.to_string());
    let long = "x".repeat(5_000);
    for (opening, record, id, status) in [
        ("", "customer", id.as_str(), 400),
        ("'; --", "customer", &id, 400),
        (&long, "customer", &id, 400),
        (&token, "", &id, 400),
        (&token, "user", &id, 404),
        (&token, "entitlement", &id, 404),
        (&token, "customer", "", 400),
        (&token, "customer", "-1", 400),
        (&token, "customer", "99999999999999999999", 400),
        (&token, "customer", "99999", 404),
        (&token, "contact", &id, 404),
    ] {
        app.post("/editing", &[("opening", opening), ("record", record), ("id", id)]).expect(status);
    }
    app.post("/editing", &[]).expect(400);
    assert_eq!(app.sql().count("editing"), 0);
    let foreign = [("Sec-Fetch-Site", "cross-site")];
    app.post_with("/editing", &foreign, &[("opening", &token), ("record", "customer"), ("id", &id)]).expect(403);
}

#[test]
fn who_may_not_edit_is_not_editing() {
    let app = TestApp::start(Engine::Sqlite);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    let viewer = app.another(&["--role", "viewer"]);
    let line = |name: &str| form.attributes("[data-opening]", name).concat();
    let fields = [("opening", line("data-opening")), ("record", line("data-record")), ("id", line("data-id"))];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    viewer.client.post("/editing", &fields).expect(403);
    assert_eq!(app.sql().count("editing"), 0);
}

#[test]
fn a_restart_forgets_nobody() {
    let mut app = TestApp::with(Database::new(Engine::Sqlite), &[]);
    let path = app.company("Acme").create().at("edit");
    let (first, second) = (app.get(&path), app.get(&path));
    ping(&app, &first, &[]).expect(200);
    app.restart(&[]);
    ping(&app, &second, &[]).expect(200).assert_says(YOU);
}
