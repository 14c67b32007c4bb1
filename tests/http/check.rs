//! The index follows every change, never stands in the way of one, and `check` proves it or fixes it.

use std::time::Duration;

use clientele::db::{Address, Tuning};
use clientele::{list, startup};
use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::{TestApp, engines, eventually};

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
        ("UPDATE search_texts SET text = 'x' WHERE customer_id = 1", "cannot be found, or only by what they had before: 1"),
        ("DELETE FROM search_texts WHERE customer_id = 1", "cannot be found, or only by what they had before: 1"),
        ("DELETE FROM search_grams WHERE id = (SELECT max(id) FROM search_grams)", "the search index misses: "),
        ("DELETE FROM search_slots", "the search index misses: 4"),
        ("DELETE FROM search_parts", "the search index misses: 4"),
        ("UPDATE customers SET number_key = 'x' WHERE name = 'Acme'", "Customers, contacts and entitlements with a wrong key: 1"),
        ("UPDATE customers SET last_sort = ref_sort WHERE name = 'Acme'", "Customers, contacts and entitlements with a wrong key: 1"),
        ("UPDATE contacts SET email_key = 'x'", "Customers, contacts and entitlements with a wrong key: 1"),
        ("UPDATE entitlements SET over_from = '2020-01-01'", "Customers, contacts and entitlements with a wrong key: 1"),
        ("UPDATE entitlements SET product_sort = (SELECT sort_key FROM customers WHERE name = 'Acme')", "with a wrong key: 1"),
        ("UPDATE products SET entitlements = 7", "Products with a wrong count of entitlements: 1"),
        ("UPDATE customer_counts SET customers = 7", "counts of customers by status and type are wrong"),
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
    fold(&app);
    for harm in ["DELETE FROM search_grams", "DELETE FROM search_parts", "DELETE FROM search_slots"] {
        app.sql().run(harm).unwrap();
        acme.edit(&[("name", "Zenith")]).expect(303);
        assert_eq!(app.found("zenith"), ["Zenith"]);
        let (words, sound) = check(&app, &[]);
        assert!(!sound && words.contains("the search index misses: 1"), "{words}");
        let (words, sound) = check(&app, &["--fix"]);
        assert!(sound, "{words}");
        assert_eq!(app.found("baltic"), ["Baltic"]);
        acme.edit(&[("name", "Acme")]).expect(303);
        assert_eq!(app.found("acme"), ["Acme"]);
        assert_sound(&app);
        fold(&app);
    }
}

/// Makes parts of all that is marked.
fn fold(app: &TestApp) {
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    while list::fold(&database, 1).expect("a part") {}
}

/// Killed at any moment while it makes parts anew: nobody is lost, what was saved meanwhile is found, and the next process goes on.
#[apply(engines)]
fn a_process_that_is_killed_while_it_makes_parts_loses_nothing(app: TestApp) {
    const CUSTOMERS: usize = 400;
    const ROUNDS: u64 = 10;
    let mut app = app;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("customers.csv");
    let rows = (0..CUSTOMERS).map(|number| format!("K-{number:03},company,Acme {number:03}\n")).collect::<Vec<_>>().concat();
    std::fs::write(&file, format!("number,type,name\n{rows}")).expect("a file");
    let output = run(&["import", "--database", &app.database.url, "--customers", &file.to_string_lossy(), "--yes"]);
    assert!(output.status.success(), "{output:?}");
    app.restart(&["--search-part", "48"]);
    let first = app.sql().number("SELECT min(id) AS number FROM customers");
    let start_anew = |app: &mut TestApp| {
        app.process().kill();
        app.sql()
            .run("INSERT INTO search_dirty (customer_id, revision) SELECT id, 1 FROM customers WHERE true ON CONFLICT DO NOTHING")
            .unwrap();
        app.sql().run("DELETE FROM jobs WHERE kind = 'tidying'").unwrap();
        app.start_again();
    };
    for round in 0..ROUNDS {
        start_anew(&mut app);
        std::thread::sleep(Duration::from_millis(round * 12));
        app.customer(first + i64::try_from(round).unwrap()).edit(&[("name", &format!("Zenith {round}"))]).expect(303);
    }
    start_anew(&mut app);
    eventually("parts of nearly all", || app.sql().count("search_dirty") < 64);
    assert_sound(&app);
    assert_eq!(app.search("zenith").texts("#count"), ["10 customers"]);
    assert_eq!(app.search("acme").texts("#count"), ["390 customers"]);
}

#[apply(engines)]
fn the_index_is_tidied_when_nothing_is_imported(app: TestApp) {
    let mut app = app;
    let names: Vec<String> = (10..90).map(|number| format!("Acme {number}")).collect();
    for name in &names {
        app.company(name).create();
    }
    // A new process looks at it at once, if it was not tidied a moment ago.
    app.process().kill();
    app.sql().run("UPDATE jobs SET changed_at = '2026-01-01 00:00:00' WHERE kind = 'tidying'").unwrap();
    app.start_again();
    eventually("a part of them", || app.sql().count("search_dirty") < 64);
    assert_eq!(app.sql().count("search_parts"), 1);
    assert_eq!(app.search("acme").texts("#count"), ["80 customers"]);
    assert_eq!(app.found("acme"), names[..50]);
    assert_sound(&app);
}
