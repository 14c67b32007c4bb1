//! The history and all activity in the browser: by keys and by links, with and without scripts.

use macro_rules_attribute::apply;

use crate::browser::{Browser, browse, in_browser, key};
use crate::support::{Customer, Engine};

fn acme(browser: &Browser) -> Customer {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    acme.edit(&[("phone", "1")]).expect(303);
    acme
}

#[apply(in_browser)]
async fn keys_lead_to_the_history_and_to_all_activity(browser: Browser) {
    let acme = acme(browser);
    browser.open(acme.path()).await;
    browser.press(['h']).await;
    browser.sees("You set the phone").await;
    assert_eq!(browser.path().await, acme.at("history"));
    browser.script("document.querySelector('.history .segments a:nth-child(3)').click()", &[]).await;
    browser.sees_no("You set the phone").await;
    browser.sees("You added the contact").await;
    assert_eq!(browser.path().await, acme.at("history?subject=contacts"));
    browser.back().await.expect("to go back");
    browser.sees("You set the phone").await;
    // The tasks of the customer are at hand here, too.
    browser.press(['d']).await;
    browser.sees("Disabled Acme.").await;
    browser.sees_heading("Acme").await;
    browser.press(['g', 'a']).await;
    browser.sees_heading("Activity").await;
    browser.sees("You disabled the customer").await;
    browser.press(['g', 'c']).await;
    browser.sees("1 customer").await;
    // A key that follows `g` late, or leads nowhere, does what it always does.
    browser.press(['g', '3']).await;
    browser.until("the filter", "return document.querySelector('#status-3').getAttribute('aria-current') === 'true'", &[]).await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn a_reason_is_given_in_the_dialog(browser: Browser) {
    let acme = acme(browser);
    browser.open(acme.path()).await;
    browser.click("More tasks").await;
    browser.click("Disable with a reason…").await;
    browser.sees("Disable Acme?").await;
    assert!(browser.is_asking().await);
    browser.until("the caret in the field", "return document.activeElement.name === 'reason'", &[]).await;
    browser.types("invoices unpaid").await;
    browser.press([key::ENTER]).await;
    browser.sees("Disabled Acme.").await;
    assert!(!browser.is_asking().await);
    browser.click("History").await;
    browser.sees("reason: invoices unpaid").await;
    // What cannot be saved comes back, with what was typed.
    browser.open("/customers").await;
    browser.open(acme.path()).await;
    browser.click("Delete").await;
    browser.sees("Delete Acme?").await;
    browser.fill("reason", &"x".repeat(256)).await;
    browser.click("Delete customer and 1 contact").await;
    browser.sees("too long: 256 characters").await;
    assert!(!browser.is_asking().await);
    browser.fill("reason", "Merged with Bolt").await;
    browser.click("Delete customer and 1 contact").await;
    browser.sees("Deleted Acme.").await;
    browser.open(acme.path()).await;
    browser.sees_heading("Acme was deleted").await;
    browser.sees("reason: Merged with Bolt").await;
    assert!(
        browser.complaints().await.iter().all(|complaint| complaint.contains("404") || complaint.contains("422")),
        "no other complaint"
    );
}

#[test]
fn without_scripts_all_of_it_works() {
    browse("history-plain", Engine::Sqlite, false, async |browser| {
        let acme = acme(browser);
        browser.open(acme.path()).await;
        browser.click("More tasks").await;
        browser.click("Disable with a reason…").await;
        browser.sees_heading("Disable Acme?").await;
        browser.fill("reason", "unpaid").await;
        browser.click("Disable customer").await;
        browser.sees("Disabled Acme.").await;
        browser.click("History").await;
        browser.sees("reason: unpaid").await;
        browser.click("Activity").await;
        browser.sees_heading("Activity").await;
        browser.fill("from", "2999-01-01").await;
        browser.click("Filter").await;
        browser.sees("Nothing like this has happened.").await;
        assert_eq!(browser.path().await, "/activity?from=2999-01-01");
        browser.click("Clear").await;
        browser.sees("You disabled the customer").await;
    });
}
