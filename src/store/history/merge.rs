//! Events and batches in one order.

use chrono::NaiveDateTime;

use crate::domain::history::Older;
use crate::domain::{BatchId, EventId};

/// Where a row stands in the order of time, from which the rows before it are read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Of the event or the batch.
    pub id: i64,
}

/// Rows of one kind that were found, newest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    pub found: Vec<Place>,
    /// The last row that was looked at; `None` where there is none beyond.
    pub horizon: Option<Place>,
}

/// A line by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Event(i64),
    Batch(i64),
}

/// What a page shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub entries: Vec<Entry>,
    pub older: Option<Older>,
    pub looked_back_to: Option<NaiveDateTime>,
}

/// The newest of both, `limit` at most. Each keeps its own order, so that no row is lost or comes twice, whatever the clocks said.
pub(super) fn merge(events: &Source, batches: &Source, before: Older, limit: usize) -> Shown {
    // What is older than all that was looked at of the others waits until what lies between has been looked at, too.
    let reach = |source: &Source| Some(source.found.iter().map(|place| place.at).fold(source.horizon?.at, NaiveDateTime::min));
    let within = |place: Option<&Place>, other: &Source| place.filter(|place| reach(other).is_none_or(|reach| place.at >= reach)).copied();
    let (mut entries, mut event, mut batch) = (Vec::new(), 0, 0);
    while entries.len() < limit {
        match (within(events.found.get(event), batches), within(batches.found.get(batch), events)) {
            (Some(one), other) if other.is_none_or(|other| one.at >= other.at) => {
                entries.push(Entry::Event(one.id));
                event += 1;
            }
            (_, Some(other)) => {
                entries.push(Entry::Batch(other.id));
                batch += 1;
            }
            _ => break,
        }
    }
    let rest = |source: &Source, taken: usize| taken < source.found.len() || source.horizon.is_some();
    let more = rest(events, event) || rest(batches, batch);
    let last = |source: &Source, taken: usize| {
        let looked_at = source.horizon.filter(|_| taken == source.found.len());
        looked_at.or_else(|| source.found.get(taken.checked_sub(1)?).copied()).map(|place| place.id)
    };
    let older =
        Older { event: last(events, event).map(EventId).or(before.event), batch: last(batches, batch).map(BatchId).or(before.batch) };
    let full = entries.len() == limit;
    Shown { entries, older: more.then_some(older), looked_back_to: reach(events).max(reach(batches)).filter(|_| !full) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(found: &[(i64, i64)], horizon: Option<(i64, i64)>) -> Source {
        let place = |(at, id): (i64, i64)| Place { at: chrono::DateTime::from_timestamp(at, 0).unwrap().naive_utc(), id };
        Source { found: found.iter().copied().map(place).collect(), horizon: horizon.map(place) }
    }

    fn pages(events: &[(i64, i64)], batches: &[(i64, i64)], limit: usize) -> Vec<Entry> {
        let (mut all, mut before) = (Vec::new(), Older::default());
        loop {
            let cut = |rows: &[(i64, i64)], last: Option<i64>| {
                let start = last.map_or(0, |last| rows.iter().position(|(_, id)| *id == last).unwrap() + 1);
                let page = &rows[start..rows.len().min(start + limit)];
                source(page, page.last().copied().filter(|_| start + limit < rows.len()))
            };
            let shown = merge(&cut(events, before.event.map(|id| id.0)), &cut(batches, before.batch.map(|id| id.0)), before, limit);
            all.extend(shown.entries);
            let Some(older) = shown.older else { return all };
            before = older;
        }
    }

    #[test]
    fn both_come_in_the_order_of_time() {
        use Entry::{Batch, Event};
        let shown = merge(&source(&[(9, 3), (5, 2)], None), &source(&[(7, 1)], None), Older::default(), 10);
        assert_eq!(shown.entries, [Event(3), Batch(1), Event(2)]);
        assert_eq!((shown.older, shown.looked_back_to), (None, None));
    }

    #[test]
    fn what_lies_beyond_what_was_looked_at_waits() {
        let shown = merge(&source(&[(9, 9)], Some((6, 4))), &source(&[(7, 2), (5, 1)], None), Older::default(), 10);
        assert_eq!(shown.entries, [Entry::Event(9), Entry::Batch(2)]);
        assert_eq!(shown.older, Some(Older { event: Some(EventId(4)), batch: Some(BatchId(2)) }));
        assert!(shown.looked_back_to.is_some());
    }

    #[test]
    fn no_line_is_lost_or_comes_twice_over_pages() {
        let events: Vec<_> = (1..=23).rev().map(|id| (id * 2, id)).collect();
        // The clock of the second batch was wrong.
        let batches = [(41, 5), (30, 4), (35, 3), (8, 2), (1, 1)];
        for limit in 1..=30 {
            let all = pages(&events, &batches, limit);
            let ids = |wanted: fn(&Entry) -> Option<i64>| all.iter().filter_map(wanted).collect::<Vec<_>>();
            assert_eq!(
                ids(|entry| if let Entry::Event(id) = entry { Some(*id) } else { None }),
                (1..=23).rev().collect::<Vec<_>>(),
                "{limit}"
            );
            assert_eq!(ids(|entry| if let Entry::Batch(id) = entry { Some(*id) } else { None }), [5, 4, 3, 2, 1], "{limit}");
        }
    }
}
