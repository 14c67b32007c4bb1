//! A customer as a search compares it, and how one is read: what browsing and searching share.

use std::cell::OnceCell;

use chrono::{NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamp};

use super::row::SortKey;
use super::text;
use crate::db::Db;
use crate::db::statement::Statement;
use crate::domain::customer::Kind;
use crate::domain::places::Country;
use crate::domain::query::Query;
use crate::domain::query::language::{Field, Search, Test};
use crate::domain::query::matching::{FieldText, Record};
use crate::domain::spelling::Needle;
use crate::store::Result;

/// Customers are read this many at a time.
pub const AT_ONCE: usize = 1_000;

/// A customer that may be a hit of a search.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Candidate {
    /// Where it stands in the list by name.
    pub key: SortKey,
    enabled: bool,
    kind: String,
    /// The folded text that words are looked for in.
    pub text: String,
    /// The folded text that only qualifiers are looked for in.
    pub hidden: String,
    /// When the customer was created, if the search asks for it.
    created_at: Option<NaiveDateTime>,
}

pub type CandidateTypes = ((Binary, BigInt), Bool, Text, Text, Text, Nullable<Timestamp>);

/// The columns of a candidate, of texts `t`; with the time of creation if `dated`: reading one takes longer than all else on SQLite.
pub fn columns(dated: bool) -> String {
    let created = if dated { "t.created_at" } else { "CAST(NULL AS TIMESTAMP)" };
    format!("t.sort_key, t.customer_id, t.enabled, t.kind, t.text, t.hidden, {created}")
}

/// Whether a search asks when customers were created.
pub fn is_dated(search: &Search) -> bool {
    search.clauses.iter().flat_map(|clause| &clause.0).any(|term| matches!(term.test, Test::Created(..)))
}

impl Candidate {
    /// Customers, in no order.
    pub fn load(db: &mut Db, ids: &[i64], dated: bool) -> Result<Vec<Self>> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let some = format!("SELECT {} FROM search_texts AS t WHERE ", columns(dated));
            found.extend(Statement::<CandidateTypes>::new(some).among(db, "t.customer_id", ids).load::<Self>(db)?);
        }
        Ok(found)
    }

    /// The customer's id.
    pub fn id(&self) -> i64 {
        self.key.1
    }

    /// Whether all words are in the customer's own name.
    pub fn is_named(&self, words: &[Needle]) -> bool {
        let names: Vec<FieldText<'_>> = text::fields(&self.text).filter(|field| field.field == Field::Name).collect();
        words.iter().all(|word| names.iter().any(|name| name.holds(word)))
    }

    /// Whether it passes the filters and the search. Days begin at midnight of the zone.
    pub fn is_hit(&self, query: &Query, zone: Tz) -> bool {
        let kind = Kind::stored(&self.kind);
        query.enabled.is_none_or(|enabled| enabled == self.enabled)
            && query.kind.is_none_or(|wanted| wanted == kind)
            && query.search().matches(&Seen { candidate: self, kind, zone, fields: OnceCell::new() })
    }
}

/// A candidate as a search sees it.
struct Seen<'a> {
    candidate: &'a Candidate,
    kind: Kind,
    zone: Tz,
    /// Worked out once, however many terms ask for them.
    fields: OnceCell<Vec<FieldText<'a>>>,
}

impl Record for Seen<'_> {
    fn is_enabled(&self) -> bool {
        self.candidate.enabled
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn is_never_invited(&self) -> bool {
        text::is_never_invited(&self.candidate.hidden)
    }

    fn created_on(&self) -> NaiveDate {
        self.zone.from_utc_datetime(&self.candidate.created_at.unwrap_or_default()).date_naive()
    }

    fn countries(&self) -> impl Iterator<Item = Country> {
        text::countries(&self.candidate.hidden)
    }

    fn ends(&self) -> impl Iterator<Item = Option<NaiveDate>> {
        text::ends(&self.candidate.hidden)
    }

    fn fields(&self) -> impl Iterator<Item = FieldText<'_>> {
        self.fields.get_or_init(|| text::fields(&self.candidate.text).collect()).iter().copied()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// The customers of one status and type: the part of the list for which there is an index in each order.
pub type Lane = (bool, Kind);

/// The lanes that pass the filters; `None` is the whole list, which has its own indexes.
pub fn lanes(enabled: Option<bool>, kind: Option<Kind>) -> Vec<Option<Lane>> {
    if enabled.is_none() && kind.is_none() {
        return vec![None];
    }
    let all = [true, false].into_iter().flat_map(|enabled| [Kind::Company, Kind::Individual].map(|kind| (enabled, kind)));
    all.filter(|lane| enabled.is_none_or(|wanted| wanted == lane.0) && kind.is_none_or(|wanted| wanted == lane.1)).map(Some).collect()
}

/// A number of rows as SQL's `LIMIT` takes it.
pub fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
