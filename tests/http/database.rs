//! The database held, frozen, changed and taken away while the program runs. PostgreSQL says what is wrong in its own language, so these
//! tests run on a server that speaks English and on one that speaks German.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use macro_rules_attribute::apply;

use crate::support::database::Database;
use crate::support::postgres::{Cluster, Language};
use crate::support::{Client, Engine, Outside, Page, TestApp, at_once, encode, engines, eventually};

/// Makes three tests of a function `name(database: Database)`: on SQLite, and on PostgreSQL in two languages.
macro_rules! engines_and_languages {
    ($(#[$meta:meta])* fn $name:ident($database:ident: Database) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn on($database: Database) $body

            #[test]
            fn sqlite() {
                on(Database::new(Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                on(Database::new(Engine::Postgres));
            }

            #[test]
            fn postgres_in_german() {
                on(Database::in_german());
            }
        }
    };
}

/// Makes two tests of a function `name(database: Database)`, on PostgreSQL: `name::english` and `name::german`.
macro_rules! languages {
    ($(#[$meta:meta])* fn $name:ident($database:ident: Database) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn on($database: Database) $body

            #[test]
            fn english() {
                on(Database::new(Engine::Postgres));
            }

            #[test]
            fn german() {
                on(Database::in_german());
            }
        }
    };
}

fn hold(app: &TestApp) -> Outside {
    let mut outside = app.sql();
    let lock = match app.database.engine {
        Engine::Sqlite => "BEGIN IMMEDIATE",
        Engine::Postgres => "BEGIN; LOCK TABLE customers IN ACCESS EXCLUSIVE MODE",
    };
    outside.run(lock).expect("a lock");
    outside
}

/// How many wait for a lock of this database; `what` is done to each of them.
fn waiting(sql: &mut Outside, what: &str) -> i64 {
    let here = "datname = current_database() AND wait_event_type = 'Lock'";
    sql.number(&format!("SELECT count({what}) AS number FROM pg_stat_activity WHERE {here}"))
}

/// Waits until somebody waits for a lock.
fn somebody_waits(app: &TestApp) {
    let mut sql = app.sql();
    eventually("somebody waits for a lock", || waiting(&mut sql, "pid") > 0);
}

/// Who waits for a lock saves once it is let go.
#[apply(engines)]
fn a_save_waits_for_who_holds_the_database(app: TestApp) {
    let mut outside = hold(&app);
    thread::scope(|scope| {
        let saves =
            scope.spawn(|| at_once(20, |i| app.post("/customers", &[("type", "company"), ("name", &format!("Company {i}"))]).status));
        thread::sleep(Duration::from_secs(2));
        outside.run("COMMIT").expect("to let go");
        assert_eq!(saves.join().unwrap(), [303; 20]);
    });
    assert_eq!(app.sql().count("customers"), 20);
}

/// Beyond the limit it is 503 and the form is kept; afterwards all is well.
#[apply(engines_and_languages)]
fn a_save_that_waits_in_vain_keeps_the_form(database: Database) {
    let mut app = TestApp::with(database, &["--busy-timeout", "1", "--lock-timeout", "1"]);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    let new = app.get("/customers/new?type=company");
    let mut outside = hold(&app);
    let answers = at_once(2, |i| if i == 0 { form.submit(&[("phone", "typed")]) } else { new.submit(&[("name", "New one")]) });
    for (answer, typed) in answers.into_iter().zip(["typed", "New one"]) {
        let away = answer.expect(503);
        let kept = away.text().contains(typed);
        assert!(kept, "{typed} is lost: {away}");
        away.assert_says("Something else is changing the database");
        assert!(away.header("Retry-After").is_some() || away.says("again"), "{away}");
    }
    outside.run("ROLLBACK").expect("to let go");
    drop(outside);

    form.submit(&[("phone", "typed")]).expect(303);
    acme.page().assert_says("typed");
    new.submit(&[("name", "New one")]).expect(303);
    app.restart(&[]);
    app.customer(acme.id).page().assert_says("typed");
    assert_eq!(app.sql().count("customers"), 2, "nothing is lost, nothing came twice");
}

/// The request until it is answered well again, and each answer on the way is a good one.
fn well_again(app: &Client, path: &str) -> Page {
    let mut last = None;
    eventually("the database is back", || {
        let page = app.get(path);
        assert!([200, 503].contains(&page.status), "{page}");
        last = Some(page);
        last.as_ref().is_some_and(|page| page.status == 200)
    });
    last.expect("an answer")
}

#[test]
fn the_database_goes_away_and_comes_back() {
    goes_away_and_comes_back(&Cluster::own());
}

#[test]
fn the_database_goes_away_and_comes_back_in_german() {
    goes_away_and_comes_back(&Cluster::own_in(Language::German));
}

fn goes_away_and_comes_back(cluster: &Cluster) {
    let app = TestApp::with(Database::on(cluster), &["--pool-timeout", "0.5"]);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    for _ in 0..2 {
        cluster.stop();
        for path in ["/customers".to_owned(), acme.path(), acme.at("edit"), "/customers?q=a".to_owned()] {
            let away = app.get(path).expect(503);
            assert!(away.says("database"), "in words: {away}");
            assert!(away.header("Content-Security-Policy").is_some());
        }
        let part = app.htmx(acme.path(), "main#detail").expect(503);
        assert!(!part.text().contains("<html"), "{part}");
        let away = form.submit(&[("phone", "typed in vain")]).expect(503);
        assert!(away.text().contains("typed in vain"), "{away}");
        assert_eq!(app.get("/healthz").status, 200, "the process is well");
        cluster.start();
        well_again(&app, "/customers");
        well_again(&app, &acme.path());
    }
    form.submit(&[("phone", "typed at last")]).expect(303);
    acme.page().assert_says("typed at last");
}

/// A database that hangs holds up nothing else.
#[test]
fn a_frozen_database_does_not_freeze_the_program() {
    let cluster = Cluster::own();
    let app = TestApp::with(Database::on(&cluster), &["--pool-timeout", "2", "--request-timeout", "3"]);
    app.company("Acme").create();
    let asset = app.get("/customers").attributes("link[rel=stylesheet]", "href")[0].clone();
    cluster.freeze();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| at_once(150, |_| app.get("/customers").status));
        for _ in 0..5 {
            assert_eq!(app.get("/healthz").status, 200);
            app.get(&asset).expect(200);
            thread::sleep(Duration::from_millis(200));
        }
        assert!(!waiting.is_finished(), "they were answered while it was frozen");
        let answers = waiting.join().unwrap();
        assert!(answers.iter().all(|status| *status == 503), "{answers:?}");
    });
    cluster.thaw();
    well_again(&app, "/customers");
    assert_eq!(at_once(20, |_| app.get("/customers").status), [200; 20], "no backlog");
    app.company("Baltic").create();
}

/// A newer instance migrates while this one runs.
#[apply(engines_and_languages)]
fn a_migration_by_a_newer_instance_is_survived(database: Database) {
    let app = TestApp::with(database, &[]);
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create();
    let paths =
        ["/customers".to_owned(), "/customers?q=acme&sort=changed".to_owned(), acme.path(), acme.at("edit"), acme.at("contacts/new")];
    let use_it = |round: &str| {
        for path in &paths {
            for _ in 0..3 {
                at_once(4, |_| app.get(path).expect(200));
            }
        }
        acme.edit(&[("phone", round)]).expect(303);
        acme.contact("Jana").edit(&[("phone", round)]).expect(303);
    };
    use_it("1");
    for table in ["customers", "contacts", "entitlements", "addresses"] {
        app.sql().run(&format!("ALTER TABLE {table} ADD COLUMN of_a_later_version TEXT")).expect("a migration");
    }
    use_it("2");
    if app.database.engine == Engine::Postgres {
        app.sql()
            .run("ALTER TABLE customers ALTER COLUMN phone TYPE VARCHAR(500); ALTER TABLE contacts ALTER COLUMN phone TYPE VARCHAR(500)")
            .expect("a migration");
        use_it("3");
        app.sql().run("ALTER TABLE customers DROP COLUMN of_a_later_version").expect("a migration");
        use_it("4");
    }
}

/// Else the tests in German say no more than those in English.
#[test]
fn the_german_server_speaks_german() {
    let error = Database::in_german().connect().run("SELECT 1 / 0").unwrap_err().to_string();
    assert!(error.contains("Division durch Null"), "{error} (PostgreSQL's German messages may be missing: reinstall it with them)");
}

/// Two transactions wait for each other; PostgreSQL ends the one that began to wait first, which is the program's.
#[apply(languages)]
fn a_save_that_loses_a_deadlock_is_repeated(database: Database) {
    let app = TestApp::with(database, &[]);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    let mut outside = app.sql();
    outside.run("SET deadlock_timeout = '1min'; BEGIN; LOCK TABLE search_texts IN ACCESS EXCLUSIVE MODE").expect("a lock");
    thread::scope(|scope| {
        let save = scope.spawn(|| form.submit(&[("phone", "typed")]).status);
        somebody_waits(&app);
        outside.run(&format!("SELECT id FROM customers WHERE id = {} FOR UPDATE", acme.id)).expect("the other one to be ended");
        outside.run("COMMIT").expect("to let go");
        assert_eq!(save.join().unwrap(), 303);
    });
    drop(outside);
    acme.page().assert_says("typed");
    assert!(app.log().contains("a fresh connection is tried"), "there was no deadlock: {}", app.log());
}

/// An administrator cancels what the program is waiting for.
#[apply(languages)]
fn a_save_whose_statement_is_cancelled_is_repeated(database: Database) {
    let app = TestApp::with(database, &[]);
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    let mut outside = hold(&app);
    thread::scope(|scope| {
        let save = scope.spawn(|| form.submit(&[("phone", "typed")]).status);
        somebody_waits(&app);
        assert_eq!(waiting(&mut app.sql(), "pg_cancel_backend(pid)"), 1);
        eventually("it is repeated", || app.log().contains("a fresh connection is tried"));
        outside.run("COMMIT").expect("to let go");
        assert_eq!(save.join().unwrap(), 303);
    });
    acme.page().assert_says("typed");
}

#[apply(languages)]
fn a_statement_that_takes_too_long_is_503_and_keeps_the_form(database: Database) {
    let app = TestApp::with(database, &["--statement-timeout", "1"]);
    let form = app.get("/customers/new?type=company");
    let mut outside = hold(&app);
    let away = form.submit(&[("name", "New one")]).expect(503);
    assert!(away.text().contains("New one"), "{away}");
    outside.run("COMMIT").expect("to let go");
    form.submit(&[("name", "New one")]).expect(303);
}

/// An administrator ends the program's connections.
#[apply(languages)]
fn a_connection_that_is_ended_is_replaced(database: Database) {
    let app = TestApp::with(database, &[]);
    let form = app.get("/customers/new?type=company");
    let mut outside = hold(&app);
    thread::scope(|scope| {
        let save = scope.spawn(|| form.submit(&[("name", "New one")]));
        somebody_waits(&app);
        assert_eq!(waiting(&mut app.sql(), "pg_terminate_backend(pid)"), 1);
        let away = save.join().unwrap().expect(503);
        assert!(away.text().contains("New one"), "{away}");
        away.assert_says("The database does not answer at present.");
    });
    outside.run("COMMIT").expect("to let go");
    form.submit(&[("name", "New one")]).expect(303);
}

/// It is repeated, in case that another transaction had won a race, and then reported as what it is.
#[apply(engines_and_languages)]
fn a_unique_violation_that_lasts_is_no_absence_of_the_database(database: Database) {
    let app = TestApp::with(database, &[]);
    app.sql().run("CREATE UNIQUE INDEX only_one_of_a_kind ON customers (description)").expect("an index");
    app.company("Acme").with("description", "the same").create();
    // As bytes: no other request of these tests may be answered with 500.
    let form = encode(&[("type", "company"), ("name", "Baltic"), ("description", "the same")]);
    let head = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close";
    let request = format!("POST /customers HTTP/1.1\r\nHost: {}\r\n{head}\r\nContent-Length: {}\r\n\r\n{form}", app.host, form.len());
    let answer = app.raw(request.as_bytes(), Duration::from_secs(30));
    assert!(answer.starts_with("HTTP/1.1 500") && answer.contains("Baltic"), "what was typed is kept: {answer}");
    assert!(app.log().contains("UniqueViolation"), "{}", app.log());
    app.company("Baltic").with("description", "another").create();
}

/// What is acknowledged is there after the process was killed at any instant, and nothing is there by halves.
#[apply(engines)]
fn a_kill_loses_nothing_acknowledged(app: TestApp) {
    for round in 0..4 {
        let (stop, begun) = (AtomicBool::new(false), AtomicBool::new(false));
        let client = Client::clone(&app);
        let process = app.process();
        let acknowledged = thread::scope(|scope| {
            let savers = scope.spawn(|| {
                let mut saved = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let name = format!("Round {round} number {}", saved.len());
                    let form = format!("type=company&name={name}&contact_last_name=X&contact_email=x%40x.example").replace(' ', "+");
                    match client.try_send("POST", "/customers", &[("Content-Type", "application/x-www-form-urlencoded")], form.as_bytes()) {
                        Ok(page) if page.status == 303 => saved.push(name),
                        _ => break,
                    }
                    begun.store(true, Ordering::Relaxed);
                }
                saved
            });
            crate::support::eventually("the first save", || begun.load(Ordering::Relaxed));
            thread::sleep(Duration::from_millis(37 * round));
            process.kill();
            stop.store(true, Ordering::Relaxed);
            savers.join().unwrap()
        });
        assert!(!acknowledged.is_empty());
        let names = app.sql().texts("SELECT name AS text FROM customers");
        for name in acknowledged {
            assert!(names.contains(&Some(name.clone())), "{name} is lost");
        }
        app.start_again();
    }
    let halves = "SELECT count(*) AS number FROM customers WHERE id NOT IN (SELECT customer_id FROM contacts)";
    assert_eq!(app.sql().number(halves), 0);
    app.get("/customers").expect(200);
}
