//! XLSX (ECMA-376): which sheets there are, the texts and formats that they share, and their cells.

use std::collections::HashMap;
use std::io::Read;

use super::super::cells::CELL;
use super::archive::Archive;
use super::numbers::{self, Display};
use super::problem::{Outcome, Problem};
use super::rows::{Rows, Sheet};
use super::xml::{Element, Item, Xml};

/// The texts that sheets share: their bytes in all, and their number.
const TEXTS: usize = 64 << 20;
const TEXT_COUNT: usize = 4 << 20;
/// The most formats of cells: Excel has no more.
const FORMATS: usize = 65_536;
/// The most sheets.
const SHEETS: usize = 1_000;

/// What the sheets of a workbook share.
pub struct Workbook {
    sheets: Vec<Sheet>,
    since_1904: bool,
    texts: Texts,
    /// How each format of a cell shows numbers.
    formats: Vec<Display>,
}

/// Texts one after the other.
#[derive(Default)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn get(&self, place: usize) -> Option<&str> {
        let end = |place: usize| self.ends.get(place).map(|end| *end as usize);
        let start = place.checked_sub(1).map_or(Some(0), end)?;
        self.text.get(start..end(place)?)
    }
}

/// A part that another part refers to.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

impl Workbook {
    pub fn read(archive: &mut Archive) -> Outcome<Self> {
        let package = relations(archive, "_rels/.rels")?;
        let document = package.iter().find(|relation| relation.kind == "officeDocument");
        let path = document.map_or("xl/workbook.xml", |relation| relation.target.trim_start_matches('/'));
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let relations = relations(archive, &format!("{folder}/_rels/{name}.rels"))?;
        let full = |target: &str| match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("{folder}/{target}"),
        };
        let of_kind = |kind: &str| relations.iter().find(|relation| relation.kind == kind).map(|relation| full(&relation.target));
        let path_of = |id: &str| {
            let found = relations.iter().find(|relation| relation.id == id && relation.kind == "worksheet");
            found.map(|relation| full(&relation.target))
        };
        let (sheets, since_1904) = sheets(archive, path, path_of)?;
        let texts = of_kind("sharedStrings").map_or(Ok(Texts::default()), |path| texts(archive, &path))?;
        let formats = of_kind("styles").map_or(Ok(Vec::new()), |path| formats(archive, &path))?;
        Ok(Self { sheets, since_1904, texts, formats })
    }

    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// Hands over the rows of a sheet.
    pub fn rows(&self, archive: &mut Archive, sheet: &Sheet, rows: &mut Rows) -> Outcome<()> {
        let mut xml = archive.xml(&sheet.path)?.ok_or_else(|| Problem::damaged("a sheet is missing"))?;
        let (mut row, mut column) = (0, 0);
        while let Some(item) = xml.next()? {
            match item {
                Item::Start(element) if element.name() == "row" => {
                    row = element.number("r").map_or(row, |number| number.saturating_sub(1));
                    column = 0;
                }
                Item::Start(element) if element.name() == "c" => {
                    let cell = Cell::of(&element);
                    if let Some((cell_row, cell_column)) = cell.place {
                        (row, column) = (cell_row, cell_column);
                    }
                    let text = value(&mut xml)?;
                    if !text.is_empty() {
                        rows.go_to(row)?;
                        self.cell(&cell, &text, column, rows)?;
                    }
                    column += 1;
                }
                Item::End(end) if end.name() == "row" => row = row.saturating_add(1),
                Item::End(end) if end.name() == "sheetData" => break,
                _ => {}
            }
        }
        Ok(())
    }

    fn cell(&self, cell: &Cell, text: &str, column: usize, rows: &mut Rows) -> Outcome<()> {
        let display = self.formats.get(cell.format).copied().unwrap_or(Display::Plain);
        match cell.kind.as_str() {
            "s" => {
                let shared = text.trim().parse().ok().and_then(|place| self.texts.get(place));
                rows.cell(column, shared.ok_or_else(|| Problem::damaged("a text is missing"))?)
            }
            "str" | "inlineStr" => rows.cell(column, &unescaped(text)),
            "b" => rows.cell(column, if matches!(text.trim(), "1" | "true") { "true" } else { "false" }),
            "d" => rows.cell(column, &numbers::iso(text)),
            "e" => {
                rows.warn(column, format!("The formula of the cell failed ({}): it is taken as empty.", text.trim()));
                Ok(())
            }
            _ => {
                let is_moment = matches!(display, Display::Date | Display::Duration);
                if let Some(moment) = is_moment.then(|| numbers::moment(text, display, self.since_1904)).flatten() {
                    return rows.cell(column, &moment);
                }
                rows.number(column, text, display)
            }
        }
    }
}

/// What a cell says of its value.
struct Cell {
    /// Its row and column, from 0 on; `None` for the next one.
    place: Option<(u64, usize)>,
    kind: String,
    format: usize,
}

impl Cell {
    fn of(element: &Element) -> Self {
        let format = element.number("s").and_then(|format| usize::try_from(format).ok()).unwrap_or(0);
        Self { place: element.attribute("r").and_then(|name| place(&name)), kind: element.attribute("t").unwrap_or_default(), format }
    }
}

/// The row and the column that a name like `AB12` means, from 0 on.
fn place(name: &str) -> Option<(u64, usize)> {
    let digits = name.find(|c: char| c.is_ascii_digit()).filter(|digits| (1..=3).contains(digits))?;
    let (letters, digits) = name.split_at(digits);
    let mut column = 0;
    for letter in letters.bytes() {
        column = column * 26 + usize::from(letter.to_ascii_uppercase().checked_sub(b'A').filter(|letter| *letter < 26)?) + 1;
    }
    Some((digits.parse::<u64>().ok()?.checked_sub(1)?, column - 1))
}

/// The text within a cell or another element that has begun: its value, or the parts of a rich text, without formulas and readings.
fn value<R: Read>(xml: &mut Xml<R>) -> Outcome<String> {
    let (mut text, mut depth, mut taken, mut left_out) = (String::new(), 1, 0, 0);
    while depth > 0 {
        match xml.next()?.ok_or_else(|| Problem::damaged("it ends within a cell"))? {
            Item::Start(element) => {
                depth += 1;
                taken += u32::from(matches!(element.name(), "v" | "t"));
                left_out += u32::from(matches!(element.name(), "f" | "rPh"));
            }
            Item::End(end) => {
                depth -= 1;
                taken -= u32::from(depth > 0 && taken > 0 && matches!(end.name(), "v" | "t"));
                left_out -= u32::from(left_out > 0 && matches!(end.name(), "f" | "rPh"));
            }
            Item::Text(piece) if taken > 0 && left_out == 0 => text.push_str(&piece),
            _ => {}
        }
        if text.len() as u64 > CELL * 2 {
            return Err(Problem::too_large());
        }
    }
    Ok(text)
}

/// A text without the escapes of what XML cannot say: `_x000D_`.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let escape = rest.get(at + 2..at + 7).and_then(|escape| escape.strip_suffix('_'));
        let character = escape.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        let (before, after) = rest.split_at(at + if character.is_some() { 0 } else { 2 });
        plain.push_str(before);
        plain.extend(character);
        rest = if character.is_some() { &after[7..] } else { after };
    }
    plain.push_str(rest);
    plain
}

fn relations(archive: &mut Archive, path: &str) -> Outcome<Vec<Relation>> {
    let Some(mut xml) = archive.xml(path)? else { return Err(Problem::damaged("a list of its parts is missing")) };
    let mut relations = Vec::new();
    while let Some(item) = xml.next()? {
        if let Item::Start(element) = item
            && element.name() == "Relationship"
            && relations.len() < SHEETS + 100
        {
            let own = |name| element.attribute(name).unwrap_or_default();
            let kind = own("Type").rsplit('/').next().unwrap_or_default().to_owned();
            relations.push(Relation { id: own("Id"), kind, target: own("Target") });
        }
    }
    Ok(relations)
}

fn sheets(archive: &mut Archive, path: &str, path_of: impl Fn(&str) -> Option<String>) -> Outcome<(Vec<Sheet>, bool)> {
    let mut xml = archive.xml(path)?.ok_or_else(|| Problem::damaged("the list of its sheets is missing"))?;
    let (mut sheets, mut since_1904) = (Vec::new(), false);
    while let Some(item) = xml.next()? {
        match item {
            Item::Start(element) if element.name() == "workbookPr" => {
                since_1904 |= element.attribute("date1904").is_some_and(|value| matches!(value.as_str(), "1" | "true"));
            }
            Item::Start(element) if element.name() == "sheet" && sheets.len() < SHEETS => {
                let visible = element.attribute("state").is_none_or(|state| state == "visible");
                // A sheet that is a chart has no rows.
                if let Some(path) = element.attribute("id").and_then(|id| path_of(&id)) {
                    sheets.push(Sheet { name: element.attribute("name").unwrap_or_default(), visible, path });
                }
            }
            _ => {}
        }
    }
    Ok((sheets, since_1904))
}

fn texts(archive: &mut Archive, path: &str) -> Outcome<Texts> {
    let mut texts = Texts::default();
    let Some(mut xml) = archive.xml(path)? else { return Ok(texts) };
    while let Some(item) = xml.next()? {
        if let Item::Start(element) = item
            && element.name() == "si"
        {
            let text = value(&mut xml)?;
            if texts.text.len() + text.len() > TEXTS || texts.ends.len() >= TEXT_COUNT {
                return Err(Problem::too_large());
            }
            texts.text.push_str(&unescaped(&text));
            texts.ends.push(u32::try_from(texts.text.len()).map_err(Problem::damaged)?);
        }
    }
    Ok(texts)
}

fn formats(archive: &mut Archive, path: &str) -> Outcome<Vec<Display>> {
    let (mut own, mut formats, mut in_cells) = (HashMap::new(), Vec::new(), false);
    let Some(mut xml) = archive.xml(path)? else { return Ok(formats) };
    while let Some(item) = xml.next()? {
        match item {
            Item::Start(element) if element.name() == "numFmt" && own.len() < FORMATS => {
                if let (Some(id), Some(code)) = (element.number("numFmtId"), element.attribute("formatCode")) {
                    own.insert(id, numbers::display(&code));
                }
            }
            Item::Start(element) if element.name() == "cellXfs" => in_cells = true,
            Item::End(end) if end.name() == "cellXfs" => in_cells = false,
            Item::Start(element) if in_cells && element.name() == "xf" && formats.len() < FORMATS => {
                let id = element.number("numFmtId").unwrap_or(0);
                formats.push(own.get(&id).copied().unwrap_or_else(|| numbers::built_in(id)));
            }
            _ => {}
        }
    }
    Ok(formats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_names() {
        assert_eq!(place("A1"), Some((0, 0)));
        assert_eq!(place("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(place("aa10"), Some((9, 26)));
        for name in ["", "1", "A", "A0", "ABCD1", "Ä1", "A-1", "A99999999999999999999999"] {
            assert_eq!(place(name), None, "{name}");
        }
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(unescaped("a_x000D_\nb_x005F_x_"), "a\r\nb_x_");
        assert_eq!(unescaped("_x00_xZZZZ_ä_x"), "_x00_xZZZZ_ä_x");
    }
}
