//! A customer's page: what it shows of many records, in which order, and what its address says.

use chrono::{Days, Utc};
use macro_rules_attribute::apply;

use crate::support::{Customer, TestApp, engines};

/// A company with contacts `Number000` and so on, made in this order.
fn crowd(app: &TestApp, count: usize) -> Customer {
    let crowd = app.company("Crowd").create();
    for number in 0..count {
        crowd.add_contact("Ada", &format!("Number{number:03}"), &format!("ada{number}@crowd.example")).expect(303);
    }
    crowd
}

#[apply(engines)]
fn the_first_contacts_are_shown_then_all_the_default_one_first(app: TestApp) {
    let crowd = crowd(&app, 26);
    crowd.contact("Number025").set_as_default().expect(303);
    let page = crowd.page();
    let rows = page.contacts();
    assert_eq!(rows.len(), 20, "{page}");
    assert!(rows[0].says("Number025") && rows[0].says("Default") && rows[1].says("Number000"), "{page}");
    page.assert_says("Contacts 26");

    let all = page.press("Show all 26").expect(200);
    assert_eq!(all.contacts().len(), 26, "{all}");
    assert!(all.contacts()[0].says("Number025") && all.contacts()[25].says("Number024"), "{all}");
    assert_eq!(all.press("Show only the first 20").contacts().len(), 20);
    // Without a script, too, one comes back to where one was.
    let answer = all.row("Number024").press("Disable");
    let place = answer.location().to_owned();
    assert!(place.contains("contacts=all") && place.ends_with("#contact-25"), "{place}");
    assert_eq!(answer.follow().contacts().len(), 26);
    let cancel = all.row("Number010").press("Edit").attributes("#contacts [data-cancel]", "href");
    assert!(cancel[0].contains("contacts=all") && cancel[0].ends_with("#contact-11"), "{cancel:?}");

    assert!(!crowd_of(&app, 20).offers("Show all 20"));
}

fn crowd_of(app: &TestApp, count: usize) -> crate::support::Page {
    crowd(app, count).page()
}

#[apply(engines)]
fn contacts_are_filtered_by_any_of_their_words(app: TestApp) {
    let crowd = crowd(&app, 24);
    crowd.contact("Number007").edit(&[("phone", "+49 (30) 5550-1420"), ("ref_id", "P-77"), ("first_name", "Renée")]).expect(303);
    let found = |text: &str| {
        let page = app.get(format!("{}?find={text}", crowd.path())).expect(200);
        page.contacts().iter().map(|row| row.id).collect::<Vec<_>>()
    };
    for text in ["renee", "number007", "ada7%40", "p-77", "5550+1420", "ren+ada7"] {
        assert_eq!(found(text), [8], "{text}");
    }
    assert_eq!(found("ada2").len(), 5, "2, 20 to 23");
    assert_eq!(found("nobody"), [0; 0]);
    app.get(format!("{}?find=nobody", crowd.path())).assert_says("No contact has “nobody”.");
    // What is typed is in the address and in the box, and its words are marked.
    let page = app.get(format!("{}?q=crowd&find=number007", crowd.path()));
    assert_eq!(page.field("find"), "number007");
    assert_eq!(page.texts("#contacts mark"), ["Number007"]);
    page.assert_says("Contacts 24");
    let carried = page.attributes("#find-contact input[type=hidden]", "value");
    assert_eq!(carried, ["crowd"]);
    // A script asks for the rows alone, and the address keeps only what is not the default.
    let rows = app.htmx(format!("{}?find=number007", crowd.path()), "div#contact-rows").expect(200);
    assert!(!rows.has("h2") && rows.says("1 of 24 contacts"), "{rows}");
    assert_eq!(rows.header("HX-Replace-Url"), Some(format!("{}?find=number007", crowd.path()).as_str()));
    let rows = app.htmx(format!("{}?find=", crowd.path()), "div#contact-rows").expect(200);
    assert_eq!(rows.header("HX-Replace-Url"), Some(crowd.path().as_str()));

    // With few contacts there is nothing to filter.
    let few = app.company("Few").contact("Jana", "Hoffmann", "jana@few.example").create();
    assert!(!few.page().has("#find-contact"));
}

#[apply(engines)]
fn a_hit_in_a_contact_opens_the_customer_at_that_contact(app: TestApp) {
    let crowd = crowd(&app, 30);
    let list = app.get("/customers?q=ada29%40");
    let link = list.row_link(crowd.id);
    assert!(link.contains("contact=30") && link.ends_with("#contact-30"), "{link}");
    let page = app.get(&link).expect(200);
    assert_eq!(page.contacts().len(), 21, "it is shown beside the first ones: {page}");
    assert_eq!(page.attributes("#contacts tr[aria-current=true]", "id"), ["contact-30"]);
    assert_eq!(page.texts("#contact-30 mark"), ["ada29@"]);
    // Of another customer, or of none: nothing.
    let other = app.company("Other").contact("Jana", "Hoffmann", "jana@other.example").create();
    for contact in ["30", "999", "-1", "x"] {
        let page = app.get(format!("{}?contact={contact}", other.path())).expect(200);
        assert_eq!(page.contacts().len(), 1, "{page}");
    }
}

#[apply(engines)]
fn the_form_of_a_contact_stands_in_its_row(app: TestApp) {
    let crowd = crowd(&app, 30);
    let contact = crowd.contact("Number027");
    let form = app.get(contact.at("edit")).expect(200);
    assert!(form.has("#contact-28 form[data-saves]"), "{form}");
    let refused = form.submit(&[("last_name", "")]).expect(422);
    assert!(refused.has("#contact-28 form [aria-invalid=true]"), "{refused}");
    let answer = refused.submit(&[("last_name", "Byron")]).expect(303);
    assert!(answer.location().ends_with("#contact-28"), "{answer}");
    assert!(answer.follow().row("Byron").says("ada27@"));
    // A new one is to be seen, wherever it belongs.
    let page = crowd.add_contact("Zoë", "Zeller", "zoe@crowd.example").follow();
    assert_eq!(page.texts("#contacts tr[aria-current] th").len(), 1);
    page.row("Zoë Zeller");
}

#[apply(engines)]
fn entitlements_run_then_come_then_have_ended(app: TestApp) {
    app.restart(&["--time-zone", "Etc/UTC"]);
    let acme = app.company("Acme").create();
    let today = Utc::now().date_naive();
    let (past, day) = (|days| (today - Days::new(days)).to_string(), |days| (today + Days::new(days)).to_string());
    for (product, starts_on, ends_on) in [
        ("Over, long ago", past(900), past(500)),
        ("To come, later", day(40), String::new()),
        ("Runs for ever", past(800), String::new()),
        ("Over", past(300), past(1)),
        ("To come, soon", day(5), day(500)),
        ("Runs on", past(30), day(91)),
        ("Ends soon", past(20), day(29)),
        ("Last day", past(10), day(0)),
        ("Stopped", past(5), day(50)),
    ] {
        acme.entitle(&[("product", product), ("starts_on", &starts_on), ("ends_on", &ends_on)]).expect(303);
    }
    acme.entitlement("Stopped").end().expect(303);
    let page = acme.page();
    let products = page.texts("#entitlements tbody bdi:first-child").into_iter().filter(|text| text.len() > 3).collect::<Vec<_>>();
    let order =
        ["Last day", "Ends soon", "Runs on", "Runs for ever", "To come, soon", "To come, later", "Stopped", "Over", "Over, long ago"];
    assert_eq!(products, order, "{page}");
    for (product, words) in [("Last day", "ends today"), ("Ends soon", "ends in 29 days"), ("To come, soon", "starts in 5 days")] {
        assert!(page.row(product).says(words), "{page}");
    }
    for product in ["Runs on", "Stopped", "Over"] {
        assert!(!page.row(product).says("ends in"), "{page}");
    }
    // The colour of a state is never all there is.
    assert_eq!(page.attributes("#entitlements td .tag .icon", "class").len(), order.len());
}

#[apply(engines)]
fn an_entitlement_is_shown_by_its_address_among_many(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").entitlements(24).create();
    let jana = acme.contact("Jana").id.to_string();
    let answer = acme.entitle(&[("product", "Ended"), ("contact", &jana), ("ends_on", "2020-12-31")]).expect(303);
    assert!(answer.location().ends_with("#entitlement-25"), "{answer}");
    for page in [answer.follow(), app.get("/entitlements/25?list=customers")] {
        assert_eq!(page.attributes("#entitlements tr[aria-current]", "id"), ["entitlement-25"], "{page}");
        assert_eq!(page.entitlements().len(), 21, "{page}");
    }
    // What holds the contact is not on its page: the link leads to the one with all.
    let page = acme.page();
    let all = page.row("jana@").press("1 entitlement").expect(200);
    assert_eq!(all.entitlements().len(), 25, "{all}");
    assert_eq!(page.press("Show all 25").entitlements().len(), 25);
}

#[apply(engines)]
fn what_is_empty_is_behind_a_link_and_nothing_is_said_twice(app: TestApp) {
    let acme =
        app.company("Acme").number("A-1").ref_id("R-9").with("email", "a+b?c@acme.example").with("phone", "+49 (0) 30 5550-1420").create();
    let page = acme.page();
    assert_eq!(page.texts(".empty-fields summary span:first-child"), ["Show 6 empty fields"]);
    assert_eq!(page.texts(".empty-fields dt").join(", "), "CRM ID, Language, Fax, Billing address, Shipping address, Description");
    for text in ["A-1", "R-9"] {
        let times = page.texts("article.detail").concat().matches(text).count();
        assert_eq!(times, 1, "{text}: {page}");
    }
    assert!(page.texts(".tags").concat().contains("created"), "{page}");
    let links = page.attributes("dl.fields a", "href");
    assert_eq!(links, ["mailto:a%2Bb%3Fc@acme.example", "tel:+493055501420"]);
    assert_eq!(page.attributes("button[data-copy]", "data-copy"), ["A-1", "R-9"]);
    let full = acme.edit(&[("crm_id", "CRM-1")]).follow();
    assert_eq!(full.attributes("button[data-copy]", "data-copy"), ["A-1", "R-9", "CRM-1"]);
}

#[apply(engines)]
fn what_holds_a_customer_is_one_click_away(app: TestApp) {
    let acme = app.company("Acme").entitlements(1).create();
    assert_eq!(acme.page().attributes(".about .why a", "href"), ["#entitlement-1"]);
    acme.entitle(&[]).expect(303);
    let page = acme.page();
    assert_eq!(page.texts(".about .why"), ["Can’t delete: 2 entitlements"]);
    assert_eq!(page.attributes(".about .why a", "href"), ["#entitlements"]);
    assert_eq!(page.attributes(".sections a", "href"), ["#entitlements", "#contacts", "/customers/1/history"]);
}

/// The same task stands at the same place in each row; all else is in the row's menu.
#[apply(engines)]
fn what_can_be_done_with_a_row_has_its_place(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@a.example").contact("Rae", "O’Brien", "r@a.example").create();
    acme.contact("Rae").disable().expect(303);
    let page = acme.page();
    assert_eq!(page.texts("#contacts .row-tasks > div > a"), ["Edit", "Edit"]);
    assert_eq!(page.texts("#contact-1 .menu li"), ["Invite to the portal", "Disable", "Disable with a reason…", "Delete"]);
    assert_eq!(page.texts("#contact-2 .menu li"), ["Enable", "Delete"]);
    for (product, starts_on) in [("Running", "2020-01-01"), ("Planned", "2999-01-01")] {
        acme.entitle(&[("product", product), ("starts_on", starts_on), ("contact", "1")]).expect(303);
    }
    let page = acme.page();
    assert_eq!(
        page.texts("#contact-1 .menu li"),
        ["Invite to the portal", "Disable", "Disable with a reason…", "Can’t delete: 2 entitlements"]
    );
    assert_eq!(page.texts("#entitlements .row-tasks > div > a"), ["Edit", "Edit"]);
    assert_eq!(page.texts("#entitlement-1 .menu li"), ["End now", "Delete", "Can’t renew: it has no end"]);
    assert_eq!(page.texts("#entitlement-2 .menu li"), ["Delete", "Can’t renew: it has no end"]);
    app.restart(&["--role", "viewer"]);
    let page = app.customer(acme.id).page();
    assert!(!page.has(".card .menu") && !page.has("#contacts .row-tasks a"), "{page}");
}
