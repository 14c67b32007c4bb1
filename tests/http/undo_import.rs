//! An import is taken back as a whole, in the background: what it created is deleted, what it changed is restored, and what somebody has
//! changed since stays, with the reason.

use std::fmt::Write as _;

use macro_rules_attribute::apply;

use super::import_page::{Upload, many, path, until};
use super::undo::rows;
use crate::support::{Client, Page, TestApp, engines, eventually};

/// Imports files; returns the address of the undo of their batch.
#[track_caller]
fn import(app: &TestApp, upload: &Upload) -> String {
    let checked = upload.checked(app);
    let address = path(&checked);
    app.post(format!("{address}/start"), &[]).expect(303);
    until(app, &address, |page| page.heading() == "Import complete");
    format!("/batches/{}/undo", app.sql().number("SELECT max(batch_id) AS number FROM imports"))
}

fn ended(client: &Client, address: &str) -> Page {
    until(client, address, |page| page.heading() == "Import undone" || page.heading() == "Import redone")
}

fn state(app: &TestApp) -> Vec<Vec<Option<String>>> {
    let mut sql = app.sql();
    ["customers", "addresses", "contacts", "entitlements"].iter().map(|table| rows(&mut sql, table)).collect()
}

/// A few customers that were there before, and files that change some of them and create others.
fn before_and_files(app: &TestApp) -> Upload {
    let acme = app.company("Acme").number("A-1").with("phone", "1").contact("Jana", "Hoffmann", "jana@acme.example").create();
    acme.entitle(&[("product", "Forge")]).expect(303);
    app.company("Bolt").number("B-1").create();
    app.individual("Ada", "Lovelace").number("L-1").create();
    Upload::new()
        .with(
            "customers",
            "number,type,status,name,last_name,phone\nA-1,company,enabled,Acme Ltd,,2\nB-1,company,disabled,Bolt,,\nL-1,individual,enabled,,King,3\nN-1,company,enabled,New,,\nN-2,individual,enabled,,Novice,\n",
        )
        .with(
            "contacts",
            "customer_number,default,last_name,email\nA-1,yes,Brown,rae@acme.example\nA-1,no,Hofmann,jana@acme.example\nN-1,yes,Young,y@new.example\n",
        )
        .with(
            "entitlements",
            "customer_number,contact_email,eid,product,quantity,starts_on\nA-1,rae@acme.example,E-1,Anvil,1,2020-01-01\nN-1,y@new.example,E-2,Anvil,1,2020-01-01\n",
        )
}

#[apply(engines)]
fn an_import_is_taken_back_and_brought_back(app: TestApp) {
    let upload = before_and_files(&app);
    let before = state(&app);
    let undo = import(&app, &upload);
    let after = state(&app);
    assert_ne!(after, before);
    let question = app.get(&undo).expect(200);
    assert_eq!(question.heading(), "Undo this import?");
    question.assert_says("This deletes 6 records that the import created, and takes back");
    let page = question.submit(&[("reason", "the wrong files")]).expect(303).follow().expect(200);
    assert_eq!(path(&page), undo);
    let page = ended(&app, &undo);
    page.assert_says("the wrong files");
    assert_eq!(app.sql().count("batch_undo_skips"), 0, "{page}");
    assert_eq!(state(&app), before, "ids, defaults and all");
    assert_eq!(app.get("/customers").rows(), ["Acme", "Ada Lovelace", "Bolt"]);
    let check = crate::support::app::run(&["check", "--database", &app.database.url]);
    assert!(check.status.success(), "{check:?}");
    assert_eq!(
        app.sql()
            .number("SELECT count(*) AS number FROM events WHERE batch_id = (SELECT max(id) FROM batches) AND reason <> 'the wrong files'"),
        0
    );

    // The undo is a batch as well.
    let redo = format!("/batches/{}/undo", app.sql().number("SELECT max(id) AS number FROM batches"));
    let question = page.press("Redo this import").expect(200);
    assert_eq!((question.heading().as_str(), path(&question)), ("Redo this import?", redo.clone()));
    question.submit(&[]).expect(303);
    assert_eq!(ended(&app, &redo).heading(), "Import redone");
    assert_eq!(app.sql().count("batch_undo_skips"), 0);
    assert_eq!(state(&app), after);
    assert_eq!(app.get("/customers?q=novice").rows(), ["Novice"]);
}

/// Case U4.
#[apply(engines)]
fn what_was_changed_since_stays_and_is_listed(app: TestApp) {
    let upload = before_and_files(&app);
    let undo = import(&app, &upload);
    let of = |number: &str| app.customer(app.sql().number(&format!("SELECT id AS number FROM customers WHERE number = '{number}'")));
    let (acme, new, novice) = (of("A-1"), of("N-1"), of("N-2"));
    acme.edit(&[("phone", "4")]).expect(303);
    novice.entitle(&[("product", "Later")]).expect(303);
    of("B-1").edit(&[]).expect(303); // saved again, as it is
    new.contact("Young").edit(&[("phone", "5")]).expect(303);
    // Changed, and changed back.
    of("L-1").edit(&[("phone", "9")]).expect(303);
    of("L-1").edit(&[("phone", "3")]).expect(303);
    app.post(&undo, &[]).expect(303);
    let page = ended(&app, &undo);
    let skipped: Vec<String> = page.texts("#import tbody tr");
    assert_eq!(skipped.len(), 4, "{skipped:?}");
    for words in [
        "Acme Ltd customer Later, you changed the phone.",
        "Young contact Later, you edited Young.",
        "New customer It has 1 contact that somebody added or changed.",
        "Novice customer This customer cannot be deleted: 1 entitlement exists for it.",
    ] {
        assert!(skipped.iter().any(|row| row.contains(words)), "{words}: {skipped:?}");
    }
    let mut sql = app.sql();
    assert_eq!(sql.number("SELECT total - restored - skipped AS number FROM batch_undos"), 0);
    assert_eq!(sql.number("SELECT count(*) AS number FROM batch_undo_skips"), 4);
    assert_eq!(sql.texts("SELECT phone AS text FROM customers WHERE number = 'L-1'"), [Some(String::new())]);
    assert_eq!(sql.number("SELECT count(*) AS number FROM customers WHERE number = 'B-1' AND enabled"), 1);
    assert_eq!(sql.texts("SELECT phone AS text FROM customers WHERE number = 'A-1'"), [Some("4".to_owned())]);
    assert_eq!(sql.number("SELECT count(*) AS number FROM entitlements WHERE eid IN ('E-1', 'E-2')"), 0);
}

/// Killed again and again it ends as if it had not been; sent twice it runs once.
#[apply(engines)]
fn killed_on_its_way_it_continues(app: TestApp) {
    app.restart(&["--job-lease", "2"]);
    let kept = app.company("Kept").create();
    let before = state(&app);
    let undo = import(&app, &Upload::new().with("customers", many(1_500)));
    let answers = crate::support::at_once(4, |_| app.clone().post(&undo, &[]).status);
    assert_eq!(answers, [303; 4]);
    for _ in 0..2 {
        let left = app.sql().count("customers");
        eventually("another portion", || app.sql().count("customers") < left);
        app.process().kill();
        assert!(app.sql().count("customers") > 1, "in its midst");
        app.start_again();
    }
    app.post(&undo, &[]).expect(303);
    ended(&app, &undo).assert_says("1,500 records and changes were taken back");
    assert_eq!(state(&app), before);
    app.get(kept.path()).expect(200);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM batches WHERE undoes IS NOT NULL"), 1);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM events WHERE task = 'delete'"), 1_500, "nothing is done twice");
}

#[apply(engines)]
fn it_is_followed_with_and_without_a_script(app: TestApp) {
    let undo = import(&app, &Upload::new().with("customers", many(1_200)));
    let page = app.post(&undo, &[]).follow().expect(200);
    assert_eq!(page.heading(), "Undoing the import");
    assert!(page.text().contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"));
    assert!(page.has("progress[max][value]"));
    let poll = page.attributes("#import", "hx-get").concat();
    assert!(!app.htmx(&poll, "div#import").expect(200).has("#list"), "a part only");
    ended(&app, &undo);
    let part = app.htmx(&poll, "div#import").expect(200);
    assert!(part.text().contains("hx-target=\"#status\"") && part.text().contains("hx-target=\"#results\""), "{part}");
}

#[apply(engines)]
fn only_an_administrator_and_only_what_has_ended(app: TestApp) {
    let undo = import(&app, &Upload::new().with("customers", many(3)));
    let editor = app.another(&["--role", "editor"]);
    for page in [editor.client.get(&undo), editor.client.post(&undo, &[])] {
        page.expect(403);
    }
    app.post_with(&undo, &[("Origin", "http://evil.example")], &[]).expect(403);
    app.sql().run("UPDATE imports SET state = 'failed'").unwrap();
    for page in [app.get(&undo), app.post(&undo, &[])] {
        page.expect(409).assert_says("This import was interrupted");
    }
    app.get("/batches/999/undo").expect(404);
    app.post("/batches/x/undo", &[]).expect(404);
    let samples = TestApp::start(app.database.engine);
    samples.post("/sample", &[]).expect(303);
    samples.post("/batches/1/undo", &[]).expect(409).assert_says("This kind of change cannot be undone.");
    assert_eq!(app.sql().count("customers"), 3);
}

/// An import's page leads there.
#[apply(engines)]
fn an_imports_page_offers_it(app: TestApp) {
    let mut text = String::from("number,type,name\n");
    let _ = writeln!(text, "N-1,company,New");
    let undo = import(&app, &Upload::new().with("customers", text));
    let page = app.get("/customers/import/1").expect(200);
    let question = page.press("Undo this import").expect(200);
    assert_eq!((question.heading().as_str(), path(&question)), ("Undo this import?", undo.clone()));
    let page = question.submit(&[]).expect(303).follow();
    assert_eq!(path(&page), undo);
    ended(&app, &undo);
    assert_eq!(app.sql().count("customers"), 0);
    assert!(app.get("/customers/import/1").expect(200).offers("See its undo"));
}
