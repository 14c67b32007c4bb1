use std::io::{Cursor, Read as _, Write as _};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet with these rows, in XML.
fn xlsx(rows: &str) -> Vec<u8> {
    xlsx_with(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"), "<sst/>")
}

fn xlsx_with(sheet: &str, texts: &str) -> Vec<u8> {
    archive(&[
        ("_rels/.rels", r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", r#"<workbook><workbookPr date1904="1"/><sheets><sheet name="One" r:id="r1"/></sheets></workbook>"#),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
            <Relationship Id="r2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", texts),
    ])
}

fn ods(rows: &str) -> Vec<u8> {
    ods_of(&format!(r#"<table:table table:name="One">{rows}</table:table>"#))
}

fn ods_of(tables: &str) -> Vec<u8> {
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &format!("<office:document-content>{tables}</office:document-content>")),
    ])
}

fn opened(bytes: Vec<u8>, sheet: Option<&str>) -> std::result::Result<Opened, String> {
    open(Subject::Customers, Box::new(Cursor::new(bytes)), sheet).map_err(|error| error.to_string())
}

fn text(bytes: Vec<u8>) -> String {
    let mut text = String::new();
    let opened = opened(bytes, None).unwrap_or_else(|error| panic!("{error}"));
    (&opened.text).read_to_string(&mut text).unwrap();
    text
}

fn error(bytes: Vec<u8>) -> String {
    opened(bytes, None).err().unwrap_or_default()
}

#[test]
fn cells_are_as_people_see_them() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("dd.mm.yyyy");
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let zeros = Format::new().set_num_format("00000");
    let noon = ExcelDateTime::from_ymd(2026, 3, 1).and_then(|day| day.and_hms(12, 0, 0)).unwrap();
    sheet.write(0, 0, "Müller & <Söhne>\nKöln").unwrap();
    sheet.write(0, 1, 25.0).unwrap();
    sheet.write(0, 2, 498_912_345_670.0).unwrap();
    sheet.write_with_format(0, 3, ExcelDateTime::from_ymd(2026, 3, 1).unwrap(), &day).unwrap();
    sheet.write_with_format(0, 4, &noon, &time).unwrap();
    sheet.write(0, 5, true).unwrap();
    sheet.write_formula(0, 6, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_with_format(0, 7, 1067, &zeros).unwrap();
    sheet.write_formula_with_format(0, 8, Formula::new("=D1").set_result("46082"), &day).unwrap();
    sheet.write(0, 9, "=HYPERLINK(1)").unwrap();
    sheet.write(0, 10, -5).unwrap();
    sheet.write(3, 0, 1_234_567_890_123_456_789_u64).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let mut opened = opened(bytes.clone(), None).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        text(bytes).lines().collect::<Vec<_>>(),
        [
            "\"Müller & <Söhne>",
            "Köln\",25,498912345670,2026-03-01,2026-03-01T12:00:00,true,,01067,2026-03-01,'=HYPERLINK(1),'-5",
            "\"\"",
            "\"\"",
            "1234567890123456800",
        ]
    );
    let last = opened.warnings.pop().unwrap();
    assert!(last.row == 4 && last.column == 0 && last.reason.contains("more digits"), "{last:?}");
    let failed = opened.warnings.pop().unwrap();
    assert!(failed.row == 1 && failed.column == 6 && failed.reason.contains("#DIV/0!"), "{failed:?}");
}

#[test]
fn the_first_visible_sheet_with_anything_in_it_is_taken() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Notes").unwrap().write(0, 0, "hidden").unwrap();
    workbook.worksheets_mut()[0].set_hidden(true);
    workbook.add_worksheet().set_name("Blank").unwrap();
    workbook.add_worksheet().set_name("Kunden").unwrap().set_active(true).write(0, 0, "number").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let found = opened(bytes.clone(), None).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((found.sheets, found.sheet.as_str()), (vec!["Blank".to_owned(), "Kunden".to_owned()], "Kunden"));
    assert_eq!(opened(bytes.clone(), Some("Notes")).map(|opened| opened.sheet), Ok("Notes".to_owned()));
    assert_eq!(opened(bytes, Some("Sheet9")).err().as_deref(), Some("The workbook has no sheet \"Sheet9\"."));
    let mut blank = Workbook::new();
    blank.add_worksheet();
    assert_eq!(text(blank.save_to_buffer().unwrap()), "");
}

#[test]
fn what_other_programs_write_is_read() {
    // Without names of cells; rich text with a reading; text in the cell; days since 1904.
    let rows = r#"<row><c t="s"><v>1</v></c><c t="inlineStr"><is><t>in&#10;line</t></is></c></row>
        <row><c t="str"><f>A1</f><v>a_x000D_b</v></c><c/><c t="d"><v>2026-03-01T00:00:00</v></c></row>"#;
    let sheet = format!("<x:worksheet><x:sheetData>{rows}</x:sheetData></x:worksheet>");
    let texts = "<sst uniqueCount=\"99999999999999\"><si><t/></si><si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウ</t></rPh></si></sst>";
    assert_eq!(text(xlsx_with(&sheet, texts)), "東京,\"in\nline\"\n\"a\rb\",,2026-03-01\n");
}

#[test]
fn ods_is_read() {
    let rows = r#"<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
        <table:table-header-rows><table:table-row>
        <table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation>
            <text:p>Köln<text:s text:c="2"/>&amp; <text:span>Bonn</text:span></text:p><text:p>x</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="25"><text:p>25,00</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="1067"><text:p>01067</text:p></table:table-cell>
        <table:table-cell office:value-type="date" office:date-value="2026-03-01T00:00:00"><text:p>1.3.26</text:p></table:table-cell>
        <table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>
        <table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
        <table:covered-table-cell table:number-columns-repeated="2"/>
        <table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>y</text:p></table:table-cell>
        <table:table-cell table:number-columns-repeated="16000"/>
        </table:table-row></table:table-header-rows>
        <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let bytes = ods(rows);
    let read = text(bytes.clone());
    assert_eq!(read.trim_end_matches("\"\"\n"), "\"\"\n\"\"\n\"Köln  & Bonn\nx\",25,01067,2026-03-01,true,,,,y,y\n");
    let opened = opened(bytes, None).unwrap_or_else(|error| panic!("{error}"));
    assert!(opened.warnings[0].row == 3 && opened.warnings[0].column == 5, "{:?}", opened.warnings);
    assert_eq!(opened.sheets, ["One"]);
    let styles = r#"<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>"#;
    let row = |text: &str| format!("<table:table-row><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row>");
    let two = format!(
        "{styles}<table:table table:name=\"A\" table:style-name=\"ta2\">{}</table:table><table:table table:name=\"B\">{}</table:table>",
        row("a"),
        row("b")
    );
    assert_eq!(text(ods_of(&two)), "b\n");
}

#[test]
fn what_is_no_workbook_or_a_foreign_one_is_named() {
    for (bytes, part) in [
        (archive(&[("a.csv", "number")]), "without a workbook"),
        (archive(&[("xl/workbook.bin", ""), ("_rels/.rels", "")]), ".xlsb"),
        (archive(&[("Index/Document.iwa", "")]), "Numbers"),
        (archive(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "")]), "without a workbook"),
        (archive(&[("META-INF/manifest.xml", "<manifest:encryption-data/>"), ("content.xml", "x")]), "password"),
        (xlsx("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>"), "damaged"),
        (xlsx_with("<worksheet><sheetData><row><c><v>1", "<sst/>"), "damaged"),
        (b"PK\x03\x04 and no more".to_vec(), "damaged"),
        (xlsx("<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"), "disorder"),
    ] {
        let error = error(bytes);
        assert!(error.contains(part) && error.ends_with('.'), "{part}: {error}");
    }
}

/// Small files that would be giants.
#[test]
fn giants_are_refused() {
    let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let repeated = r#"<table:table-row table:number-rows-repeated="200000"><table:table-cell table:number-columns-repeated="100"
        office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>"#;
    let wide = r#"<table:table-row><table:table-cell table:number-columns-repeated="1000000000"><text:p>1</text:p></table:table-cell></table:table-row>"#;
    let deep = "<x>".repeat(1_000_000);
    let long = format!("<row><c t=\"str\"><v>{}</v></c></row>", "x".repeat(4 << 20));
    let many = format!("<sst>{}</sst>", format!("<si><t>{}</t></si>", "x".repeat(60_000)).repeat(1_500));
    for (bytes, part) in [
        (xlsx(far), "line 1048576: The row has more than 500 cells"),
        (ods(repeated), "line 1: The row stands there 200000 times"),
        (ods(wide), "line 1: The row has more than 500 cells"),
        (xlsx(&deep), "too deep"),
        (xlsx(&long), "too large"),
        (xlsx_with("<worksheet/>", &many), "too large"),
        (xlsx("<row r=\"99999999999\"><c r=\"A99999999999\"><v>1</v></c></row>"), "1048576 rows"),
    ] {
        assert!(bytes.len() < 1 << 20, "{part}: a small file");
        let error = error(bytes);
        assert!(error.contains(part), "{part}: {error}");
    }
}
