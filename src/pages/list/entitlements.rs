//! The list of entitlements: what the search found, with its filters, counts and neighbours, as the templates show it.

use super::marked::marked;
use crate::db::Db;
use crate::domain::EntitlementId;
use crate::domain::query::entitlements::{Cursor, EntitlementQuery, Filter, Order, Place, Sort};
use crate::domain::query::sort::ListOrder as _;
use crate::domain::rules::Task;
use crate::domain::spelling::Needle;
use crate::list::entitlements::{self as list, Entry};
use crate::pages::view::{Choice, EmptyList, EntitlementListRow, Filters, Listed, NewRecord, Results, Rows, Via, draw};
use crate::pages::words::{self, how_many};
use crate::store::{Result, entitlements};
use crate::web::address;
use crate::web::request::Request;

/// What the list has, in words.
pub static LISTED: Listed = Listed {
    label: "Entitlements",
    one: "entitlement",
    path: "/entitlements",
    placeholder: "Search by product, customer, EID",
    has_help: false,
};

/// All below the search box.
pub fn results(db: &mut Db, request: &Request, selected: Option<EntitlementId>) -> Result<Results> {
    let query = &request.entitlements;
    let (page, count) = list::page_and_count(db, query, request.actor.today)?;
    let path = address::entitlement(selected);
    let new =
        request.actor.can(Task::EditCustomer).then(|| NewRecord { label: "New entitlement", href: request.keeping("/entitlements/new") });
    let empty = if page.rows.is_empty() { Some(empty(db, request, &path, new.clone())?) } else { None };
    Ok(Results {
        query: address::of("", &query.pairs()),
        carried: query.pairs().into_iter().filter(|(name, _)| *name != "q").collect(),
        filters: filters(&path, query),
        sorted: query.label(query.sort),
        sorts: sorts(&path, query),
        reverse: with(&path, &EntitlementQuery { sort: Sort { reversed: !query.sort.reversed, ..query.sort }, ..query.clone() }),
        heads: None,
        count: how_many(count, "entitlement", "entitlements"),
        note: note(query, &page),
        rows: rows(request, &page, selected),
        export: empty.is_none().then(|| with(&format!("/entitlements{}", address::EXPORT), query)),
        import: None,
        empty,
        new,
    })
}

/// Rows that are added to the list.
pub fn more(db: &mut Db, request: &Request, selected: Option<EntitlementId>) -> Result<Rows> {
    let page = list::page(db, &request.entitlements, request.actor.today)?;
    Ok(rows(request, &page, selected).beyond(matches!(request.entitlements.place, Place::Before(_))))
}

/// The address of the list with another query.
fn with(path: &str, query: &EntitlementQuery) -> String {
    address::of(path, &query.pairs())
}

fn note(query: &EntitlementQuery, page: &list::Page) -> Option<String> {
    if page.unfinished {
        return Some("This search is too broad to finish: add a word or a filter.".to_owned());
    }
    page.fallback
        .then(|| format!("Too many match to list them {}, so what ends next is listed first. Narrow the search first.", query.sort.label()))
}

fn rows(request: &Request, page: &list::Page, selected: Option<EntitlementId>) -> Rows {
    let (path, query) = (address::entitlement(selected), &request.entitlements);
    let words = query.words().required;
    let leads = |name: &'static str, cursor: &Cursor| {
        let mut pairs = query.pairs();
        pairs.push((name, cursor.encode()));
        address::of(&path, &pairs)
    };
    Rows {
        prev: page.prev.as_ref().map(|cursor| leads("before", cursor)),
        page: page.rows.iter().map(|entry| draw(&view(request, entry, &words, selected))).collect(),
        next: page.next.as_ref().map(|cursor| leads("after", cursor)),
    }
}

fn view(request: &Request, entry: &Entry, words: &[Needle], selected: Option<EntitlementId>) -> EntitlementListRow {
    let (today, entitlement) = (request.actor.today, &entry.entitlement);
    EntitlementListRow {
        id: entitlement.id.0,
        href: request.keeping(&address::entitlement(Some(entitlement.id))),
        current: selected == Some(entitlement.id),
        state: entitlement.state(today).into(),
        product: marked(&entitlement.draft.product, words),
        customer: marked(&entry.customer, words),
        day: entitlement.last_day(request.app.zone).map_or_else(|| "no end".to_owned(), words::day),
        distance: words::distance_of(entitlement, request.app.zone, today),
        is_due: words::is_due(entitlement, today),
        via: entry.via.as_ref().map(|(label, text)| Via { label, text: marked(text, words) }),
    }
}

/// Where each stands, and what ends soon: one filter in two groups.
fn filters(path: &str, query: &EntitlementQuery) -> Vec<Filters> {
    let choice = |label, filter, key| Choice {
        label,
        href: with(path, &EntitlementQuery { filter, ..query.clone() }),
        chosen: query.filter == filter,
        key,
    };
    let soon = |label, days| choice(label, Some(Filter::EndsWithin(days)), "");
    vec![
        Filters {
            id: "state",
            label: "Status",
            choices: vec![
                choice("All", None, "1"),
                choice("Running", Some(Filter::Running), "2"),
                choice("Ended", Some(Filter::Ended), "3"),
                choice("Not yet started", Some(Filter::NotYetStarted), "4"),
            ],
        },
        Filters { id: "ends", label: "Ends soon", choices: vec![soon("Ends within 30 days", 30), soon("90 days", 90)] },
    ]
}

fn sorts(path: &str, query: &EntitlementQuery) -> Vec<Choice> {
    let choice = |&order: &Order| Choice {
        label: query.label(order.into()),
        href: with(path, &EntitlementQuery { sort: order.into(), ..query.clone() }),
        chosen: query.sort.order == order,
        key: "",
    };
    Order::ALL.iter().map(choice).collect()
}

fn empty(db: &mut Db, request: &Request, path: &str, new: Option<NewRecord>) -> Result<EmptyList> {
    let query = &request.entitlements;
    if !entitlements::any(db)? {
        let sentence = "What a customer may use, how many and how long, stands here once there is one.";
        return Ok(EmptyList::None { heading: "No entitlements yet", sentence, new });
    }
    let kind = match query.filter {
        None => "entitlements".to_owned(),
        Some(Filter::EndsWithin(days)) => format!("running entitlements that end within {days} days"),
        Some(filter) => format!("entitlements that are {}", filter.label().to_lowercase()),
    };
    let joint = if query.filter.is_some() { "and match" } else { "that match" };
    let about = if query.text.is_empty() { String::new() } else { format!(" {joint} “{}”", query.text) };
    let mut loosen = Vec::new();
    if query.filter.is_some() {
        loosen.push(("Any status".to_owned(), with(path, &EntitlementQuery { filter: None, ..query.clone() })));
    }
    if !query.text.is_empty() {
        loosen.push(("Clear the search".to_owned(), with(path, &EntitlementQuery { text: String::new(), ..query.clone() })));
    }
    Ok(EmptyList::NoHit { looked_for: format!("No {kind}{about}."), loosen })
}
