//! The screen of entitlements: the list, one beside it, its forms and questions.

use super::Judge;
use crate::support::Customer;
use crate::support::builders::FAR_OFF;

pub(super) async fn all(judge: &mut Judge<'_>, acme: &Customer) {
    let browser = judge.browser;
    let soon = (chrono::Utc::now().date_naive() + chrono::Days::new(20)).to_string();
    acme.entitle(&[("product", "Ends soon"), ("quantity", "1,000,000"), ("ends_on", &soon)]).expect(303);
    acme.entitle(&[("product", "Far off and with a name that is longer than any list is wide"), ("starts_on", FAR_OFF)]).expect(303);
    let id = acme.entitlement("Ends soon").id;
    for (path, what) in [
        ("/entitlements", "the list of entitlements"),
        ("/entitlements?state=ends-30&sort=-product", "entitlements that end soon"),
        ("/entitlements?q=nothing-has-this", "no entitlement found"),
        ("/entitlements/new", "whose a new entitlement is"),
        ("/entitlements/new?find=zzz", "no customer for a new entitlement"),
    ] {
        browser.open(path).await;
        judge.look(what).await;
    }
    for (task, what) in [
        ("", "an entitlement"),
        ("/edit", "the form of an entitlement beside the list"),
        ("/renew", "the form of a renewal beside the list"),
        ("/end", "the question before an entitlement ends, beside the list"),
    ] {
        browser.open(format!("/entitlements/{id}{task}")).await;
        judge.look(what).await;
    }
    browser.open(acme.at("entitlements/new?list=entitlements")).await;
    judge.look("the form of a new entitlement beside the list").await;
}
