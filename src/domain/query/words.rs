//! A search that is words alone: each is required, `"several words"` are one, `-word` excludes. Nothing else has a meaning.

use super::language::WORD_LIMIT;
use super::pattern::Pattern;
use super::typed::{OR, typed};
use crate::domain::phone;
use crate::domain::spelling::{Needle, Spellings};

/// Words to be found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Each has to be found.
    pub required: Vec<Needle>,
    /// None may be found.
    pub excluded: Vec<Needle>,
    /// Some were left out because there were too many.
    pub shortened: bool,
}

impl Words {
    /// Reads a text. Any text is a search.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let typed = typed(text).replace(OR, "or");
        let (mut words, mut rest) = (Self::default(), typed.as_str());
        loop {
            rest = rest.trim_start_matches(' ');
            let (is_excluded, body) = match rest.strip_prefix('-').filter(|body| !body.is_empty() && !body.starts_with(' ')) {
                Some(body) => (true, body),
                None => (false, rest),
            };
            let (word, after) = match body.strip_prefix('"') {
                Some(phrase) => phrase.split_once('"').unwrap_or((phrase, "")),
                None => body.split_at(phone::grouped(body).or_else(|| body.find([' ', '"'])).unwrap_or(body.len())),
            };
            let kind = if is_excluded { &mut words.excluded } else { &mut words.required };
            let pattern = if body.starts_with('"') { Pattern::phrase(word.trim()) } else { Pattern::plain_word(word) };
            for needle in pattern.needles() {
                if !word.trim().is_empty() && !kind.contains(&needle) {
                    kind.push(needle);
                }
            }
            rest = after;
            if rest.is_empty() {
                return words;
            }
            if words.required.len() + words.excluded.len() == WORD_LIMIT {
                return Self { shortened: true, ..words };
            }
        }
    }

    /// Whether there are none: everything is found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.required.is_empty() && self.excluded.is_empty()
    }

    /// Whether these texts hold every required word, and no excluded one.
    #[must_use]
    pub fn match_any_of(&self, texts: &[Spellings]) -> bool {
        let is_held = |word: &Needle| texts.iter().any(|text| text.hold(word));
        self.required.iter().all(is_held) && !self.excluded.iter().any(is_held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_phrases_and_exclusions_are_read() {
        let texts = |needles: &[Needle]| needles.iter().map(|needle| needle.texts.join("|")).collect::<Vec<_>>();
        for (text, required, excluded) in [
            ("", &[][..], &[][..]),
            (" Müller  EID-W0MM Müller ", &["muller|mueller", "eidw0mm|eid w0mm"], &[]),
            (r#""Two  Words" x"#, &["two words", "x"], &[]),
            (r#"-"two words" -x y"#, &["y"], &["two words", "x"]),
            (r#"a"b c"#, &["a", "b c"], &[]),
            (r#""" " - -"#, &["- -"], &[]),
            ("- name:acme a*b OR", &["-", "nameacme|name acme", "ab|a b", "or"], &[]),
            ("030 5550 1420", &["030 5550 1420|03055501420"], &[]),
        ] {
            let words = Words::parse(text);
            assert_eq!((texts(&words.required), texts(&words.excluded)), (owned(required), owned(excluded)), "{text}");
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn there_is_a_greatest_number_of_words() {
        let many = (0..40).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        let words = Words::parse(&many);
        assert_eq!((words.required.len(), words.shortened), (WORD_LIMIT, true));
        let fitting = (0..32).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        assert!(!Words::parse(&fitting).shortened);
    }

    #[test]
    fn every_word_is_somewhere() {
        let texts = ["Lumen Studio", "Acme GmbH"].map(Spellings::of);
        for (text, found) in
            [("lumen acme", true), ("lumen -acme", false), ("umen", true), ("um", false), ("\"studio acme\"", false), ("", true)]
        {
            assert_eq!(Words::parse(text).match_any_of(&texts), found, "{text}");
        }
    }
}
