//! What comes out of the printer.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, browse, in_browser};
use crate::support::Engine;

/// What is for the screen only.
const CHROME: [&str; 10] = [
    "Search customers",
    "Any type",
    "New customer",
    "Import",
    "Export",
    "Next 50",
    "Edit",
    "Disable",
    "New contact",
    "Skip to the details",
];

impl Browser {
    /// The pages that the browser prints, as text.
    async fn print(&self) -> Vec<String> {
        self.settled().await;
        let pdf = self.cdp("Page.printToPDF", json!({})).await;
        let pdf = STANDARD.decode(pdf["data"].as_str().expect("a document")).expect("base64");
        let mut reader = Command::new("pdftotext")
            .args(["-layout", "-", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("pdftotext is missing: install it (Debian: apt-get install poppler-utils), or run tests/run, which does");
        reader.stdin.take().expect("its input").write_all(&pdf).expect("to hand it over");
        let text = String::from_utf8(reader.wait_with_output().expect("its text").stdout).expect("UTF-8");
        text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
    }
}

#[track_caller]
fn holds_all(pages: &[String], names: &[String], least: usize) {
    let text = pages.concat();
    let missing: Vec<_> = names.iter().filter(|name| !text.contains(*name)).collect();
    assert!(missing.is_empty() && pages.len() >= least, "{} pages without {missing:?}:\n{text}", pages.len());
    let chrome: Vec<_> = CHROME.iter().filter(|word| text.contains(**word)).collect();
    assert!(chrome.is_empty(), "{chrome:?} on paper:\n{text}");
}

#[apply(in_browser)]
async fn a_list_is_printed_with_all_rows_that_are_loaded(browser: Browser) {
    for number in 1..=65 {
        browser.app.company(&format!("Customer {number:02}")).ref_id(&format!("R-{number:02}")).create();
    }
    let names = |to: usize| (1..=to).flat_map(|number| [format!("Customer {number:02}"), format!("R-{number:02}")]).collect::<Vec<_>>();
    browser.scheme("dark").await;
    browser.open("/customers?q=customer").await;
    browser.script("document.querySelector('#rows').scrollTop = 9999", &[]).await;
    browser.until("all rows", "return document.querySelectorAll('#rows li[id^=row-]').length === 65", &[]).await;
    let pages = browser.print().await;
    holds_all(&pages, &names(65), 2);
    let address = format!("http://{}/customers?q=customer", browser.app.host);
    assert!(pages[0].contains(&address) && pages[0].contains("65 customers"), "{}", pages[0]);
    let today = browser.script("return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(new Date())", &[]).await;
    assert!(pages[0].contains(today.as_str().expect("a date")), "{today}: {}", pages[0]);
    // The address is the one that is shown now, not the one the page came with.
    browser.press(['3']).await;
    browser.sees("Nothing found").await;
    let page = browser.print().await.concat();
    assert!(page.contains(&format!("{address}&status=disabled")), "{page}");
}

#[test]
fn rows_that_were_not_loaded_are_told() {
    browse("paper-no-script", Engine::Sqlite, false, async |browser| {
        for number in 1..=65 {
            browser.app.company(&format!("Customer {number:02}")).create();
        }
        browser.open("/customers?q=customer").await;
        let pages = browser.print().await;
        holds_all(&pages, &(1..=50).map(|number| format!("Customer {number:02}")).collect::<Vec<_>>(), 1);
        assert!(pages.concat().contains("What follows was not loaded."), "{pages:?}");
        assert!(pages[0].contains(&format!("http://{}/customers?q=customer", browser.app.host)), "{}", pages[0]);
    });
}

#[apply(in_browser)]
async fn a_customer_is_printed_whole(browser: Browser) {
    browser.app.company("Bolt").create();
    let acme = browser.app.company("Acme").with("phone", "+49 30 5550 1420").entitlements(1).create();
    for number in 1..=30 {
        acme.add_contact("Ada", &format!("Lovelace {number:02}"), &format!("ada{number:02}@acme.example")).expect(303);
    }
    for product in 1..=25 {
        acme.entitle(&[("product", &format!("Anvil {product:02}"))]).expect(303);
    }
    // From the browser's own menu: rows that the screen leaves out are printed too, and the screen is as it was.
    browser.open(acme.path()).await;
    let screen = browser.screen().await;
    let pages = browser.print().await;
    let mut names: Vec<_> = (1..=30).flat_map(|number| [format!("Lovelace {number:02}"), format!("ada{number:02}@acme.example")]).collect();
    names.extend((1..=25).map(|number| format!("Anvil {number:02}")));
    names.extend(["Acme", "+49 30 5550 1420", "Forge"].map(str::to_owned));
    names.push(format!("http://{}{}", browser.app.host, acme.path()));
    holds_all(&pages, &names, 1);
    assert!(!pages.concat().contains("Bolt"), "the list is not printed along: {pages:?}");
    assert!(!pages.concat().contains("The first 20"), "{pages:?}");
    assert_eq!(pages.concat().matches("Lovelace 07").count(), 1, "each row once");
    browser
        .until(
            "the screen as it was",
            "return !document.querySelector('.on-paper, .off-paper') && document.querySelectorAll('#contacts tbody tr').length === 20",
            &[],
        )
        .await;
    assert_eq!(browser.screen().await, screen);
    assert_eq!(browser.complaints().await, [] as [&str; 0]);

    // A form among the rows stays as it is, and so do they: the paper says what it lacks.
    browser.open(acme.contact("Lovelace 01").at("edit")).await;
    browser.fill("phone", "typed").await;
    let paper = browser.print().await.concat();
    assert!(paper.contains("The first 20 of 30. To print more, choose “Show all 30” first."), "{paper}");
    assert!(paper.contains("Anvil 25"), "{paper}");
    assert_eq!(browser.value("phone").await, "typed");
}

#[test]
fn without_scripts_the_paper_says_what_it_lacks() {
    browse("paper-whole-no-script", Engine::Sqlite, false, async |browser| {
        let acme = browser.app.company("Acme").create();
        for number in 1..=30 {
            acme.add_contact("Ada", &format!("Lovelace {number:02}"), &format!("ada{number:02}@acme.example")).expect(303);
        }
        browser.open(acme.path()).await;
        let paper = browser.print().await.concat();
        assert!(paper.contains("The first 20 of 30. To print more, choose “Show all 30” first."), "{paper}");
        browser.click("Show all 30").await;
        let paper = browser.print().await.concat();
        assert!(paper.contains("Lovelace 30") && !paper.contains("The first 20"), "{paper}");
    });
}
