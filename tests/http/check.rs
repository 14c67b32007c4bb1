//! The index follows every change, never stands in the way of one, and `check` proves it or fixes it.

use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::{Engine, TestApp, engines, eventually};

/// What the command says, and whether all was well.
fn check(app: &TestApp, arguments: &[&str]) -> (String, bool) {
    let output = run(&[&["check", "--database", &app.database.url], arguments].concat());
    let words = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (words, output.status.success())
}

fn assert_sound(app: &TestApp) {
    let (words, sound) = check(app, &[]);
    assert!(sound && words.contains("No faults found."), "{words}");
}

#[apply(engines)]
fn old_words_find_nothing_and_new_ones_do(app: TestApp) {
    let mut app = app;
    assert_sound(&app);
    let acme = app.company("Acme Robotics").contact("Jana", "Hoffmann", "jana@acme.example").create();
    app.company("Baltic Foods").create();
    assert_eq!(app.found("hoffmann"), ["Acme Robotics"]);
    acme.edit(&[("name", "Zenith Optics")]).expect(303);
    assert_eq!((app.found("robotics"), app.found("zenith")), (vec![], vec!["Zenith Optics".to_owned()]));
    assert_eq!(app.get("/customers").rows(), ["Baltic Foods", "Zenith Optics"], "it moved in the list");
    acme.contact("Hoffmann").edit(&[("email", "jana@zenith.example")]).expect(303);
    assert_eq!((app.found("jana@acme"), app.found("jana@zenith")), (vec![], vec!["Zenith Optics".to_owned()]));
    acme.contact("Hoffmann").delete();
    assert_eq!(app.found("hoffmann"), [""; 0]);
    assert_sound(&app);
    app.process().kill();
    app.start_again();
    assert_eq!(app.found("zenith"), ["Zenith Optics"]);
    app.customer(1).delete();
    assert_eq!(app.found("zenith"), [""; 0]);
    assert_sound(&app);
}

#[apply(engines)]
fn faults_are_named_and_fixed(app: TestApp) {
    for name in ["Acme", "Baltic", "Cedar"] {
        app.company(name).create();
    }
    let delta = app.company("Delta").contact("Jana", "Hoffmann", "jana@x.example").create();
    delta.entitle(&[("product", "Forge"), ("ends_on", "2999-12-31")]).expect(303);
    for (harm, sentence) in [
        ("UPDATE listing SET text = 'x' WHERE name = 'Acme'", "missing from the list or out of date in it: 1"),
        ("DELETE FROM listing WHERE name = 'Acme'", "missing from the list or out of date in it: 1"),
        ("UPDATE listing SET position = 999999999 WHERE name = 'Acme'", "in the wrong place: 1"),
        ("UPDATE customers SET number_key = 'x' WHERE name = 'Acme'", "Customers, contacts and entitlements with a wrong key: 1"),
        ("UPDATE customers SET last_sort = ref_sort WHERE name = 'Acme'", "Customers, contacts and entitlements with a wrong key: 1"),
        ("UPDATE contacts SET email_key = 'x'", "Customers, contacts and entitlements with a wrong key: 1"),
        ("UPDATE entitlements SET over_from = '2020-01-01'", "Customers, contacts and entitlements with a wrong key: 1"),
        ("UPDATE entitlements SET product_sort = (SELECT sort_key FROM customers WHERE name = 'Acme')", "with a wrong key: 1"),
        ("UPDATE products SET entitlements = 7", "Products with a wrong count of entitlements: 1"),
        ("UPDATE listing_counts SET customers = 7", "counts of customers by status and type are wrong"),
        ("UPDATE search_state SET form = 0", "found damaged before"),
    ] {
        app.sql().run(harm).unwrap();
        let (words, sound) = check(&app, &[]);
        assert!(!sound && words.contains(sentence), "{harm}: {words}");
        let (words, sound) = check(&app, &["--fix"]);
        assert!(sound && words.contains("All faults are fixed."), "{harm}: {words}");
        assert_sound(&app);
        assert_eq!(app.get("/customers").rows(), ["Acme", "Baltic", "Cedar", "Delta"], "{harm}");
        assert_eq!(app.found("cme"), ["Acme"], "{harm}");
    }
}

#[apply(engines)]
fn a_damaged_index_stops_no_save_and_no_search(app: TestApp) {
    let acme = app.company("Acme").create();
    app.company("Baltic").create();
    let harm = match app.database.engine {
        Engine::Sqlite => "DELETE FROM listing_grams_data WHERE id > 10",
        Engine::Postgres => "DROP INDEX listing_grams",
    };
    app.sql().run(harm).unwrap();
    acme.edit(&[("name", "Zenith")]).expect(303);
    app.company("Cedar").create();
    assert_eq!(app.found("zenith"), ["Zenith"]);
    assert_eq!(app.found("cedar"), ["Cedar"]);
    let (words, sound) = check(&app, &[]);
    assert!(!sound && words.contains("does not match the customers"), "{words}");
    let (words, sound) = check(&app, &["--fix"]);
    assert!(sound, "{words}");
    assert_eq!(app.found("zenith"), ["Zenith"]);
    acme.edit(&[("name", "Acme")]).expect(303);
    assert_eq!(app.found("acme"), ["Acme"]);
    assert_sound(&app);
}

#[apply(engines)]
fn the_index_is_tidied_when_nothing_is_imported(app: TestApp) {
    let mut app = app;
    let names: Vec<String> = (10..50).map(|number| format!("Acme {number}")).collect();
    for name in &names {
        app.company(name).create();
    }
    // A new process looks at it at once, if it was not tidied a moment ago.
    app.process().kill();
    app.sql().run("UPDATE jobs SET changed_at = '2026-01-01 00:00:00' WHERE kind = 'tidying'").unwrap();
    app.start_again();
    if app.database.engine == Engine::Sqlite {
        let mut outside = app.sql();
        eventually("few lists to read for each gram", || {
            outside.number("SELECT count(DISTINCT segid) AS number FROM listing_grams_idx") <= 4
        });
    }
    assert_eq!(app.found("acme"), names);
    assert_sound(&app);
}

#[apply(engines)]
fn an_import_learns_how_common_grams_are(app: TestApp) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("customers.csv");
    let import = |from: usize, to: usize| {
        let rows =
            (from..to).map(|number| format!("C-{number},company,Acme {number},a{number}@post.example\n")).collect::<Vec<_>>().concat();
        std::fs::write(&file, format!("number,type,name,email\n{rows}")).expect("a file");
        let output = run(&["import", "--database", &app.database.url, "--customers", &file.to_string_lossy(), "--yes"]);
        assert!(output.status.success(), "{output:?}");
    };
    let held = |gram: &str| app.sql().number(&format!("SELECT customers AS number FROM gram_frequencies WHERE gram = '{gram}'"));
    import(0, 60);
    assert_eq!((held(""), held("xam")), (60, 60));
    import(60, 90);
    assert_eq!((held(""), held("xam")), (90, 90), "into a database in use");
    assert_eq!(app.found("a77@post.example"), ["Acme 77"]);
    assert_eq!(app.found("post.example").len(), 50);
}
