//! Signing in at a browser: with a second factor, inside a form whose session has ended, and what Back shows afterwards.

use std::time::{SystemTime, UNIX_EPOCH};

use fantoccini::Locator;
use macro_rules_attribute::apply;
use totp_rs::{Builder, Secret};

use crate::browser::{Browser, in_browser, with_and_without_scripts};
use crate::support::users::PASSWORD;

const RUTH: &str = "ruth@x.example";

/// The code of a secret in so many seconds.
pub fn code(secret: &str, ahead: u64) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).expect("a secret");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    Builder::new().with_secret(secret).build().expect("codes").generate(now + ahead).to_string()
}

/// The secret that the page shows.
pub async fn key_on_page(browser: &Browser) -> String {
    browser.find(Locator::Css(".key code")).await.expect("a key").text().await.expect("its text")
}

/// Gives e-mail and password.
pub async fn sign_in(browser: &Browser, email: &str) {
    browser.open("/sign-in").await;
    browser.fill("email", email).await;
    browser.fill("password", PASSWORD).await;
    browser.click("Sign in").await;
}

async fn sign_out(browser: &Browser) {
    browser.click(&format!("R, signed in as {RUTH}")).await;
    browser.click("Sign out").await;
    browser.sees("Trouble signing in?").await;
}

#[apply(with_and_without_scripts)]
async fn a_second_factor_is_set_up_and_asked_for(browser: Browser) {
    browser.app.company("Aurora").create();
    browser.app.add_user(RUTH, "editor");
    browser.open("/customers/1?q=aurora").await;
    browser.sees_heading("Sign in").await;
    browser.fill("email", RUTH).await;
    browser.fill("password", "wrong password").await;
    if browser.scripts {
        browser.click("Show").await;
        assert_eq!(browser.script("return document.querySelector('[name=password]').type", &[]).await, "text");
    }
    browser.click("Sign in").await;
    browser.sees("The e-mail or the password is wrong. You have 4 more tries.").await;
    assert_eq!(browser.value("email").await, RUTH, "it stays");
    browser.fill("password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.sees_heading("Aurora").await;
    assert_eq!(browser.path().await, "/customers/1?q=aurora");

    browser.click(&format!("R, signed in as {RUTH}")).await;
    browser.click("Account").await;
    browser.sees_heading("Account").await;
    browser.click("Set up second factor").await;
    browser.click("Set up").await;
    browser.sees("scan this code").await;
    let key = key_on_page(browser).await;
    let used = code(&key, 0);
    browser.fill("code", &used).await;
    browser.click("Switch on").await;
    browser.sees_heading("Your second factor is on").await;
    browser.click("I have saved them").await;
    browser.sees("You have 10 recovery codes left.").await;
    sign_out(browser).await;

    sign_in(browser, RUTH).await;
    browser.sees_heading("Enter your code").await;
    browser.fill("code", &used).await;
    browser.click("Continue").await;
    browser.sees("This code is wrong, or has been used before.").await;
    browser.fill("code", &code(&key, 30)).await;
    browser.click("Continue").await;
    browser.sees("Aurora").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(with_and_without_scripts)]
async fn a_form_typed_while_the_session_ended_is_saved_after_signing_in(browser: Browser) {
    browser.app.company("Aurora").create();
    browser.app.add_user(RUTH, "editor");
    sign_in(browser, RUTH).await;
    browser.sees("Aurora").await;
    browser.open("/customers/1/edit").await;
    browser.fill("description", "Typed for an hour,\nat night").await;
    browser.app.sql().run("DELETE FROM sessions").expect("no session");
    browser.click("Save").await;
    browser.sees("Your session has ended. Sign in to go on: what you typed is kept.").await;
    browser.fill("email", RUTH).await;
    browser.fill("password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.sees_heading("You are signed in").await;
    browser.sees("Typed for an hour,").await;
    browser.click("Save it now").await;
    browser.sees_heading("Aurora").await;
    browser.sees("at night").await;
    assert_eq!(browser.app.sql().count("customers WHERE description LIKE 'Typed for an hour,%at night'"), 1);

    // The form of a contact in its pane.
    browser.click("New contact").await;
    browser.fill("last_name", "Hoffmann").await;
    browser.fill("email", "jana@x.example").await;
    browser.app.sql().run("DELETE FROM sessions").expect("no session");
    browser.click("Create contact").await;
    browser.sees("Your session has ended.").await;
    browser.fill("email", RUTH).await;
    browser.fill("password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.click("Save it now").await;
    browser.sees("jana@x.example").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// H6
#[apply(in_browser)]
async fn after_signing_out_back_shows_no_customer(browser: Browser) {
    browser.app.company("Aurora").create();
    browser.app.add_user(RUTH, "editor");
    for path in ["/customers/1", "/customers/1/edit"] {
        sign_in(browser, RUTH).await;
        browser.sees("Aurora").await;
        browser.open(path).await;
        browser.sees("Aurora").await;
        sign_out(browser).await;
        browser.back().await.expect("back");
        browser.sees_heading("Sign in").await;
        browser.sees_no("Aurora").await;
        // The same where the session was ended elsewhere.
        sign_in(browser, RUTH).await;
        browser.sees("Aurora").await;
        browser.open(path).await;
        browser.sees("Aurora").await;
        browser.goto("about:blank").await.expect("another site");
        browser.app.sql().run("DELETE FROM sessions").expect("no session");
        browser.back().await.expect("back");
        browser.sees_heading("Sign in").await;
        browser.sees_no("Aurora").await;
    }
}
