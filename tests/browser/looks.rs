//! How every page looks: accessible to axe-core in both colour schemes, nothing wider than the window, no label broken, nothing in
//! the console (where violations of the Content-Security-Policy show).

mod entitlements;
mod exports;
mod imports;
mod settings;
mod sign_in;
mod undo;
mod users;

use fantoccini::Locator;
use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, Rules, browse, in_browser, key};
use crate::support::database::Database;
use crate::support::postgres::Cluster;
use crate::support::{Customer, Engine, TestApp};

#[test]
fn every_page_looks_right_on_a_wide_screen() {
    browse("looks-wide", Engine::Sqlite, true, async |browser| every_page(browser, 1440).await);
}

#[test]
fn every_page_looks_right_on_a_narrow_screen() {
    browse("looks-narrow", Engine::Sqlite, true, async |browser| every_page(browser, 390).await);
}

const BOTH: &[(&str, Rules)] = &[("light", Rules::All), ("dark", Rules::Colors)];

/// Goes through all pages and notes what is wrong.
struct Judge<'a> {
    browser: &'a Browser,
    /// Colours do not depend on the width: they are looked at in the dark at one width only.
    schemes: &'static [(&'static str, Rules)],
    faults: Vec<String>,
}

async fn every_page(browser: &Browser, width: u32) {
    browser.size(width, 900).await;
    let schemes = if width > 720 { BOTH } else { &BOTH[..1] };
    let mut judge = Judge { browser, schemes, faults: Vec::new() };
    browser.open("/customers").await;
    judge.look("the empty database").await;
    let acme = records(browser);
    lists(&mut judge, &acme).await;
    forms(&mut judge, &acme).await;
    questions_and_errors(&mut judge, &acme).await;
    exports::all(&mut judge).await;
    imports::all(&mut judge).await;
    entitlements::all(&mut judge, &acme).await;
    undo::all(&mut judge, &acme).await;
    histories(&mut judge, &acme).await;
    users::all(&mut judge).await;
    sign_in::all(&mut judge).await;
    let complaints = browser.complaints().await;
    assert!(judge.faults.is_empty() && complaints.is_empty(), "{}\n{complaints:?}", judge.faults.join("\n\n"));
}

fn records(browser: &Browser) -> Customer {
    let app = &browser.app;
    let acme = app.company("Acme").ref_id("R-1").crm_id("CRM-1").with("phone", "+49 30 5550 1420").with("language", "de");
    let acme = acme.with("billing_city", "Berlin").with("billing_country", "DE").contact("Jana", "Hoffmann", "jana@acme.example");
    let acme = acme.contact("Tomás", "Nuñez", "tomas@acme.example").contact("Rae", "O’Brien", "rae@acme.example").entitlements(1).create();
    acme.entitle(&[("product", "Renewable"), ("ends_on", "2999-12-31")]).expect(303);
    acme.contact("rae@").disable().expect(303);
    acme.entitle(&[("product", "Anvil"), ("starts_on", "2999-01-01"), ("ends_on", "2999-12-31"), ("quantity", "100000")]).expect(303);
    acme.entitle(&[("product", "Bellows"), ("starts_on", "2020-01-01"), ("ends_on", "2020-12-31")]).expect(303);
    app.individual("Dora", "Robotnik").ref_id("R-1").disabled().create();
    let long = "W".repeat(255);
    let person = "M".repeat(100);
    let wide = app.company(&long).ref_id(&long).crm_id(&"X".repeat(255)).number(&"9".repeat(100)).with("description", &"D".repeat(510));
    let wide = wide.with("billing_street", &"S".repeat(510)).with("email", &format!("{}@{}.example", "e".repeat(60), "x".repeat(60)));
    let wide = wide.contact(&person, &person, &format!("{}@{}.example", "m".repeat(60), "y".repeat(60))).create();
    wide.entitle(&[("product", &"P".repeat(200)), ("quantity", "2000000")]).expect(303);
    app.company("شركة الأفق للتجارة Acme 12").ref_id("R-12").contact("ليلى", "حداد", "laila@ofoq.example").entitlements(1).create();
    app.company("株式会社東京精密機械製作所グローバルソリューションズ").contact("太郎", "山田", "taro@tokyo.example").create();
    let crowd = app.company("Crowd").create();
    for number in 1..=200 {
        crowd.add_contact("Ada", &format!("Lovelace {number}"), &format!("ada{number}@crowd.example")).expect(303);
    }
    acme
}

async fn lists(judge: &mut Judge<'_>, acme: &Customer) {
    let browser = judge.browser;
    let more: Vec<_> = (1..=50).map(|number| browser.app.company(&format!("Filler {number}")).create()).collect();
    browser.open("/customers").await;
    judge.look("a list of several pages").await;
    for customer in more {
        customer.delete().expect(303);
    }
    for (what, path) in [
        ("no hit", "/customers?q=nothing+like+this&status=disabled&type=company"),
        ("a search", "/customers?q=jana"),
        ("a company", &acme.path()),
        ("a disabled individual", "/customers/2?status=disabled"),
        ("the longest names", "/customers/3"),
        ("Arabic", "/customers/4"),
        ("Japanese", "/customers/5"),
        ("200 contacts", "/customers/6"),
        ("all of 200 contacts", "/customers/6?contacts=all"),
        ("a filter of contacts that finds none", "/customers/6?find=nobody"),
    ] {
        browser.open(path).await;
        judge.look(what).await;
    }
    browser.open(acme.path()).await;
    browser.click_in("tomas@", "More").await;
    browser.click("Show 4 empty fields").await;
    judge.look("the menu of a contact and the empty fields").await;
    browser.click("Disable").await;
    browser.sees("Disabled Acme.").await;
    judge.look("a message").await;
    browser.click("Enable").await;
    browser.sees("Enabled Acme.").await;
    browser.press(['?']).await;
    browser.sees("Next customer").await;
    judge.look("the sheet of keys").await;
    browser.press([key::ESCAPE]).await;
    browser.open("/customers").await;
    browser.click("by name").await;
    browser.sees("newest").await;
    judge.look("the menu of orders").await;
    browser.click("How to search").await;
    browser.sees("a phrase").await;
    judge.look("the help of the search").await;
    browser.press([key::ESCAPE]).await;
    browser.fill("q", "country:united").await;
    browser.sees("United Kingdom").await;
    judge.look("suggestions").await;
}

async fn forms(judge: &mut Judge<'_>, acme: &Customer) {
    let browser = judge.browser;
    browser.open("/customers/new").await;
    judge.look("the choice of a type").await;
    for (what, path, field, save) in [
        ("a new company with errors", "/customers/new?type=company".to_owned(), "contact_email", "Create customer"),
        ("a new individual with errors", "/customers/new?type=individual".to_owned(), "email", "Create customer"),
        ("a customer's form with errors", acme.at("edit"), "email", "Save"),
        ("a new contact with errors", acme.at("contacts/new"), "email", "Create contact"),
        ("a contact's form with errors", acme.contact("jana@").at("edit"), "email", "Save"),
        ("a new entitlement with errors", acme.at("entitlements/new"), "quantity", "Create entitlement"),
        ("an entitlement's form with errors", acme.entitlement("Forge").at("edit"), "quantity", "Save"),
        ("a renewal with errors", acme.entitlement("Renewable").at("renew"), "quantity", "Renew"),
        ("the longest names in a form", "/customers/3/edit".to_owned(), "email", "Save"),
    ] {
        browser.open(&path).await;
        judge.look(&format!("{what}, before")).await;
        browser.fill(field, &"wrong".repeat(60)).await;
        browser.click(save).await;
        browser.sees("another look").await;
        judge.look(what).await;
    }
    browser.open(acme.at("edit")).await;
    browser.fill("phone", "+49 30 1").await;
    browser.press([key::ESCAPE, 'j']).await;
    browser.sees("Leave this form?").await;
    judge.look("the question before a form is left").await;
    browser.press([key::ESCAPE]).await;
    acme.edit(&[("phone", "+49 30 1"), ("description", &"Somebody else's words. ".repeat(20))]).expect(303);
    browser.fill("phone", "+49 30 2").await;
    browser.fill("description", "Mine").await;
    browser.click("Save").await;
    browser.sees("Changed by somebody else").await;
    judge.look("two edits of one version").await;
    let jana = acme.contact("jana@");
    browser.open(jana.at("edit")).await;
    jana.edit(&[("last_name", "Nuñez"), ("language", "fr")]).expect(303);
    browser.fill("first_name", &"Johanna".repeat(12)).await;
    browser.fill("language", "de").await;
    browser.click("Save").await;
    browser.sees("Changed by somebody else").await;
    browser.app.sql().run(OTHERS).expect("others");
    judge.look("two edits of a contact").await;
    browser.open(acme.at("edit")).await;
    browser.sees("have been editing this").await;
    judge.look("a form that others have open").await;
    browser.app.sql().run("DELETE FROM editing WHERE token LIKE 'other%'").expect("nobody");
}

/// Others who have a form of the first customer open, and so have I in another window.
const OTHERS: &str = "INSERT INTO editing (token, subject_kind, subject_id, actor_kind, actor_id, actor_name, since, until) VALUES
    ('other1', 'customer', 1, 'user', 7, 'Jana Hoffmann', '2026-11-26 08:00:00', '2999-01-01 00:00:00'),
    ('other2', 'customer', 1, 'user', 8, 'wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww@xxxxxxxxxxxxxxxxxxxxxx.example', '2026-11-26 08:00:00', '2999-01-01 00:00:00'),
    ('other3', 'customer', 1, 'local', NULL, 'This computer', '2026-11-26 08:00:00', '2999-01-01 00:00:00')";

async fn questions_and_errors(judge: &mut Judge<'_>, acme: &Customer) {
    let browser = judge.browser;
    for (what, path) in [
        ("the question before a deletion, as a page", "/customers/6/delete".to_owned()),
        ("a question about a contact", acme.contact("tomas@").at("delete")),
        ("a question about an entitlement", acme.entitlement("Forge").at("end")),
        ("no such customer", "/customers/99999".to_owned()),
        ("no such page", "/nowhere".to_owned()),
        ("a refusal", acme.at("delete")),
        ("a method that does not fit", acme.at("disable")),
    ] {
        browser.open(path).await;
        judge.look(what).await;
    }
    browser.open("/customers/6").await;
    browser.click("Delete").await;
    browser.sees("Delete Crowd?").await;
    judge.look("the question as a dialog").await;
    browser.press([key::ESCAPE]).await;
    browser.open("/customers/3").await;
    browser.click_in("MMMMM", "Edit").await;
    browser.sees("Save").await;
    judge.look("the form of a contact in its pane").await;
    let gone = browser.app.company("Gone").create();
    browser.open(gone.at("edit")).await;
    browser.fill("description", &"typed ".repeat(80)).await;
    gone.delete().expect(303);
    browser.click("Save").await;
    browser.sees("What you typed").await;
    judge.look("a record that is gone").await;
}

async fn histories(judge: &mut Judge<'_>, acme: &Customer) {
    let browser = judge.browser;
    let long = browser.app.customer(3);
    long.edit(&[("description", &"Other words. ".repeat(39)), ("billing_street", &"T".repeat(510)), ("phone", "1")]).expect(303);
    let gone = browser.app.company("Gone too").create();
    browser.app.post(gone.at("delete"), &[("reason", &"because ".repeat(31))]).expect(303);
    for (what, path) in [
        ("a history", acme.at("history")),
        ("a history of contacts", acme.at("history?subject=contacts")),
        ("a history of the longest names", long.at("history")),
        ("a history in Arabic", browser.app.customer(4).at("history")),
        ("a deleted customer", gone.path()),
        ("all activity", "/activity".to_owned()),
        ("activity with a filter that finds none", "/activity?by=command_line&task=restore".to_owned()),
        ("activity with a day that is none", "/activity?from=3%2F1%2F2026&task=edit".to_owned()),
        ("the question for a reason, as a page", acme.at("disable")),
    ] {
        browser.open(path).await;
        judge.look(what).await;
    }
    browser.open(acme.path()).await;
    browser.click("More tasks").await;
    judge.look("the menu of more tasks").await;
    browser.click("Disable with a reason…").await;
    browser.sees("Disable Acme?").await;
    judge.look("the question for a reason").await;
    browser.press([key::ESCAPE]).await;
}

#[test]
fn an_error_without_a_database_looks_right() {
    let cluster = Cluster::own();
    browse("looks-away", Engine::Sqlite, true, async |browser| {
        let app = TestApp::with(Database::on(&cluster), &[]);
        let acme = app.company("Acme").create();
        let at = |path: &str| format!("http://{}{path}", app.host);
        browser.goto(&at(&acme.at("edit"))).await.expect("a page");
        browser.fill("description", "Typed before it went away").await;
        cluster.stop();
        browser.click("Save").await;
        browser.sees_heading("Clientele cannot reach its database").await;
        browser.sees("Typed before it went away").await;
        let mut judge = Judge { browser, schemes: BOTH, faults: Vec::new() };
        for width in [1440, 390] {
            browser.size(width, 900).await;
            judge.look("a form that was not taken").await;
        }
        cluster.start();
        browser.click("Try again").await;
        browser.sees("Saved Acme.").await;
        browser.sees("Typed before it went away").await;
        cluster.stop();
        for width in [1440, 390] {
            browser.size(width, 900).await;
            browser.goto(&at("/customers")).await.expect("a page");
            judge.look("the database away").await;
        }
        assert!(judge.faults.is_empty(), "{}", judge.faults.join("\n\n"));
        cluster.start();
    });
}

/// Labels that take more than one line.
const BROKEN: &str = "
    return [...document.querySelectorAll('.btn, .segments a, summary, .badge, .tag, button')].filter(e => e.checkVisibility({ visibilityProperty: true })).filter(e => {
        const range = document.createRange();
        range.selectNodeContents(e);
        const boxes = [...range.getClientRects()].filter(b => b.width > 0 && b.height > 0);
        return boxes.length && Math.max(...boxes.map(b => b.top)) >= Math.min(...boxes.map(b => b.bottom));
    }).map(e => squeeze(e.innerText))";

/// What sticks out of the window sideways.
const WIDE: &str = "
    const page = document.scrollingElement, faults = [];
    if (page.scrollWidth > innerWidth) faults.push(`the page is ${page.scrollWidth} wide`);
    for (const e of document.querySelectorAll('#list, #results, #rows, #detail, dialog[open]'))
        if (e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).clipPath === 'none') faults.push(`${e.id} is ${e.scrollWidth} wide in ${e.clientWidth}`);
    return faults";

impl Judge<'_> {
    async fn look(&mut self, what: &str) {
        self.browser.settled().await;
        for (scheme, rules) in self.schemes {
            self.browser.scheme(scheme).await;
            for violation in self.browser.violations(*rules).await {
                self.faults.push(format!("{what}, {scheme}: {violation}"));
            }
        }
        for label in self.browser.texts(BROKEN, &[]).await {
            self.faults.push(format!("{what}: the label {label:?} takes two lines"));
        }
        for fault in self.browser.texts(WIDE, &[]).await {
            self.faults.push(format!("{what}: {fault}"));
        }
    }
}

#[apply(in_browser)]
async fn names_of_any_direction_turn_nothing_around_them(browser: Browser) {
    // What turns the text around it is refused.
    for name in ["\u{202e}GmbH", "\u{2069}\u{202e}Acme"] {
        browser.open("/customers/new?type=company").await;
        browser.fill("name", name).await;
        browser.click("Create customer").await;
        browser.sees("Name contains a character that reverses the direction of text.").await;
    }
    assert_eq!(browser.app.sql().count("customers"), 0);
    // What is written from right to left stays in its place.
    browser.app.company("Bolt").ref_id("R-2").create();
    browser.fill("name", "شركة Acme 12").await;
    browser.fill("ref_id", "R-1").await;
    browser.click("Create customer").await;
    browser.sees("with the number C-000002.").await;
    let title = browser.title().await.expect("a title");
    assert_eq!(title, "شركة Acme 12 · Clientele");
    left_to_right(browser, "#flash", &["Created", "شركة", "with the number"]).await;
    left_to_right(browser, "#row-2", &["شركة", "R-1"]).await;
    left_to_right(browser, ".tags", &["Company", "C-000002", "R-1", "created", "changed"]).await;
    left_to_right(browser, ".tasks", &["Edit", "Disable", "Delete"]).await;
    let right = |row: &str| format!("return document.querySelector('#{row} .ref').getBoundingClientRect().right");
    let (one, other) = (browser.number(&right("row-1")).await, browser.number(&right("row-2")).await);
    assert!((one - other).abs() < 1.0, "the column of Ref IDs: {one} {other}");
    browser.click("Delete").await;
    browser.sees("There are no entitlements for this customer.").await;
    left_to_right(browser, "#question", &["Delete", "شركة", "?"]).await;
    left_to_right(browser, "#dialog form", &["Cancel", "Delete customer"]).await;
    browser.click("Delete customer").await;
    browser.sees("Deleted ").await;
    left_to_right(browser, "#flash", &["Deleted", "شركة"]).await;
}

/// Asserts that texts stand beside each other in this order.
async fn left_to_right(browser: &Browser, selector: &str, texts: &[&str]) {
    let script = "return arguments[1].map(text => {
        const walker = document.createTreeWalker(document.querySelector(arguments[0]), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(text);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + text.length);
            return range.getBoundingClientRect().left;
        }
        return -1;
    })";
    let lefts = browser.script(script, &[json!(selector), json!(texts)]).await;
    let lefts: Vec<f64> = serde_json::from_value(lefts).expect("numbers");
    assert!(lefts[0] >= 0.0 && lefts.is_sorted_by(|a, b| a < b), "{selector}: {texts:?} at {lefts:?}");
}

#[apply(in_browser)]
async fn on_a_narrow_screen_list_and_detail_are_two_screens(browser: Browser) {
    for number in 1..=70 {
        browser.app.company(&format!("Customer {number:02}")).create();
    }
    browser.size(390, 800).await;
    browser.open("/customers").await;
    browser.sees("70 customers").await;
    browser.script("document.querySelector('#row-40').scrollIntoView({ block: 'center' })", &[]).await;
    browser.choose("Customer 40").await;
    browser.sees_heading("Customer 40").await;
    assert!(!browser.is_shown("#rows").await);
    browser.find(Locator::Css(".back")).await.expect("the way back").click().await.expect("a click");
    browser.until("the list", "return inView('#row-40')", &[]).await;
    browser.choose("Customer 41").await;
    browser.sees_heading("Customer 41").await;
    browser.back().await.expect("to go back");
    browser.until("the list", "return inView('#row-40') && document.querySelector('#rows').checkVisibility()", &[]).await;
    browser.forward().await.expect("to go forward");
    browser.sees_heading("Customer 41").await;
    browser.press([key::ESCAPE]).await;
    browser.until("the list", "return inView('#row-41') && document.querySelector('#rows').checkVisibility()", &[]).await;
    browser.click("New customer").await;
    browser.click_choice("Individual").await;
    browser.fill("last_name", "Robotnik").await;
    browser.click("Create customer").await;
    browser.sees_heading("Robotnik").await;
    browser.click("Delete").await;
    browser.click("Delete customer").await;
    browser.sees("Deleted Robotnik.").await;
    assert!(browser.is_shown("#rows").await);
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// Colours of the reader's own leave no background: a frame marks what is chosen.
#[apply(in_browser)]
async fn forced_colours_mark_what_is_chosen(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    browser.app.company("Bolt").create();
    let forced = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    browser.cdp("Emulation.setEmulatedMedia", forced).await;
    browser.open(acme.path()).await;
    browser.click("by name").await;
    browser.sees("newest first").await;
    let framed = "return [...document.querySelectorAll('a')].filter(e => e.checkVisibility() && getComputedStyle(e).outlineStyle === 'solid').map(label)";
    let framed = browser.texts(framed, &[]).await;
    for chosen in ["Customers", "All", "Any type", "by name", "Name, A to Z", "Acme"] {
        assert!(framed.iter().any(|name| name.trim() == chosen), "{chosen}: {framed:?}");
    }
    assert_eq!(framed.len(), 6, "{framed:?}");
}

/// Red says danger in either scheme, and its words can be read.
#[apply(in_browser)]
async fn what_cannot_be_undone_is_red(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    for scheme in ["light", "dark"] {
        browser.scheme(scheme).await;
        browser.open(acme.at("delete")).await;
        let script = "const c = document.createElement('canvas').getContext('2d');
            c.fillStyle = getComputedStyle(document.querySelector('.btn.solid')).backgroundColor;
            c.fillRect(0, 0, 1, 1);
            return [...c.getImageData(0, 0, 1, 1).data].map(String)";
        let color = browser.texts(script, &[]).await;
        let [red, green, blue]: [f64; 3] = std::array::from_fn(|at| color[at].parse().expect("a number"));
        assert!(red > 150.0 && red > 3.0 * green && red > 3.0 * blue, "{scheme}: {color:?}");
    }
}

/// A row is a link with one name, in which each word stands once.
#[apply(in_browser)]
async fn a_row_is_read_once(browser: Browser) {
    browser.app.company("Acme Robotics").ref_id("R-1").create();
    browser.open("/customers").await;
    browser.cdp("Accessibility.enable", json!({})).await;
    let tree = browser.cdp("Accessibility.getFullAXTree", json!({})).await;
    let row = tree["nodes"].as_array().and_then(|nodes| {
        nodes
            .iter()
            .find(|node| node["role"]["value"] == "link" && node["name"]["value"].as_str().is_some_and(|name| name.contains("Acme")))
    });
    let row = row.expect("the row");
    assert_eq!(row["name"]["value"], "Enabled Company Acme Robotics R-1");
    assert_eq!(row["description"]["value"].as_str().unwrap_or_default(), "");
    let tip = browser.script("return document.querySelector('#row-1 .name').title", &[]).await;
    assert_eq!(tip, "Acme Robotics", "a name that is cut off is shown whole");
}

/// Heads stand above what they name.
#[apply(in_browser)]
async fn heads_stand_above_their_columns(browser: Browser) {
    for number in 1..=60 {
        browser.app.company(&format!("Customer {number:02}")).ref_id(&format!("R-{number}")).create();
    }
    for width in [1440, 1024] {
        browser.size(width, 900).await;
        browser.open("/customers").await;
        let lefts = "return ['.heads span:nth-of-type(1)', '#row-1 .mark:nth-of-type(1)', '.heads span:nth-of-type(2)', '#row-1 .mark:nth-of-type(2)', '#by-name', '#row-1 .name']
            .map(s => { const r = document.createRange(); r.selectNode(document.querySelector(s)); return String(Math.round(r.getBoundingClientRect().left + (s === '#by-name' ? parseFloat(getComputedStyle(document.querySelector(s)).paddingLeft) : 0))) })";
        let lefts = browser.texts(lefts, &[]).await;
        assert!(lefts.chunks(2).all(|pair| pair[0] == pair[1]), "{width}: {lefts:?}");
        let rights = "const right = s => document.querySelector(s).getBoundingClientRect().right;
            return right('#by-ref') - parseFloat(getComputedStyle(document.querySelector('#by-ref')).paddingRight) - right('#row-1 .ref')";
        assert!(browser.number(rights).await.abs() < 1.5, "{width}: the Ref IDs");
    }
    // Sorted by a head, the list has the focus where one pressed.
    browser.tab_to("Ref ID").await;
    browser.press([key::ENTER]).await;
    browser.sees("by Ref ID").await;
    browser.until("the focus on the head", "return document.activeElement.id === 'by-ref'", &[]).await;
}

#[test]
fn without_scripts_the_search_button_is_level_with_its_box() {
    browse("level", Engine::Sqlite, false, async |browser| {
        browser.app.company("Acme").create();
        browser.open("/customers").await;
        let boxes = "return ['.searchbox', '#find button'].flatMap(s => { const b = document.querySelector(s).getBoundingClientRect(); return [String(b.top), String(b.bottom)] })";
        let boxes = browser.texts(boxes, &[]).await;
        assert_eq!(boxes[..2], boxes[2..]);
    });
}

/// Where there is nothing, the welcome is the page; once there is something, the list is.
#[apply(in_browser)]
async fn an_empty_database_gives_the_welcome_the_page(browser: Browser) {
    browser.open("/customers").await;
    let middle = "const b = document.querySelector('.empty h2').getBoundingClientRect(); return (b.left + b.right) / 2";
    assert!((browser.number(middle).await - 720.0).abs() < 10.0);
    assert!(!browser.is_shown("#q").await && !browser.is_shown(".segments").await);
    browser.press(['n']).await;
    browser.click_choice("Company").await;
    browser.fill("name", "Acme").await;
    browser.click("Create customer").await;
    browser.sees_heading("Acme").await;
    assert!(browser.is_shown("#q").await && browser.is_shown("#row-1").await);
}
