//! Files as programs write them, by the command line.

use encoding_rs::{Encoding, WINDOWS_1252};
use macro_rules_attribute::apply;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::{Files, customers};
use crate::support::{Engine, TestApp, engines};

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// What a row of the database says, its fields one after the other.
fn stored(app: &TestApp, fields: &str, table: &str) -> Vec<String> {
    app.sql().texts(&format!("SELECT {fields} AS text FROM {table} ORDER BY id")).into_iter().flatten().collect()
}

#[apply(engines)]
fn a_workbook_is_read_as_people_see_it(app: TestApp) {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd.mm.yyyy");
    let zeros = Format::new().set_num_format("00000");
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["number", "type", "name", "phone", "billing_postal_code", "ref_id", "description"]).unwrap();
    sheet.write_row(1, 0, ["A", "company", "=Müller & Söhne"]).unwrap();
    sheet.write(1, 3, 498_912_345_670.0).unwrap();
    sheet.write_with_format(1, 4, 1067, &zeros).unwrap();
    sheet.write(1, 5, 1_234_567_890_123_456_789_u64).unwrap();
    sheet.write_formula(1, 6, Formula::new("=1/0").set_result("#N/A")).unwrap();
    sheet.write_row(3, 0, ["B", "company", "-"]).unwrap();
    let customers = workbook.save_to_buffer().unwrap();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["customer_number", "eid", "product", "quantity", "starts_on"]).unwrap();
    sheet.write_row(1, 0, ["A", "E-1", "Forge"]).unwrap();
    sheet.write(1, 3, 25.0).unwrap();
    sheet.write_with_format(1, 4, ExcelDateTime::from_ymd(2026, 3, 1).unwrap(), &day).unwrap();
    let entitlements = workbook.save_to_buffer().unwrap();
    let files = Files::new().with("customers", customers).with("entitlements", entitlements);
    let said = files.import(&app.database, &[]).done().counted("customers", [2, 0, 0, 0, 0]).counted("entitlements", [1, 0, 0, 0, 0]);
    said.says("line 2, ref_id: The number 1234567890123456800 has more digits than a spreadsheet keeps")
        .says("line 2, description: The formula of the cell failed (#N/A)");
    let fields = "name || '|' || phone || '|' || coalesce(description, '')";
    assert_eq!(stored(&app, fields, "customers")[0], "=Müller & Söhne|498912345670|");
    assert!(app.sql().texts("SELECT postal_code AS text FROM addresses").contains(&Some("01067".to_owned())));
    let said = stored(&app, "quantity || '|' || starts_on", "entitlements");
    assert_eq!(said, ["25|2026-03-01"]);
    app.get("/customers?q=muller").expect(200).assert_says("=Müller & Söhne");
}

#[apply(engines)]
fn any_encoding_and_separator_is_read(app: TestApp) {
    let text = "number;name\nA;Müller\nB;Löwe\n";
    for (bytes, counts) in [
        (text.as_bytes().to_vec(), [2, 0, 0, 0, 0]),
        (utf16(&text.replace(';', "\t")), [0, 0, 2, 0, 0]),
        (WINDOWS_1252.encode(text).0.into_owned(), [0, 0, 2, 0, 0]),
        (format!("sep=;\r\n{text}").into_bytes(), [0, 0, 2, 0, 0]),
        (text.replace(';', "|").into_bytes(), [0, 0, 2, 0, 0]),
        (format!("Our customers\n\n{text}\n\n").into_bytes(), [0, 0, 2, 0, 0]),
    ] {
        let flags: &[&str] =
            if std::str::from_utf8(&bytes).is_err() && !bytes.starts_with(b"\xFF\xFE") { &["--encoding", "windows-1252"] } else { &[] };
        Files::new().with("customers", bytes).import(&app.database, flags).done().counted("customers", counts);
    }
    assert_eq!(stored(&app, "name", "customers"), ["Müller", "Löwe"]);
}

#[apply(engines)]
fn nothing_is_swallowed_or_written_of_a_damaged_file(app: TestApp) {
    let swallows = "number,name,notes\nA,One,\"19 rack\nB,Two,ok\nC,Three,ok\n";
    customers(swallows).import(&app.database, &[]).failed("customers.csv, line 2: The quotation mark that opens here never closes");
    let again = swallows.replace("C,Three,ok", "C,\"6 units,ok");
    customers(&again).import(&app.database, &[]).failed("customers.csv, line 2: The quotation mark that opens here closes on line 4");
    let mut rows: Vec<Vec<u8>> = (1..9_500).map(|row| format!("{row},Müller {row}\n").into_bytes()).collect();
    rows.insert(0, b"number,name\n".to_vec());
    rows[8_999] = b"8999,M\xc3\n".to_vec();
    let cut = Files::new().with("customers", rows.concat());
    cut.import(&app.database, &[]).failed("customers.csv, line 9000: A character here is damaged");
    customers(&format!("number{}\n1\n", ",".repeat(1_000_000)))
        .import(&app.database, &[])
        .failed("line 1: The row has more than 500 cells");
    let long = format!("number,name\n1,{}\n", "x".repeat(65 << 10));
    customers(&long).import(&app.database, &[]).failed("line 2: A cell of this row is longer than 64 KiB");
    assert_eq!(app.sql().count("customers"), 0);
}

/// The file of invalid rows is opened where the file came from.
#[apply(engines)]
fn invalid_rows_come_back_in_their_own_form(app: TestApp) {
    let text = "number;Name;Größe;email;ref_id\nA;Müller;groß;keine;=HYPERLINK(\"http://x.example\")\nB;Löwe;klein;auch keine;'=1+1\nC\n";
    for encoding in [WINDOWS_1252, encoding_rs::UTF_8] {
        let files = Files::new().with("customers", encoding.encode(text).0);
        let errors = files.path("errors.csv");
        let flags = ["--encoding", encoding.name()];
        files.import(&app.database, &[&flags[..], &["--errors", &errors]].concat()).failed("3 rows are invalid");
        let bytes = std::fs::read(&errors).unwrap();
        let (written, _, is_lossy) = encoding.decode(&bytes);
        assert!(!is_lossy, "{written}");
        let lines: Vec<&str> = written.lines().collect();
        assert_eq!(lines[0], "file;line;column;reason;number;Name;Größe;email;ref_id");
        assert!(lines[1].ends_with(";A;Müller;groß;keine;\"'=HYPERLINK(\"\"http://x.example\"\")\""), "{written}");
        assert!(lines[2].ends_with(";B;Löwe;klein;auch keine;'=1+1"), "{written}");
        assert!(lines[3].ends_with(";C;;;;"), "{written}");
        // What was guarded once is what it was.
        let fixed = written.replace("auch keine", "b@x.example").replace("keine", "a@x.example").replace(";C;;", ";C;See;");
        let fixed = Files::new().with("customers", encoding.encode(&fixed).0);
        fixed.import(&app.database, &[&flags[..], &["--dry-run"]].concat()).done().counted("customers", [3, 0, 0, 0, 0]);
        if encoding == WINDOWS_1252 as &'static Encoding {
            continue;
        }
        fixed.import(&app.database, &[]).done();
        assert_eq!(stored(&app, "coalesce(ref_id, '')", "customers"), ["=HYPERLINK(\"http://x.example\")", "=1+1", ""]);
    }
}

/// Its entry in the list is made of all its contacts: made anew with each batch of them, the work would grow with their square.
#[apply(engines)]
fn a_company_with_very_many_contacts_is_indexed_once(app: TestApp) {
    app.company("Acme").number("A").create();
    let counting = match app.database.engine {
        Engine::Sqlite => {
            "CREATE TABLE written (id INTEGER); CREATE TRIGGER t1 AFTER UPDATE ON search_texts BEGIN INSERT INTO written VALUES (1); END;
             CREATE TRIGGER t2 AFTER INSERT ON search_texts BEGIN INSERT INTO written VALUES (1); END;"
        }
        Engine::Postgres => {
            "CREATE TABLE written (id INTEGER);
             CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (1); RETURN NULL; END $$;
             CREATE TRIGGER t AFTER INSERT OR UPDATE ON search_texts FOR EACH ROW EXECUTE FUNCTION count_it();"
        }
    };
    app.sql().run(counting).unwrap();
    let rows = (0..4_000).map(|number| format!("A,p{number}@x.example,Person {number}\n")).collect::<Vec<_>>().concat();
    let files = Files::new().with("contacts", format!("customer_number,email,last_name\n{rows}"));
    files.import(&app.database, &["--import-batch", "200"]).done().counted("contacts", [4_000, 0, 0, 0, 0]);
    assert_eq!(app.sql().count("written"), 1, "of four batches");
    assert_eq!(app.sql().count("listing_behind"), 0);
    app.get("/customers?q=p3999@x.example").expect(200).assert_says("Acme");
}
