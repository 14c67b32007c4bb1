//! `clientele export`.

use std::path::Path;

use macro_rules_attribute::apply;

use super::column;
use crate::support::app::run;
use crate::support::sheets::{sheets, unzipped};
use crate::support::{TestApp, engines};

#[apply(engines)]
fn the_command_line_writes_all_three_files(app: TestApp) {
    let acme = app.company("Acme").crm_id("C-9").contact("Jana", "Hoffmann", "j@x.example").create();
    acme.entitle(&[("contact", &acme.contact("Jana").id.to_string())]).expect(303);
    acme.add_contact("Bo", "Berg", "b@x.example").expect(303);
    app.individual("Ada", "Lovelace").with("email", "ada@x.example").entitlements(1).create();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (customers, contacts, entitlements) = (path("c.csv"), path("k.csv"), path("e.csv"));
    let files = ["--customers", &customers, "--contacts", &contacts, "--entitlements", &entitlements];
    let output = run(&[&["export", "--database", &app.database.url], &files[..]].concat());
    assert!(output.status.success(), "{output:?}");

    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert_eq!(read(&customers), app.get("/customers.csv").text(), "the same bytes as the page's");
    assert_eq!(column(&read(&contacts), "last_name"), ["Hoffmann", "Berg"]);
    assert_eq!(column(&read(&contacts), "default"), ["yes", "no"]);
    assert_eq!(column(&read(&contacts), "customer_crm_id"), ["C-9", "C-9"]);
    assert_eq!(column(&read(&entitlements), "contact_email"), ["j@x.example", "ada@x.example"]);
    assert_eq!(column(&read(&entitlements), "customer_number"), ["C-000001", "C-000002"]);
    assert!(read(&contacts).starts_with('\u{feff}') && read(&entitlements).starts_with('\u{feff}'));

    let output = run(&["export", "--database", &app.database.url, "--customers", "-", "--query", "name:lovelace"]);
    assert_eq!(column(&String::from_utf8(output.stdout).unwrap(), "last_name"), ["Lovelace"]);
    let output = run(&["export", "--database", &app.database.url, "--customers", "/nowhere/x.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap().trim().lines().count(), 1);
}

/// Exports with these words, in this folder. Returns what was said.
fn export(app: &TestApp, folder: &Path, words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| word.replace("DIR", folder.to_str().unwrap())).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = run(&[&["export", "--database", &app.database.url], &words[..]].concat());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[apply(engines)]
fn the_name_of_a_file_says_its_form(app: TestApp) {
    app.company("Müller").crm_id("007").contact("Jana", "Hoffmann", "j@x.example").create().entitle(&[]).expect(303);
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let said = export(&app, folder.path(), &["--all", "DIR/all.xlsx", "--customers", "DIR/c.XLSX", "--contacts", "DIR/k.txt"]);
    assert_eq!(said.trim(), "Exported 1 customer, 1 contact, 1 entitlement.");
    assert_eq!(
        sheets(&read("all.xlsx")).iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(),
        ["Customers", "Contacts", "Entitlements"]
    );
    assert_eq!(sheets(&read("c.XLSX"))[0].column("crm_id"), ["007"]);
    assert_eq!(column(&String::from_utf8(read("k.txt")).unwrap(), "last_name"), ["Hoffmann"]);

    export(&app, folder.path(), &["--all", "DIR/all.zip", "--no-bom", "--columns", "name,phone,contacts.last_name"]);
    let files = unzipped(&read("all.zip"));
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["customers.csv", "contacts.csv", "entitlements.csv"]);
    assert_eq!(files[0].1.lines().next(), Some("number,name,phone"));
    assert_eq!(files[1].1.lines().next(), Some("customer_number,last_name,email,phone"));
    assert_eq!(files[2].1.lines().next().map(|line| line.split(',').count()), Some(9), "none of its columns was named");
    export(&app, folder.path(), &["--customers", "DIR/c.xlsx", "--format", "csv"]);
    assert!(read("c.xlsx").starts_with("\u{feff}number,".as_bytes()));

    let output = run(&["export", "--database", &app.database.url, "--customers", "-", "--bom"]);
    assert!(output.stdout.starts_with("\u{feff}".as_bytes()));
    for (words, why) in [
        (&["--customers", "x.csv", "--columns", "shoe_size"][..], "There is no column shoe_size"),
        (&["--all", "x.csv"], "has to end in .xlsx or .zip"),
        (&["--customers", "x.csv", "--contacts", "x.csv"], "x.csv is named twice"),
    ] {
        let output = run(&[&["export", "--database", &app.database.url], words].concat());
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains(why), "{why}");
    }
    assert_eq!(run(&["export", "--database", &app.database.url]).status.code(), Some(2), "nothing to write");
}

#[apply(engines)]
fn what_does_not_fit_a_sheet_goes_to_the_next(app: TestApp) {
    let acme = app.company("Acme").create();
    for number in 0..7 {
        acme.add_contact("", &format!("Person {number}"), &format!("p{number}@x.example")).expect(303);
    }
    let folder = tempfile::tempdir().unwrap();
    export(&app, folder.path(), &["--all", "DIR/all.xlsx", "--sheet-rows", "4"]);
    let sheets = sheets(&std::fs::read(folder.path().join("all.xlsx")).unwrap());
    let names: Vec<_> = sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.rows.len())).collect();
    assert_eq!(names, [("Customers", 2), ("Contacts", 4), ("Contacts 2", 4), ("Contacts 3", 2), ("Entitlements", 1)]);
    assert_eq!(sheets[2].column("last_name"), ["Person 3", "Person 4", "Person 5"]);
    assert!(sheets.iter().all(|sheet| sheet.frozen && sheet.header()[0].ends_with("number")));
}

/// What stood there stays until the new file is whole, with the permissions that it had; a new one has those of any new file.
#[cfg(unix)]
#[test]
fn a_file_is_replaced_when_it_is_whole() {
    use std::os::unix::fs::PermissionsExt as _;
    let app = TestApp::start(crate::support::Engine::Sqlite);
    app.company("Acme").create();
    let folder = tempfile::tempdir().unwrap();
    let (old, link, new) = (folder.path().join("old.csv"), folder.path().join("link.csv"), folder.path().join("new.xlsx"));
    std::fs::write(&old, "before").unwrap();
    std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&old, &link).unwrap();
    export(&app, folder.path(), &["--customers", "DIR/link.csv", "--all", "DIR/new.xlsx", "--contacts", "/dev/null"]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert!(std::fs::read_to_string(&old).unwrap().contains("Acme") && link.is_symlink());
    assert_eq!(mode(&old), 0o640);
    let fresh = folder.path().join("fresh");
    std::fs::write(&fresh, "").unwrap();
    assert_eq!(mode(&new), mode(&fresh));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4, "nothing else is left there");
}
