//! Passwords of databases, and names of files, stay out of messages and logs.

use std::process::Output;

use crate::import_page::{Upload, path, until};
use crate::support::app::{command, run};
use crate::support::database::Database;
use crate::support::{Engine, TestApp, eventually};

const MARK: &str = "Z1Z2Z3";

/// Addresses with a password, each wrong in a way of its own.
const ADDRESSES: [&str; 26] = [
    "postgres://u:Z1Z2Z3@127.0.0.1:1/none",
    "postgresql://u:Z1Z2Z3@nowhere.invalid/none",
    "postgres://u:p@Z1Z2Z3@127.0.0.1/db",
    "postgres://u:Z1Z2Z3/x",
    "postgres://u:Z1Z2Z3",
    "postgres://u:x/Z1Z2Z3@127.0.0.1/db",
    "postgres://u:x?Z1Z2Z3@127.0.0.1/db",
    "postgres://u:Z1Z2Z3%zz@127.0.0.1/db",
    "postgres://u:Z1Z2Z3%00@127.0.0.1/db",
    "postgres://u:Z1Z2Z3@127.0.0.1:port/db",
    "postgres://127.0.0.1:1/db?user=u&password=Z1Z2Z3",
    "postgres://127.0.0.1:1/db?password=x=Z1Z2Z3",
    "postgres://127.0.0.1:1/db?password=x&Z1Z2Z3",
    "postgres://u:Z1Z2Z3@[::1/db",
    "postgres://u:Z1Z2Z3@127.0.0.1:1/db?sslmode=require",
    "postgres:u:Z1Z2Z3@127.0.0.1/db",
    "postgres:/u:Z1Z2Z3@127.0.0.1/db",
    "postgre://u:Z1Z2Z3@127.0.0.1/db",
    "mysql://u:Z1Z2Z3@127.0.0.1/db",
    "Z1Z2Z3://127.0.0.1/db",
    "DATABASE_URL=postgres://u:Z1Z2Z3@127.0.0.1/db",
    "u:Z1Z2Z3@127.0.0.1/db",
    "sqlite://u:Z1Z2Z3@127.0.0.1/db",
    "host=127.0.0.1 user=u password=Z1Z2Z3 dbname=db",
    "password = 'Z1Z2Z3'",
    "/nowhere/x.db?password=Z1Z2Z3",
];

fn assert_silent(output: &Output, what: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(!said.contains(MARK), "{what}: {said}");
    assert!(!said.trim().is_empty() && !said.contains("panicked"), "{what}: {said}");
}

#[test]
fn a_password_never_stands_in_a_message() {
    for address in ADDRESSES {
        let folder = tempfile::tempdir().unwrap();
        for arguments in [&["export", "--customers", "-"][..], &["check"]] {
            let run = |more: &[&str], variable: &str| {
                let mut command = command(&[arguments, more].concat());
                command.current_dir(folder.path()).env("CLIENTELE_LOG", "trace").env(variable, address).output().unwrap()
            };
            for output in [run(&["--database", address], "NOTHING"), run(&[], "DATABASE_URL")] {
                assert!([Some(1), Some(2)].contains(&output.status.code()), "{address}: {:?}", output.status);
                assert_silent(&output, address);
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{address} was taken for a file");
    }
}

/// A slip of the hand makes the address a word that is not understood, and such words are repeated.
#[test]
fn a_password_never_stands_in_what_is_said_about_usage() {
    for address in ADDRESSES {
        let flag = format!("--databse={address}");
        for arguments in [
            &[address][..],
            &["serve", address],
            &[&flag],
            &["serve", "--listen", address],
            &["export", "--customers", "-", address],
            &["--database", "x.db", "--time-zone", address],
            &["demo", "--customers", address],
        ] {
            // A word alone may be anything; what looks like an address is not repeated.
            if !address.starts_with("Z1") {
                let output = run(arguments);
                assert_eq!(output.status.code(), Some(2), "{arguments:?}");
                assert_silent(&output, address);
            }
        }
        for arguments in [&["--help"][..], &["serve", "--help"]] {
            let output = command(arguments).env("DATABASE_URL", address).output().unwrap();
            assert!(output.status.success());
            assert_silent(&output, address);
        }
    }
}

/// The page tells what is wrong with a file; the log only that something is.
#[test]
fn names_of_files_and_columns_are_not_logged() {
    let app = TestApp::with(Database::new(Engine::Sqlite), &[]);
    let text = "number,type,name,Z1Z2Z3column\nN-1,company,Acme,x\n";
    let checked = Upload::new().named("customers", "Z1Z2Z3\u{202E}\u{200F}vsc.csv", text).checked(&app);
    assert!(checked.text().contains("Z1Z2Z3vsc.csv"), "without the marks that turn it around: {checked}");
    // When it is looked at again, a column is there twice: the job fails.
    let broken = text.replace("number,type,name", "name,name,x12345");
    app.sql().run(&format!("UPDATE import_parts SET bytes = CAST('{broken}' AS BLOB)")).unwrap();
    checked.press("Import 1 row").expect(303);
    eventually("it has failed", || app.log().contains("a job has failed"));
    let failed = until(&app, &path(&checked), |page| page.heading() != "Importing");
    assert!(failed.text().contains("Z1Z2Z3vsc.csv"), "the page says which file: {failed}");
    assert!(!app.log().contains(MARK), "{}", app.log());
}
