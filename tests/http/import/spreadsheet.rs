//! What a spreadsheet opens and saves with its defaults comes back as it was. Debian's `LibreOffice`.

use std::path::Path;
use std::process::Command;

use macro_rules_attribute::apply;

use super::{Files, furnish};
use crate::export::asked::tricky;
use crate::support::app::run;
use crate::support::{TestApp, engines};

/// Opens files in `LibreOffice`, as it does by itself or as `opened` says, and saves each as this kind in another folder.
fn opened_and_saved(files: &[String], opened: &str, kind: &str, folder: &Path) {
    let profile = tempfile::tempdir().unwrap();
    let mut soffice = Command::new("soffice");
    soffice.arg(format!("-env:UserInstallation=file://{}", profile.path().display()));
    if !opened.is_empty() {
        soffice.arg(format!("--infilter={opened}"));
    }
    soffice.args(["--headless", "--convert-to", kind, "--outdir"]).arg(folder).args(files);
    let output = soffice.output().expect("soffice (libreoffice-calc-nogui)");
    assert!(output.status.success(), "{output:?}");
}

/// The bytes of the three files that the export writes, opened and saved.
fn saved(app: &TestApp, ending: &str, opened: &str, kind: &str) -> [Vec<u8>; 3] {
    let (written, saved) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = ["customers", "contacts", "entitlements"];
    let paths = files.map(|name| written.path().join(format!("{name}.{ending}")).to_str().unwrap().to_owned());
    let words: Vec<String> = files.iter().zip(&paths).flat_map(|(name, path)| [format!("--{name}"), path.clone()]).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = run(&[&["export", "--database", &app.database.url], &words[..]].concat());
    assert!(output.status.success(), "{output:?}");
    opened_and_saved(&paths, opened, kind, saved.path());
    files.map(|name| std::fs::read(saved.path().join(format!("{name}.{ending}"))).unwrap())
}

/// Records of every kind, with whatever spreadsheets like to take for something else.
fn records(app: &TestApp) {
    furnish(app);
    tricky(app);
    for (name, city) in [("Ωmega ΑΕ", "Αθήνα"), ("شركة النور", "دبي"), ("1E5", "1/2"), ("TRUE", "=SUM(A1)"), ("0", "00"), ("#N/A", "1,5")]
    {
        app.company(name).ref_id("0012").with("billing_city", city).with("description", "one\n\ntwo \"three\"; four, five\tsix").create();
    }
}

/// Not even the moment of the last change.
fn sums(app: &TestApp) -> [Vec<Option<String>>; 3] {
    ["customers", "contacts", "entitlements"]
        .map(|table| app.sql().texts(&format!("SELECT CAST(changed_at AS TEXT) AS text FROM {table} ORDER BY id")))
}

fn import(app: &TestApp, [customers, contacts, entitlements]: &[Vec<u8>; 3]) {
    let before = sums(app);
    let counts = ["customers", "contacts", "entitlements"].map(|table| u32::try_from(app.sql().count(table)).unwrap());
    let own = u32::try_from(app.sql().number("SELECT count(*) AS number FROM contacts WHERE own")).unwrap();
    let files = Files::new().with("customers", customers).with("contacts", contacts).with("entitlements", entitlements);
    let done = files.import(&app.database, &["--yes"]).done();
    done.counted("customers", [0, 0, counts[0], 0, 0])
        .counted("contacts", [0, 0, counts[1] - own, 0, 0])
        .counted("entitlements", [0, 0, counts[2], 0, 0]);
    assert_eq!(sums(app), before);
}

#[apply(engines)]
fn a_workbook_that_was_opened_and_saved_changes_nothing(app: TestApp) {
    records(&app);
    import(&app, &saved(&app, "xlsx", "", "xlsx"));
}

/// CSV has no types. Opened by default, `00042` becomes 42 and `1E5` a number; so whoever opens it has to say in the dialog that all columns are text.
#[apply(engines)]
fn text_that_was_opened_as_text_and_saved_changes_nothing(app: TestApp) {
    records(&app);
    let columns: Vec<String> = (1..=25).map(|column| format!("{column}/2")).collect();
    let opened = format!("Text - txt - csv (StarCalc):44,34,76,1,{}", columns.join("/"));
    import(&app, &saved(&app, "csv", &opened, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"));
}
