//! Forms that are sent ten times, that stand beside each other, and that somebody else was quicker with.

use fantoccini::Locator;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, in_browser, key, with_and_without_scripts};

#[apply(with_and_without_scripts)]
async fn pressing_save_ten_times_makes_one_record(browser: Browser) {
    // A slow line.
    browser.cdp("Network.enable", json!({})).await;
    let line = |latency: u32| json!({ "offline": false, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.open("/customers/new?type=company").await;
    browser.fill("name", "Acme").await;
    browser.cdp("Network.emulateNetworkConditions", line(400)).await;
    let save = browser.find(Locator::Css("form[data-saves] button")).await.expect("a button");
    let mut clicks =
        MouseActions::new("mouse".to_owned()).then(PointerAction::MoveToElement { element: save, duration: None, x: 0.0, y: 0.0 });
    for _ in 0..10 {
        clicks = clicks.then(PointerAction::Down { button: MOUSE_BUTTON_LEFT }).then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    }
    browser.perform_actions(clicks).await.expect("clicks");
    browser.sees_heading("Acme").await;
    browser.cdp("Network.emulateNetworkConditions", line(0)).await;
    assert_eq!(browser.app.sql().count("customers"), 1);
    // Back: with scripts the form that was taken is no step of the history any more; without, it can be sent once more.
    browser.back().await.expect("to go back");
    if browser.scripts {
        browser.sees("1 customer").await;
        assert_eq!(browser.rows().await, ["Acme"]);
    } else {
        browser.sees_heading("New company").await;
        browser.fill("name", "Acme").await;
        browser.click("Create customer").await;
        browser.sees_heading("Acme").await;
    }
    assert_eq!(browser.app.sql().count("customers"), 1);
    // A contact by Enter, held down.
    browser.open("/customers/1/contacts/new").await;
    browser.fill("last_name", "Hoffmann").await;
    browser.fill("email", "jana@acme.example").await;
    browser.press([key::ENTER; 6]).await;
    browser.sees("Contacts 1").await;
    browser.settled().await;
    assert_eq!(browser.app.sql().count("contacts"), 1);
}

#[apply(in_browser)]
async fn two_forms_of_a_customer_do_not_disturb_each_other(browser: Browser) {
    let crowd = browser.app.company("Crowd").create();
    for number in 1..=60 {
        crowd.add_contact("Ada", &format!("Lovelace {number}"), &format!("ada{number}@crowd.example")).expect(303);
    }
    // A hit that is not in the row leads to the contact.
    browser.open("/customers").await;
    browser.fill("q", "ada55@").await;
    browser.sees("via Ada Lovelace 55").await;
    browser.choose("Crowd").await;
    browser.until("the contact", "return inView('#contact-55')", &[]).await;

    browser.click("New entitlement").await;
    browser.fill("product", "Forge Pro").await;
    browser.click("New contact").await;
    browser.fill("last_name", "Hoffmann").await;
    // Esc means the form one is in; what was typed into it takes a second one.
    browser.press([key::ESCAPE]).await;
    browser.has_focus("Cancel").await;
    assert_eq!((browser.value("last_name").await.as_str(), browser.value("product").await.as_str()), ("Hoffmann", "Forge Pro"));
    browser.press([key::ESCAPE]).await;
    browser.until("the contacts alone", "return !document.querySelector('[name=last_name]')", &[]).await;
    assert_eq!(browser.value("product").await, "Forge Pro");
    // A task in the one pane changes what it has to in the other, and leaves its form alone.
    browser.click_in("ada1@", "Edit").await;
    browser.fill("last_name", "Byron").await;
    browser.click("Save").await;
    browser.sees("Saved Ada Byron.").await;
    assert_eq!(browser.value("product").await, "Forge Pro");
    browser.click("Create entitlement").await;
    browser.sees("Added an entitlement to Forge Pro").await;
    assert!(browser.offers_in("ada1@", "1 entitlement").await, "its menu says what holds it");
    assert!(browser.pane_row("Forge Pro").await.contains("Ada Byron"));
    browser.click_in("ada1@", "Edit").await;
    browser.fill("last_name", "King").await;
    browser.click("Save").await;
    browser.sees("Saved Ada King.").await;
    assert!(browser.pane_row("Forge Pro").await.contains("Ada King"));

    // Two people edit one version: the second sees both, and saving again keeps what stands in the form.
    browser.open(crowd.at("edit")).await;
    crowd.edit(&[("phone", "+49 30 1")]).expect(303);
    browser.fill("phone", "+49 30 2").await;
    browser.click("Save").await;
    browser.sees("Changed by somebody else").await;
    browser.until("the focus on it", "return document.activeElement.matches('.alert, .conflicts')", &[]).await;
    assert_eq!(browser.value("phone").await, "+49 30 2");
    browser.click("Save").await;
    browser.sees("Saved Crowd.").await;
    browser.sees("+49 30 2").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// Would the browser ask before it closes the tab?
const HOLDS: &str = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))";

#[apply(in_browser)]
async fn what_was_typed_is_not_left_without_a_question(browser: Browser) {
    let acme =
        browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Rae", "O’Brien", "rae@acme.example").create();
    browser.app.company("Bolt").create();
    browser.open(acme.path()).await;
    browser.click("Edit").await;
    browser.sees_heading("Edit Acme").await;
    assert_eq!(browser.script(HOLDS, &[]).await, json!(false));
    browser.fill("phone", "+49 30 1").await;
    assert_eq!(browser.script(HOLDS, &[]).await, json!(true));
    // Another row, by mouse and by key; a step back. Staying is staying where one was.
    browser.choose("Bolt").await;
    stays(browser).await;
    browser.press([key::ESCAPE]).await;
    browser.has_focus("Cancel").await;
    browser.press(['j']).await;
    stays(browser).await;
    browser.back().await.expect("to go back");
    stays(browser).await;
    browser.click("New customer").await;
    stays(browser).await;
    // What leaves the form alone asks nothing.
    browser.click("Enabled").await;
    browser.until("the filter", "return location.search === '?status=enabled'", &[]).await;
    assert_eq!(browser.value("phone").await, "+49 30 1");
    browser.choose("Bolt").await;
    browser.click("Leave").await;
    browser.sees_heading("Bolt").await;
    assert_eq!(browser.current().await.as_deref(), Some("Bolt"));
    assert_eq!(browser.script(HOLDS, &[]).await, json!(false));
    // Back, and on from a form that nobody typed into.
    browser.click("Edit").await;
    browser.sees_heading("Edit Bolt").await;
    browser.fill("phone", "1").await;
    browser.back().await.expect("to go back");
    browser.click("Leave").await;
    browser.sees_heading("Bolt").await;
    browser.click("Edit").await;
    browser.sees_heading("Edit Bolt").await;
    browser.choose("Acme").await;
    browser.sees_heading("Acme").await;

    // One that was not taken counts, however it stands: the first Esc only points at Cancel, which then asks nothing.
    browser.click("Edit").await;
    browser.fill("email", "wrong").await;
    browser.click("Save").await;
    browser.sees("One field needs another look").await;
    browser.has_focus("input#email").await;
    assert_eq!(browser.script(HOLDS, &[]).await, json!(true));
    browser.press([key::ESCAPE]).await;
    browser.has_focus("Cancel").await;
    browser.choose("Bolt").await;
    browser.sees("Leave this form?").await;
    browser.press([key::ESCAPE]).await;
    browser.has_focus("input#email").await;
    browser.press([key::ESCAPE, key::ESCAPE]).await;
    browser.sees_heading("Acme").await;

    // A form in a pane, and what would draw the pane anew. Saving asks nothing.
    browser.click("New contact").await;
    browser.fill("last_name", "Byron").await;
    browser.click_in("rae@", "Set as default").await;
    browser.sees("Leave this form?").await;
    browser.click("Stay").await;
    browser.has_focus("input#last_name").await;
    browser.click_in("rae@", "Delete").await;
    browser.click("Leave").await;
    browser.sees("Delete Rae O'Brien?").await;
    browser.press([key::ESCAPE]).await;
    browser.sees_no("Delete Rae O'Brien?").await;
    browser.fill("email", "ada@acme.example").await;
    browser.click("Create contact").await;
    browser.sees("Added Byron.").await;
    assert_eq!(browser.script(HOLDS, &[]).await, json!(false));
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

async fn stays(browser: &Browser) {
    browser.sees("Leave this form?").await;
    browser.has_focus("Stay").await;
    browser.press([key::ENTER]).await;
    browser.has_focus("input#phone").await;
    browser.sees_heading("Edit Acme").await;
    assert_eq!(browser.value("phone").await, "+49 30 1");
    assert_eq!(browser.current().await.as_deref(), Some("Acme"));
    assert_eq!(browser.path().await, "/customers/1/edit");
}
