//! The settings page: who sets what, what is refused, and how the logo and the colours are served.

use clientele::domain::vendor::Vendor;
use macro_rules_attribute::apply;

use crate::support::{Client, Page, TestApp, engines};

const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#15b"/></svg>"##;

/// A PNG of one grey pixel, which says that it has this many in a row and in a column.
fn png(side: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 1, 1);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[7]).unwrap();
    writer.finish().unwrap();
    file[16..24].copy_from_slice(&[side.to_be_bytes(), side.to_be_bytes()].concat());
    file
}

/// Sends a file as the form does, declared as a PNG whatever it is.
fn upload(client: &Client, file: &[u8]) -> Page {
    let mut body =
        b"--edge\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"logo.png\"\r\nContent-Type: image/png\r\n\r\n".to_vec();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    client.send("POST", "/settings/logo", &[("Content-Type", "multipart/form-data; boundary=edge")], &body)
}

#[apply(engines)]
fn administrators_set_what_contacts_see(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    let page = ada.get("/settings").expect(200);
    assert_eq!((page.field("vendor").as_str(), page.field("mails_per_minute").as_str()), ("Clientele", "60"));
    let set = [("vendor", "Anvil Ltd"), ("accent", "#Ff0"), ("support", "help@x.example"), ("imprint", "https://x.example/imprint")];
    page.submit(&set).expect(303).follow().expect(200).assert_says("Saved the settings.");
    let page = ada.get("/settings");
    assert_eq!((page.field("vendor").as_str(), page.field("accent").as_str()), ("Anvil Ltd", "#ffff00"));
    page.submit(&[("vendor", "Anvil GmbH")]).expect(303);
    page.submit(&[("vendor", "Anvil GmbH")]).expect(303);
    let activity = ada.get("/activity?subject=settings").expect(200);
    activity.assert_says("changed the vendor’s name in the settings from Anvil Ltd to Anvil GmbH");
    assert_eq!(
        app.sql().number("SELECT count(*) AS number FROM events WHERE subject_kind = 'settings'"),
        2,
        "what changes nothing is none"
    );

    for role in ["editor", "viewer"] {
        let other = app.user(&format!("{role}@x.example"), role);
        assert!(!other.get("/customers").offers("Settings"));
        other.get("/settings").expect(403);
        other.post("/settings", &set).expect(403);
        upload(&other, SVG.as_bytes()).expect(403);
        other.post("/settings/logo/remove", &[]).expect(403);
    }
    assert!(ada.get("/customers").offers("Settings"));
}

#[apply(engines)]
fn wrong_settings_come_back_beside_their_field(app: TestApp) {
    for (field, value) in
        [("vendor", ""), ("accent", "red;}body{"), ("support", "nobody"), ("imprint", "javascript:alert(1)"), ("mails_per_minute", "0")]
    {
        let page = app.get("/settings").submit(&[(field, value)]).expect(422);
        assert!(page.error_of(field).is_some(), "{field}: {page}");
        assert_eq!(page.field(field), value);
    }
    assert_eq!(app.sql().count("settings"), 0);
}

#[apply(engines)]
fn two_administrators_at_once_see_both_versions(app: TestApp) {
    let (first, second) = (app.get("/settings"), app.get("/settings"));
    first.submit(&[("vendor", "Anvil")]).expect(303);
    let page = second.submit(&[("vendor", "Bolt")]).expect(409);
    page.assert_says("Anvil").assert_says("Bolt");
    second.submit(&[("imprint", "https://x.example/")]).expect(303);
    assert_eq!(app.get("/settings").field("vendor"), "Anvil", "other fields go through");
}

/// What is declared says nothing.
#[apply(engines)]
fn a_logo_is_served_as_what_it_is_and_does_nothing(app: TestApp) {
    upload(&app, SVG.as_bytes()).expect(303);
    let page = app.get("/settings").expect(200);
    let path = page.attributes(".shown img", "src").concat();
    assert!(path.starts_with("/portal/logo-"), "{path}");
    let logo = app.get(&path).expect(200);
    assert_eq!(logo.header("Content-Type"), Some("image/svg+xml"));
    assert_eq!(logo.header("X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(logo.header("Content-Security-Policy"), Some("default-src 'none'; style-src 'unsafe-inline'; sandbox"));
    assert_eq!(logo.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(logo.text(), SVG);
    page.press("Remove logo").expect(303);
    app.get(&path).expect(404);
    app.get("/activity").expect(200).assert_says("logo");
}

#[apply(engines)]
fn what_is_no_harmless_picture_is_refused_with_a_sentence(app: TestApp) {
    let with = |body: &str| SVG.replace("<path", &format!("{body}<path"));
    for (file, sentence) in [
        ("<html><script>x()</script></html>".to_owned(), "neither a PNG nor an SVG"),
        (with("<script>x()</script>"), "contains a script"),
        (with("<image href='https://evil.example/x.png'/>"), "outside of itself"),
        (format!("<!DOCTYPE svg>{SVG}"), "has a DOCTYPE"),
        (with(&format!("<!--{}-->", "x".repeat(300_000))), "larger than 256 KiB"),
        (String::new(), "Choose a file"),
    ] {
        upload(&app, file.as_bytes()).expect(422).assert_says(sentence);
    }
    upload(&app, &png(60_000)).expect(422);
    assert_eq!(app.sql().count("logos"), 0);
    upload(&app, &png(1)).expect(303);
    let path = app.get("/settings").expect(200).attributes(".shown img", "src").concat();
    let logo = app.get(path).expect(200);
    assert_eq!((logo.header("Content-Type"), logo.header("X-Content-Type-Options")), (Some("image/png"), Some("nosniff")));
    assert_eq!(logo.bytes, png(1));
}

#[apply(engines)]
fn the_portals_colours_are_a_style_sheet(app: TestApp) {
    let before = Vendor::default().theme_path();
    let sheet = app.get(&before).expect(200);
    assert_eq!(sheet.header("Content-Type"), Some("text/css; charset=utf-8"));
    sheet.text().find("--brand: #1f5fbf").expect("the vendor's colour");
    app.get("/settings").submit(&[("accent", "#ffff00")]).expect(303);
    app.get(&before).expect(404);
    app.get("/portal/theme-none.css").expect(404);
}
