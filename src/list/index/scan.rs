//! Finds candidates of a search in the order of the list by name, either way: part by part, of each those whose grams say that they may be hits,
//! and among them the customers that no part holds as they are.

use std::collections::HashMap;
use std::iter::Peekable;
use std::ops::ControlFlow;
use std::vec::IntoIter;

use diesel::RunQueryDsl;

use super::fold;
use super::parts::{self, Part, ROW, set_number};
use super::slots::{MOST, Slots};
use crate::db::Db;
use crate::db::statement::Statement;
use crate::domain::query::Query;
use crate::list::browse;
use crate::list::candidate::{AT_ONCE, Candidate, CandidateTypes, Direction, columns};
use crate::list::condition::{Condition, Predicate};
use crate::list::expression::Expression;
use crate::list::gram::{Gram, certain_gram_of, grams_of};
use crate::list::row::SortKey;
use crate::list::state::ListState;
use crate::store::Result;

/// So many grams are looked up for what all hits fulfil: more would hardly exclude anybody.
const GRAMS: usize = 48;
/// So many parts, spread over the list, tell how common something is.
const SAMPLE: usize = 4;
/// More customers of a part than this cost more to compare than the other sets to read.
const MANY: usize = 32;
/// So many parts are looked up at a time, at most.
const PARTS: usize = 32;
/// So many candidates are read first: somewhat more than a page.
const FIRST: usize = 64;

/// What is looked for.
pub struct Scan<'a> {
    /// What every hit fulfils; everybody may be one without it.
    pub condition: Option<&'a Condition>,
    /// Only customers beyond this one, in the direction.
    pub beyond: Option<&'a SortKey>,
    pub direction: Direction,
    /// The search asks when customers were created.
    pub dated: bool,
}

/// Takes a candidate; says whether to go on.
pub type Handler<'a> = dyn FnMut(Candidate) -> ControlFlow<()> + 'a;

/// What the index is asked for: each leaf is the grams that somebody has to have.
type Asked = Expression<Vec<Gram>>;

/// Passes candidates on, in order, until no more are wanted.
pub fn each(db: &mut Db, scan: &Scan<'_>, handle: &mut Handler<'_>) -> Result<()> {
    let asked = scan.condition.map(asked);
    let mut telling = None;
    let mut merged = Merged { scan, dirty: dirty(db, scan)?.into_iter().peekable(), handle };
    let all = Part::all(db)?;
    let mut ahead: Vec<Range<'_>> = all
        .iter()
        .zip(all.iter().skip(1).map(|next| Some(&next.from)).chain([None]))
        .filter(|(part, end)| scan.reaches(part, *end))
        .collect();
    if scan.direction == Direction::Backward {
        ahead.reverse();
    }
    let (mut parts_at_once, mut size) = (1, FIRST);
    while !ahead.is_empty() {
        let later = ahead.split_off(parts_at_once.min(ahead.len()));
        let now = std::mem::replace(&mut ahead, later);
        parts_at_once = (4 * parts_at_once).min(PARTS);
        let slots = asked.as_ref().map(|asked| slots(db, asked, telling.as_ref(), &now)).transpose()?;
        let places = places(db, scan, slots, &now)?;
        let mut rest = places.as_slice();
        while !rest.is_empty() {
            let (some, later) = rest.split_at(size.min(rest.len()));
            if merged.candidates(db, &now, some)?.is_break() {
                return Ok(());
            }
            rest = later;
            size = (4 * size).min(AT_ONCE);
        }
        if telling.is_none() && ahead.len() > 2 * SAMPLE {
            telling = asked.as_ref().map(|asked| narrowed(db, asked, &ahead)).transpose()?;
        }
    }
    merged.rest();
    Ok(())
}

/// Parts, and where each ends.
type Range<'a> = (&'a Part, Option<&'a SortKey>);

/// Whether so many customers fulfil an exact condition, as far as the index alone can tell: by what only they have.
pub fn at_least(db: &mut Db, condition: &Condition, wanted: usize) -> Result<bool> {
    let Some(certain) = certain(condition) else { return Ok(false) };
    if ListState::load(db)? != ListState::Complete {
        return Ok(false);
    }
    let all = Part::all(db)?;
    // Everybody who is not marked has one slot. The others are of who is, or is gone, or has another name now.
    let clean = browse::count(db, &Query::default())?.saturating_sub(fold::marked(db)?);
    let wanted = wanted + all.iter().map(|part| part.size).sum::<usize>().saturating_sub(clean);
    // Spread over the list first: what many have may be in no name at its beginning.
    let distance = all.len().div_ceil(SAMPLE).max(1);
    let spread: Vec<Range<'_>> = (0..distance).flat_map(|from| all.iter().skip(from).step_by(distance)).map(|part| (part, None)).collect();
    let (mut found, mut read, mut at_once) = (0, 0, SAMPLE);
    while read < spread.len() {
        let now: Vec<Range<'_>> = spread[read..].iter().take(at_once).copied().collect();
        let sets = sets(db, Some(&certain), &now)?;
        let held = now.iter().map(|(part, _)| evaluate(&certain, &|gram| sets.get(&set_number(part.number, gram))).count());
        found += held.sum::<usize>();
        read += now.len();
        if found >= wanted {
            break;
        }
        at_once = (4 * at_once).min(PARTS);
    }
    Ok(found >= wanted)
}

/// Grams of which only those have all, or one, who fulfil a condition; `None` if there are none.
fn certain(condition: &Condition) -> Option<Asked> {
    match condition {
        Condition::Leaf(predicate) => Some(Asked::Leaf(vec![certain_gram_of(predicate)?])),
        Condition::All(parts) => Asked::all(parts.iter().map(certain).collect::<Option<_>>()?),
        Condition::Any(parts) => Asked::any(parts.iter().filter_map(certain).collect()),
    }
}

/// The sets that are asked for.
fn sets(db: &mut Db, asked: Option<&Asked>, now: &[Range<'_>]) -> Result<HashMap<i64, Slots>> {
    let mut grams: Vec<Gram> = asked.map(|asked| asked.leaves().into_iter().flatten().copied().collect()).unwrap_or_default();
    grams.sort_unstable();
    grams.dedup();
    parts::sets(db, &now.iter().map(|(part, _)| part.number).collect::<Vec<_>>(), &grams)
}

/// Of grams that all hits have those that tell most, by what some parts say: the others hardly exclude anybody else.
fn narrowed(db: &mut Db, asked: &Asked, ahead: &[Range<'_>]) -> Result<Asked> {
    let sample: Vec<Range<'_>> = ahead.iter().step_by(ahead.len().div_ceil(SAMPLE)).copied().collect();
    let sets = sets(db, Some(asked), &sample)?;
    Ok(asked.map(&|grams| telling(grams, &sample, &sets)))
}

/// Takes the rarest gram, and others as long as they exclude many more.
fn telling(grams: &[Gram], sample: &[Range<'_>], sets: &HashMap<i64, Slots>) -> Vec<Gram> {
    let of =
        |gram: Gram| sample.iter().map(|(part, _)| sets.get(&set_number(part.number, gram)).cloned().unwrap_or_else(Slots::none)).collect();
    let count = |slots: &[Slots]| slots.iter().map(Slots::count).sum::<usize>();
    let both = |mut slots: Vec<Slots>, others: &[Slots]| {
        slots.iter_mut().zip(others).for_each(|(slots, others)| slots.intersect(others));
        slots
    };
    let mut known: Vec<(Gram, Vec<Slots>)> = grams.iter().map(|gram| (*gram, of(*gram))).collect();
    known.sort_by_cached_key(|(_, slots)| count(slots));
    let mut chosen = Vec::new();
    let Some(all) = known.iter().map(|(_, slots)| slots.clone()).reduce(|all, slots| both(all, &slots)) else { return chosen };
    // To compare one customer of a part costs as much as to read one more set of it.
    let enough = count(&all) + sample.len();
    let mut left = vec![Slots::first(MOST); sample.len()];
    for (gram, slots) in known {
        let fewer = both(slots, &left);
        if chosen.is_empty() || count(&left) > enough && 4 * count(&fewer) < 3 * count(&left) {
            chosen.push(gram);
            left = fewer;
        }
    }
    chosen
}

/// The slots of each part in which somebody may be a hit. Where what tells most leaves many, as it does where names begin with what is rare
/// elsewhere, all is asked for.
fn slots(db: &mut Db, asked: &Asked, telling: Option<&Asked>, now: &[Range<'_>]) -> Result<Vec<Slots>> {
    let mut of = |asked: &Asked, some: &[Range<'_>]| -> Result<Vec<Slots>> {
        let sets = sets(db, Some(asked), some)?;
        Ok(some.iter().map(|(part, _)| evaluate(asked, &|gram| sets.get(&set_number(part.number, gram)))).collect())
    };
    let Some(telling) = telling.filter(|telling| *telling != asked) else { return of(asked, now) };
    let mut slots = of(telling, now)?;
    let full: Vec<usize> = (0..now.len()).filter(|at| slots[*at].count() > MANY).collect();
    if full.is_empty() {
        return Ok(slots);
    }
    let some: Vec<Range<'_>> = full.iter().map(|at| now[*at]).collect();
    for (at, fewer) in full.into_iter().zip(of(asked, &some)?) {
        slots[at] = fewer;
    }
    Ok(slots)
}

/// The slots of parts in which somebody may be a hit, in order: by the part's index and the slot.
fn places(db: &mut Db, scan: &Scan<'_>, slots: Option<Vec<Slots>>, now: &[Range<'_>]) -> Result<Vec<(usize, usize)>> {
    let slots = slots.unwrap_or_else(|| now.iter().map(|(part, _)| Slots::first(part.size)).collect());
    let mut places = Vec::new();
    for (at, ((part, end), slots)) in now.iter().zip(slots).enumerate() {
        let within = match scan.beyond.filter(|beyond| part.from <= **beyond && end.is_none_or(|end| *beyond < end)) {
            Some(beyond) => {
                let rows = parts::rows_until(db, part, beyond)?;
                if scan.direction == Direction::Forward { rows.saturating_sub(1) * ROW..MOST } else { 0..rows * ROW }
            }
            None => 0..MOST,
        };
        let begin = places.len();
        places.extend(slots.iter().filter(|slot| within.contains(slot)).map(|slot| (at, slot)));
        if scan.direction == Direction::Backward {
            places[begin..].reverse();
        }
    }
    Ok(places)
}

fn asked(condition: &Condition) -> Asked {
    let mut conjuncts: Vec<Asked> = condition.conjuncts().into_iter().map(|part| part.map(&|predicate| grams_of(predicate))).collect();
    let mut grams = 0;
    // Whatever is left out only excludes.
    let many = conjuncts.iter().take_while(|part| {
        grams += part.leaves().into_iter().map(Vec::len).sum::<usize>();
        grams <= GRAMS
    });
    let many = many.count().max(1);
    conjuncts.truncate(many);
    // What all have is one question, of however many words.
    let (words, mut others): (Vec<Asked>, Vec<Asked>) = conjuncts.into_iter().partition(|part| matches!(part, Asked::Leaf(_)));
    others.extend((!words.is_empty()).then(|| Asked::Leaf(words.iter().flat_map(Asked::leaves).flatten().copied().collect())));
    Asked::All(others)
}

fn evaluate<'s>(asked: &Asked, set: &impl Fn(Gram) -> Option<&'s Slots>) -> Slots {
    let all = |mut parts: Box<dyn Iterator<Item = Slots> + '_>| {
        let mut slots = parts.next().unwrap_or_else(|| Slots::first(MOST));
        parts.for_each(|part| slots.intersect(&part));
        slots
    };
    match asked {
        Asked::Leaf(grams) => all(Box::new(grams.iter().map(|gram| set(*gram).cloned().unwrap_or_else(Slots::none)))),
        Asked::All(parts) => all(Box::new(parts.iter().map(|part| evaluate(part, set)))),
        Asked::Any(parts) => {
            let mut slots = Slots::none();
            for part in parts {
                slots.unite(&evaluate(part, set));
            }
            slots
        }
    }
}

/// Customers that no part holds as they are, and that may be hits: in the scan's direction.
pub fn dirty(db: &mut Db, scan: &Scan<'_>) -> Result<Vec<Candidate>> {
    // In this order: SQLite would rather begin with all texts.
    let begin = scan.select("search_dirty CROSS JOIN search_texts AS t").and(" WHERE t.customer_id = search_dirty.customer_id");
    // One text that all hits hold is enough to leave nearly all others out.
    let texts = scan.condition.into_iter().flat_map(Condition::conjuncts).filter_map(|part| match part {
        Condition::Leaf(Predicate::Text(text)) => Some(text),
        _ => None,
    });
    let position = if matches!(db, Db::Sqlite(_)) { "instr" } else { "strpos" };
    let statement = match texts.max_by_key(|text| text.len()) {
        Some(text) => begin.and(&format!(" AND {position}(t.text, ?) > 0")).bind(text.as_str()),
        None => begin,
    };
    let mut found: Vec<Candidate> = statement.load(db)?;
    found.retain(|candidate| scan.is_beyond(&candidate.key));
    found.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    if scan.direction == Direction::Backward {
        found.reverse();
    }
    Ok(found)
}

impl Scan<'_> {
    fn is_beyond(&self, key: &SortKey) -> bool {
        self.beyond.is_none_or(|beyond| self.is_after(key, beyond))
    }

    /// Whether a key comes after another one in the direction.
    fn is_after(&self, key: &SortKey, other: &SortKey) -> bool {
        if self.direction == Direction::Forward { key > other } else { key < other }
    }

    /// Whether some of a part, which ends before a key, may lie beyond.
    fn reaches(&self, part: &Part, end: Option<&SortKey>) -> bool {
        let Some(beyond) = self.beyond else { return true };
        if self.direction == Direction::Forward { end.is_none_or(|end| end > beyond) } else { part.from < *beyond }
    }
}

/// Candidates of parts, and in between those that no part holds as they are.
struct Merged<'a, 's, 'h> {
    scan: &'a Scan<'s>,
    dirty: Peekable<IntoIter<Candidate>>,
    handle: &'a mut Handler<'h>,
}

impl Merged<'_, '_, '_> {
    /// Passes on who is in some places of parts.
    fn candidates(&mut self, db: &mut Db, now: &[Range<'_>], places: &[(usize, usize)]) -> Result<ControlFlow<()>> {
        let slots: Vec<(i64, usize)> = places.iter().map(|(at, slot)| (now[*at].0.number, *slot)).collect();
        let ids = parts::customers(db, &slots)?;
        let mut rows: Vec<Option<Candidate>> = self.scan.clean(db, &ids)?.into_iter().map(Some).collect();
        rows.sort_unstable_by_key(|row| row.as_ref().map(Candidate::id));
        let known: Vec<i64> = rows.iter().flatten().map(Candidate::id).collect();
        for ((at, _), id) in places.iter().zip(ids) {
            let (part, end) = now[*at];
            // Whoever was here once, and has another name now, is held by another part.
            let is_here = |candidate: &Candidate| candidate.key >= part.from && end.is_none_or(|end| candidate.key < *end);
            let Some(row) = known.binary_search(&id).ok().and_then(|at| rows.get_mut(at)) else { continue };
            let Some(candidate) = row.take_if(|candidate| is_here(candidate) && self.scan.is_beyond(&candidate.key)) else { continue };
            while let Some(before) = self.dirty.next_if(|dirty| self.scan.is_after(&candidate.key, &dirty.key)) {
                if (self.handle)(before).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            if (self.handle)(candidate).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn rest(&mut self) {
        let _ = self.dirty.by_ref().try_for_each(&mut self.handle);
    }
}

impl Scan<'_> {
    /// Begins a statement that selects candidates.
    fn select(&self, from: &str) -> Statement<CandidateTypes> {
        Statement::new(format!("SELECT {} FROM {from}", columns(self.dated)))
    }

    /// Those of customers that a part holds as they are.
    fn clean(&self, db: &mut Db, ids: &[i64]) -> Result<Vec<Candidate>> {
        let some = self.select("search_texts AS t").and(" WHERE ").among(db, "t.customer_id", ids);
        let some = some.and(" AND NOT EXISTS (SELECT 1 FROM search_dirty AS d WHERE d.customer_id = t.customer_id)");
        Ok(some.load(db)?)
    }
}
