//! Input that nobody should send: a clear 4xx or a sensible default, never a 500 (which every request here asserts),
//! nothing half-written, the same on both engines.

use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::builders::created_id;
use crate::support::{Engine, TestApp, encode, engines};

/// Texts that break programs.
const NASTY: [&str; 14] = [
    "'; DROP TABLE customers; --",
    "\" OR 1=1 --",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "{{7*7}} {% include %} ${7*7}",
    "a\0b",
    "a\u{7}\u{1b}[31mb",
    "\u{202e}dlrow",
    "a\u{2028}b\u{2029}c",
    "\u{fffe}\u{ffff}\u{10ffff}",
    "👩‍👩‍👧‍👦 ﷽ ꧅",
    "a\tb\rc\nd",
    "%00 %s %n \\x00",
    "Z̸̡a̷l͇g̵o̧",
];

const CUSTOMER: [&str; 17] = [
    "number",
    "name",
    "email",
    "language",
    "phone",
    "fax",
    "crm_id",
    "ref_id",
    "description",
    "billing_street",
    "billing_city",
    "billing_state",
    "billing_postal_code",
    "billing_country",
    "shipping_street",
    "contact_last_name",
    "contact_email",
];

#[apply(engines)]
fn nasty_text_in_a_customers_form_is_refused_or_only_text(app: TestApp) {
    for text in NASTY {
        for field in CUSTOMER {
            let mut form = vec![("type", "company"), ("name", "Acme")];
            form.retain(|(name, _)| *name != field);
            form.push((field, text));
            let answer = app.post("/customers", &form);
            if answer.status == 303 {
                let page = answer.follow().expect(200);
                assert!(!page.has("main script, main img, title script"), "{field}: {}", page.text());
                app.get(app.customer(created_id(&answer)).at("edit")).expect(200);
            } else {
                let refused = answer.expect(422);
                // A first contact that was begun has to be whole.
                let begun = field.starts_with("contact_");
                assert!(begun || refused.errors().contains(&field.to_owned()), "{field} {text:?}: {refused}");
                assert!(!refused.has("main script, main img"), "{}", refused.text());
            }
        }
    }
    app.get("/customers").expect(200);
}

#[apply(engines)]
fn nasty_text_elsewhere_is_refused_or_only_text(app: TestApp) {
    let acme = app.company("Acme").create();
    for (number, text) in NASTY.into_iter().enumerate() {
        let mail = format!("c{number}@x.example");
        for field in ["first_name", "last_name", "email", "phone", "ref_id", "language"] {
            let mut form = vec![("last_name", "X"), ("email", mail.as_str())];
            form.retain(|(name, _)| *name != field);
            form.push((field, text));
            let answer = app.post(acme.at("contacts"), &form);
            assert!([303, 422].contains(&answer.status), "{answer}");
        }
        for field in ["product", "quantity", "starts_on", "ends_on", "contact"] {
            let answer = acme.entitle(&[(field, text)]);
            assert!([303, 422].contains(&answer.status), "{answer}");
        }
        for field in ["version", "token", "unknown", text] {
            let answer = app.post(acme.path(), &[("name", "Acme"), ("version", "1"), (field, text)]);
            assert!([303, 400, 409, 422].contains(&answer.status), "{answer}");
        }
        for address in [format!("/customers?{}", encode(&[(text, text)])), format!("{}?{}", acme.path(), encode(&[("flash", text)]))] {
            app.get(address).expect(200);
        }
    }
    let page = acme.page().expect(200);
    assert!(!page.has("main script, main img, main svg[onload]"), "{}", page.text());
}

#[apply(engines)]
fn nothing_is_half_written_by_a_refused_form(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").contact("J", "H", "j@x.example").create();
    let tables = ["customers", "contacts", "addresses", "entitlements"];
    let before = tables.map(|table| app.sql().count(table));
    acme.edit(&[("name", ""), ("phone", "2"), ("billing_city", "Köln")]).expect(422);
    app.post("/customers", &[("type", "company"), ("name", "B"), ("contact_last_name", "X"), ("contact_email", "a\0@x.example")])
        .expect(422);
    app.post("/customers", &[("type", "company"), ("name", "B"), ("billing_city", "X"), ("crm_id", &"x".repeat(256))]).expect(422);
    acme.add_contact("A", "B", "J@x.example").expect(422);
    assert_eq!(tables.map(|table| app.sql().count(table)), before);
    let edit = app.get(acme.at("edit"));
    assert_eq!((edit.field("phone"), edit.field("billing_city")), ("1".to_owned(), String::new()));
}

#[apply(engines)]
fn a_form_full_to_its_limits_is_taken(app: TestApp) {
    // Four bytes a character, each of them percent-encoded: the largest form there can be.
    let full = |limit| "𝄞".repeat(limit);
    let mail = format!("{}@{}.example", "x".repeat(64), ["y"; 3].map(|part| part.repeat(58)).join("."));
    let [name, number, phone, id, text, street, code, person] = [255, 100, 150, 255, 510, 510, 40, 100].map(full);
    let mut form = vec![("name", name.as_str()), ("number", &number), ("email", &mail), ("shipping_same", ""), ("description", &text)];
    form.extend([("phone", phone.as_str()), ("fax", &phone), ("crm_id", &id), ("ref_id", &id)]);
    form.extend(["billing_street", "billing_city", "billing_state"].map(|field| (field, street.as_str())));
    form.extend(["shipping_street", "shipping_city", "shipping_state"].map(|field| (field, street.as_str())));
    form.extend(["billing_postal_code", "shipping_postal_code"].map(|field| (field, code.as_str())));
    form.extend(["contact_first_name", "contact_middle_name", "contact_last_name"].map(|field| (field, person.as_str())));
    form.extend([("contact_email", mail.as_str()), ("contact_phone", &phone), ("contact_ref_id", &id)]);
    let answer = app.get("/customers/new?type=company").submit(&form).expect(303);
    let edit = app.get(app.customer(created_id(&answer)).at("edit"));
    assert_eq!((edit.field("name"), edit.field("shipping_state")), (name, street));
    assert_eq!(app.get(format!("/customers?{}", encode(&[("q", "𝄞𝄞")]))).rows().len(), 1);
}

#[apply(engines)]
fn a_body_over_the_limit_is_413(app: TestApp) {
    let form = format!("type=company&name={}", "x".repeat(3 << 20));
    let header = [("Content-Type", "application/x-www-form-urlencoded")];
    // Early answers may come while the client still writes; then the client sees the answer or a broken connection.
    if let Ok(answer) = app.try_send("POST", "/customers", &header, form.as_bytes()) {
        answer.expect(413);
    }
    let head = format!(
        "POST /customers HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\nname=x",
        app.host, header[0].1
    );
    let answer = app.raw(head.as_bytes(), std::time::Duration::from_secs(2));
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    app.get("/customers").expect(200);
    assert_eq!(app.sql().count("customers"), 0);
}

#[apply(engines)]
fn other_kinds_of_bodies_are_refused(app: TestApp) {
    let acme = app.company("Acme").create();
    for (kind, body) in [
        ("application/json", &br#"{"type":"company","name":"X"}"#[..]),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nX\r\n--x--"),
        ("text/plain", b"name=X"),
        ("application/x-www-form-urlencoded", b"type=company&name=%FF"),
        ("application/x-www-form-urlencoded", b"type=company&name=\xff\xfe"),
        ("application/x-www-form-urlencoded", b"type=company&name=%ED%A0%80"),
    ] {
        let answer = app.send("POST", "/customers", &[("Content-Type", kind)], body);
        assert!((400..500).contains(&answer.status), "{kind}: {answer}");
    }
    for body in [&b""[..], b"&&&", b"=", b"%", b"%zz=%1", b"name", b"a=b=c"] {
        let answer = app.send("POST", acme.path(), &[("Content-Type", "application/x-www-form-urlencoded")], body);
        assert!((400..500).contains(&answer.status), "{answer}");
    }
    let many = "x=y&".repeat(20_000);
    let answer = app.send("POST", "/customers", &[("Content-Type", "application/x-www-form-urlencoded")], many.as_bytes());
    assert!((400..500).contains(&answer.status), "{answer}");
    assert_eq!(app.sql().count("customers"), 1);
}

#[apply(engines)]
fn a_repeated_field_counts_once(app: TestApp) {
    let answer = app.post("/customers", &[("type", "company"), ("name", "First"), ("name", "Last")]).expect(303);
    assert_eq!(answer.follow().heading(), "Last");
}

/// Requests that must be answered alike by both engines: PostgreSQL takes no NUL and no id beyond 64 bits, SQLite takes all.
#[test]
fn both_engines_answer_alike() {
    let apps = [Engine::Sqlite, Engine::Postgres].map(TestApp::start);
    for app in &apps {
        let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create();
        assert_eq!(acme.id, 1);
    }
    let ids =
        ["0", "-1", "01", "+1", "1.0", "1e0", "0x1", "2147483648", "9223372036854775807", "9223372036854775808", "99999999999999999999"];
    let ids = ids.into_iter().chain(["%00", "1%00", "1%20", "%31", "one", "%ED%A0%80", "%FF", "%2e%2e", "1;2", "١", "%D9%A1"]);
    let queries =
        ["q=%00", "q=a%00b", "sort=%00", "after=%00", "before=%00", "status=%00", "type=%00", "flash=%00", "q=%ED%A0%80", "q=%FF", "%00=1"];
    let mut addresses: Vec<String> =
        queries.iter().flat_map(|query| [format!("/customers?{query}"), format!("/customers/1?{query}")]).collect();
    for id in ids {
        addresses.extend(
            ["/customers/{}", "/customers/{}/edit", "/customers/{}/delete", "/contacts/{}/edit", "/entitlements/{}/delete"]
                .map(|path| path.replace("{}", id)),
        );
    }
    for address in addresses {
        let [one, other] = apps.each_ref().map(|app| app.raw_get(address.as_bytes()));
        assert_eq!(one, other, "{address}");
        assert!(one < 500, "{address}: {one}");
    }
    for (field, value) in
        [("name", "a\0b"), ("number", "\0"), ("email", "a\0@x.example"), ("description", "\0"), ("version", "\0"), ("token", "\0")]
    {
        for path in ["/customers", "/customers/1", "/customers/1/contacts", "/customers/1/entitlements", "/contacts/1"] {
            let form =
                [("type", "company"), ("name", "Acme"), ("last_name", "X"), ("email", "x@x.example"), ("version", "1"), (field, value)];
            let [one, other] = apps.each_ref().map(|app| app.post(path, &form).status);
            assert_eq!(one, other, "{path} {field}");
        }
    }
    let [one, other] = apps.each_ref().map(|app| app.get("/customers").rows());
    assert_eq!(one, other);
}

#[apply(engines)]
fn bytes_that_are_no_http_are_refused(app: TestApp) {
    let host = app.host.clone();
    let long = "x".repeat(200_000);
    for request in [
        "GET\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        format!("GET /customers HTTP/9.9\r\nHost: {host}\r\n\r\n"),
        format!("GET /cust omers HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("GET /customers HTTP/1.1\r\nHost: {host}\r\nX: {long}\r\n\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("POST /customers HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n"),
        format!("POST /customers HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x"),
        format!("GET /customers HTTP/1.1\r\nHost: {host}\r\nX-Null: a\0b\r\n\r\n"),
    ] {
        let answer = app.raw(request.as_bytes(), std::time::Duration::from_millis(700));
        let is_refusal = answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.0 4") || answer.starts_with("HTTP/1.1 505");
        assert!(answer.is_empty() || is_refusal, "{:?}: {answer}", &request[..request.len().min(100)]);
    }
    app.get("/customers").expect(200);
}

#[apply(engines)]
fn odd_addresses_are_4xx_or_the_page(app: TestApp) {
    app.company("Acme").create();
    for target in [
        "/customers?q=%",
        "/customers?q=%zz",
        "/customers?%",
        "/customers?q=a&q=b&&&=",
        "/%",
        "/%00",
        "/customers/%2e%2e/",
        "/..%2f..%2fetc/passwd",
        "/static/../Cargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/",
        "/customers/1/../1",
        "/customers;x=1",
        "/customers#x",
        "/CUSTOMERS",
        "/customers/1/edit/",
        "*",
        "/é",
        "/customers?q=\u{e9}",
        "/customers?q=<script>",
        "/.git/config",
        "/static/..\\..\\x",
    ] {
        let status = app.raw_get(target.as_bytes());
        assert!(status < 500, "{target}: {status}");
    }
    let answer = app.raw(
        format!("GET http://{}/customers HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", app.host).as_bytes(),
        std::time::Duration::from_secs(5),
    );
    assert!(answer.starts_with("HTTP/1.1 200"), "the absolute form: {}", &answer[..answer.len().min(200)]);
}

/// Searches that compare very many characters take turns: each of many at once is answered as one alone is, and so are others beside them.
#[apply(engines)]
fn searches_that_take_long_are_all_answered_in_their_turn(app: TestApp) {
    const CUSTOMERS: usize = 220;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("customers.csv");
    let row = |number| format!("K-{number:03},company,Acme {number:03},{}\n", "long words ".repeat(45));
    let rows = (0..CUSTOMERS).map(row).collect::<Vec<_>>().concat();
    std::fs::write(&file, format!("number,type,name,description\nK-Z,company,Zenith,\n{rows}")).expect("a file");
    let output = run(&["import", "--database", &app.database.url, "--customers", &file.to_string_lossy(), "--yes"]);
    assert!(output.status.success(), "{output:?}");
    let broad = (0..30).map(|number| format!("zz?{number}*q OR ")).collect::<Vec<_>>().concat() + "-acme";
    let (short, alone) = (app.search("acme 17"), app.search(&broad));
    assert_eq!(alone.texts(".name"), ["Zenith"]);
    std::thread::scope(|scope| {
        for client in 0..6 {
            let (app, broad, alone, short) = (&app, &broad, &alone, &short);
            scope.spawn(move || {
                for _ in 0..2 {
                    let (text, wanted) = if client == 0 { ("acme 17", short) } else { (broad.as_str(), alone) };
                    let found = app.search(text);
                    assert_eq!((found.texts("#count"), found.texts(".name")), (wanted.texts("#count"), wanted.texts(".name")), "{text}");
                }
            });
        }
    });
}
