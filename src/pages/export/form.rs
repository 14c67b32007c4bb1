//! What is to be exported, and how: asked on a page, and read from the address of the file.

use crate::db::Db;
use crate::domain::customer::Kind;
use crate::domain::export::{Export, Format};
use crate::domain::files;
use crate::domain::import::Subject;
use crate::domain::query::Query;
use crate::domain::query::entitlements::{EntitlementQuery, Filter};
use crate::exports::Source;
use crate::imports::files::fields;
use crate::list;
use crate::pages::screen::DetailPane;
use crate::pages::view::{ExportColumns, ExportForm, ExportOption};
use crate::pages::words::how_many;
use crate::store::Result;
use crate::web::address;
use crate::web::request::Request;
use crate::web::screen::Screen;

/// What all three subjects are called together.
const ALL: &str = "all";
/// That not only what the search finds is wanted, in an address.
const EVERYTHING: &str = "all";

/// What the address asks for; what it does not say is as the page offers it first.
pub fn export(request: &Request) -> Export {
    let what = request.param("what");
    let subjects = match what.as_deref().and_then(Subject::parse) {
        _ if request.screen == Screen::Entitlements => vec![Subject::Entitlements],
        Some(subject) => vec![subject],
        None if what.as_deref() == Some(ALL) => Subject::ALL.to_vec(),
        None => vec![Subject::Customers],
    };
    let format = request.param("format").and_then(|word| Format::parse(&word)).unwrap_or_default();
    let mut export = Export::new(&subjects, format, is_marked(request));
    for subject in subjects {
        let names = request.params(subject.word());
        if !names.is_empty() {
            export.choose(subject, names.iter().map(String::as_str));
        }
    }
    export
}

/// CSV files begin with a byte order mark, unless the address says otherwise.
pub fn is_marked(request: &Request) -> bool {
    request.param("bom").is_none_or(|word| word != "no")
}

/// Where the records come from.
pub fn source(request: &Request, export: &Export) -> Source {
    let everything = request.param("rows").is_some_and(|word| word == EVERYTHING);
    match request.screen {
        Screen::Customers if everything => Source::customers(all_customers(&request.query), &export.subjects, &request.actor),
        Screen::Customers => Source::customers(request.query.clone(), &export.subjects, &request.actor),
        Screen::Entitlements if everything => Source::entitlements(all_entitlements(&request.entitlements), &request.actor),
        Screen::Entitlements => Source::entitlements(request.entitlements.clone(), &request.actor),
    }
}

fn all_customers(query: &Query) -> Query {
    Query { sort: query.sort, ..Query::default() }
}

fn all_entitlements(query: &EntitlementQuery) -> EntitlementQuery {
    EntitlementQuery { sort: query.sort, ..EntitlementQuery::default() }
}

/// The page that asks, filled in as its own address says.
pub fn pane(db: &mut Db, request: &Request) -> Result<DetailPane> {
    let export = export(request);
    let path = request.screen.path();
    let (carried, rows) = match request.screen {
        Screen::Customers => (request.query.pairs(), customers(db, request)?),
        Screen::Entitlements => (request.entitlements.pairs(), entitlements(db, request)?),
    };
    let form = ExportForm {
        action: format!("{path}{}", address::EXPORT_FILE),
        carried: carried.into_iter().filter(|(name, _)| *name != "from").collect(),
        what: if request.screen == Screen::Customers { what(&export) } else { Vec::new() },
        rows,
        formats: formats(&export),
        columns: subjects(request.screen).iter().map(|subject| group(&export, *subject)).collect(),
        cancel: request.keeping(path),
    };
    Ok(DetailPane::other("Export".to_owned(), None, &form))
}

fn subjects(screen: Screen) -> &'static [Subject] {
    match screen {
        Screen::Customers => &Subject::ALL,
        Screen::Entitlements => &[Subject::Entitlements],
    }
}

fn what(export: &Export) -> Vec<ExportOption> {
    let is_chosen = |subjects: &[Subject]| export.subjects == subjects;
    let option = |value, label: &str, hint: &str, chosen| ExportOption { value, label: label.to_owned(), hint: hint.to_owned(), chosen };
    vec![
        option("customers", "Customers", "", is_chosen(&[Subject::Customers])),
        option("contacts", "Contacts", "the people of these companies", is_chosen(&[Subject::Contacts])),
        option("entitlements", "Entitlements", "what these customers are entitled to", is_chosen(&[Subject::Entitlements])),
        option(ALL, "All three", "a workbook with three sheets, or a ZIP file with three CSV files", is_chosen(&Subject::ALL)),
    ]
}

fn formats(export: &Export) -> Vec<ExportOption> {
    let option = |format: Format, label: &str, hint: &str| ExportOption {
        value: format.word(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        chosen: export.format == format,
    };
    vec![
        option(Format::Xlsx, "Excel workbook (XLSX)", "to look at or to edit: leading zeros and dates stay as they are"),
        option(Format::Csv, "CSV", "for other programs"),
    ]
}

/// Which customers, where a search or a filter leaves some out.
fn customers(db: &mut Db, request: &Request) -> Result<Vec<ExportOption>> {
    let query = &request.query;
    let status = query.enabled.map(|enabled| if enabled { "enabled" } else { "disabled" });
    let kind = query.kind.map(|kind| if kind == Kind::Company { "companies" } else { "individuals" });
    let Some(narrowed) = narrowed(&query.text, [status, kind]) else { return Ok(Vec::new()) };
    let mut count = |query: &Query| list::count(db, query, request.app.zone);
    let (found, all) = (count(query)?, count(&all_customers(query))?);
    let words = |count| how_many(count, "customer", "customers");
    Ok(which(&narrowed, &words(found), words(all)))
}

/// Which entitlements, where a search or a filter leaves some out.
fn entitlements(db: &mut Db, request: &Request) -> Result<Vec<ExportOption>> {
    let query = &request.entitlements;
    let Some(narrowed) = narrowed(&query.text, [query.filter.map(Filter::label)]) else { return Ok(Vec::new()) };
    let mut count = |query: &EntitlementQuery| list::entitlements::count(db, query, request.actor.today);
    let (found, all) = (count(query)?, count(&all_entitlements(query))?);
    let words = |count| how_many(count, "entitlement", "entitlements");
    Ok(which(&narrowed, &words(found), words(all)))
}

/// What a list is narrowed to, in words.
fn narrowed(text: &str, filters: impl IntoIterator<Item = Option<&'static str>>) -> Option<String> {
    let text = (!text.is_empty()).then(|| format!("“{text}”"));
    let words: Vec<String> = text.into_iter().chain(filters.into_iter().flatten().map(str::to_lowercase)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn which(narrowed: &str, found: &str, all: String) -> Vec<ExportOption> {
    let shown =
        ExportOption { value: "search", label: "What the list shows".to_owned(), hint: format!("{narrowed}: {found}"), chosen: true };
    vec![shown, ExportOption { value: EVERYTHING, label: "All".to_owned(), hint: all, chosen: false }]
}

fn group(export: &Export, subject: Subject) -> ExportColumns {
    let chosen: Vec<&str> = export.columns(subject).collect();
    let named = |name: &'static str| (name, fields::of_our_column(subject, name).map_or(name, |field| field.label));
    let (keys, others): (Vec<_>, Vec<_>) = files::columns(subject).iter().partition(|name| files::keys(subject).contains(name));
    ExportColumns {
        subject: subject.word(),
        label: match subject {
            Subject::Customers => "Columns of customers",
            Subject::Contacts => "Columns of contacts",
            Subject::Entitlements => "Columns of entitlements",
        },
        keys: keys.into_iter().map(named).collect(),
        others: others.into_iter().map(|name| (named(name), chosen.contains(&name))).collect(),
    }
}
