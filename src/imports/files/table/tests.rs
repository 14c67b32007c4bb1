use proptest::prelude::*;

use super::*;

fn bytes(text: impl Into<Vec<u8>>) -> Bytes {
    Box::new(std::io::Cursor::new(text.into()))
}

fn open(text: impl Into<Vec<u8>>) -> Table {
    Table::open(Subject::Customers, bytes(text), &Reading::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn rest(table: &mut Table) -> Result<Vec<(u64, Vec<String>)>, FileError> {
    let mut rows = Vec::new();
    while let Some(record) = table.next_record()? {
        rows.push((record.line, record.cells.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}

fn rows(text: impl Into<Vec<u8>>) -> Vec<(u64, Vec<String>)> {
    rest(&mut open(text)).unwrap_or_else(|error| panic!("{error}"))
}

fn error(text: impl Into<Vec<u8>>) -> String {
    let outcome = Table::open(Subject::Customers, bytes(text), &Reading::default()).and_then(|mut table| rest(&mut table));
    outcome.expect_err("an error").to_string()
}

fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
    (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn marks_separators_and_line_ends() {
    let wanted = [row(2, &["1", "Acme, Inc"]), row(3, &["2", "two\nlines"]), row(5, &["3", ""])];
    for mark in ["", "\u{feff}"] {
        for end in ["\n", "\r\n", "\r"] {
            for separator in [",", ";", "\t"] {
                let text = ["\"number\",\"name\"", "1,\"Acme, Inc\"", "2,\"two\nlines\"", "3,"].join("\n");
                let inner = text.replace("Acme, Inc", "@").replace(',', separator).replace('@', "Acme, Inc").replace('\n', end);
                for last in ["", end] {
                    let mut table = open(format!("{mark}{inner}{last}"));
                    assert_eq!(table.header, ["number", "name"][..], "{inner:?}");
                    assert_eq!(rest(&mut table), Ok(wanted.to_vec()), "{inner:?}");
                }
            }
        }
    }
}

#[test]
fn lines_are_those_of_an_editor() {
    assert_eq!(rows("a,b\n\n\n1,\"x\n\n\"\n\n , \n2,y"), [row(4, &["1", "x\n\n"]), row(9, &["2", "y"])]);
    assert_eq!(rows("\"a\n\",b\r\n1,2\r\n"), [row(3, &["1", "2"])]);
}

#[test]
fn cells_that_are_missing_or_too_many() {
    let mut table = open("a,b\n1\n1,2,,\n1,2,3\n");
    let mut uneven = Vec::new();
    while let Ok(Some(record)) = table.next_record() {
        uneven.push(record.uneven);
    }
    assert_eq!(uneven, [false, false, true]);
}

#[test]
fn a_line_may_name_the_separator() {
    for text in ["sep=;\na;b\n1;2\n", "\u{feff}sep=;\r\na;b\r\n1;2\r\n"] {
        let mut table = open(text);
        assert_eq!(table.header, ["a", "b"][..]);
        assert_eq!(rest(&mut table), Ok(vec![row(3, &["1", "2"])]));
    }
    assert_eq!(rows("a|b\n1|2,5\n"), [row(2, &["1", "2,5"])]);
}

/// What a mark swallows is missing from the table, and nobody would know.
#[test]
fn a_quotation_mark_that_does_not_close_is_refused_where_it_opens() {
    let never = error("number,name,notes\nA,One,\"19 rack\nB,Two,ok\n");
    assert!(never.starts_with("line 2: The quotation mark that opens here never closes"), "{never}");
    let later = error("number,name,notes\nA,One,\"19 rack\nB,Two,\"ok\"\n");
    assert!(later.starts_with("line 2: The quotation mark that opens here closes on line 3"), "{later}");
    let same = error("number,name\nA,\"One\" more\n");
    assert!(same.starts_with("line 2: A cell goes on after its closing quotation mark"), "{same}");
}

#[test]
fn what_is_no_table_is_named() {
    for (text, word) in [
        (b"PK\x03\x04rest".to_vec(), "workbook"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (b" <!DOCTYPE html><title>Sign in</title>".to_vec(), "web page"),
        (b"<?xml version='1.0'?>".to_vec(), "XML"),
        (b"{\"a\": 1}".to_vec(), "JSON"),
        (b"\x1F\x8B\x08".to_vec(), "compressed"),
        (b"".to_vec(), "empty"),
        (b"\xEF\xBB\xBF \r\n".to_vec(), "empty"),
        (b"a\0b,c\n1,2\n".to_vec(), "not text"),
    ] {
        let sentence = error(text.clone());
        assert!(sentence.contains(word), "{sentence}: {text:?}");
        assert!(sentence.ends_with('.') || sentence.ends_with('?'), "{sentence}");
    }
}

/// A record without an end is given up, not taken into memory.
#[test]
fn a_record_has_a_limit() {
    let cell = "x".repeat(60 << 10);
    let row = |cells: usize| vec![cell.as_str(); cells].join(",");
    let long = error(format!("a,b\n1,2\n{}\n", row(20)));
    assert!(long.starts_with("line 3: ") && long.contains("1 MiB"), "{long}");
    assert_eq!(rows(format!("a,b,c\n{0}\n{0}\n{0}\n", row(16))).len(), 3);
    let endless = error(format!("a,b\n1,2\n\"{}", "x".repeat(4 << 20)));
    assert!(endless.starts_with("line 3: ") && endless.contains("1 MiB"), "{endless}");
}

#[test]
fn rows_of_a_file_of_errors_are_those_of_their_file() {
    assert_eq!(rows("file,line,column,reason,number\ncustomers,2,x,y,1\ncontacts,3,x,y,2\n"), [row(2, &["customers", "2", "x", "y", "1"])]);
}

proptest! {
    /// Whatever a file is, it is read or refused, and every line number is one of the file.
    #[test]
    fn nothing_breaks_the_reader(text in proptest::collection::vec(any::<u8>(), 0..300)) {
        let lines = text.len() as u64 + 1;
        if let Ok(rows) = Table::open(Subject::Customers, bytes(text), &Reading::default()).and_then(|mut table| rest(&mut table)) {
            prop_assert!(rows.iter().all(|(line, _)| (1..=lines).contains(line)));
        }
    }

    /// What a CSV writer writes is read as it was, at the line where it stands.
    #[test]
    fn records_come_back(records in proptest::collection::vec(("[a-z]", "[ -~\n\u{e4}\u{1F600}]{0,12}"), 1..20)) {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(["a", "b"]).unwrap();
        let mut wanted = Vec::new();
        let mut line = 2;
        for (first, second) in &records {
            writer.write_record([first, second]).unwrap();
            wanted.push(row(line, &[first, second]));
            line += 1 + second.matches('\n').count() as u64;
        }
        prop_assert_eq!(rows(writer.into_inner().unwrap()), wanted);
    }
}

#[test]
fn titles_above_the_names_of_the_columns_are_read_over() {
    let text = "Customers of March\n\nnumber,name,city\n1,A,Bonn\n";
    let mut table = open(text);
    assert_eq!((table.header.len(), table.format().header_line), (3, 3));
    assert_eq!(rest(&mut table), Ok(vec![row(4, &["1", "A", "Bonn"])]));
    let reading = Reading { header_line: Some(4), separator: Some(','), ..Reading::default() };
    let table = Table::open(Subject::Customers, bytes(text), &reading).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(table.header, ["1", "A", "Bonn"][..]);
}

#[test]
fn what_was_found_out_reads_the_file_again() {
    for text in ["sep=;\nnumber;name\n1;A\n".as_bytes().to_vec(), b"number\tname\n1\tM\xFCller\n".to_vec()] {
        let mut first = open(text.clone());
        let reading = first.format().reading();
        let mut second = Table::open(Subject::Customers, bytes(text), &reading).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(second.header, first.header);
        assert_eq!(rest(&mut second), rest(&mut first));
    }
}

#[test]
fn a_million_columns_are_refused() {
    let error = error(format!("number{}\n1,2\n", ",".repeat(1_000_000)));
    assert!(error.starts_with("line 1: The row has more than 500 cells"), "{error}");
    assert_eq!(open(format!("{}\n1\n", "x".repeat(1_000))).header, ["x".repeat(NAME).as_str()][..]);
}
