//! Tests of the ways to write a text, beside them.

use proptest::prelude::*;

use super::*;
use crate::domain::fold::tests::hard;
use crate::domain::query::language::Search;

fn literal(text: &str) -> Needle {
    Needle { texts: vec![text.to_owned()], is_literal: true, digits: None }
}

fn marked<'a>(text: &'a str, list: &[&str]) -> Vec<&'a str> {
    let needles: Vec<Needle> = list.iter().map(|text| literal(text)).collect();
    hits(text, &needles).into_iter().map(|range| &text[range]).collect()
}

fn searched<'a>(text: &'a str, typed: &str) -> Vec<&'a str> {
    hits(text, &Search::parse(typed).needles()).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn hits_lead_back_to_the_original() {
    assert_eq!(marked("Müller & Söhne", &["muller", "ohn"]), ["Müller", "öhn"]);
    assert_eq!(marked("Mu\u{308}ller", &["mu"]), ["Mu\u{308}"]);
    assert_eq!(marked("Straße so", &["s"]), ["S", "s"], "short ones where words begin");
    assert_eq!(marked("Straße", &["sse"]), ["ße"]);
    assert_eq!(marked("Straße", &["ase"]), [] as [&str; 0]);
    assert_eq!(marked("Straße", &["asse"]), ["aße"]);
    assert_eq!(marked("aaaab", &["aaa", "aab"]), ["aaaab"]);
    assert_eq!(marked("ﬁxe", &["ixe"]), ["ﬁxe"]);
    assert_eq!(marked("Ac\u{200B}me", &["acme"]), ["Ac\u{200B}me"]);
    assert_eq!(marked("two \t words", &["o w"]), ["o \t w"]);
    assert_eq!(marked("<img src=x", &["img", "<"]), ["<img"]);
    assert_eq!(marked("김 한국", &["한"]), ["한"]);
    assert_eq!(marked("강", &["가"]), [] as [&str; 0]);
    assert_eq!(marked("any", &["", "x"]), [] as [&str; 0]);
    assert!(hits("any", &[]).is_empty());
}

#[test]
fn whichever_way_it_is_written_it_is_marked_where_it_stands() {
    for (text, typed, marks) in [
        ("S.A.R.L. Dupont", "sarl", &["S.A.R.L"][..]),
        ("SARL Dupont", "s.a.r.l.", &["SARL"]),
        ("O’Zwicker", "ozwicker", &["O’Zwicker"]),
        ("Punctz Ltd", "Punctz, Ltd.", &["Punctz", "Ltd"]),
        ("Meyer Co. KG", "co.kg", &["Co. KG"]),
        ("Müller", "mueller", &["Müller"]),
        ("Mueller", "Müller", &["Mueller"]),
        ("Evaskostüm", "kostuem", &["kostüm"]),
        ("Evaskostüm", "ostu", &["ostü"]),
        ("100% Wool", "100%", &["100%"]),
        ("1000 Wool", "100%", &[]),
        ("+49 30 8880 1420", "030 88801420", &["30 8880 1420"]),
        ("030/23125-269", "+49 30 23125269", &["30/23125-269"]),
        ("Jana, +49 (30) 231-25", "(30) 231", &["30", "231"]),
        ("Punctz, Ltd", "\"punctz ltd\"", &[]),
    ] {
        assert_eq!(searched(text, typed), marks, "{typed} in {text}");
        let spelled = Spellings::of(text);
        let is_held = Search::parse(typed).needles().iter().all(|needle| spelled.hold(needle));
        assert_eq!(is_held, !marks.is_empty(), "{typed} in {text}");
    }
}

#[test]
fn what_counts_is_left_and_blanks_stay_single() {
    for (folded, loose) in [
        ("punctz - ltd.", "punctz ltd"),
        ("a & b", "a & b"),
        ("(a)", "a"),
        ("jana@x.example", "jana@xexample"),
        ("...", ""),
        ("a_b #1 +2=3%", "a_b #1 +2=3%"),
    ] {
        assert_eq!(loosened(folded), loose);
    }
    assert_eq!(spelled_out("Jürgen Mu\u{308}ller").as_deref(), Some("juergen mueller"));
    assert_eq!(spelled_out("Straße"), None);
}

proptest! {
    #[test]
    fn hits_are_whole_letters_in_order(text in hard(), word in hard(), at in any::<prop::sample::Index>()) {
        let folded: Vec<char> = fold(&text).chars().collect();
        let from = if folded.is_empty() { 0 } else { at.index(folded.len()) };
        let within: String = folded.iter().skip(from).take(4).collect();
        for needle in [fold(&word), within] {
            let found = hits(&text, &[literal(&needle)]);
            prop_assert_eq!(!found.is_empty(), !needle.is_empty() && (holds(&fold(&text), &needle) || spelled_out(&text).is_some_and(|text| holds(&text, &needle))));
            let starts: Vec<usize> =
                text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
            for range in &found {
                prop_assert!(range.start < range.end);
                prop_assert!(starts.contains(&range.start) && starts.contains(&range.end));
            }
            prop_assert!(found.windows(2).all(|pair| pair[0].end < pair[1].start));
            for range in &found {
                // A blank at the edge of the needle may be what the range begins or ends with.
                let part = &text[range.clone()];
                prop_assert!(fold(part).contains(needle.trim()) || spelled_out(part).is_some_and(|part| part.contains(needle.trim())));
            }
        }
    }
}
