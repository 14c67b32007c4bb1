//! The hits of a search. A few are collected: counted, and put into any order. Of many, pages are read as the index finds them, by name.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;

use super::candidate::{AT_ONCE, Candidate, Direction, is_dated};
use super::condition::{Condition, condition, is_exact};
use super::index::scan::{Scan, at_least, each};
use super::ranked::Ranked;
use super::row::{COUNT_LIMIT, ListRow, ORDERED_LIMIT, SortKey};
use super::sorted::side;
use super::{browse, keyset};
use crate::db::schema::customers;
use crate::db::{Db, need_turn};
use crate::domain::query::{Order, Query, Sort};
use crate::store::Result;

/// At most this many customers are compared for an answer.
const COMPARED: usize = 5_000;
/// About so many characters are compared for an answer at most, each as often as the search has forms of terms: some hundredths of a second.
const CHARACTERS: usize = 9 << 20;
/// This share of either is compared without a turn.
const SHARE: usize = 4;
/// So many of one customer, which may have tens of thousands of contacts.
const ALONE: usize = 16 << 20;

/// The hits of a search, without the customers that come first.
pub struct Hits {
    query: Query,
    zone: Tz,
    /// What every hit fulfils, as far as the index can tell.
    condition: Option<Condition>,
    /// The customers that come first.
    exact: Vec<i64>,
    /// All of them, if they are few.
    few: Option<Few>,
    /// The first of them in the order of the list, if they are many and some were read to count them.
    first: Vec<SortKey>,
    /// How many there are, counted up to a limit, if they have been counted.
    counted: Option<usize>,
    /// All hits are gone through, however many they are and whatever it takes.
    in_any_number: bool,
    unfinished: Cell<bool>,
    /// The last one that was compared, if there were too many.
    stopped: RefCell<Option<SortKey>>,
}

/// All hits, in the order in which they are listed.
enum Few {
    /// By their keys in the requested order.
    Sorted(Vec<SortKey>),
    /// Those in their own name first.
    Ranked(Ranked),
}

impl Hits {
    /// Collects all hits and puts them into order, if they are few enough.
    pub fn new(db: &mut Db, query: &Query, zone: Tz, exact: Vec<i64>) -> Result<Self> {
        let mut hits = Self { exact, in_any_number: false, ..Self::in_any_number(query, zone) };
        hits.collect(db)?;
        Ok(hits)
    }

    /// For going through all hits by name, however many they are.
    pub fn in_any_number(query: &Query, zone: Tz) -> Self {
        Self {
            condition: condition(query),
            query: query.clone(),
            zone,
            exact: Vec::new(),
            few: None,
            first: Vec::new(),
            counted: None,
            in_any_number: true,
            unfinished: Cell::new(false),
            stopped: RefCell::default(),
        }
    }

    /// The last one that was compared, if there were too many: what lies beyond it is still to be looked for.
    pub fn stopped(&self) -> Option<SortKey> {
        self.stopped.borrow_mut().take()
    }

    /// Whether hits in a customer's own name would come first, if all were fewer.
    pub fn is_unranked(&self) -> bool {
        self.query.sort.order == Order::Name && self.few.is_none() && !self.query.search().words().is_empty()
    }

    /// The order that the hits have: by name if they are too many for the requested one.
    pub fn sort(&self) -> Sort {
        if self.few.is_some() || self.query.sort.order == Order::Name { self.query.sort } else { Sort::default() }
    }

    /// Whether customers were left uncompared, because there were too many.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished.get()
    }

    /// Up to `limit` rows on one side of a key, nearest first.
    pub fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&SortKey>, limit: usize) -> Result<Vec<ListRow>> {
        let is_listed = |id: i64| !self.exact.contains(&id);
        match &self.few {
            Some(Few::Sorted(sorted)) => {
                let compare = |key: &SortKey, beyond: &SortKey| keyset::compare(self.query.sort, key, beyond);
                let keys = side(sorted, direction, beyond, compare).filter(|key| is_listed(key.1));
                browse::rows(db, keys.take(limit).cloned().collect())
            }
            Some(Few::Ranked(ranked)) => {
                let keys = ranked.side(direction, beyond).filter(|key| is_listed(key.1));
                browse::rows(db, keys.take(limit).cloned().collect())
            }
            None if direction == Direction::Forward && beyond.is_none() && !self.first.is_empty() => {
                browse::rows(db, self.first.iter().filter(|key| is_listed(key.1)).take(limit).cloned().collect())
            }
            None => {
                let mut keys = Vec::new();
                let direction = keyset::by_name(self.sort(), direction);
                self.each(db, direction, beyond, &mut |candidate| {
                    if is_listed(candidate.id()) {
                        keys.push(candidate.key);
                    }
                    until(keys.len() >= limit)
                })?;
                browse::rows(db, keys)
            }
        }
    }

    /// The ids of all hits in the requested order, if they are few enough to be sorted.
    pub fn all(&self) -> Option<Vec<i64>> {
        Some(match self.few.as_ref()? {
            Few::Sorted(sorted) => sorted.iter().map(|(_, id)| *id).collect(),
            Few::Ranked(ranked) => ranked.keys().map(|(_, id)| *id).collect(),
        })
    }

    /// How many hits there are, counted up to a limit that is more than [`COUNT_LIMIT`]; those that come first are counted too.
    pub fn count(&self) -> usize {
        self.counted.unwrap_or_default()
    }

    /// The ids of up to `limit` hits, by name.
    pub fn customers(&self, db: &mut Db, limit: usize) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        self.each(db, Direction::Forward, None, &mut |candidate| {
            found.push(candidate.id());
            until(found.len() >= limit)
        })?;
        Ok(found)
    }

    /// Passes hits on until no more are wanted or too many customers had to be compared.
    fn each(
        &self,
        db: &mut Db,
        direction: Direction,
        beyond: Option<&SortKey>,
        handle: &mut dyn FnMut(Candidate) -> ControlFlow<()>,
    ) -> Result<()> {
        let (mut characters, forms, mut left) = (0, self.query.search().forms(), COMPARED);
        let (dated, mut turn) = (is_dated(self.query.search()), Ok(()));
        let scan = Scan { condition: self.condition.as_ref(), beyond, direction, dated };
        let compare = &mut |candidate: Candidate| {
            let length = (candidate.text.len() + candidate.hidden.len()) * forms;
            characters += length;
            if left < COMPARED - COMPARED / SHARE || characters > CHARACTERS / SHARE {
                turn = need_turn();
                if turn.is_err() {
                    return ControlFlow::Break(());
                }
            }
            let is_last = left == 0 || characters > CHARACTERS;
            left = left.saturating_sub(1);
            let last = is_last.then(|| candidate.key.clone());
            // One customer alone may be too much for a page.
            let is_compared = self.in_any_number || length <= ALONE;
            let is_hit = is_compared && candidate.is_hit(&self.query, self.zone);
            let flow = if is_hit { handle(candidate) } else { ControlFlow::Continue(()) };
            if is_last && flow.is_continue() {
                self.unfinished.set(true);
                self.stopped.replace(last);
                return ControlFlow::Break(());
            }
            flow
        };
        each(db, &scan, compare)?;
        Ok(turn?)
    }

    /// Counts the hits, and puts them into the requested order, if they are few enough.
    fn collect(&mut self, db: &mut Db) -> Result<()> {
        let by_name = self.query.sort.order == Order::Name;
        let limit = self.exact.len() + 1 + if by_name { COUNT_LIMIT } else { ORDERED_LIMIT };
        if let Some(condition) = self.condition.as_ref().filter(|_| is_exact(self.query.search()))
            && at_least(db, condition, limit)?
        {
            self.counted = Some(limit);
            return Ok(());
        }
        let (words, mut keys, mut named) = (self.query.search().words(), Vec::new(), Vec::new());
        // In the direction in which many are listed.
        let direction = keyset::by_name(self.sort(), Direction::Forward);
        self.each(db, direction, None, &mut |candidate| {
            named.push(candidate.is_named(&words));
            keys.push(candidate.key);
            until(keys.len() >= limit)
        })?;
        self.counted = Some(keys.len());
        if keys.len() >= limit || self.unfinished.get() {
            self.first = keys;
            return Ok(());
        }
        self.few = Some(if by_name && !words.is_empty() {
            Few::Ranked(Ranked::new(keys, &named, self.query.sort.descends()))
        } else {
            if !by_name {
                keys = self.keys(db, &keys)?;
            }
            keys.sort_unstable_by(|one, other| keyset::compare(self.query.sort, one, other));
            Few::Sorted(keys)
        });
        Ok(())
    }

    /// The keys of customers in the requested order.
    fn keys(&self, db: &mut Db, by_name: &[SortKey]) -> Result<Vec<SortKey>> {
        let mut keys: Vec<SortKey> = Vec::with_capacity(by_name.len());
        for by_name in by_name.chunks(AT_ONCE) {
            let ids: Vec<i64> = by_name.iter().map(|(_, id)| *id).collect();
            let chosen = customers::table.filter(customers::id.eq_any(&ids));
            match self.query.sort.order {
                Order::Name => keys.extend_from_slice(by_name),
                Order::Newest => keys.extend(ids.iter().map(|id| (Vec::new(), *id))),
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
