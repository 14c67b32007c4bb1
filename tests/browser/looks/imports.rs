//! The import of files, in each state.

use super::Judge;
use crate::import::{Files, companies};

pub(super) async fn all(judge: &mut Judge<'_>) {
    let browser = judge.browser;
    let files = Files::new();
    browser.open("/customers/import").await;
    judge.look("the form for files").await;
    browser.click("Check").await;
    browser.sees("Choose at least one file").await;
    judge.look("the form for files, none chosen").await;
    files.choose(browser, "customers", &format!("{}.csv", "long_name_".repeat(19)), "PK\u{3}\u{4}").await;
    browser.click("Check").await;
    browser.sees_heading("These files cannot be imported").await;
    judge.look("no CSV").await;
    browser.open("/customers/import").await;
    files.choose(browser, "customers", "companies.csv", &companies(40, 60)).await;
    browser.click("Check").await;
    browser.sees_heading("Check complete").await;
    judge.look("a check").await;
    let address = browser.path().await;
    for (page, what) in [("rows", "the rows of an import"), ("columns", "the columns of an import")] {
        browser.open(&format!("{address}/{page}")).await;
        judge.look(what).await;
    }
    let mut database = browser.app.sql();
    let mut put = |changes: &str| {
        // No server is to work on it: its job is not in the queue.
        database.run(&format!("UPDATE imports SET {changes} WHERE has_parts AND state <> 'uploading'")).expect("a state");
    };
    for (what, changes) in [
        ("checking", "state = 'checking', trouble = '', bytes_read = 1234, rows_read = 20, measured_at = '2026-01-01 00:00:00'"),
        ("looking again", "state = 'running', approved = TRUE"),
        ("importing", "rows_total = 40000"),
        ("interrupted", "state = 'failed', trouble = 'The database does not answer at present.'"),
    ] {
        put(changes);
        browser.open(&address).await;
        judge.look(&format!("an import, {what}")).await;
    }
    browser.click("Resume").await;
    browser.sees_heading("Import complete").await;
    judge.look("an import, done").await;
    browser.open("/customers/import").await;
    let foreign = "Company name,Phone Number,Country/Region,Status\nImported 00003,n/a,Germany,past_due\nNew,1,Norway,active\n";
    files.choose(browser, "customers", "foreign.csv", foreign).await;
    browser.click("Check").await;
    browser.sees("past_due").await;
    judge.look("an import that asks").await;
    browser.click("Match columns").await;
    judge.look("columns with questions").await;
    browser.open("/customers/import").await;
    files.choose(browser, "customers", "companies.csv", &companies(4, 0)).await;
    browser.click("Check").await;
    browser.sees_heading("Check complete").await;
    browser.click("Discard").await;
    browser.sees_heading("Import discarded").await;
    judge.look("an import, discarded").await;
    browser.click("Import other files").await;
    browser.sees("Recent imports").await;
    judge.look("the latest imports").await;
}
