//! Behind a proxy and beside other sites: what the world's name for the program decides, whose word counts for where a request comes from, and
//! what other sites can make a browser do.

use macro_rules_attribute::apply;

use crate::support::app::command;
use crate::support::nginx::Nginx;
use crate::support::users::PASSWORD;
use crate::support::{Client, TestApp, encode, engines};

const PUBLIC: &str = "https://clientele.example";

/// The addresses of all sessions, in the order in which they began.
fn addresses(app: &TestApp) -> Vec<String> {
    app.sql().texts("SELECT address AS text FROM sessions ORDER BY id").into_iter().flatten().collect()
}

/// Signs in as `ada`, with further headers.
fn sign_in(client: &Client, headers: &[(&str, &str)]) -> crate::support::Page {
    client.post_with("/sign-in", headers, &[("email", "ada@x.example"), ("password", PASSWORD)])
}

/// A real nginx with TLS, and a certificate of its own.
#[apply(engines)]
fn behind_nginx_with_tls(app: TestApp) {
    app.company("Acme").create();
    app.add_user("ada@x.example", "administrator");
    let port = Nginx::free_port();
    app.restart(&["--public-url", &Nginx::url(port), "--trusted-proxy", "127.0.0.1"]);
    let nginx = Nginx::start(port, &app.host);

    let page = nginx.ask("127.0.0.2", "/customers", &[]).expect(303);
    assert_eq!(page.header("location"), Some("/sign-in?return=%2Fcustomers"));
    assert_eq!(page.header("strict-transport-security"), Some("max-age=31536000"));

    let form = encode(&[("email", "ada@x.example"), ("password", PASSWORD), ("return", "/customers?q=acme")]);
    let own = format!("Origin: {}", Nginx::url(port));
    let forged = "X-Forwarded-For: 203.0.113.9";
    let signed_in = nginx.ask("127.0.0.2", "/sign-in", &["--data", &form, "--header", &own, "--header", forged]).expect(303);
    assert_eq!(signed_in.header("location"), Some("/customers?q=acme"));
    let cookie = signed_in.header("set-cookie").expect("a session");
    assert!(cookie.starts_with("__Host-clientele=") && cookie.contains("; Secure") && cookie.contains("; HttpOnly"), "{cookie}");
    assert!(cookie.contains("; Path=/;") && cookie.contains("SameSite=Lax") && !cookie.contains("Domain"), "{cookie}");
    let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
    assert!(nginx.ask("127.0.0.2", "/customers?q=acme", &["--header", &cookie]).expect(200).body.contains("Acme"));
    assert_eq!(addresses(&app), ["127.0.0.2"]);

    let evil = nginx.ask("127.0.0.2", "/sign-in", &["--data", &form, "--header", "Origin: https://evil.example"]).expect(403);
    assert!(evil.header("set-cookie").is_none());
    let id = app.sql().number("SELECT id AS number FROM users");
    let made = nginx.ask("127.0.0.2", &format!("/users/{id}/link"), &["--data", "", "--header", &cookie, "--header", &own]).expect(200);
    assert!(made.body.contains(&format!("{}/set-password/", Nginx::url(port))), "{}", made.body);
}

/// The name that the world knows is served, and this machine's own; whatever else is made to lead here is not.
#[apply(engines)]
fn only_the_public_name_and_this_machines_are_served(app: TestApp) {
    app.add_user("ada@x.example", "administrator");
    app.restart(&["--public-url", PUBLIC]);
    let status = |host: &str| app.send("GET", "/customers", &[("Host", host)], &[]).status;
    for host in ["clientele.example", "CLIENTELE.example:443", "clientele.example:8443", "localhost", "127.0.0.1:1"] {
        assert_eq!(status(host), 303, "{host}");
    }
    for host in ["evil.example", "clientele.example.evil.example", "xclientele.example", "10.0.0.1"] {
        assert_eq!(status(host), 421, "{host}");
    }
    for wrong in ["clientele.example", "ftp://clientele.example", "https://clientele.example/path", "https://"] {
        let output = command(&["serve", "--public-url", wrong, "--database", &app.database.url]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

#[apply(engines)]
fn cookies_and_transport_follow_from_the_public_name(app: TestApp) {
    app.add_user("ada@x.example", "administrator");
    let plain = sign_in(&app, &[]).expect(303);
    assert!(plain.header("Set-Cookie").unwrap().starts_with("clientele=") && !plain.header("Set-Cookie").unwrap().contains("Secure"));
    assert!(plain.header("Strict-Transport-Security").is_none());
    // A plain hop behind TLS: what a proxy says of the scheme changes nothing.
    app.restart(&["--public-url", "http://clientele.example"]);
    let plain = sign_in(&app, &[("X-Forwarded-Proto", "https")]).expect(303);
    assert!(plain.header("Set-Cookie").unwrap().starts_with("clientele=") && plain.header("Strict-Transport-Security").is_none());
    app.restart(&["--public-url", PUBLIC]);
    for answer in [sign_in(&app, &[("X-Forwarded-Proto", "http")]), app.get("/nowhere"), app.get("/customers"), app.get("/healthz")] {
        assert_eq!(answer.header("Strict-Transport-Security"), Some("max-age=31536000"), "{}", answer.asked);
    }
}

/// One sign-in suffices, whatever cookies are there.
#[apply(engines)]
fn one_sign_in_suffices_with_old_and_foreign_cookies(app: TestApp) {
    app.add_user("ada@x.example", "administrator");
    let old = sign_in(&app, &[]).expect(303).cookie().unwrap().to_owned();
    app.restart(&["--public-url", PUBLIC]);
    let foreign = format!("clientele={}", "a".repeat(43));
    let other = format!("__Host-clientele={}", "b".repeat(43));
    app.with_cookie(&old).get("/customers").expect(303);
    let cookies = format!("{old}; {foreign}; {other}; x=\u{e9}; =;;");
    let new = sign_in(&app, &[("Cookie", &cookies)]).expect(303).cookie().unwrap().to_owned();
    assert!(new.starts_with("__Host-clientele="));
    for order in [format!("{cookies}; {new}"), format!("{new}; {cookies}"), format!("{foreign}; {new}")] {
        app.with_cookie(&order).get("/customers").expect(200);
    }
    // And back: without TLS the plain name counts.
    app.restart(&[]);
    app.with_cookie(&format!("{new}; {foreign}")).get("/customers").expect(303);
    let back = sign_in(&app, &[("Cookie", &format!("{new}; {foreign}"))]).expect(303).cookie().unwrap().to_owned();
    for order in [format!("{foreign}; {back}"), format!("{back}; {foreign}; {new}")] {
        app.with_cookie(&order).get("/customers").expect(200);
    }
}

/// Anybody can send these headers, so that they count from named proxies alone, and there the rightmost hop that is none of them.
#[apply(engines)]
fn forwarded_addresses_count_from_trusted_proxies_alone(app: TestApp) {
    app.add_user("ada@x.example", "administrator");
    let headers: [&[(&str, &str)]; 6] = [
        &[("X-Forwarded-For", "203.0.113.9, 192.0.2.1")],
        &[("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "192.0.2.1, 10.1.2.3")],
        &[("Forwarded", "for=203.0.113.9, for=\"[2001:db8::7]:80\";proto=https")],
        &[("Forwarded", "for=203.0.113.9"), ("X-Forwarded-For", "::ffff:192.0.2.1")],
        &[("X-Forwarded-For", "203.0.113.9, unknown")],
        &[],
    ];
    for headers in headers {
        sign_in(&app, headers).expect(303);
    }
    assert_eq!(addresses(&app), ["127.0.0.1"; 6]);
    app.sql().run("DELETE FROM sessions").unwrap();
    app.restart(&["--trusted-proxy", "127.0.0.0/8,10.0.0.0/8"]);
    for headers in headers {
        sign_in(&app, headers).expect(303);
    }
    assert_eq!(addresses(&app), ["192.0.2.1", "192.0.2.1", "2001:db8::7", "192.0.2.1", "127.0.0.1", "127.0.0.1"]);
    let output = command(&["serve", "--trusted-proxy", "proxy.example", "--database", &app.database.url]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// Another site may link here, and nothing else: what an answer takes and how long it is tells of what it holds.
#[apply(engines)]
fn other_sites_can_link_here_and_read_nothing(app: TestApp) {
    let acme = app.company("Acme Hidden").create();
    let paths =
        ["/customers?q=acme".to_owned(), acme.path(), "/customers.csv".to_owned(), "/countries.json".to_owned(), "/healthz".to_owned()];
    for site in ["cross-site", "same-site"] {
        let site = ("Sec-Fetch-Site", site);
        for path in &paths {
            app.get_with(path, &[site, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]).expect(200);
            app.get_with(path, &[site, ("Sec-Fetch-Mode", "navigate")]).expect(200);
            for (mode, place) in
                [("no-cors", "image"), ("cors", "empty"), ("no-cors", "script"), ("navigate", "iframe"), ("navigate", "object")]
            {
                for method in ["GET", "HEAD"] {
                    let headers = [site, ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", place)];
                    let answer = app.send(method, path, &headers, &[]).expect(403);
                    assert!(!answer.says("Acme Hidden"), "{path}: {headers:?}");
                }
            }
            app.get_with(path, &[site]).expect(403);
        }
    }
    for (site, mode) in [("same-origin", "cors"), ("same-origin", "no-cors"), ("none", "navigate")] {
        app.get_with("/customers?q=acme", &[("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode)]).expect(200);
    }
}

/// `CrossOriginProtection` of Go 1.25, with a public name: each combination of what decides.
#[apply(engines)]
fn what_changes_something_comes_from_here(app: TestApp) {
    app.add_user("ada@x.example", "administrator");
    app.restart(&["--public-url", PUBLIC]);
    let host = ("Host", "clientele.example");
    let own = ("Origin", PUBLIC);
    let evil = ("Origin", "https://evil.example");
    let site = |site: &'static str| ("Sec-Fetch-Site", site);
    let cases: [(&[(&str, &str)], bool); 14] = [
        (&[host], true),
        (&[host, own], true),
        (&[host, evil], false),
        (&[host, ("Origin", "null")], false),
        (&[host, site("same-origin")], true),
        (&[host, site("same-origin"), ("Origin", "null")], true),
        (&[host, site("none")], true),
        (&[host, site("cross-site"), own], false),
        (&[host, site("same-site"), own], false),
        (&[host, site("cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], false),
        (&[host, site("made-up")], false),
        // A proxy that asks by another name.
        (&[own], true),
        (&[evil], false),
        (&[("Origin", "http://clientele.example")], false),
    ];
    for (headers, is_taken) in cases {
        let answer = sign_in(&app, headers);
        assert_eq!((answer.status, answer.cookie().is_some()), if is_taken { (303, true) } else { (403, false) }, "{headers:?}: {answer}");
    }
}

/// A proxy on this machine must not open to others what is for who sits here.
#[apply(engines)]
fn without_users_nothing_is_served_through_a_proxy(app: TestApp) {
    app.company("Acme").create();
    for name in ["X-Forwarded-For", "Forwarded", "X-Forwarded-Proto", "X-Real-IP"] {
        for path in ["/customers", "/users", "/customers.csv"] {
            let answer = app.get_with(path, &[(name, "203.0.113.9")]).expect(403);
            assert!(answer.says("A proxy forwarded this") && !answer.says("Acme"), "{answer}");
        }
        app.post_with("/customers", &[(name, "203.0.113.9")], &[("type", "company"), ("name", "Bolt")]).expect(403);
    }
    assert_eq!(app.sql().count("customers"), 1);
    let ada = app.user("ada@x.example", "administrator");
    ada.get_with("/customers", &[("X-Forwarded-For", "203.0.113.9")]).expect(200);
}
