//! Tests of the language, beside it.

use proptest::prelude::*;

use super::parse::pattern;
use super::*;

fn text(pattern: &str) -> Test {
    Test::Text { field: None, extent: Extent::Part, pattern: Pattern::word(pattern) }
}

fn term(test: Test) -> Clause {
    Clause(vec![Term { excluded: false, test }])
}

fn named(field: Field, extent: Extent, text: &str) -> Test {
    Test::Text { field: Some(field), extent, pattern: pattern(text, extent).expect("a pattern") }
}

fn parsed(text: &str) -> Vec<Clause> {
    Search::parse(text).clauses
}

#[test]
fn words_are_folded_and_each_is_required_once() {
    assert_eq!(parsed("  Muller  straße MULLER"), [term(text("muller")), term(text("strasse"))]);
    assert_eq!(parsed(""), []);
}

#[test]
fn a_phrase_is_taken_literally() {
    let phrase = |words: &str| Test::Text { field: None, extent: Extent::Part, pattern: Pattern::phrase(words) };
    assert_eq!(parsed(r#""two  Words" x"#), [term(phrase("two words")), term(text("x"))]);
    assert_eq!(parsed("“two words”"), [term(phrase("two words"))]);
    assert_eq!(parsed(r#""not yet clo"#), [term(phrase("not yet clo"))], "while it is typed");
    assert_eq!(parsed(r#""a*b? this OR that""#), [term(phrase("a*b? this or that"))]);
}

#[test]
fn qualifiers_name_a_field() {
    assert_eq!(parsed("name:acme"), [term(named(Field::Name, Extent::Part, "acme"))]);
    assert_eq!(parsed("ref:=12"), [term(named(Field::Ref, Extent::Whole, "12"))]);
    assert_eq!(parsed("NAME:^Ac"), [term(named(Field::Name, Extent::Start, "ac"))]);
    assert_eq!(parsed(r#"city:"new york" a"#), [term(named(Field::City, Extent::Part, "\"new york\"")), term(text("a"))]);
    assert_eq!(parsed("status:disabled type:Company"), [term(Test::Enabled(false)), term(Test::Kind(Kind::Company))]);
    let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    assert_eq!(parsed("created:>2026-01-01"), [term(Test::Created(Comparison::After, day))]);
    assert_eq!(parsed("created:2026-01-01"), [term(Test::Created(Comparison::On, day))]);
    assert_eq!(parsed("access:never"), [term(Test::NeverInvited)]);
    assert_eq!(parsed("country:de"), [term(Test::Country(Country::parse("DE").unwrap()))]);
}

#[test]
fn what_is_no_qualifier_is_plain_text() {
    for plain in ["status:maybe", "access:always", "country:xxx", "created:yesterday", "foo:bar", "http://x.example", ":", "-", "x=y", "^a"]
    {
        assert_eq!(parsed(plain), [term(text(plain))], "{plain}");
    }
}

#[test]
fn exclusion_alternatives_and_wildcards() {
    assert_eq!(parsed("-acme"), [Clause(vec![Term { excluded: true, test: text("acme") }])]);
    let either = Clause(vec![Term { excluded: false, test: text("a") }, Term { excluded: false, test: text("b") }]);
    assert_eq!(parsed("x a OR b y"), [term(text("x")), either.clone(), term(text("y"))]);
    assert_eq!(parsed("OR a OR b"), [term(text("or")), either.clone()], "at the edges it is a word");
    assert_eq!(parsed("a OR"), [term(text("a")), term(text("or"))]);
    assert_eq!(parsed("OR OR OR"), [term(text("or"))], "said once");
    assert_eq!(parsed("a a OR b"), [term(text("a")), either]);
    assert_eq!(parsed("a**b?"), [term(text("a*b?"))]);
}

#[test]
fn what_is_only_begun_asks_for_nothing() {
    for begun in ["name:", "name:=", "type:", "type:comp", "status:e", "access:n", "country:", "country:g", "country:ger"] {
        assert_eq!(parsed(begun), [], "{begun}");
        assert_eq!(parsed(&format!("a {begun} OR b")), [term(text("a")), term(text("or")), term(text("b"))], "{begun}");
    }
    for begun in ["created:", "created:>", "created:>=2026-0", "ends:", "ends:no", "ends:<2027", "name:\"", "\"", "\"\""] {
        assert_eq!(parsed(begun), [], "{begun}");
    }
}

#[test]
fn digits_in_groups_are_one_number_and_lone_punctuation_is_none() {
    for number in ["01 42 68 53 00", "+49 (0)30 8880-1420", "030 8880 1420", "(030) 8880 - 1420", "415 555 0132"] {
        assert_eq!(parsed(number).len(), 1, "{number}");
        assert_eq!(parsed(&format!("acme {number} gmbh")).len(), 3, "{number}");
    }
    for words in ["10115 20095", "47 11", "1 2 3 4", "030 12", "12345678 -12345678"] {
        assert_eq!(parsed(words).len(), words.split(' ').count(), "{words}");
    }
    assert_eq!(parsed("punctz - ltd"), [term(text("punctz")), term(text("ltd"))]);
    assert_eq!(parsed("- -").len(), 1);
}

#[test]
fn a_country_is_also_meant_by_its_name() {
    let country = |code| Term { excluded: false, test: Test::Country(Country::parse(code).unwrap()) };
    assert_eq!(parsed("Germany"), [Clause(vec![Term { excluded: false, test: text("germany") }, country("DE")])]);
    assert_eq!(parsed("country:\"New Zealand\""), [Clause(vec![country("NZ")])]);
    for word in ["and", "de", "usa", "-germany", "name:germany"] {
        assert!(parsed(word).iter().all(|clause| clause.0.len() == 1), "{word}");
    }
    assert_eq!(Search::parse("germany OR country:de x").to_string(), "germany x");
}

#[test]
fn very_many_terms_are_cut_and_said_so() {
    let many = (0..400).map(|i| format!("-w{i}")).collect::<Vec<_>>().join(" ");
    let search = Search::parse(&many);
    assert_eq!((search.clauses.len(), search.shortened), (WORD_LIMIT, true));
}

proptest! {
    #[test]
    fn any_text_parses_and_prints_as_the_same_search(text in any::<String>()) {
        let search = Search::parse(&text);
        prop_assert_eq!(&Search::parse(&search.to_string()).clauses, &search.clauses, "{}", search);
    }

    #[test]
    fn so_does_any_text_of_the_language(text in "([-]?(name:|ref:|status:|created:|eid:)?[=^<>\"*? abO]{0,4}(OR )?){0,6}") {
        let search = Search::parse(&text);
        prop_assert_eq!(&Search::parse(&search.to_string()).clauses, &search.clauses, "{}", search);
    }
}
