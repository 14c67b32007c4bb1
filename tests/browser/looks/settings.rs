//! The settings page, and inviting many: from there, and from a company.

use fantoccini::Locator;

use super::{BOTH, Judge, records};
use crate::browser::{Browser, browse_and_restart};
use crate::support::Engine;
use crate::support::portal::MAILING;

#[test]
fn settings_and_invitations_look_right() {
    browse_and_restart("looks-settings", Engine::Sqlite, true, async |browser| {
        browser.open("/settings").await;
        judged(browser, 390, async |judge| judge.look("settings without a mail server").await).await;
        browser.app.restart(&MAILING);
        everything(browser).await;
    });
}

async fn everything(browser: &Browser) {
    let acme = records(browser);
    judged(browser, 1440, async |judge| {
        browser.open("/settings").await;
        judge.look("settings").await;
        browser.fill("accent", "red;}body{").await;
        browser.click("Save").await;
        browser.sees("Write the accent colour as # and six digits").await;
        judge.look("settings, with an error").await;
        browser.open(acme.path()).await;
        browser.click("Invite 2 never invited").await;
        browser.sees("Invite 2 people of Acme?").await;
        judge.look("the question whether to invite a company\u{2019}s contacts").await;
        browser.click("Invite 2 people").await;
        browser.sees("Invited 2 people: the mails are on their way.").await;
        browser.sees("Invitation queued").await;
        judge.look("contacts who were invited").await;
        browser.open("/settings/invite").await;
        judge.look("the question whether to invite all").await;
        browser.find(Locator::Css(".confirm .primary")).await.expect("the button").click().await.expect("a click");
        browser.sees("What becomes of each mail stands beside the contact.").await;
        judge.look("what came of it").await;
    })
    .await;
    judged(browser, 390, async |judge| {
        for path in ["/settings".to_owned(), "/settings/invitations".to_owned(), acme.path()] {
            browser.open(&path).await;
            judge.look(&format!("{path}, narrow")).await;
        }
    })
    .await;
}

async fn judged(browser: &Browser, width: u32, looks: impl AsyncFnOnce(&mut Judge<'_>)) {
    browser.size(width, 900).await;
    let mut judge = Judge { browser, schemes: BOTH, faults: Vec::new() };
    looks(&mut judge).await;
    assert!(judge.faults.is_empty(), "{}", judge.faults.join("\n\n"));
}
