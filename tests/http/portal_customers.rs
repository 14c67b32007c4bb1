//! A mailbox that leads to several customers: which of them is shown, and what ends that.

use macro_rules_attribute::apply;

use crate::support::users::PASSWORD;
use crate::support::{Client, Customer, Page, TestApp, engines};

const JANA: &str = "jana@x.example";

fn products(page: &Page) -> Vec<String> {
    page.texts(".portal-rows tbody th")
}

fn choices(client: &Client) -> Vec<String> {
    client.get("/portal/choose").expect(200).texts(".portal-choose button")
}

/// Customers with Jana as their contact, each with a product of its own.
fn of_jana(app: &TestApp, names: &[String]) -> Vec<Customer> {
    let create = |name: &String| {
        let customer = app.company(name).contact("Jana", "Hoffmann", JANA).create();
        customer.entitle(&[("product", &format!("Product of {name}"))]).expect(303);
        customer
    };
    names.iter().map(create).collect()
}

/// One password for all that a mailbox leads to; what was chosen lives in the session.
#[apply(engines)]
fn one_password_leads_to_all_customers_of_a_mailbox(app: TestApp) {
    let names: Vec<String> = (1..=20).map(|number| format!("Customer {number:02}")).collect();
    let customers = of_jana(&app, &names);
    let client = app.contact_in_portal(JANA);
    assert_eq!(client.get("/portal").expect(303).location(), "/portal/choose");
    let choice = client.get("/portal/choose").expect(200);
    assert_eq!(choice.texts(".portal-choose button"), names);
    choice.press("Customer 03").expect(303);
    let page = client.get("/portal").expect(200);
    assert_eq!(products(&page), ["Product of Customer 03"]);
    page.assert_says("Switch customer");
    client.get("/portal/choose").press("Customer 07").expect(303);
    assert_eq!(products(&client.get("/portal")), ["Product of Customer 07"]);

    // Another browser chooses for itself.
    let other = app.portal(JANA);
    assert_eq!(other.get("/portal").expect(303).location(), "/portal/choose");
    other.get("/portal/choose").press("Customer 01").expect(303);
    assert_eq!(products(&client.get("/portal")), ["Product of Customer 07"]);

    // Nothing that is not one's own can be chosen.
    customers[6].disable().expect(303);
    assert_eq!(choices(&other).len(), 19);
    let stranger = app.company("Stranger").contact("Bo", "Berg", "bo@x.example").create().contact("Bo");
    for forged in [stranger.id.to_string(), customers[6].contact("Jana").id.to_string(), String::new(), "x".to_owned()] {
        other.post("/portal/choose", &[("contact", &forged)]).expect(404);
    }
    assert_eq!(products(&other.get("/portal")), ["Product of Customer 01"], "somebody else's choice stays");
}

/// What was chosen is gone. The next request asks, and says why; nothing is shown or saved for another customer unasked.
#[apply(engines)]
fn another_customer_is_never_put_in_the_place_of_the_one_that_is_gone(app: TestApp) {
    let names = ["Acme", "Bolt", "Cog"].map(str::to_owned);
    let customers = of_jana(&app, &names);
    let client = app.contact_in_portal(JANA);
    let choose = |name: &str| client.get("/portal/choose").press(name).expect(303);
    choose("Acme");
    let file = client.get("/portal/entitlements.csv").expect(200).text();
    assert!(file.contains("Product of Acme"), "{file}");

    customers[0].contact("Jana").disable().expect(303);
    for path in ["/portal", "/portal/entitlements.csv", "/portal/details", "/portal/password", "/portal/second-factor"] {
        assert_eq!(client.get(path).expect(303).location(), "/portal/choose", "{path}");
    }
    let before = app.sql().count("events");
    assert_eq!(client.post("/portal/details", &[("phone", "1"), ("language", "de")]).expect(303).location(), "/portal/choose");
    assert_eq!(app.sql().count("events"), before);
    client.get("/portal/choose").expect(200).assert_says("You can no longer sign in for Acme.").assert_says("Go on with another customer?");
    assert_eq!(choices(&client), ["Bolt", "Cog"]);
    choose("Bolt");
    let page = client.get("/portal").expect(200);
    assert_eq!(products(&page), ["Product of Bolt"]);
    assert!(!client.get("/portal/choose").says("no longer"), "it has been chosen");

    // One is left: it is asked for as well.
    customers[1].disable().expect(303);
    assert_eq!(client.get("/portal").expect(303).location(), "/portal/choose");
    client.get("/portal/choose").assert_says("You can no longer sign in for Bolt.");
    assert_eq!(choices(&client), ["Cog"]);
    choose("Cog");
    assert_eq!(products(&client.get("/portal")), ["Product of Cog"]);

    // None is left.
    customers[2].disable().expect(303);
    assert_eq!(client.get("/portal/choose").expect(303).location(), "/portal/sign-in");
    customers[2].enable().expect(303);
    assert_eq!(client.get("/portal").expect(303).location(), "/portal/sign-in", "what has ended stays so");

    // A contact that is deleted takes its sessions along.
    customers[0].contact("Jana").enable().expect(303);
    let client = app.portal(JANA);
    client.get("/portal/choose").press("Acme").expect(303);
    customers[0].contact("Jana").disable().expect(303);
    app.sql().run("DELETE FROM entitlements").unwrap();
    customers[0].contact("Jana").delete().expect(303);
    assert_eq!(client.get("/portal").expect(303).location(), "/portal/sign-in");
    assert_eq!(products(&app.portal(JANA).get("/portal").expect(200)), Vec::<String>::new(), "the one that is left needs no choice");
}

/// One browser, two people, one after the other.
#[apply(engines)]
fn nothing_of_one_person_is_left_for_the_next(app: TestApp) {
    of_jana(&app, &["Acme".to_owned(), "Bolt".to_owned()]);
    for name in ["Cog", "Dash"] {
        app.company(name).contact("Bo", "Berg", "bo@x.example").create();
    }
    let jana = app.contact_in_portal(JANA);
    jana.get("/portal/choose").press("Acme").expect(303);
    app.let_in(&crate::support::Contact::of(&app, app.sql().number("SELECT min(id) AS number FROM contacts WHERE email = 'bo@x.example'")));
    let out = jana.post("/portal/sign-out", &[]).expect(303);
    assert!(out.cookies().contains("clientele-portal=") && out.header("Cache-Control") == Some("no-store"), "{}", out.cookies());
    for path in ["/portal", "/portal/choose", "/portal/details", "/portal/entitlements.csv"] {
        assert_eq!(jana.get(path).expect(303).location(), "/portal/sign-in", "{path}");
    }
    let form = jana.get("/portal/sign-in").expect(200);
    assert!(!form.says(JANA) && form.field("email").is_empty());
    // By the same browser, with all that it still has, and also without signing out before.
    for browser in [&jana, &app.portal(JANA)] {
        let answer = browser.post("/portal/sign-in", &[("email", "bo@x.example"), ("password", PASSWORD)]).expect(303);
        let bo = app.with_cookie(&answer.cookies());
        assert_eq!(bo.get("/portal").expect(303).location(), "/portal/choose");
        let page = bo.get("/portal/choose").expect(200);
        assert_eq!(page.texts(".portal-choose button"), ["Cog", "Dash"]);
        assert!(!page.says("Acme") && !page.says("no longer"), "{page}");
        assert_eq!(browser.get("/portal").expect(303).location(), "/portal/sign-in", "the session before has ended");
    }
}
