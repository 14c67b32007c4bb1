//! Undo: the questions, the message, and a batch that is taken back, in each state.

use super::Judge;
use crate::import::{Files, companies};
use crate::support::Customer;

pub(super) async fn all(judge: &mut Judge<'_>, acme: &Customer) {
    let browser = judge.browser;
    acme.edit(&[("phone", "+49 30 2"), ("fax", "1"), ("description", &"Somebody else's words. ".repeat(20)), ("email", "")]).expect(303);
    let edit = format!("/events/{}/undo", newest(judge, "events"));
    browser.open(&edit).await;
    judge.look("the question before an undo").await;
    browser.open(acme.path()).await;
    browser.click("Disable").await;
    browser.sees("Disabled Acme.").await;
    browser.click("Undo").await;
    browser.sees("Undone: Acme is enabled again.").await;
    judge.look("a message that offers to redo").await;
    acme.edit(&[("phone", "+49 30 3")]).expect(303);
    browser.open(&edit).await;
    browser.sees("Undo that first.").await;
    judge.look("what stands in the way of an undo").await;

    let files = Files::new();
    browser.open("/customers/import").await;
    files.choose(browser, "customers", "companies.csv", &companies(30, 0).replace("I-", "U-")).await;
    browser.click("Check").await;
    browser.sees_heading("Check complete").await;
    browser.click("Import 30 rows").await;
    browser.sees_heading("Import complete").await;
    let changed = browser.app.customer(newest(judge, "customers"));
    changed.edit(&[("phone", "+49 30 1")]).expect(303);
    changed.add_contact("Ada", &"M".repeat(100), "ada@new.example").expect(303);
    browser.click("Undo this import").await;
    browser.sees("Undo this import?").await;
    judge.look("the question before an import is taken back").await;
    browser.click("Undo import").await;
    browser.sees_heading("Import undone").await;
    judge.look("an import that is taken back").await;
    let address = browser.path().await;
    for (what, changes) in [
        ("at work", "state = 'running', total = 40000"),
        ("counting", "state = 'running', total = NULL"),
        ("interrupted", "state = 'failed', total = 40000, trouble = 'The database does not answer at present.'"),
    ] {
        // No server is to work on it: its job is not in the queue.
        browser.app.sql().run(&format!("UPDATE batch_undos SET {changes}")).expect("a state");
        browser.open(&address).await;
        judge.look(&format!("the undo of an import, {what}")).await;
    }
}

fn newest(judge: &Judge<'_>, table: &str) -> i64 {
    judge.browser.app.sql().number(&format!("SELECT max(id) AS number FROM {table}"))
}
