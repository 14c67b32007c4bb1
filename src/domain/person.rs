//! Names of people: how they are taken apart, and in which order they are shown.

use super::input::Check;
use super::places::Language;

/// The names of a person; the last one is always there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    /// May be empty.
    pub first: String,
    /// May be empty.
    pub middle: String,
    /// Never empty once checked.
    pub last: String,
}

/// First, middle and last name of a person and the code of its language, as they stand in columns.
pub type NameColumns = (String, String, String, String);

/// The whole name of a person, in the order in which it is spoken.
#[must_use]
pub fn full_name((first, middle, last, language): NameColumns) -> String {
    PersonName { first, middle, last }.full(Language::parse(&language))
}

/// The names of a person's fields in a form.
#[derive(Debug)]
pub struct PersonFields {
    /// First name.
    pub first: &'static str,
    /// Middle name.
    pub middle: &'static str,
    /// Last name.
    pub last: &'static str,
    /// How the last name, which may be missing, is called in messages.
    pub last_label: &'static str,
}

impl PersonName {
    /// Greatest length of each name, in characters.
    pub const LIMIT: usize = 100;
    /// The fields of an individual's and of a contact's form.
    pub const FIELDS: PersonFields =
        PersonFields { first: "first_name", middle: "middle_name", last: "last_name", last_label: "Last name" };

    /// All names that are there, in the order they are spoken. Those in Chinese, Japanese and Korean script begin with the family name, and no blanks
    /// stand between. Those of people whose language is Hungarian begin with it, too: what is in Latin letters does not tell by itself. (A Chinese
    /// or Japanese name in Latin letters is mostly written as English has it.)
    #[must_use]
    pub fn full(&self, language: Option<Language>) -> String {
        let family_first = [&self.last, &self.middle, &self.first];
        if family_first.iter().any(|name| !name.is_empty()) && family_first.iter().all(|name| is_east_asian(name)) {
            return family_first.map(String::as_str).concat();
        }
        if is_hungarian(language) {
            return joined(&[&self.last, &self.first, &self.middle]);
        }
        joined(&[&self.first, &self.middle, &self.last])
    }

    /// Takes a whole name apart. What comes before a comma is the last name, unless what follows is a suffix (`Jr.`). Else the last word is, together
    /// with the particles before it (`van der Berg`) and a suffix after it (`King, Jr.`). Titles (`Dr.`) stay with the first name. Chinese, Japanese
    /// and Korean names begin with the family name, which ends at a blank or, where there is none, after one character; Hungarian ones with titles and
    /// one word of the family name.
    #[must_use]
    pub fn of_whole(name: &str, language: Option<Language>) -> Self {
        let name = name.trim();
        if is_east_asian(name) && !name.is_empty() {
            return Self::of_east_asian(name);
        }
        let (name, suffix) = match name.rsplit_once(',') {
            Some((before, suffix)) if is_suffix(suffix.trim()) => (before.trim(), format!(", {}", suffix.trim())),
            _ => (name, String::new()),
        };
        if let Some((last, given)) = name.split_once(',') {
            return Self::of_given(given.trim(), format!("{}{suffix}", last.trim()));
        }
        let words: Vec<&str> = name.split_whitespace().collect();
        let Some(mut begin) = words.len().checked_sub(1) else { return Self::default() };
        if is_hungarian(language) && begin > titles(&words) {
            let (last, given) = words.split_at(titles(&words) + 1);
            return Self::of_given(&given.join(" "), format!("{}{suffix}", last.join(" ")));
        }
        if begin > 1 && is_suffix(words[begin]) {
            begin -= 1;
        }
        // A particle alone in front is a first name: `Van Nguyen`.
        while begin > 1 && is_particle(words[begin - 1]) {
            begin -= 1;
        }
        Self::of_given(&words[..begin].join(" "), format!("{}{suffix}", words[begin..].join(" ")))
    }

    fn of_given(given: &str, last: String) -> Self {
        let words: Vec<&str> = given.split_whitespace().collect();
        let (first, middle) = words.split_at((titles(&words) + 1).min(words.len()));
        Self { first: first.join(" "), middle: middle.join(" "), last }
    }

    fn of_east_asian(name: &str) -> Self {
        let (last, first) = name.split_once(char::is_whitespace).unwrap_or_else(|| {
            let end = name.char_indices().nth(1).map_or(name.len(), |(end, _)| end);
            name.split_at(end)
        });
        Self { first: first.trim().to_owned(), middle: String::new(), last: last.to_owned() }
    }

    /// First and middle name.
    #[must_use]
    pub fn others(&self) -> String {
        joined(&[&self.first, &self.middle])
    }

    /// Reads the names from a form.
    pub fn check(check: &mut Check<'_>, fields: &PersonFields) -> Self {
        Self {
            first: check.line(fields.first, "First name", Self::LIMIT),
            middle: check.line(fields.middle, "Middle name", Self::LIMIT),
            last: check.required(fields.last, fields.last_label, Self::LIMIT),
        }
    }
}

/// The language whose names begin with the family name, though they are in Latin letters (Unicode CLDR, `personNames`, `nameOrderLocales`).
fn is_hungarian(language: Option<Language>) -> bool {
    language.is_some_and(|language| language.code() == "hu")
}

/// Nothing but characters of Chinese, Japanese or Korean script and blanks.
fn is_east_asian(name: &str) -> bool {
    let is_kana_or_han = |c: char| matches!(c, '\u{3005}' | '\u{3040}'..='\u{309F}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
    name.chars().all(|c| c.is_whitespace() || is_kana_or_han(c) || matches!(c, '\u{AC00}'..='\u{D7A3}'))
}

/// How many titles stand in front.
fn titles(words: &[&str]) -> usize {
    words.iter().take_while(|word| is_title(word)).count()
}

fn is_title(word: &str) -> bool {
    const TITLES: [&str; 14] = ["dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "ing", "dipl-ing", "m", "mme", "sr", "sra"];
    word.ends_with('.') && TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str())
}

fn is_suffix(word: &str) -> bool {
    const SUFFIXES: [&str; 9] = ["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "mba"];
    SUFFIXES.contains(&word.replace('.', "").to_lowercase().as_str())
}

fn is_particle(word: &str) -> bool {
    const PARTICLES: [&str; 24] = [
        "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "ten", "ter", "te", "zu",
        "zum", "zur", "bin", "al", "el",
    ];
    PARTICLES.contains(&word.to_lowercase().as_str())
}

fn joined(names: &[&str]) -> String {
    names.iter().filter(|name| !name.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_name_is_taken_apart() {
        for (name, language, parts) in [
            ("Jana Hoffmann", "", ["Jana", "", "Hoffmann"]),
            (" Jana  Maria Hoffmann ", "", ["Jana", "Maria", "Hoffmann"]),
            ("van der Berg, Bo", "", ["Bo", "", "van der Berg"]),
            ("Cher", "", ["", "", "Cher"]),
            ("King, Martin", "", ["Martin", "", "King"]),
            ("Martin King, Jr.", "", ["Martin", "", "King, Jr."]),
            ("Martin Luther King Jr.", "", ["Martin", "Luther", "King Jr."]),
            ("Dr. Jana van der Berg", "", ["Dr. Jana", "", "van der Berg"]),
            ("Prof. Dr. Ada M. Lovelace", "", ["Prof. Dr. Ada", "M.", "Lovelace"]),
            ("Van Nguyen", "", ["Van", "", "Nguyen"]),
            ("Ludwig van", "", ["Ludwig", "", "van"]),
            ("渡辺 陽一", "", ["陽一", "", "渡辺"]),
            ("王小明", "", ["小明", "", "王"]),
            ("김 민준", "", ["민준", "", "김"]),
            ("", "", ["", "", ""]),
            ("Bartók Béla", "hu", ["Béla", "", "Bartók"]),
            ("Dr. Nagy Anna Mária", "hu", ["Anna", "Mária", "Dr. Nagy"]),
            ("Bartók, Béla", "hu", ["Béla", "", "Bartók"]),
            ("Liszt", "hu", ["", "", "Liszt"]),
            ("Dr. Liszt", "hu", ["Dr.", "", "Liszt"]),
        ] {
            let whole = PersonName::of_whole(name, Language::parse(language));
            assert_eq!([whole.first, whole.middle, whole.last], parts, "{name}");
        }
    }

    #[test]
    fn the_family_name_comes_first_where_people_put_it_first() {
        for (names, language, full) in [
            (["Jana", "Maria", "Hoffmann"], "", "Jana Maria Hoffmann"),
            (["陽一", "", "渡辺"], "", "渡辺陽一"),
            (["陽一", "", "渡辺"], "en", "渡辺陽一"),
            (["민준", "", "김"], "", "김민준"),
            (["Anna", "", "王"], "", "Anna 王"),
            (["Béla", "Viktor János", "Bartók"], "hu", "Bartók Béla Viktor János"),
            (["Béla", "", "Bartók"], "de", "Béla Bartók"),
            (["", "", ""], "hu", ""),
        ] {
            let [first, middle, last, language] = [names[0], names[1], names[2], language].map(str::to_owned);
            assert_eq!(full_name((first, middle, last, language)), full);
        }
    }
}
