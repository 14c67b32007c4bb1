//! How a table is laid out: what separates its cells, and which row names its columns.

use csv::{ReaderBuilder, StringRecord};

/// How many rows that are not blank are looked at.
pub const LOOKED_AT: usize = 20;
/// What may separate cells, the usual one last: of several that fit alike, the last one is taken.
const SEPARATORS: [u8; 4] = [b'|', b'\t', b';', b','];

/// The separator of the cells in the beginning of a text.
///
/// A line `sep=;` says it (Excel's own way). Else it is the one by which the most of the first rows have the same number of cells, and more
/// than one: titles above the table do not count that way, and commas in numbers or addresses seldom stand in every row. Where no separator
/// makes cells, it is the one that the first line has most often.
#[must_use]
pub fn separator(head: &str) -> u8 {
    if let Some([separator, b'\r' | b'\n', ..]) = head.strip_prefix("sep=").map(str::as_bytes) {
        return *separator;
    }
    let alike = |separator: &u8| {
        let widths = widths(head, *separator);
        let count = |width: usize| widths.iter().map(|other| usize::from(*other == width)).sum::<usize>();
        widths.iter().filter(|width| **width > 1).map(|width| (count(*width), *width)).max()
    };
    let best = SEPARATORS.into_iter().filter_map(|separator| Some((alike(&separator)?, separator))).max_by_key(|(alike, _)| *alike);
    best.map_or(b',', |(_, separator)| separator)
}

/// How many cells each of the first rows has.
fn widths(head: &str, separator: u8) -> Vec<usize> {
    let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(head.as_bytes());
    let rows = reader.into_records().map_while(Result::ok).filter(|row| !is_blank(row)).take(LOOKED_AT);
    rows.map(|row| width(&row)).collect()
}

/// Which of the first rows names the columns.
///
/// Above it may stand titles: rows of one cell, or of two where the table has more than three columns, over a row that is as wide as at
/// least half of the rows after it. So the first row that is no title is it.
#[must_use]
pub fn header<'a>(rows: impl Iterator<Item = &'a StringRecord>) -> usize {
    let widths: Vec<usize> = rows.map(width).collect();
    let is_title = |place: usize| {
        let mut below: Vec<usize> = widths[place + 1..].to_vec();
        below.sort_unstable();
        let usual = below.get(below.len() / 2).copied().unwrap_or(0);
        match widths[place] {
            0 | 1 => usual > 1,
            2 => usual > 3,
            _ => false,
        }
    };
    (0..widths.len()).find(|place| !is_title(*place)).unwrap_or(0)
}

/// How many cells a row has up to the last that is not empty.
fn width(row: &StringRecord) -> usize {
    row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).last().map_or(0, |(place, _)| place + 1)
}

/// A row of empty cells counts for nothing.
#[must_use]
pub fn is_blank(row: &StringRecord) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_makes_rows_alike() {
        for (text, separator) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,0;2,5\n3,0;4,5\n", b';'),
            ("a\tb\n1, 2, 3\t4\n", b'\t'),
            ("a|b\n1|2,5\n", b'|'),
            ("Report, 2026\n\na;b;c\n1;2;3\n", b';'),
            ("\"a,b\";c\n\"1,2\";3\n", b';'),
            ("a;b;c\n", b';'),
            ("number,name,city\nA\nB\nC\n", b','),
            ("sep=|\na;b\n", b'|'),
            ("number\n1\n", b','),
            ("", b','),
        ] {
            assert_eq!(char::from(super::separator(text)), char::from(separator), "{text}");
        }
    }

    #[test]
    fn titles_stand_above_the_names_of_the_columns() {
        for (rows, place) in [
            (vec!["number,name", "1,Acme"], 0),
            (vec!["Customers", "number,name", "1,Acme"], 1),
            (vec!["Customers", "of,March", "a,b,c,d", "1,2,3,4"], 2),
            (vec!["Customers,,,", "a,b,c,d", "1,2,3,4"], 1),
            // A comma without quotation marks makes no title of the names.
            (vec!["number,name", "1,Acme, Inc"], 0),
            (vec!["email", "a@x.example"], 0),
            (vec!["email"], 0),
            // Rows that end early are filled up.
            (vec!["a,b,c", "1", "2", "3"], 0),
        ] {
            let rows: Vec<StringRecord> = rows.iter().map(|row| row.split(',').collect::<Vec<_>>().into()).collect();
            assert_eq!(header(rows.iter()), place, "{rows:?}");
        }
    }
}
