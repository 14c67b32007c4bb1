//! The list as pages, exports and counts read it: one value, the query, says what is asked for.

use std::collections::HashSet;

use chrono_tz::Tz;
use diesel::prelude::*;

use super::candidate::{Candidate, Direction, is_dated};
use super::hits::Hits;
use super::keyset;
use super::row::{COUNT_LIMIT, Count, ListRow, PAGE, Page, SortKey};
use super::{browse, via};
use crate::db::schema::{customers, entitlements};
use crate::db::{Db, snapshot};
use crate::domain::query::{Cursor, Place, Query, SearchBox, Sort};
use crate::domain::{CustomerId, customer, fold, identity};
use crate::store::Result;

/// Returns the page of the list that a query asks for. Days begin at midnight of the zone.
pub fn page(db: &mut Db, query: &Query, zone: Tz) -> Result<Page> {
    snapshot(db, |db| List::new(db, query, zone)?.page(db))
}

/// Returns the page as [`page`] does, and how many customers the query finds.
pub fn page_and_count(db: &mut Db, query: &Query, zone: Tz) -> Result<(Page, Count)> {
    snapshot(db, |db| {
        let list = List::new(db, query, zone)?;
        let page = list.page(db)?;
        let is_all = query.place == Place::First && page.next.is_none();
        // Counting would reach the same bound.
        let count = if page.unfinished || !is_all { list.count(db)? } else { Count::Exactly(page.rows.len()) };
        Ok((page, count))
    })
}

/// Returns how many customers a query finds.
pub fn count(db: &mut Db, query: &Query, zone: Tz) -> Result<Count> {
    snapshot(db, |db| List::new(db, query, zone)?.count(db))
}

/// Returns one customer's row, whether the query finds the customer or not; `None` if there is no such customer.
pub fn row(db: &mut Db, query: &Query, id: CustomerId) -> Result<Option<ListRow>> {
    let mut rows = browse::rows(db, vec![(Vec::new(), id.0)])?;
    via::explain(db, &query.search().needles(), &mut rows)?;
    Ok(rows.pop())
}

/// All customers that a query finds, in its order.
struct List<'a> {
    query: &'a Query,
    zone: Tz,
    /// The hits of the search; `None` without one.
    hits: Option<Hits>,
    /// Customers whose whole identifier was searched for: they come first, and are left out of the order.
    exact: Vec<Candidate>,
}

impl<'a> List<'a> {
    fn new(db: &mut Db, query: &'a Query, zone: Tz) -> Result<Self> {
        let mut list = Self { query, zone, hits: None, exact: Vec::new() };
        if query.search().clauses.is_empty() {
            return Ok(list);
        }
        list.exact = exact(db, query, zone)?;
        list.hits = Some(Hits::new(db, query, zone, list.exact.iter().map(Candidate::id).collect())?);
        Ok(list)
    }

    /// The order that the list has, which may not be the requested one.
    fn sort(&self) -> Sort {
        self.hits.as_ref().map_or(self.query.sort, Hits::sort)
    }

    fn is_unfinished(&self) -> bool {
        self.hits.as_ref().is_some_and(Hits::is_unfinished)
    }

    fn is_hit(&self, candidate: &Candidate) -> bool {
        candidate.is_hit(self.query, self.zone)
    }

    fn page(&self, db: &mut Db) -> Result<Page> {
        let mut page = match &self.query.place {
            Place::After(cursor) if cursor.order == self.sort().order => self.after(db, cursor)?,
            Place::Before(cursor) if cursor.order == self.sort().order => self.before(db, cursor)?,
            Place::Around(id) => self.around(db, *id)?,
            Place::First | Place::After(_) | Place::Before(_) => self.from(db, None)?,
        };
        if page.prev.is_none() {
            page.rows.splice(0..0, browse::rows(db, self.exact.iter().map(|first| first.key.clone()).collect())?);
        }
        page.unfinished = self.is_unfinished();
        page.by_name = self.sort() != self.query.sort;
        page.unranked = self.hits.as_ref().is_some_and(Hits::is_unranked);
        via::explain(db, &self.query.search().needles(), &mut page.rows)?;
        Ok(page)
    }

    fn count(&self, db: &mut Db) -> Result<Count> {
        let Some(hits) = &self.hits else { return Ok(Count::Exactly(browse::count(db, self.query)?)) };
        // Those of the customers that come first which are hits are among the hits.
        let others = self.exact.iter().filter(|first| !self.is_hit(first)).count();
        let found = others + hits.count();
        Ok(if found > COUNT_LIMIT || hits.is_unfinished() { Count::Many } else { Count::Exactly(found) })
    }

    /// Up to `limit` rows on one side of a key, nearest first.
    fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<Vec<ListRow>> {
        match &self.hits {
            Some(hits) => hits.load(db, direction, beyond, limit),
            None => browse::load(db, self.query, direction, beyond, limit),
        }
    }

    /// Up to `limit` rows as [`Self::load`] returns them, and whether there are more.
    fn load_some(&self, db: &mut Db, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<(Vec<ListRow>, bool)> {
        let mut rows = self.load(db, direction, beyond, limit + 1)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok((rows, more))
    }

    /// Whether there are rows beyond this one, if there is one.
    fn any_beyond(&self, db: &mut Db, direction: Direction, row: Option<&ListRow>) -> Result<bool> {
        Ok(match row {
            Some(row) => !self.load(db, direction, Some(&row.key), 1)?.is_empty(),
            None => false,
        })
    }

    fn from(&self, db: &mut Db, start: Option<&SortKey>) -> Result<Page> {
        let (rows, more) = self.load_some(db, Direction::Forward, start, PAGE)?;
        let before = start.is_some() && self.any_beyond(db, Direction::Backward, rows.first())?;
        Ok(self.page_of(rows, before, more))
    }

    /// The rows that follow; if there are none any more, the last ones.
    fn after(&self, db: &mut Db, cursor: &Cursor) -> Result<Page> {
        let key = keyset::key(cursor);
        let page = self.from(db, Some(&key))?;
        if page.rows.is_empty() { self.before(db, cursor) } else { Ok(page) }
    }

    /// The rows that precede; if there are none any more, the first ones.
    fn before(&self, db: &mut Db, cursor: &Cursor) -> Result<Page> {
        let key = keyset::key(cursor);
        let (mut rows, more) = self.load_some(db, Direction::Backward, Some(&key), PAGE)?;
        if rows.is_empty() {
            return self.from(db, None);
        }
        rows.reverse();
        let after = self.any_beyond(db, Direction::Forward, rows.last())?;
        Ok(self.page_of(rows, more, after))
    }

    /// A page with the customer in its middle; the first page if the customer is on it or not in the list.
    fn around(&self, db: &mut Db, id: CustomerId) -> Result<Page> {
        let is_first = self.exact.iter().any(|first| first.id() == id.0);
        let is_found = Candidate::load(db, &[id.0], is_dated(self.query.search()))?.iter().any(|candidate| self.is_hit(candidate));
        let key = browse::key(db, id.0, self.sort().order)?.filter(|_| is_found && !is_first);
        let Some(key) = key else { return self.from(db, None) };
        let mut rows = self.load(db, Direction::Backward, Some(&key), PAGE)?;
        if rows.len() < PAGE {
            return self.from(db, None);
        }
        rows.truncate(PAGE / 2);
        rows.reverse();
        let (following, more) = self.load_some(db, Direction::Forward, Some(&key), PAGE - 1 - rows.len())?;
        rows.extend(browse::rows(db, vec![key])?);
        rows.extend(following);
        Ok(self.page_of(rows, true, more))
    }

    /// A page of rows; whether there are more before and after them decides on its links.
    fn page_of(&self, rows: Vec<ListRow>, before: bool, after: bool) -> Page {
        let cursor = |row: &ListRow| keyset::cursor(self.sort().order, row.key.clone());
        let prev = rows.first().filter(|_| before).map(cursor);
        let next = rows.last().filter(|_| after).map(cursor);
        Page { rows, prev, next, ..Page::default() }
    }
}

/// The customers whose whole identifier is searched for, of those that pass the filters.
pub fn exact(db: &mut Db, query: &Query, zone: Tz) -> Result<Vec<Candidate>> {
    let mut exact = Vec::new();
    if query.search().is_plain() {
        let filters = Query { text: SearchBox::default(), ..query.clone() };
        for id in exact_ids(db, query)? {
            let found = Candidate::load(db, &[id], false)?.into_iter();
            exact.extend(found.filter(|candidate| candidate.is_hit(&filters, zone)));
        }
    }
    Ok(exact)
}

/// The customers whose number, CRM ID, Ref ID or EID is the text, or nearly is, whatever the filters say: whoever types a whole identifier wants
/// that customer, whatever else holds the text.
fn exact_ids(db: &mut Db, query: &Query) -> Result<Vec<i64>> {
    /// A Ref ID may repeat; at most this many customers with the same one come first, and twice as many with nearly the same number or CRM ID.
    const MOST: i64 = 5;
    let (key, near) = (identity::key(&query.text), identity::near(&query.text));
    let eid = query.text.trim().to_ascii_uppercase();
    let some = |most| customers::table.select(customers::id).order(customers::id).limit(most);
    // What is the same comes before what is nearly the same.
    let mut ids: Vec<i64> = some(1).filter(customers::number_key.eq(&key)).load(db)?;
    ids.extend(some(1).filter(customers::crm_key.eq(&key)).load::<i64>(db)?);
    ids.extend(some(2 * MOST).filter(customers::number_near.eq(&near)).load::<i64>(db)?);
    if near.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = near.parse()
    {
        let given = identity::near(&customer::given_number(number));
        ids.extend(some(1).filter(customers::number_near.eq(given)).load::<i64>(db)?);
    }
    ids.extend(some(2 * MOST).filter(customers::crm_near.eq(&near)).load::<i64>(db)?);
    let by_ref_id = some(MOST).filter(customers::ref_key.eq(fold::key(&query.text)));
    let by_eid = entitlements::table.filter(entitlements::eid.eq(eid)).select(entitlements::customer_id);
    ids.extend(by_ref_id.load::<i64>(db)?);
    ids.extend(by_eid.load::<i64>(db)?);
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}
