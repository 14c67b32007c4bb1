//! Files on their way in: the check, the import, what it takes and what it refuses.

mod files;
mod foreign;
mod history;
mod identifiers;
mod invalid;
mod named;
mod reachable;
mod resuming;
mod round_trip;
mod rules;
mod spreadsheet;
mod template;

use std::path::PathBuf;
use std::process::Output;

use tempfile::TempDir;

use crate::support::TestApp;
use crate::support::app::run;
use crate::support::database::Database;

/// Files to import, in a folder of their own.
pub struct Files {
    folder: TempDir,
    arguments: Vec<String>,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), arguments: Vec::new() }
    }

    /// A file of this kind with these bytes.
    fn with(mut self, kind: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path(&format!("{kind}.csv"));
        std::fs::write(&path, bytes).unwrap();
        self.arguments.extend([format!("--{kind}"), path]);
        self
    }

    /// A file as another program writes it.
    fn of_another_program(mut self, kind: &str, name: &str) -> Self {
        let path = format!("{}/tests/imports/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        self.arguments.extend([format!("--{kind}"), path]);
        self
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn import(&self, database: &Database, flags: &[&str]) -> Said {
        self.import_into(&database.url, flags)
    }

    fn import_into(&self, url: &str, flags: &[&str]) -> Said {
        let files: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        Said(run(&[&["import", "--database", url], &files[..], flags].concat()))
    }
}

pub fn customers(text: &str) -> Files {
    Files::new().with("customers", text)
}

/// What a command said.
pub struct Said(Output);

impl Said {
    #[track_caller]
    pub fn done(self) -> Self {
        assert!(self.0.status.success(), "{self}");
        self
    }

    /// It failed, and the last line says why.
    #[track_caller]
    fn failed(self, why: &str) -> Self {
        assert_eq!(self.0.status.code(), Some(1), "{self}");
        let stderr = String::from_utf8_lossy(&self.0.stderr).into_owned();
        assert!(stderr.trim().lines().last().is_some_and(|line| line.contains(why)), "{why:?} is not in {self}");
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Self {
        assert!(self.to_string().contains(words), "{words:?} is not in {self}");
        self
    }

    /// The counts of a file in the last table: new, changed, unchanged, skipped, invalid.
    fn counts(&self, kind: &str) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.0.stdout).into_owned();
        let line = text.lines().rev().find(|line| line.starts_with(kind) && line.split_whitespace().count() == 6);
        line.unwrap_or_else(|| panic!("no counts of {kind} in {self}"))
            .split_whitespace()
            .skip(1)
            .map(|count| count.replace(',', ""))
            .collect()
    }

    #[track_caller]
    fn counted(self, kind: &str, counts: [u32; 5]) -> Self {
        assert_eq!(self.counts(kind), counts.map(|count| count.to_string()), "{self}");
        self
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}{}", self.0.status, String::from_utf8_lossy(&self.0.stdout), String::from_utf8_lossy(&self.0.stderr))
    }
}

/// The three files that the export writes.
fn exported(database: &Database) -> [String; 3] {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["customers", "contacts", "entitlements"].map(|kind| folder.path().join(kind));
    let [customers, contacts, entitlements] = paths.each_ref().map(|path: &PathBuf| path.to_str().unwrap());
    let files = ["--customers", customers, "--contacts", contacts, "--entitlements", entitlements];
    let output = run(&[&["export", "--database", &database.url], &files[..]].concat());
    assert!(output.status.success(), "{output:?}");
    paths.map(|path| std::fs::read_to_string(path).unwrap())
}

fn all(files: &[String; 3]) -> Files {
    Files::new().with("customers", &files[0]).with("contacts", &files[1]).with("entitlements", &files[2])
}

/// A few customers of every kind, with all that they can have.
fn furnish(app: &TestApp) {
    for name in ["=1+1", "'=1+1", "''=1+1", "-5", "@x", "O'Brien, \"Sons\""] {
        app.company(name).with("phone", "+49 30 1").create();
    }
    let acme = app.company("Acme").crm_id("00042").ref_id("R-1").with("description", "two\r\nlines").with("billing_postal_code", "01067");
    let acme = acme.contact("Jana", "Hoffmann", "j@x.example").contact("Bo", "Berg", "b@x.example").create();
    acme.entitle(&[("contact", &acme.contact("Jana").id.to_string()), ("ends_on", "2999-12-31")]).expect(303);
    acme.entitle(&[]).expect(303);
    acme.entitlement("2999").end().expect(303);
    acme.contact("Jana").disable().expect(303);
    acme.disable().expect(303);
    app.individual("Ada", "Lovelace").with("email", "ada@x.example").with("language", "en").entitlements(2).create();
    app.individual("", "Cher").entitlements(1).create();
    app.company("Elsewhere").with("billing_city", "Lyon").with("shipping_same", "").with("shipping_city", "Brno").create();
}
