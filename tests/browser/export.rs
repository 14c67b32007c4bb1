//! What to export is chosen on a page, and comes as a file.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::Locator;
use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, with_and_without_scripts};
use crate::support::sheets::sheets;

/// The one file in a folder, once it is whole there.
async fn downloaded(folder: &Path) -> Vec<u8> {
    let begin = Instant::now();
    loop {
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        if let [file] = files.as_slice()
            && file.extension().is_some_and(|ending| ending == "xlsx")
        {
            return std::fs::read(file).unwrap();
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{files:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[apply(with_and_without_scripts)]
async fn what_is_chosen_is_downloaded(browser: Browser) {
    let folder = tempfile::tempdir().unwrap();
    browser.cdp("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder.path() })).await;
    browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    browser.app.company("Baltic").contact("Bo", "Berg", "bo@baltic.example").create();
    browser.open("/customers?q=acme").await;
    browser.click("Export").await;
    browser.sees_heading("Export").await;
    assert_eq!(browser.rows().await, ["Acme"], "the list stays beside it");
    assert!(browser.is_shown("[data-of=customers]").await && !browser.is_shown("[data-of=contacts]").await);
    browser.find(Locator::Css("[name=what][value=contacts]")).await.expect("the choice").click().await.expect("to choose");
    assert!(browser.is_shown("[data-of=contacts]").await && !browser.is_shown("[data-of=customers]").await);
    browser.click("Columns of contacts").await;
    browser.find(Locator::Css("[name=contacts][value=phone]")).await.expect("the column").click().await.expect("to leave it out");
    browser.click("Download").await;
    let sheets = sheets(&downloaded(folder.path()).await);
    assert_eq!(sheets[0].column("last_name"), ["Hoffmann"]);
    assert!(!sheets[0].header().contains(&"phone"), "{:?}", sheets[0].header());
    browser.click("Cancel").await;
    browser.sees("Select a customer").await;
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}
