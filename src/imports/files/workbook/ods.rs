//! ODS (OASIS, `OpenDocument` 1.3): tables in one file, whose rows and cells may say that they stand there several times.

use std::collections::HashSet;
use std::io::Read;

use super::super::cells::CELL;
use super::archive::Archive;
use super::numbers::{self, Display};
use super::problem::{Outcome, Problem};
use super::rows::{Rows, Sheet};
use super::xml::{Element, Item, Xml};

const CONTENT: &str = "content.xml";
/// The most tables.
const TABLES: usize = 1_000;

fn content(archive: &mut Archive) -> Outcome<Xml<impl Read>> {
    archive.xml(CONTENT)?.ok_or_else(|| Problem::damaged("its content is missing"))
}

/// The tables, in order.
pub fn sheets(archive: &mut Archive) -> Outcome<Vec<Sheet>> {
    let mut xml = content(archive)?;
    let (mut sheets, mut style, mut hidden) = (Vec::new(), String::new(), HashSet::new());
    while let Some(item) = xml.next()? {
        let Item::Start(element) = item else { continue };
        match element.name() {
            "style" => style = element.attribute("name").unwrap_or_default(),
            "table-properties" if element.attribute("display").as_deref() == Some("false") && hidden.len() < TABLES => {
                hidden.insert(std::mem::take(&mut style));
            }
            "table" if sheets.len() < TABLES => {
                let is_hidden = element.attribute("style-name").is_some_and(|style| hidden.contains(&style));
                let name = element.attribute("name").unwrap_or_default();
                sheets.push(Sheet { name, visible: !is_hidden, path: sheets.len().to_string() });
            }
            _ => {}
        }
    }
    Ok(sheets)
}

/// Hands over the rows of a table.
pub fn rows(archive: &mut Archive, sheet: &Sheet, rows: &mut Rows) -> Outcome<()> {
    let mut xml = content(archive)?;
    let mut before = sheet.path.parse::<usize>().map_err(Problem::damaged)?;
    let (mut is_inside, mut times, mut column) = (false, 1, 0);
    while let Some(item) = xml.next()? {
        match item {
            Item::Start(element) if element.name() == "table" => {
                is_inside = before == 0;
                before = before.wrapping_sub(1);
            }
            Item::End(end) if is_inside && end.name() == "table" => break,
            Item::Start(element) if is_inside && element.name() == "table-row" => {
                times = repeated(&element, "number-rows-repeated");
                column = 0;
            }
            Item::End(end) if is_inside && end.name() == "table-row" => rows.end_row(times)?,
            Item::Start(element) if is_inside && matches!(element.name(), "table-cell" | "covered-table-cell") => {
                let cell = Cell::of(&element);
                let text = text(&mut xml)?;
                column = cell.put(&text, column, rows)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn repeated(element: &Element, attribute: &str) -> u64 {
    element.number(attribute).unwrap_or(1).clamp(1, 1 << 30)
}

/// What a cell says of its value.
struct Cell {
    kind: String,
    value: Option<String>,
    times: u64,
    failed: bool,
}

impl Cell {
    fn of(element: &Element) -> Self {
        // Two attributes have this name: that of the extension alone says that a formula failed.
        let failed = element.has("calcext:value-type", "error");
        let kind = element.attribute("value-type").unwrap_or_default();
        let value = match kind.as_str() {
            "date" => element.attribute("date-value"),
            "boolean" => element.attribute("boolean-value"),
            "float" | "percentage" | "currency" => element.attribute("value"),
            _ => None,
        };
        Self { kind, value, times: repeated(element, "number-columns-repeated"), failed }
    }

    /// Hands it over, as often as it stands there. Returns the next column.
    fn put(&self, text: &str, column: usize, rows: &mut Rows) -> Outcome<usize> {
        let next = column.saturating_add(usize::try_from(self.times).unwrap_or(usize::MAX));
        if self.failed {
            rows.warn(column, format!("The formula of the cell failed ({}): it is taken as empty.", text.trim()));
            return Ok(next);
        }
        let is_empty = text.is_empty() && self.value.is_none();
        for column in (column..next).take_while(|_| !is_empty) {
            match (self.kind.as_str(), &self.value) {
                ("date", Some(value)) => rows.cell(column, &numbers::iso(value))?,
                ("boolean", Some(value)) => rows.cell(column, value)?,
                (_, Some(value)) => {
                    // Zeros that are shown in front are part of what people see.
                    let is_padded = text.len() > 1 && text.starts_with('0') && text.trim_start_matches('0') == value;
                    let display = if is_padded { Display::Zeros(text.len()) } else { Display::Plain };
                    rows.number(column, value, display)?;
                }
                (_, None) => rows.cell(column, text)?,
            }
        }
        Ok(next)
    }
}

/// The text of a cell that has begun: its paragraphs, without comments.
fn text<R: Read>(xml: &mut Xml<R>) -> Outcome<String> {
    let (mut text, mut depth, mut paragraphs, mut in_paragraph, mut in_comment) = (String::new(), 1, 0, 0, 0);
    while depth > 0 {
        match xml.next()?.ok_or_else(|| Problem::damaged("it ends within a cell"))? {
            Item::Start(element) => {
                depth += 1;
                match element.name() {
                    "annotation" => in_comment += 1,
                    _ if in_comment > 0 => {}
                    "p" => {
                        text.push_str(if paragraphs > 0 { "\n" } else { "" });
                        (paragraphs, in_paragraph) = (paragraphs + 1, in_paragraph + 1);
                    }
                    "s" => text.extend((0..element.number("c").unwrap_or(1).min(1_000)).map(|_| ' ')),
                    "tab" => text.push('\t'),
                    "line-break" => text.push('\n'),
                    _ => {}
                }
            }
            Item::End(end) => {
                depth -= 1;
                match end.name() {
                    "annotation" => in_comment -= 1,
                    "p" if in_comment == 0 => in_paragraph -= 1,
                    _ => {}
                }
            }
            Item::Text(piece) if in_paragraph > 0 && in_comment == 0 => text.push_str(&piece),
            _ => {}
        }
        if text.len() as u64 > CELL * 2 {
            return Err(Problem::too_large());
        }
    }
    Ok(text)
}
