//! Customers as CSV: from the page and from the command line.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::database::Database;
use crate::support::postgres::Cluster;
use crate::support::{TestApp, encode, engines};

/// The cells of a file, line by line, the head first.
fn cells(bytes: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A column of a file by its name.
fn column(bytes: &str, name: &str) -> Vec<String> {
    let lines = cells(bytes);
    let at = lines[0].iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"));
    lines[1..].iter().map(|line| line[at].clone()).collect()
}

#[apply(engines)]
fn the_file_holds_what_the_list_shows(app: TestApp) {
    app.company("Acme, \"Inc\"\u{a0}").crm_id("00042").with("description", "two\r\nlines").with("billing_postal_code", "01067").create();
    app.company("Baltic").disabled().create();
    app.individual("Ada", "Lovelace").with("email", "ada@x.example").create();

    let page = app.get("/customers.csv").expect(200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")));
    assert!(page.header("content-disposition").is_some_and(|value| value.starts_with("attachment; filename=\"customers-")));
    let text = page.text();
    assert_eq!(column(&text, "name"), ["Acme, \"Inc\"", "Baltic", ""]);
    assert_eq!(column(&text, "last_name"), ["", "", "Lovelace"]);
    assert_eq!(column(&text, "status"), ["enabled", "disabled", "enabled"]);
    assert_eq!(column(&text, "number"), ["C-000001", "C-000002", "C-000003"]);
    assert_eq!(column(&text, "crm_id"), ["00042", "", ""]);
    assert_eq!(column(&text, "billing_postal_code"), ["01067", "", ""]);
    assert_eq!(column(&text, "description")[0], "two\nlines");
    assert!(text.contains("\r\n") && !text.starts_with('\u{feff}'));

    assert_eq!(column(&app.get("/customers.csv?status=disabled").expect(200).text(), "name"), ["Baltic"]);
    let search = format!("/customers.csv?{}", encode(&[("q", "-type:company")]));
    assert_eq!(column(&app.get(search).expect(200).text(), "last_name"), ["Lovelace"]);
    assert_eq!(cells(&app.get("/customers.csv?q=nobody").expect(200).text()).len(), 1, "the head alone");
    assert_eq!(app.send("HEAD", "/customers.csv", &[], &[]).expect(200).text(), "");
}

/// No cell starts a formula, and all names are still different.
#[apply(engines)]
fn no_cell_starts_a_formula(app: TestApp) {
    let names = ["=1+1", "'=1+1", "''=1+1", "-5", "@x", "+49 30 1"];
    for name in names {
        app.company(name).with("phone", "+49 30 1").create();
    }
    let text = app.get("/customers.csv").expect(200).text();
    let exported = column(&text, "name");
    assert_eq!(exported, ["'=1+1", "''=1+1", "'''=1+1", "'-5", "'@x", "'+49 30 1"]);
    for cell in cells(&text).concat() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
}

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

    let output = run(&["export", "--database", &app.database.url, "--customers", "-", "--query", "name:lovelace"]);
    assert_eq!(column(&String::from_utf8(output.stdout).unwrap(), "last_name"), ["Lovelace"]);
    let output = run(&["export", "--database", &app.database.url, "--customers", "/nowhere/x.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap().trim().lines().count(), 1);
}

/// Fills the database with far more than the sockets on the way can hold.
fn fill(app: &TestApp) {
    app.post("/sample", &[]).expect(303);
    let long = "x".repeat(40_000);
    app.sql().run(&format!("UPDATE customers SET description = '{long}'")).unwrap();
}

/// A reader that has asked for the file and read its first byte.
fn reader(app: &TestApp) -> TcpStream {
    let mut stream = TcpStream::connect(&app.host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(stream, "GET /customers.csv HTTP/1.1\r\nHost: {}\r\n\r\n", app.host).unwrap();
    stream.read_exact(&mut [0]).unwrap();
    stream
}

/// A failure in the middle does not look like a whole file.
#[test]
fn a_file_that_breaks_off_does_not_end() {
    let cluster = Cluster::own();
    let app = TestApp::with(Database::on(&cluster), &[]);
    fill(&app);
    let mut reader = reader(&app);
    cluster.stop();
    let mut rest = Vec::new();
    // The connection is closed or reset; either way before the end that a whole body has.
    let _ = reader.read_to_end(&mut rest);
    assert!(!rest.is_empty() && !rest.ends_with(b"0\r\n\r\n"), "{} bytes", rest.len());
}

/// Slow readers hold no connection and no snapshot.
#[apply(engines)]
fn slow_readers_keep_nobody_waiting(app: TestApp) {
    fill(&app);
    let mut readers: Vec<TcpStream> = (0..20).map(|_| reader(&app)).collect();
    for i in 0..50 {
        app.company(&format!("Company {i}")).create();
        app.get("/customers?q=company").expect(200);
    }
    for reader in &mut readers {
        let mut byte = [0];
        reader.read_exact(&mut byte).unwrap();
    }
    // One that goes on gets the whole file.
    let mut rest = Vec::new();
    let reader = &mut readers[0];
    while !rest.ends_with(b"0\r\n\r\n") {
        let mut bytes = [0; 4096];
        let count = reader.read(&mut bytes).unwrap();
        assert!(count > 0, "it ends before its end");
        rest.extend(&bytes[..count]);
    }
}

#[apply(engines)]
fn the_list_of_entitlements_is_a_file_that_an_import_takes(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let jana = acme.contact("Jana").id.to_string();
    for number in 0..120 {
        let product = format!("Lumen {number:03}");
        let ends = if number % 2 == 0 { "2999-12-31" } else { "" };
        acme.entitle(&[("product", &product), ("contact", &jana), ("ends_on", ends)]).expect(303);
    }
    app.company("Baltic").create().entitle(&[("product", "=Kestrel"), ("starts_on", "2020-01-01"), ("ends_on", "2020-12-31")]).expect(303);
    let products = |path: &str| column(&app.get(path).expect(200).text(), "product");
    let all = products("/entitlements.csv");
    assert_eq!(all.len(), 121, "more than a page of them, each once");
    assert_eq!((all[0].as_str(), all[119].as_str(), all[120].as_str()), ("Lumen 000", "Lumen 119", "'=Kestrel"), "formulas are guarded");
    assert_eq!(products("/entitlements.csv?state=ended&sort=product"), ["'=Kestrel"]);
    assert_eq!(products("/entitlements.csv?q=lumen+-019&state=running").len(), 119);
    assert_eq!(products("/entitlements.csv?state=ends-30").len(), 0);
    assert_eq!(products("/entitlements.csv?q=nobody").len(), 0);
    let file = app.get("/entitlements.csv?q=lumen+042").expect(200).text();
    assert_eq!(
        (column(&file, "contact_email"), column(&file, "ends_on")),
        (vec!["jana@acme.example".to_owned()], vec!["2999-12-31".to_owned()])
    );
    let page = app.get("/entitlements?q=lumen+042").expect(200);
    assert_eq!(column(&page.press("Export").expect(200).text(), "product"), ["Lumen 042"]);
}
