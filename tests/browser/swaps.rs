//! What a swap must not spoil: the focus, the caret, the list's place, the order of answers, and what is read out.

use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, in_browser, key};

#[apply(in_browser)]
async fn no_late_answer_takes_the_place_of_a_newer_one(browser: Browser) {
    for name in ["Aaron", "Acme", "Acorn", "Bolt", "Corex"] {
        browser.app.company(name).create();
    }
    browser.open("/customers").await;
    let steps = browser.number("return history.length").await;
    // The first letter asks at once. What is typed while its answer is under way waits for it, and of that the newest alone is asked for.
    browser.hold("q=a$").await;
    browser.press(['/']).await;
    browser.types("a").await;
    browser.has_asked("q=a$").await;
    browser.types("cme").await;
    browser.a_moment_passes().await;
    assert_eq!(browser.asked().await.len(), 1);
    browser.release("q=a$").await;
    browser.until("what was typed last", "return document.querySelectorAll('li[id^=row-]').length === 1", &[]).await;
    assert_eq!(browser.asked().await.len(), 2);
    assert_eq!(browser.rows().await, ["Acme"]);
    browser.sees("1 customer").await;
    assert_eq!(browser.texts("return [...document.querySelectorAll('mark')].map(words)", &[]).await, ["Acme"]);
    assert_eq!(browser.path().await, "/customers?q=acme");
    assert!((browser.number("return history.length").await - steps).abs() < 0.5, "typing is no step of the history");

    // A letter in the middle: the caret stays where it is, and what is typed meanwhile is not taken back.
    browser.script("document.querySelector('#q').setSelectionRange(2, 2)", &[]).await;
    browser.hold("q=acxme$").await;
    browser.types("x").await;
    browser.has_asked("q=acxme$").await;
    browser.press([key::BACKSPACE]).await;
    browser.a_moment_passes().await;
    browser.release("q=acxme$").await;
    browser.sees("1 customer").await;
    browser.settled().await;
    assert_eq!(browser.value("q").await, "acme");
    assert!((browser.number("return document.querySelector('#q').selectionStart").await - 2.0).abs() < 0.5);
    browser.has_focus("input#q").await;
    browser.press([key::ESCAPE]).await;
    browser.sees("5 customers").await;

    // Three details, the first one last.
    browser.press([key::ESCAPE]).await;
    browser.hold("GET /customers/[12]$").await;
    for (id, key) in [(1, key::ENTER), (2, 'j'), (3, 'j')] {
        browser.press([key]).await;
        browser.has_asked(&format!("GET /customers/{id}$")).await;
    }
    browser.sees_heading("Acorn").await;
    browser.release("GET /customers/[12]$").await;
    browser.a_moment_passes().await;
    browser.sees_heading("Acorn").await;
    assert_eq!(browser.current().await.as_deref(), Some("Acorn"));
    assert_eq!(browser.path().await, "/customers/3");
    // The answer to a task that comes when one has gone on: it is told, and takes no pane.
    browser.hold("POST /customers/3/disable").await;
    browser.press(['d']).await;
    browser.has_asked("POST /customers/3/disable").await;
    browser.press(['j']).await;
    browser.sees_heading("Bolt").await;
    browser.release("POST /customers/3/disable").await;
    browser.until("the row changed", "return document.querySelector('#row-3 .mark').title === 'Disabled'", &[]).await;
    browser.settled().await;
    browser.sees_heading("Bolt").await;
    assert_eq!((browser.current().await.as_deref(), browser.path().await.as_str()), (Some("Bolt"), "/customers/4"));
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn an_error_fits_the_pane_it_lands_in(browser: Browser) {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let bolt = browser.app.company("Bolt").create();
    browser.open(acme.path()).await;
    // Somebody else deleted it: the list is still there, the error in the right pane has the focus.
    bolt.delete().expect(303);
    browser.choose("Bolt").await;
    browser.sees_heading("Bolt was deleted").await;
    one_page(browser).await;
    browser.until("the focus on the error", "return !!document.activeElement.closest('.error-pane')", &[]).await;
    assert_eq!(browser.rows().await, ["Acme", "Bolt"]);
    browser.back().await.expect("to go back");
    browser.sees_heading("Acme").await;

    // The contacts pane: refused, and gone.
    let jana = acme.contact("Jana");
    jana.disable().expect(303);
    browser.click_in("jana@", "Disable").await;
    browser.sees("This contact is already disabled.").await;
    one_page(browser).await;
    browser.until("the focus on the refusal", "return document.activeElement.matches('.alert')", &[]).await;
    assert!(browser.offers_in("jana@", "Enable").await, "and the pane shows how things stand");
    jana.delete().expect(303);
    browser.click_in("jana@", "Edit").await;
    browser.sees_heading("There is no such contact").await;
    one_page(browser).await;

    // A question that cannot be asked any more opens no dialog.
    browser.open(acme.path()).await;
    acme.entitle(&[]).expect(303);
    browser.click("Delete").await;
    browser.sees("This customer cannot be deleted: 1 entitlement exists for it.").await;
    assert!(!browser.is_asking().await);
    one_page(browser).await;
    assert!(!browser.offers("Delete").await);

    // The record of an open form is gone: what was typed is still to be seen.
    let corex = browser.app.company("Corex").create();
    browser.open(corex.at("edit")).await;
    corex.delete().expect(303);
    browser.fill("description", "Typed for an hour").await;
    browser.click("Save").await;
    browser.sees_heading("This customer no longer exists").await;
    browser.sees("Typed for an hour").await;
    one_page(browser).await;

    // No server at all: said, and nothing is lost.
    browser.open(acme.at("edit")).await;
    browser.fill("description", "Typed for another hour").await;
    browser.script("window.fetch = () => Promise.reject(new TypeError('no line'))", &[]).await;
    browser.click("Save").await;
    browser.sees("The server did not answer. Nothing you typed is lost: try again.").await;
    assert_eq!(browser.value("description").await, "Typed for another hour");
    one_page(browser).await;
}

async fn one_page(browser: &Browser) {
    browser.settled().await;
    // A question's heading belongs to the dialog.
    let script =
        "return ['main', 'main h1', '#list', '#rows', 'header.top', '[role=status]'].map(s => document.querySelectorAll(s).length)";
    assert_eq!(browser.script(script, &[]).await, json!([1, 1, 1, 1, 1, 1]));
}

#[apply(in_browser)]
async fn the_focus_is_never_lost(browser: Browser) {
    let acme =
        browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Tomás", "Nuñez", "t@acme.example").create();
    browser.app.company("Bolt").create();
    browser.app.company("Corex").create();
    browser.open(acme.path()).await;
    // The caret inside a wrong e-mail.
    browser.click("Edit").await;
    browser.fill("email", "jana@@acme.example").await;
    browser.script("document.querySelector('#email').setSelectionRange(4, 4)", &[]).await;
    browser.chord(&[key::CONTROL, key::ENTER]).await;
    browser.sees("Enter an e-mail address").await;
    browser.has_focus("input#email").await;
    browser.fill("email", "office@acme.example").await;
    browser.press([key::ENTER]).await;
    browser.sees("Saved Acme.").await;
    browser.has_focus("h1").await;

    // Tasks by keyboard: the opposite has the focus, then the neighbour, then the heading.
    browser.tab_to("Disable").await;
    browser.press([key::ENTER]).await;
    browser.has_focus("Enable").await;
    browser.press([key::ENTER]).await;
    browser.has_focus("Disable").await;
    browser.tab_to("More for Tomás Nuñez").await;
    browser.press([key::ENTER]).await;
    browser.tab_to("Set as default").await;
    browser.press([key::ENTER]).await;
    browser.sees("is now the default contact").await;
    browser.until("the focus in that row", "return document.activeElement.closest('tr') === paneRow('t@acme')", &[]).await;
    for (who, left) in [("Tomás Nuñez", "Edit Jana Hoffmann"), ("Jana Hoffmann", "h2#contacts-heading")] {
        browser.tab_to(&format!("More for {who}")).await;
        browser.press([key::ENTER]).await;
        browser.tab_to("Delete").await;
        browser.press([key::ENTER]).await;
        browser.sees("This permanently deletes the contact.").await;
        browser.tab_to("Delete contact").await;
        browser.press([key::ENTER]).await;
        browser.sees(&format!("Deleted {who}.")).await;
        if left.starts_with("Edit") {
            browser
                .until(
                    "the focus on the neighbour",
                    "return !!document.activeElement.closest('tr') && paneRow('jana@') === document.activeElement.closest('tr')",
                    &[],
                )
                .await;
        } else {
            browser.has_focus(left).await;
        }
    }
    // A customer goes: its neighbour in the list. A filter: where one was.
    browser.choose("Bolt").await;
    browser.sees_heading("Bolt").await;
    browser.press(['#']).await;
    browser.sees("Delete Bolt?").await;
    browser.tab_to("Delete customer").await;
    browser.press([key::ENTER]).await;
    browser.sees("Deleted Bolt.").await;
    browser.has_focus_on_row("Corex").await;
    browser.press(['j']).await;
    browser.sees_heading("Corex").await; // it has the focus, so it is the next
    browser.tab_to("Company").await;
    browser.press([key::ENTER]).await;
    browser.until("the filter", "return location.search === '?type=company' && location.pathname === '/customers/3'", &[]).await;
    browser.has_focus("Company").await;
    browser.tab_to("by name").await;
    browser.press([key::ENTER, key::TAB, key::TAB, key::ENTER]).await;
    browser.until("the order", "return location.search.includes('sort=')", &[]).await;
    browser.until("the focus on the order", "return document.activeElement.matches('#sort')", &[]).await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn outcomes_are_told_once_in_one_place(browser: Browser) {
    for number in 1..=60 {
        browser.app.company(&format!("Acme {number:02}")).create();
    }
    browser.app.company("Bolt").disabled().create();
    browser.app.company("Corex").create();
    browser.open("/customers").await;
    browser.script(
        "window.region = document.querySelector('[role=status]'); window.told = [];
         new MutationObserver(() => { const t = region.textContent.trim(); if (t && t !== told.at(-1)) told.push(t) }).observe(region, { childList: true, characterData: true, subtree: true })",
        &[],
    ).await;
    browser.fill("q", "bolt").await;
    browser.sees("1 customer").await;
    browser.press([key::ESCAPE]).await;
    browser.sees("62 customers").await;
    browser.script("window.row = document.querySelector('#row-40'); document.querySelector('#rows').scrollTop = 900", &[]).await;
    let place = browser.number("return document.querySelector('#rows').scrollTop").await;
    browser.choose("Acme 35").await;
    browser.sees_heading("Acme 35").await;
    browser.click("Disable").await;
    browser.sees("Disabled Acme 35.").await;
    assert!(browser.row("Acme 35").await.contains("Disabled"), "the row shows it");
    assert_eq!(browser.script("return row.isConnected", &[]).await, json!(true), "and no other row is drawn anew");
    assert!((browser.number("return document.querySelector('#rows').scrollTop").await - place).abs() < 1.0);
    browser.app.customer(35).enable().expect(303);
    browser.click("Enable").await;
    browser.sees("This customer is already enabled.").await;
    browser.settled().await;

    assert_eq!(
        browser
            .script("return region.isConnected && document.querySelectorAll('[role=status], [role=alert], [aria-live]').length === 1", &[])
            .await,
        json!(true)
    );
    let told = browser.texts("return told", &[]).await;
    assert!(told.contains(&"1 customer".to_owned()) && told.contains(&"62 customers".to_owned()), "{told:?}");
    assert!(told.contains(&"Disabled Acme 35.".to_owned()), "{told:?}");
    assert!(told.last().is_some_and(|last| last.contains("This customer is already enabled.") || last.contains("Acme 35")), "{told:?}");
    // What a screen reader gets to see.
    let tree = browser.cdp("Accessibility.getFullAXTree", json!({})).await;
    let statuses = tree["nodes"].as_array().into_iter().flatten().filter(|node| node["role"]["value"] == "status").count();
    assert_eq!(statuses, 1);
    // Told once: not again when reloaded, nor by going back.
    browser.click("Disable").await;
    browser.sees("Disabled Acme 35.").await;
    browser.refresh().await.expect("to reload");
    browser.sees_heading("Acme 35").await;
    browser.sees_no("Disabled Acme 35.").await;
    browser.back().await.expect("to go back");
    browser.sees("Select a customer").await;
    browser.forward().await.expect("to go forward");
    browser.sees_heading("Acme 35").await;
    browser.sees_no("Disabled Acme 35.").await;
}
