//! A workbook as a spreadsheet reads it.

use std::io::{Cursor, Read as _};

use roxmltree::{Document, Node};
use zip::ZipArchive;

/// A sheet of a workbook.
pub struct Sheet {
    pub name: String,
    /// Row by row, the header first; a cell is its kind (`text`, `number`, `day`) and what it holds.
    pub rows: Vec<Vec<(&'static str, String)>>,
    /// What stays in its place when one scrolls, and what is filtered.
    pub frozen: bool,
    pub filtered: Option<String>,
}

impl Sheet {
    /// What a column holds, by its name.
    #[track_caller]
    pub fn column(&self, name: &str) -> Vec<&str> {
        self.cells(name).map(|(_, text)| text.as_str()).collect()
    }

    /// What kinds of cells a column has.
    #[track_caller]
    pub fn kinds(&self, name: &str) -> Vec<&str> {
        let mut kinds: Vec<_> = self.cells(name).filter(|(_, text)| !text.is_empty()).map(|(kind, _)| *kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    pub fn header(&self) -> Vec<&str> {
        self.rows[0].iter().map(|(_, text)| text.as_str()).collect()
    }

    #[track_caller]
    fn cells(&self, name: &str) -> impl Iterator<Item = &(&'static str, String)> {
        let at = self.rows[0].iter().position(|(_, text)| text == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows[1..].iter().map(move |row| row.get(at).unwrap_or(const { &("text", String::new()) }))
    }
}

/// The sheets of a workbook, in order.
pub fn sheets(bytes: &[u8]) -> Vec<Sheet> {
    let mut files = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a ZIP file");
    let workbook = file(&mut files, "xl/workbook.xml");
    let styles = file(&mut files, "xl/styles.xml");
    let days = days(&Document::parse(&styles).unwrap());
    let workbook = Document::parse(&workbook).unwrap();
    let names = named(workbook.root(), "sheet").map(|sheet| sheet.attribute("name").unwrap().to_owned());
    let numbered = (1..).zip(names.collect::<Vec<_>>());
    numbered.map(|(number, name)| sheet(name, &file(&mut files, &format!("xl/worksheets/sheet{number}.xml")), &days)).collect()
}

/// The files in a ZIP file: name and text.
pub fn unzipped(bytes: &[u8]) -> Vec<(String, String)> {
    let mut files = ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
    let names: Vec<String> = files.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.into_iter().map(|name| (name.clone(), file(&mut files, &name))).collect()
}

fn file(files: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> String {
    let mut text = String::new();
    files.by_name(name).unwrap_or_else(|_| panic!("no {name}")).read_to_string(&mut text).unwrap();
    text
}

fn named<'a, 'b: 'a>(node: Node<'a, 'b>, name: &'static str) -> impl Iterator<Item = Node<'a, 'b>> {
    node.descendants().filter(move |node| node.has_tag_name(name) || node.tag_name().name() == name)
}

/// The numbers of the styles that show days.
fn days(styles: &Document<'_>) -> Vec<String> {
    let formats = named(styles.root(), "numFmt").filter(|format| format.attribute("formatCode") == Some("yyyy-mm-dd"));
    let formats: Vec<_> = formats.filter_map(|format| format.attribute("numFmtId")).collect();
    let styles = named(styles.root(), "cellXfs").flat_map(|all| all.children().filter(Node::is_element)).enumerate();
    styles.filter(|(_, style)| style.attribute("numFmtId").is_some_and(|id| formats.contains(&id))).map(|(at, _)| at.to_string()).collect()
}

fn sheet(name: String, text: &str, days: &[String]) -> Sheet {
    let document = Document::parse(text).unwrap();
    let rows = named(document.root(), "row").map(|row| {
        let mut cells: Vec<(&'static str, String)> = Vec::new();
        for cell in row.children().filter(Node::is_element) {
            let at = place(cell.attribute("r").unwrap());
            cells.resize(at + 1, ("text", String::new()));
            let held: String = cell.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect();
            let is_day = cell.attribute("s").is_some_and(|style| days.iter().any(|day| day == style));
            cells[at] = match cell.attribute("t") {
                // How the format writes what it would read as a character's number (ECMA-376, ST_Xstring).
                Some("inlineStr") => ("text", held.replace("_x005F_", "_")),
                _ if is_day => ("day", held),
                _ => ("number", held),
            };
        }
        cells
    });
    let filtered = named(document.root(), "autoFilter").next().and_then(|filter| filter.attribute("ref")).map(str::to_owned);
    Sheet { name, rows: rows.collect(), frozen: named(document.root(), "pane").next().is_some(), filtered }
}

/// The place of a column: `B7` is 1.
fn place(reference: &str) -> usize {
    reference.bytes().take_while(u8::is_ascii_uppercase).fold(0, |at, letter| at * 26 + usize::from(letter - b'A') + 1) - 1
}
