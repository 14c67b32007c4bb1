//! What an index is asked for so that it brings few rows that are no hits, and reads few entries: of all grams that hits hold, the few that
//! tell most. Each further gram is a further list to read; what words have in common, such as the beginnings of numbers or the ends of
//! e-mail addresses, is in nearly every row and tells nothing.

use super::frequency::Frequencies;
use super::grams::{Gram, fts_grams, trgm_grams};
use super::need::{Leaf, Need};
use crate::db::Db;
use crate::store::Result;

/// Where nothing is known of how common grams are, so many are asked for.
const MOST: usize = 24;
/// Where it is known.
const FEW: usize = 8;
/// Comparing a row counts as much as reading so many entries of a list. On `SQLite` it costs as much as 40 (1.5 and 0.04 us); but a search
/// that compares rows in vain comes to its bound before it has found all.
const SQLITE_ROW: f64 = 1_000.0;
/// `PostgreSQL` compares rows by itself, once it has read them from wherever they are (5 and 0.04 us).
const POSTGRES_ROW: f64 = 120.0;
/// The share of rows with one gram that also have the next of the same word: `ull` after `mul`.
const OVERLAPS: f64 = 0.5;
/// The least share of rows with one gram that also have another of the same text; grams of one name or address go together.
const FOLLOWS: f64 = 0.3;

/// What an index is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Rows that hold a gram.
    Gram(Gram),
    /// Rows that all of these bring.
    All(Vec<Question>),
    /// Rows that one of these brings.
    Any(Vec<Question>),
}

/// A question, and which share of all rows it is expected to bring.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// What is asked.
    pub question: Question,
    /// Between 0 and 1.
    pub share: f64,
    /// Of which text, and where in it.
    place: Option<(usize, usize)>,
}

impl Weighed {
    /// The share of rows that are left by this one, of those that the others brought.
    fn keeps(&self, others: &[Weighed]) -> f64 {
        let related = |other: &Weighed| match (self.place, other.place) {
            (Some((text, at)), Some((same, there))) if text == same => {
                if at.abs_diff(there) < 3 {
                    OVERLAPS
                } else {
                    self.share.sqrt().max(FOLLOWS)
                }
            }
            _ => self.share,
        };
        others.iter().map(related).fold(self.share, f64::max)
    }
}

impl Question {
    /// What brings every row that has what is needed; `None` where the index cannot say.
    ///
    /// # Errors
    /// The database's own.
    pub fn of(db: &mut Db, need: &Need) -> Result<Option<Weighed>> {
        let (grams, row): (Grams, f64) = match db {
            Db::Sqlite(_) => (fts_grams, SQLITE_ROW),
            Db::Postgres(_) => (trgm_grams, POSTGRES_ROW),
        };
        let mut all = Vec::new();
        collect(need, grams, &mut all);
        let frequencies = Frequencies::of(db, &all)?;
        Ok(Weigh { grams, row, frequencies }.weigh(need))
    }

    fn all(mut questions: Vec<Self>) -> Option<Self> {
        if questions.len() > 1 { Some(Self::All(questions)) } else { questions.pop() }
    }

    /// Whether all rows that it brings hold a gram.
    pub fn asks_for(&self, gram: Gram) -> bool {
        match self {
            Self::Gram(own) => *own == gram,
            Self::All(questions) => questions.iter().any(|question| question.asks_for(gram)),
            Self::Any(questions) => questions.iter().all(|question| question.asks_for(gram)),
        }
    }
}

/// What an index has of a leaf.
type Grams = fn(&Leaf) -> Vec<Gram>;

fn collect(need: &Need, grams: Grams, all: &mut Vec<Gram>) {
    match need {
        Need::All(needs) | Need::Any(needs) => needs.iter().for_each(|need| collect(need, grams, all)),
        Need::Leaf(leaf) => all.extend(grams(leaf)),
    }
}

/// What questions are weighed by.
struct Weigh {
    grams: Grams,
    row: f64,
    frequencies: Frequencies,
}

impl Weigh {
    fn weigh(&self, need: &Need) -> Option<Weighed> {
        match need {
            Need::Any(needs) => {
                let parts: Vec<Weighed> = needs.iter().map(|need| self.weigh(need)).collect::<Option<_>>()?;
                let share = parts.iter().map(|part| part.share).sum::<f64>().min(1.0);
                Some(Weighed { question: Question::Any(parts.into_iter().map(|part| part.question).collect()), share, place: None })
            }
            Need::All(_) | Need::Leaf(_) => {
                let mut parts = Vec::new();
                self.take_apart(need, &mut parts);
                choose(parts, self.frequencies.is_known().then_some(self.row))
            }
        }
    }

    /// All that rows have to hold at once, each by itself.
    fn take_apart(&self, need: &Need, parts: &mut Vec<Weighed>) {
        match need {
            Need::All(needs) => needs.iter().for_each(|need| self.take_apart(need, parts)),
            Need::Any(_) => parts.extend(self.weigh(need)),
            Need::Leaf(leaf) => {
                let text = parts.len();
                for (at, gram) in (self.grams)(leaf).into_iter().enumerate() {
                    let question = Question::Gram(gram);
                    if parts.iter().all(|part| part.question != question) {
                        parts.push(Weighed { question, share: self.frequencies.share(gram), place: Some((text, at)) });
                    }
                }
            }
        }
    }
}

/// Of what rows have to hold at once, that which is worth asking for: first the rarest, then whatever saves the most work, where a row costs
/// as much as so many entries; all of it where nothing is known.
fn choose(mut parts: Vec<Weighed>, row: Option<f64>) -> Option<Weighed> {
    parts.sort_by(|one, other| one.share.total_cmp(&other.share));
    parts.truncate(MOST);
    let Some(row) = row else {
        let (share, questions) = (0.0, parts.into_iter().map(|part| part.question).collect());
        return Question::all(questions).map(|question| Weighed { question, share, place: None });
    };
    let (mut left, mut chosen) = (1.0, Vec::new());
    while chosen.len() < FEW {
        let worth = |part: &Weighed| left * (1.0 - part.keeps(&chosen)) * row - part.share;
        let best = (0..parts.len()).max_by(|one, other| worth(&parts[*one]).total_cmp(&worth(&parts[*other])));
        let Some(best) = best.filter(|best| chosen.is_empty() || worth(&parts[*best]) > 0.0) else { break };
        left *= parts[best].keeps(&chosen);
        chosen.push(parts.remove(best));
    }
    // Between the least and the most that there may be.
    let share = (left * chosen.first()?.share).sqrt();
    let question = Question::all(chosen.into_iter().map(|part| part.question).collect())?;
    Some(Weighed { question, share, place: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first signs of what is chosen of parts: each with its text, its share.
    fn chosen(parts: &[(char, usize, f64)], is_known: bool) -> String {
        let part = |at: usize, (sign, text, share): (char, usize, f64)| {
            let place = Some((text, at));
            Weighed { question: Question::Gram([sign; 3]), share, place }
        };
        let parts = parts.iter().enumerate().map(|(at, one)| part(at, *one)).collect();
        let first = |question: &Question| if let Question::Gram([sign, ..]) = question { Some(*sign) } else { None };
        match choose(parts, is_known.then_some(SQLITE_ROW)).map(|weighed| weighed.question) {
            Some(Question::All(questions)) => questions.iter().filter_map(first).collect(),
            one => one.iter().filter_map(first).collect(),
        }
    }

    #[test]
    fn what_is_in_most_rows_is_not_asked_for() {
        assert_eq!(chosen(&[('e', 0, 0.9), ('m', 1, 0.002), ('a', 2, 0.01), ('i', 3, 0.0005)], true), "im");
        assert_eq!(chosen(&[('e', 0, 0.9), ('a', 1, 0.3)], true), "ae");
        assert_eq!(chosen(&[('e', 0, 0.9)], true), "e");
        assert_eq!(chosen(&[], true), "");
    }

    #[test]
    fn a_filter_comes_before_more_of_the_same_word() {
        assert_eq!(chosen(&[('s', 0, 0.05), ('y', 0, 0.05), ('d', 1, 0.08)], true), "yds");
    }

    #[test]
    fn all_are_asked_for_where_nothing_is_known() {
        assert_eq!(chosen(&[('a', 0, 0.0), ('b', 0, 0.0), ('c', 1, 0.0), ('d', 1, 0.0)], false), "abcd");
    }
}
