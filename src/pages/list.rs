//! The list pane: what the search found, with its filters, counts and neighbours, as the templates show it.

use super::view::{Choice, EmptyList, Head, Marked, Results, Row, Rows, Via};
use crate::db::Db;
use crate::domain::customer::Kind;
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::query::language::Search;
use crate::domain::query::language::WORD_LIMIT;
use crate::domain::query::{Cursor, Order, Place, Query, Sort};
use crate::domain::rules::{Task, thousands};
use crate::domain::{CustomerId, fold};
use crate::list::{self, COUNT_LIMIT, Count, ORDERED_LIMIT};
use crate::store::{self, Result};
use crate::web::address;
use crate::web::request::Request;

/// All below the search box. `selected` is the customer that is open beside the list.
pub fn results(db: &mut Db, request: &Request, selected: Option<CustomerId>) -> Result<Results> {
    let query = &request.query;
    let search = query.search();
    let (page, count) = list::page_and_count(db, query, request.app.zone)?;
    let path = address::screen(selected);
    let new_customer = request.actor.can(Task::NewCustomer).then(|| address::new_customer(query, None));
    let import = request.actor.can(Task::Import).then(|| address::with_list(address::IMPORT, query));
    let empty = if page.rows.is_empty() { Some(empty(db, request, &path, new_customer.clone(), import.clone())?) } else { None };
    Ok(Results {
        query: address::with_list("", query),
        carried: query.pairs().into_iter().filter(|(name, _)| *name != "q").collect(),
        statuses: statuses(&path, query),
        types: types(&path, query),
        sorted: query.sort.label(),
        sorts: sorts(&path, query),
        reverse: address::with_list(&path, &Query { sort: turned(query.sort), ..query.clone() }),
        heads: heads(&path, query, &page),
        count: counted(count),
        note: note(query, &search, &page),
        rows: rows(request, &page, &search.words(), selected),
        export: empty.is_none().then(|| address::with_list("/customers.csv", query)),
        import,
        empty,
        new_customer,
    })
}

/// Rows that are added to the list.
pub fn more(db: &mut Db, request: &Request, selected: Option<CustomerId>) -> Result<Rows> {
    let page = list::page(db, &request.query, request.app.zone)?;
    let mut rows = rows(request, &page, &request.query.search().words(), selected);
    // The rest of the list stands there already.
    match request.query.place {
        Place::Before(_) => rows.next = None,
        _ => rows.prev = None,
    }
    Ok(rows)
}

/// One customer's row.
pub fn row(db: &mut Db, request: &Request, id: CustomerId, selected: Option<CustomerId>) -> Result<Option<Row>> {
    let row = list::row(db, &request.query, id)?;
    Ok(row.map(|row| view(request, &row, &request.query.search().words(), selected)))
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
    match count {
        Count::Exactly(0) => "No customers".to_owned(),
        Count::Exactly(1) => "1 customer".to_owned(),
        Count::Exactly(count) => format!("{} customers", thousands(i64::try_from(count).unwrap_or(i64::MAX))),
        Count::Many => format!("More than {} customers", thousands(i64::try_from(COUNT_LIMIT).unwrap_or(i64::MAX))),
    }
}

fn note(query: &Query, search: &Search, page: &list::Page) -> Option<String> {
    if search.shortened {
        return Some(format!("This search is too long: only its beginning is used, up to {WORD_LIMIT} words."));
    }
    if page.unfinished {
        return Some("This search is too broad to finish: add a word or a filter.".to_owned());
    }
    let most = thousands(i64::try_from(ORDERED_LIMIT).unwrap_or(i64::MAX));
    page.by_name.then(|| {
        format!("More than {most} customers match, so they are listed by name. Narrow the search to list them {}.", query.sort.label())
    })
}

fn rows(request: &Request, page: &list::Page, words: &[String], selected: Option<CustomerId>) -> Rows {
    let path = address::screen(selected);
    let leads = |name: &str, cursor: &Cursor| address::with(&path, &request.query, &[(name, &cursor.encode())]);
    Rows {
        prev: page.prev.as_ref().map(|cursor| leads("before", cursor)),
        page: page.rows.iter().map(|row| view(request, row, words, selected)).collect(),
        next: page.next.as_ref().map(|cursor| leads("after", cursor)),
    }
}

fn view(request: &Request, row: &list::ListRow, words: &[String], selected: Option<CustomerId>) -> Row {
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

/// A text cut into what a search hit and what it did not.
pub fn marked(text: &str, words: &[String]) -> Marked {
    if words.is_empty() {
        return Marked(if text.is_empty() { Vec::new() } else { vec![(text.to_owned(), false)] });
    }
    let mut hits = fold::hits(text, words);
    if hits.is_empty() && text.bytes().any(|byte| byte.is_ascii_digit()) {
        hits = words.iter().filter_map(|word| fold::digits(word)).flat_map(|digits| fold::hits_digits(text, &digits)).take(1).collect();
    }
    let (mut parts, mut at) = (Vec::new(), 0);
    for hit in hits {
        parts.push((text[at..hit.start].to_owned(), false));
        parts.push((text[hit.clone()].to_owned(), true));
        at = hit.end;
    }
    parts.push((text[at..].to_owned(), false));
    parts.retain(|(text, _)| !text.is_empty());
    Marked(parts)
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
        .map(|order| Choice {
            label: Sort::from(order).label(),
            href: address::with_list(path, &Query { sort: order.into(), ..query.clone() }),
            chosen: query.sort.order == order,
            key: "",
        })
        .to_vec()
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

fn empty(db: &mut Db, request: &Request, path: &str, new_customer: Option<String>, import: Option<String>) -> Result<EmptyList> {
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
    let about = if query.text.is_empty() { String::new() } else { format!(" that match “{}”", query.text) };
    let mut loosen = Vec::new();
    let mut offer = |label: &str, looser: Query| loosen.push((label.to_owned(), address::with_list(path, &looser)));
    if query.enabled.is_some() {
        offer("Any status", Query { enabled: None, ..query.clone() });
    }
    if query.kind.is_some() {
        offer("Any type", Query { kind: None, ..query.clone() });
    }
    if !query.text.is_empty() {
        offer("Clear the search", Query { text: String::new(), ..query.clone() });
    }
    Ok(EmptyList::NoHit { looked_for: format!("No {}{kind}{about}.", status.unwrap_or_default()), loosen })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cut_a_text_and_lose_nothing() {
        let words = ["muller".to_owned(), "sse".to_owned()];
        let parts = marked("Müller Straße", &words).0;
        assert_eq!(parts.iter().map(|(text, _)| text.as_str()).collect::<String>(), "Müller Straße");
        assert_eq!(parts.iter().filter(|(_, hit)| *hit).map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["Müller", "ße"]);
    }

    #[test]
    fn a_telephone_number_is_marked_by_its_digits() {
        let parts = marked("+49 (30) 5550-1420", &["5550142".to_owned()]).0;
        assert!(parts.iter().any(|(text, hit)| *hit && text == "5550-142"));
    }
}
