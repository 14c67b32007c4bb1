//! *Undo* in the message, by pointer and by key; how long the message stays.

use macro_rules_attribute::apply;

use crate::browser::{Browser, in_browser, key, with_and_without_scripts};

#[apply(with_and_without_scripts)]
async fn a_message_takes_back_what_it_tells(browser: Browser) {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    browser.app.company("Bolt").create();
    browser.open(format!("{}?q=acme", acme.path())).await;
    browser.click("Disable").await;
    browser.sees("Disabled Acme.").await;
    browser.click("Undo").await;
    browser.sees("Undone: Acme is enabled again.").await;
    assert!(browser.offers("Disable").await && browser.row("Acme").await.contains("Enabled"));
    browser.click("Redo").await;
    browser.sees("Redone: Acme is disabled again.").await;
    assert!(browser.offers("Enable").await && browser.path().await.contains("q=acme"));

    browser.click("Delete").await;
    browser.sees("Delete Acme?").await;
    browser.click("Delete customer and 1 contact").await;
    browser.sees("Deleted Acme.").await;
    assert!(browser.row("Acme").await.is_empty());
    browser.click("Undo").await;
    browser.sees_heading("Acme").await;
    browser.sees("Undone: Acme is back with 1 contact.").await;
    assert!(!browser.row("Acme").await.is_empty());

    // What others did later is said where it was asked for.
    browser.click("Enable").await;
    browser.sees("Enabled Acme.").await;
    acme.disable().expect(303);
    browser.click("Undo").await;
    browser.sees("Later, you disabled Acme. Undo that first.").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// Case U6.
#[apply(in_browser)]
async fn the_key_takes_back_the_own_last_change_once(browser: Browser) {
    let (acme, bolt) = (browser.app.company("Acme").create(), browser.app.company("Bolt").create());
    browser.open(acme.path()).await;
    browser.sees_heading("Acme").await;
    browser.press(['d']).await;
    browser.sees("Disabled Acme.").await;
    bolt.disable().expect(303); // somebody else, later
    browser.press(['u', 'u']).await;
    browser.sees("Undone: Acme is enabled again.").await;
    browser.press(['u']).await;
    browser.settled().await;
    browser.a_moment_passes().await;
    let names = browser.app.sql().texts("SELECT name AS text FROM customers WHERE NOT enabled");
    assert_eq!(names, [Some("Bolt".to_owned())], "the own one, and once");

    // At once: it waits for the message about what was done last.
    browser.hold("POST /customers/1/disable").await;
    browser.press(['d', 'u']).await;
    browser.has_asked("POST /customers/1/disable").await;
    browser.a_moment_passes().await;
    browser.release("POST /customers/1/disable").await;
    browser.sees("Undone: Acme is enabled again.").await;

    // Somewhere else by now: it leads back to the record.
    browser.press(['d']).await;
    browser.sees("Disabled Acme.").await;
    browser.press(['j']).await;
    browser.sees_heading("Bolt").await;
    browser.press(['u']).await;
    browser.sees_heading("Acme").await;
    browser.sees("Undone: Acme is enabled again.").await;
    assert_eq!(browser.current().await.as_deref(), Some("Acme"));

    browser.press(['?']).await;
    browser.sees("Undo the last change").await;
    browser.sees("No message offers it now.").await;
    browser.press([key::ESCAPE]).await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// A form that is open with something typed into it is not swept away by an undo.
#[apply(in_browser)]
async fn a_form_is_not_left_without_a_question(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    browser.open(acme.path()).await;
    browser.press(['d']).await;
    browser.sees("Disabled Acme.").await;
    browser.press(['e']).await;
    browser.sees_heading("Edit Acme").await;
    browser.fill("phone", "+44 1").await;
    browser.click("Undo").await;
    browser.sees("Leave this form?").await;
    browser.press([key::ESCAPE]).await;
    browser.sees_no("Leave this form?").await;
    assert_eq!(browser.value("phone").await, "+44 1");
    assert_eq!(browser.app.sql().number("SELECT count(*) AS number FROM customers WHERE NOT enabled"), 1);
}

/// How long an animation takes from its beginning to its end, and whether it runs.
const LEAVING: &str = "const a = document.querySelector('.toast').getAnimations().find(a => a.animationName === 'leave');
    return [String(a.effect.getComputedTiming().delay), a.playState]";

#[apply(in_browser)]
async fn a_message_stays_for_six_seconds_that_nobody_looks_at_it(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    browser.open(acme.path()).await;
    browser.press(['d']).await;
    browser.sees("Disabled Acme.").await;
    assert_eq!(browser.texts(LEAVING, &[]).await, ["6000", "running"]);
    browser.script("document.querySelector('.toast button').focus()", &[]).await;
    assert_eq!(browser.texts(LEAVING, &[]).await, ["6000", "paused"], "while the focus is in it");
    browser.script("document.querySelector('#detail').focus()", &[]).await;
    assert_eq!(browser.texts(LEAVING, &[]).await, ["6000", "running"]);
    browser.script("document.querySelector('.toast').getAnimations().forEach(a => a.finish())", &[]).await;
    browser.until("no message", "return !document.querySelector('.toast')", &[]).await;

    browser.press(['d']).await;
    browser.sees("Enabled Acme.").await;
    browser.scheme("light").await; // and reduced motion
    assert_eq!(browser.texts(LEAVING, &[]).await[0], "6000");
    browser.tab_to("Dismiss").await;
    browser.press([key::ENTER]).await;
    browser.until("no message", "return !document.querySelector('.toast')", &[]).await;
    browser.has_focus("main#detail").await;
}

#[test]
fn without_a_script_a_message_stays() {
    crate::browser::browse("a-message-stays", crate::support::Engine::Sqlite, false, async |browser| {
        let acme = browser.app.company("Acme").create();
        browser.open(acme.path()).await;
        browser.click("Disable").await;
        browser.sees("Disabled Acme.").await;
        let animations = browser.texts("return document.querySelector('.toast').getAnimations().map(String)", &[]).await;
        assert_eq!(animations, [] as [&str; 0]);
        assert!(browser.offers("Undo").await && !browser.offers("Dismiss").await);
    });
}

#[apply(with_and_without_scripts)]
async fn a_page_asks_before_an_older_change_is_taken_back(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    acme.edit(&[("phone", "+44 1")]).expect(303);
    let event = browser.app.sql().number("SELECT max(id) AS number FROM events");
    browser.open(format!("/events/{event}/undo?q=acme")).await;
    browser.sees_heading("Undo this change?").await;
    browser.sees("You edited Acme").await;
    browser.fill("reason", "wrong number").await;
    browser.click("Undo").await;
    browser.sees("Undone: Acme is as it was before the edit.").await;
    browser.sees_heading("Acme").await;
    assert!(browser.path().await.contains("q=acme"));
    let reason = browser.app.sql().texts("SELECT reason AS text FROM events ORDER BY id DESC LIMIT 1");
    assert_eq!(reason, [Some("wrong number".to_owned())]);
}
