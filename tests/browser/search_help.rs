//! The search box with what helps to fill it, and what it says when something else changes the search.

use fantoccini::Locator;
use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, browse, in_browser, key};
use crate::support::Engine;

fn customers(browser: &Browser) {
    browser.app.company("Acme").with("billing_country", "DE").create();
    browser.app.company("Acorn").disabled().create();
    browser.app.individual("Ada", "Bolt").create();
}

#[apply(in_browser)]
async fn the_help_writes_into_the_box(browser: Browser) {
    customers(browser);
    browser.open("/customers").await;
    // By keyboard: there, back, and Esc means the panel first.
    browser.press(['/']).await;
    browser.types("b").await;
    browser.sees("1 customer").await;
    browser.press([key::TAB]).await;
    browser.has_focus("How to search").await;
    browser.press([key::ENTER]).await;
    browser.sees("a phrase").await;
    browser.tab_to("name:").await;
    browser.press([key::ESCAPE]).await;
    browser.sees_no("a phrase").await;
    browser.has_focus("How to search").await;
    assert_eq!(browser.value("q").await, "b");
    // What wants a value waits for it.
    browser.press([key::ENTER]).await;
    browser.listen().await;
    browser.tab_to("name:^ac").await;
    browser.press([key::ENTER]).await;
    browser.has_focus("input#q").await;
    browser.sees_no("a phrase").await;
    assert_eq!(browser.value("q").await, "b name:^");
    browser.a_moment_passes().await;
    assert_eq!(browser.asked().await, [] as [&str; 0]);
    browser.types("ada").await;
    browser.has_asked("name").await;
    browser.sees("1 customer").await;
    // At the caret, with blanks around it; what is complete is searched for.
    browser.fill("q", "acme").await;
    browser.script("document.querySelector('#q').setSelectionRange(0, 0)", &[]).await;
    browser.click("How to search").await;
    browser.click("city:").await;
    browser.types("x").await;
    assert_eq!(browser.value("q").await, "city:x acme");
    browser.fill("q", "ac").await;
    browser.sees("2 customers").await;
    browser.click("How to search").await;
    browser.click("status:disabled").await;
    browser.until("the disabled ones", "return document.querySelectorAll('li[id^=row-]').length === 1", &[]).await;
    assert_eq!(browser.rows().await, ["Acorn"]);
    // A click elsewhere closes it.
    browser.click("How to search").await;
    browser.sees("a phrase").await;
    browser.find(Locator::Css("#q")).await.expect("the box").click().await.expect("a click");
    browser.sees_no("a phrase").await;
    browser.has_focus("input#q").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[test]
fn the_help_explains_without_scripts() {
    browse("help-no-script", Engine::Sqlite, false, async |browser| {
        customers(browser);
        browser.open("/customers").await;
        browser.click("How to search").await;
        browser.sees("a phrase").await;
        browser.sees("country:DE").await;
        assert!(!browser.offers("country:DE").await, "a button would do nothing");
        browser.fill("q", "country:de").await;
        browser.press([key::ENTER]).await;
        browser.sees("1 customer").await;
        assert_eq!(browser.rows().await, ["Acme"]);
    });
}

#[apply(in_browser)]
async fn the_box_follows_what_the_list_looks_for(browser: Browser) {
    customers(browser);
    browser.open("/customers").await;
    browser.press(['/']).await;
    browser.types("ac status:disabled").await;
    browser.sees("1 customer").await;
    browser.until("the filter", "return location.search === '?q=ac&status=disabled'", &[]).await;
    assert_eq!(browser.value("q").await, "ac status:disabled", "nothing that is being typed is taken back");
    browser.click("All").await;
    browser.sees("2 customers").await;
    assert_eq!(browser.value("q").await, "ac");
    browser.fill("q", "nobody").await;
    browser.click("Clear the search").await;
    browser.sees("3 customers").await;
    assert_eq!(browser.value("q").await, "");
    // What was typed after the answer was asked for stays.
    browser.hold("q=a$").await;
    browser.press(['/']).await;
    browser.types("a").await;
    browser.has_asked("q=a$").await;
    browser.types("d").await;
    browser.script("document.querySelector('#q').blur()", &[]).await;
    browser.release("q=a$").await;
    browser.until("the search", "return location.search === '?q=ad'", &[]).await;
    browser.settled().await;
    assert_eq!(browser.value("q").await, "ad");
    // Back shows both as they were.
    browser.click("Company").await;
    browser.sees("Nothing found").await;
    browser.back().await.expect("to go back");
    browser.until("the list before", "return document.querySelectorAll('li[id^=row-]').length === 1", &[]).await;
    assert_eq!(browser.script("return document.querySelector('#q').value", &[]).await, json!("ad"));
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn values_are_suggested_after_their_qualifier(browser: Browser) {
    customers(browser);
    browser.open("/customers").await;
    browser.press(['/']).await;
    // Words suggest nothing, and the arrow leads to the list as ever.
    browser.types("country").await;
    browser.a_moment_passes().await;
    assert_eq!(offered(browser).await, [] as [&str; 0]);
    // Countries by code and by any word of the name; the arrows go round, Tab takes.
    browser.types(":").await;
    browser.until("all countries", "return document.querySelectorAll('#suggestions li').length > 200", &[]).await;
    assert_eq!(offered(browser).await[0], "DE Germany 1", "the most used first");
    assert_eq!(chosen(browser).await, "", "nothing is taken that one did not begin to write");
    browser.types("kor").await;
    browser.until("two of them", "return document.querySelectorAll('#suggestions li').length === 2", &[]).await;
    assert_eq!(offered(browser).await, ["KP North Korea", "KR South Korea"]);
    assert_eq!(chosen(browser).await, "KP North Korea");
    browser.press([key::DOWN]).await;
    assert_eq!(chosen(browser).await, "KR South Korea");
    browser.press([key::DOWN, key::UP]).await;
    assert_eq!(chosen(browser).await, "KR South Korea");
    // Esc closes it and keeps the text.
    browser.press([key::ESCAPE]).await;
    assert_eq!((offered(browser).await.len(), browser.value("q").await.as_str()), (0, "country:kor"));
    browser.has_focus("input#q").await;
    browser.fill("q", "ac country:germ").await;
    browser.until("Germany", "return document.querySelectorAll('#suggestions li').length === 1", &[]).await;
    browser.press([key::TAB]).await;
    assert_eq!(browser.value("q").await, "ac country:DE ");
    browser.has_focus("input#q").await;
    browser.sees("1 customer").await;
    assert_eq!(browser.rows().await, ["Acme"]);
    assert_eq!(offered(browser).await, [] as [&str; 0]);
    browser.press([key::DOWN]).await;
    browser.has_focus_on_row("Acme").await;
    // Status and type, by Enter and by mouse; from the help, too.
    browser.fill("q", "-status:").await;
    browser.until("both", "return document.querySelectorAll('#suggestions li').length === 2", &[]).await;
    browser.press([key::DOWN, key::ENTER]).await;
    assert_eq!(browser.value("q").await, "-status:enabled ");
    browser.until("the disabled one", "return [...document.querySelectorAll('#rows .name')].map(words).join() === 'Acorn'", &[]).await;
    browser.press([key::ESCAPE]).await;
    browser.sees("3 customers").await;
    browser.types("type:i").await;
    browser.until("one", "return document.querySelectorAll('#suggestions li').length === 1", &[]).await;
    let option = browser.find(Locator::Css("#suggestions li")).await.expect("an option");
    option.click().await.expect("a click");
    browser.sees("1 customer").await;
    assert_eq!((browser.value("q").await.as_str(), browser.rows().await), ("type:individual ", vec!["Ada Bolt".to_owned()]));
    browser.has_focus("input#q").await;
    browser.press([key::ESCAPE]).await;
    browser.click("How to search").await;
    browser.click("country:DE").await;
    browser.until("all countries", "return document.querySelectorAll('#suggestions li').length > 200", &[]).await;
    // What is complete, quoted or left offers nothing.
    browser.types("de").await;
    browser.until("none", NONE, &[]).await;
    browser.fill("q", "\"a status:").await;
    browser.a_moment_passes().await;
    assert_eq!(offered(browser).await, [] as [&str; 0]);
    browser.fill("q", "status:").await;
    browser.until("both", "return document.querySelectorAll('#suggestions li').length === 2", &[]).await;
    browser.press([key::TAB]).await;
    browser.has_focus("How to search").await;
    browser.until("none", NONE, &[]).await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

const NONE: &str = "return !document.querySelector('#suggestions').checkVisibility()";

async fn offered(browser: &Browser) -> Vec<String> {
    browser.texts("return [...document.querySelectorAll('#suggestions li')].map(words)", &[]).await
}

/// What a screen reader is told to be chosen.
async fn chosen(browser: &Browser) -> String {
    let script = "const id = document.querySelector('#q').getAttribute('aria-activedescendant'); return [id ? words(document.getElementById(id)) : '']";
    browser.texts(script, &[]).await.concat()
}
