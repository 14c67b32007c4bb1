//! Files as programs write them, on the page; and such as would take all memory.

use macro_rules_attribute::apply;
use rust_xlsxwriter::Workbook;

use super::{Upload, counts, import};
use crate::support::workbook::{ods, xlsx};
use crate::support::{TestApp, engines};

#[apply(engines)]
fn a_workbook_is_uploaded(app: TestApp) {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_row(0, 0, ["number", "type", "name"]).unwrap().write_row(1, 0, ["A", "company", "Müller"]).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let checked = Upload::new().named("customers", "Kunden.xlsx", bytes).checked(&app);
    assert_eq!(counts(&checked, "Kunden.xlsx"), ["1", "0", "0", "0", "0"]);
    import(&app, &checked).assert_says("Created 1 record");
    let cells = ["A", "company", "Moeller"].map(|text| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>")).concat();
    let head = ["number", "type", "name"].map(|text| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>")).concat();
    let rows = format!("<table:table-row>{head}</table:table-row><table:table-row>{cells}</table:table-row>");
    let checked = Upload::new().named("customers", "Kunden.ods", ods(&rows)).checked(&app);
    assert_eq!(counts(&checked, "Kunden.ods"), ["0", "1", "0", "0", "0"]);
    import(&app, &checked);
    assert_eq!(app.get("/customers").rows(), ["Moeller"]);
}

#[apply(engines)]
fn a_field_that_is_sent_twice_is_400_in_words(app: TestApp) {
    let twice = Upload::new().with("customers", "number,name\n1,A\n").with("customers", "number,name\n2,B\n");
    twice.send(&app).expect(400).assert_says("The form has a field twice");
    assert_eq!(app.sql().count("customers"), 0);
}

/// Small files that would be giants, and large ones that say little: each is refused in a sentence, on a small page, and the process lives.
#[apply(engines)]
fn no_file_takes_all_memory(app: TestApp) {
    let mut app = app;
    let far = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let repeated = r#"<table:table-row table:number-rows-repeated="200000"><table:table-cell table:number-columns-repeated="100"
        office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>"#;
    let text = format!("<si><t>{}</t></si>", "x".repeat(60_000));
    let columns = (0..1_000_000).map(|column| format!("column{column},")).collect::<Vec<_>>().concat();
    let wide = (0..490).map(|column| format!("{column}{},", "x".repeat(2_000))).collect::<Vec<_>>().concat();
    for (bytes, words) in [
        (xlsx(far, ""), "The row has more than 500 cells"),
        (ods(repeated), "The row stands there 200000 times"),
        (xlsx("", &text.repeat(2_000)), "The workbook is too large"),
        (xlsx(&"<x>".repeat(2_000_000), ""), "too deep"),
        (xlsx(&format!("<row><c t=\"str\"><v>{}</v></c></row>", "x".repeat(64 << 20)), ""), "The workbook is too large"),
        (format!("number,{columns}\n{}", "1,2\n".repeat(1_500)).into_bytes(), "The row has more than 500 cells"),
        (format!("number,name,{wide}\n{}", format!("1,,{wide}\n").repeat(40)).into_bytes(), "rows are invalid"),
        (format!("number,name\n{}", "1\n".repeat(100_000)).into_bytes(), "100,000 rows are invalid"),
    ] {
        let page = Upload::new().with("customers", bytes).checked(&app).assert_says(words).to_string();
        assert!(page.len() < 200_000, "{words}: a page of {} bytes", page.len());
    }
    let memory = app.process().memory();
    assert!(memory < 200, "{memory} MiB");
}
