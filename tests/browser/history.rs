//! Back, Forward, reload, tabs and bookmarks: each address shows its screen, and where one was, one stays.

use fantoccini::Locator;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_MIDDLE, MouseActions, PointerAction};
use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, browse_and_restart, in_browser, key};
use crate::support::Engine;

#[test]
fn an_address_shows_a_whole_page_however_one_comes_back_to_it() {
    browse_and_restart("whole-page", Engine::Sqlite, true, whole_pages);
}

async fn whole_pages(browser: &mut Browser) {
    browser.app.company("Acme").ref_id("R-1").contact("Jana", "Hoffmann", "jana@acme.example").create();
    browser.app.company("Acorn").create();
    browser.app.company("Bolt").create();
    browser.open("/customers").await;
    browser.fill("q", "ac").await;
    browser.sees("2 customers").await;
    browser.choose("Acme").await;
    browser.sees_heading("Acme").await;
    let screen = "/customers/1?q=ac";
    assert_eq!(browser.path().await, screen);

    // Reloaded.
    browser.refresh().await.expect("to reload");
    is_whole(browser, &["Acme", "Acorn"], "Acme").await;
    assert_eq!(browser.value("q").await, "ac");
    // Parts of this very address were fetched last; another site, and back, with and without the browser's memory of whole pages.
    for memory in [true, false] {
        browser.cdp("Network.enable", json!({})).await;
        browser.choose("Acorn").await;
        browser.sees_heading("Acorn").await;
        browser.click("New contact").await;
        browser.sees("Create contact").await;
        browser.choose("Acme").await;
        browser.sees_heading("Acme").await;
        if !memory {
            // A page that listens for this is not kept in the memory of whole pages.
            browser.script("addEventListener('unload', () => {})", &[]).await;
        }
        browser.goto("data:text/html,<title>elsewhere</title>elsewhere").await.expect("another site");
        browser.back().await.expect("to come back");
        is_whole(browser, &["Acme", "Acorn"], "Acme").await;
        browser.back().await.expect("to go back");
        browser.sees("Create contact").await;
        is_whole(browser, &["Acme", "Acorn"], "Acorn").await;
        browser.back().await.expect("to go back");
        browser.sees_no("Create contact").await;
        is_whole(browser, &["Acme", "Acorn"], "Acorn").await;
        browser.forward().await.expect("to go forward");
        browser.sees("Create contact").await;
        browser.forward().await.expect("to go forward");
        is_whole(browser, &["Acme", "Acorn"], "Acme").await;
    }

    // A further tab.
    let here = browser.window().await.expect("a tab");
    let other = browser.new_window(true).await.expect("a tab").handle;
    browser.switch_to_window(other).await.expect("the tab");
    browser.open(screen).await;
    is_whole(browser, &["Acme", "Acorn"], "Acme").await;
    browser.close_window().await.expect("to close it");
    browser.switch_to_window(here).await.expect("the first tab");

    // The browser is restarted with the tab it had, which takes what is in the cache, too.
    browser.choose("Acorn").await;
    browser.sees_heading("Acorn").await;
    browser.restart().await;
    is_whole(browser, &["Acme", "Acorn"], "Acorn").await;
    browser.back().await.expect("to go back");
    is_whole(browser, &["Acme", "Acorn"], "Acme").await;

    // A shared link, opened by somebody who has never been here.
    browser.cdp("Network.clearBrowserCache", json!({})).await;
    browser.open("/customers/3?q=ac&status=enabled&type=company").await;
    is_whole(browser, &["Acme", "Acorn"], "Bolt").await;
    assert_eq!(browser.current().await, None, "what is open need not be among what was found");
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// The whole page, once: list, right pane, one main, styles.
async fn is_whole(browser: &Browser, rows: &[&str], heading: &str) {
    browser.sees_heading(heading).await;
    browser.settled().await;
    assert_eq!(browser.rows().await, rows);
    let script = "return [document.querySelectorAll('main').length, document.querySelectorAll('#results').length, document.querySelectorAll('header.top').length,
        document.styleSheets.length > 0 ? 1 : 0, document.querySelectorAll('[id]').length - new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size]";
    assert_eq!(browser.script(script, &[]).await, json!([1, 1, 1, 1, 0]));
    let title = browser.title().await.expect("a title");
    assert!(title.contains(heading), "{title}");
}

#[apply(in_browser)]
async fn back_goes_through_the_screens_one_has_seen(browser: Browser) {
    for name in ["Acme", "Bolt", "Corex", "Delta", "Echo", "Falcon"] {
        let customer = browser.app.company(name);
        let customer = if name == "Bolt" { customer.disabled() } else { customer };
        customer.create();
    }
    browser.open("/customers").await;
    let names = ["Acme", "Bolt", "Corex", "Delta", "Echo"];
    for name in names {
        browser.press(['j']).await;
        browser.sees_heading(name).await;
    }
    // Scripts of the page's own leave the history as it is.
    browser.click("Keys").await;
    browser.press([key::ESCAPE]).await;
    browser.script("document.querySelector('[data-theme-switch]').click()", &[]).await;
    for name in names[..4].iter().rev() {
        browser.back().await.expect("to go back");
        browser.sees_heading(name).await;
        browser
            .until(
                &format!("{name} marked current"),
                "return document.querySelector('#rows a[aria-current] .name')?.innerText === arguments[0]",
                &[json!(name)],
            )
            .await;
    }
    browser.back().await.expect("to go back");
    browser.sees("Select a customer").await;
    assert_eq!(browser.path().await, "/customers");
    assert_eq!(browser.current().await, None);
    for name in names {
        browser.forward().await.expect("to go forward");
        browser.sees_heading(name).await;
    }

    // A filter and a search are steps, too; typing one is a single step, and never a step a letter.
    browser.click("Disabled").await;
    browser.sees("1 customer").await;
    assert_eq!(browser.path().await, "/customers/5?status=disabled");
    browser.click("All").await;
    browser.sees("6 customers").await;
    browser.fill("q", "falcon").await;
    browser.sees("1 customer").await;
    browser.choose("Falcon").await;
    browser.sees_heading("Falcon").await;
    browser.back().await.expect("to go back");
    browser.sees_heading("Echo").await;
    assert_eq!(browser.rows().await, ["Falcon"]);
    assert_eq!((browser.value("q").await.as_str(), browser.path().await.as_str()), ("falcon", "/customers/5?q=falcon"));
    browser.back().await.expect("to go back");
    browser
        .until(
            "the filter again",
            "return document.querySelectorAll('li[id^=row-]').length === 1 && document.querySelector('#q').value === ''",
            &[],
        )
        .await;
    assert_eq!(browser.rows().await, ["Bolt"]);
    assert_eq!(browser.path().await, "/customers/5?status=disabled");
    browser.back().await.expect("to go back");
    browser.sees("6 customers").await;
    browser.forward().await.expect("to go forward");
    browser.sees("1 customer").await;
    assert_eq!(browser.rows().await, ["Bolt"]);

    // A form and its answer: Back does not come to a form that was sent.
    browser.open("/customers/1").await;
    browser.click("Edit").await;
    browser.fill("name", "Acme & Sons").await;
    browser.click("Save").await;
    browser.sees("Saved Acme & Sons.").await;
    assert_eq!(browser.path().await, "/customers/1", "without the message's token");
    browser.refresh().await.expect("to reload");
    browser.sees_heading("Acme & Sons").await;
    browser.sees_no("Saved ").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn a_long_list_is_where_it_was(browser: Browser) {
    for number in 1..=400 {
        browser.app.company(&format!("Customer {number:03}")).create();
    }
    browser.open("/customers").await;
    browser.sees("400 customers").await;
    for page in 2..=5 {
        browser.until("a further page", "document.querySelector('#next')?.scrollIntoView(); return document.querySelectorAll('li[id^=row-]').length >= 50 * arguments[0]", &[json!(page)]).await;
    }
    browser.script("document.querySelector('#row-230').scrollIntoView({ block: 'center' })", &[]).await;
    browser.choose("Customer 230").await;
    browser.sees_heading("Customer 230").await;
    let top = row_top(browser, 230).await;
    browser.choose("Customer 231").await;
    browser.sees_heading("Customer 231").await;
    assert!((row_top(browser, 230).await - top).abs() < 2.0, "choosing moves the list");

    browser.back().await.expect("to go back");
    browser.sees_heading("Customer 230").await;
    assert!((row_top(browser, 230).await - top).abs() < 2.0);
    each_row_once(browser).await;
    browser.back().await.expect("to go back");
    browser.sees("Select a customer").await;
    assert!((row_top(browser, 230).await - top).abs() < 2.0);
    browser.forward().await.expect("to go forward");
    browser.sees_heading("Customer 230").await;
    each_row_once(browser).await;

    // Reloaded, and back from another site: the same place.
    browser.refresh().await.expect("to reload");
    browser.sees_heading("Customer 230").await;
    browser.until("row 230 in view", "return inView('#row-230')", &[]).await;
    browser.a_moment_passes().await;
    assert!((row_top(browser, 230).await - top).abs() < 2.0, "{} {top}", row_top(browser, 230).await);
    browser.script("document.querySelector('#rows').scrollTop += 300; addEventListener('unload', () => {})", &[]).await;
    browser.a_moment_passes().await;
    let scrolled = row_top(browser, 230).await;
    browser.goto("data:text/html,elsewhere").await.expect("another site");
    browser.back().await.expect("to come back");
    browser.sees_heading("Customer 230").await;
    browser
        .until(
            "the same place",
            "return Math.abs(document.querySelector('#row-230')?.getBoundingClientRect().top - arguments[0]) < 2",
            &[json!(scrolled)],
        )
        .await;

    // On to both ends: every row, each once, in order.
    browser.until("the end", "document.querySelector('#next')?.scrollIntoView(); return !!document.querySelector('#row-400') && !document.querySelector('#next')", &[]).await;
    browser.until("the beginning", "const rows = document.querySelector('#rows'); rows.scrollTop = rows.scrollTop > 100 ? rows.scrollTop - 900 : 600; return !!document.querySelector('#row-1') && !document.querySelector('#prev')", &[]).await;
    browser.settled().await;
    let all = browser.rows().await;
    assert_eq!(all, (1..=400).map(|number| format!("Customer {number:03}")).collect::<Vec<_>>());
    each_row_once(browser).await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

async fn row_top(browser: &Browser, id: i64) -> f64 {
    browser.number(&format!("return document.querySelector('#row-{id}').getBoundingClientRect().top")).await
}

async fn each_row_once(browser: &Browser) {
    browser.settled().await;
    let rows = browser.rows().await;
    let mut once = rows.clone();
    once.sort();
    once.dedup();
    assert_eq!(rows, once, "in order, each once");
}

#[apply(in_browser)]
async fn a_link_is_a_link(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    browser.app.company("Bolt").create();
    browser.open("/customers?status=enabled").await;
    // A middle click opens a tab and leaves this one as it is.
    let row = browser.find(Locator::Css("#open-1")).await.expect("a row");
    let middle = MouseActions::new("mouse".to_owned())
        .then(PointerAction::MoveToElement { element: row, duration: None, x: 0.0, y: 0.0 })
        .then(PointerAction::Down { button: MOUSE_BUTTON_MIDDLE })
        .then(PointerAction::Up { button: MOUSE_BUTTON_MIDDLE });
    browser.perform_actions(middle).await.expect("a click");
    let here = browser.window().await.expect("a tab");
    let other = loop {
        let all = browser.windows().await.expect("tabs");
        if let Some(other) = all.into_iter().find(|handle| *handle != here) {
            break other;
        }
        browser.a_moment_passes().await;
    };
    browser.sees("Select a customer").await;
    assert_eq!(browser.path().await, "/customers?status=enabled");
    browser.switch_to_window(other).await.expect("the tab");
    browser.sees_heading("Acme").await;
    assert_eq!(browser.path().await, "/customers/1?status=enabled");
    assert_eq!(browser.rows().await, ["Acme", "Bolt"]);
    // A message shows in the tab that asked for the task, and not in the other one.
    browser.click("Disable").await;
    browser.sees("Disabled Acme.").await;
    assert_eq!(browser.rows().await, ["Acme", "Bolt"], "the row stays where it is, though the filter would leave it out now");
    browser.switch_to_window(here).await.expect("the first tab");
    browser.open(acme.path()).await;
    browser.sees("Nobody can sign in").await;
    browser.sees_no("Disabled Acme.").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}
