//! The page of an import's columns: where each goes, what customers are recognized by, how files are read, and what is asked.

use super::attention;
use super::wording::{At, file_name, path, steps};
use crate::db::Db;
use crate::domain::CustomerId;
use crate::domain::import::Subject;
use crate::domain::numbers::{counted, thousands};
use crate::domain::rules::Task;
use crate::imports::files::fields::{fields, named};
use crate::imports::files::findings::{FileFindings, SourceColumn};
use crate::imports::files::guess::is_own;
use crate::imports::files::look::Question;
use crate::imports::files::mapping::{Alike, DateOrder, Key, Mapping};
use crate::imports::files::report::AlikeRow;
use crate::imports::mappings;
use crate::imports::parts::KEPT;
use crate::imports::record::Import;
use crate::pages::screen::DetailPane;
use crate::pages::view::{
    AlikeChoice, Badge, Choosable, Constant, FileReading, ImportMapping, MappedColumn, MappedFile, OwnerChoice, WordChoice,
};
use crate::store::{Result, customers, random_token};
use crate::web::address;
use crate::web::request::Request;

/// The page of an import's columns.
pub(super) fn page(db: &mut Db, request: &Request, import: &Import) -> Result<DetailPane> {
    let mut files = Vec::new();
    for found in import.findings.files.iter().filter(|found| !found.sources.is_empty()) {
        files.push(file(db, import, found)?);
    }
    let own = path(import.id);
    let at = |path: &str| address::with_list(path, &request.query);
    let (warnings_heading, warnings) = attention::warnings(import);
    let (name, facts) = match &files[..] {
        [file] => (file.name.clone(), file.facts.clone()),
        files => (counted(files.len() as u64, "file", "files"), Vec::new()),
    };
    let form = ImportMapping {
        heading: format!("Match the columns of {name}"),
        steps: steps(At::Columns, false),
        facts,
        trouble: Some(import.trouble.clone()).filter(|trouble| !trouble.is_empty()),
        questions: attention::questions(import),
        warnings_heading,
        warnings,
        files,
        alike: alike(db, request, import)?,
        alike_for_all: choices(
            Alike::ALL.map(|alike| (alike.word(), of_alike(alike))),
            import.options.customers.mapping.alike.map(Alike::word),
            "Decide one by one",
        ),
        token: random_token(),
        action: at(&format!("{own}/columns")),
        back: at(&own),
        discard: request.actor.can(Task::DiscardImport(import.state)).then(|| at(&format!("{own}/discard"))),
        kept_days: KEPT.num_days(),
    };
    Ok(DetailPane::alone("Match columns".to_owned(), &form))
}

fn file(db: &mut Db, import: &Import, found: &FileFindings) -> Result<MappedFile> {
    let subject = found.subject;
    let mapping = &import.options.of(subject).mapping;
    let kept = mappings::offered(db, subject, &signature(found))?;
    let options =
        |chosen: &str, empty: &'static str| choices(fields(subject).iter().map(|field| (field.name, field.label)), Some(chosen), empty);
    let is_wide = found.sources.len() > WIDE;
    let column = |(place, source): (usize, &SourceColumn)| {
        let name = source.survey.name.clone();
        let first = source.fields.first().map_or("", String::as_str);
        let second = source.fields.get(1).map_or("", String::as_str);
        (!name.trim().is_empty()).then(|| MappedColumn {
            place,
            badge: badge(found, mapping, source),
            empty: empty(found, source),
            name,
            samples: source.survey.samples.clone(),
            goes: options(first, "Don’t import"),
            also: if is_wide && second.is_empty() { Vec::new() } else { options(second, "Nothing else") },
            is_also: !second.is_empty(),
            is_left_out: first.is_empty(),
        })
    };
    let constant = |place: usize| {
        let (field, value) = mapping.constants.get(place).map_or(("", ""), |(field, value)| (field, value));
        Constant { place, fields: options(field, "No field"), value: value.to_owned() }
    };
    let word = |word: String| WordChoice {
        meanings: choices(
            [("enabled", "Enabled"), ("disabled", "Disabled")],
            mapping.status.get(&word).map(|enabled| if *enabled { "enabled" } else { "disabled" }),
            "Choose",
        ),
        word,
    };
    // Where its columns are not what they have to be, nothing is found out yet.
    let is_open = found.sources.iter().all(|source| source.fields.is_empty());
    let by_columns = if is_open { "As the columns tell" } else { "" };
    Ok(MappedFile {
        subject: subject.word(),
        name: file_name(import, subject),
        facts: facts(found),
        columns: found.sources.iter().enumerate().filter_map(column).collect(),
        constants: (0..=mapping.constants.len()).map(constant).collect(),
        keys: if subject == Subject::Customers { choices(KEYS, found.key.map(Key::word), by_columns) } else { Vec::new() },
        key_hint: key_hint(found),
        owners: owners(import, subject),
        words: unknown_words(found, mapping).into_iter().map(word).collect(),
        nothing: found.nothing || is_open && mapping.nothing.is_none(),
        clear: mapping.clear,
        read: reading(import, found),
        kept: kept.into_iter().map(|kept| (kept.id, kept.name)).collect(),
    })
}

/// How a file is read, and how else it could be.
fn reading(import: &Import, found: &FileFindings) -> FileReading {
    let subject = found.subject;
    let dates = import.options.of(subject).mapping.dates;
    let format = found.format.clone().unwrap_or_default();
    let asks = |is_meant: fn(&Question) -> bool| attention::asks(import, subject, is_meant);
    FileReading {
        dates: if found.sources.iter().any(has_dates) {
            choices(ORDERS, dates.map(DateOrder::word), "As the file tells")
        } else {
            Vec::new()
        },
        dates_now: match dates.or_else(|| order_of(found)) {
            Some(DateOrder::DayFirst) => "the day first",
            Some(DateOrder::MonthFirst) => "the month first",
            None => "one meaning",
        },
        dates_open: asks(|question| matches!(question, Question::Dates(_))),
        encoding_open: asks(|question| matches!(question, Question::Encoding(..))),
        sheets: choices(format.sheets.iter().map(|sheet| (sheet.as_str(), sheet.as_str())), format.sheet.as_deref(), ""),
        separator: SEPARATORS.iter().find(|(word, _)| *word == separator(format.separator)).map_or("", |(_, label)| label),
        separators: if format.sheet.is_some() { Vec::new() } else { choices(SEPARATORS, Some(separator(format.separator)), "") },
        header_line: format.header_line,
        sheet: format.sheet.unwrap_or_default(),
        encoding: format.encoding,
    }
}

/// Of a file with more columns, only the first field of each is chosen here: the page would grow too long.
const WIDE: usize = 60;
const KEYS: [(&str, &str); 4] = [
    ("nothing", "Number or CRM ID"),
    ("ref_id", "Number, CRM ID or Ref ID"),
    ("email", "Number, CRM ID or e-mail"),
    ("name", "Number, CRM ID or name (a person: e-mail)"),
];
const ORDERS: [(&str, &str); 2] = [("day-first", "Day first: 31/1/2026"), ("month-first", "Month first: 1/31/2026")];
const SEPARATORS: [(&str, &str); 4] = [(",", "commas"), (";", "semicolons"), ("tab", "tabs"), ("|", "vertical bars")];

fn separator(separator: char) -> &'static str {
    match separator {
        ';' => ";",
        '\t' => "tab",
        '|' => "|",
        _ => ",",
    }
}

/// What a file's columns are kept under.
pub(super) fn signature(found: &FileFindings) -> String {
    mappings::signature(found.sources.iter().map(|source| source.survey.name.as_str()))
}

/// The names by which rows of a file leave open which customer is meant: those that people have decided about, then those that are missing.
pub(super) fn owner_names(import: &Import, subject: Subject) -> Vec<String> {
    let decided = import.options.of(subject).mapping.owners.iter().map(|(name, _)| name.clone());
    let missing = import.findings.owners.iter().filter(|owner| owner.subject == subject).map(|owner| owner.name.clone());
    decided.chain(missing).collect()
}

fn owners(import: &Import, subject: Subject) -> Vec<OwnerChoice> {
    let decided = &import.options.of(subject).mapping.owners;
    let choice = |(place, name): (usize, String)| {
        let missing = import.findings.owners.iter().find(|owner| owner.subject == subject && owner.name == name);
        let hint = missing.map_or_else(String::new, |owner| {
            let why = if owner.several { "several customers have this name" } else { "no customer has this name" };
            format!("{}: {why}", counted(owner.rows, "row", "rows"))
        });
        let number = decided.iter().find(|(known, _)| *known == name).map_or("", |(_, number)| number).to_owned();
        OwnerChoice { place, name, hint, number }
    };
    owner_names(import, subject).into_iter().enumerate().map(choice).collect()
}

/// Words of a status that people have explained, or have to.
pub(super) fn unknown_words(found: &FileFindings, mapping: &Mapping) -> Vec<String> {
    let mut words: Vec<String> = mapping.status.keys().cloned().collect();
    let columns = found.sources.iter().filter(|source| source.fields.iter().any(|field| field == "status"));
    words.extend(columns.flat_map(|source| source.survey.unknown_status()));
    words.sort();
    words.dedup();
    words
}

/// `212 rows`, `13 columns`, `10 will be imported, 3 won’t`
fn facts(found: &FileFindings) -> Vec<String> {
    let columns: Vec<_> = found.sources.iter().filter(|source| !source.survey.name.trim().is_empty()).collect();
    let taken = columns.iter().filter(|source| !source.fields.is_empty()).count();
    let left = columns.len() - taken;
    let rows = found.counts.rows();
    let goes = match (taken, left) {
        (_, 0) => "all will be imported".to_owned(),
        (0, _) => "none will be imported".to_owned(),
        _ => format!("{taken} will be imported, {left} won’t"),
    };
    let rows = (rows > 0).then(|| counted(rows, "row", "rows"));
    rows.into_iter().chain([counted(columns.len() as u64, "column", "columns"), goes]).collect()
}

/// How many cells of a column are empty, in words, as far as it is known: of our own long files only the beginning is looked at.
fn empty(found: &FileFindings, source: &SourceColumn) -> String {
    let filled = source.survey.filled;
    let most = found.sources.iter().map(|source| source.survey.filled).max().unwrap_or(0);
    // No rows were read where the columns were not what they have to be.
    match found.counts.rows() {
        _ if filled == 0 => "empty".to_owned(),
        rows if most == rows && filled < rows => format!("{} empty", thousands(rows - filled)),
        _ => String::new(),
    }
}

/// The fields by which the records of a file are recognized.
fn key_fields(found: &FileFindings) -> &'static [&'static str] {
    match (found.subject, found.key) {
        (Subject::Customers, Some(Key::RefId)) => &["number", "crm_id", "ref_id"],
        (Subject::Customers, Some(Key::Email)) => &["number", "crm_id", "email"],
        (Subject::Customers, Some(Key::Name)) => &["number", "crm_id", "name", "email"],
        (Subject::Customers, _) => &["number", "crm_id"],
        (Subject::Contacts, _) => &["email"],
        (Subject::Entitlements, _) => &["eid"],
    }
}

fn badge(found: &FileFindings, mapping: &Mapping, source: &SourceColumn) -> Option<Badge> {
    let first = source.fields.first()?;
    if source.fields.iter().any(|field| key_fields(found).contains(&field.as_str())) {
        return Some(Badge::Key);
    }
    let is_own = named(found.subject, first).is_some_and(|field| is_own(found.subject, field, &source.survey.name));
    (!mapping.confirmed && !is_own).then_some(Badge::Guessed)
}

/// `Here: CRM ID in “Record ID”.`
fn key_hint(found: &FileFindings) -> String {
    let column = |name: &&str| {
        let source = found.sources.iter().find(|source| source.fields.iter().any(|field| field == name))?;
        Some(format!("{} in “{}”", named(found.subject, name)?.label, source.survey.name))
    };
    let columns: Vec<String> = key_fields(found).iter().filter_map(column).collect();
    if found.sources.iter().all(|source| source.fields.is_empty()) {
        "A row whose customer is known updates it; any other row creates one.".to_owned()
    } else if columns.is_empty() {
        "No column here has one of them: each row creates a customer, each time it is imported.".to_owned()
    } else {
        format!("Here: {}. A row whose customer is known updates it; any other row creates one.", columns.join(", "))
    }
}

fn has_dates(source: &SourceColumn) -> bool {
    source.fields.iter().any(|field| matches!(field.as_str(), "starts_on" | "ends_on"))
}

/// What comes first in the dates of a file, where they tell.
fn order_of(found: &FileFindings) -> Option<DateOrder> {
    let dates = || found.sources.iter().filter(|source| has_dates(source)).map(|source| &source.survey);
    match (dates().any(|column| column.day_first > 0), dates().any(|column| column.month_first > 0)) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

fn of_alike(alike: Alike) -> &'static str {
    match alike {
        Alike::Skip => "Leave the row out",
        Alike::Update => "Update the known customer",
        Alike::Create => "Create a new customer",
    }
}

fn alike(db: &mut Db, request: &Request, import: &Import) -> Result<Vec<AlikeChoice>> {
    let rows = &import.findings.alike;
    let ids: Vec<CustomerId> = rows.iter().map(|row| CustomerId(row.customer)).collect();
    let known = customers::find_all(db, &ids)?;
    let choice = |row: &AlikeRow| {
        let known = known.iter().find(|known| known.id.0 == row.customer)?;
        let decided = import.options.customers.mapping.alike_rows.get(&row.line).copied();
        Some(AlikeChoice {
            line: row.line,
            name: row.name.clone(),
            likeness: row.likeness.clone(),
            known: known.name(),
            number: known.number.clone(),
            href: address::with_list(&address::screen(Some(known.id)), &request.query),
            choices: choices(Alike::ALL.map(|alike| (alike.word(), of_alike(alike))), decided.map(Alike::word), "As for all"),
        })
    };
    Ok(rows.iter().filter_map(choice).collect())
}

/// The options of a choice, of which the empty one stands first unless it has no label.
fn choices<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>, chosen: Option<&str>, empty: &'static str) -> Vec<Choosable> {
    let choice =
        |(value, label): (&str, &str)| Choosable { value: value.to_owned(), label: label.to_owned(), chosen: chosen == Some(value) };
    let first =
        (!empty.is_empty()).then(|| Choosable { value: String::new(), label: empty.to_owned(), chosen: chosen.is_none_or(str::is_empty) });
    first.into_iter().chain(all.into_iter().map(choice)).collect()
}
