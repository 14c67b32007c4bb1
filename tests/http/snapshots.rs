//! The markup of the main page parts, kept in `snapshots/`, so that a review sees what a change does to it.
//!
//! `INSTA_UPDATE=always cargo nextest run --test http snapshots` writes them again. One engine suffices: markup does not depend on it.

use std::fmt::Write as _;

use scraper::{ElementRef, Html, Node};

use super::import_page::Upload;
use crate::support::database::Database;
use crate::support::page::css;
use crate::support::{Client, Engine, Page, TestApp};

/// Compares the one element that `selector` finds with its snapshot.
#[track_caller]
fn assert_snapshot(name: &str, page: &Page, selector: &str) {
    let document = Html::parse_document(&page.text());
    let element = document.select(&css(selector)).next().unwrap_or_else(|| panic!("no {selector}: {page}"));
    let mut text = String::new();
    write_element(&mut text, element, 0);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// An element a line with the text that follows its tag, attributes in the order of their names, and what differs from run to run replaced.
fn write_element(text: &mut String, element: ElementRef, depth: usize) {
    let (indent, value) = ("  ".repeat(depth), element.value());
    let mut attributes: Vec<_> = value.attrs().collect();
    attributes.sort_unstable();
    write!(text, "{indent}<{}", value.name()).unwrap();
    for (name, given) in attributes {
        write!(text, " {name}={:?}", stable(element, name, given)).unwrap();
    }
    text.push('>');
    // Of languages and countries the chosen one is enough.
    let is_long = element.child_elements().filter(|child| child.value().name() == "option").count() > 20;
    for (at, child) in element.children().filter(|child| !is_blank(child.value())).enumerate() {
        match (child.value(), ElementRef::wrap(child)) {
            (Node::Text(words), _) => {
                let words = if is_changing(element) { CHANGING.to_owned() } else { words.split_whitespace().collect::<Vec<_>>().join(" ") };
                let start = if at == 0 { " ".to_owned() } else { format!("\n{indent}  ") };
                write!(text, "{start}{words}").unwrap();
            }
            (_, Some(child)) if !is_long || child.attr("selected").is_some() => {
                text.push('\n');
                write_element(text, child, depth + 1);
            }
            _ => {}
        }
    }
}

fn is_blank(node: &Node) -> bool {
    node.as_text().is_some_and(|text| text.trim().is_empty())
}

/// Stands for what differs from run to run.
const CHANGING: &str = "[…]";

/// Is the text of this element a time, the request's id, or where and when the page was printed?
fn is_changing(element: ElementRef) -> bool {
    let parent = element.parent().and_then(|parent| parent.value().as_element()?.attr("class"));
    element.value().name() == "time"
        || element.attr("class") == Some("paper")
        || (parent == Some("soft small") && element.attr("class") == Some("num"))
}

/// An attribute's value without times, today's date, tokens and the hashes of assets.
fn stable(element: ElementRef, name: &str, given: &str) -> String {
    let is_time = element.value().name() == "time" && name != "class";
    let is_given = name == "value" && matches!(element.attr("name"), Some("token" | "opening" | "starts_on"));
    if is_time || is_given || name == "data-opening" {
        return CHANGING.to_owned();
    }
    let asset = given.strip_prefix("/static/").map(|asset| asset.split_at(asset.find('#').unwrap_or(asset.len())));
    match asset.and_then(|(file, fragment)| Some((file.rsplit_once('-')?.0, file.rsplit_once('.')?.1, fragment))) {
        Some((stem, extension, fragment)) => format!("/static/{stem}-{CHANGING}.{extension}{fragment}"),
        None => given.to_owned(),
    }
}

fn start() -> TestApp {
    TestApp::with(Database::new(Engine::Sqlite), &["--time-zone", "Europe/Berlin"])
}

/// A company with all that a detail shows.
fn company(app: &Client) -> i64 {
    let acme = app
        .company("Acme Robotics")
        .number("C-7")
        .ref_id("R-1")
        .crm_id("CRM-9")
        .with("email", "office@acme.example")
        .with("language", "de")
        .with("phone", "+49 221 5550")
        .with("description", "Two lines\nof text")
        .with("billing_street", "Hafenstraße 1")
        .with("billing_city", "Köln")
        .with("billing_postal_code", "50667")
        .with("billing_country", "DE")
        .with("shipping_same", "on")
        .contact("Jana", "Hoffmann", "jana@acme.example")
        .contact("Tomás", "Nuñez", "tomas@acme.example")
        .create();
    acme.contact("Tomás").disable().expect(303);
    acme.id
}

#[test]
fn snapshots_of_the_list() {
    let app = start();
    assert_snapshot("empty-list", &app.get("/customers"), "#results");
    company(&app);
    app.individual("Aino", "Robola").number("C-8").create().disable().expect(303);
    assert_snapshot("page", &app.get("/customers"), "html");
    assert_snapshot("list", &app.get("/customers?status=enabled&sort=ref"), "#results");
    assert_snapshot("list-row", &app.get("/customers/1"), "#row-1");
    assert_snapshot("list-row-found-by-contact", &app.get("/customers?q=hoff"), "#row-1");
}

#[test]
fn snapshots_of_details() {
    let app = start();
    let acme = app.customer(company(&app));
    assert_snapshot("contacts-pane", &acme.page(), "#contacts");
    assert_snapshot("entitlements-pane-empty", &acme.page(), "#entitlements");
    for (product, ends_on) in [("Forge Pro", "2999-12-31"), ("Forge Ended", "")] {
        acme.entitle(&[("product", product), ("quantity", "5"), ("ends_on", ends_on)]).expect(303);
    }
    acme.entitlement("Forge Ended").end().expect(303);
    app.sql().run("UPDATE entitlements SET ended_at = '2026-01-02 12:00:00' WHERE ended_at IS NOT NULL").unwrap();
    app.sql().run("UPDATE entitlements SET eid = 'EID-' || id").unwrap();
    assert_snapshot("company-detail", &acme.page(), "article.detail");
    let aino = app.individual("Aino", "Robola").number("C-8").with("email", "aino@robola.example").create();
    assert_snapshot("individual-detail", &aino.page(), "article.detail");
}

#[test]
fn snapshots_of_forms() {
    let app = start();
    assert_snapshot("new-company", &app.get("/customers/new?type=company"), "#detail");
    let refused = app.get("/customers/new?type=individual").submit(&[("first_name", "Aino"), ("email", "aino")]).expect(422);
    assert_snapshot("new-individual-refused", &refused, "#detail");
    let acme = app.customer(company(&app));
    assert_snapshot("contact-form", &app.get(acme.contact("Jana").at("edit")), "#contacts");
    assert_snapshot("entitlement-form", &app.get(acme.at("entitlements/new")), "#entitlements");
    assert_snapshot("confirmation", &app.get(acme.at("delete")), "div.confirm");
}

#[test]
fn snapshots_of_errors() {
    let app = start();
    assert_snapshot("error-pane", &app.get("/customers/99"), "div.error-pane");
}

#[test]
fn snapshots_of_imports() {
    let app = start();
    assert_snapshot("import-start", &app.get("/customers/import"), "#detail");
    let files = Upload::new().with("customers", "number,type,name,shoe size\nC-7,company,Acme,12\nC-8,company,,\n");
    assert_snapshot("import-checked", &files.checked(&app), "#import");
}
