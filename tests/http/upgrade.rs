//! Databases that earlier versions left are migrated and work: `tests/upgrade/` keeps one of each version and engine, with what
//! `tests/upgrade/make` put into it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::app::{checkout, run};
use crate::support::database::Database;
use crate::support::{Engine, TestApp, encode, eventually};

/// The kept databases whose names end like this, oldest first.
fn kept(suffix: &str) -> Vec<PathBuf> {
    let folder = fs::read_dir(checkout().join("tests/upgrade")).unwrap();
    let mut files: Vec<_> = folder.map(|file| file.unwrap().path()).filter(|path| path.to_string_lossy().ends_with(suffix)).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn sqlite() {
    for file in kept(".sqlite.zst") {
        let database = Database::empty(Engine::Sqlite);
        let bytes = zstd::decode_all(fs::File::open(&file).unwrap()).unwrap();
        fs::write(database.url.strip_prefix("sqlite:").unwrap(), bytes).unwrap();
        works(database, &file);
    }
}

#[test]
fn postgres() {
    for file in kept(".postgres.sql.zst") {
        let database = Database::empty(Engine::Postgres);
        let dump = String::from_utf8(zstd::decode_all(fs::File::open(&file).unwrap()).unwrap()).unwrap();
        database.connect().run(&dump).unwrap();
        works(database, &file);
    }
}

fn works(database: Database, file: &Path) {
    println!("{}", file.display());
    let app = TestApp::with(database, &[]);
    let found = |text: &str| app.get(format!("/customers?{}", encode(&[("q", text)]))).expect(200).rows();

    // What was there is shown and found.
    app.get("/customers").expect(200).assert_says("43 customers");
    for text in ["UP-1", "koln sohne", "contact:nunez", "crm:CRM-UP-1", "jana@upgrade.example"] {
        eventually(text, || found(text).contains(&"Upgrade & Söhne GmbH".to_owned()));
    }
    assert_eq!(found("status:disabled aino"), ["Aino Robola"]);
    let customer = app.customer(app.get("/customers?q=UP-1").row_ids()[0]);
    let page = customer.page().expect(200);
    page.assert_says("REF-7").assert_says("Germany");
    assert!(page.contacts().iter().any(|row| row.says("Tomás Nuñez") && row.says("disabled")));
    assert!(page.contacts().iter().any(|row| row.says("Jana Hoffmann") && row.says("default")));
    assert!(page.row("Forge Ended").says("ended") && !page.row("Forge Ended").offers("End now"));
    assert!(!page.offers("Delete"), "entitlements hold it");
    assert_eq!(app.get("/customers?sort=last&q=UP-").rows().last().map(String::as_str), Some("Upgrade & Söhne GmbH"));
    // Keys are of the present form: what was one by the fold is two.
    app.company("Nearly")
        .number("ÜP-1")
        .with("near", "ÜP-1")
        .create()
        .page()
        .assert_says("Nearly the same number as Upgrade & Söhne GmbH (UP-1).");
    customer.add_contact("Jana", "Hofmann", "jána@upgrade.example").expect(422).submit(&[]).expect(303);
    assert_eq!(app.post("/customers", &[("type", "company"), ("name", "X"), ("number", "up-1")]).expect(422).errors(), ["number"]);
    app.customer(app.get("/customers?q=%C3%9CP-1").row_ids()[0]).delete().expect(303);
    app.get("/customers/import").assert_says("done.csv").assert_says("checked.csv");

    // It goes on from there: saved, found by the new words, created, deleted; what was checked is imported.
    customer.edit(&[("name", "Upgraded Works")]).expect(303);
    assert_eq!((found("upgraded works"), found("UP-1 söhne")), (vec!["Upgraded Works".to_owned()], Vec::new()));
    customer.contact("Tomás").enable().expect(303);
    customer.contact("Tomás").set_as_default().expect(303);
    customer.entitlement("Forge Later").delete().expect(303);
    let new = app.company("Newcomer").contact("New", "Person", "new@upgrade.example").entitlements(1).create();
    assert!(new.id > 43, "an id is never given twice");
    assert_eq!(found("new@upgrade.example"), ["Newcomer"]);
    app.post("/customers/import/2/start", &[]).expect(303);
    eventually("the import", || found("UP-4") == ["Checked Ltd"]);

    // The index is what the customers say, and a second start finds nothing to do.
    let mut app = app;
    let check = run(&["check", "--database", &app.database.url]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    app.restart(&[]);
    app.get("/customers").expect(200).assert_says("45 customers");
}
