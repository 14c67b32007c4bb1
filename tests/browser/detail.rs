//! A customer's page as one works with it: what stays in view, what is copied, filtered and edited in its place.

use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, in_browser, key};
use crate::support::Customer;

fn crowd(browser: &Browser, count: usize) -> Customer {
    let crowd = browser.app.company("Crowd").ref_id("R-1").crm_id("CRM-1").create();
    for number in 1..=count {
        crowd.add_contact("Ada", &format!("Lovelace {number:02}"), &format!("ada{number}@crowd.example")).expect(303);
    }
    crowd
}

#[apply(in_browser)]
async fn the_head_and_the_heads_of_tables_stay_in_view(browser: Browser) {
    let crowd = crowd(browser, 30);
    crowd.edit(&[("name", &"Crowd of people ".repeat(15))]).expect(303);
    browser.open(format!("{}?contacts=all", crowd.path())).await;
    let height = "return document.querySelector('.topline').getBoundingClientRect().height";
    assert!(browser.number(height).await > 70.0, "a long name is to be read");
    browser.click("Contacts 30").await;
    browser.until("the contacts in view", "return inView('#contacts thead')", &[]).await;
    browser.script("document.querySelector('#detail').scrollBy(0, 500)", &[]).await;
    browser.until("one line", "return document.querySelector('.topline').getBoundingClientRect().height < 60", &[]).await;
    for selector in [".topline h1", ".topline .tag", "#edit", "#toggle", "#delete", "#contacts thead th"] {
        let seen = "const e = document.querySelector(arguments[0]), b = e.getBoundingClientRect();
            const at = document.elementFromPoint(b.left + 5, b.top + b.height / 2);
            return !!at && (e.contains(at) || at.contains(e))";
        assert_eq!(browser.script(seen, &[json!(selector)]).await, json!(true), "{selector} is covered or gone");
    }
    // What gets the focus is not behind them.
    browser.script("document.querySelector('#detail').scrollTo(0, 1e6); document.querySelector('#edit-2').focus()", &[]).await;
    let free = "return document.querySelector('#edit-2').getBoundingClientRect().top >= document.querySelector('#contacts thead th').getBoundingClientRect().bottom - 1";
    browser.until("the focus in view", free, &[]).await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn identifiers_are_copied_by_mouse_and_by_key(browser: Browser) {
    let crowd = crowd(browser, 1);
    crowd.entitle(&[("product", "Forge")]).expect(303);
    let eid = browser.app.sql().texts("SELECT eid AS text FROM entitlements").into_iter().flatten().next().expect("an EID");
    browser.open(crowd.path()).await;
    browser.script("window.copied = []; navigator.clipboard.writeText = async text => { copied.push(text) }", &[]).await;
    for (name, text) in [("Copy number", "C-000001"), ("Copy Ref ID", "R-1"), ("Copy CRM ID", "CRM-1")] {
        browser.click(name).await;
        browser.has_announced(&format!("Copied {text}")).await;
    }
    browser.click_in("Forge", "Copy EID").await;
    browser.has_announced(&format!("Copied {eid}")).await;
    browser.press(['y']).await;
    browser.has_announced("Copied C-000001").await;
    browser.tab_to("Copy Ref ID").await;
    browser.press([key::ENTER]).await;
    browser.has_announced("Copied R-1").await;
    assert_eq!(browser.texts("return copied", &[]).await, ["C-000001", "R-1", "CRM-1", &eid, "C-000001", "R-1"]);
    // Where the page may not write to the clipboard, a selection is copied.
    let without = "Object.defineProperty(navigator, 'clipboard', { value: undefined });
        document.addEventListener('copy', () => copied.push('selected ' + document.activeElement.value))";
    browser.script(without, &[]).await;
    browser.click("Copy number").await;
    browser.until("a copy", "return copied.at(-1) === 'selected C-000001'", &[]).await;
    browser.has_focus("Copy number").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn contacts_are_filtered_as_one_types_and_shown_all(browser: Browser) {
    let crowd = crowd(browser, 30);
    browser.open(crowd.path()).await;
    let count = |number: usize| format!("return document.querySelectorAll('#contacts tbody tr').length === {number}");
    browser.script("document.querySelector('#contact-filter').focus()", &[]).await;
    browser.types("lovelace 2").await;
    browser.until("the hits", &count(10), &[]).await;
    browser.has_announced("10 of 30 contacts").await;
    browser.has_focus("input#contact-filter").await;
    assert_eq!(browser.path().await, format!("{}?find=lovelace+2", crowd.path()));
    browser.press([key::ESCAPE]).await;
    browser.until("the first ones", &count(20), &[]).await;
    assert_eq!(browser.path().await, crowd.path());

    browser.click("Show all 30").await;
    browser.until("all of them", &count(30), &[]).await;
    browser.has_focus("Edit Ada Lovelace 21").await;
    assert_eq!(browser.path().await.split('#').next(), Some(format!("{}?contacts=all", crowd.path()).as_str()));
    // What changes the list leaves the pane's part of the address alone.
    browser.click("Company").await;
    browser.until("the filter", "return location.search === '?type=company&contacts=all'", &[]).await;
    browser.refresh().await.expect("to reload");
    browser.until("all of them", &count(30), &[]).await;
    browser.back().await.expect("to go back");
    browser.until("all types", "return location.search === '?contacts=all'", &[]).await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn a_contact_is_edited_in_its_row_and_one_is_back_there(browser: Browser) {
    let crowd = crowd(browser, 30);
    browser.open(format!("{}?contacts=all", crowd.path())).await;
    let place = "return document.querySelector('#contact-25').getBoundingClientRect().top";
    for (leave, told) in [("Cancel", ""), ("Save", "Saved Ada Lovelace 25.")] {
        browser.click_in("ada25@", "Edit").await;
        browser.until("the form in the row", "return !!document.querySelector('#contact-25 form')", &[]).await;
        browser.has_focus("input#first_name").await;
        browser.click(leave).await;
        browser.sees(told).await;
        browser.has_focus("Edit Ada Lovelace 25").await;
        browser.until("the row in view", "return inView('#contact-25')", &[]).await;
        assert!(browser.number(place).await > 100.0);
        assert!(browser.path().await.contains("contacts=all"), "{}", browser.path().await);
    }
    // The other pane's task leaves the open form alone.
    browser.click_in("ada25@", "Edit").await;
    browser.fill("last_name", "Byron").await;
    browser.click("New entitlement").await;
    browser.fill("product", "Forge").await;
    browser.click("Create entitlement").await;
    browser.sees("Added an entitlement to Forge").await;
    assert_eq!(browser.value("last_name").await, "Byron");
    browser.click("Save").await;
    browser.sees("Saved Ada Byron.").await;

    // A hit in a contact: its row, marked.
    browser.open("/customers").await;
    browser.fill("q", "ada30@").await;
    browser.sees("via Ada Lovelace 30").await;
    browser.choose("Crowd").await;
    browser.until("the contact", "return inView('#contact-30[aria-current]')", &[]).await;
    assert_eq!(browser.texts("return [...document.querySelectorAll('#contacts mark')].map(words)", &[]).await, ["ada30@"]);
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn on_a_telephone_a_finger_finds_what_it_is_for(browser: Browser) {
    let acme = browser.app.company("Acme").ref_id("R-1").crm_id("C-1").with("phone", "+49 30 5550").with("email", "office@acme.example");
    let acme = acme.contact("Jana", "Hoffmann", "jana@acme.example").contact("Rae", "O’Brien", "rae@acme.example").entitlements(1).create();
    browser.size(390, 844).await;
    browser.open(acme.path()).await;
    browser.script("document.querySelector('#contact-2 .menu').open = true", &[]).await;
    let small = "return [...document.querySelectorAll('.detail :is(a, button, summary)')].filter(e => e.checkVisibility()).map(e => [words(e) || label(e), e.getBoundingClientRect()])
        .filter(([, b]) => b.height < 43.5 || b.width < 43.5).map(([name, b]) => `${name} ${Math.round(b.width)} x ${Math.round(b.height)}`)";
    assert_eq!(browser.texts(small, &[]).await, [] as [&str; 0]);
    let lines = "return document.querySelector('#contact-1').getBoundingClientRect().height";
    assert!(browser.number(lines).await < 80.0, "a contact takes two lines: {}", browser.number(lines).await);
    let beside = "const [one, other] = [...document.querySelectorAll('.fields > :not(:has([href^=\"mailto:\"]))')].map(e => e.getBoundingClientRect());
        return one.top === other.top && one.right <= other.left";
    assert_eq!(browser.script(beside, &[]).await, json!(true), "details in two columns");
}

#[apply(in_browser)]
async fn on_a_wide_screen_the_tasks_stay_near_the_name(browser: Browser) {
    let acme = crowd(browser, 1);
    browser.size(2560, 1200).await;
    browser.open(acme.path()).await;
    let far = "return document.querySelector('#edit').getBoundingClientRect().left - document.querySelector('.topline h1').getBoundingClientRect().left";
    assert!(browser.number(far).await < 1_100.0, "{}", browser.number(far).await);
}
