//! The screen of entitlements: by keyboard, with and without scripts, and how it looks.

use macro_rules_attribute::apply;

use crate::browser::{Browser, in_browser, key, with_and_without_scripts};
use crate::support::builders::FAR_OFF;

fn records(browser: &Browser) {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    for product in ["Kestrel", "Lumen", "Tarn"] {
        acme.entitle(&[("product", product), ("ends_on", FAR_OFF)]).expect(303);
    }
    acme.entitle(&[("product", "Osprey"), ("starts_on", FAR_OFF)]).expect(303);
}

#[apply(in_browser)]
async fn by_keyboard(browser: Browser) {
    records(browser);
    browser.open("/customers").await;
    browser.press(['g', 'e']).await;
    browser.sees("4 entitlements").await;
    browser.press(['2']).await;
    browser.sees("3 entitlements").await;
    browser.press(['1']).await;
    browser.sees("4 entitlements").await;
    browser.press(['j']).await;
    browser.sees_heading("Kestrel").await;
    browser.press(['j']).await;
    browser.sees_heading("Lumen").await;
    browser.press(['4']).await;
    browser.sees("1 entitlement").await;
    assert_eq!(browser.path().await, "/entitlements/2?state=not-started", "what is open stays open");
    browser.press(['1']).await;
    browser.sees("4 entitlements").await;

    // To the customer and back.
    browser.press(['o']).await;
    browser.sees_heading("Acme").await;
    browser.click("Back to the entitlement").await;
    browser.sees_heading("Lumen").await;

    // A new one, for a customer found by typing.
    browser.press(['n']).await;
    browser.has_focus("input#find-customer").await;
    browser.types("acm").await;
    browser.sees("1 customer").await;
    browser.press([key::TAB]).await;
    browser.until("the focus on Cancel", "return document.activeElement.matches('[data-cancel]')", &[]).await;
    browser.press([key::TAB, key::ENTER]).await;
    browser.sees_heading("New entitlement for Acme").await;
    browser.has_focus("input#product").await;
    browser.types("Zephyr").await;
    browser.chord(&[key::CONTROL, key::ENTER]).await;
    browser.sees_heading("Zephyr").await;
    browser.sees("5 entitlements").await;
    browser.press(['u']).await;
    browser.sees("4 entitlements").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(with_and_without_scripts)]
async fn a_task_leaves_one_where_one_was(browser: Browser) {
    records(browser);
    browser.open("/entitlements/2?state=running").await;
    browser.sees_heading("Lumen").await;
    browser.click("End now").await;
    browser.sees("ends right away").await;
    browser.click("End now").await;
    browser.sees("Ended the entitlement to Lumen.").await;
    browser.sees("2 entitlements").await;
    browser.sees_heading("Lumen").await;
    let path = browser.path().await;
    assert!(path.starts_with("/entitlements/2?state=running"), "{path}");
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}
