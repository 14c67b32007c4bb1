use std::io::Read;

use proptest::prelude::*;

use super::*;

fn bytes(text: impl Into<Vec<u8>>) -> Bytes {
    Box::new(std::io::Cursor::new(text.into()))
}

fn open(text: impl Into<Vec<u8>>) -> Table {
    Table::open(Subject::Customers, bytes(text)).unwrap_or_else(|error| panic!("{error}"))
}

fn rest(table: &mut Table) -> Result<Vec<(u64, Vec<String>)>, FileError> {
    let mut rows = Vec::new();
    while let Some(record) = table.next()? {
        rows.push((record.line, record.cells.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}

fn rows(text: impl Into<Vec<u8>>) -> Vec<(u64, Vec<String>)> {
    rest(&mut open(text)).unwrap_or_else(|error| panic!("{error}"))
}

fn error(text: impl Into<Vec<u8>>) -> String {
    let outcome = Table::open(Subject::Customers, bytes(text)).and_then(|mut table| rest(&mut table));
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
    while let Ok(Some(record)) = table.next() {
        uneven.push(record.uneven);
    }
    assert_eq!(uneven, [true, false, true]);
}

#[test]
fn what_is_no_table_is_named() {
    let utf16: Vec<u8> = "number,name\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (text, word) in [
        (b"PK\x03\x04rest".to_vec(), "workbook"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "workbook"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (b" <!DOCTYPE html><title>Sign in</title>".to_vec(), "web page"),
        (b"<?xml version='1.0'?>".to_vec(), "XML"),
        (b"{\"a\": 1}".to_vec(), "JSON"),
        (b"\x1F\x8B\x08".to_vec(), "compressed"),
        ([b"\xFF\xFE".to_vec(), utf16.clone()].concat(), "UTF-16"),
        (utf16, "UTF-16"),
        (b"".to_vec(), "empty"),
        (b"\xEF\xBB\xBF \r\n".to_vec(), "empty"),
        (b"a\0b,c\n1,2\n".to_vec(), "not text"),
        (b"a,b\n1,2\n3,M\xFCller\n".to_vec(), "line 3: The text is not in UTF-8"),
    ] {
        let sentence = error(text.clone());
        assert!(sentence.contains(word), "{sentence}: {text:?}");
        assert!(sentence.ends_with('.') || sentence.ends_with('?'), "{sentence}");
    }
}

/// A record without an end is given up, not taken into memory.
#[test]
fn a_record_has_a_limit() {
    let endless = Box::new(std::io::Cursor::new(b"a,b\n1,2\n\"".to_vec()).chain(std::io::repeat(b'x').take(1 << 40)));
    let mut table = Table::open(Subject::Customers, endless).unwrap_or_else(|error| panic!("{error}"));
    let error = rest(&mut table).expect_err("an error");
    assert_eq!(error.line, Some(3), "{error}");
    assert!(error.message.contains("1 MiB"), "{error}");
    let just = "x".repeat(1 << 19);
    assert_eq!(rows(format!("a,b\n1,{just}\n2,{just}\n3,{just}\n")).len(), 3);
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
        if let Ok(rows) = Table::open(Subject::Customers, bytes(text)).and_then(|mut table| rest(&mut table)) {
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
