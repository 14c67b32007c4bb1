//! The screen of entitlements: the list with one open beside it, tasks that stay there, and the way to the customer and back.

use macro_rules_attribute::apply;

use crate::support::builders::{FAR_OFF, LONG_AGO};
use crate::support::http::{encode, parameter};
use crate::support::{Customer, Page, TestApp, engines};

/// Acme with an entitlement of 25 that runs, one to come and one that is over; Nord with one more.
fn acme(app: &TestApp) -> Customer {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let jana = acme.contact("Jana").id.to_string();
    acme.entitle(&[("product", "Lumen"), ("quantity", "25"), ("contact", &jana), ("ends_on", FAR_OFF)]).expect(303);
    acme.entitle(&[("product", "Kestrel"), ("starts_on", FAR_OFF)]).expect(303);
    acme.entitle(&[("product", "Tarn"), ("starts_on", LONG_AGO), ("ends_on", "2020-12-31")]).expect(303);
    app.company("Nord").create().entitle(&[("product", "Lumen")]).expect(303);
    acme
}

fn at(id: i64) -> String {
    format!("/entitlements/{id}")
}

fn products(page: &Page) -> Vec<String> {
    page.texts("#rows .name")
}

#[apply(engines)]
fn one_stands_open_beside_the_list(app: TestApp) {
    let acme = acme(&app);
    let id = acme.entitlement("Kestrel").id;
    let page = app.get(at(id)).expect(200);
    assert_eq!(page.heading(), "Kestrel");
    assert_eq!(products(&page).len(), 4, "{page}");
    assert_eq!(page.attributes("#rows a[aria-current]", "id"), [format!("open-{id}")]);
    assert_eq!(page.texts("nav[aria-label=Main] a[aria-current]"), ["Entitlements"]);
    for words in ["Not yet started", "Acme", "Also at Acme", "1 Jan 2999", "no end", "Can’t renew: it has no end"] {
        page.assert_says(words);
    }
    let page = app.get(at(acme.entitlement("Lumen").id)).expect(200);
    for words in ["Running", "Jana Hoffmann", "jana@acme.example", "25", "EID-"] {
        page.assert_says(words);
    }
    // The others of the same customer lead to themselves.
    let other = page.press("Tarn").expect(200);
    assert_eq!(other.heading(), "Tarn");
    assert!(other.offers("Renew") && !other.offers("End now"), "{other}");
    app.get("/entitlements/999").expect(404);
    app.get("/entitlements/x").expect(404);
}

#[apply(engines)]
fn nothing_is_there_at_first(app: TestApp) {
    app.get("/entitlements").expect(200).assert_says("No entitlements yet");
    let found = app.get("/entitlements?q=zzz");
    found.expect(200).assert_says("No entitlements yet");
    acme(&app);
    let page = app.get("/entitlements?q=zzzq&state=running").expect(200);
    page.assert_says("No entitlements that are running and match “zzzq”");
    let page = page.press("Clear the search").expect(200);
    assert!(!products(&page).is_empty(), "{page}");
}

#[apply(engines)]
fn a_task_stays_beside_the_list_with_its_search(app: TestApp) {
    let acme = acme(&app);
    let id = acme.entitlement("Lumen").id;
    let page = app.get(format!("{}?q=lumen&state=running&sort=-product", at(id))).expect(200);
    let question = page.press("End now").expect(200);
    assert_eq!(question.press("Cancel").expect(200).heading(), "Lumen");
    let answer = question.submit(&[]);
    let location = answer.location();
    assert!(location.starts_with(&format!("{}?q=lumen&state=running&sort=-product&flash=", at(id))), "{answer}");
    let done = answer.follow().expect(200);
    assert_eq!(done.heading(), "Lumen");
    done.assert_says("Ended the entitlement to Lumen.");
    // The message takes it back without leaving the screen.
    let back = done.undo().expect(303);
    assert!(back.location().starts_with(&format!("{}?q=lumen", at(id))), "{back}");
    back.follow().expect(200).assert_says("is no longer ended");
}

#[apply(engines)]
fn what_is_deleted_is_gone_from_the_list(app: TestApp) {
    let acme = acme(&app);
    let id = acme.entitlement("Kestrel").id;
    let answer = app.get(at(id)).press("Delete").expect(200).submit(&[]).expect(303);
    assert!(answer.location().starts_with("/entitlements?"), "{answer}");
    let page = answer.follow().expect(200);
    assert_eq!(products(&page).len(), 3, "{page}");
    let back = page.undo().expect(303);
    assert!(back.location().starts_with(&at(id)), "{back}");
}

#[apply(engines)]
fn a_refusal_shows_the_entitlement_as_it_is(app: TestApp) {
    let acme = acme(&app);
    let tarn = acme.entitlement("Tarn").id;
    for task in ["end", "end?q=x"] {
        let page = app.post(format!("/entitlements/{tarn}/{task}"), &[]).expect(409);
        assert_eq!(page.heading(), "Tarn");
        assert!(page.has(".lead .alert"), "{page}");
    }
    // Beside the customers it is refused there.
    let page = app.post(format!("/entitlements/{tarn}/end?list=customers"), &[]).expect(409);
    assert_eq!(page.heading(), "Acme");
}

#[apply(engines)]
fn a_new_one_is_for_a_customer_found_by_typing(app: TestApp) {
    acme(&app);
    app.company("Acme Old").disabled().create();
    let page = app.get("/entitlements?sort=newest").press("New entitlement").expect(200);
    assert!(page.says("For which customer?") && page.says("Nord"), "{page}");
    let found = app.get("/entitlements/new?find=jana&sort=newest").expect(200);
    assert_eq!(found.texts(".customers bdi"), ["Acme"], "by a contact too");
    assert_eq!(app.get("/entitlements/new?find=acme").texts(".customers bdi"), ["Acme"], "a disabled one gets none");
    app.get("/entitlements/new?find=zzz").assert_says("No enabled customer matches");
    let form = app.get(found.attributes(".customers a", "href").concat()).expect(200);
    assert_eq!(form.heading(), "New entitlement for Acme");
    let wrong = form.submit(&[("product", "")]).expect(422);
    assert_eq!(wrong.heading(), "New entitlement for Acme");
    let answer = wrong.submit(&[("product", "Osprey")]).expect(303);
    assert!(answer.location().starts_with("/entitlements/5?sort=newest&flash="), "{answer}");
    let page = answer.follow().expect(200);
    assert_eq!((page.heading().as_str(), products(&page)[0].as_str()), ("Osprey", "Osprey"));
}

#[apply(engines)]
fn to_the_customer_and_back_keeps_both_searches(app: TestApp) {
    let acme = acme(&app);
    let id = acme.entitlement("Lumen").id;
    // From the customers, with a search there, to the entitlement.
    let page = app.get(format!("{}?q=acme&status=enabled", acme.path())).row("Lumen").press("Lumen").expect(200);
    assert_eq!(page.heading(), "Lumen");
    let customer = page.attributes("#customer", "href").concat();
    let from = parameter(&customer, "from").expect("where one came from");
    assert!(customer.starts_with(&format!("{}?q=acme&status=enabled&from=", acme.path())), "{customer}");
    assert_eq!(from, at(id));

    // From a search of entitlements to the customer, and back to that search.
    let searched = format!("{}?q=lumen&state=running&sort=newest", at(id));
    let customer = app.get(&searched).press("Acme").expect(200);
    assert_eq!(
        (customer.heading().as_str(), customer.texts("nav[aria-label=Main] a[aria-current]").concat().as_str()),
        ("Acme", "Customers")
    );
    let back = customer.attributes("#from", "href").concat();
    assert_eq!(back, searched);
    // What one does there keeps the way back, and so does another entitlement, beside that list.
    let disabled = customer.press("Disable").expect(303).follow().expect(200);
    assert_eq!(disabled.attributes("#from", "href").concat(), searched);
    let other = disabled.row("Tarn").press("Tarn").expect(200);
    assert!(other.asked.contains("q=lumen&state=running&sort=newest&from="), "{other}");

    for hostile in ["//evil.example/customers", "https://evil.example", "/\\evil.example", "/sign-out", "javascript:alert(1)"] {
        let page = app.get(format!("{}?{}", acme.path(), encode(&[("from", hostile)]))).expect(200);
        assert!(!page.has("#from") && !page.text().contains("evil"), "{hostile}: {page}");
    }
}

#[apply(engines)]
fn a_part_is_what_goes_into_its_target(app: TestApp) {
    let acme = acme(&app);
    let id = acme.entitlement("Lumen").id;
    for (path, target) in [
        (at(id), "main#detail"),
        ("/entitlements?q=lumen".to_owned(), "div#results"),
        (at(id) + "?q=lumen", "div#results"),
        (at(id) + "/end", "dialog#dialog"),
        ("/entitlements/new".to_owned(), "main#detail"),
    ] {
        let part = app.htmx(&path, target).expect(200);
        assert!(!part.text().contains("<html"), "{path} into {target}: {part}");
        assert!(app.get(&path).expect(200).text().contains("<html"));
    }
    // A task that a script sends renews the list too, where the row has moved.
    let question = app.get(at(id) + "/end");
    let token = question.field("token");
    let sent = app.post(format!("{}/end", at(id)), &[("token", &token)]).expect(303);
    let part = app.htmx(sent.location(), "main#detail").expect(200);
    assert!(part.text().contains("hx-target=\"#results\""), "{part}");
    assert_eq!(part.header("HX-Replace-Url"), Some(at(id).as_str()));
}

#[apply(engines)]
fn its_latest_changes_stand_with_it(app: TestApp) {
    let acme = acme(&app);
    let id = acme.entitlement("Lumen").id;
    let changes = || app.get(format!("{}?q=lumen", at(id))).expect(200).texts("[aria-labelledby=history-heading] .said");
    let added = changes();
    assert!(added.len() == 1 && added[0].starts_with("You added it: 25, "), "{added:?}");
    for quantity in ["30", "31", "32"] {
        app.get(format!("{}/edit", at(id))).submit(&[("quantity", quantity)]).expect(303);
    }
    app.get(format!("{}/edit", at(acme.entitlement("Tarn").id))).submit(&[("quantity", "7")]).expect(303);
    let latest = [("31", "32"), ("30", "31"), ("25", "30")].map(|(old, new)| format!("You changed the quantity from {old} to {new}"));
    assert_eq!(changes(), latest, "three, the newest first, of this one alone");
    // Undoing one leads back here, the search kept.
    let question = app.get(format!("{}?q=lumen", at(id))).press("Undo").expect(200);
    assert_eq!(question.press("Cancel").expect(200).heading(), "Lumen");
    let done = question.submit(&[]).expect(303);
    assert!(done.location().starts_with(&format!("{}?q=lumen", at(id))), "{done}");
    assert_eq!(changes()[0], "You changed the quantity from 32 to 31 (undo)");
    app.get(at(id)).press("Full history").expect(200).assert_says("History of Acme");
}
