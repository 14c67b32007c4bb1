//! The list of customers: what the search found, with its filters, counts and neighbours, as the templates show it.

use super::marked::marked;
use crate::db::Db;
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::numbers::thousands;
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::query::language::{Search, WORD_LIMIT};
use crate::domain::query::sort::ListOrder as _;
use crate::domain::query::{Cursor, Order, Place, Query, SearchBox, Sort};
use crate::domain::rules::Task;
use crate::domain::spelling::Needle;
use crate::list::{self, COUNT_LIMIT, Count, ORDERED_LIMIT};
use crate::pages::view::{Choice, EmptyList, Filters, Head, Heads, Listed, NewRecord, Results, Row, Rows, Via, draw};
use crate::pages::words::how_many;
use crate::store::{self, Result};
use crate::web::address;
use crate::web::request::Request;

/// What the list has, in words.
pub static LISTED: Listed =
    Listed { label: "Customers", one: "customer", path: "/customers", placeholder: "Search customers", has_help: true };

/// All below the search box. `selected` is the customer that is open beside the list.
pub fn results(db: &mut Db, request: &Request, selected: Option<CustomerId>) -> Result<Results> {
    let query = &request.query;
    let search = query.search();
    let (page, count) = list::page_and_count(db, query, request.app.zone)?;
    let path = address::screen(selected);
    let new_customer = request.actor.can(Task::NewCustomer).then(|| address::new_customer(query, None));
    let import = request.actor.can(Task::Import).then(|| address::with_list(address::IMPORT, query));
    let empty = if page.rows.is_empty() { Some(empty(db, request, search, &path, new_customer.clone(), import.clone())?) } else { None };
    Ok(Results {
        query: address::with_list("", query),
        carried: query.pairs().into_iter().filter(|(name, _)| *name != "q").collect(),
        filters: vec![
            Filters { id: "status", label: "Status", choices: statuses(&path, query) },
            Filters { id: "type", label: "Type", choices: types(&path, query) },
        ],
        sorted: query.sort.label(),
        sorts: sorts(&path, query),
        reverse: address::with_list(&path, &Query { sort: turned(query.sort), ..query.clone() }),
        heads: Some(Heads { plain: &["Status", "Type"], sorting: heads(&path, query, &page) }),
        count: counted(count),
        note: note(query, search, &page),
        rows: rows(request, &page, &search.needles(), selected),
        export: empty.is_none().then(|| address::with_list(&format!("/customers{}", address::EXPORT), query)),
        import,
        empty,
        new: new_customer.map(|href| NewRecord { label: "New customer", href }),
    })
}

/// Rows that are added to the list.
pub fn more(db: &mut Db, request: &Request, selected: Option<CustomerId>) -> Result<Rows> {
    let page = list::page(db, &request.query, request.app.zone)?;
    let rows = rows(request, &page, &request.query.search().needles(), selected);
    Ok(rows.beyond(matches!(request.query.place, Place::Before(_))))
}

/// One customer's row.
pub fn row(db: &mut Db, request: &Request, id: CustomerId, selected: Option<CustomerId>) -> Result<Option<String>> {
    let row = list::row(db, &request.query, id)?;
    Ok(row.map(|row| draw(&view(request, &row, &request.query.search().needles(), selected))))
}

/// Has the list no row?
pub fn is_empty(db: &mut Db, request: &Request) -> Result<bool> {
    Ok(matches!(list::count(db, &request.query, request.app.zone)?, Count::Exactly(0)))
}

/// `128 customers`.
pub fn count(db: &mut Db, request: &Request) -> Result<String> {
    Ok(counted(list::count(db, &request.query, request.app.zone)?))
}

fn counted(count: Count) -> String {
    how_many(count, "customer", "customers")
}

fn note(query: &Query, search: &Search, page: &list::Page) -> Option<String> {
    if search.shortened {
        return Some(format!("This search is too long: only its beginning is used, up to {WORD_LIMIT} words."));
    }
    if page.unfinished {
        return Some("This search is too broad to finish: add a word or a filter.".to_owned());
    }
    let more_than = |most: usize| format!("More than {} customers match, so", thousands(i64::try_from(most).unwrap_or(i64::MAX)));
    if page.unranked {
        return Some(format!("{} those with it in their own name do not come first. Add a word.", more_than(COUNT_LIMIT)));
    }
    page.by_name
        .then(|| format!("{} they are listed by name. Narrow the search to list them {}.", more_than(ORDERED_LIMIT), query.sort.label()))
}

fn rows(request: &Request, page: &list::Page, words: &[Needle], selected: Option<CustomerId>) -> Rows {
    let path = address::screen(selected);
    let leads = |name: &'static str, cursor: &Cursor| address::with(&path, &request.query, &[(name, &cursor.encode())]);
    Rows {
        prev: page.prev.as_ref().map(|cursor| leads("before", cursor)),
        page: page.rows.iter().map(|row| draw(&view(request, row, words, selected))).collect(),
        next: page.next.as_ref().map(|cursor| leads("after", cursor)),
    }
}

fn view(request: &Request, row: &list::ListRow, words: &[Needle], selected: Option<CustomerId>) -> Row {
    let contact = row.via.as_ref().and_then(|via| via.contact);
    let panes = Panes { row: contact.map(PaneRow::Contact), ..Panes::default() };
    Row {
        id: row.id.0,
        href: address::at_row(row.id, &request.query, &panes),
        current: selected == Some(row.id),
        enabled: row.enabled,
        company: row.kind == Kind::Company,
        name: marked(&row.name, words),
        ref_id: marked(&row.ref_id, words),
        via: row.via.as_ref().map(|via| Via { label: via.label, text: marked(&via.text, words) }),
    }
}

fn statuses(path: &str, query: &Query) -> Vec<Choice> {
    [("All", None, "1"), ("Enabled", Some(true), "2"), ("Disabled", Some(false), "3")]
        .map(|(label, enabled, key)| Choice {
            label,
            href: address::with_list(path, &Query { enabled, ..query.clone() }),
            chosen: query.enabled == enabled,
            key,
        })
        .to_vec()
}

fn types(path: &str, query: &Query) -> Vec<Choice> {
    [("Any type", None), ("Company", Some(Kind::Company)), ("Individual", Some(Kind::Individual))]
        .map(|(label, kind)| Choice {
            label,
            href: address::with_list(path, &Query { kind, ..query.clone() }),
            chosen: query.kind == kind,
            key: "",
        })
        .to_vec()
}

fn sorts(path: &str, query: &Query) -> Vec<Choice> {
    Order::ALL
        .iter()
        .map(|&order| Choice {
            label: Sort::from(order).label(),
            href: address::with_list(path, &Query { sort: order.into(), ..query.clone() }),
            chosen: query.sort.order == order,
            key: "",
        })
        .collect()
}

/// Status and type have two values each: they filter, and do not sort.
fn heads(path: &str, query: &Query, page: &list::Page) -> Vec<Head> {
    let now = if page.by_name { Sort::default() } else { query.sort };
    [("by-name", "Name", Order::Name), ("by-ref", "Ref ID", Order::RefId)]
        .map(|(id, label, order)| {
            let is_sorted = now.order == order;
            let sort = if is_sorted { turned(now) } else { order.into() };
            Head {
                id,
                label,
                href: address::with_list(path, &Query { sort, ..query.clone() }),
                sorted: is_sorted.then_some(direction(now)),
                descends: now.descends(),
                does: format!("Sort by {label}, {}", direction(sort)),
            }
        })
        .to_vec()
}

fn turned(sort: Sort) -> Sort {
    Sort { reversed: !sort.reversed, ..sort }
}

fn direction(sort: Sort) -> &'static str {
    match (sort.order, sort.reversed) {
        (Order::RefId, false) => "first to last",
        (Order::RefId, true) => "last to first",
        (_, false) => "A to Z",
        (_, true) => "Z to A",
    }
}

fn empty(
    db: &mut Db,
    request: &Request,
    search: &Search,
    path: &str,
    new_customer: Option<String>,
    import: Option<String>,
) -> Result<EmptyList> {
    let query = &request.query;
    if !store::customers::any(db)? {
        let sample = request.actor.can(Task::LoadSample(0)).then(|| "/sample".to_owned());
        return Ok(EmptyList::Nothing { new_customer, import, sample });
    }
    let status = query.enabled.map(|enabled| if enabled { "enabled " } else { "disabled " });
    let kind = match query.kind {
        Some(Kind::Company) => "companies",
        Some(Kind::Individual) => "individuals",
        None => "customers",
    };
    let about = if query.text.is_empty() { String::new() } else { format!(" that match “{}”", &*query.text) };
    let mut loosen = Vec::new();
    let mut offer = |label: &str, looser: Query| loosen.push((label.to_owned(), address::with_list(path, &looser)));
    if query.enabled.is_some() {
        offer("Any status", Query { enabled: None, ..query.clone() });
    }
    if query.kind.is_some() {
        offer("Any type", Query { kind: None, ..query.clone() });
    }
    let Search { clauses, .. } = search;
    if clauses.len() > 1 {
        for at in 0..clauses.len() {
            let rest = clauses.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, clause)| clause.to_string());
            offer(&format!("Without “{}”", clauses[at]), Query { text: rest.collect::<Vec<_>>().join(" ").into(), ..query.clone() });
        }
    }
    if !query.text.is_empty() {
        offer("Clear the search", Query { text: SearchBox::default(), ..query.clone() });
    }
    Ok(EmptyList::NoHit { looked_for: format!("No {}{kind}{about}.", status.unwrap_or_default()), loosen })
}
