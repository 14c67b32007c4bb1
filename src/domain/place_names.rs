//! What people call countries and languages, for files that were written for people: names in the languages that such files come in (Unicode
//! CLDR), codes of two and three letters, the standards' own names, and what is in use and on no list.
//!
//! A display name of ICU is a lookup in compiled data; all of them are read once, when the first name is asked for.

use std::collections::HashMap;
use std::sync::LazyLock;

use icu_locale::names::{DisplayNamesPreferences, LanguageIdentifierDisplayName, LanguageIdentifierDisplayNameOptions, RegionDisplayName};
use icu_locale::{LanguageIdentifier, Locale};

use super::fold::fold;
use super::places::{Country, Language, countries, languages};

/// In these languages names are known.
const SPOKEN: [&str; 4] = ["en", "de", "fr", "es"];

/// What is in use besides, as [`key`] spells it.
const COUNTRIES: [(&str, &str); 31] = [
    ("america", "US"),
    ("bosnia", "BA"),
    ("britain", "GB"),
    ("burma", "MM"),
    ("capeverde", "CV"),
    ("czechrepublic", "CZ"),
    ("easttimor", "TL"),
    ("england", "GB"),
    ("greatbritain", "GB"),
    ("grossbritannien", "GB"),
    ("hongkong", "HK"),
    ("holland", "NL"),
    ("ivorycoast", "CI"),
    ("korea", "KR"),
    ("macao", "MO"),
    ("macedonia", "MK"),
    ("northernireland", "GB"),
    ("peoplesrepublicofchina", "CN"),
    ("prc", "CN"),
    ("republicofireland", "IE"),
    ("republicofkorea", "KR"),
    ("russianfederation", "RU"),
    ("scotland", "GB"),
    ("swaziland", "SZ"),
    ("turkey", "TR"),
    ("uae", "AE"),
    ("uk", "GB"),
    ("unitedstatesofamerica", "US"),
    ("us", "US"),
    ("usofa", "US"),
    ("wales", "GB"),
];

type Names<T> = LazyLock<HashMap<String, T>>;

static COUNTRY: Names<Country> = LazyLock::new(|| {
    let mut names = HashMap::new();
    let mut known = |name: &str, code: &str| {
        if let Some(country) = Country::parse(code) {
            names.entry(key(name)).or_insert(country);
        }
    };
    // The codes come first: no name may take one away.
    for country in rust_iso3166::ALL {
        known(country.alpha3, country.alpha2);
    }
    for (code, name) in countries() {
        known(name, code);
    }
    for country in rust_iso3166::ALL {
        known(country.name, country.alpha2);
    }
    for locale in SPOKEN {
        for (code, _) in countries() {
            let name = code.parse().ok().and_then(|region| RegionDisplayName::try_new_light(spoken(locale), region).ok());
            if let Some(name) = name {
                known(&name.to_string(), code);
            }
        }
    }
    for (name, code) in COUNTRIES {
        known(name, code);
    }
    names
});

static LANGUAGE: Names<Language> = LazyLock::new(|| {
    let mut names = HashMap::new();
    let mut known = |name: &str, code: &str| {
        if let Some(language) = Language::parse(code) {
            names.entry(key(name)).or_insert(language);
        }
    };
    for (code, name) in languages() {
        if let Some(language) = isolang::Language::from_639_1(code) {
            known(language.to_639_3(), code);
        }
        known(name, code);
    }
    // In its own language, too.
    for (code, _) in languages() {
        for locale in SPOKEN.iter().chain([code]) {
            let subject = code.parse::<LanguageIdentifier>().ok();
            let name = subject.and_then(|subject| {
                LanguageIdentifierDisplayName::try_new_light(spoken(locale), subject, LanguageIdentifierDisplayNameOptions::default()).ok()
            });
            if let Some(name) = name {
                known(&name.as_borrowed().to_string(), code);
            }
        }
    }
    names
});

/// The country that is called this: `DE`, `deu`, `Deutschland`, `U.S.`.
#[must_use]
pub fn country(text: &str) -> Option<Country> {
    Country::parse(text).or_else(|| COUNTRY.get(&key(text)).copied())
}

/// Whether the code or the name of a country begins with a folded text.
#[must_use]
pub fn begins_country(text: &str) -> bool {
    static FOLDED: LazyLock<Vec<String>> =
        LazyLock::new(|| countries().iter().flat_map(|(code, name)| [code, name]).map(|word| fold(word)).collect());
    FOLDED.iter().any(|word| word.starts_with(text))
}

/// The language that is called this: `de`, `de-AT`, `ger`, `Deutsch`.
#[must_use]
pub fn language(text: &str) -> Option<Language> {
    LANGUAGE.get(&key(text)).copied().or_else(|| Language::parse(text))
}

/// A name without what it may be written with or without: case, accents, blanks, punctuation.
fn key(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn spoken(code: &str) -> DisplayNamesPreferences {
    Locale::try_from_str(code).unwrap_or(Locale::UNKNOWN).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_what_people_write() {
        for (text, code) in [
            ("Germany", "DE"),
            (" deutschland ", "DE"),
            ("Allemagne", "DE"),
            ("Alemania", "DE"),
            ("DEU", "DE"),
            ("de", "DE"),
            ("USA", "US"),
            ("U.S.", "US"),
            ("U.S.A.", "US"),
            ("United States of America", "US"),
            ("UK", "GB"),
            ("United Kingdom", "GB"),
            ("Großbritannien", "GB"),
            ("Czech Republic", "CZ"),
            ("Czechia", "CZ"),
            ("Tschechien", "CZ"),
            ("Turkey", "TR"),
            ("Türkiye", "TR"),
            ("Turkiye", "TR"),
            ("Korea", "KR"),
            ("Korea, Republic of", "KR"),
            ("Russian Federation", "RU"),
            ("Österreich", "AT"),
            ("osterreich", "AT"),
            ("Kosovo", "XK"),
            ("xk", "XK"),
            ("Viet Nam", "VN"),
            ("Côte d’Ivoire", "CI"),
            ("Cote d'Ivoire", "CI"),
        ] {
            assert_eq!(country(text).map(Country::code), Some(code), "{text}");
        }
        for not in ["", " ", "-", "Atlantis", "EU", "Europe", "N/A"] {
            assert_eq!(country(not), None, "{not}");
        }
    }

    #[test]
    fn every_country_is_known_by_its_own_name() {
        for (code, name) in countries() {
            assert_eq!(country(name).map(Country::code), Some(*code), "{name}");
        }
        for (code, name) in languages() {
            assert_eq!(language(name).map(Language::code), Some(*code), "{name}");
        }
    }

    #[test]
    fn languages_are_known_by_what_people_write() {
        for (text, code) in [
            ("German", "de"),
            ("Deutsch", "de"),
            ("deutsch", "de"),
            ("allemand", "de"),
            ("deu", "de"),
            ("de-AT", "de"),
            ("en_US", "en"),
            ("English", "en"),
            ("Français", "fr"),
            ("francais", "fr"),
            ("日本語", "ja"),
        ] {
            assert_eq!(language(text).map(Language::code), Some(code), "{text}");
        }
        for not in ["", "-", "Klingon", "xx"] {
            assert_eq!(language(not), None, "{not}");
        }
    }
}
