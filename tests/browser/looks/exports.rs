//! What to export, and what can be imported.

use super::Judge;

pub(super) async fn all(judge: &mut Judge<'_>) {
    let browser = judge.browser;
    for (what, address) in [("customers", "/customers/export?q=a&status=enabled"), ("entitlements", "/entitlements/export?state=running")] {
        browser.open(address).await;
        judge.look(&format!("export of {what}")).await;
        browser.click(&format!("Columns of {what}")).await;
        judge.look(&format!("export of {what}, with its columns")).await;
    }
    browser.open("/customers/import/help").await;
    judge.look("the columns of imports").await;
}
