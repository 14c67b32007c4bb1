//! What is invalid is said, by line and column, before anything is written.

use macro_rules_attribute::apply;

use super::{Files, customers};
use crate::support::app::run;
use crate::support::{TestApp, engines};

#[apply(engines)]
fn invalid_rows_stop_everything_unless_they_are_left_out(app: TestApp) {
    app.company("Holder").crm_id("H").create();
    let app_customers = "number,crm_id,type,name,last_name,email,billing_country,locale\n\
        N-1,,company,Acme,,,DE,\n\
        ,,company,Nameless key,,,,\n\
        N-3,,company,,,,,\n\
        N-4,,robot,X,,,,\n\
        N-5,H,company,Taken,,,,\n\
        N-6,,company,X,,not a mail,XX,\n\
        N-7,,company,X,,,,,more\n\
        n-1,,company,Twice,,,,\n\
        N-8,h,company,Taken,,,,\n\
        \"N\n9\",,individual,,,,,\n";
    let files = customers(app_customers)
        .with(
            "contacts",
            "customer_number,customer_crm_id,email,last_name,default\n\
             N-1,,a@x.example,A,yes\n\
             n-1,,A@x.example,Twice,\n\
             N-1,,b@x.example,B,yes\n\
             nobody,,c@x.example,C,\n\
             N-3,,d@x.example,D,\n\
             ,,e@x.example,E,\n\
             N-1,,,F,\n\
             N-1,,g@x.example,,maybe\n",
        )
        .with(
            "entitlements",
            "customer_number,contact_email,eid,product,quantity,starts_on,ends_on,ended_at\n\
             N-1,a@x.example,E-1,Forge,1,2026-01-01,,\n\
             N-1,z@x.example,E-2,Forge,1,2026-01-01,,\n\
             N-1,,,Forge,1,2026-01-01,,\n\
             N-1,,E-1,Forge,1,2026-01-01,,\n\
             N-1,,E-3,,0,soon,2026-01-01,yesterday\n",
        );
    let errors = files.path("errors.csv");
    let said = files.import(&app.database, &["--errors", &errors]).failed("19 rows are invalid, and nothing is imported");
    let said = said.counted("customers", [2, 0, 0, 0, 8]).counted("contacts", [1, 0, 0, 0, 7]).counted("entitlements", [1, 0, 0, 0, 4]);
    said.says("customers.csv, number, 1 row (the first on line 3): Nothing tells the customer from others")
        .says("… and 9 more invalid rows.");
    assert_eq!(app.sql().count("customers"), 1);

    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(&errors).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (kind, line, column, reason) in [
        ("customers", "4", "name", "Name is missing."),
        ("customers", "5", "type", "Type must be company or individual."),
        ("customers", "6", "crm_id", "CRM ID H already belongs to Holder (C-000001)."),
        ("customers", "7", "email; billing_country", "Enter an e-mail address like name@company.example. Choose a country from the list."),
        ("customers", "8", "", "The row has 9 cells, and the first line names 8 columns: is a separator or a quotation mark missing?"),
        ("customers", "9", "number", "Number n-1 is already on line 2."),
        ("customers", "10", "crm_id", "CRM ID h is already on line 6."),
        ("customers", "11", "last_name", "Last name is missing."),
        ("contacts", "3", "email", "E-mail A@x.example of this customer is already on line 2."),
        ("contacts", "4", "default", "A customer has at most one default, and line 2 is already it."),
        ("contacts", "5", "customer_number", "There is no customer nobody."),
        ("contacts", "6", "customer_number", "Its customer, on line 4 of the customers, is not imported: fix that row first."),
        ("contacts", "7", "customer_crm_id", "The customer is missing: give its number or its CRM ID."),
        ("contacts", "8", "email", "E-mail is missing."),
        ("contacts", "9", "default; last_name", "Default must be yes or no. Last name is missing."),
        ("entitlements", "3", "contact_email", "The customer has no contact with the e-mail z@x.example."),
        ("entitlements", "4", "eid", "EID is missing."),
        ("entitlements", "5", "eid", "EID E-1 is already on line 2."),
    ] {
        let row = rows.iter().find(|row| row[0] == *kind && row[1] == *line).unwrap_or_else(|| panic!("{kind} {line}"));
        assert_eq!([&row[2], &row[3]], [column, reason]);
    }
    let last = rows.iter().find(|row| row[0] == *"entitlements" && row[1] == *"6").unwrap();
    for word in [
        "Product is missing.",
        "Quantity must be a whole number",
        "Start cannot be read: write the date as YYYY-MM-DD",
        "Ended at must be a time",
    ] {
        assert!(last[3].contains(word), "{last:?}");
    }

    let said = files.import(&app.database, &["--skip-invalid"]).done();
    said.counted("customers", [2, 0, 0, 0, 8]).counted("contacts", [1, 0, 0, 0, 7]).counted("entitlements", [1, 0, 0, 0, 4]);
    assert_eq!([app.sql().count("customers"), app.sql().count("contacts"), app.sql().count("entitlements")], [3, 1, 1]);
    app.get("/customers").assert_says("Acme");

    // What was invalid is fixed in the file of errors, and that file imported.
    let fixed = std::fs::read_to_string(&errors)
        .unwrap()
        .replace("d@x.example,D", "d@x.example,Dora")
        .replace("N-3,,company,,", "N-3,,company,Fixed,");
    let files = customers(&fixed).with("contacts", &fixed);
    let said = files.import(&app.database, &["--skip-invalid"]).done().counted("customers", [1, 1, 0, 0, 6]);
    said.counted("contacts", [2, 1, 0, 0, 4]);
    app.get("/customers?q=dora").expect(200).assert_says("Fixed");
}

#[apply(engines)]
fn what_cannot_change_and_what_is_no_contact(app: TestApp) {
    app.company("Acme").number("A").create();
    app.individual("Ada", "Lovelace").number("B").with("email", "ada@x.example").create();
    customers("number,type,name\nA,individual,Acme\n")
        .import(&app.database, &[])
        .failed("1 row is invalid")
        .says("Customer A is of type company, which cannot change.");
    let contacts = Files::new().with("contacts", "customer_number,email,last_name\nB,b@x.example,Berg\n");
    contacts.import(&app.database, &[]).failed("1 row is invalid").says("Individuals have no other contacts");
    let entitlements = "customer_number,contact_email,eid,product,quantity,starts_on\n";
    let files = Files::new().with("entitlements", format!("{entitlements}B,ada@x.example,E,Forge,1,2026-01-01\n"));
    files.import(&app.database, &[]).done();
    let files =
        Files::new().with("entitlements", format!("{entitlements}A,,E,Forge,1,2026-01-01\nB,other@x.example,F,Forge,1,2026-01-01\n"));
    let said = files.import(&app.database, &[]).failed("2 rows are invalid").says("EID E belongs to another customer.");
    said.says("The customer has no contact with the e-mail other@x.example.");
}

/// What a spreadsheet has made of keys is noticed before everything is created again.
#[apply(engines)]
fn keys_that_nearly_are_known(app: TestApp) {
    app.company("Acme").crm_id("00042").number("Nord-1").create();
    let said = customers("crm_id,name\n42,Acme\n7,Baltic\n007,Baltic\n").import(&app.database, &["--dry-run"]).done();
    let said = said.says("line 2, crm_id: CRM ID 42 is new, but 00042 is known: has a spreadsheet cut off leading zeros?");
    said.says("line 4, crm_id: CRM ID 007 differs from the one on line 3 only by leading zeros.").counted("customers", [3, 0, 0, 0, 0]);
    let said = customers("number,name\nNORD-1,Acme\n").import(&app.database, &["--dry-run"]).done();
    said.says("Number NORD-1 is known as Nord-1: they differ only in spelling.").counted("customers", [0, 0, 1, 0, 0]);
    let head = "customer_number,eid,product,quantity,starts_on\n";
    let known = Files::new().with("entitlements", format!("{head}Nord-1,E-A,Forge,1,2026-01-01\n"));
    known.import(&app.database, &[]).done();
    let rows = "Nord-1,e-a,Forge,1,2026-01-01\nNord-1,e-b,Forge,1,2026-01-01\nNord-1,E-B,Forge,1,2026-01-01\n";
    let said = Files::new().with("entitlements", format!("{head}{rows}")).import(&app.database, &["--dry-run"]).done();
    let said = said.says("line 2, eid: EID e-a differs from E-A, which is known, only in spelling.");
    said.says("line 4, eid: EID E-B differs from the one on line 3 only in spelling.");
    assert_eq!(app.sql().count("customers"), 1, "a check writes nothing");
    assert_eq!(app.sql().count("imports"), 1, "that of the entitlement");
}

#[apply(engines)]
fn files_that_are_no_tables(app: TestApp) {
    for (bytes, why) in [
        (&b"PK\x03\x04"[..], "customers.csv: The workbook is damaged"),
        (b"", "customers.csv: The file is empty"),
        (b"\xD0\xCF\x11\xE0", "customers.csv: The file is a workbook of an old Excel (.xls)"),
        (b"number,name\n1,M\xC3\xBCller\n2,M\xC3ller\n", "customers.csv, line 3: A character here is damaged"),
        (b"phone,email\n1,a@x.example\n", "A column is missing that names the customers"),
        (b"number,Number\n1,1\n", "are both for Number"),
    ] {
        Files::new().with("customers", bytes).import(&app.database, &[]).failed(why);
    }
    let mut long = b"number,name\n1,\"".to_vec();
    long.resize(3 << 20, b'x');
    Files::new().with("customers", long).import(&app.database, &[]).failed("longer than 1 MiB");
    assert_eq!(app.sql().count("customers"), 0);
}

#[apply(engines)]
fn nul_in_a_cell_is_an_error_of_its_line(app: TestApp) {
    let said = customers("number,name,type\n1,A\0cme,\n2\0,Baltic,\n3,Celtic,com\0pany\n4,Doric,company\n")
        .import(&app.database, &[])
        .failed("3 rows are invalid");
    said.says("line 2, name: Name contains a control character").says("line 3, number: Number contains a control character");
    let files = Files::new()
        .with("entitlements", "customer_number,contact_email,eid,product,quantity,starts_on\n1\0,a\0@x.example,E\0,F,1,2026-01-01\n");
    files.import(&app.database, &[]).failed("1 row is invalid");
}

#[apply(engines)]
fn wrong_usage_ends_with_2(app: TestApp) {
    let import = |arguments: &[&str]| run(&[&["import", "--database", &app.database.url], arguments].concat());
    for arguments in [&[][..], &["--mode", "all", "--customers", "x.csv"], &["--customers"]] {
        assert_eq!(import(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let output = import(&["--customers", "/nowhere/x.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/x.csv cannot be read"), "{output:?}");
}

/// However many rows are invalid, as many are kept as fit, and all are counted.
#[apply(engines)]
fn very_many_invalid_rows(app: TestApp) {
    let files = customers(&format!("number,name\n{}", "1\n".repeat(12_000)));
    let errors = files.path("errors.csv");
    files.import(&app.database, &["--errors", &errors]).failed("12,000 rows are invalid").says("… and 11,990 more invalid rows.");
    assert_eq!(std::fs::read_to_string(&errors).unwrap().lines().count(), 10_001);
}
