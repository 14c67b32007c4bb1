//! Starting, stopping, and the command line.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use macro_rules_attribute::apply;
use rustix::process::Signal;

use crate::support::app::{Process, command, run};
use crate::support::database::Database;
use crate::support::{Client, Engine, TestApp, at_once, engines, eventually};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

/// One line that says why, and no backtrace.
fn assert_fails_in_words(output: &Output, status: i32) {
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{words}");
    assert!(!words.contains("panicked") && !words.contains("backtrace"), "{words}");
    assert!(status == 2 || words.trim().lines().count() == 1, "one line: {words}");
    assert!(!words.trim().is_empty());
}

#[apply(engines)]
fn it_stops_well_when_asked_to(app: TestApp) {
    app.company("Acme").create();
    assert!(app.process().stop().success());
    app.start_again();
    assert_eq!(app.get("/customers").rows(), ["Acme"]);
    app.process().signal(Signal::INT);
    assert!(app.process().wait().success());
    app.start_again();
}

/// A save in flight is answered, a client that goes on asking does not keep it alive.
#[apply(engines)]
fn a_stop_answers_what_is_in_flight(app: TestApp) {
    let acme = app.company("Acme").create();
    let client = Client::clone(&app);
    // Idle, half sent, and busy connections.
    let _idle = TcpStream::connect(&client.host).unwrap();
    let mut half = TcpStream::connect(&client.host).unwrap();
    half.write_all(b"GET /customers HTTP/1.1\r\n").unwrap();
    let mut outside = app.sql();
    outside.run(if app.database.engine == Engine::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN; LOCK TABLE customers" }).unwrap();
    let stopped = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stopped.load(Ordering::Relaxed) && client.try_send("GET", "/healthz", &[], &[]).is_ok() {
                std::hint::spin_loop();
            }
        });
        let save = scope.spawn(|| client.post(acme.at("disable"), &[]).status);
        thread::sleep(Duration::from_millis(500));
        app.process().signal(Signal::TERM);
        thread::sleep(Duration::from_millis(300));
        outside.run("COMMIT").unwrap();
        assert_eq!(save.join().unwrap(), 303);
        let status = app.process().wait();
        stopped.store(true, Ordering::Relaxed);
        assert!(status.success(), "{status}");
    });
    app.start_again();
    assert!(app.customer(acme.id).page().offers("Enable"));
}

#[apply(engines)]
fn two_that_start_at_once_on_an_empty_database_do_not_hurt_each_other(app: TestApp) {
    for _ in 0..4 {
        let database = Database::empty(app.database.engine);
        let processes = at_once(3, |_| Process::start(&database.url, &[]));
        for process in &processes {
            process.client.get("/customers").expect(200);
        }
        processes[0].client.company("Acme").create();
        assert_eq!(processes[1].client.get("/customers").rows(), ["Acme"]);
        let ids = at_once(3, |i| processes[i].client.company(&format!("Company {i}")).create().id);
        assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 3);
    }
}

/// Messages and tokens live in the database: any instance tells them.
#[apply(engines)]
fn instances_share_everything(app: TestApp) {
    let other = app.another(&[]);
    let acme = app.company("Acme").create();
    let form = app.get("/customers/new?type=company");
    let first = form.submit(&[("name", "Once")]).expect(303);
    let (address, fields) = form.filled(&[("name", "Once")]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let again = other.client.post(address, &fields).expect(303);
    assert_eq!(again.location().split('?').next(), first.location().split('?').next());
    let told = other.client.get(acme.disable().location());
    assert!(told.texts(".flash, [role=status]").concat().to_lowercase().contains("disabled"), "{told}");
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap().port()
}

#[test]
fn it_listens_on_loopback_in_every_spelling() {
    let database = Database::new(Engine::Sqlite);
    let with_port = |host: &str| format!("{host}:{}", free_port());
    for listen in ["127.0.0.1:0".to_owned(), "[::1]:0".to_owned(), with_port("localhost"), with_port("127.0.0.2"), "localhost:0".to_owned()]
    {
        let process = Process::listening(&listen, &database.url, &[]).unwrap_or_else(|output| panic!("{listen}: {}", said(&output)));
        process.client.get("/customers").expect(200);
    }
    let bare = format!("::1:{}", free_port());
    match Process::listening(&bare, &database.url, &[]) {
        Ok(process) => _ = process.client.get("/customers").expect(200),
        Err(output) => assert!(said(&output).contains('['), "says how to write it: {}", said(&output)),
    }
}

#[test]
fn it_listens_nowhere_else_while_nobody_signs_in() {
    let database = Database::new(Engine::Sqlite);
    for listen in
        ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080", "example.invalid:8080", ":8080", "8080", "127.0.0.1", "127.0.0.1:99999", "nonsense", ""]
    {
        let output = Process::listening(listen, &database.url, &[]).err().unwrap_or_else(|| panic!("{listen} is served"));
        let code = output.status.code();
        assert!(code == Some(1) || code == Some(2), "{listen}: {code:?} {}", said(&output));
        assert!(!said(&output).contains("panicked") && !said(&output).trim().is_empty(), "{listen}: {}", said(&output));
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Process::listening(&address, &database.url, &[]).err().expect("it is taken");
    assert_fails_in_words(&output, 1);
    assert!(said(&output).contains(&address), "names the address: {}", said(&output));
}

#[test]
fn a_database_that_cannot_be_used_ends_in_words() {
    for database in [
        "sqlite:/nonexistent/folder/x.db",
        "postgres://clientele@127.0.0.1:1/none",
        "postgres://clientele@nowhere.invalid/none",
        "mysql://localhost/x",
        "/proc/version",
        "/",
    ] {
        let output = Process::listening("127.0.0.1:0", database, &[]).err().unwrap_or_else(|| panic!("{database} is served"));
        let code = output.status.code();
        assert!(code == Some(1) || code == Some(2), "{database}: {code:?} {}", said(&output));
        assert!(!said(&output).contains("panicked"), "{}", said(&output));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    std::fs::write(&path, "this is not a database, but it is long enough to be taken for one".repeat(100)).unwrap();
    let output = Process::listening("127.0.0.1:0", path.to_str().unwrap(), &[]).err().expect("no database");
    assert_fails_in_words(&output, 1);
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("this is not"), "and the file is left alone");
}

#[test]
fn a_password_never_stands_in_a_message() {
    let output = Process::listening("127.0.0.1:0", "postgres://clientele:s3cret@127.0.0.1:1/none", &[]).err().expect("no database there");
    assert!(!said(&output).contains("s3cret"), "{}", said(&output));
}

#[test]
fn without_arguments_it_makes_its_own_file_here() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = command(&[])
        .env("CLIENTELE_LISTEN", "127.0.0.1:0")
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = Vec::new();
    let mut output = child.stdout.take().unwrap();
    let mut byte = [0];
    while !line.ends_with(b"/\n") && output.read(&mut byte).unwrap() == 1 {
        line.push(byte[0]);
    }
    let line = String::from_utf8(line).unwrap();
    let host = line.trim().strip_prefix("Clientele is at http://").and_then(|rest| rest.strip_suffix('/'));
    let page = Client::new(host.unwrap_or_else(|| panic!("{line}"))).get("/customers");
    child.kill().unwrap();
    child.wait().unwrap();
    page.expect(200);
    assert!(folder.path().join("clientele.db").exists());
}

#[test]
fn a_bare_path_and_the_environment_name_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a file with blanks & symbols.db");
    let process = Process::start(path.to_str().unwrap(), &[]);
    process.client.company("Acme").create();
    drop(process);
    assert!(path.exists());
    let output = command(&["demo", "--customers", "5"]).env("DATABASE_URL", &path).output().unwrap();
    assert_fails_in_words(&output, 1);
    assert!(said(&output).contains("empty"), "there is a customer already: {}", said(&output));
}

#[test]
fn wrong_usage_is_2_and_help_is_0() {
    for arguments in [
        &["--nonsense"][..],
        &["nonsense"],
        &["serve", "--role", "king"],
        &["serve", "--time-zone", "Mars/Base"],
        &["demo", "--customers", "many"],
    ] {
        let output = run(arguments);
        assert!([Some(1), Some(2)].contains(&output.status.code()), "{arguments:?}: {}", said(&output));
        assert!(!said(&output).contains("panicked"), "{}", said(&output));
    }
    assert_eq!(run(&["--nonsense"]).status.code(), Some(2));
    for arguments in [&["--help"][..], &["serve", "--help"], &["demo", "--help"], &["--version"]] {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments:?}");
        assert!(!output.stdout.is_empty());
    }
    let help = said(&run(&["serve", "--help"]));
    for setting in ["--listen", "CLIENTELE_LISTEN", "127.0.0.1:8080", "--database", "DATABASE_URL", "clientele.db", "--time-zone"] {
        assert!(help.contains(setting), "{setting}: {help}");
    }
}

#[apply(engines)]
fn demo_fills_an_empty_database_with_believable_customers(app: TestApp) {
    let demo = |count: &str| run(&["demo", "--customers", count, "--database", &app.database.url]);
    let output = demo("1000");
    assert!(output.status.success(), "{}", said(&output));
    let mut sql = app.sql();
    assert_eq!(sql.count("customers"), 1000);
    for (what, least) in [
        ("customers WHERE kind = 'individual'", 100),
        ("customers WHERE kind = 'company'", 100),
        ("customers WHERE NOT enabled", 10),
        ("customers WHERE ref_id = ''", 1),
        ("customers WHERE length(name) > 60", 1),
        ("contacts WHERE NOT own", 500),
        ("contacts WHERE is_default", 100),
        ("entitlements", 200),
        ("entitlements WHERE ends_on IS NULL", 1),
        ("(SELECT DISTINCT country FROM addresses WHERE country <> '') AS countries", 5),
    ] {
        assert!(sql.count(what) >= least, "{what}: {}", sql.count(what));
    }
    // The running instance sees them, in order and in the search.
    let page = app.get("/customers").expect(200);
    assert_eq!(page.rows().len(), 50);
    assert!(page.says("1,000 customers"), "{page}");
    for id in page.row_ids() {
        app.customer(id).page().expect(200);
    }
    let name = &page.rows()[10];
    let found = app.get(format!("/customers?{}", crate::support::encode(&[("q", name)])));
    assert!(found.rows().contains(name), "{name}: {found}");

    let again = demo("5");
    assert_fails_in_words(&again, 1);
    assert_eq!(sql.count("customers"), 1000);
}

#[apply(engines)]
fn demo_makes_as_many_as_one_asks_for(app: TestApp) {
    for count in [0, 1, 7] {
        let database = Database::new(app.database.engine);
        let output = run(&["demo", "--customers", &count.to_string(), "--database", &database.url]);
        assert!(output.status.success() || count == 0, "{}", said(&output));
        if output.status.success() {
            assert_eq!(database.connect().count("customers"), count);
        }
    }
}

#[apply(engines)]
fn it_says_whether_it_is_well(app: TestApp) {
    app.get("/healthz").expect(200);
    app.get("/readyz").expect(200);
    eventually("it is ready", || app.get("/readyz").status == 200);
}
