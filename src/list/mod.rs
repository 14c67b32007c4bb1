//! Finding customers: one function over the one query value, for the page and whatever else lists customers.
//!
//! The list is a table in its own order ([`index`] keeps it in step with customers, [`position`] gives the places, [`fill`] puts very many
//! into it), from which pages are read by key, never by offset.
//! A search says what every hit holds ([`need`]); of all that, the engine's index of trigrams is asked for the few that tell most ([`question`], by a sample that [`frequency`] takes) and brings the rows that have them, in the list's order
//! ([`sqlite`], [`postgres`]; [`grams`] spells for both). [`verify`] compares each with what was asked; where SQL can tell hits from others,
//! [`decide`] lets the database count them and put them in another order. What a row does not show of its hit is added as a second line
//! ([`via`]). A customer whose number, CRM ID, Ref ID or EID *is* the text comes first ([`exact`]). No request does work that grows with the
//! table: rows that are compared, hits that are ordered or counted, all have a bound, and the page says where it was met.

pub mod ahead;
mod ask;
pub mod build;
pub mod check;
mod decide;
mod exact;
pub mod fill;
pub mod form;
mod frequency;
mod grams;
mod hits;
mod index;
mod keyset;
mod need;
mod plain;
mod position;
mod postgres;
mod question;
mod sqlite;
mod text;
mod verify;
mod via;

pub use build::{shape, tidy};
pub use frequency::learn;
pub use index::{listed, reindex, reindex_all, remove};
pub use via::Via;

use chrono_tz::Tz;
use diesel::prelude::*;

use self::ask::{Candidate, Direction};
use self::hits::Hits;
use crate::db::Db;
use crate::db::schema::customers;
use crate::domain::CustomerId;
use crate::domain::customer::Kind;
use crate::domain::query::language::Search;
use crate::domain::query::{Cursor, Order, Place, Query};
use crate::store::Result;

/// Rows on a page.
pub const PAGE: usize = 50;
/// Rows are counted up to here; beyond, the page says "more than 1,000". Without a search the count is exact.
pub const COUNT_LIMIT: usize = 1_000;
/// So many hits can be put into another order than by name.
pub const ORDERED_LIMIT: usize = 5_000;

/// A customer in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Identifies it.
    pub id: CustomerId,
    /// Enabled or disabled.
    pub enabled: bool,
    /// Company or individual.
    pub kind: Kind,
    /// As it is shown.
    pub name: String,
    /// Empty where there is none.
    pub ref_id: String,
    /// Where the hit is, if not in the row.
    pub via: Option<Via>,
    /// What words look into; empty without a search.
    text: String,
    /// Where it stands.
    spot: Spot,
}

/// Where a row stands in the order that the list has.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Spot {
    /// By name.
    Position(i64),
    /// In any other order.
    Key(Cursor),
}

impl Spot {
    /// Compares spots of one order.
    fn cmp_by_key(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Position(one), Self::Position(other)) => one.cmp(other),
            (Self::Key(one), Self::Key(other)) => (&one.value, one.id).cmp(&(&other.value, other.id)),
            _ => std::cmp::Ordering::Equal,
        }
    }
}

/// A part of the list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// In order, [`PAGE`] at most, and before them customers that a whole identifier names.
    pub rows: Vec<Row>,
    /// There are rows before these.
    pub prev: Option<Cursor>,
    /// There are rows after these.
    pub next: Option<Cursor>,
    /// Rows were left unread, since too many had to be compared one by one: the search is to be narrowed.
    pub unfinished: bool,
    /// They are ordered by name, since there are too many for the order that was asked for.
    pub by_name: bool,
}

/// How many customers a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(usize),
    /// More than [`COUNT_LIMIT`].
    Many,
}

/// The part of the list that a query asks for. Days begin at midnight of the zone.
///
/// # Errors
/// The database's own.
pub fn page(db: &mut Db, query: &Query, zone: Tz) -> Result<Page> {
    List::new(db, query, zone)?.page(db)
}

/// The same, and how many customers the query finds.
///
/// # Errors
/// The database's own.
pub fn page_and_count(db: &mut Db, query: &Query, zone: Tz) -> Result<(Page, Count)> {
    let list = List::new(db, query, zone)?;
    let mut page = list.page(db)?;
    let complete = query.place == Place::First && page.next.is_none() && !page.unfinished;
    let count = match complete {
        true => Count::Exactly(page.rows.len()),
        // Counting would come to the same bound.
        false if page.unfinished => Count::Many,
        false => list.count(db)?,
    };
    page.unfinished |= list.is_unfinished();
    Ok((page, count))
}

/// How many customers a query finds.
///
/// # Errors
/// The database's own.
pub fn count(db: &mut Db, query: &Query, zone: Tz) -> Result<Count> {
    List::new(db, query, zone)?.count(db)
}

/// Some of what a query finds, in the order it was created whatever the query's, beginning beyond a customer; and where to go on, `None`
/// at the end. Up to `limit` rows are looked at, so a chunk may hold less, or nothing, and yet not be the last.
///
/// # Errors
/// The database's own.
pub fn chunk(
    db: &mut Db,
    query: &Query,
    zone: Tz,
    beyond: Option<CustomerId>,
    limit: usize,
) -> Result<(Vec<CustomerId>, Option<CustomerId>)> {
    let search = query.search();
    let rows = plain::by_id(db, beyond.map_or(0, |id| id.0), limit, verify::is_dated(&search))?;
    let next = rows.last().filter(|_| rows.len() == limit).map(|last| CustomerId(last.id));
    let found = rows.iter().filter(|row| verify::is_hit(query, &search, zone, row)).map(|row| CustomerId(row.id)).collect();
    Ok((found, next))
}

/// One customer's row as the list shows it, whether the list holds it at present or not.
///
/// # Errors
/// The database's own.
pub fn row(db: &mut Db, query: &Query, id: CustomerId) -> Result<Option<Row>> {
    let mut rows: Vec<Row> = plain::named(db, id.0, false)?.map(Row::from).into_iter().collect();
    via::explain(db, &query.search().words(), &mut rows)?;
    Ok(rows.pop())
}

impl From<Candidate> for Row {
    fn from(row: Candidate) -> Self {
        Self {
            id: CustomerId(row.id),
            enabled: row.enabled,
            kind: Kind::parse(&row.kind).unwrap_or(Kind::Company),
            name: row.name,
            ref_id: row.ref_id,
            via: None,
            text: row.text,
            spot: Spot::Position(row.position),
        }
    }
}

/// All customers that a query finds, in its order.
struct List<'a> {
    query: &'a Query,
    zone: Tz,
    search: Search,
    /// What a text finds; `None` is all customers that pass the filters.
    hits: Option<Hits>,
    /// Customers that come first, and are left out of the order.
    exact: Vec<Candidate>,
}

impl<'a> List<'a> {
    fn new(db: &mut Db, query: &'a Query, zone: Tz) -> Result<Self> {
        let search = query.search();
        if search.clauses.is_empty() {
            return Ok(Self { query, zone, search, hits: None, exact: Vec::new() });
        }
        let dated = verify::is_dated(&search);
        let mut exact = Vec::new();
        if search.is_plain() {
            let filters = Query { text: String::new(), ..query.clone() };
            for id in exact::ids(db, query)? {
                exact.extend(plain::named(db, id, dated)?.filter(|row| verify::is_hit(&filters, &Search::default(), zone, row)));
            }
        }
        let hits = Hits::new(db, query, &search, zone, exact.iter().map(|row| row.id).collect())?;
        Ok(Self { query, zone, search, hits: Some(hits), exact })
    }

    /// The order that it has.
    fn order(&self) -> Order {
        match &self.hits {
            Some(hits) => hits.order(),
            None => self.query.order,
        }
    }

    fn is_unfinished(&self) -> bool {
        self.hits.as_ref().is_some_and(Hits::is_unfinished)
    }

    fn page(&self, db: &mut Db) -> Result<Page> {
        let mut page = match &self.query.place {
            Place::After(cursor) if cursor.order == self.order() => self.after(db, cursor)?,
            Place::Before(cursor) if cursor.order == self.order() => self.before(db, cursor)?,
            Place::Around(id) => self.around(db, *id)?,
            Place::First | Place::After(_) | Place::Before(_) => self.from(db, None)?,
        };
        if page.prev.is_none() {
            page.rows.splice(0..0, self.exact.iter().cloned().map(Row::from));
        }
        page.unfinished = self.is_unfinished();
        page.by_name = self.order() != self.query.order;
        via::explain(db, &self.search.words(), &mut page.rows)?;
        Ok(page)
    }

    fn count(&self, db: &mut Db) -> Result<Count> {
        let Some(hits) = &self.hits else { return Ok(Count::Exactly(plain::count(db, self.query)?)) };
        // Those that come first may be hits as well, which the count holds already.
        let first = self.exact.iter().filter(|row| !verify::is_hit(self.query, &self.search, self.zone, row)).count();
        let found = first + hits.count(db, COUNT_LIMIT + 1)?;
        Ok(if found > COUNT_LIMIT || hits.is_unfinished() { Count::Many } else { Count::Exactly(found) })
    }

    /// Up to `limit` rows on one side of a spot, nearest first.
    fn load(&self, db: &mut Db, direction: Direction, beyond: Option<&Spot>, limit: usize) -> Result<Vec<Row>> {
        match &self.hits {
            Some(hits) => hits.load(db, direction, beyond, limit),
            None => plain::load(db, self.query, direction, beyond, limit),
        }
    }

    fn from(&self, db: &mut Db, start: Option<&Spot>) -> Result<Page> {
        let mut rows = self.load(db, Direction::Forward, start, PAGE + 1)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let before = match (start, rows.first()) {
            (Some(_), Some(first)) => !self.load(db, Direction::Backward, Some(&first.spot), 1)?.is_empty(),
            _ => false,
        };
        bounded(db, rows, before, more)
    }

    /// The rows that follow; where all of them are gone, the last ones there are.
    fn after(&self, db: &mut Db, cursor: &Cursor) -> Result<Page> {
        let spot = keyset::spot(db, cursor, Direction::Forward)?;
        let page = self.from(db, Some(&spot))?;
        if page.rows.is_empty() { self.before(db, cursor) } else { Ok(page) }
    }

    /// The rows that precede; where all of them are gone, the first ones there are.
    fn before(&self, db: &mut Db, cursor: &Cursor) -> Result<Page> {
        let spot = keyset::spot(db, cursor, Direction::Backward)?;
        let mut rows = self.load(db, Direction::Backward, Some(&spot), PAGE + 1)?;
        if rows.is_empty() {
            return self.from(db, None);
        }
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        rows.reverse();
        let after = match rows.last() {
            Some(last) => !self.load(db, Direction::Forward, Some(&last.spot), 1)?.is_empty(),
            None => false,
        };
        bounded(db, rows, more, after)
    }

    /// A page with the customer in its midst; the first page where that one holds it, or where the list does not.
    fn around(&self, db: &mut Db, id: CustomerId) -> Result<Page> {
        let named = plain::named(db, id.0, verify::is_dated(&self.search))?;
        let named = named.filter(|row| verify::is_hit(self.query, &self.search, self.zone, row));
        let named = named.filter(|row| self.exact.iter().all(|first| first.id != row.id));
        let Some(row) = named else { return self.from(db, None) };
        let mut row = Row::from(row);
        row.spot = self.spot(db, row.id, row.spot)?;
        let mut rows = self.load(db, Direction::Backward, Some(&row.spot), PAGE)?;
        if rows.len() < PAGE {
            return self.from(db, None);
        }
        rows.truncate(PAGE / 2);
        rows.reverse();
        let room = PAGE - 1 - rows.len();
        let mut following = self.load(db, Direction::Forward, Some(&row.spot), room + 1)?;
        let more = following.len() > room;
        following.truncate(room);
        rows.push(row);
        rows.extend(following);
        bounded(db, rows, true, more)
    }

    /// Where a customer stands in this list's order.
    fn spot(&self, db: &mut Db, id: CustomerId, position: Spot) -> Result<Spot> {
        if self.order() == Order::Name {
            return Ok(position);
        }
        let found = customers::table.find(id.0).select(keyset::COLUMNS).first::<keyset::Found>(db)?;
        Ok(Spot::Key(found.cursor(self.order())))
    }
}

/// A page of rows, and whether there are more before and after them.
fn bounded(db: &mut Db, rows: Vec<Row>, before: bool, after: bool) -> Result<Page> {
    let mut cursor = |row: Option<&Row>| row.map(|row| keyset::cursor(db, row)).transpose();
    let prev = cursor(rows.first().filter(|_| before))?;
    let next = cursor(rows.last().filter(|_| after))?;
    Ok(Page { rows, prev, next, ..Page::default() })
}
