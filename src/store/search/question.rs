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
/// Comparing a row costs as much as reading so many entries of a list.
const ROW: f64 = 150.0;
/// A gram that follows from those before it in most rows (`ull` after `mul`) keeps at least this share of them.
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
struct Weighed {
    question: Question,
    share: f64,
}

impl Question {
    /// What brings every row that has what is needed; `None` where the index cannot say.
    ///
    /// # Errors
    /// The database's own.
    pub fn of(db: &mut Db, need: &Need) -> Result<Option<Self>> {
        let grams: Grams = match db {
            Db::Sqlite(_) => fts_grams,
            Db::Postgres(_) => trgm_grams,
        };
        let mut all = Vec::new();
        collect(need, grams, &mut all);
        let frequencies = Frequencies::of(db, &all)?;
        Ok(weigh(need, grams, &frequencies).map(|weighed| weighed.question))
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

fn weigh(need: &Need, grams: Grams, frequencies: &Frequencies) -> Option<Weighed> {
    match need {
        Need::Any(needs) => {
            let parts: Vec<Weighed> = needs.iter().map(|need| weigh(need, grams, frequencies)).collect::<Option<_>>()?;
            let share = parts.iter().map(|part| part.share).sum::<f64>().min(1.0);
            Some(Weighed { question: Question::Any(parts.into_iter().map(|part| part.question).collect()), share })
        }
        Need::All(_) | Need::Leaf(_) => {
            let mut parts = Vec::new();
            take_apart(need, grams, frequencies, &mut parts);
            choose(parts, frequencies.is_known())
        }
    }
}

/// All that rows have to hold at once, each by itself.
fn take_apart(need: &Need, grams: Grams, frequencies: &Frequencies, parts: &mut Vec<Weighed>) {
    match need {
        Need::All(needs) => needs.iter().for_each(|need| take_apart(need, grams, frequencies, parts)),
        Need::Any(_) => parts.extend(weigh(need, grams, frequencies)),
        Need::Leaf(leaf) => {
            for gram in grams(leaf) {
                let question = Question::Gram(gram);
                if parts.iter().all(|part| part.question != question) {
                    parts.push(Weighed { question, share: frequencies.share(gram) });
                }
            }
        }
    }
}

/// Of what rows have to hold at once, that which is worth asking for, rarest first.
fn choose(mut parts: Vec<Weighed>, is_known: bool) -> Option<Weighed> {
    parts.sort_by(|one, other| one.share.total_cmp(&other.share));
    parts.truncate(if is_known { FEW } else { MOST });
    let mut left = 1.0;
    let mut chosen = Vec::new();
    for part in parts {
        let kept = part.share.sqrt().max(FOLLOWS);
        let saved = left * (1.0 - kept) * ROW;
        if is_known && !chosen.is_empty() && saved < part.share {
            break;
        }
        left *= if chosen.is_empty() { part.share } else { kept };
        chosen.push(part.question);
    }
    let question = if chosen.len() == 1 { chosen.pop()? } else { Question::All(chosen) };
    (question != Question::All(Vec::new())).then_some(Weighed { question, share: left })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(sign: char, share: f64) -> Weighed {
        Weighed { question: Question::Gram([sign; 3]), share }
    }

    fn chosen(parts: &[(char, f64)], is_known: bool) -> String {
        let parts = parts.iter().map(|(sign, share)| part(*sign, *share)).collect();
        match choose(parts, is_known).map(|weighed| weighed.question) {
            Some(Question::All(questions)) => questions
                .iter()
                .map(|question| match question {
                    Question::Gram([sign, ..]) => *sign,
                    other => panic!("{other:?}"),
                })
                .collect(),
            Some(Question::Gram([sign, ..])) => sign.to_string(),
            Some(other) => panic!("{other:?}"),
            None => String::new(),
        }
    }

    #[test]
    fn few_rare_grams_are_asked_for_and_no_common_ones() {
        assert_eq!(chosen(&[('e', 0.9), ('m', 0.002), ('a', 0.01), ('i', 0.0005)], true), "ima");
        assert_eq!(chosen(&[('e', 0.9), ('a', 0.3)], true), "ae");
        assert_eq!(chosen(&[('e', 0.9)], true), "e");
        assert_eq!(chosen(&[], true), "");
    }

    #[test]
    fn all_are_asked_for_where_nothing_is_known() {
        assert_eq!(chosen(&[('a', 0.1), ('b', 0.1), ('c', 0.1), ('d', 0.1)], false), "abcd");
    }
}
