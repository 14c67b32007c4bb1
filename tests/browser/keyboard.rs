//! Everything without a mouse: the keys of DESIGN section 6, and where the focus is after each.

use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, browse, in_browser, key};
use crate::support::Engine;

#[test]
fn a_whole_life_by_keyboard_sqlite() {
    browse("by-keyboard-sqlite", Engine::Sqlite, true, a_whole_life);
}

#[test]
fn a_whole_life_by_keyboard_postgres() {
    browse("by-keyboard-postgres", Engine::Postgres, true, a_whole_life);
}

/// What saves a form.
const SAVE: [char; 2] = [key::CONTROL, key::ENTER];

async fn a_whole_life(browser: &Browser) {
    create_a_company(browser).await;
    edit_disable_enable(browser).await;
    contacts(browser).await;
    an_entitlement(browser).await;
    an_individual(browser).await;
    delete(browser).await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

async fn create_a_company(browser: &Browser) {
    browser.press(['n']).await;
    browser.sees_heading("New customer").await;
    browser.until("the focus on the first choice", "return document.activeElement.matches('.choice')", &[]).await;
    browser.press([key::ENTER]).await;
    browser.sees_heading("New company").await;
    browser.has_focus("input#name").await;
    browser.press([key::TAB]).await;
    browser.types("A-1").await;
    browser.chord(&SAVE).await;
    browser.sees("Name is missing.").await;
    browser.has_focus("input#name").await;
    browser.types("Aurora n/e#?").await;
    for field in ["contact_first_name", "contact_last_name", "contact_email"] {
        while browser.focused_field().await != field {
            browser.press([key::TAB]).await;
        }
        browser
            .types(match field {
                "contact_first_name" => "Jana",
                "contact_last_name" => "Hoffmann",
                _ => "jana@aurora.example",
            })
            .await;
    }
    browser.chord(&SAVE).await;
    browser.sees_heading("Aurora n/e#?").await;
    browser.sees("with the number A-1.").await;
    browser.has_focus("h1").await;
}

async fn edit_disable_enable(browser: &Browser) {
    browser.press(['e']).await;
    browser.has_focus("input#name").await;
    browser.chord(&[key::CONTROL, 'a']).await;
    browser.types("Aurora").await;
    while browser.focused_field().await != "email" {
        browser.press([key::TAB]).await;
    }
    browser.types("wrong").await;
    browser.chord(&SAVE).await;
    browser.sees("Enter an e-mail address").await;
    browser.has_focus("input#email").await;
    browser.press([key::END]).await;
    browser.types("@aurora.example").await;
    browser.chord(&SAVE).await;
    browser.sees("Saved Aurora.").await;
    browser.sees("wrong@aurora.example").await;

    browser.press(['e']).await;
    browser.has_focus("input#name").await;
    browser.types("No, not this").await;
    browser.press([key::ESCAPE]).await;
    browser.has_focus("Cancel").await;
    assert!(browser.value("name").await.contains("No, not this"), "one key takes nothing back that was typed");
    browser.press([key::ESCAPE]).await;
    browser.sees_heading("Aurora").await;
    browser.has_focus("h1").await;

    browser.press(['d']).await;
    browser.sees("Disabled Aurora.").await;
    browser.press(['d']).await;
    browser.sees("Enabled Aurora.").await;
    browser.tab_to("Disable").await;
    browser.press([key::ENTER]).await;
    browser.has_focus("Enable").await;
    browser.press([key::SPACE]).await;
    browser.has_focus("Disable").await;
}

async fn contacts(browser: &Browser) {
    browser.press(['c']).await;
    browser.has_focus("input#first_name").await;
    browser.types("Tomás").await;
    browser.press([key::TAB, key::TAB]).await;
    browser.types("Nuñez").await;
    browser.press([key::TAB]).await;
    browser.types("tomas").await;
    browser.chord(&SAVE).await;
    browser.sees("Enter an e-mail address").await;
    browser.has_focus("input#email").await;
    browser.press([key::END]).await;
    browser.types("@aurora.example").await;
    browser.press([key::ENTER]).await;
    browser.sees("Added Tomás Nuñez.").await;
    browser.until("the focus in the contacts pane", "return !!document.activeElement.closest('#contacts')", &[]).await;

    browser.press(['c']).await;
    browser.has_focus("input#first_name").await;
    browser.press([key::ESCAPE]).await;
    let back = "return !document.querySelector('#contacts form[data-saves]') && !!document.activeElement.closest('#contacts')";
    browser.until("the focus in the contacts pane", back, &[]).await;

    browser.tab_to("More for Tomás Nuñez").await;
    browser.press([key::ENTER]).await;
    browser.tab_to("Set as default").await;
    browser.press([key::ENTER]).await;
    browser.sees("Tomás Nuñez is now the default contact.").await;
    browser.tab_to("More for Jana Hoffmann").await;
    browser.press([key::ENTER]).await;
    browser.tab_to("Disable").await;
    browser.press([key::ENTER]).await;
    browser.sees("Disabled Jana Hoffmann").await;
    browser.has_focus("More for Jana Hoffmann").await;
    browser.press([key::ENTER]).await;
    browser.tab_to("Enable").await;
    browser.press([key::ENTER]).await;
    browser.sees("Enabled Jana Hoffmann.").await;
    browser.has_focus("More for Jana Hoffmann").await;
    browser.tab_to("Edit Tomás Nuñez").await;
    browser.press([key::ENTER]).await;
    browser.has_focus("input#first_name").await;
    browser.chord(&SAVE).await;
    browser.sees("Saved Tomás Nuñez.").await;
    browser.has_focus("Edit Tomás Nuñez").await;
    browser.tab_to("More for Tomás Nuñez").await;
    browser.press([key::ENTER]).await;
    browser.tab_to("Delete").await;
    browser.press([key::ENTER]).await;
    browser.sees("Delete Tomás Nuñez?").await;
    browser.has_focus("Cancel").await;
    browser.press([key::ESCAPE]).await;
    browser.has_focus("Delete").await;
    browser.press([key::ENTER]).await;
    browser.sees("Delete Tomás Nuñez?").await;
    browser.tab_to("Delete contact").await;
    browser.press([key::ENTER]).await;
    browser.sees("Deleted Tomás Nuñez.").await;
    browser.until("the focus on the row that is left", "return !!document.activeElement.closest('#contacts tr')", &[]).await;
}

async fn an_entitlement(browser: &Browser) {
    browser.tab_to("New entitlement").await;
    browser.press([key::ENTER]).await;
    browser.has_focus("input#product").await;
    browser.types("Forge Pro").await;
    browser.chord(&SAVE).await;
    browser.sees("Added an entitlement to Forge Pro").await;
    browser.press(['#']).await;
    browser.a_moment_passes().await;
    assert!(!browser.is_asking().await, "what is not offered, no key does");
    browser.tab_to("More for Forge Pro").await;
    browser.press([key::ENTER]).await;
    browser.tab_to("End now").await;
    browser.press([key::ENTER]).await;
    browser.sees("End Forge Pro now?").await;
    browser.tab_to("End now").await;
    browser.press([key::ENTER]).await;
    browser.sees("Ended the entitlement").await;
    browser.tab_to("More for Forge Pro").await;
    browser.press([key::ENTER]).await;
    browser.tab_to("Delete").await;
    browser.press([key::ENTER]).await;
    browser.sees("Delete the entitlement to Forge Pro?").await;
    browser.tab_to("Delete entitlement").await;
    browser.press([key::ENTER]).await;
    browser.sees("Deleted the entitlement to Forge Pro.").await;
    browser.has_focus("h2#entitlements-heading").await;
}

async fn an_individual(browser: &Browser) {
    browser.press(['n']).await;
    browser.until("the focus on the first choice", "return document.activeElement.matches('.choice')", &[]).await;
    browser.press([key::TAB, key::ENTER]).await;
    browser.has_focus("input#first_name").await;
    browser.types("Dora").await;
    browser.press([key::TAB, key::TAB]).await;
    browser.types("Robotnik").await;
    browser.chord(&SAVE).await;
    browser.sees_heading("Dora Robotnik").await;
    browser.press(['c']).await;
    browser.a_moment_passes().await;
    browser.sees_heading("Dora Robotnik").await;
    browser.press(['d']).await;
    browser.sees("Disabled Dora Robotnik.").await;
}

async fn delete(browser: &Browser) {
    browser.press(['#']).await;
    browser.sees("Delete Dora Robotnik?").await;
    browser.has_focus("Cancel").await;
    browser.press([key::ENTER]).await;
    browser.sees_no("Delete Dora Robotnik?").await;
    browser.press(['#']).await;
    browser.sees("Delete Dora Robotnik?").await;
    browser.tab_to("Delete customer").await;
    browser.press([key::ENTER]).await;
    browser.sees("Deleted Dora Robotnik.").await;
    browser.has_focus_on_row("Aurora").await;
    browser.press([key::ENTER]).await;
    browser.sees_heading("Aurora").await;
    browser.press(['#']).await;
    browser.sees("along with 1 contact").await;
    browser.tab_to("Delete customer and 1 contact").await;
    browser.press([key::ENTER]).await;
    browser.sees("Welcome to Clientele").await;
    assert_eq!(browser.app.sql().count("customers"), 0);
}

#[apply(in_browser)]
async fn moving_about_by_keyboard(browser: Browser) {
    for (name, disabled) in [("Acme", false), ("Bolt", true), ("Corex", false), ("Delta", true)] {
        let customer = browser.app.company(name);
        let customer = if disabled { customer.disabled() } else { customer };
        customer.create();
    }
    browser.open("/customers").await;
    // Down and up the list, by letters and arrows.
    browser.press(['j', 'j', key::DOWN]).await;
    browser.sees_heading("Corex").await;
    assert_eq!(browser.current().await.as_deref(), Some("Corex"));
    browser.has_focus_on_row("Corex").await;
    browser.press([key::UP, 'k']).await;
    browser.sees_heading("Acme").await;
    browser.press(['k']).await;
    browser.a_moment_passes().await;
    browser.sees_heading("Acme").await;
    // Into the detail and back out.
    browser.press([key::ENTER]).await;
    browser.has_focus("h1").await;
    browser.press([key::ESCAPE]).await;
    browser.has_focus_on_row("Acme").await;
    // The filters.
    browser.press(['3']).await;
    browser.sees("2 customers").await;
    assert_eq!(browser.rows().await, ["Bolt", "Delta"]);
    browser.press(['2']).await;
    browser
        .until("the enabled ones", "return squeeze([...document.querySelectorAll('#rows .name')].map(words).join()) === 'Acme,Corex'", &[])
        .await;
    assert_eq!(browser.path().await, "/customers/1?status=enabled", "the customer stays open");
    browser.press(['1']).await;
    browser.sees("4 customers").await;
    // Search: what is typed there is text, whatever the keys do elsewhere.
    browser.press(['/']).await;
    browser.has_focus("input#q").await;
    browser.types("nj31e").await;
    browser.sees("Nothing found").await;
    browser.press([key::BACKSPACE; 5]).await;
    browser.types("corex").await;
    browser.sees("1 customer").await;
    assert_eq!(browser.value("q").await, "corex");
    browser.press([key::DOWN]).await;
    browser.has_focus_on_row("Corex").await;
    browser.press([key::ENTER]).await;
    browser.sees_heading("Corex").await;
    browser.press(['/']).await;
    browser.has_focus("input#q").await;
    browser.press([key::ESCAPE]).await;
    browser.sees("4 customers").await;
    assert_eq!(browser.value("q").await, "");
    browser.has_focus("input#q").await;
    browser.press([key::ESCAPE]).await;
    browser.has_focus_on_row("Corex").await;
    // A chooser and a form are left by Esc.
    browser.press(['n']).await;
    browser.sees_heading("New customer").await;
    browser.press([key::ESCAPE]).await;
    browser.sees_no("Is it a company or an individual?").await;
    assert!(browser.path().await.starts_with("/customers"), "{}", browser.path().await);
}

#[apply(in_browser)]
async fn the_search_box_opens_what_it_finds(browser: Browser) {
    for name in ["Acme", "Bolt", "Boltzmann", "Corex"] {
        browser.app.company(name).create();
    }
    browser.open("/customers").await;
    // Enter before the hits are there means them all the same.
    browser.press(['/']).await;
    browser.types("bolt").await;
    browser.press([key::ENTER]).await;
    browser.sees_heading("Bolt").await;
    browser.has_focus_on_row("Bolt").await;
    assert_eq!(browser.rows().await, ["Bolt", "Boltzmann"]);
    // Up from the first leads back, down to it again and on.
    browser.press([key::UP]).await;
    browser.has_focus("input#q").await;
    assert_eq!(browser.value("q").await, "bolt");
    browser.press([key::DOWN]).await;
    browser.has_focus_on_row("Bolt").await;
    browser.press([key::DOWN]).await;
    browser.sees_heading("Boltzmann").await;
    // A letter stays among the rows.
    browser.press(['k', 'k']).await;
    browser.has_focus_on_row("Bolt").await;
    browser.press(['/']).await;
    browser.types("corex").await;
    browser.press([key::DOWN]).await;
    browser.sees_heading("Corex").await;
    browser.press(['/']).await;
    browser.types("nobody").await;
    browser.press([key::ENTER]).await;
    browser.sees("Nothing found").await;
    browser.has_focus("input#q").await;
    browser.sees_heading("Corex").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(in_browser)]
async fn the_sheet_lists_the_keys_of_the_page_and_switches_them_off(browser: Browser) {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let held = browser.app.company("Bolt").entitlements(1).create();
    browser.app.individual("Dora", "Robotnik").create();
    for (path, offered, missing, reason) in [
        ("/customers".to_owned(), "n / ? 1 2 3", "e d # c Enter", "Open a customer first."),
        (acme.path(), "n / ? 1 2 3 e d # c Enter", "", "No form is open."),
        (held.path(), "n / ? 1 2 3 e d c Enter", "#", "It has entitlements."),
        ("/customers/3".to_owned(), "n / ? 1 2 3 e d # Enter", "c", "An individual has no further contacts."),
    ] {
        browser.open(&path).await;
        browser.press(['?']).await;
        browser.sees("Next customer").await;
        let listed = "return [...dialog().querySelectorAll('tr')].filter(r => r.matches('.idle') === arguments[0]).flatMap(r => [...r.querySelectorAll('kbd')].map(words))";
        let idle = browser.texts(listed, &[json!(true)]).await;
        let listed = browser.texts(listed, &[json!(false)]).await;
        for sign in offered.split(' ').chain(["j", "k", "Esc"]) {
            assert!(listed.iter().any(|l| l == sign), "{path} lists no {sign}: {listed:?}");
        }
        for sign in missing.split(' ').filter(|sign| !sign.is_empty()).chain(["Ctrl ⏎"]) {
            assert!(idle.iter().any(|l| l == sign), "{path} says of {sign} that it does something: {idle:?}");
        }
        browser.sees(reason).await;
        browser.press([key::ESCAPE]).await;
        browser.sees_no("Next customer").await;
    }
    // In a form its own keys are of use, and the customer's are not.
    browser.open(acme.at("edit")).await;
    browser.click("Keys").await;
    browser.sees("Save or leave the form first.").await;
    browser.sees_no("No form is open.").await;
    browser.press([key::ESCAPE]).await;
    browser.open(acme.path()).await;
    // Off, and off they stay.
    browser.press(['?']).await;
    browser.sees("Use these keys").await;
    while browser.focus().await != "input" {
        browser.press([key::TAB]).await;
    }
    browser.press([key::SPACE, key::ESCAPE]).await;
    browser.open(acme.path()).await;
    for sign in ["n", "d", "#", "e", "/", "?", "j"] {
        browser.types(sign).await;
    }
    browser.a_moment_passes().await;
    browser.sees_heading("Acme").await;
    assert!(!browser.is_asking().await);
    assert_eq!(browser.app.sql().number("SELECT count(*) AS number FROM customers WHERE NOT enabled"), 0);
    browser.click("Keys").await;
    browser.sees("Use these keys").await;
    let on = "const b = dialog().querySelector('input'); b.click(); return b.checked";
    assert_eq!(browser.script(on, &[]).await, json!(true));
    browser.press([key::ESCAPE, 'd']).await;
    browser.sees("Disabled Acme.").await;
}

/// A renewal without the mouse: from the row's menu to the form, saved, and linked both ways.
#[apply(in_browser)]
async fn an_entitlement_is_renewed_by_keyboard(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    acme.entitle(&[("product", "Forge Pro"), ("starts_on", "2026-01-01"), ("ends_on", "2026-12-31")]).expect(303);
    browser.open(acme.path()).await;
    browser.tab_to("More for Forge Pro").await;
    browser.press([key::ENTER]).await;
    browser.tab_to("Renew").await;
    browser.press([key::ENTER]).await;
    browser.has_focus("input#product").await;
    assert_eq!((browser.value("starts_on").await, browser.value("ends_on").await), ("2027-01-01".to_owned(), "2027-12-31".to_owned()));
    browser.chord(&SAVE).await;
    browser.sees("Renewed the entitlement to Forge Pro").await;
    browser.sees("Renewed by EID-").await;
    browser.press(['u']).await;
    browser.sees("Undone").await;
    assert_eq!(browser.app.sql().count("entitlements"), 1);
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}
