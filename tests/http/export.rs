//! Customers as files: from the page and from the command line.

pub mod asked;
mod command;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use macro_rules_attribute::apply;

use crate::support::database::Database;
use crate::support::postgres::Cluster;
use crate::support::sheets::sheets;
use crate::support::{TestApp, encode, engines};

/// The cells of a file, line by line, the head first.
fn cells(bytes: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.trim_start_matches('\u{feff}').as_bytes());
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
    assert_eq!(column(&text, "name"), ["Acme, \"Inc\"", "", "Baltic"], "in the order of the list");
    assert_eq!(column(&text, "last_name"), ["", "Lovelace", ""]);
    assert_eq!(column(&text, "status"), ["enabled", "enabled", "disabled"]);
    assert_eq!(column(&text, "number"), ["C-000001", "C-000003", "C-000002"]);
    assert_eq!(column(&text, "crm_id"), ["00042", "", ""]);
    assert_eq!(column(&text, "billing_postal_code"), ["01067", "", ""]);
    assert_eq!(column(&text, "description")[0], "two\nlines");
    assert!(text.contains("\r\n") && text.starts_with('\u{feff}'), "by which spreadsheets know UTF-8");
    assert!(app.get("/customers.csv?bom=no").expect(200).text().starts_with("number,"));
    assert_eq!(column(&app.get("/customers.csv?sort=newest").expect(200).text(), "number"), ["C-000003", "C-000002", "C-000001"]);

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
    let guarded: HashSet<&str> = exported.iter().map(String::as_str).collect();
    assert_eq!(guarded, HashSet::from(["'=1+1", "''=1+1", "'''=1+1", "'-5", "'@x", "'+49 30 1"]));
    for cell in cells(&text).concat() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
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
        // No EID has an O, so that none is found by what is to be found in products.
        let product = format!("Lumen No{number:03}");
        let ends = if number % 2 == 0 { "2999-12-31" } else { "" };
        acme.entitle(&[("product", &product), ("contact", &jana), ("ends_on", ends)]).expect(303);
    }
    app.company("Baltic").create().entitle(&[("product", "=Kestrel"), ("starts_on", "2020-01-01"), ("ends_on", "2020-12-31")]).expect(303);
    let products = |path: &str| column(&app.get(path).expect(200).text(), "product");
    let all = products("/entitlements.csv?sort=-newest");
    assert_eq!(all.len(), 121, "more than a page of them, each once");
    assert_eq!(
        (all[0].as_str(), all[119].as_str(), all[120].as_str()),
        ("Lumen No000", "Lumen No119", "'=Kestrel"),
        "formulas are guarded"
    );
    let due = products("/entitlements.csv");
    assert_eq!((due[0].as_str(), due[120].as_str()), ("Lumen No000", "'=Kestrel"), "what ends next comes first");
    assert_eq!(products("/entitlements.csv?state=ended&sort=product"), ["'=Kestrel"]);
    assert_eq!(products("/entitlements.csv?q=lumen+-no019&state=running").len(), 119);
    assert_eq!(products("/entitlements.csv?state=ends-30").len(), 0);
    assert_eq!(products("/entitlements.csv?q=nobody").len(), 0);
    let file = app.get("/entitlements.csv?q=lumen+no042").expect(200).text();
    assert_eq!(
        (column(&file, "contact_email"), column(&file, "ends_on")),
        (vec!["jana@acme.example".to_owned()], vec!["2999-12-31".to_owned()])
    );
    let page = app.get("/entitlements?q=lumen+no042").expect(200);
    let file = page.press("Export").expect(200).press("Download").expect(200);
    assert_eq!(sheets(&file.bytes)[0].column("product"), ["Lumen No042"]);
}

/// What a reader has not read yet, without the sizes of the chunks.
fn rest(reader: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"0\r\n\r\n") {
        let mut more = [0; 8_192];
        let count = reader.read(&mut more).unwrap();
        assert!(count > 0, "it ends before its end");
        bytes.extend(&more[..count]);
    }
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let (mut rest, mut body) = (&bytes[head..], Vec::new());
    loop {
        let line = rest.iter().position(|byte| *byte == b'\r').unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return String::from_utf8(body).unwrap();
        }
        body.extend(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
}
