//! Pages of the list of entitlements, by key.
//!
//! Without a search they are read from an index ([`Lanes`]). Few hits ([`search`]) are sorted; of many, the list is gone through in its order
//! until a page is full or too many rows were examined. What ends soon is a range in the order by end; in another order it is sorted, if it is
//! not too much, and listed by what ends next otherwise.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::entry::{self, Entry, PAGE, Page, Row};
use super::lanes::Lanes;
use super::search;
use crate::db::schema::entitlements;
use crate::db::{Db, need_turn, snapshot};
use crate::domain::EntitlementId;
use crate::domain::entitlement::Entitlement;
use crate::domain::query::entitlements::{Cursor, EntitlementQuery, Filter, Order, Place, Sort};
use crate::domain::query::words::Words;
use crate::list::candidate::Direction;
use crate::list::row::{COUNT_LIMIT, Count, SortKey};
use crate::list::sorted::side;
use crate::store::Result;

/// What ends soon is sorted, if it is no more than this.
const SORTED: usize = 2_000;
/// So many rows are examined for a page of a search that goes through the list.
const EXAMINED: usize = 10_000;
/// So many without a turn.
const SHORT: usize = 2_500;
/// Rows that are examined at a time, at most.
const PORTION: usize = 1_000;

/// Returns the page that a query asks for.
pub fn page(db: &mut Db, query: &EntitlementQuery, today: NaiveDate) -> Result<Page> {
    snapshot(db, |db| List::new(db, query, today)?.page(db))
}

/// Returns the page as [`page`] does, and how many entitlements the query finds.
pub fn page_and_count(db: &mut Db, query: &EntitlementQuery, today: NaiveDate) -> Result<(Page, Count)> {
    snapshot(db, |db| {
        let list = List::new(db, query, today)?;
        let page = list.page(db)?;
        let is_all = query.place == Place::First && page.next.is_none() && !page.unfinished;
        let count = if is_all { Count::Exactly(page.rows.len()) } else { list.count(db)? };
        Ok((page, count))
    })
}

/// Returns how many entitlements a query finds.
pub fn count(db: &mut Db, query: &EntitlementQuery, today: NaiveDate) -> Result<Count> {
    snapshot(db, |db| {
        let list = List::new(db, query, today)?;
        if list.sorted.is_none() && !list.words.is_empty() {
            let page = list.from(db, None)?;
            if page.next.is_none() {
                return Ok(Count::Exactly(page.rows.len()));
            }
        }
        list.count(db)
    })
}

/// Returns one entitlement's row, whether a query finds it or not; `None` if there is no such entitlement.
pub fn row(db: &mut Db, id: EntitlementId) -> Result<Option<Entry>> {
    Ok(entry::find(db, &[id.0])?.pop().map(|row| row.entry(&Words::default())))
}

/// Returns the entitlements that were changed since a moment, whether a query finds them or not.
pub fn changed_since(db: &mut Db, moment: NaiveDateTime) -> Result<Vec<EntitlementId>> {
    let ids = entitlements::table.filter(entitlements::changed_at.ge(moment)).order(entitlements::id).select(entitlements::id);
    Ok(ids.load(db)?.into_iter().map(EntitlementId).collect())
}

/// Returns those of some entitlements that a query finds, in no order.
pub fn found_among(db: &mut Db, query: &EntitlementQuery, today: NaiveDate, ids: &[EntitlementId]) -> Result<Vec<Entitlement>> {
    let (ids, words): (Vec<i64>, _) = (ids.iter().map(|id| id.0).collect(), query.words());
    let found = entry::find(db, &ids)?.into_iter().filter(|row| row.is_hit(query, &words, today));
    Ok(found.map(|row| row.entry(&Words::default()).entitlement).collect())
}

/// All entitlements that a query finds, in its order.
struct List<'a> {
    query: &'a EntitlementQuery,
    today: NaiveDate,
    words: Words,
    lanes: Lanes,
    /// The order that the list has, which may not be the requested one.
    sort: Sort,
    /// The keys of all, in order, if they are few and no index has them so.
    sorted: Option<Vec<SortKey>>,
    /// What was read of them already.
    read: RefCell<HashMap<i64, Row>>,
}

/// Some rows of the list.
struct Part {
    /// Nearest first.
    rows: Vec<Row>,
    /// There are more.
    more: bool,
    /// Where to go on, if too many rows were examined.
    stopped: Option<SortKey>,
}

impl<'a> List<'a> {
    fn new(db: &mut Db, query: &'a EntitlementQuery, today: NaiveDate) -> Result<Self> {
        let (words, lanes) = (query.words(), Lanes::new(db, query, today)?);
        let mut list = Self { query, today, words, lanes, sort: query.sort, sorted: None, read: RefCell::default() };
        if !list.words.is_empty()
            && let Some(found) = search::candidates(db, &list.words)?
        {
            list.sort_all(found);
            return Ok(list);
        }
        let by_end = matches!(query.sort.order, Order::Due | Order::End);
        if matches!(query.filter, Some(Filter::EndsWithin(_))) && (!by_end || !list.words.is_empty()) {
            let ending = list.lanes.ending(db, SORTED + 1)?;
            if ending.len() > SORTED {
                list.sort = if by_end { query.sort } else { Sort::default() };
            } else if list.words.is_empty() {
                list.sort_keys(ending.iter().map(|ending| ending.key(query.sort.order)).collect());
            } else {
                let ids: Vec<i64> = ending.iter().map(|ending| ending.id).collect();
                list.sort_all(entry::find(db, &ids)?);
            }
        }
        Ok(list)
    }

    /// Puts all hits of these rows into order.
    fn sort_all(&mut self, mut rows: Vec<Row>) {
        rows.retain(|row| self.is_hit(row));
        self.sort_keys(rows.iter().map(|row| row.key(self.sort.order)).collect());
        self.read = RefCell::new(rows.into_iter().map(|row| (row.id(), row)).collect());
    }

    fn sort_keys(&mut self, mut keys: Vec<SortKey>) {
        keys.sort_unstable();
        if self.sort.descends() {
            keys.reverse();
        }
        self.sorted = Some(keys);
    }

    fn is_hit(&self, row: &Row) -> bool {
        row.is_hit(self.query, &self.words, self.today)
    }

    fn page(&self, db: &mut Db) -> Result<Page> {
        match &self.query.place {
            Place::After(cursor) if cursor.order == self.sort.order => self.after(db, cursor),
            Place::Before(cursor) if cursor.order == self.sort.order => self.before(db, cursor),
            Place::Around(id) => self.around(db, *id),
            Place::First | Place::After(_) | Place::Before(_) => self.from(db, None),
        }
    }

    fn count(&self, db: &mut Db) -> Result<Count> {
        let found = match &self.sorted {
            Some(sorted) => sorted.len(),
            None if self.words.is_empty() => self.lanes.count(db, COUNT_LIMIT + 1)?,
            None => return Ok(Count::Many),
        };
        Ok(if found > COUNT_LIMIT { Count::Many } else { Count::Exactly(found) })
    }

    /// Up to `limit` rows on one side of a key, nearest first.
    fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<Part> {
        if let Some(sorted) = &self.sorted {
            let keys = self.part(sorted, direction, beyond, limit + 1);
            let more = keys.len() > limit;
            let mut read = self.read.borrow_mut();
            let unread: Vec<i64> = keys.iter().take(limit).map(|key| key.1).filter(|id| !read.contains_key(id)).collect();
            read.extend(entry::find(db, &unread)?.into_iter().map(|row| (row.id(), row)));
            let rows = keys.into_iter().take(limit).filter_map(|(_, id)| read.remove(id)).collect();
            return Ok(Part { rows, more, stopped: None });
        }
        if !self.words.is_empty() {
            return self.examine(db, direction, beyond, limit);
        }
        let mut rows = self.lanes.load(db, self.sort, direction, beyond, limit + 1, false)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok(Part { rows, more, stopped: None })
    }

    /// Up to `limit` of sorted keys on one side of a key, nearest first.
    fn part<'k>(&self, sorted: &'k [SortKey], direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Vec<&'k SortKey> {
        let compare = |key: &SortKey, beyond: &SortKey| if self.sort.descends() { beyond.cmp(key) } else { key.cmp(beyond) };
        side(sorted, direction, beyond, compare).take(limit).collect()
    }

    /// Goes through the list for hits.
    fn examine(&self, db: &mut Db, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<Part> {
        let (mut rows, mut beyond, mut examined, mut size) = (Vec::new(), beyond.cloned(), 0, 2 * (limit + 1));
        loop {
            let found = self.lanes.load(db, self.sort, direction, beyond.as_ref(), size, true)?;
            let is_end = found.len() < size;
            examined += found.len();
            for row in found {
                beyond = Some(row.key(self.sort.order));
                if self.is_hit(&row) {
                    if rows.len() == limit {
                        return Ok(Part { rows, more: true, stopped: None });
                    }
                    rows.push(row);
                }
            }
            if is_end || examined >= EXAMINED {
                return Ok(Part { rows, more: !is_end, stopped: beyond.filter(|_| !is_end) });
            }
            if examined >= SHORT {
                need_turn()?;
            }
            size = (size * 2).min(PORTION);
        }
    }

    fn from(&self, db: &mut Db, start: Option<&SortKey>) -> Result<Page> {
        let part = self.load(db, Direction::Forward, start, PAGE)?;
        let prev = match (start, part.rows.first()) {
            (Some(_), Some(first)) => self.beyond(db, Direction::Backward, first)?,
            (Some(start), None) => Some(start.clone()),
            (None, _) => None,
        };
        let next = self.end(&part);
        Ok(self.page_of(part, prev, next))
    }

    /// The rows that follow; if there are none any more, the last ones, unless that would take another walk through the list.
    fn after(&self, db: &mut Db, cursor: &Cursor) -> Result<Page> {
        let page = self.from(db, Some(&key(cursor)))?;
        let is_walk = self.sorted.is_none() && !self.words.is_empty();
        if page.rows.is_empty() && !is_walk { self.before(db, cursor) } else { Ok(page) }
    }

    /// The rows that precede; if there are none any more, the first ones.
    fn before(&self, db: &mut Db, cursor: &Cursor) -> Result<Page> {
        let start = key(cursor);
        let mut part = self.load(db, Direction::Backward, Some(&start), PAGE)?;
        let prev = self.end(&part);
        let next = match part.rows.first() {
            Some(last) => self.beyond(db, Direction::Forward, last)?,
            None if part.stopped.is_none() => return self.from(db, None),
            None => Some(start),
        };
        part.rows.reverse();
        Ok(self.page_of(part, prev, next))
    }

    /// A page with the entitlement in its middle; the first page if it is on it or not in the list.
    fn around(&self, db: &mut Db, id: EntitlementId) -> Result<Page> {
        let Some(row) = entry::find(db, &[id.0])?.pop().filter(|row| self.is_hit(row)) else { return self.from(db, None) };
        let key = row.key(self.sort.order);
        let mut before = self.load(db, Direction::Backward, Some(&key), PAGE)?;
        if before.rows.len() < PAGE && before.stopped.is_none() {
            return self.from(db, None);
        }
        before.more |= before.rows.len() > PAGE / 2;
        if before.rows.len() > PAGE / 2 {
            before.rows.truncate(PAGE / 2);
            before.stopped = None;
        }
        let prev = self.end(&before);
        before.rows.reverse();
        let mut part = self.load(db, Direction::Forward, Some(&key), PAGE - 1 - before.rows.len())?;
        let next = self.end(&part);
        before.rows.push(row);
        before.rows.append(&mut part.rows);
        Ok(self.page_of(Part { stopped: before.stopped.or(part.stopped), ..before }, prev, next))
    }

    /// The key from which a list goes on after a part of it.
    fn end(&self, part: &Part) -> Option<SortKey> {
        let last = || part.rows.last().filter(|_| part.more).map(|row| row.key(self.sort.order));
        part.stopped.clone().or_else(last)
    }

    /// The key of a row, if there are rows beyond it. Where this would take another walk through the list, it is taken for granted.
    fn beyond(&self, db: &mut Db, direction: Direction, row: &Row) -> Result<Option<SortKey>> {
        let key = row.key(self.sort.order);
        let any = match &self.sorted {
            Some(sorted) => !self.part(sorted, direction, Some(&key), 1).is_empty(),
            None if self.words.is_empty() => !self.lanes.load(db, self.sort, direction, Some(&key), 1, false)?.is_empty(),
            None => true,
        };
        Ok(any.then_some(key))
    }

    fn page_of(&self, part: Part, prev: Option<SortKey>, next: Option<SortKey>) -> Page {
        let cursor = |(value, id)| Cursor { order: self.sort.order, value, id: EntitlementId(id) };
        Page {
            unfinished: part.stopped.is_some() && part.rows.len() < PAGE,
            rows: part.rows.into_iter().map(|row| row.entry(&self.words)).collect(),
            prev: prev.map(cursor),
            next: next.map(cursor),
            fallback: self.sort != self.query.sort,
        }
    }
}

fn key(cursor: &Cursor) -> SortKey {
    (cursor.value.clone(), cursor.id.0)
}
