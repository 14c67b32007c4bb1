//! The portal at a browser: from an invitation to the entitlements of another customer by keyboard, and with a second factor.

use fantoccini::key::Key;
use macro_rules_attribute::apply;

use crate::browser::{Browser, with_and_without_scripts};
use crate::sign_in::{code, key_on_page};
use crate::support::users::PASSWORD;

pub const JANA: &str = "jana@x.example";

/// Jana is a contact of two customers; returns where her invitation leads.
pub fn two_customers(browser: &Browser) -> String {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", JANA).create();
    acme.entitle(&[("product", "Forge"), ("ends_on", "2999-01-01")]).expect(303);
    acme.entitle(&[("product", "Hammer"), ("starts_on", "2020-01-01"), ("ends_on", "2020-12-31")]).expect(303);
    let bolt = browser.app.company("Bolt").contact("Jana", "Hoffmann", JANA).create();
    bolt.entitle(&[("product", "Anvil")]).expect(303);
    browser.app.invite(acme.contact("Jana").id)
}

#[apply(with_and_without_scripts)]
async fn from_the_invitation_to_another_customer_by_keyboard(browser: Browser) {
    let link = two_customers(browser);
    browser.open(&link).await;
    browser.sees_heading("Set your password").await;
    browser.tab_to("input#password").await;
    browser.types(PASSWORD).await;
    browser.tab_to("input#again").await;
    browser.types(PASSWORD).await;
    browser.press([char::from(Key::Enter)]).await;
    browser.sees_heading("Your password is set").await;
    browser.tab_to("Sign in").await;
    browser.press([char::from(Key::Enter)]).await;
    browser.sees_heading("Sign in").await;
    browser.tab_to("input#email").await;
    browser.types(JANA).await;
    browser.tab_to("input#password").await;
    browser.types(PASSWORD).await;
    browser.press([char::from(Key::Enter)]).await;
    browser.sees_heading("Choose the customer").await;
    browser.tab_to("Acme").await;
    browser.press([char::from(Key::Enter)]).await;
    browser.sees("Forge").await;
    browser.tab_to("Switch customer").await;
    browser.press([char::from(Key::Enter)]).await;
    browser.tab_to("Bolt").await;
    browser.press([char::from(Key::Enter)]).await;
    browser.sees("Anvil").await;
    browser.sees_no("Forge").await;
    browser.tab_to("Sign out").await;
    browser.press([char::from(Key::Enter)]).await;
    browser.sees_heading("Sign in").await;
    // Back shows nothing of a customer.
    browser.script("history.back()", &[]).await;
    browser.sees_no("Anvil").await;
}

#[apply(with_and_without_scripts)]
async fn a_second_factor_is_set_up_and_asked_for(browser: Browser) {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", JANA).create();
    browser.app.let_in(&acme.contact("Jana"));
    sign_in(browser).await;
    browser.sees_heading("Entitlements").await;
    browser.click("Your details").await;
    browser.click("Set up second factor").await;
    browser.sees_heading("Second factor").await;
    browser.click("Set up second factor").await;
    browser.sees("scan this code").await;
    let key = key_on_page(browser).await;
    browser.fill("code", &code(&key, 0)).await;
    browser.click("Switch on").await;
    browser.sees_heading("Recovery codes").await;
    browser.sees("They are shown only now.").await;
    browser.click("I have saved them").await;
    browser.click("Manage second factor").await;
    browser.sees("recovery codes are left.").await;
    browser.click("Sign out").await;

    sign_in(browser).await;
    browser.sees_heading("Enter your code").await;
    browser.fill("code", "000000").await;
    browser.click("Sign in").await;
    browser.sees("This code is wrong, or has been used before.").await;
    browser.click("Use a recovery code").await;
    browser.sees_heading("Enter a recovery code").await;
    browser.click("Use your app").await;
    browser.sees_heading("Enter your code").await;
    browser.fill("code", &code(&key, 30)).await;
    browser.click("Sign in").await;
    browser.sees_heading("Entitlements").await;
    browser.open("/portal/second-factor/off").await;
    browser.fill("present", PASSWORD).await;
    browser.click("Switch off").await;
    browser.sees_heading("Your details").await;
    browser.sees("Off").await;
}

/// Gives e-mail and password.
pub async fn sign_in(browser: &Browser) {
    browser.open("/portal/sign-in").await;
    browser.fill("email", JANA).await;
    browser.fill("password", PASSWORD).await;
    browser.press([char::from(Key::Enter)]).await;
}
