//! All that happened, filtered by person, task, kind of record and day. The whole of what is shown is in the address.

use actix_web::HttpResponse;

use super::export;
use super::history::{draw, older};
use super::screen::{DetailPane, show as show_screen};
use super::view::{Activity, Control, Field, History, Notice};
use crate::db::Db;
use crate::domain::event::SubjectKind;
use crate::domain::history::{Filter, Older, Scope, What, days, person_word};
use crate::domain::{clock, date};
use crate::exports::activity;
use crate::store::Result;
use crate::store::history::{self, Page, SHOWN};
use crate::web::auth::Asked;
use crate::web::request::Request;

const PATH: &str = "/activity";
/// The fields of the form, by the names that the address has for them.
const FIELDS: [&str; 5] = ["by", "task", "subject", "from", "to"];

/// `GET /activity`.
pub async fn index(request: Asked) -> HttpResponse {
    // A form sends what was not chosen, too: what is at its default stays out of the address.
    let asked = request.unadmitted();
    if FIELDS.iter().any(|name| asked.param(name).is_some_and(|value| value.trim().is_empty())) {
        return HttpResponse::SeeOther().insert_header(("Location", short(asked))).finish();
    }
    show_screen(request, page).await
}

/// `GET /activity.csv`: the same lines, newest first, as a file.
pub async fn file(request: Asked) -> HttpResponse {
    export::send(request, "activity", activity::header(), Older::default(), |database, request, older| {
        let page = database.read(|db| find(db, request, older, activity::LINES))?;
        Ok((activity::lines(&page, request.app.zone)?, page.older))
    })
    .await
}

/// The address without what is empty in it.
fn short(request: &Request) -> String {
    let given = FIELDS.iter().filter_map(|name| Some((*name, request.param(name)?))).filter(|(_, value)| !value.trim().is_empty());
    href(given, "")
}

fn href<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>, older: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    query.extend_pairs(Some(("older", older)).filter(|(_, older)| !older.is_empty()));
    let query = query.finish();
    if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{query}") }
}

fn filter(request: &Request) -> Filter {
    let names = FIELDS.iter().chain(&["batch"]);
    let given: Vec<(&str, String)> = names.filter_map(|name| Some((*name, request.param(name)?))).collect();
    Filter::parse(given.iter().map(|(name, value)| (*name, value.as_str())))
}

/// What is wrong with a day of the address, if it is not empty.
fn fault(request: &Request, name: &str, label: &str) -> Option<String> {
    let text = request.param(name).filter(|text| !text.trim().is_empty())?;
    match date::parse(&text) {
        Err(fault) => Some(fault.sentence(label)),
        Ok(day) => (!days::is_usable(day)).then(|| date::Fault::TooLate.sentence(label)),
    }
}

fn has_fault(request: &Request) -> bool {
    ["from", "to"].iter().any(|name| fault(request, name, "").is_some())
}

/// The lines that are asked for; none while a day cannot be read, since more than what was meant would be shown.
fn find(db: &mut Db, request: &Request, older: Older, limit: usize) -> Result<Page> {
    if has_fault(request) {
        return Ok(Page::default());
    }
    history::all(db, &filter(request), request.app.zone, older, limit)
}

fn page(db: &mut Db, request: &Request) -> Result<DetailPane> {
    let (filter, older) = (filter(request), older(request));
    let page = find(db, request, older, SHOWN)?;
    let is_filtered = filter != Filter::default() || FIELDS.iter().any(|name| request.param(name).is_some());
    let at = |older: &str| href(filter.pairs(), older);
    let more = |batch: &str| href([("batch", batch.to_owned())], "");
    let history = History {
        days: draw::days(request, &page, Scope::All, more),
        newest: (!older.is_first()).then(|| at("")),
        older: page.older.map(|older| at(&older.encode())),
        end: end(request, &page, is_filtered),
    };
    let export = (!page.lines.is_empty() || page.older.is_some()).then(|| at("").replacen(PATH, "/activity.csv", 1));
    let view = Activity {
        fields: fields(db, request, &filter)?,
        midnight: request.app.zone.name().to_owned(),
        reset: is_filtered.then(|| PATH.to_owned()),
        export,
        batch: filter.batch.map(|_| "These are the changes that were made together.".to_owned()),
        note: (filter.batch.is_none() && !filter.wants_batches()).then(left_out),
        history,
    };
    Ok(DetailPane::other("Activity".to_owned(), None, &view).without_list())
}

/// Batches have no single task and no single kind.
fn left_out() -> Notice {
    Notice {
        before: "Changes made by imports are not listed here one by one:".to_owned(),
        link: Some(("see the imports".to_owned(), href([("task", What::Batch.word().to_owned())], ""))),
        after: ".".to_owned(),
    }
}

fn end(request: &Request, page: &Page, is_filtered: bool) -> String {
    if has_fault(request) {
        return "Correct the day above to see what happened.".to_owned();
    }
    match (page.looked_back_to, page.lines.is_empty()) {
        (Some(at), none) => {
            let day = clock::day(at, request.app.zone).format("%-d %B %Y");
            let found = if none { "Nothing like this was found" } else { "No more was found" };
            format!("{found} back to {day}. Choose Older to look further back.")
        }
        (None, true) if is_filtered => "Nothing like this has happened.".to_owned(),
        (None, true) => "Nothing has happened yet.".to_owned(),
        (None, false) if page.older.is_none() => "Nothing is older.".to_owned(),
        _ => String::new(),
    }
}

/// The form's fields, as they were filled in.
fn fields(db: &mut Db, request: &Request, filter: &Filter) -> Result<Vec<Field>> {
    let any = |label: &str| std::iter::once((String::new(), label.to_owned()));
    let people = history::people(db)?.into_iter().map(|(person, name)| (person_word(&person), name));
    let tasks = What::all().map(|what| (what.word().to_owned(), what.label().to_owned()));
    let kinds = SubjectKind::ALL.into_iter().map(|kind| (kind.word().to_owned(), kind_label(kind).to_owned()));
    let select = |name, label, value: Option<String>, options: Vec<(String, String)>| Field {
        name,
        label,
        value: value.unwrap_or_default(),
        control: Control::Select(options),
        ..Field::default()
    };
    let day = |name, label| Field {
        name,
        label,
        value: request.param(name).unwrap_or_default(),
        errors: fault(request, name, label).map(super::detail::sentence).into_iter().collect(),
        control: Control::Date,
        ..Field::default()
    };
    Ok(vec![
        select("by", "Person", filter.by.as_ref().map(person_word), any("Anybody").chain(people).collect()),
        select("task", "Task", filter.what.map(|what| what.word().to_owned()), any("Any task").chain(tasks).collect()),
        select("subject", "Record", filter.subject.map(|kind| kind.word().to_owned()), any("Any record").chain(kinds).collect()),
        day("from", "From"),
        day("to", "To"),
    ])
}

fn kind_label(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Customer => "Customers",
        SubjectKind::Contact => "Contacts",
        SubjectKind::Entitlement => "Entitlements",
        SubjectKind::User => "Users",
        SubjectKind::Settings => "Settings",
    }
}
