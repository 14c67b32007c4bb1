//! The program in a real Chromium.

#[path = "../support/mod.rs"]
mod support;
#[path = "../support/browser.rs"]
mod browser;

use macro_rules_attribute::apply;
use browser::{Browser, with_and_without_scripts};

#[apply(with_and_without_scripts)]
async fn stub(browser: Browser) {
    browser.sees("hello").await;
    browser.click("Edit").await;
    browser.fill("name", "Acme").await;
    assert_eq!(browser.value("name").await, "Acme");
    browser.press(['#', 'x']).await;
    assert_eq!(browser.value("name").await, "Acme#x");
    browser.scheme("dark").await;
    browser.assert_accessible("stub").await;
    assert_eq!(browser.focus().await, "input#name");
    println!("{:?} {:?}", browser.complaints().await, browser.path().await);
    browser.sees(if browser.scripts { "script ran" } else { "no script" }).await;
    browser.tab_to("Save").await;
}
