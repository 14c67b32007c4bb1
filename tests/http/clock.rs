//! A machine's clock that says anything.

use std::process::{Command, Output};

use macro_rules_attribute::apply;

use crate::support::app::command;
use crate::support::clock::library;
use crate::support::{TestApp, engines};

/// A command of the program whose clock is wrong by so much: `+8000y`.
fn at(offset: &str, arguments: &[&str]) -> Output {
    let mut command: Command = command(arguments);
    command.env("LD_PRELOAD", library()).env("FAKETIME", offset).env("FAKETIME_DONT_FAKE_MONOTONIC", "1").output().unwrap()
}

#[apply(engines)]
fn a_clock_beyond_four_digits_or_before_1970_does_no_harm(app: TestApp) {
    for (number, offset) in ["+8000y", "-60y"].into_iter().enumerate() {
        let name = format!("Customer {number}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.csv");
        std::fs::write(&file, format!("number,type,name\nN-{number},company,{name}\n")).unwrap();
        let file = file.to_str().unwrap();
        let database = ["--database", &app.database.url];
        for arguments in [&["import", "--yes", "--customers", file][..], &["check"], &["export", "--customers", "-"]] {
            let output = at(offset, &[arguments, &database].concat());
            assert!(output.status.success(), "{offset} {arguments:?}: {output:?}");
        }
        let served = at(offset, &[&["serve", "--listen", "127.0.0.1:0"][..], &database].concat());
        let words = String::from_utf8_lossy(&served.stderr);
        assert_eq!(served.status.code(), Some(1), "{words}");
        assert!(words.contains("This machine's clock") && words.trim().lines().count() == 1, "{words}");
    }
    // Who comes with the right clock reads and changes what was written.
    assert_eq!(app.get("/customers?sort=changed").expect(200).rows().len(), 2);
    for id in app.get("/customers").row_ids() {
        app.customer(id).page().expect(200);
        app.customer(id).edit(&[("phone", "typed")]).expect(303);
    }
    app.get("/customers?q=created:%3E2026-01-01").expect(200);
    app.get("/customers.csv").expect(200);
}
