//! What a search hit, marked in what a row shows.

use crate::domain::spelling::{Needle, hits};
use crate::pages::view::Marked;

/// A text cut into what a search hit and what it did not.
pub fn marked(text: &str, words: &[Needle]) -> Marked {
    if words.is_empty() {
        return Marked(if text.is_empty() { Vec::new() } else { vec![(text.to_owned(), false)] });
    }
    let (mut parts, mut at) = (Vec::new(), 0);
    for hit in hits(text, words) {
        parts.push((text[at..hit.start].to_owned(), false));
        parts.push((text[hit.clone()].to_owned(), true));
        at = hit.end;
    }
    parts.push((text[at..].to_owned(), false));
    parts.retain(|(text, _)| !text.is_empty());
    Marked(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::language::Search;

    fn marked(text: &str, typed: &str) -> Marked {
        super::marked(text, &Search::parse(typed).needles())
    }

    #[test]
    fn marks_cut_a_text_and_lose_nothing() {
        let parts = marked("Müller Straße", "muller sse").0;
        assert_eq!(parts.iter().map(|(text, _)| text.as_str()).collect::<String>(), "Müller Straße");
        assert_eq!(parts.iter().filter(|(_, hit)| *hit).map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["Müller", "ße"]);
    }

    #[test]
    fn a_telephone_number_is_marked_by_its_digits() {
        for (typed, mark) in [("5550142", "5550-142"), ("030 5550 1420", "30) 5550-1420"), ("0049 30 55501420", "49 (30) 5550-1420")] {
            let parts = marked("+49 (30) 5550-1420", typed).0;
            assert!(parts.iter().any(|(text, hit)| *hit && text.trim_start_matches(['+', '(']) == mark), "{typed}: {parts:?}");
        }
    }
}
