//! What is searched for, drawn from the data: the same each time for the same data.

use std::collections::{HashMap, HashSet};

use chrono::{Days, Utc};
use fastrand::Rng;

use crate::data::{Data, Record};
use crate::settings::SEED;

/// So many searches a class, where the data give as many.
const NEEDLES: usize = 8;
/// Signs that mean something in a search.
const MEANING: [char; 6] = ['"', '*', '?', ':', '(', ')'];

/// Searches of one kind.
pub struct Class {
    pub name: String,
    pub searches: Vec<String>,
}

/// A customer becomes a search, where it has what is wanted.
type Draw<'a> = &'a dyn Fn(&mut Rng, &Record) -> Option<String>;

pub fn classes(data: &Data) -> Vec<Class> {
    let words = Frequencies::of(data);
    let draws: [(&str, Draw<'_>); 31] = [
        ("a name", &|_, record| Some(record.name.clone())),
        ("a word of a name", &|rng, record| word(rng, &record.name)),
        ("a part of a name", &|rng, record| part(rng, &record.name, 4, 7)),
        ("an e-mail", &|rng, record| rng.choice(&record.emails).cloned()),
        ("a part of an e-mail", &|rng, record| rng.choice(&record.emails).and_then(|email| part(rng, email, 5, 10))),
        ("a number", &|_, record| Some(record.number.clone())),
        ("a CRM ID", &|_, record| Some(record.crm_id.clone())),
        ("a Ref ID", &|_, record| Some(record.ref_id.clone())),
        ("digits of a phone", &|rng, record| rng.choice(&record.phones).and_then(|phone| part(rng, &digits(phone), 6, 9))),
        ("Chinese, Japanese, Korean", &|rng, record| {
            let text = any_text(rng, record);
            east_asian(rng, &text)
        }),
        ("1 character", &|rng, record| characters(rng, record, 1, 1)),
        ("2 characters", &|rng, record| characters(rng, record, 2, 2)),
        ("3 characters", &|rng, record| characters(rng, record, 3, 3)),
        ("4 to 6 characters", &|rng, record| characters(rng, record, 4, 6)),
        ("7 to 9 characters", &|rng, record| characters(rng, record, 7, 9)),
        ("10 to 12 characters", &|rng, record| characters(rng, record, 10, 12)),
        ("two words", &|rng, record| Some(format!("{} {}", word(rng, &record.name)?, any_word(rng, record)?))),
        ("a common word (1 % and more)", &|rng, record| words.word(rng, record, 0.01, 1.0)),
        ("a medium word (0.05 to 0.5 %)", &|rng, record| words.word(rng, record, 0.000_5, 0.005)),
        ("a rare word (one of the sample)", &|rng, record| words.word(rng, record, 0.0, 1.5 / words.of as f64)),
        ("a word that nobody has", &|rng, record| words.missing(rng, record)),
        ("wildcard, ac*gmbh", &|_, record| {
            let (first, last) = record.name.split_once(' ')?;
            Some(format!("{}*{}", first.chars().take(2).collect::<String>(), last.rsplit(' ').next()?))
        }),
        ("wildcard, ?cme", &|rng, record| word(rng, &record.name).map(|word| format!("?{}", word.chars().skip(1).collect::<String>()))),
        ("name:", &|rng, record| word(rng, &record.name).map(|word| format!("name:{word}"))),
        ("city:", &|rng, record| word(rng, &record.city).map(|word| format!("city:{word}"))),
        ("contact:", &|rng, record| rng.choice(&record.contacts).and_then(|name| word(rng, name)).map(|word| format!("contact:{word}"))),
        ("email:", &|rng, record| rng.choice(&record.emails).and_then(|email| part(rng, email, 5, 10)).map(|part| format!("email:{part}"))),
        ("ref:^", &|_, record| Some(format!("ref:^{}", record.ref_id.get(..4)?))),
        ("country:", &|_, record| (!record.country.is_empty()).then(|| format!("country:{}", record.country))),
        ("created:>", &|rng, _| {
            let day = Utc::now().date_naive() - Days::new(rng.u64(0..700));
            Some(format!("created:>{day}"))
        }),
        ("one OR another, without a third", &|rng, record| {
            let [one, other, third] = [any_word(rng, record)?, any_word(rng, record)?, any_word(rng, record)?];
            Some(format!("{one} OR {other} -{third}"))
        }),
    ];
    let mut rng = Rng::with_seed(SEED);
    draws.into_iter().map(|(name, draw)| Class { name: name.to_owned(), searches: drawn(&mut rng, data, draw) }).collect()
}

/// Searches that differ from one another.
fn drawn(rng: &mut Rng, data: &Data, draw: Draw<'_>) -> Vec<String> {
    let mut searches: Vec<String> = Vec::new();
    for _ in 0..data.sample.len().min(5_000) {
        let found = rng.choice(&data.sample).and_then(|record| draw(rng, record)).unwrap_or_default();
        if !found.is_empty() && !searches.contains(&found) {
            searches.push(found);
        }
        if searches.len() == NEEDLES {
            break;
        }
    }
    searches
}

/// In how many customers of the sample a word is found.
struct Frequencies {
    words: HashMap<String, usize>,
    of: usize,
}

impl Frequencies {
    fn of(data: &Data) -> Self {
        let mut words = HashMap::new();
        for record in &data.sample {
            let own: HashSet<String> = texts(record).flat_map(spoken).collect();
            for word in own {
                *words.entry(word).or_default() += 1;
            }
        }
        Self { words, of: data.sample.len() }
    }

    /// A word of the customer that so great a share of all has.
    fn word(&self, rng: &mut Rng, record: &Record, least: f64, most: f64) -> Option<String> {
        let share = |word: &String| *self.words.get(word).unwrap_or(&0) as f64 / self.of as f64;
        let fitting: Vec<String> = texts(record).flat_map(spoken).filter(|word| (least..=most).contains(&share(word))).collect();
        rng.choice(fitting)
    }

    /// A word of the customer with its characters in another order, so that each pair of them is to be found and all of them are not.
    fn missing(&self, rng: &mut Rng, record: &Record) -> Option<String> {
        let mut characters: Vec<char> = word(rng, &record.name).filter(|word| word.chars().count() > 4)?.chars().collect();
        rng.shuffle(&mut characters);
        let mixed: String = characters.into_iter().chain(['q']).collect();
        self.words.keys().all(|word| !word.contains(&mixed)).then_some(mixed)
    }
}

/// All that a search without a qualifier looks into and people look for.
fn texts(record: &Record) -> impl Iterator<Item = &str> {
    let own = [&record.name, &record.ref_id, &record.crm_id, &record.city].into_iter();
    own.chain(&record.contacts).chain(&record.emails).map(String::as_str).filter(|text| !text.is_empty())
}

fn any_text(rng: &mut Rng, record: &Record) -> String {
    rng.choice(texts(record).collect::<Vec<_>>()).unwrap_or_default().to_owned()
}

fn any_word(rng: &mut Rng, record: &Record) -> Option<String> {
    let text = any_text(rng, record);
    word(rng, &text)
}

fn characters(rng: &mut Rng, record: &Record, least: usize, most: usize) -> Option<String> {
    let text = any_text(rng, record);
    part(rng, &text, least, most)
}

/// The words that somebody would type, in small letters.
fn spoken(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_lowercase).filter(|word| word.chars().count() > 1 && is_plain(word))
}

fn word(rng: &mut Rng, text: &str) -> Option<String> {
    rng.choice(spoken(text).collect::<Vec<_>>())
}

/// A run of so many characters in small letters; shorter where the text is.
fn part(rng: &mut Rng, text: &str, least: usize, most: usize) -> Option<String> {
    let characters: Vec<char> = text.to_lowercase().chars().collect();
    let length = rng.usize(least..=most).min(characters.len());
    let start = rng.usize(..=characters.len() - length);
    let part: String = characters[start..start + length].iter().collect();
    (part.trim().len() == part.len() && length >= least && is_plain(&part)).then_some(part)
}

fn is_plain(text: &str) -> bool {
    !text.contains(MEANING) && !text.starts_with(['-', '^', '='])
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// One to three characters of a script that is written without blanks.
fn east_asian(rng: &mut Rng, text: &str) -> Option<String> {
    let characters: Vec<char> =
        text.chars().skip_while(|character| !is_east_asian(*character)).take_while(|character| is_east_asian(*character)).collect();
    (!characters.is_empty()).then(|| part(rng, &characters.iter().collect::<String>(), 1, 3.min(characters.len())))?
}

/// Kana, Han and Hangul.
fn is_east_asian(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}
