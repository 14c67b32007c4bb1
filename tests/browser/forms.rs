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

/// What is typed into a date reaches the server as it was typed, also where it is no date, or only the beginning of one.
#[apply(with_and_without_scripts)]
async fn a_date_that_is_none_is_refused_and_kept(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    browser.open(acme.at("entitlements/new")).await;
    browser.fill("product", "Forge").await;
    for (field, text, words) in [
        ("ends_on", "02/31/2027", "End 02/31/2027 is not a date."),
        ("ends_on", "12/31", "End cannot be read: write the date as YYYY-MM-DD, like 2027-12-31."),
        ("ends_on", "3/1/2027", "End could be two days: write 2027-01-03 or 2027-03-01."),
        ("starts_on", "2026-02-30", "Start 2026-02-30 is not a date."),
        ("quantity", "99999999999999999999", "Quantity can be at most 1,000,000,000."),
        ("quantity", "1e3", "Quantity must be a whole number, 1 or more."),
    ] {
        let before = browser.value(field).await;
        browser.fill(field, "").await;
        browser.find(Locator::Css(&format!("#{field}"))).await.expect("the field").click().await.expect("to go there");
        browser.types(text).await;
        browser.click("Create entitlement").await;
        browser.sees(words).await;
        browser.sees("One field needs another look").await;
        assert_eq!((browser.value(field).await.as_str(), browser.value("product").await.as_str()), (text, "Forge"));
        assert_eq!(browser.focused_field().await, if browser.scripts { field } else { "product" }, "{text}");
        browser.fill(field, &before).await;
    }
    assert_eq!(browser.app.sql().count("entitlements"), 0);
    browser.fill("ends_on", "31 dec 2998").await;
    browser.press([key::ENTER]).await;
    browser.sees("Added an entitlement to Forge").await;
    assert!(browser.pane_row("Forge").await.contains("31 Dec 2998"));
}

#[apply(in_browser)]
async fn a_calendar_writes_the_day_into_its_field(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    browser.open(acme.at("entitlements/new")).await;
    assert!(!browser.is_shown("input[type=date]").await);
    browser.fill("product", "Forge").await;
    browser.fill("ends_on", "2998-12-24").await;
    browser.click("Calendar for End").await;
    // A week on, in the browser's own calendar.
    browser.press([key::DOWN, key::ENTER]).await;
    browser.until("the day", "return document.querySelector('[name=ends_on]').value === '2998-12-31'", &[]).await;
    assert_eq!(browser.focused_field().await, "ends_on");
    // Closed without a choice it changes nothing; the one key is the calendar's.
    browser.click("Calendar for Start").await;
    let before = browser.value("starts_on").await;
    browser.press([key::ESCAPE]).await;
    assert_eq!((browser.value("starts_on").await, browser.value("product").await), (before, "Forge".to_owned()));
    browser.click("Create entitlement").await;
    browser.sees("Added an entitlement to Forge").await;
    assert!(browser.pane_row("Forge").await.contains("31 Dec 2998"));
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// Who has a number already is looked up beside the form, not instead of it.
#[apply(with_and_without_scripts)]
async fn who_has_what_was_asked_for_is_a_link_that_leaves_the_form(browser: Browser) {
    browser.app.company("Baltic Foods").number("B-1").create();
    browser.open("/customers/new?type=company").await;
    browser.fill("number", "b-1").await;
    browser.fill("phone", "+49 30 1").await;
    browser.click("Create customer").await;
    browser.sees("2 fields need another look").await;
    browser.sees("Name is missing.").await;
    browser.sees("Number b-1 already belongs to Baltic Foods").await;
    browser.click("Baltic Foods (in a new tab)").await;
    let tabs = browser.windows().await.expect("tabs");
    assert_eq!(tabs.len(), 2);
    assert_eq!(browser.value("phone").await, "+49 30 1");
    browser.switch_to_window(tabs[1].clone()).await.expect("the other tab");
    browser.sees_heading("Baltic Foods").await;
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

/// Products are suggested, more of them as one types; what is typed is taken in any case.
#[apply(in_browser)]
async fn products_are_suggested_as_one_types(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    for product in ["Forge Pro", "Anvil"] {
        acme.entitle(&[("product", product)]).expect(303);
    }
    browser.open(acme.at("entitlements/new")).await;
    let offered = "return [...document.getElementById('product').list.options].map(option => option.value).join('|') === arguments[0]";
    browser.until("all of them", offered, &["Anvil|Forge Pro".into()]).await;
    browser.fill("product", "pro").await;
    browser.until("those that fit", offered, &["Forge Pro".into()]).await;
    browser.click("Create entitlement").await;
    browser.sees("Added an entitlement to pro").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}
