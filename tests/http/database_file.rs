//! The SQLite file moved, removed, replaced and damaged while the program runs: nothing acknowledged is lost, nothing wrong is shown, and once
//! a good file is in its place all is well again without a restart.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::support::app::{Process, run};
use crate::support::database::Database;
use crate::support::{Client, Engine, Page, TestApp, eventually};

fn file(app: &TestApp) -> PathBuf {
    app.database.url.strip_prefix("sqlite:").unwrap().into()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// What a request gets while the file is not what it should be: words, and the form kept.
fn assert_away(app: &Client, form: &Page, words: &str) {
    for _ in 0..2 {
        app.get("/customers").expect(503).assert_says(words);
        let away = form.submit(&[("phone", "typed in vain")]).expect(503);
        away.assert_says(words);
        assert!(away.text().contains("typed in vain"), "{away}");
        let ready = app.get("/readyz").expect(503);
        assert!(ready.text().contains(words), "{ready}");
    }
    assert_eq!(app.get("/healthz").status, 200);
}

fn well_again(app: &Client) {
    eventually("it is well again", || {
        let page = app.get("/customers");
        assert!([200, 503].contains(&page.status), "{page}");
        page.status == 200 && app.get("/readyz").status == 200
    });
}

#[test]
fn a_file_that_is_moved_is_missed_until_it_is_back() {
    let app = TestApp::start(Engine::Sqlite);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    let (path, away) = (file(&app), beside(&file(&app), ".away"));
    for round in ["1", "2"] {
        fs::rename(&path, &away).unwrap();
        assert_away(&app, &form, "was moved or removed");
        assert!(!path.exists(), "nobody makes another");
        fs::rename(&away, &path).unwrap();
        well_again(&app);
        acme.edit(&[("phone", round)]).expect(303);
    }
    let mut app = app;
    app.process().kill();
    app.start_again();
    app.customer(acme.id).page().assert_says("2");
}

#[test]
fn a_folder_that_is_moved_is_missed_until_it_is_back() {
    let app = TestApp::start(Engine::Sqlite);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    let folder = app.database.folder().unwrap().to_owned();
    let away = beside(&folder, ".away");
    fs::rename(&folder, &away).unwrap();
    assert_away(&app, &form, "was moved or removed");
    fs::rename(&away, &folder).unwrap();
    well_again(&app);
    form.submit(&[("phone", "typed")]).expect(303);
    acme.page().assert_says("typed");
}

/// A backup is put in the place of the file by a rename, as who restores does: the log beside it would be played back into it.
#[test]
fn a_backup_in_its_place_is_used_once_the_former_log_is_gone() {
    let app = TestApp::start(Engine::Sqlite);
    let acme = app.company("Acme").create();
    let (path, backup) = (file(&app), beside(&file(&app), ".backup"));
    app.sql().run(&format!("VACUUM INTO '{}'", backup.display())).unwrap();
    app.company("Later").create();
    let form = app.get(acme.at("edit"));

    fs::rename(&backup, &path).unwrap();
    assert_away(&app, &form, "write-ahead log beside it (-wal) is of the former file");
    fs::remove_file(beside(&path, "-wal")).unwrap();
    fs::remove_file(beside(&path, "-shm")).unwrap();
    well_again(&app);
    assert_eq!(app.get("/customers").rows(), ["Acme"]);
    form.submit(&[("phone", "typed")]).expect(303);
    let mut app = app;
    app.restart(&[]);
    app.customer(acme.id).page().assert_says("typed");
    assert!(run(&["check", "--database", &app.database.url]).status.success());
}

#[test]
fn a_link_that_leads_elsewhere_is_followed() {
    let (database, other) = (Database::new(Engine::Sqlite), Database::new(Engine::Sqlite));
    for (database, count) in [(&database, "1"), (&other, "2")] {
        assert!(run(&["demo", "--customers", count, "--database", &database.url]).status.success());
    }
    let link = database.folder().unwrap().join("link.db");
    let target = |database: &Database| PathBuf::from(database.url.strip_prefix("sqlite:").unwrap());
    std::os::unix::fs::symlink(target(&database), &link).unwrap();
    let process = Process::start(link.to_str().unwrap(), &[]);
    process.client.get("/customers").expect(200).assert_says("1 customer");
    fs::remove_file(&link).unwrap();
    assert_eq!(process.client.get("/customers").status, 503);
    std::os::unix::fs::symlink(target(&other), &link).unwrap();
    well_again(&process.client);
    process.client.get("/customers").assert_says("2 customers");
    process.client.company("Third").create();
    assert_eq!((database.connect().count("customers"), other.connect().count("customers")), (1, 3));
}

#[test]
fn another_file_in_its_place_is_not_used() {
    let app = TestApp::start(Engine::Sqlite);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    let path = file(&app);
    let away: Vec<_> = ["", "-wal", "-shm"].map(|suffix| (beside(&path, suffix), beside(&path, &format!(".away{suffix}")))).into();
    for (from, to) in &away {
        fs::rename(from, to).unwrap();
    }
    for bytes in ["no database at all ".repeat(500).into_bytes(), Vec::new()] {
        fs::write(&path, &bytes).unwrap();
        assert_away(&app, &form, if bytes.is_empty() { "damaged" } else { "Another file was put in the place" });
        assert_eq!(fs::read(&path).unwrap(), bytes, "it is left as it is");
    }
    for (from, to) in &away {
        fs::rename(to, from).unwrap();
    }
    well_again(&app);
    form.submit(&[("phone", "typed")]).expect(303);
    acme.page().assert_says("typed");
}

/// The connections have the log open still: what is in it gets into the file when they are closed.
#[test]
fn a_log_that_is_removed_takes_nothing_along() {
    let mut app = TestApp::start(Engine::Sqlite);
    app.company("Acme").create();
    fs::remove_file(beside(&file(&app), "-wal")).unwrap();
    well_again(&app);
    app.company("Baltic").create();
    app.process().kill();
    app.start_again();
    assert_eq!(app.get("/customers").rows(), ["Acme", "Baltic"]);
}

#[test]
fn a_damaged_file_takes_no_saves() {
    let mut app = TestApp::start(Engine::Sqlite);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    app.sql().run("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let path = file(&app);
    let good = fs::read(&path).unwrap();
    let mut damaged = fs::OpenOptions::new().write(true).open(&path).unwrap();
    damaged.seek(SeekFrom::Start(4096)).unwrap();
    damaged.write_all(&vec![0xA5; good.len() - 4096]).unwrap();
    // What another program saves makes connections forget the pages that they remember.
    let _ = app.sql().run("PRAGMA user_version = 1");
    app.get("/customers?q=acme&sort=changed").expect(503).assert_says("The database is damaged");
    for _ in 0..2 {
        let away = form.submit(&[("phone", "typed in vain")]).expect(503);
        away.assert_says("The database is damaged").assert_says("typed in vain");
        assert!(app.get("/readyz").expect(503).text().contains("damaged"));
    }
    assert!(app.log().contains("takes no saves any more"), "{}", app.log());
    app.process().kill();
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["check"], &["export", "--customers", "-"], &["demo"]] {
        let output = run(&[command, &["--database", &app.database.url]].concat());
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command:?}: {words}");
        assert!(words.contains("damaged") && words.trim().lines().count() == 1, "{command:?}: {words}");
    }
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(beside(&path, suffix));
    }
    fs::write(&path, good).unwrap();
    app.start_again();
    assert_eq!(app.get("/customers").rows(), ["Acme"]);
}
