//! Windows of all sizes: enlarged to 400 percent, low, narrow, a telephone's. Nothing is wider than the window, nothing is covered, and
//! everything can be reached.

use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, in_browser, key};
use crate::support::Customer;

/// Width and height in CSS pixels: 1440 by 900 at 400 percent, a small window, a low one.
const WINDOWS: [(u32, u32); 3] = [(360, 225), (800, 600), (1024, 400)];

/// What sticks out of the window, or of the pane it belongs to, sideways.
const STICKING_OUT: &str = "
    const out = [], page = document.scrollingElement;
    if (page.scrollWidth > page.clientWidth) out.push(`the page is ${page.scrollWidth} wide in ${page.clientWidth}`);
    for (const pane of document.querySelectorAll('.top, .list-pane, .detail-pane, dialog[open]')) {
        if (!pane.checkVisibility() || getComputedStyle(pane).clipPath !== 'none') continue;
        const edge = pane.getBoundingClientRect();
        for (const e of pane.querySelectorAll('a, button, input, select, textarea, summary, h1, h2')) {
            const box = e.getBoundingClientRect();
            if (e.checkVisibility() && box.width > 1 && (box.right > edge.right + 1 || box.left < edge.left - 1)) out.push(`${words(e) || e.id || e.name} sticks out of ${pane.className}`);
        }
    }
    return out";

/// Brings each of these into view, and names those that then cannot be pressed in their middle.
const OUT_OF_REACH: &str = "
    return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).filter(e => {
        e.scrollIntoView({ block: 'nearest' });
        const box = e.getBoundingClientRect(), hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return !e.contains(hit) && !e.labels?.[0]?.contains(hit);
    }).map(e => words(e) || e.id || e.name || e.outerHTML)";

impl Browser {
    async fn fits(&self, what: &str) {
        self.settled().await;
        assert_eq!(self.texts(STICKING_OUT, &[]).await, [] as [&str; 0], "{what}");
    }

    async fn can_be_reached(&self, what: &str, selector: &str, least: f64) {
        let count = format!("return [...document.querySelectorAll('{selector}')].filter(e => e.checkVisibility()).length");
        let count = self.number(&count).await;
        assert!(count >= least, "{what}: {count} of {selector}");
        assert_eq!(self.texts(OUT_OF_REACH, &[json!(selector)]).await, [] as [&str; 0], "{what}");
    }
}

fn long_list(browser: &Browser) -> Customer {
    let acme = browser.app.company("Acme").ref_id("R-1").contact("Jana", "Hoffmann", "jana@acme.example").entitlements(1).create();
    for number in 1..=60 {
        browser.app.company(&format!("Customer {number:02}")).ref_id(&format!("R-{number}")).create();
    }
    acme
}

#[apply(in_browser)]
async fn everything_is_reached_in_small_windows(browser: Browser) {
    let acme = long_list(browser);
    for (width, height) in WINDOWS {
        let what = format!("{width} by {height}");
        browser.size(width, height).await;
        browser.open("/customers").await;
        browser.fits(&format!("the list, {what}")).await;
        browser.can_be_reached(&what, "#find input:not([type=hidden]), .segments a, #sort", 7.0).await;
        browser.can_be_reached(&what, "#rows li[id^=row-] a", 50.0).await;
        browser.can_be_reached(&what, ".foot a", 3.0).await;
        browser.press(['?']).await;
        browser.sees("Next customer").await;
        browser.fits(&format!("the sheet of keys, {what}")).await;
        browser.can_be_reached(&what, "dialog[open] :is(button, input)", 2.0).await;
        browser.press([key::ESCAPE]).await;
        for path in [acme.path(), acme.at("delete")] {
            browser.open(&path).await;
            browser.fits(&format!("{path}, {what}")).await;
            browser.can_be_reached(&what, "#detail a.btn, #detail button", 2.0).await;
        }
        for path in [acme.at("edit"), "/customers/new?type=company".to_owned(), acme.at("contacts/new"), acme.at("entitlements/new")] {
            browser.open(&path).await;
            browser.fits(&format!("{path}, {what}")).await;
            browser.can_be_reached(&what, "#detail form[data-saves] :is(button, input:not([type=hidden]), select, textarea, a)", 4.0).await;
        }
    }
}

/// All five entries of an administrator's menu are seen at once.
#[apply(in_browser)]
async fn the_menu_fits_a_telephone(browser: Browser) {
    long_list(browser);
    for width in [360, 390, 480] {
        browser.size(width, 844).await;
        for path in ["/customers", "/customers/1", "/settings"] {
            let what = format!("{path} at {width}");
            browser.open(path).await;
            browser.fits(&what).await;
            browser.can_be_reached(&what, ".top nav a", 5.0).await;
            let hidden = browser.number("const n = document.querySelector('.top nav'); return n.scrollWidth - n.clientWidth").await;
            assert!(hidden < 1.0, "{what}: {hidden} pixels of the menu are hidden");
        }
    }
}

/// Where the page itself scrolls, a customer opens where one looks, and the list is where it was.
#[apply(in_browser)]
async fn a_low_window_shows_what_was_asked_for(browser: Browser) {
    long_list(browser);
    browser.size(360, 225).await;
    browser.open("/customers").await;
    browser.script("document.querySelector('#row-40').scrollIntoView({ block: 'center' })", &[]).await;
    browser.a_moment_passes().await;
    let before = browser.number("return document.querySelector('#row-40').getBoundingClientRect().top").await;
    browser.a_moment_passes().await; // what remembers the place waits for the scrolling to rest
    browser.choose("Customer 39").await;
    browser.sees_heading("Customer 39").await;
    browser.until("the customer's name", "return inView('#detail h1')", &[]).await;
    browser.back().await.expect("to go back");
    browser.until("the row one was at", "return inView('#row-40')", &[]).await;
    let after = browser.number("return document.querySelector('#row-40').getBoundingClientRect().top").await;
    assert!((before - after).abs() < 2.0, "{before} {after}");
    // The next rows come at a click, so that what follows the list can be reached.
    let rows = browser.rows().await.len();
    browser.script("scrollTo(0, document.scrollingElement.scrollHeight)", &[]).await;
    browser.a_moment_passes().await;
    assert_eq!(browser.rows().await.len(), rows);
    browser.click("Next 50").await;
    browser.until("the rest", "return document.querySelectorAll('#rows li[id^=row-]').length === 61", &[]).await;

    browser.size(1024, 400).await;
    browser.open("/customers").await;
    browser.script("document.querySelector('#row-40').scrollIntoView({ block: 'center' })", &[]).await;
    browser.choose("Customer 39").await;
    browser.sees_heading("Customer 39").await;
    browser.until("the customer's name", "return inView('#detail h1') && inView('#row-40')", &[]).await;
}

/// The foot fits into the list at any width.
#[apply(in_browser)]
async fn the_list_holds_its_controls_at_any_width(browser: Browser) {
    long_list(browser);
    browser.open("/customers").await;
    for width in (721..=1020).step_by(23).chain([320, 390, 1021, 1280, 1440, 2560]) {
        browser.size(width, 700).await;
        browser.fits(&format!("{width} wide")).await;
    }
    browser.size(1440, 900).await;
    let tops = "return new Set([...document.querySelectorAll('.segments')].map(e => e.getBoundingClientRect().top)).size";
    assert_eq!(browser.number(tops).await.to_bits(), 1.0_f64.to_bits(), "both filters stand in one row");
    let width = browser.number("return document.querySelector('#list').getBoundingClientRect().width").await;
    assert!(width <= 440.0, "the list is {width} wide");
}

/// What is too small for a finger, in the list and around it; links in a sentence are excepted, as in WCAG 2.5.8.
const SMALL: &str = "
    return [...document.querySelectorAll('.top :is(a, button), #list :is(a, button, summary, input:not([type=hidden])), dialog[open] :is(a, button, label)')].filter(e => e.checkVisibility())
        .map(e => [e, (e.closest('.searchbox') ?? e).getBoundingClientRect()]).filter(([, b]) => b.height < 43.9 || b.width < 43.9).map(([e, b]) => `${words(e) || e.id} ${Math.round(b.width)} by ${Math.round(b.height)}`)";

#[apply(in_browser)]
async fn a_finger_finds_what_it_presses(browser: Browser) {
    long_list(browser);
    browser.size(390, 844).await;
    let small = async |what: &str| {
        browser.settled().await;
        assert_eq!(browser.texts(SMALL, &[]).await, [] as [&str; 0], "{what}");
    };
    browser.open("/customers").await;
    small("the list").await;
    browser.click("by name").await;
    browser.sees("newest first").await;
    small("the menu of orders").await;
    browser.click("How to search").await;
    browser.sees("a phrase").await;
    small("the help of the search").await;
    browser.press([key::ESCAPE, '?']).await;
    browser.sees("Next customer").await;
    small("the sheet of keys").await;
    browser.press([key::ESCAPE]).await;
    browser.open("/customers?q=nothing+like+this").await;
    small("no hit").await;
    let gone = browser.app.company("Gone").create();
    browser.open(gone.path()).await;
    browser.click("Delete").await;
    browser.sees("Delete Gone?").await;
    small("a question").await;
}

/// A message lies over the foot of the list; a long one takes place from the rows instead of covering them.
#[apply(in_browser)]
async fn a_message_covers_no_row_and_no_field(browser: Browser) {
    let long = format!("Long {}", "name of a customer ".repeat(13));
    let acme = long_list(browser);
    browser.app.company(&long).create();
    browser.scheme("light").await; // nothing moves
    let covered = "
        const toast = document.querySelector('.toast').getBoundingClientRect(), hidden = [];
        for (const e of document.querySelectorAll('#rows, #find, .chips, .countbar, .heads, #detail')) {
            const box = e.getBoundingClientRect();
            if (e.checkVisibility() && box.left < toast.right && box.right > toast.left && box.top < toast.bottom - 1 && box.bottom > toast.top + 1) hidden.push(e.id || e.className);
        }
        return toast.height > 10 && toast.bottom <= innerHeight && toast.right <= innerWidth ? hidden : ['the message is not in view'];";
    let path = "/customers?q=long".to_owned();
    for (width, height) in [(1440, 900), (800, 600), (390, 844), (360, 225)] {
        browser.size(width, height).await;
        for (path, name) in [(acme.path(), "Acme"), (path.clone(), long.trim())] {
            browser.open(&path).await;
            if path.contains('?') {
                browser.choose(name).await;
            }
            browser.sees_heading(name).await;
            browser.click("Disable").await;
            browser.sees("Disabled ").await;
            browser.until("the message", "return !!document.querySelector('.toast')", &[]).await;
            assert_eq!(browser.texts(covered, &[]).await, [] as [&str; 0], "{name}, {width} by {height}");
            browser.click("Enable").await;
            browser.sees("Enabled ").await;
        }
    }
    browser.click("Dismiss").await;
    assert!(!browser.is_shown(".flash").await, "it is put away");
}
