//! Countries (ISO 3166-1) and languages (ISO 639-1): the codes that are stored, and the names that people look for.
//!
//! The standards' lists come from crates that keep them up; their official names are replaced by everyday English ones
//! where the two differ (Unicode CLDR's English names), for who looks for `South Korea` does not look under `K`.

use std::fmt;
use std::sync::LazyLock;

use super::collate;

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country(&'static str);

/// A language by its ISO 639-1 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(&'static str);

impl Country {
    /// Reads an alpha-2 code, in any case: `de`, `DE`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        if code == KOSOVO { Some(Self(KOSOVO)) } else { rust_iso3166::from_alpha2(&code).map(|country| Self(country.alpha2)) }
    }

    /// The code in capitals: `DE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The everyday English name: `Germany`.
    #[must_use]
    pub fn name(self) -> &'static str {
        rust_iso3166::from_alpha2(self.0).map_or_else(|| country_name(self.0, self.0), |country| country_name(country.alpha2, country.name))
    }
}

/// In use for Kosovo (as in Unicode CLDR), which ISO 3166-1 does not have: a code that the standard leaves to its users.
const KOSOVO: &str = "XK";

impl Language {
    /// Reads a two-letter code, in any case; of a longer language tag (`de-AT`, `pt_BR`) the language counts.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        isolang::Language::from_639_1(&code)?.to_639_1().map(Self)
    }

    /// The code in small letters: `de`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The everyday English name: `German`.
    #[must_use]
    pub fn name(self) -> &'static str {
        isolang::Language::from_639_1(self.0).map_or(self.0, |language| language_name(self.0, language.to_name()))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// All countries as (code, name), in the order of their names.
#[must_use]
pub fn countries() -> &'static [(&'static str, &'static str)] {
    static ALL: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
        let listed = rust_iso3166::ALL.iter().map(|country| (country.alpha2, country.name)).chain([(KOSOVO, KOSOVO)]);
        in_order(listed.map(|(code, official)| (code, country_name(code, official))).collect())
    });
    &ALL
}

/// All languages with a two-letter code as (code, name), in the order of their names.
#[must_use]
pub fn languages() -> &'static [(&'static str, &'static str)] {
    static ALL: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
        let named = |language: isolang::Language| language.to_639_1().map(|code| (code, language_name(code, language.to_name())));
        in_order(isolang::languages().filter_map(named).collect())
    });
    &ALL
}

fn in_order(mut list: Vec<(&'static str, &'static str)>) -> Vec<(&'static str, &'static str)> {
    list.sort_by(|one, other| collate::compare(one.1, other.1));
    list
}

fn country_name(code: &str, official: &'static str) -> &'static str {
    match code {
        "BN" => "Brunei",
        "BO" => "Bolivia",
        "BQ" => "Caribbean Netherlands",
        "CC" => "Cocos (Keeling) Islands",
        "CD" => "Congo (Kinshasa)",
        "CG" => "Congo (Brazzaville)",
        "CV" => "Cape Verde",
        "FK" => "Falkland Islands",
        "FM" => "Micronesia",
        "GB" => "United Kingdom",
        "IR" => "Iran",
        "KP" => "North Korea",
        "KR" => "South Korea",
        "LA" => "Laos",
        "MD" => "Moldova",
        "MF" => "Saint Martin",
        "NL" => "Netherlands",
        "PN" => "Pitcairn Islands",
        "PS" => "Palestine",
        "RU" => "Russia",
        "SH" => "Saint Helena, Ascension and Tristan da Cunha",
        "ST" => "São Tomé and Príncipe",
        "SX" => "Sint Maarten",
        "SY" => "Syria",
        "TW" => "Taiwan",
        "TZ" => "Tanzania",
        "UM" => "U.S. Outlying Islands",
        "US" => "United States",
        "VA" => "Vatican City",
        "VE" => "Venezuela",
        "VG" => "British Virgin Islands",
        "VI" => "U.S. Virgin Islands",
        "VN" => "Vietnam",
        KOSOVO => "Kosovo",
        _ => official,
    }
}

fn language_name(code: &str, official: &'static str) -> &'static str {
    match code {
        "cu" => "Church Slavonic",
        "el" => "Greek",
        "ff" => "Fula",
        "ht" => "Haitian Creole",
        "kl" => "Greenlandic",
        "ky" => "Kyrgyz",
        "li" => "Limburgish",
        "mi" => "Māori",
        "or" => "Odia",
        "pa" => "Punjabi",
        "ps" => "Pashto",
        "to" => "Tongan",
        "ug" => "Uyghur",
        _ => official,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_any_case() {
        assert_eq!(Country::parse(" de ").map(Country::code), Some("DE"));
        assert_eq!(Language::parse("DE").map(Language::code), Some("de"));
        assert_eq!(Language::parse("pt-BR").map(Language::code), Some("pt"));
        assert_eq!(Language::parse("zh_Hant").map(Language::code), Some("zh"));
        for not in ["", "D", "DEU", "XX", "ＤＥ", "d\0", "ß"] {
            assert_eq!(Country::parse(not), None, "{not:?}");
        }
        for not in ["", "-", "deu", "xx", "english"] {
            assert_eq!(Language::parse(not), None, "{not:?}");
        }
    }

    #[test]
    fn lists_hold_everyday_names_in_their_order() {
        assert_eq!(countries().len(), 250);
        assert!(languages().len() > 180);
        for list in [countries(), languages()] {
            assert!(list.windows(2).all(|pair| collate::compare(pair[0].1, pair[1].1).is_lt()));
            assert!(list.iter().all(|(_, name)| !name.contains(" of)") && !name.contains(" the)") && name.len() < 46));
        }
        assert_eq!(countries()[0], ("AF", "Afghanistan"));
        assert_eq!(countries()[1], ("AX", "Åland Islands"));
        let wanted = [
            ("GB", "United Kingdom"),
            ("US", "United States"),
            ("KR", "South Korea"),
            ("RU", "Russia"),
            ("TW", "Taiwan"),
            ("CZ", "Czechia"),
        ];
        assert!(wanted.iter().all(|country| countries().contains(country)));
        let wanted = [("de", "German"), ("el", "Greek"), ("es", "Spanish"), ("nb", "Norwegian Bokmål")];
        assert!(wanted.iter().all(|language| languages().contains(language)));
    }

    #[test]
    fn names_are_those_of_the_lists() {
        for (code, name) in countries() {
            assert_eq!(Country::parse(code).map(Country::name), Some(*name));
        }
        for (code, name) in languages() {
            assert_eq!(Language::parse(code).map(Language::name), Some(*name));
        }
    }
}
