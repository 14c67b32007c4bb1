//! The page that asks what to export, and the files that it leads to.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use macro_rules_attribute::apply;

use super::{column, reader, rest};
use crate::support::app::run;
use crate::support::sheets::{sheets, unzipped};
use crate::support::{TestApp, engines};

/// Whatever spreadsheets like to take for something else.
const TRICKY: [(&str, &str); 9] = [
    ("name", "=1+1"),
    ("crm_id", "0004900012345678"),
    ("ref_id", "00042"),
    ("phone", "+49 30 1"),
    ("fax", "-5"),
    ("description", "Zürich & <Söhne>\nзадача 東京 שלום _x0041_ 1E5"),
    ("billing_postal_code", "01067"),
    ("billing_city", "3/1/2026"),
    ("billing_country", "AT"),
];

/// A customer with such values, a contact, and entitlements with and without an end.
pub fn tricky(app: &TestApp) {
    let mut customer = app.company("=1+1");
    for (field, value) in &TRICKY[1..] {
        customer = customer.with(field, value);
    }
    let customer = customer.contact("Jana", "'Hoffmann", "jana@x.example").create();
    let jana = customer.contact("Hoffmann").id.to_string();
    customer
        .entitle(&[("product", "@Lumen"), ("contact", &jana), ("quantity", "25"), ("starts_on", "2026-03-01"), ("ends_on", "2999-12-31")])
        .expect(303);
    customer.entitle(&[("product", "1.10"), ("starts_on", "1970-01-01"), ("ends_on", "")]).expect(303);
}

#[apply(engines)]
fn a_workbook_keeps_texts_and_dates(app: TestApp) {
    tricky(&app);
    let file = app.get("/customers/export/file?what=all&format=xlsx").expect(200);
    assert_eq!(file.header("content-type"), Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    assert!(
        file.header("content-disposition")
            .is_some_and(|value| value.starts_with("attachment; filename=\"clientele-") && value.ends_with(".xlsx\""))
    );
    assert_eq!(file.header("content-length"), Some(file.bytes.len().to_string().as_str()));
    let sheets = sheets(&file.bytes);
    assert_eq!(sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["Customers", "Contacts", "Entitlements"]);
    for (field, value) in TRICKY {
        assert_eq!((sheets[0].column(field), sheets[0].kinds(field)), (vec![value], vec!["text"]), "{field}");
    }
    assert!(sheets.iter().all(|sheet| sheet.frozen));
    assert_eq!(sheets[0].filtered.as_deref(), Some("A1:Y2"));
    assert_eq!(sheets[1].column("last_name"), ["'Hoffmann"]);
    assert_eq!((sheets[2].column("product"), sheets[2].kinds("product")), (vec!["@Lumen", "1.10"], vec!["text"]));
    assert_eq!((sheets[2].column("quantity"), sheets[2].kinds("quantity")), (vec!["25", "1"], vec!["number"]));
    assert_eq!((sheets[2].column("ends_on"), sheets[2].kinds("ends_on")), (vec!["401768", ""], vec!["day"]));
    assert_eq!(sheets[2].column("starts_on"), ["46082", "25569"]);
    assert_eq!(app.send("HEAD", "/customers/export/file?what=all", &[], &[]).expect(200).text(), "");
}

#[apply(engines)]
fn export_asks_what_and_how(app: TestApp) {
    app.company("Acme").with("billing_city", "Berlin").contact("Jana", "Hoffmann", "j@x.example").create().entitle(&[]).expect(303);
    app.company("Baltic").with("billing_city", "Berlin").disabled().create();
    app.individual("Ada", "Lovelace").create();

    let asked = app.get("/customers?q=berlin&status=enabled&sort=newest").press("Export").expect(200);
    assert_eq!(asked.heading(), "Export");
    asked.assert_says("“berlin”, enabled: 1 customer").assert_says("3 customers").assert_says("Number is always in the file");
    let file = asked.press("Download").expect(200);
    assert_eq!(sheets(&file.bytes)[0].column("name"), ["Acme"], "a workbook of what the list shows, unless one chooses");
    let file = app.get("/customers/export/file?q=berlin&status=enabled&sort=newest&rows=all&format=csv&customers=number&customers=name");
    assert!(file.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")));
    assert_eq!(
        file.text().trim_start_matches('\u{feff}').lines().collect::<Vec<_>>(),
        ["number,name", "C-000003,", "C-000002,Baltic", "C-000001,Acme"]
    );

    let all = app.get("/customers/export").expect(200);
    assert!(!all.has("[name=rows]"), "nothing is left out");
    let contacts = app.get("/customers/export/file?what=contacts&format=csv&q=berlin&contacts=last_name").expect(200).text();
    assert_eq!(contacts, "\u{feff}customer_number,last_name,email\r\nC-000001,Hoffmann,j@x.example\r\n");
    let files = unzipped(&app.get("/customers/export/file?what=all&format=csv&bom=no").expect(200).bytes);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["customers.csv", "contacts.csv", "entitlements.csv"]);
    assert_eq!(files[0].1, app.get("/customers.csv?bom=no").text());
    assert_eq!(column(&files[2].1, "customer_number"), ["C-000001"]);
}

/// Beside the list of entitlements, by its own search.
#[apply(engines)]
fn entitlements_are_exported_beside_their_list(app: TestApp) {
    let acme = app.company("Acme").create();
    for product in ["Lumen", "Kestrel", "Lumen Pro"] {
        acme.entitle(&[("product", product)]).expect(303);
    }
    let asked = app.get("/entitlements?q=lumen&sort=product").press("Export").expect(200);
    asked.assert_says("“lumen”: 2 entitlements").assert_says("Customer's number and EID are always in the file");
    assert!(!asked.has("[name=what]") && asked.has("[aria-label=Entitlements]"));
    assert_eq!(sheets(&asked.press("Download").bytes)[0].column("product"), ["Lumen", "Lumen Pro"]);
    let all = app.get("/entitlements/export/file?q=lumen&rows=all&format=csv&sort=-product").expect(200).text();
    assert_eq!(column(&all, "product"), ["Lumen Pro", "Lumen", "Kestrel"]);
}

/// The list stops comparing, counting and sorting at bounds; a file does not.
#[apply(engines)]
fn a_file_holds_all_hits_in_order(app: TestApp) {
    let row = |number: usize| {
        format!("N-{number:05},company,{} Firm,R-{:05}\n", if number.is_multiple_of(2) { "Amber" } else { "Blue" }, 9_999 - number)
    };
    let rows: Vec<String> = (0..5_200).map(row).collect();
    crate::import::customers(&format!("number,type,name,ref_id\n{}", rows.concat())).import(&app.database, &[]).done();
    for (search, count) in
        [("", 5_200), ("q=firm", 5_200), ("q=blue", 2_600), ("q=firm&status=disabled", 0), ("q=number:%5EN-0001", 10), ("q=N-00017", 1)]
    {
        for (sort, column_of, descends) in [("", "name", false), ("-ref", "ref_id", true), ("newest", "number", true)] {
            let text = app.get(format!("/customers.csv?{search}&sort={sort}")).expect(200).text();
            let mut found = column(&text, column_of);
            assert_eq!(found.len(), count, "{search} {sort}");
            if descends {
                found.reverse();
            }
            assert!(found.is_sorted(), "{search} {sort}");
        }
    }
    let page = app.get("/customers?q=N-0001").expect(200);
    let found = column(&app.get("/customers.csv?q=N-0001").expect(200).text(), "number");
    assert_eq!((found.len(), found[0].as_str()), (11, "N-00001"), "nearly the same number comes first, as in the list");
    page.assert_says("11 customers");
}

/// Who is renamed while a file is written is in it once.
#[apply(engines)]
fn whoever_moves_meanwhile_is_there_once(app: TestApp) {
    let rows: Vec<String> = (0..2_500).map(|number| format!("N-{number:05},company,Firm {number:05}\n")).collect();
    crate::import::customers(&format!("number,type,name\n{}", rows.concat())).import(&app.database, &[]).done();
    app.sql().run(&format!("UPDATE customers SET description = '{}'", "x".repeat(10_000))).unwrap();
    let mut reader = reader(&app);
    let id = |name: &str| app.get(format!("/customers?q={name}")).row_ids()[0];
    for (at, new) in [("02499", "Aaa first"), ("00001", "Zzz last"), ("02400", "Aab second")] {
        let form = app.get(format!("/customers/{}/edit", id(&format!("N-{at}")))).expect(200);
        // Longer than the form takes, it is there to keep the reader busy.
        form.submit(&[("name", new), ("description", "")]).expect(303);
    }
    let text = rest(&mut reader);
    let mut numbers: Vec<&str> = text
        .split("\r\n")
        .filter_map(|line| line.split_once(','))
        .map(|(number, _)| number)
        .filter(|number| number.starts_with("N-"))
        .collect();
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!((count, numbers.len()), (2_500, 2_500));
}

/// Nobody who has gone away keeps the others from their files.
#[test]
fn whoever_goes_away_stops_the_file() {
    let app = TestApp::start(crate::support::Engine::Sqlite);
    app.post("/sample", &[]).expect(303);
    let ask = || {
        let mut stream = TcpStream::connect(&app.host).unwrap();
        write!(stream, "GET /customers/export/file?what=all HTTP/1.1\r\nHost: {}\r\n\r\n", app.host).unwrap();
        stream
    };
    let begin = Instant::now();
    let one = ask();
    let alone = {
        std::io::Read::read(&mut &one, &mut [0]).unwrap();
        begin.elapsed()
    };
    drop(one);
    for _ in 0..60 {
        drop(ask());
    }
    let begin = Instant::now();
    app.get("/customers/export/file?what=all").expect(200);
    assert!(begin.elapsed() < alone * 20 + Duration::from_secs(1), "{:?} against {alone:?}", begin.elapsed());
}

/// More hits than a page compares, or sorts: an export goes on where a page stops, and reads each customer once.
#[apply(engines)]
fn a_search_with_very_many_hits_is_exported_whole(app: TestApp) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("many.csv");
    let rows = (0..6_000)
        .map(|number| format!("Z-{number},company,Zzoo {number}\nA-{number},company,Aah {number}\n"))
        .collect::<Vec<_>>()
        .concat();
    std::fs::write(&file, format!("number,type,name\n{rows}")).expect("a file");
    let output = run(&["import", "--database", &app.database.url, "--customers", &file.to_string_lossy(), "--yes"]);
    assert!(output.status.success(), "{output:?}");
    for sort in ["name", "-name", "newest"] {
        let text = app.get(format!("/customers/export/file?q=z*o&sort={sort}&format=csv&customers=number&bom=no")).expect(200).text();
        let mut numbers: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(numbers.len(), 6_000, "{sort}");
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!((numbers.len(), numbers.iter().all(|number| number.starts_with("Z-"))), (6_000, true), "{sort}");
    }
}
