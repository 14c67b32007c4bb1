//! From one person to many, in the browser: the first user, and somebody who comes with a link.

use macro_rules_attribute::apply;

use crate::browser::{Browser, with_and_without_scripts};
use crate::support::users::PASSWORD;

#[apply(with_and_without_scripts)]
async fn the_first_user(browser: Browser) {
    browser.app.company("Acme").create();
    browser.open("/customers").await;
    browser.click("Users").await;
    browser.sees("Nobody signs in yet").await;
    browser.fill("name", "Ruth Ashworth").await;
    browser.fill("email", "ruth@x.example").await;
    browser.fill("password", "password").await;
    browser.fill("again", "password").await;
    browser.click("Add and sign in").await;
    browser.sees("This password is easy to guess").await;
    assert_eq!(browser.value("name").await, "Ruth Ashworth");
    browser.fill("password", PASSWORD).await;
    browser.fill("again", PASSWORD).await;
    browser.click("Add and sign in").await;
    browser.sees("You are signed in. From now on everybody signs in.").await;
    browser.sees("RA").await;
    let path = browser.path().await;
    assert!(!browser.scripts || path == "/users", "{path}");

    browser.click("New user").await;
    browser.fill("name", "Bo Nguyen").await;
    browser.fill("email", "bo@x.example").await;
    browser.fill("role", "editor").await;
    browser.click("Add user").await;
    browser.sees("Give this link to Bo Nguyen").await;
    let link = browser.texts("return [document.querySelector('#link').textContent]", &[]).await.concat();
    browser.click("Users").await;
    browser.sees("No password yet").await;

    // Bo, in the same browser: nobody else is touched, and nobody is signed in by it.
    browser.open(link.strip_prefix(&format!("http://{}", browser.app.host)).expect("an address of this site")).await;
    browser.sees("Set your password").await;
    browser.fill("password", "another good phrase").await;
    browser.fill("again", "another good phrase").await;
    browser.click("Set password").await;
    browser.sees("Your password is set").await;
    browser.open("/customers").await;
    browser.sees("RA").await;
    browser.delete_all_cookies().await.expect("no cookies");
    browser.open("/customers?q=acme").await;
    browser.sees("Sign in").await;
    browser.fill("email", "bo@x.example").await;
    browser.fill("password", "another good phrase").await;
    browser.click("Sign in").await;
    browser.sees("BN").await;
    assert_eq!(browser.path().await, "/customers?q=acme");
    assert!(browser.offers("New customer").await && !browser.offers("Import").await && !browser.offers("Users").await);
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}
