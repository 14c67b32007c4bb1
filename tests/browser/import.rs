//! The import of files by the page, with real file inputs.

use std::fmt::Write as _;
use std::time::Instant;

use fantoccini::Locator;
use macro_rules_attribute::apply;
use tempfile::TempDir;

use crate::browser::{Browser, with_and_without_scripts};
use crate::support::Engine;

/// Files on the disk of whoever sits at the browser.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Chooses a file with this text in a field of the form.
    pub(crate) async fn choose(&self, browser: &Browser, field: &str, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("a file");
        let input = browser.find(Locator::Css(&format!("input[type=file][name={field}]"))).await.expect("the field");
        input.send_keys(path.to_str().expect("a path")).await.expect("to choose a file");
    }
}

/// So many companies, and invalid rows after them.
pub(crate) fn companies(count: usize, invalid: usize) -> String {
    let mut text = "number,type,name,email,shoe size\n".to_owned();
    for number in 0..count {
        let _ = writeln!(text, "I-{number},company,Imported {number:05},office@c{number}.example,");
    }
    for number in 0..invalid {
        let _ = writeln!(text, "W-{number},company,,invalid,");
    }
    text
}

/// Makes each new customer take a millisecond or so: an import takes long enough to be looked at, however fast the machine is.
fn slow_down(browser: &Browser) {
    let trigger = match browser.app.database.engine {
        Engine::Sqlite => {
            let steps = steps_of_a_millisecond(browser);
            format!(
                "CREATE TRIGGER slow AFTER INSERT ON customers BEGIN
                     INSERT INTO slowness WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {steps}) SELECT count(*) FROM n;
                 END"
            )
        }
        Engine::Postgres => {
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$;
             CREATE TRIGGER slow AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION slow()"
                .to_owned()
        }
    };
    browser.app.sql().run(&format!("CREATE TABLE slowness (number BIGINT); {trigger}")).expect("a trigger");
}

/// SQLite cannot sleep: so many rows keep it busy for a millisecond here.
fn steps_of_a_millisecond(browser: &Browser) -> u128 {
    const STEPS: u128 = 100_000;
    let begin = Instant::now();
    let count =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {STEPS}) SELECT count(*) AS number FROM n");
    browser.app.sql().number(&count);
    STEPS * 1_000 / begin.elapsed().as_micros().max(1)
}

/// The focus is on a link of the menu.
const FOCUS_ON_ACTIVITY: &str = "return document.activeElement.matches('nav a[href^=\"/activity\"]')";

#[apply(with_and_without_scripts)]
async fn files_are_imported_and_followed(browser: Browser) {
    let files = Files::new();
    browser.click("Import").await;
    browser.sees_heading("Import").await;
    browser.click("Check").await;
    browser.sees("Choose at least one file to import.").await;
    files.choose(browser, "customers", "companies.csv", &companies(3_000, 2)).await;
    browser.click("Check").await;
    browser.sees_heading("Check complete").await;
    browser.sees("companies.csv").await;
    browser.sees("not imported").await;
    browser.sees("2 rows are invalid and will be left out").await;
    browser.sees("Name is missing.").await;
    if browser.scripts {
        browser.has_announced("Check complete.").await;
    }
    slow_down(browser);
    browser.click("Import 3,000 rows, leave out 2 invalid ones").await;
    browser.sees_heading("Importing").await;
    browser.until("some progress", "return (document.querySelector('progress')?.value ?? 0) > 0", &[]).await;
    // Leaving and coming back, it is where it is by then; and the focus is not taken away.
    let address = browser.path().await;
    browser.open("/customers").await;
    browser.open(&address).await;
    if browser.scripts {
        // The search box is not there before the first customer is listed.
        browser.script("document.querySelector('nav a[href^=\"/activity\"]').focus()", &[]).await;
        browser.until("the focus on the menu", FOCUS_ON_ACTIVITY, &[]).await;
    }
    browser.sees_heading("Import complete").await;
    browser.sees("Created 3,000 records and updated 0.").await;
    assert_eq!(browser.app.sql().count("customers"), 3_000);
    if browser.scripts {
        browser.until("the focus on the menu", FOCUS_ON_ACTIVITY, &[]).await;
        browser.has_announced("Import complete.").await;
        browser.sees("Imported 00000").await;
    }
    browser.open("/customers").await;
    browser.sees("Imported 00000").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

#[apply(with_and_without_scripts)]
async fn what_is_not_wanted_is_discarded(browser: Browser) {
    let files = Files::new();
    browser.open("/customers/import").await;
    files.choose(browser, "customers", "companies.csv", &companies(3, 0)).await;
    browser.click("Check").await;
    browser.sees_heading("Check complete").await;
    browser.click("Discard").await;
    browser.sees_heading("Import discarded").await;
    browser.click("Import other files").await;
    browser.sees_heading("Import").await;
    browser.sees("Discarded").await;
    assert_eq!(browser.app.sql().count("customers"), 0);
}

#[apply(with_and_without_scripts)]
async fn columns_are_matched_on_a_page_of_their_own(browser: Browser) {
    let files = Files::new();
    browser.open("/customers/import").await;
    files.choose(browser, "customers", "fair.csv", "Client,Home\nAcme,Germany\n").await;
    browser.click("Check").await;
    browser.sees_heading("These files cannot be imported").await;
    browser.click("Match columns").await;
    browser.sees_heading("Match the columns of fair.csv").await;
    let name = browser.find(Locator::Css("select[name='customers-column-0']")).await.expect("where the first column goes");
    name.select_by_value("name").await.expect("to choose");
    let country = browser.find(Locator::Css("select[name='customers-column-1']")).await.expect("where the second goes");
    country.select_by_value("billing_country").await.expect("to choose");
    browser.click("Preview").await;
    browser.sees_heading("Check complete").await;
    browser.sees("First rows, as they would be stored").await;
    browser.click("Import 1 row").await;
    browser.sees_heading("Import complete").await;
    browser.sees("Acme").await;
}
