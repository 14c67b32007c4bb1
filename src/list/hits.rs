//! The hits of a search: ordered by name as the index finds them; in any other order collected and sorted, if there are not too many.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::ControlFlow;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;

use super::candidate::{AT_ONCE, Candidate, Direction, StoredRow};
use super::plan::{Plan, RowHandler, Scan};
use super::ranked::Ranked;
use super::row::{COUNT_LIMIT, ListRow, ORDERED_LIMIT, SortKey};
use super::sorted::side;
use super::{browse, keyset, postgres, sqlite};
use crate::db::Db;
use crate::db::schema::{customers, listing};
use crate::domain::query::language::Search;
use crate::domain::query::{Order, Query, Sort};
use crate::store::Result;

/// About so many characters are compared for an answer at most, each as often as the search has forms of terms: some hundredths of a second.
const CHARACTERS: usize = 16 << 20;

/// The hits of a search, without the customers that come first.
pub struct Hits {
    query: Query,
    search: Search,
    zone: Tz,
    plan: Plan,
    /// The customers that come first.
    exact: Vec<i64>,
    /// The keys of all hits in the requested order, if that is not by name and they are few enough.
    sorted: Option<Vec<SortKey>>,
    /// All hits, those in their own name first, if they are listed by name and few enough.
    ranked: Option<Ranked>,
    /// How many hits there are, if they have been counted, up to [`COUNT_LIMIT`] and one.
    counted: Option<usize>,
    /// All hits are gone through, however many they are and whatever it takes.
    in_any_number: bool,
    unfinished: Cell<bool>,
    /// The last row that was compared, if there were too many.
    stopped: RefCell<Option<ListRow>>,
}

impl Hits {
    /// Plans the search; collects all hits and puts them into order, if they are few enough.
    pub fn new(db: &mut Db, query: &Query, search: &Search, zone: Tz, exact: Vec<i64>) -> Result<Self> {
        let mut hits = Self { exact, in_any_number: false, ..Self::in_any_number(db, query, search, zone)? };
        if hits.query.sort.order == Order::Name {
            hits.rank_all(db)?;
        } else {
            hits.sort_all(db)?;
        }
        Ok(hits)
    }

    /// Plans the search for going through all hits by name, however many they are.
    pub fn in_any_number(db: &mut Db, query: &Query, search: &Search, zone: Tz) -> Result<Self> {
        Ok(Self {
            plan: Plan::new(db, query, search)?,
            query: query.clone(),
            search: search.clone(),
            zone,
            exact: Vec::new(),
            sorted: None,
            ranked: None,
            counted: None,
            in_any_number: true,
            unfinished: Cell::new(false),
            stopped: RefCell::default(),
        })
    }

    /// The last row that was compared, if there were too many: what lies beyond it is still to be looked for.
    pub fn stopped(&self) -> Option<ListRow> {
        self.stopped.borrow_mut().take()
    }

    /// Whether hits in a customer's own name would come first, if all were fewer.
    pub fn is_unranked(&self) -> bool {
        self.query.sort.order == Order::Name && self.ranked.is_none() && !self.search.words().is_empty()
    }

    /// The order that the hits have: by name if they are too many for the requested one.
    pub fn sort(&self) -> Sort {
        if self.sorted.is_some() || self.query.sort.order == Order::Name { self.query.sort } else { Sort::default() }
    }

    /// Whether rows were left uncompared, because there were too many.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished.get()
    }

    /// Up to `limit` rows on one side of a key, nearest first.
    pub fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<Vec<ListRow>> {
        if let Some(sorted) = &self.sorted {
            return rows_of(db, self.part(sorted, direction, beyond, limit));
        }
        if let Some(ranked) = &self.ranked {
            let customers = ranked.side(direction, beyond.map(|(_, position)| *position));
            return listed(db, &customers.filter(|id| !self.exact.contains(id)).take(limit).collect::<Vec<_>>());
        }
        let mut rows = Vec::new();
        let direction = keyset::of_positions(self.sort(), direction);
        self.each(db, &self.scan(direction, beyond.map(|(_, position)| *position), limit), &mut |candidate| {
            if !self.exact.contains(&candidate.row.id) {
                rows.push(ListRow::from(candidate.row));
            }
            until(rows.len() >= limit)
        })?;
        Ok(rows)
    }

    /// The ids of all hits in the requested order, if they are few enough to be sorted.
    pub fn all(&self, db: &mut Db) -> Result<Option<Vec<i64>>> {
        if let Some(sorted) = &self.sorted {
            return Ok(Some(sorted.iter().map(|(_, id)| *id).collect()));
        }
        if let Some(ranked) = &self.ranked {
            return Ok(Some(ranked.customers().collect()));
        }
        let limit = ORDERED_LIMIT + 1;
        if self.query.sort.order != Order::Name || self.is_too_common(db)? {
            return Ok(None);
        }
        let found = self.customers(db, limit)?;
        if found.len() == limit || self.unfinished.replace(false) {
            return Ok(None);
        }
        Ok(Some(Ranked::load(db, &found, &[], self.query.sort.descends())?.customers().collect()))
    }

    /// The keys of up to `limit` sorted hits on one side of a key, nearest first.
    fn part<'a>(&self, sorted: &'a [SortKey], direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Vec<&'a SortKey> {
        let is_listed = |key: &&SortKey| !self.exact.contains(&key.1);
        let compare = |key: &SortKey, beyond: &SortKey| keyset::compare(self.query.sort, key, beyond);
        side(sorted, direction, beyond, compare).filter(is_listed).take(limit).collect()
    }

    /// How many hits there are, counted up to a limit; those that come first are counted too.
    pub fn count(&self, db: &mut Db, limit: usize) -> Result<usize> {
        if let Some(counted) = self.counted {
            return Ok(counted);
        }
        let scan = self.scan_all(limit);
        let counted = match db {
            Db::Sqlite(sqlite) => sqlite::count(sqlite, &scan)?,
            Db::Postgres(pg) => postgres::count(pg, &scan)?,
        };
        match counted {
            Some(count) => Ok(count),
            None => Ok(self.compared(db, limit, limit)?.len()),
        }
    }

    fn scan(&self, direction: Direction, beyond: Option<i64>, limit: usize) -> Scan<'_> {
        Scan { plan: &self.plan, beyond, direction, any_order: false, limit }
    }

    /// A scan of all hits for about `limit` of them, in any order.
    fn scan_all(&self, limit: usize) -> Scan<'_> {
        Scan { any_order: true, ..self.scan(Direction::Forward, None, limit) }
    }

    /// Passes hits on until no more are wanted or too many rows had to be compared.
    fn each(&self, db: &mut Db, scan: &Scan<'_>, handle: &mut RowHandler<'_>) -> Result<()> {
        let (mut characters, forms) = (0, self.search.forms());
        let mut left = match db {
            Db::Sqlite(_) => sqlite::COMPARED,
            Db::Postgres(_) => postgres::COMPARED,
        };
        let mut compare = |candidate: Candidate| {
            let length = (candidate.row.text.len() + candidate.row.hidden.len()) * forms;
            characters += length;
            let is_last = left == 0 || characters > CHARACTERS;
            left = left.saturating_sub(1);
            let last = is_last.then(|| ListRow::from(candidate.row.clone()));
            // One customer alone may be too much for a page.
            let is_compared = self.in_any_number || length <= CHARACTERS;
            let is_hit = is_compared && candidate.is_hit(&self.query, &self.search, self.zone);
            let flow = if is_hit { handle(candidate) } else { ControlFlow::Continue(()) };
            if is_last && flow.is_continue() {
                self.unfinished.set(true);
                self.stopped.replace(last);
                return ControlFlow::Break(());
            }
            flow
        };
        match db {
            Db::Sqlite(sqlite) => sqlite::each(sqlite, scan, &mut compare),
            Db::Postgres(pg) => postgres::each(pg, scan, &mut compare),
        }
    }

    /// Puts all hits into the requested order, if they are few enough.
    fn sort_all(&mut self, db: &mut Db) -> Result<()> {
        let limit = ORDERED_LIMIT + 1 + self.exact.len();
        if self.is_too_common(db)? {
            return Ok(());
        }
        let found = self.customers(db, limit)?;
        if found.len() < limit && !self.unfinished.replace(false) {
            let mut keys = self.keys(db, &found)?;
            keys.sort_unstable_by(|one, other| keyset::compare(self.query.sort, one, other));
            self.counted = Some(keys.len());
            self.sorted = Some(keys);
        }
        Ok(())
    }

    /// Ranks all hits, if words are looked for anywhere and they are few enough.
    fn rank_all(&mut self, db: &mut Db) -> Result<()> {
        let words = self.search.words();
        if words.is_empty() || self.is_too_common(db)? {
            return Ok(());
        }
        let limit = COUNT_LIMIT + 1;
        let found = self.customers(db, limit)?;
        if self.unfinished.replace(false) {
            return Ok(());
        }
        self.counted = Some(found.len());
        if found.len() < limit {
            self.ranked = Some(Ranked::load(db, &found, &words, self.query.sort.descends())?);
        }
        Ok(())
    }

    /// Whether the index is expected to find far more rows than can be sorted.
    fn is_too_common(&self, db: &mut Db) -> Result<bool> {
        /// The list is counted if a larger share of it is expected.
        const SHARE: f64 = 0.3;
        /// This share of a list of so many rows is far more than can be sorted.
        const LIST: usize = 20 * ORDERED_LIMIT;
        Ok(self.plan.index.is_some() && self.plan.selectivity >= SHARE && browse::count(db, &Query::default())? >= LIST)
    }

    /// The ids of all hits, or of `limit` of them.
    pub fn customers(&self, db: &mut Db, limit: usize) -> Result<Vec<i64>> {
        let scan = self.scan_all(limit);
        let found = match db {
            Db::Sqlite(sqlite) => sqlite::customers(sqlite, &scan)?,
            Db::Postgres(pg) => postgres::customers(pg, &scan)?,
        };
        match found {
            Some(found) => Ok(found),
            None => self.compared(db, COUNT_LIMIT, limit),
        }
    }

    /// The ids of up to `limit` hits, found by comparing rows of a scan for about `wanted` of them.
    fn compared(&self, db: &mut Db, wanted: usize, limit: usize) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        self.each(db, &self.scan_all(wanted), &mut |candidate| {
            found.push(candidate.row.id);
            until(found.len() >= limit)
        })?;
        Ok(found)
    }

    /// The keys of customers in the requested order.
    fn keys(&self, db: &mut Db, ids: &[i64]) -> Result<Vec<SortKey>> {
        let mut keys: Vec<SortKey> = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let chosen = customers::table.filter(customers::id.eq_any(ids));
            match self.query.sort.order {
                Order::Name | Order::Newest => keys.extend(ids.iter().map(|id| (Vec::new(), *id))),
                Order::LastName => keys.extend(chosen.select((customers::last_sort, customers::id)).load::<SortKey>(db)?),
                Order::RefId => keys.extend(chosen.select((customers::ref_sort, customers::id)).load::<SortKey>(db)?),
                Order::Changed => {
                    let changed: Vec<(NaiveDateTime, i64)> = chosen.select((customers::changed_at, customers::id)).load(db)?;
                    keys.extend(changed.into_iter().map(|(at, id)| (keyset::moment_value(at), id)));
                }
            }
        }
        Ok(keys)
    }
}

fn until(done: bool) -> ControlFlow<()> {
    if done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// The rows of customers, in their order.
fn listed(db: &mut Db, customers: &[i64]) -> Result<Vec<ListRow>> {
    let mut rows = stored(db, customers)?;
    Ok(customers.iter().filter_map(|id| rows.remove(id).map(ListRow::from)).collect())
}

/// The rows of hits, in the order of their keys.
fn rows_of(db: &mut Db, keys: Vec<&SortKey>) -> Result<Vec<ListRow>> {
    let mut rows = stored(db, &keys.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
    let row = |key: &SortKey| Some(ListRow { key: key.clone(), ..ListRow::from(rows.remove(&key.1)?) });
    Ok(keys.into_iter().filter_map(row).collect())
}

fn stored(db: &mut Db, customers: &[i64]) -> Result<HashMap<i64, StoredRow>> {
    if customers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<StoredRow> = listing::table.filter(listing::customer_id.eq_any(customers)).load(db)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
