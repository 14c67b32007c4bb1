//! What a start refuses, in one line and without touching it: databases of others, of later versions, in other encodings; and the rights of
//! what it makes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use macro_rules_attribute::apply;

use crate::support::app::{PROGRAM, Process, run};
use crate::support::database::Database;
use crate::support::postgres::{Cluster, shared};
use crate::support::{Engine, TestApp, engines};

/// Every command that opens a database refuses this one with these words.
fn assert_refused(url: &str, words: &str) {
    let commands: [&[&str]; 4] =
        [&["serve", "--listen", "127.0.0.1:0"], &["check"], &["export", "--customers", "-"], &["demo", "--customers", "3"]];
    for command in commands {
        let output = run(&[command, &["--database", url]].concat());
        assert_says(&output, words);
    }
}

fn assert_says(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(words), "{words}: {said}");
    assert_eq!(said.trim().lines().count(), 1, "one line: {said}");
}

/// The files of a folder with what they hold.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn files_of_others_are_refused_and_left_alone() {
    for (sql, words) in [
        ("PRAGMA journal_mode = WAL; PRAGMA application_id = 7; CREATE TABLE t (x)", "another application"),
        ("PRAGMA application_id = 7", "another application"),
        ("CREATE TABLE customers (id INTEGER PRIMARY KEY)", "another application"),
        ("PRAGMA journal_mode = WAL; CREATE TABLE t (x)", "another application"),
        (
            "CREATE TABLE __diesel_schema_migrations (version TEXT); INSERT INTO __diesel_schema_migrations VALUES ('2020')",
            "another application",
        ),
    ] {
        let database = Database::empty(Engine::Sqlite);
        database.connect().run(sql).unwrap();
        let before = files(database.folder().unwrap());
        assert_refused(&database.url, words);
        assert!(before == files(database.folder().unwrap()), "{sql}: something was touched");
    }
}

/// Another program has it open, with all of it in its log still.
#[test]
fn a_file_that_another_application_has_open_is_refused() {
    let database = Database::empty(Engine::Sqlite);
    let mut other = database.connect();
    other.run("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    let before = fs::read(database.url.strip_prefix("sqlite:").unwrap()).unwrap();
    assert_refused(&database.url, "another application");
    assert_eq!(fs::read(database.url.strip_prefix("sqlite:").unwrap()).unwrap(), before);
    other.run("INSERT INTO t VALUES (2)").unwrap();
    assert_eq!(other.count("t"), 2);
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let made = Database::empty(Engine::Sqlite);
    assert!(run(&["demo", "--customers", "3", "--database", &made.url]).status.success());
    let whole = fs::read(made.url.strip_prefix("sqlite:").unwrap()).unwrap();
    let damaged = |from: usize, to: usize| [&whole[..from], &vec![0x5A; to - from], &whole[to..]].concat();
    for bytes in [b"text".repeat(3000), damaged(0, 16), damaged(0, 100), damaged(100, 4096), whole[..1000].to_vec(), damaged(16, 18)] {
        fs::write(&path, bytes).unwrap();
        let before = files(folder.path());
        assert_refused(path.to_str().unwrap(), "damaged, or no database at all");
        assert!(before == files(folder.path()), "something was touched");
    }
    assert_refused(folder.path().to_str().unwrap(), "not a file");
}

#[apply(engines)]
fn a_newer_schema_is_refused_and_left_alone(app: TestApp) {
    app.company("Acme").create();
    app.sql().run("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')").unwrap();
    assert!(app.process().stop().success());
    assert_refused(&app.database.url, "newer version of Clientele (its schema has 29990101000000)");
    assert_eq!(app.sql().count("customers"), 1);
    app.sql().run("DELETE FROM __diesel_schema_migrations WHERE version = '29990101000000'").unwrap();
    app.start_again();
    assert_eq!(app.get("/customers").rows(), ["Acme"]);
}

#[test]
fn files_are_marked_as_this_programs() {
    let id = |database: &Database| database.connect().number("SELECT application_id AS number FROM pragma_application_id");
    let mut app = TestApp::start(Engine::Sqlite);
    app.company("Acme").create();
    assert_eq!(id(&app.database), 0x436C_6E74, "Clnt");
    // An earlier version left it without.
    app.process().stop();
    app.sql().run("PRAGMA application_id = 0").unwrap();
    app.start_again();
    assert_eq!(id(&app.database), 0x436C_6E74);
    assert_eq!(app.get("/customers").rows(), ["Acme"]);
}

#[test]
fn only_its_owner_reads_a_new_file() {
    for mask in ["000", "022", "777"] {
        let folder = tempfile::tempdir().unwrap();
        let (new, known) = (folder.path().join("new.db"), folder.path().join("known.db"));
        fs::write(&known, "").unwrap();
        fs::set_permissions(&known, fs::Permissions::from_mode(0o640)).unwrap();
        for (path, mode) in [(&new, 0o600), (&known, 0o640)] {
            let script = format!("umask {mask}; exec \"$0\" demo --customers 3 --database \"$1\"");
            let made = Command::new("sh").args(["-c", &script, PROGRAM]).arg(path).status().unwrap();
            assert!(made.success());
            let process = Process::start(path.to_str().unwrap(), &[]);
            process.client.get("/customers").expect(200);
            for suffix in ["", "-wal", "-shm"] {
                let file = fs::metadata(format!("{}{suffix}", path.display())).unwrap();
                assert_eq!(file.permissions().mode() & 0o777, mode, "{}{suffix}, umask {mask}", path.display());
            }
        }
    }
}

#[test]
fn what_only_reads_makes_no_database() {
    let database = Database::empty(Engine::Sqlite);
    for command in [&["check"][..], &["check", "--fix"], &["export", "--customers", "-"]] {
        let output = run(&[command, &["--database", &database.url]].concat());
        assert_says(&output, "there is no such file");
    }
    assert!(files(database.folder().unwrap()).is_empty());
}

#[test]
fn a_postgres_database_that_does_not_hold_every_character_is_refused() {
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let database = Database::encoded(encoding);
        assert_refused(&database.url, &format!("its encoding is {encoding}"));
        assert_eq!(database.connect().count("pg_tables WHERE schemaname = 'public'"), 0);
    }
}

#[test]
fn a_postgres_database_of_another_application_is_refused() {
    let database = Database::empty(Engine::Postgres);
    database.connect().run("CREATE TABLE customers (id INTEGER)").unwrap();
    assert_refused(&database.url, "another application");
    assert_eq!(database.connect().count("pg_tables WHERE schemaname = 'public'"), 1);
}

/// It needs the right to create only when there is something to create.
#[test]
fn a_postgres_role_that_may_not_create_uses_what_is_there() {
    let role = Cluster::fresh_name();
    let as_role = |database: &Database| database.url.replace("clientele@", &format!("{role}@"));
    let (made, empty) = (Database::on(shared()), Database::empty(Engine::Postgres));
    empty.connect().run(&format!("CREATE ROLE {role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC")).unwrap();
    assert_refused(&as_role(&empty), &format!("the role {role} may not"));
    assert_eq!(empty.connect().count("pg_tables WHERE schemaname = 'public'"), 0);

    let grants = format!(
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
         GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    );
    made.connect().run(&grants).unwrap();
    let process = Process::start(&as_role(&made), &[]);
    let acme = process.client.company("Acme 😀").entitlements(1).create();
    acme.edit(&[("phone", "typed")]).expect(303);
    assert_eq!(process.client.get("/customers").rows(), ["Acme 😀"]);
    drop(process);
    made.connect().run(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}
