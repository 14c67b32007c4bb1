//! What a search hit, marked in what a row shows.

use crate::domain::fold;
use crate::pages::view::Marked;

/// A text cut into what a search hit and what it did not.
pub fn marked(text: &str, words: &[String]) -> Marked {
    if words.is_empty() {
        return Marked(if text.is_empty() { Vec::new() } else { vec![(text.to_owned(), false)] });
    }
    let mut hits = fold::hits(text, words);
    if hits.is_empty() && text.bytes().any(|byte| byte.is_ascii_digit()) {
        hits = words.iter().filter_map(|word| fold::digits(word)).flat_map(|digits| fold::hits_digits(text, &digits)).take(1).collect();
    }
    let (mut parts, mut at) = (Vec::new(), 0);
    for hit in hits {
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

    #[test]
    fn marks_cut_a_text_and_lose_nothing() {
        let words = ["muller".to_owned(), "sse".to_owned()];
        let parts = marked("Müller Straße", &words).0;
        assert_eq!(parts.iter().map(|(text, _)| text.as_str()).collect::<String>(), "Müller Straße");
        assert_eq!(parts.iter().filter(|(_, hit)| *hit).map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["Müller", "ße"]);
    }

    #[test]
    fn a_telephone_number_is_marked_by_its_digits() {
        let parts = marked("+49 (30) 5550-1420", &["5550142".to_owned()]).0;
        assert!(parts.iter().any(|(text, hit)| *hit && text == "5550-142"));
    }
}
