//! The search box: what finds whom, and how the hit is shown.

use macro_rules_attribute::apply;

use crate::support::{TestApp, encode, engines};

#[apply(engines)]
fn every_field_is_searched(app: TestApp) {
    app.company("Aurora Robotics")
        .number("NUM-77")
        .ref_id("R-204117")
        .crm_id("CRM00004417")
        .with("email", "office@aurora.example")
        .with("phone", "+49 (30) 5550-1420")
        .with("billing_city", "Potsdam")
        .with("billing_postal_code", "14467")
        .with("shipping_same", "")
        .with("shipping_city", "Görlitz")
        .with("shipping_postal_code", "02826")
        .contact("Jana", "Hoffmann", "jana.h@mail.example")
        .contact("Tomás", "Nuñez", "tomas@mail.example")
        .create();
    app.individual("Augusta", "Lovelace").with("middle_name", "Ada").with("email", "countess@x.example").create();
    app.company("Someone else").create();
    let hits = [
        "aurora",
        "ROBO",
        "ora rob",
        "num-77",
        "204117",
        "crm00004417",
        "office@",
        "aurora.example",
        "5550",
        "305550",
        "49305550 1420",
        "+49 30",
        "potsdam",
        "14467",
        "gorlitz",
        "02826",
        "jana",
        "hoffmann",
        "jana.h@mail",
        "nunez",
        "aurora jana potsdam",
        "robotics 14467 nunez",
    ];
    for text in hits {
        assert_eq!(app.found(text), ["Aurora Robotics"], "{text}");
    }
    for text in ["augusta", "ada love", "lovelace", "countess@x"] {
        assert_eq!(app.found(text), ["Augusta Ada Lovelace"], "{text}");
    }
    for text in ["aurora lovelace", "zzz", "auroraa", "jana zzz", "5551"] {
        assert_eq!(app.found(text), [""; 0], "{text}");
    }
}

#[apply(engines)]
fn case_and_accents_do_not_matter(app: TestApp) {
    for name in ["Müller", "Muller", "Straße", "STRASSE", "Łódź Kraków", "Ærø", "Ñandú", "ΟΔΟΣ", "Ǆungla"] {
        app.company(name).create();
    }
    for (text, wanted) in [
        ("muller", &["Muller", "Müller"][..]),
        ("MÜLLER", &["Muller", "Müller"]),
        ("mu\u{308}ller", &["Muller", "Müller"]),
        ("strasse", &["STRASSE", "Straße"]),
        ("straße", &["STRASSE", "Straße"]),
        ("lodz", &["Łódź Kraków"]),
        ("krako", &["Łódź Kraków"]),
        ("aero", &["Ærø"]),
        ("nandu", &["Ñandú"]),
        ("οδος", &["ΟΔΟΣ"]),
        ("ＭＵＬＬＥＲ", &["Muller", "Müller"]),
    ] {
        let mut rows = app.found(text);
        rows.sort();
        let mut wanted = wanted.to_vec();
        wanted.sort_unstable();
        assert_eq!(rows, wanted, "{text}");
    }
}

#[apply(engines)]
fn every_word_counts_however_short(app: TestApp) {
    for name in ["Acme Bolt", "Acme Dust", "Xerox", "C3 PO"] {
        app.company(name).create();
    }
    assert_eq!(app.found("acme b"), ["Acme Bolt"]);
    assert_eq!(app.found("x"), ["Xerox"]);
    // The third one's number, C-000003, is nearly the same.
    assert_eq!(app.found("c3"), ["Xerox", "C3 PO"]);
    assert_eq!(app.found("acme x"), [""; 0]);
    assert_eq!(app.found("   acme \t du\n"), ["Acme Dust"]);
}

#[apply(engines)]
fn chinese_japanese_and_korean_are_found_by_one_character(app: TestApp) {
    for name in ["東京株式会社", "京都工業", "かぶ商店", "カブ工房", "서울전자", "Acme"] {
        app.company(name).create();
    }
    assert_eq!(app.found("東"), ["東京株式会社"]);
    let mut both = app.found("京");
    both.sort();
    assert_eq!(both, ["京都工業", "東京株式会社"]);
    assert_eq!(app.found("株式"), ["東京株式会社"]);
    assert_eq!(app.found("京 株"), ["東京株式会社"]);
    assert_eq!(app.found("울"), ["서울전자"]);
    assert_eq!(app.found("ｶﾌﾞ"), ["カブ工房"], "half width");
}

/// What was typed is text, never an operator.
#[apply(engines)]
fn special_characters_are_only_characters(app: TestApp) {
    for (name, mail) in [
        ("O'Brien & Sons", "john_doe@x.example"),
        ("A-B Nord", "johnydoe@x.example"),
        ("100% Wool", "wool@nord.example"),
        ("100 Wool", "x=y@x.example"),
        ("Back\\Slash", "back@x.example"),
        ("\"Quoted\" (NEAR)", "q@x.example"),
        ("50_50", "f@x.example"),
    ] {
        app.company(name).with("email", mail).create();
    }
    for (text, wanted) in [
        ("o'brien", &["O'Brien & Sons"][..]),
        ("o’brien", &["O'Brien & Sons"]),
        ("john_doe@x.example", &["O'Brien & Sons"]),
        ("johnydoe", &["A-B Nord"]),
        ("a-b", &["A-B Nord"]),
        ("@nord", &["100% Wool"]),
        ("100%", &["100% Wool"]),
        ("x=y", &["100 Wool"]),
        ("back\\slash", &["Back\\Slash"]),
        ("\\", &["Back\\Slash"]),
        ("%", &["100% Wool"]),
        ("_", &["50_50", "O'Brien & Sons"]),
        ("&", &["O'Brien & Sons"]),
        ("(near)", &["\"Quoted\" (NEAR)"]),
    ] {
        assert_eq!(app.found(text), wanted, "{text}");
    }
    for text in [
        "NEAR(a b)",
        "a AND",
        "AND",
        "OR",
        "NOT",
        "^a",
        "{a} : b",
        "a*",
        "*",
        "?",
        "'",
        "''",
        "\"",
        "\"\"",
        "a\"b",
        ":",
        "name:",
        "-",
        "--",
        "-a",
        ";",
        "; DROP TABLE customers",
        "(",
        ")",
        "()",
        "[a]",
        "a\\",
        "%%",
        "__",
        "\u{0}",
        "\u{1f}",
        "\u{11}e",
        "\u{200b}",
        "❤️",
        "$1",
        "?1",
        ":x",
    ] {
        app.search(text);
    }
    assert_eq!(app.get("/customers").rows().len(), 7);
}

/// Very many words.
#[apply(engines)]
fn very_many_words_are_no_error(app: TestApp) {
    app.company("Acme").create();
    let words = |begin: &str, count: usize| (0..count).map(|i| format!("{begin}{i}")).collect::<Vec<_>>().join(" ");
    let letters: String = "a b c d e f g h i j k l m n o p q r s t u v w x y z ".repeat(2000 / 26);
    let (words, excluded) = (words("w", 400), words("-x", 300));
    let same = "acme ".repeat(300);
    for text in [&letters, &words, &excluded, &"x".repeat(8000), &"ä".repeat(2600)] {
        let page = app.get(format!("/customers?{}", encode(&[("q", text.as_str())])));
        assert!([200, 400, 413, 414, 422, 431].contains(&page.status), "{page}");
    }
    let page = app.get(format!("/customers?{}", encode(&[("q", &words)])));
    if page.status == 200 {
        assert!(page.says("left out") || page.says("words"), "says that words were left out: {page}");
    }
    let page = app.get(format!("/customers?{}", encode(&[("q", &same)])));
    assert!(page.status != 200 || page.rows() == ["Acme"], "{page}");
}

/// The marked name is text, whatever is in it.
#[apply(engines)]
fn marks_are_balanced_and_names_stay_text(app: TestApp) {
    let names = ["<img src=x onerror=alert(1)", "</mark><script>1</script>", "a<b>c & d", "\"><svg onload=x>", "&lt;mark&gt;"];
    for name in names {
        app.company(name).ref_id(name).contact("<script>", name, "s@x.example").create();
    }
    for text in ["img", "mark", "script", "<", ">", "&", "lt", "b", "onload", "\">"] {
        let page = app.search(text);
        let html = page.text();
        assert_eq!(html.matches("<mark").count(), html.matches("</mark>").count(), "{text}");
        assert!(!page.has("#results img, #results script, #results b, #results svg[onload]"), "{text}: {html}");
        assert!(page.rows().iter().all(|row| names.contains(&row.as_str())), "{text}: {:?}", page.rows());
    }
    assert_eq!(app.search("img").marks().first().map(String::as_str), Some("img"));
}

#[apply(engines)]
fn marks_show_what_was_found_in_the_original(app: TestApp) {
    for (name, text, mark) in [
        ("Müller Straße", "strasse", "Straße"),
        ("Lodz Łódź", "łódź", "Lodz"),
        ("Cafe\u{301} Nord", "cafe", "Café"),
        ("ACME", "cme", "CME"),
    ] {
        app.company(name).create();
        let marks = app.search(text).marks();
        let plain: Vec<_> = marks.iter().map(|mark| mark.replace("e\u{301}", "é")).collect();
        assert!(plain.contains(&mark.to_owned()), "{text}: {marks:?}");
    }
    assert!(app.get("/customers").marks().is_empty());
}

#[apply(engines)]
fn a_hit_outside_of_the_row_is_shown_below_it(app: TestApp) {
    app.company("Baltic Foods").number("N-5").crm_id("X-9").contact("Aino", "Robola", "aino@baltic.example").create();
    for (text, line) in [("robola", "via Aino Robola"), ("aino@bal", "aino@baltic.example"), ("n-5", "N-5"), ("x-9", "X-9")] {
        let page = app.search(text);
        assert!(page.row_texts()[0].contains(line), "{text}: {:?}", page.row_texts());
        assert!(!page.marks().is_empty(), "{text}");
    }
    assert!(!app.search("baltic").row_texts()[0].contains("via"), "the row itself shows the hit");
}

/// What looks the same is the same.
#[apply(engines)]
fn invisible_and_decomposed_characters_do_not_hide_a_name(app: TestApp) {
    app.company("Cafe\u{301}").create();
    app.company("Acme\u{200b} Ltd").create();
    app.company("\u{feff}Nord").create();
    app.company("می\u{200c}خواهم").create();
    app.company("👩\u{200d}💻 Studio").create();
    for (text, count) in
        [("café", 1), ("cafe\u{301}", 1), ("acme ltd", 1), ("\u{feff}acme\u{200b}", 1), ("nord", 1), ("studio", 1), ("👩‍💻", 1)]
    {
        assert_eq!(app.found(text).len(), count, "{text}");
    }
    let rows = app.get("/customers").rows();
    assert!(rows.contains(&"می\u{200c}خواهم".to_owned()), "a joiner inside a Persian word stays: {rows:?}");
    assert!(rows.contains(&"👩\u{200d}💻 Studio".to_owned()), "and in an emoji: {rows:?}");

    app.company("First").crm_id("C-1").number("N-1").create();
    let form = app.get("/customers/new?type=company");
    let refused = form.submit(&[("name", "Second"), ("crm_id", "C-1\u{200b}"), ("number", "N\u{ad}-1")]).expect(422);
    assert_eq!(refused.errors(), ["number", "crm_id"]);
}

/// Old words find nothing, new ones do.
#[apply(engines)]
fn a_search_knows_of_every_change(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@old.example").contact("Rae", "Extra", "rae@x.example").create();
    acme.edit(&[("name", "Zenith"), ("billing_city", "Köln")]).expect(303);
    acme.contact("Jana").edit(&[("email", "jana@new.example"), ("last_name", "Meyer")]).expect(303);
    acme.contact("Rae").delete().expect(303);
    acme.add_contact("Late", "Comer", "late@x.example").expect(303);
    for text in ["acme", "old.example", "hoffmann", "rae"] {
        assert_eq!(app.found(text), [""; 0], "{text}");
    }
    for text in ["zenith", "koln", "new.example", "meyer", "comer"] {
        assert_eq!(app.found(text), ["Zenith"], "{text}");
    }
    acme.delete().expect(303);
    assert_eq!(app.found("zenith"), [""; 0]);
}

#[apply(engines)]
fn the_search_box_works_without_a_script(app: TestApp) {
    let acme = app.company("Acme").create();
    let page = app.get(format!("{}?status=enabled&sort=newest", acme.path()));
    assert_eq!(page.attributes("form[role=search] input[name=q]", "type"), ["search"]);
    let hidden = page.attributes("form[role=search] input[type=hidden], input[type=hidden][form=find]", "name");
    assert_eq!(hidden, ["status", "sort"], "the filters go along");
}
