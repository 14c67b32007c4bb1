//! What HTTP asks of a server beyond pages: what is refused is refused in words, with the right status.

use std::time::Duration;

use macro_rules_attribute::apply;

use crate::support::{TestApp, engines};

/// The answer to these bytes.
fn raw(app: &TestApp, request: &str) -> String {
    app.raw(request.as_bytes(), Duration::from_secs(20))
}

/// An answer with this status and these words, as a page with all its headers.
fn assert_page(answer: &str, status: u16, words: &str) {
    let begin = &answer[..answer.len().min(300)];
    assert!(
        ["HTTP/1.0", "HTTP/1.1"].map(|version| format!("{version} {status} ")).iter().any(|line| answer.starts_with(line)),
        "{status}: {begin}"
    );
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let head = head.to_lowercase();
    for header in
        ["content-type: text/html; charset=utf-8", "content-security-policy: default-src 'none'", "date: ", "x-frame-options: deny"]
    {
        assert!(head.contains(header), "{status} without {header}: {head}");
    }
    assert!(body.contains("<!doctype html>") && body.contains(words), "{status}: {body}");
}

#[apply(engines)]
fn an_asset_that_is_known_is_not_sent_again(app: TestApp) {
    let path = app.get("/customers").attributes("link[rel=stylesheet]", "href")[0].clone();
    for encoding in ["identity", "br", "gzip"] {
        let asset = app.get_with(&path, &[("Accept-Encoding", encoding)]).expect(200);
        let tag = asset.header("ETag").expect("a tag");
        for known in [tag.to_owned(), format!("W/{tag}"), "*".to_owned(), format!("\"x\", W/{tag} ,\"y\"")] {
            for method in ["GET", "HEAD"] {
                let answer = app.send(method, &path, &[("Accept-Encoding", encoding), ("If-None-Match", &known)], &[]).expect(304);
                assert!(answer.bytes.is_empty() && answer.header("ETag") == Some(tag), "{known}");
                assert!(answer.header("Vary").is_some() && answer.header("Cache-Control").is_some(), "{known}");
            }
        }
        for other in ["\"x\"", "W/\"x\"", "x", "\"*\""] {
            app.get_with(&path, &[("Accept-Encoding", encoding), ("If-None-Match", other)]).expect(200);
        }
    }
}

#[apply(engines)]
fn options_are_told(app: TestApp) {
    let acme = app.company("Acme").create();
    for (path, allow) in [
        ("/customers".to_owned(), "GET, HEAD, POST, OPTIONS"),
        (acme.at("enable"), "POST, OPTIONS"),
        (acme.at("edit"), "GET, HEAD, POST, OPTIONS"),
        ("/healthz".to_owned(), "GET, HEAD, OPTIONS"),
    ] {
        let answer = app.send("OPTIONS", &path, &[("Origin", "https://evil.example")], &[]).expect(204);
        assert_eq!(answer.header("Allow"), Some(allow), "{path}");
        assert!(answer.header("Access-Control-Allow-Origin").is_none());
        for method in ["PUT", "DELETE", "TRACE", "BREW"] {
            let refused = app.send(method, &path, &[], &[]).expect(405);
            assert_eq!(refused.header("Allow"), Some(allow), "{method} {path}");
            refused.assert_says("not for this kind of request");
        }
    }
    app.send("OPTIONS", "/nowhere", &[], &[]).expect(404);
    let all = raw(&app, &format!("OPTIONS * HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", app.host));
    assert!(all.starts_with("HTTP/1.1 204") && all.to_lowercase().contains("allow: get, head, post, options"), "{all}");
    for odd in ["GET *", "CONNECT evil.example:443", "TRACE /customers"] {
        let answer = raw(&app, &format!("{odd} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", app.host));
        assert!(answer.starts_with("HTTP/1.1 4"), "{odd}: {answer}");
    }
}

#[apply(engines)]
fn an_address_that_is_too_long_is_414(app: TestApp) {
    // The longest search there is, each byte percent-encoded.
    app.get(format!("/customers?q={}", "%F0%9D%84%9E".repeat(1_000))).expect(200);
    for length in [33_000, 66_000, 140_000, 2_000_000] {
        let request = format!("GET /customers?q={} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", "x".repeat(length), app.host);
        assert_page(&raw(&app, &request), 414, "This address is too long");
    }
    app.get("/customers").expect(200);
}

#[apply(engines)]
fn header_fields_that_are_too_long_are_431(app: TestApp) {
    let begin = format!("GET /customers HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", app.host);
    for fields in [format!("Cookie: a={}\r\n", "x".repeat(200_000)), "X: y\r\n".repeat(120), format!("Cookie: {}", "x".repeat(500_000))] {
        assert_page(&raw(&app, &format!("{begin}{fields}\r\n")), 431, "header fields are too long");
    }
    let cookie = format!("a={}", "x".repeat(60_000));
    app.get_with("/customers", &[("Cookie", &cookie)]).expect(200);
}

#[apply(engines)]
fn what_cannot_be_read_is_400_in_words(app: TestApp) {
    let host = &app.host;
    let form = "POST /customers HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    for request in [
        "GET\r\n\r\n".to_owned(),
        "GET /customers HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET /customers HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n"),
        format!("GET /customers HTTP/1.1\r\nHost: {host}\r\nX-Null: a\0b\r\n\r\n"),
        format!("{form}\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n"),
        format!("{form}\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nname=x"),
        format!("{form}\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x"),
        format!("{form}\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
    ] {
        assert_page(&raw(&app, &request), 400, "This request cannot be read");
    }
    for host in ["local host", "localhost/x", "me@localhost", "localhost:99999", "[::1"] {
        assert_page(&raw(&app, &format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")), 400, "It does not name a host.");
    }
    for host in ["", "Host:\r\n", "Host: localhost,evil.example\r\n"] {
        let request = format!("GET /customers HTTP/1.0\r\n{host}\r\n");
        assert_page(&raw(&app, &request), 421, "This server has another name");
    }
    assert_eq!(app.sql().count("customers"), 0);
}

#[apply(engines)]
fn only_one_expectation_is_met(app: TestApp) {
    let post = |expect: &str| {
        let head = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 22\r\nConnection: close";
        let request = format!("POST /customers HTTP/1.1\r\nHost: {}\r\n{head}\r\nExpect: {expect}\r\n\r\ntype=company&name=Acme", app.host);
        raw(&app, &request)
    };
    assert!(post("100-continue").starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 303 "));
    assert_page(&post("a-miracle"), 417, "unknown value");
    assert_eq!(app.sql().count("customers"), 1);
}
