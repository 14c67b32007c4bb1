//! Who may ask, and what a page may do in a browser.

use macro_rules_attribute::apply;

use crate::support::{TestApp, engines};

#[apply(engines)]
fn posts_of_other_sites_are_refused(app: TestApp) {
    let acme = app.company("Acme").create();
    let own = format!("http://{}", app.host);
    let proxied = format!("https://{}", app.host);
    let other_port = "http://127.0.0.1:1";
    let refused: [&[(&str, &str)]; 8] = [
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", &own)],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Origin", other_port)],
        &[("Origin", "")],
        &[("Origin", "http://127.0.0.1.evil.example")],
    ];
    for headers in refused {
        let answer = app.post_with(acme.at("disable"), headers, &[]);
        assert_eq!(answer.status, 403, "{headers:?}: {answer}");
        app.post_with("/customers", headers, &[("type", "company"), ("name", "Forged")]).expect(403);
    }
    assert!(acme.page().offers("Disable"));
    assert_eq!(app.sql().count("customers"), 1);

    let taken: [&[(&str, &str)]; 6] = [
        &[],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", &own)],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", "null")],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", &own)],
        &[("Origin", &proxied)],
    ];
    for headers in taken {
        app.post_with(acme.at("disable"), headers, &[]).expect(303);
        app.post_with(acme.at("enable"), headers, &[]).expect(303);
    }
    let link = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Origin", "https://evil.example")];
    app.get_with(acme.path(), &link).expect(200);
}

#[apply(engines)]
fn only_post_changes_anything(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create();
    let (jana, forge) = (acme.contact("Jana"), acme.entitlement("Forge 1"));
    let before = acme.page().texts("main");
    let tasks = [acme.at("enable"), jana.at("enable"), jana.at("default"), "/sample".to_owned()];
    for address in &tasks {
        for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "BREW"] {
            app.send(method, address, &[], &[]).expect(405);
        }
        app.send("OPTIONS", address, &[], &[]).expect(204);
    }
    // These ask before.
    for address in [acme.at("disable"), jana.at("disable"), acme.at("delete"), forge.at("end")] {
        app.get(address);
    }
    for address in [acme.path(), acme.at("edit"), acme.at("delete"), jana.at("edit"), forge.at("end"), "/customers".to_owned()] {
        for method in ["PUT", "PATCH", "DELETE"] {
            assert!([404, 405].contains(&app.send(method, &address, &[], &[]).status));
        }
    }
    assert_eq!(acme.page().texts("main"), before);
    assert!(app.send("DELETE", "/customers", &[], &[]).header("Allow").is_none_or(|allow| allow.contains("GET")));
}

/// Nobody has to sign in, so only this machine's own names are served (DNS rebinding).
#[apply(engines)]
fn only_names_of_this_machine_are_served(app: TestApp) {
    let port = app.host.rsplit_once(':').unwrap().1;
    let status = |host: &str| app.raw_status(format!("GET /customers HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes());
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}"), "localhost".to_owned()] {
        assert_eq!(status(&host), 200, "{host}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.168.0.1", "evil.example#localhost"] {
        assert!([400, 421].contains(&status(host)), "{host}");
    }
    let refused = app.send("GET", "/customers", &[("Host", "evil.example")], &[]).expect(421);
    refused
        .assert_says("Clientele answers on this machine's own names (localhost, 127.0.0.1, [::1]) and on the one that --public-url names.");
    assert!([400, 421].contains(&app.raw_status(b"GET /customers HTTP/1.1\r\nConnection: close\r\n\r\n")), "no host");
}

#[apply(engines)]
fn every_answer_carries_the_strict_policy(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create();
    let asset = app.get("/customers").attributes("link[rel=stylesheet]", "href")[0].clone();
    let pages =
        ["/customers", "/customers/new", "/customers/new?type=company", "/nowhere", "/customers/999999", &asset].map(|path| app.get(path));
    let tasks =
        [app.get(acme.path()), app.get(acme.at("edit")), app.get(acme.at("contacts/new")), acme.enable(), acme.add_contact("", "", "")];
    let foreign = app.post_with("/customers", &[("Origin", "https://evil.example")], &[]);
    for page in pages.iter().chain(&tasks).chain([&foreign, &app.htmx(acme.path(), "main#detail")]) {
        let policy = page.header("Content-Security-Policy").unwrap_or_else(|| panic!("no policy: {page}"));
        assert!(policy.contains("default-src 'none'") || policy.contains("default-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("base-uri") && policy.contains("form-action 'self'"),
            "{policy}"
        );
        assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"), "{}", page.asked);
        assert!(page.header("Referrer-Policy").is_some(), "{}", page.asked);
    }
}

/// What the policy forbids is not in the pages either, or it would be silently dead.
#[apply(engines)]
fn pages_hold_no_inline_script_or_style(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create();
    let paths =
        ["/customers", "/customers/new", "/customers/new?type=company", "/customers/new?type=individual", "/nowhere", "/customers?q=zzz"];
    let of_acme = [acme.path(), acme.at("edit"), acme.at("contacts/new"), acme.at("entitlements/new"), acme.at("disable")];
    for path in paths.iter().map(ToString::to_string).chain(of_acme) {
        let page = app.get(&path);
        assert!(!page.has("script:not([src]), style, [style], iframe, object, embed, base"), "{path}: {}", page.text());
        assert!(!page.has("[hx-on], [onclick], [onload], [onsubmit], [onchange]"), "{path}");
        let document = page.document();
        for element in document.select(&crate::support::page::css("*")) {
            for (name, value) in element.value().attrs() {
                assert!(!name.starts_with("on") && !name.starts_with("hx-on"), "{path}: {name}");
                assert!(!value.trim_start().to_lowercase().starts_with("javascript:"), "{path}: {name}={value}");
                if ["src", "action", "formaction", "href"].contains(&name) {
                    assert!(
                        value.starts_with('/') && !value.starts_with("//")
                            || value.starts_with('#')
                            || value.starts_with("mailto:")
                            || value.starts_with("tel:"),
                        "{path}: {name}={value}"
                    );
                }
            }
        }
        let ids = page.attributes("[id]", "id");
        assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len(), "{path}: an id twice: {ids:?}");
    }
}

#[apply(engines)]
fn an_error_names_a_request_that_is_in_the_log(app: TestApp) {
    let page = app.get("/customers/999999").expect(404);
    let id = page.header("X-Request-Id").expect("a request id").to_owned();
    page.assert_says(&id);
    assert!(app.log().contains(&id), "{}", app.log());
}

#[apply(engines)]
fn what_is_typed_does_not_reach_the_log(app: TestApp) {
    app.company("Secret Name Ltd").contact("Jana", "Secretperson", "jana@secret.example").create();
    app.post("/customers", &[("type", "company"), ("name", ""), ("phone", "secretphone")]).expect(422);
    let log = app.log().to_lowercase();
    assert!(!log.contains("secretperson") && !log.contains("secretphone"), "{log}");
}

#[apply(engines)]
fn foreign_cookies_do_no_harm(app: TestApp) {
    for cookie in ["=;;; a", "\u{e9}=\u{e9}", "x=\"", "a=b; a=c; __Host-x=%00", &"x=y; ".repeat(800)] {
        app.get_with("/customers", &[("Cookie", cookie)]).expect(200);
    }
}
