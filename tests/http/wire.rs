//! HTTP itself: HEAD, slashes, compression, assets.

use macro_rules_attribute::apply;

use crate::support::{Page, TestApp, engines, http};

fn assets(app: &TestApp) -> Vec<String> {
    let page = app.get("/customers");
    let mut assets = page.attributes("link[rel=stylesheet], link[rel=icon], link[rel=modulepreload]", "href");
    assets.extend(page.attributes("script[src]", "src"));
    assets.extend(
        page.attributes("use", "href").iter().filter_map(|href| Some(href.split('#').next()?.to_owned())).filter(|href| !href.is_empty()),
    );
    assets.sort();
    assets.dedup();
    assert!(assets.len() >= 2, "{assets:?}");
    assets
}

/// A monitor may ask by HEAD wherever a browser asks by GET.
#[apply(engines)]
fn head_answers_as_get_without_a_body(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").create();
    let mut paths = assets(&app);
    paths.extend(
        ["/", "/customers", "/customers?q=a", "/customers/new", "/customers/new?type=company", "/customers/999999", "/healthz"]
            .map(str::to_owned),
    );
    paths.extend([
        acme.path(),
        acme.at("edit"),
        acme.at("delete"),
        acme.at("contacts/new"),
        acme.at("entitlements/new"),
        acme.contact("Jana").at("edit"),
    ]);
    for path in paths {
        let (get, head) = (app.get(&path), app.send("HEAD", &path, &[], &[]));
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.bytes.is_empty(), "{path}");
        for name in ["Content-Type", "Vary", "Cache-Control", "Location", "ETag", "Content-Security-Policy"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
        if let Some(length) = head.header("Content-Length") {
            assert_eq!(Some(length), get.header("Content-Length"), "{path}");
        }
    }
    let answer = app.raw(
        format!("HEAD /customers HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", app.host).as_bytes(),
        std::time::Duration::from_secs(5),
    );
    assert!(answer.ends_with("\r\n\r\n"), "no body on the wire: {answer}");
}

/// A HEAD request uses up no message.
#[apply(engines)]
fn head_uses_nothing_up(app: TestApp) {
    let acme = app.company("Acme").create();
    let answer = acme.disable();
    app.send("HEAD", answer.location(), &[], &[]).expect(200);
    let page = app.get(answer.location());
    assert!(page.texts(".flash, [role=status]").concat().to_lowercase().contains("disabled"), "{page}");
}

#[apply(engines)]
fn a_slash_too_many_leads_to_the_one_address(app: TestApp) {
    let acme = app.company("Acme").create();
    let path = acme.path();
    for (odd, right) in [
        ("/customers/?q=a%26b&status=enabled".to_owned(), "/customers?q=a%26b&status=enabled".to_owned()),
        ("//customers".to_owned(), "/customers".to_owned()),
        (format!("{path}/"), path.clone()),
        (format!("{path}//edit?q=x"), format!("{path}/edit?q=x")),
        (format!("/{path}"), path.clone()),
    ] {
        let answer = app.raw(
            format!("GET {odd} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", app.host).as_bytes(),
            std::time::Duration::from_secs(5),
        );
        let location = answer.lines().find_map(|line| line.to_lowercase().starts_with("location: ").then(|| line[10..].to_owned()));
        assert!(answer.starts_with("HTTP/1.1 30"), "{odd}: {answer}");
        assert_eq!(location, Some(right), "{odd}");
    }
    // Never to another host.
    for odd in ["//evil.example/", "//evil.example", "/\\evil.example/", "///evil.example/%2e%2e/"] {
        let answer = app.raw(
            format!("GET {odd} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", app.host).as_bytes(),
            std::time::Duration::from_secs(5),
        );
        let location = answer.lines().find_map(|line| line.to_lowercase().starts_with("location: ").then(|| line[10..].to_owned()));
        let stays = location.as_deref().is_none_or(|to| to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\"));
        assert!(stays, "{odd} leads to {location:?}");
    }
}

fn decoded(page: &Page) -> Vec<u8> {
    http::decoded(page.header("Content-Encoding"), &page.bytes)
}

/// It decodes once to the same bytes; length and `Vary` are right.
#[apply(engines)]
fn compression_is_what_was_asked_for(app: TestApp) {
    for number in 0..30 {
        app.company(&format!("Company {number}")).create();
    }
    let mut paths = assets(&app);
    paths.extend(["/customers", "/customers/1", "/customers?q=company+1", "/nowhere/at/all"].map(str::to_owned));
    for path in paths {
        let plain = app.get(&path);
        assert_eq!(plain.header("Content-Encoding").unwrap_or("identity"), "identity", "{path}");
        for accept in [
            "br",
            "gzip",
            "zstd",
            "identity",
            "gzip, deflate, br, zstd",
            "br;q=0",
            "br;q=0, gzip;q=0.5",
            "BR",
            "*",
            "*;q=0",
            "",
            "deflate",
            "x",
            "gzip;q=x",
        ] {
            let page = app.get_with(&path, &[("Accept-Encoding", accept)]);
            assert_eq!(page.status, plain.status);
            let encoding = page.header("Content-Encoding").unwrap_or("identity").to_owned();
            assert!(
                encoding == "identity" || accept.to_lowercase().contains(&encoding) || accept == "*",
                "{path}: {accept} got {encoding}"
            );
            assert!(!accept.contains("br;q=0") || encoding != "br");
            let same = if plain.status == 404 { decoded(&page).len() } else { usize::from(decoded(&page) == plain.bytes) };
            assert!(same > 0, "{path}: {accept} decodes to other bytes");
            if let Some(length) = page.header("Content-Length") {
                assert_eq!(length, page.bytes.len().to_string(), "{path}: {accept}");
            }
            assert!(page.header("Vary").unwrap_or_default().to_lowercase().contains("accept-encoding"), "{path}");
            if let (Some(tag), Some(other)) = (page.header("ETag"), plain.header("ETag")) {
                assert!(encoding == "identity" || tag != other, "{path}: one ETag for two encodings");
            }
        }
    }
}

#[apply(engines)]
fn a_page_that_is_large_is_compressed(app: TestApp) {
    for number in 0..30 {
        app.company(&format!("Company {number}")).create();
    }
    for encoding in ["br", "gzip", "zstd"] {
        let page = app.get_with("/customers", &[("Accept-Encoding", encoding)]);
        assert_eq!(page.header("Content-Encoding"), Some(encoding));
    }
}

#[apply(engines)]
fn assets_are_kept_for_a_year_under_a_name_of_their_content(app: TestApp) {
    for path in assets(&app) {
        let asset = app.get(&path).expect(200);
        let cache = asset.header("Cache-Control").unwrap_or_default();
        assert!(cache.contains("immutable") && cache.contains("max-age=31536000"), "{path}: {cache}");
        let kind = asset.header("Content-Type").unwrap_or_default();
        let (name, extension) = path.rsplit_once('.').expect("a file's name");
        let wanted = match extension {
            "css" => "text/css",
            "js" => "javascript",
            _ => "image/",
        };
        assert!(kind.contains(wanted), "{path}: {kind}");
        if let Some(tag) = asset.header("ETag") {
            let again = app.get_with(&path, &[("If-None-Match", tag)]);
            assert!(again.status == 304 && again.bytes.is_empty() || again.status == 200, "{again}");
        }
        app.get(format!("{name}0.{extension}")).expect(404);
    }
}

#[apply(engines)]
fn pages_say_what_they_are(app: TestApp) {
    let acme = app.company("Acme").create();
    for path in ["/customers".to_owned(), acme.path(), "/nowhere".to_owned()] {
        let page = app.get(path);
        assert_eq!(page.header("Content-Type").map(str::to_lowercase).as_deref(), Some("text/html; charset=utf-8"));
        assert_eq!(page.attributes("html", "lang"), ["en"]);
        assert!(page.has("meta[name=viewport]") && page.has("main h1"), "{page}");
        assert!(page.title().contains("Clientele"), "{}", page.title());
    }
}
