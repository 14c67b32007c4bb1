//! A search that is words alone: each is required, `"several words"` are one, `-word` excludes. Nothing else has a meaning.

use super::language::WORD_LIMIT;
use crate::domain::{fold, needle};

/// Words to be found, folded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Each has to be found.
    pub required: Vec<String>,
    /// None may be found.
    pub excluded: Vec<String>,
    /// Some were left out because there were too many.
    pub shortened: bool,
}

impl Words {
    /// Reads a text. Any text is a search.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let folded = fold::fold(text);
        let (mut words, mut rest) = (Self::default(), folded.as_str());
        loop {
            rest = rest.trim_start_matches(' ');
            let (is_excluded, body) = match rest.strip_prefix('-').filter(|body| !body.is_empty() && !body.starts_with(' ')) {
                Some(body) => (true, body),
                None => (false, rest),
            };
            let (word, after) = match body.strip_prefix('"') {
                Some(phrase) => phrase.split_once('"').unwrap_or((phrase, "")),
                None => body.split_at(body.find([' ', '"']).unwrap_or(body.len())),
            };
            let kind = if is_excluded { &mut words.excluded } else { &mut words.required };
            let word = word.trim();
            if !word.is_empty() && !kind.iter().any(|known| known == word) {
                kind.push(word.to_owned());
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

    /// Whether these texts (folded) hold every required word, and no excluded one.
    #[must_use]
    pub fn match_any_of(&self, texts: &[&str]) -> bool {
        let is_held = |word: &String| texts.iter().any(|text| needle::holds(text, word));
        self.required.iter().all(is_held) && !self.excluded.iter().any(is_held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_phrases_and_exclusions_are_read() {
        for (text, required, excluded) in [
            ("", &[][..], &[][..]),
            (" Müller  EID-W0MM müller ", &["muller", "eid-w0mm"], &[]),
            (r#""Two  Words" x"#, &["two words", "x"], &[]),
            (r#"-"two words" -x y"#, &["y"], &["two words", "x"]),
            (r#"a"b c"#, &["a", "b c"], &[]),
            (r#""" " - -"#, &["- -"], &[]),
            ("- name:acme a*b OR", &["-", "name:acme", "a*b", "or"], &[]),
        ] {
            let words = Words::parse(text);
            assert_eq!(
                (words.required.as_slice(), words.excluded.as_slice()),
                (
                    &required.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()[..],
                    &excluded.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()[..]
                ),
                "{text}"
            );
        }
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
        let texts = ["lumen studio", "acme gmbh"];
        for (text, found) in
            [("lumen acme", true), ("lumen -acme", false), ("umen", true), ("um", false), ("\"studio acme\"", false), ("", true)]
        {
            assert_eq!(Words::parse(text).match_any_of(&texts), found, "{text}");
        }
    }
}
