//! Users, from before the first one on.

use super::Judge;
use crate::support::users::PASSWORD;

pub(super) async fn all(judge: &mut Judge<'_>) {
    let browser = judge.browser;
    browser.open("/users").await;
    judge.look("what the first user means").await;
    browser.fill("email", "ada").await;
    browser.click("Add and sign in").await;
    browser.sees("3 fields need another look").await;
    judge.look("the first user, with errors").await;
    browser.fill("name", "Ada Lovelace").await;
    browser.fill("email", "ada@x.example").await;
    browser.fill("password", PASSWORD).await;
    browser.fill("again", PASSWORD).await;
    browser.click("Add and sign in").await;
    browser.sees("From now on everybody signs in.").await;
    for (name, email) in [
        ("W".repeat(100), format!("{}@{}.example", "w".repeat(60), "x".repeat(60))),
        ("ليلى حداد".to_owned(), "laila@x.example".to_owned()),
    ] {
        browser.open("/users/new").await;
        judge.look("the form of a new user").await;
        browser.fill("name", &name).await;
        browser.click("Add user").await;
        browser.sees("One field needs another look").await;
        judge.look("the form of a new user, with an error").await;
        browser.fill("email", &email).await;
        browser.click("Add user").await;
        browser.sees("Give this link to").await;
        judge.look("a link to set a password by").await;
    }
    let link = browser.texts("return [document.querySelector('#link').textContent]", &[]).await.concat();
    browser.click("Disable").await;
    browser.sees("who is signed out").await;
    judge.look("a disabled user").await;
    browser.click("Enable").await;
    browser.sees("Enabled").await;
    browser.click("New link").await;
    browser.sees("Give this link to").await;
    let new = browser.texts("return [document.querySelector('#link').textContent]", &[]).await.concat();
    assert_ne!(link, new);
    for (what, path) in
        [("users", "/users"), ("a user who is signed in", "/users/1"), ("a user's form", "/users/1/edit"), ("no such user", "/users/99")]
    {
        browser.open(path).await;
        judge.look(what).await;
    }
    let path = |link: &str| link.split_once("/set-password/").map(|(_, token)| format!("/set-password/{token}")).expect("a link");
    browser.open(path(&link)).await;
    browser.sees("This link does not work").await;
    judge.look("a link that was replaced").await;
    browser.open(path(&new)).await;
    judge.look("the form to set a password").await;
    browser.fill("password", "short").await;
    browser.fill("again", "short").await;
    browser.click("Set password").await;
    browser.sees("at least 8 characters").await;
    judge.look("the form to set a password, with an error").await;
    browser.fill("password", PASSWORD).await;
    browser.fill("again", PASSWORD).await;
    browser.click("Set password").await;
    browser.sees("Your password is set").await;
    judge.look("a password that is set").await;
}
