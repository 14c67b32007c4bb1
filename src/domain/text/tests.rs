//! Tests of the cleaning, beside it.

use proptest::prelude::*;

use super::*;

fn clean(raw: &str) -> String {
    line(raw, 255).unwrap()
}

#[test]
fn pastes_are_cleaned() {
    assert_eq!(clean("Cafe\u{301}"), "Café");
    assert_eq!(clean("Acme\u{200B} Ltd"), "Acme Ltd");
    assert_eq!(clean("\u{FEFF}Nord"), "Nord");
    assert_eq!(clean("C-1\u{200B}"), "C-1");
    assert_eq!(clean("So\u{AD}lar\u{2060}works"), "Solarworks");
    assert_eq!(clean("\t Two\r\n lines\u{2028}\u{A0}and\u{3000} more \u{85}"), "Two lines and more");
    assert_eq!(clean("\u{200F}\u{200D} Acme \u{200E}\u{200C}"), "Acme");
}

#[test]
fn joiners_stay_where_they_are_needed() {
    for kept in ["نرم\u{200C}افزار", "👩\u{200D}🚀 Labs", "Acme ❤\u{FE0F}", "🏴\u{E0067}\u{E0062}\u{E007F}", "شركة \u{200F}12\u{200F} Acme"]
    {
        assert_eq!(clean(kept), kept);
    }
}

#[test]
fn what_shows_nothing_is_nothing() {
    for unseen in ["", " \t", "\u{200B}", "\u{3164}", "\u{FE0F}", "\u{E0001}", "\u{2800}", "\u{200E} \u{200D}"] {
        assert_eq!(clean(unseen), "", "{unseen:?}");
        assert_eq!(required(line(unseen, 9)), Err(Fault::Missing));
    }
    assert_eq!(required(line("x", 9)), Ok("x".to_owned()));
}

#[test]
fn what_does_harm_is_refused() {
    for raw in ["a\0b", "\u{1}", "a\u{1B}[2J", "\u{7F}", "\u{80}", "\u{FFFE}", "\u{10FFFF}", "\u{FDD0}", "\u{FFF9}", "\u{206A}"] {
        assert_eq!(line(raw, 255), Err(Fault::Control), "{raw:?}");
        assert_eq!(block(raw, 255), Err(Fault::Control), "{raw:?}");
    }
    for raw in ["\u{202E}GmbH", "\u{2069}\u{202E}Acme", "a\u{202A}", "\u{2066}"] {
        assert_eq!(line(raw, 255), Err(Fault::Direction), "{raw:?}");
        assert_eq!(block(raw, 255), Err(Fault::Direction), "{raw:?}");
    }
}

#[test]
fn lengths_count_what_is_kept() {
    assert_eq!(line(&format!("  {}\u{200B}", "e\u{301}".repeat(10)), 10).unwrap().chars().count(), 10);
    assert_eq!(line("12345678901", 10), Err(Fault::TooLong { limit: 10, length: 11 }));
    assert_eq!(line("😀😀", 2).as_deref(), Ok("😀😀"));
    assert_eq!(block("ab\r\ncd", 5).as_deref(), Ok("ab\ncd"));
    assert_eq!(block("ab\r\ncde", 5), Err(Fault::TooLong { limit: 5, length: 6 }));
}

#[test]
fn blocks_keep_their_lines() {
    assert_eq!(block("\n one  \r\n\ttwo\t\rthree\u{2028}\n\u{85}four \n", 99).as_deref(), Ok("one\n\ttwo\nthree\n\n\nfour"));
    assert_eq!(block("a  b\n\n\n  c", 99).as_deref(), Ok("a  b\n\n\n  c"));
    assert_eq!(block(" \n\t\r\n", 99).as_deref(), Ok(""));
}

#[test]
fn searching_never_fails() {
    assert_eq!(query(" a\0b\u{202E}c\td\u{200B}e\u{301} \"two  words\" "), "a b c dé \"two words\"");
    assert_eq!(query("\0\u{FFFF}"), "");
    assert_eq!(query("o'brien a-b @nord NEAR(a b) ^a {a} : b"), "o'brien a-b @nord NEAR(a b) ^a {a} : b");
}

#[test]
fn email_addresses_are_plain_ones() {
    for good in [
        "jana@nordwall.example",
        "o'brien+test@mail.a-b.example",
        "j_d.x@x.example",
        "jürgen@müller.example",
        "用户@例子.example",
        "admin@localhost",
        "a@1.example",
        "a@x.xn--p1ai",
    ] {
        assert_eq!(Email::parse(good).map(String::from), Ok(good.to_owned()));
    }
    assert_eq!(Email::parse(" a@x.example\u{200B}\n").map(String::from).as_deref(), Ok("a@x.example"));
    for bad in [
        "jana",
        "jana@",
        "@x.example",
        "jana@nordwall",
        "a@b@x.example",
        "Jana <jana@x.example>",
        "<jana@x.example>",
        "\"a b\"@x.example",
        "\"a\"@x.example",
        "a(comment)@x.example",
        "a b@x.example",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@-x.example",
        "a@x-.example",
        "a@x..example",
        "a@x.example.",
        ".a@x.example",
        "a.@x.example",
        "a..b@x.example",
        "a@x_y.example",
        "a,b@x.example",
        "a@x.example, b@x.example",
        "a\u{200D}b@x.example",
        "mailto:a@x.example",
    ] {
        assert_eq!(Email::parse(bad), Err(Fault::NotAnEmail), "{bad}");
    }
    assert_eq!(Email::parse(" "), Err(Fault::Missing));
    assert_eq!(Email::parse("a\0@x.example"), Err(Fault::Control));
    let long = format!("a@{}.example", "x.".repeat(130));
    assert!(matches!(Email::parse(&long), Err(Fault::TooLong { limit: 254, .. })));
}

#[test]
fn faults_are_sentences() {
    let sentences = [
        (Fault::Missing, "Name is missing."),
        (Fault::TooLong { limit: 255, length: 260 }, "Name is too long: 260 characters, and at most 255 are allowed."),
        (Fault::Control, "Name contains a control character that cannot be saved."),
        (Fault::Direction, "Name contains a character that reverses the direction of text."),
        (Fault::NotAnEmail, "Enter an e-mail address like name@company.example."),
    ];
    for (fault, sentence) in sentences {
        assert_eq!(fault.sentence("Name"), sentence);
    }
}

proptest! {
    #[test]
    fn cleaning_twice_changes_nothing(raw in "([\u{0}-\u{10FFFF}]|[ \t\r\n\u{200B}\u{200D}\u{FE0F}\u{3099}\u{301}ea]){0,20}") {
        for clean in [line, block] {
            if let Ok(once) = clean(&raw, 99) {
                prop_assert_eq!(clean(&once, 99), Ok(once.clone()));
                prop_assert!(!once.contains('\0'));
            }
        }
        let once = query(&raw);
        prop_assert_eq!(query(&once), once.clone());
        prop_assert!(line(&once, 99).is_ok());
    }
}
