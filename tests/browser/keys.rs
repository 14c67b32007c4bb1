//! Which key presses count, and for which customer: other keyboards, chords, input methods, and answers that are late.

use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{ALT, Browser, CTRL, Key, META, SHIFT, in_browser, key};

#[apply(in_browser)]
async fn a_task_goes_to_the_customer_that_is_marked_current(browser: Browser) {
    for name in ["Acme", "Bolt", "Corex", "Delta", "Echo"] {
        browser.app.company(name).create();
    }
    browser.open("/customers").await;
    browser.choose("Acme").await;
    browser.sees_heading("Acme").await;

    // At once, while the detail is on its way.
    browser.hold("GET /customers/2$").await;
    browser.press(['j', 'd']).await;
    browser.has_asked("GET /customers/2$").await;
    assert_eq!(browser.current().await.as_deref(), Some("Bolt"));
    browser.a_moment_passes().await;
    assert_eq!(disabled(browser), [] as [&str; 0], "neither the one shown before, nor one that is not seen yet");
    browser.release("GET /customers/2$").await;
    browser.sees("Disabled Bolt.").await;
    assert_eq!(disabled(browser), ["Bolt"]);

    // The same for a click, for the form and for the question.
    browser.hold("GET /customers/3$").await;
    browser.choose("Corex").await;
    browser.press(['e']).await;
    browser.release("GET /customers/3$").await;
    browser.sees_heading("Edit Corex").await;
    browser.press([key::ESCAPE]).await;
    browser.sees_heading("Corex").await;
    browser.hold("GET /customers/4$").await;
    browser.press(['j', '#']).await;
    browser.release("GET /customers/4$").await;
    browser.sees("Delete Delta?").await;
    browser.press([key::ESCAPE]).await;
    browser.sees_no("Delete Delta?").await;

    // Going on is another choice: the task for the one that was passed is dropped.
    browser.hold("GET /customers/[35]$").await;
    browser.press(['k', 'd', 'j', 'j']).await;
    browser.has_asked("GET /customers/5$").await;
    browser.release("GET /customers/[35]$").await;
    browser.sees_heading("Echo").await;
    browser.settled().await;
    assert_eq!(disabled(browser), ["Bolt"]);

    // One that was deleted meanwhile: nothing happens to anybody else.
    browser.app.customer(4).delete().expect(303);
    browser.press(['k', 'd']).await;
    browser.sees_heading("Delta was deleted").await;
    browser.settled().await;
    assert_eq!(disabled(browser), ["Bolt"]);
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

fn disabled(browser: &Browser) -> Vec<String> {
    let names = browser.app.sql().texts("SELECT name AS text FROM customers WHERE NOT enabled ORDER BY id");
    names.into_iter().flatten().collect()
}

#[apply(in_browser)]
async fn keys_are_matched_by_the_character_and_leave_chords_alone(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    browser.open(acme.path()).await;
    browser.listen().await;
    // What belongs to the browser and to the system.
    for with in [CTRL, ALT, META, CTRL | SHIFT, CTRL | ALT] {
        for (character, code) in
            [("c", "KeyC"), ("e", "KeyE"), ("d", "KeyD"), ("n", "KeyN"), ("j", "KeyJ"), ("1", "Digit1"), ("3", "Digit3")]
        {
            browser.strike(Key { character, code, with, ..Key::default() }).await;
        }
    }
    // Capitals are other keys, and a key that is held down starts nothing.
    browser.strike(Key { character: "D", code: "KeyD", with: SHIFT, ..Key::default() }).await;
    browser.strike(Key { character: "d", code: "KeyD", repeats: true, ..Key::default() }).await;
    browser.strike(Key { character: "n", code: "KeyN", repeats: true, ..Key::default() }).await;
    // What an input method swallows, with the flag and, as Safari does it, without.
    browser.strike(Key { character: "Process", code: "KeyD", number: 229, ..Key::default() }).await;
    browser.strike(Key { character: "d", code: "KeyD", number: 229, ..Key::default() }).await;
    browser.a_moment_passes().await;
    assert_eq!(browser.asked().await, [] as [&str; 0]);
    assert!(!browser.is_asking().await);

    // `/` is Shift and 7 on a German keyboard, `#` is AltGr and 3 on a Spanish one (reported as Ctrl and Alt), Option and 3 on a British Mac.
    browser.strike(Key { character: "/", code: "Digit7", with: SHIFT, ..Key::default() }).await;
    browser.has_focus("input#q").await;
    browser.press([key::ESCAPE]).await;
    for with in [CTRL | ALT, ALT, SHIFT, 0] {
        browser.strike(Key { character: "#", code: "Digit3", with, ..Key::default() }).await;
        browser.sees("Delete Acme?").await;
        browser.press([key::ESCAPE]).await;
        browser.sees_no("Delete Acme?").await;
    }
    browser.strike(Key { character: "?", code: "Minus", with: SHIFT, ..Key::default() }).await;
    browser.sees("Next customer").await;
    browser.press([key::ESCAPE]).await;
    browser.sees_no("Next customer").await;
    // A Cyrillic layout has no `d`; the key is where it is. A French one has its digits behind Shift, and `a` where `q` is.
    browser.strike(Key { character: "в", code: "KeyD", ..Key::default() }).await;
    browser.sees("Disabled Acme.").await;
    browser.strike(Key { character: "3", code: "Digit3", with: SHIFT, ..Key::default() }).await;
    browser.until("the filter", "return location.search === '?status=disabled'", &[]).await;
    // Caps lock is no other character.
    browser.strike(Key { character: "D", code: "KeyD", ..Key::default() }).await;
    browser.sees("Enabled Acme.").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn an_input_method_composes_undisturbed(browser: Browser) {
    browser.app.company("かぶ商事").create();
    browser.app.company("Acme").create();
    browser.open("/customers").await;
    browser.press(['/']).await;
    browser.listen().await;
    compose(browser, "かぶ").await;
    browser.strike(Key { character: "Enter", code: "Enter", number: 229, ..Key::default() }).await;
    browser.strike(Key { character: "Process", code: "Escape", number: 229, ..Key::default() }).await;
    browser.a_moment_passes().await;
    assert_eq!(browser.asked().await, [] as [&str; 0], "nothing is searched for before the text is chosen");
    assert_eq!(browser.value("q").await, "かぶ");
    assert_eq!(browser.rows().await.len(), 2);
    browser.cdp("Input.insertText", json!({ "text": "かぶ" })).await;
    browser.sees("1 customer").await;
    assert_eq!(browser.rows().await, ["かぶ商事"]);
    // Safari reports the Enter that ended it after the end.
    browser.strike(Key { character: "Enter", code: "Enter", number: 229, ..Key::default() }).await;
    browser.a_moment_passes().await;
    assert_eq!(browser.value("q").await, "かぶ");
    assert_eq!(browser.asked().await.len(), 1, "{:?}", browser.asked().await);
    // In a form: neither sent nor closed.
    browser.open("/customers/new?type=company").await;
    browser.listen().await;
    browser.has_focus("input#name").await;
    compose(browser, "かぶ").await;
    browser.strike(Key { character: "Enter", code: "Enter", number: 229, ..Key::default() }).await;
    browser.strike(Key { character: "Escape", code: "Escape", number: 229, ..Key::default() }).await;
    browser.strike(Key { character: "Enter", code: "Enter", number: 229, with: CTRL, ..Key::default() }).await;
    browser.a_moment_passes().await;
    browser.sees_heading("New company").await;
    assert_eq!(browser.asked().await, [] as [&str; 0]);
}

async fn compose(browser: &Browser, text: &str) {
    let length = text.chars().count();
    browser.cdp("Input.imeSetComposition", json!({ "text": text, "selectionStart": length, "selectionEnd": length })).await;
}

#[apply(in_browser)]
async fn the_browser_changes_no_field_by_itself(browser: Browser) {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    // The wheel over the focused quantity.
    browser.open(acme.at("entitlements/new")).await;
    browser.fill("quantity", "25").await;
    let at = browser.script("const b = document.querySelector('#quantity').getBoundingClientRect(); return [b.x + 9, b.y + 9]", &[]).await;
    for delta in [120, -120, -120, 120, 120] {
        let wheel = json!({ "type": "mouseWheel", "x": at[0], "y": at[1], "deltaX": 0, "deltaY": delta });
        browser.cdp("Input.dispatchMouseEvent", wheel).await;
    }
    browser.press([key::UP, key::UP]).await;
    assert_eq!(browser.value("quantity").await, "25");
    // Saved credentials go into no field: a password manager looks for a password, for `email` or `username`, for what says that it may.
    for path in ["/customers".to_owned(), acme.at("contacts/new"), "/customers/new?type=company".to_owned(), acme.at("entitlements/new")] {
        browser.open(&path).await;
        let script = "return [...document.querySelectorAll('input:not([type=hidden], [type=checkbox]), select, textarea')]
            .filter(f => f.autocomplete !== 'off' || ['password', 'email'].includes(f.type)
                || f.matches('input:not([inputmode=numeric])') && !(f.hasAttribute('data-1p-ignore') && f.dataset.lpignore && f.hasAttribute('data-bwignore')))
            .map(f => f.name)";
        assert_eq!(browser.texts(script, &[]).await, [] as [&str; 0], "{path}");
    }
}
