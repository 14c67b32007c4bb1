//! What people add, leave out or write another way still finds, and what it finds is marked.

use macro_rules_attribute::apply;

use crate::support::{TestApp, encode, engines};

/// Each text finds this customer and nobody else.
fn each_finds(app: &TestApp, name: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(app.found(text), [name], "{text}");
    }
}

#[apply(engines)]
fn a_telephone_number_is_found_however_it_is_grouped_and_prefixed(app: TestApp) {
    let with_phone = |name: &str, phone: &str, country: &str| {
        app.company(name).with("phone", phone).with("billing_country", country).create();
    };
    with_phone("Écluse SARL", "0142685300", "FR");
    with_phone("Havel GmbH", "+49 30 8880 1420", "");
    with_phone("Spree GmbH", "+49 (0)30 7770 1420", "DE");
    with_phone("Panke GmbH", "030/23125-269", "DE");
    with_phone("Dahme GmbH", "+49 30 23125 512", "DE");
    // Each group alone is in these.
    app.company("Strangers").ref_id("49-30-512").with("billing_postal_code", "23125").with("phone", "+49 512 30 23125").create();
    app.company("Fourteen").ref_id("01 42").with("phone", "+33 68 53 00 11 22").create();

    each_finds(&app, "Écluse SARL", &["01 42 68 53 00", "01.42.68.53.00", "0142685300", "+33 1 42 68 53 00", "01-42-68-53-00"]);
    each_finds(
        &app,
        "Havel GmbH",
        &["030 8880 1420", "0049 30 88801420", "+49 (0)30 8880-1420", "88801420", "(030) 8880 1420", "tel:+493088801420"],
    );
    each_finds(&app, "Spree GmbH", &["+493077701420", "030 77701420", "+49 30 7770-1420"]);
    each_finds(&app, "Panke GmbH", &["+49 30 23125269", "030 23125 269", "23125269", "004930 23125-269"]);
    each_finds(
        &app,
        "Dahme GmbH",
        &["+49 30 23125 512", "+49 30 23125 5", "030 23125512", "phone:+49 30 23125 512", "dahme +49 30 23125 512"],
    );
    assert_eq!(app.found("+49 30 23125"), ["Dahme GmbH", "Panke GmbH"], "a number that is begun");
    assert!(!app.search("030 8880 1420").marks().is_empty());
    assert_eq!(app.search("0049 30 88801420").marks(), ["49 30 8880 1420"]);
}

#[apply(engines)]
fn a_contacts_number_is_read_as_one_of_the_customers_country(app: TestApp) {
    let acme = app.company("Acme").with("billing_country", "DE").contact("Jana", "Komhoff", "jana@acme.example").create();
    acme.contact("Jana").edit(&[("phone", "030/23125-269")]).expect(303);
    let page = app.search("+49 30 23125269");
    assert_eq!(page.rows(), ["Acme"]);
    assert!(page.row_texts()[0].contains("Jana Komhoff, 030/23125-269"), "{:?}", page.row_texts());
    assert_eq!(page.marks(), ["30/23125-269"]);
}

#[apply(engines)]
fn punctuation_that_people_add_or_leave_out_hides_nothing(app: TestApp) {
    app.company("Punctz Ltd").create();
    app.company("S.A.R.L. Dupont").create();
    app.company("Sarl Dupond").create();
    app.company("Meyer Co. KG").create();
    app.company("O’Zwicker").create();
    app.company("Kommata").contact("Jana", "Komhoff", "jana@kommata.example").create();
    app.company("Quer GmbH").with("billing_postal_code", "10115").with("billing_city", "Berlin").create();
    each_finds(
        &app,
        "Punctz Ltd",
        &["Punctz Ltd.", "»Punctz Ltd«", "(Punctz)", "Punctz, Ltd", "Punctz - Ltd", "Punctz/Ltd", "„Punctz Ltd“"],
    );
    each_finds(
        &app,
        "Kommata",
        &[
            "Komhoff, Jana",
            "Jana Komhoff <jana@kommata.example>",
            "<jana@kommata.example>",
            "mailto:jana@kommata.example",
            "jana@kommata.example;",
            "kommata.example",
        ],
    );
    each_finds(&app, "S.A.R.L. Dupont", &["sarl dupont", "s.a.r.l. dupont", "SARL Dupont."]);
    each_finds(&app, "Sarl Dupond", &["s.a.r.l. dupond"]);
    each_finds(&app, "Meyer Co. KG", &["co kg", "co.kg", "Co. KG", "co kg meyer"]);
    each_finds(&app, "O’Zwicker", &["ozwicker", "o'zwicker", "o`zwicker", "O’Zwicker", "OʼZwicker", "zwicker"]);
    each_finds(&app, "Quer GmbH", &["GmbH, 10115 Berlin", "10115, Berlin", "Berlin 10115"]);
    for (text, mark) in [("sarl", "S.A.R.L"), ("ozwicker", "O’Zwicker"), ("(Punctz)", "Punctz")] {
        assert!(app.search(text).marks().contains(&mark.to_owned()), "{text}: {:?}", app.search(text).marks());
    }
    app.company("OʼZwicker Zwei").create();
    app.company("O'Zwicker Drei").create();
    assert_eq!(app.found("ozwicker").len(), 3);
}

/// What tells things apart, or is asked for literally, counts.
#[apply(engines)]
fn where_punctuation_counts_it_counts(app: TestApp) {
    app.company("100% Wool").create();
    app.company("1000 Wool").create();
    app.company("snake_case").create();
    app.company("snakexcase").create();
    app.company("Punctz Ltd.").ref_id("12-34").create();
    app.company("Punctz Ltd").ref_id("1234").create();
    app.company("(Brackets)").create();
    assert_eq!(app.found("100%"), ["100% Wool"]);
    assert_eq!(app.found("snake_case"), ["snake_case"]);
    assert_eq!(app.found("("), ["(Brackets)"], "a lone character finds what has it");
    assert_eq!(app.found("\"punctz ltd.\""), ["Punctz Ltd."]);
    assert_eq!(app.found("name:=\"Punctz Ltd\""), ["Punctz Ltd"]);
    assert_eq!(app.found("ref:=1234"), ["Punctz Ltd"]);
    assert_eq!(app.found("ref:^12-"), ["Punctz Ltd."]);
    assert_eq!(app.found("ref:1234").len(), 2);
}

#[apply(engines)]
fn letters_that_languages_write_in_two_ways_find_each_other(app: TestApp) {
    for name in ["Müller", "Mueller", "Straße", "Åse", "Bjørn", "Evaskostüm", "Manuela", "Blue Aero", "髙橋", "مكتبة", "צה\"ל"]
    {
        app.company(name).create();
    }
    for (text, wanted) in [
        ("mueller", &["Mueller", "Müller"][..]),
        ("müller", &["Mueller", "Müller"]),
        ("MU\u{308}LLER", &["Mueller", "Müller"]),
        ("strasse", &["Straße"]),
        ("aase", &["Åse"]),
        ("åse", &["Åse"]),
        ("ase", &["Åse"]),
        ("bjoern", &["Bjørn"]),
        ("björn", &["Bjørn"]),
        ("kostuem", &["Evaskostüm"]),
        ("Manuela", &["Manuela"]),
        ("Blue Aero", &["Blue Aero"]),
        ("高橋", &["髙橋"]),
        ("مكتبه", &["مكتبة"]),
        ("צה״ל", &["צה\"ל"]),
        ("צה''ל", &["צה\"ל"]),
    ] {
        let mut rows = app.found(text);
        rows.sort();
        assert_eq!(rows, wanted, "{text}");
    }
    assert_eq!(app.search("kostuem").marks(), ["kostüm"], "whole letters");
}

/// Whichever alphabets stand beside each other: page, count and export agree.
#[apply(engines)]
fn words_begin_where_the_alphabet_changes(app: TestApp) {
    for name in ["日本ab", "한국sk", "新宿3丁目"] {
        app.company(name).create();
    }
    for (text, name) in [
        ("ab", "日本ab"),
        ("日本 ab", "日本ab"),
        ("日本ab", "日本ab"),
        ("本ab", "日本ab"),
        ("sk", "한국sk"),
        ("3丁", "新宿3丁目"),
        ("丁目", "新宿3丁目"),
    ] {
        let page = app.search(text);
        assert_eq!(page.rows(), [name], "{text}");
        assert!(page.says("1 customer"), "{text}: {page}");
        let export = app.get(format!("/customers/export/file?{}", encode(&[("q", text), ("format", "csv")]))).expect(200);
        assert!(export.text().contains(name), "{text}: {}", export.text());
    }
}

#[apply(engines)]
fn postal_codes_are_found_with_and_without_their_blank(app: TestApp) {
    app.company("London Ltd").with("billing_postal_code", "SW1A 1AA").create();
    app.company("Amsterdam BV").with("billing_postal_code", "1012AB").create();
    each_finds(&app, "London Ltd", &["sw1a1aa", "SW1A 1AA", "zip:sw1a1aa"]);
    each_finds(&app, "Amsterdam BV", &["1012 AB", "1012ab", "1012AB"]);
}

#[apply(engines)]
fn an_identifier_is_found_without_its_zeros(app: TestApp) {
    app.company("Aardvark 34").create();
    app.company("Zebra").number("C-000034").create();
    assert_eq!(app.found("34"), ["Zebra", "Aardvark 34"], "the identifier comes first");
    for text in ["C-34", "c34", "C-000034"] {
        assert_eq!(app.found(text).first().map(String::as_str), Some("Zebra"), "{text}");
    }
}

#[apply(engines)]
fn a_country_is_found_by_its_name(app: TestApp) {
    app.company("Havel").with("billing_country", "DE").create();
    app.company("Fjord").with("billing_country", "NO").create();
    app.company("Germany Tours").with("billing_country", "NO").create();
    let page = app.search("germany");
    assert_eq!(page.rows(), ["Germany Tours", "Havel"]);
    assert!(page.row_texts()[1].contains("Germany"), "{:?}", page.row_texts());
    each_finds(&app, "Havel", &["country:germany", "country:de", "country:Deutschland", "Germany -tours"]);
    assert_eq!(app.found("country:G").len(), 3, "only begun");
}

/// What is only begun does not narrow the list yet.
#[apply(engines)]
fn a_qualifier_that_is_only_begun_does_not_narrow(app: TestApp) {
    app.company("Acme").create();
    app.individual("Ada", "Lovelace").create();
    for text in [
        "type:",
        "type:comp",
        "status:en",
        "name:",
        "name:^",
        "country:",
        "country:g",
        "created:",
        "created:>=2026-0",
        "ends:<",
        "\"",
        "access:n",
    ] {
        assert_eq!(app.found(text).len(), 2, "{text}");
        assert_eq!(app.found(&format!("acme {text}")), ["Acme"], "{text}");
    }
}

#[apply(engines)]
fn nothing_found_offers_to_leave_out_each_term(app: TestApp) {
    app.company("Acme Berlin").create();
    let page = app.search("acme \"zzz yyy\" berlin");
    page.assert_says("Nothing found");
    assert_eq!(page.press("Without “\"zzz yyy\"”").expect(200).rows(), ["Acme Berlin"]);
    let page = page.press("Without “acme”").expect(200);
    assert_eq!(page.asked.split_once("q=").map(|(_, q)| q), Some("%22zzz+yyy%22+berlin"));
}

/// Few hits are ranked, on every page and in what is exported.
#[apply(engines)]
fn hits_in_the_own_name_come_before_hits_elsewhere(app: TestApp) {
    for name in ["Aurora", "Boreal", "Corona"] {
        app.company(name).with("billing_city", "Zedtown").create();
    }
    app.company("Zedtown Works").create();
    app.company("Old Zedtown").disabled().create();
    assert_eq!(app.found("zedtown"), ["Old Zedtown", "Zedtown Works", "Aurora", "Boreal", "Corona"]);
    let reversed = app.get("/customers?q=zedtown&sort=-name").expect(200).rows();
    assert_eq!(reversed, ["Zedtown Works", "Old Zedtown", "Corona", "Boreal", "Aurora"]);
    assert_eq!(app.found("city:zedtown"), ["Aurora", "Boreal", "Corona"]);
    let export = app.get("/customers/export/file?q=zedtown&format=csv&customers=name&bom=no").expect(200).text();
    let lines: Vec<&str> = export.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(lines, ["Old Zedtown", "Zedtown Works", "Aurora", "Boreal", "Corona"]);
    // Page by page, there and back.
    for number in 0..60 {
        app.company(&format!("Filler {number:02}")).with("billing_city", "Zedtown").create();
    }
    let first = app.search("zedtown");
    assert_eq!((first.rows().len(), first.rows()[..2].to_vec()), (50, vec!["Old Zedtown".to_owned(), "Zedtown Works".to_owned()]));
    let second = first.next().expect("a second page");
    assert_eq!(second.rows().len(), 15);
    assert_eq!(second.rows()[14], "Filler 59");
    assert_eq!(second.previous().expect("a first page").rows(), first.rows());
}

#[apply(engines)]
fn street_state_description_product_and_eid_are_found(app: TestApp) {
    let acme = app
        .company("Acme")
        .with("billing_street", "12 High Street")
        .with("billing_state", "Bavaria")
        .with(
            "description",
            "Met at the fair in Hanover; likes long descriptions of what was agreed upon, word for word, with a Zauberwort at the end",
        )
        .create();
    app.company("Other").entitlements(1).create();
    acme.entitle(&[("product", "Lumen Report Designer"), ("quantity", "5"), ("starts_on", "2026-01-01"), ("ends_on", "2027-01-30")])
        .expect(303);
    let eid = app.sql().texts("SELECT eid AS text FROM entitlements WHERE product LIKE 'Lumen%'").into_iter().flatten().next().unwrap();
    for (text, line) in [
        ("high street", "12 High Street"),
        ("street:high", "12 High Street"),
        ("bavaria", "Bavaria"),
        ("state:bavaria", "Bavaria"),
        ("zauberwort", "Zauberwort at the end"),
        ("description:hanover", "Hanover"),
        ("report designer", "Lumen Report Designer · EID-"),
        ("product:lumen", "Lumen Report Designer"),
        (eid.as_str(), "Lumen Report Designer"),
        (&eid[6..14], "Lumen Report Designer"),
        (&eid.replace('-', " "), "Lumen Report Designer"),
    ] {
        let page = app.search(text);
        assert_eq!(page.rows(), ["Acme"], "{text}");
        assert!(page.row_texts()[0].contains(line), "{text}: {:?}", page.row_texts());
    }
    each_finds(&app, "Acme", &["ends:<2027-01-31", "ends:=2027-01-30", "ends:2027-01-30", "ends:>=2027-01-30 ends:<=2027-01-30"]);
    assert_eq!(app.found("ends:>2027-01-30 -other"), [""; 0]);
    assert_eq!(app.found("ends:none"), ["Other"]);
    acme.entitle(&[("product", "Lumen Viewer"), ("quantity", "5"), ("starts_on", "2026-01-01")]).expect(303);
    each_finds(&app, "Acme", &["ends:none -other", "lumen viewer", "ends:none acme"]);
}
