//! The history of a customer: what happened in words, newest first, by day; it outlives the customer. And why something was done.

use macro_rules_attribute::apply;

use super::import_page::{Upload, import};
use crate::support::database::Database;
use crate::support::{Customer, Engine, Page, TestApp, engines};

/// What the lines say, newest first.
fn said(page: &Page) -> Vec<String> {
    page.texts(".events .said")
}

/// What the tab is called, without the product.
fn tab(page: &Page) -> String {
    page.title().split(" · ").next().unwrap_or_default().to_owned()
}

fn history(app: &TestApp, customer: &Customer) -> Page {
    app.get(customer.at("history")).expect(200)
}

#[apply(engines)]
fn every_task_is_told_in_a_sentence(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    acme.add_contact("Rae", "Brown", "rae@acme.example").expect(303);
    let (jana, rae) = (acme.contact("Jana"), acme.contact("Rae"));
    acme.edit(&[("billing_city", "Leeds")]).expect(303);
    acme.edit(&[("billing_city", "York"), ("billing_country", "GB")]).expect(303);
    acme.edit(&[("phone", "1"), ("fax", "2"), ("ref_id", "3"), ("crm_id", "4")]).expect(303);
    acme.edit(&[("phone", "")]).expect(303);
    jana.edit(&[("phone", "+44 1")]).expect(303);
    rae.set_as_default().expect(303);
    jana.disable().expect(303);
    jana.enable().expect(303);
    acme.entitle(&[("product", "Forge"), ("quantity", "1000"), ("starts_on", "2020-01-01"), ("ends_on", "2999-12-31")]).expect(303);
    let forge = acme.entitlement("Forge");
    app.post(forge.at("end"), &[]).expect(303);
    acme.disable().expect(303);
    acme.enable().expect(303);
    rae.delete().expect(303);
    let page = history(&app, &acme);
    let eid = page.texts(".said .num")[0].clone();
    assert_eq!(
        said(&page),
        [
            "You deleted the contact Rae Brown; Jana Hoffmann is the default contact now".to_owned(),
            "You enabled this customer".to_owned(),
            "You disabled this customer".to_owned(),
            format!("You ended the entitlement Forge {eid}"),
            format!("You added an entitlement: Forge {eid}, 1,000, 1 Jan 2020 to 31 Dec 2999"),
            "You enabled the contact Jana Hoffmann".to_owned(),
            "You disabled the contact Jana Hoffmann".to_owned(),
            "You made Rae Brown the default contact in the place of Jana Hoffmann".to_owned(),
            "You set the phone of Jana Hoffmann to +44 1".to_owned(),
            "You removed the phone 1".to_owned(),
            "You changed 4 fields".to_owned(),
            "You changed the billing city and billing country".to_owned(),
            "You set the billing city to Leeds".to_owned(),
            "You added the contact Rae Brown".to_owned(),
            "You added the contact Jana Hoffmann".to_owned(),
            "You created this customer".to_owned(),
        ]
    );
    assert_eq!((page.heading(), tab(&page)), ("Acme".to_owned(), "History of Acme".to_owned()));
    assert_eq!(page.texts(".day h2"), ["Today"]);
    page.assert_says("Nothing is older: the customer was created on");
    let shown = page.texts(".changed dt").join(" ");
    assert!(shown.contains("CRM ID Ref ID Phone Fax") || shown.contains("Phone Fax CRM ID Ref ID"), "{shown}");
    assert!(page.texts(".changed dd").contains(&"Leeds York".to_owned()) && page.says("United Kingdom"), "{page}");
    // Whoever is named leads there, as long as it is there.
    assert!(page.attributes(".said a", "href").contains(&format!("{}?contact={}#contact-{}", acme.path(), jana.id, jana.id)), "{page}");
    assert!(!page.attributes(".said a", "href").iter().any(|href| href.contains(&format!("contact={}", rae.id))), "Rae is gone: {page}");
}

#[apply(engines)]
fn a_long_text_is_marked_word_by_word(app: TestApp) {
    let acme = app.company("Acme").with("description", "Fleet licences, renewal each March. Ask for Samir Haddad, or his deputy.").create();
    acme.edit(&[("description", "Fleet licences, renewal each January. Ask for Samir Haddad, or his deputy.")]).expect(303);
    let page = history(&app, &acme);
    assert_eq!(said(&page)[0], "You changed the description");
    assert_eq!((page.texts("del"), page.texts("ins")), (vec!["March".to_owned()], vec!["January".to_owned()]));
    assert!(page.text().contains("renewal each ") && page.has("dd bdi"), "{page}");
}

#[apply(engines)]
fn the_filter_shows_one_kind_of_record(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").entitlements(1).create();
    acme.edit(&[("phone", "1")]).expect(303);
    let page = history(&app, &acme);
    for (label, lines) in [("Customer", 2), ("Contacts", 1), ("Entitlements", 1), ("All", 4)] {
        let hrefs = page.attributes(".segments[aria-label] a, .chips .segments a", "href");
        let at = page.texts(".segments[aria-label] a, .chips .segments a").iter().rposition(|text| text == label).expect("a choice");
        let shown = app.get(&hrefs[at]).expect(200);
        assert_eq!(said(&shown).len(), lines, "{label}: {shown}");
        assert_eq!(shown.texts(".segments [aria-current]").last().map(String::as_str), Some(label), "{shown}");
    }
    app.get(acme.at("history?subject=contacts&q=acme")).expect(200).control("Customer").expect("a filter");
    assert_eq!(said(&app.get(acme.at("history?subject=nothing&older=x")).expect(200)).len(), 4);
    app.get("/customers/999/history").expect(404).assert_says("There is no such customer");
    app.get("/customers/x/history").expect(404);
}

#[apply(engines)]
fn pages_go_on_by_key_and_lose_nothing(app: TestApp) {
    let acme = app.company("Acme").create();
    for number in 1..=120 {
        app.post(
            acme.at("edit"),
            &[("name", "Acme"), ("version", &number.to_string()), ("phone", &number.to_string()), ("shipping_same", "yes")],
        )
        .expect(303);
    }
    let mut page = history(&app, &acme);
    let mut all = said(&page);
    assert_eq!(all.len(), 50);
    assert!(!page.offers("Newest"), "{page}");
    // What happens meanwhile moves nothing.
    acme.disable().expect(303);
    while page.offers("Older") {
        page = page.press("Older").expect(200);
        assert!(page.offers("Newest"), "{page}");
        all.extend(said(&page));
    }
    assert_eq!(all.len(), 121);
    let expected = (1..=120).rev().map(|number| match number {
        1 => "You changed the phone and shipping “same as billing”".to_owned(),
        _ => format!("You changed the phone from {} to {number}", number - 1),
    });
    assert_eq!(all[120], "You created this customer");
    assert_eq!(all[..120], expected.collect::<Vec<_>>());
    assert_eq!(said(&page.press("Newest").expect(200))[0], "You disabled this customer");
}

#[apply(engines)]
fn an_import_is_one_line_and_what_it_created_is_told(app: TestApp) {
    let old = app.company("Old").number("N-2").create();
    let files = Upload::new().named("customers", "firms.csv", "number,type,name,phone\nN-1,company,New,\nN-2,company,Old,+49 1\n").named(
        "contacts",
        "people.csv",
        "customer_number,first_name,last_name,email\nN-1,Ada,King,ada@x.example\nN-1,Bo,Lee,bo@x.example\nN-2,Cy,Ray,cy@x.example\n",
    );
    import(&app, &files.checked(&app));
    let new = app.customer(app.sql().number("SELECT id AS number FROM customers WHERE number = 'N-1'"));
    let page = history(&app, &new);
    assert_eq!(said(&page), ["Imported from firms.csv, people.csv: created this customer and 2 contacts · by you"]);
    assert!(page.attributes(".said a", "href")[0].starts_with("/customers/import/"), "{page}");
    assert!(!page.offers("Show 1 change"), "{page}");
    assert_eq!(said(&app.get(new.at("history?subject=contacts"))).len(), 1);
    assert_eq!(said(&app.get(new.at("history?subject=entitlements"))).len(), 0);

    let page = history(&app, &old);
    assert_eq!(said(&page)[0], "Imported from firms.csv, people.csv: created 1 contact, changed this customer · by you · Show 1 change");
    let changes = page.press("Show 1 change").expect(200);
    assert_eq!(said(&changes), ["You set the phone to +49 1"]);
    // All activity has the import once, with all that it did.
    let all = app.get("/activity").expect(200);
    assert_eq!(
        said(&all)[0],
        "Imported from firms.csv, people.csv: created 1 customer and 3 contacts, changed 1 customer · by you · Show 1 change"
    );
    assert_eq!(said(&all).len(), 2, "{all}");
    assert_eq!(said(&all.press("Show 1 change").expect(200)), ["You set the phone of Old to +49 1"]);

    // It outlives what it created.
    new.delete().expect(303);
    let gone = app.get(new.path()).expect(404);
    assert_eq!(said(&gone)[1], "Imported from firms.csv, people.csv: created this customer and 2 contacts · by you");
}

#[apply(engines)]
fn sample_data_are_one_line(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    let first = app.customer(app.sql().number("SELECT min(id) AS number FROM customers"));
    assert!(said(&history(&app, &first))[0].starts_with("Loaded as sample data: created this customer"), "{}", history(&app, &first));
    app.post("/sample/remove", &[]).expect(303);
    let all = said(&app.get("/activity").expect(200));
    assert!(all[0].starts_with("Removed sample data") && all[1].starts_with("Loaded as sample data"), "{all:?}");
}

#[apply(engines)]
fn a_deleted_customer_has_an_address_and_a_history(app: TestApp) {
    let acme = app.company("Acme").number("A-1").contact("Jana", "Hoffmann", "jana@acme.example").create();
    acme.edit(&[("phone", "1")]).expect(303);
    app.get(acme.at("delete")).expect(200).submit(&[("reason", "Merged with Bolt")]).expect(303);
    for address in [acme.path(), acme.at("history"), format!("{}?q=acme", acme.path())] {
        let page = app.get(&address).expect(404);
        assert_eq!((page.heading(), tab(&page)), ("Acme was deleted".to_owned(), "Acme was deleted".to_owned()));
        page.assert_says("A-1").assert_says("deleted by you just now").assert_says("reason: Merged with Bolt");
        assert_eq!(said(&page)[..2], ["You deleted this customer — reason: Merged with Bolt", "You set the phone to 1"].map(str::to_owned));
        assert!(page.offers("Back to customers") && !page.offers("Delete"), "{page}");
    }
    let part = app.htmx(acme.path(), "main#detail").expect(404);
    assert!(part.says("Acme was deleted") && !part.text().contains("<html"), "{part}");
    app.htmx(acme.path(), "div#results").expect(404);
    app.get("/customers/999").expect(404).assert_says("There is no such customer");
    // Where it is named elsewhere it leads here.
    assert!(app.get("/activity").attributes(".said a", "href").contains(&acme.path()));
}

#[apply(engines)]
fn a_reason_can_be_given_with_the_end_of_an_entitlement(app: TestApp) {
    let acme = app.company("Acme").entitlements(2).create();
    let (ended, deleted) = (acme.entitlement("Forge 1"), acme.entitlement("Forge 2"));
    for question in [ended.at("end"), deleted.at("delete")] {
        let refused = app.get(&question).expect(200).submit(&[("reason", &"x".repeat(256))]).expect(422);
        assert!(refused.error_of("reason").is_some_and(|error| error.contains("too long: 256 characters")), "{question}: {refused}");
        assert_eq!(refused.field("reason"), "x".repeat(256), "{question}");
    }
    app.get(ended.at("end")).expect(200).submit(&[("reason", "  not renewed ")]).expect(303);
    app.get(deleted.at("delete")).expect(200).submit(&[("reason", "ordered twice")]).expect(303);
    let lines = said(&history(&app, &acme));
    assert!(lines[0].starts_with("You deleted the entitlement Forge 2") && lines[0].ends_with("reason: ordered twice"), "{lines:?}");
    assert!(lines[1].starts_with("You ended the entitlement Forge 1") && lines[1].ends_with("reason: not renewed"), "{lines:?}");
}

#[apply(engines)]
fn a_reason_can_be_given_with_disable_and_delete(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Rae", "Brown", "rae@acme.example").create();
    let (jana, rae) = (acme.contact("Jana"), acme.contact("Rae"));
    let page = acme.page();
    page.press("Disable with a reason…").expect(200).assert_says("Disable Acme?").assert_says("Nobody can sign in for it");
    // It is cleaned as all text is: blanks at the ends, and letters in one piece.
    let question = app.get(acme.at("disable")).expect(200);
    question.submit(&[("reason", "  unpaid since\tAugust, cafe\u{301}  ")]).expect(303);
    assert_eq!(said(&history(&app, &acme))[0], "You disabled this customer — reason: unpaid since August, café");
    // What cannot be saved comes back as it was typed, and nothing is done.
    for (wrong, words) in
        [("x".repeat(256), "too long: 256 characters"), ("a\u{7}b".to_owned(), "control character"), ("a\u{202e}b".to_owned(), "direction")]
    {
        for question in [acme.at("delete"), jana.at("disable"), jana.at("delete")] {
            let refused = app.get(&question).expect(200).submit(&[("reason", &wrong)]).expect(422);
            assert!(refused.error_of("reason").is_some_and(|error| error.contains(words)), "{question}: {refused}");
            assert_eq!(refused.field("reason"), wrong, "{question}");
        }
    }
    assert_eq!(["customers", "contacts"].map(|table| app.sql().count(table)), [1, 2]);
    app.post(acme.at("enable"), &[]).expect(303);
    app.post(acme.at("disable"), &[("reason", &"x".repeat(256))]).expect(422).assert_says("Disable Acme?");
    acme.page().row("jana@").press("Disable with a reason…").expect(200).submit(&[("reason", "left")]).expect(303);
    app.get(rae.at("delete")).expect(200).submit(&[("reason", &"é".repeat(255))]).expect(303);
    let lines = said(&history(&app, &acme));
    assert_eq!(lines[0], format!("You deleted the contact Rae Brown — reason: {}", "é".repeat(255)));
    assert_eq!(lines[1], "You disabled the contact Jana Hoffmann — reason: left");
    // One press suffices, and what cannot be done is not asked about.
    acme.disable().expect(303);
    assert_eq!(said(&history(&app, &acme))[0], "You disabled this customer");
    app.get(acme.at("disable")).expect(409).assert_says("already disabled");
    app.get(jana.at("disable")).expect(409).assert_says("already disabled");
    acme.delete().expect(303);
    app.get("/customers/999/disable").expect(404);
}

#[apply(engines)]
fn the_head_says_who_changed_it_last(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.page().assert_says("changed just now by you");
    let ruth = app.user("ruth@x.example", "editor");
    ruth.get(acme.path()).expect(200).assert_says("by somebody on this computer");
    ruth.post(acme.at("disable"), &[]).expect(303);
    ruth.get(acme.path()).expect(200).assert_says("changed just now by you");
    let max = app.user("max@x.example", "viewer");
    let page = max.get(acme.path()).expect(200);
    page.assert_says("changed just now by ruth@x.example");
    assert_eq!(said(&page.press("History").expect(200)), ["ruth@x.example disabled this customer", "This computer created this customer"]);
    // An import creates without an event: nobody is named rather than somebody else.
    app.sql().run("UPDATE customers SET changed_at = '2999-01-01 00:00:00'").unwrap();
    let tags = max.get(acme.path()).expect(200).texts(".tags").concat();
    assert!(tags.contains("changed") && !tags.contains(" by "), "{tags}");
}

#[apply(engines)]
fn names_of_any_direction_stand_apart(app: TestApp) {
    let name = "شركة Acme 12";
    let firm = app.company(name).contact("ليلى", "حداد", "laila@ofoq.example").create();
    firm.edit(&[("ref_id", "א-1")]).expect(303);
    let page = history(&app, &firm);
    for text in ["ليلى حداد", "א-1", "You"] {
        assert!(page.texts(".said bdi").contains(&text.to_owned()), "{text}: {page}");
    }
    firm.delete().expect(303);
    assert!(app.get(firm.path()).texts("h1 bdi").contains(&name.to_owned()));
}

/// All that a table holds, as text.
fn all_texts(app: &TestApp, table: &str) -> Vec<String> {
    let mut sql = app.sql();
    let columns = match app.database.engine {
        Engine::Sqlite => format!("SELECT name AS text FROM pragma_table_info('{table}')"),
        Engine::Postgres => format!("SELECT column_name AS text FROM information_schema.columns WHERE table_name = '{table}'"),
    };
    let columns: Vec<String> = sql.texts(&columns).into_iter().flatten().collect();
    assert!(columns.len() >= 3, "{table}: {columns:?}");
    columns.iter().flat_map(|column| sql.texts(&format!("SELECT CAST({column} AS TEXT) AS text FROM {table}"))).flatten().collect()
}

/// What is secret stays where it belongs: in no event, job, message or file.
#[apply(engines)]
fn no_secret_reaches_the_history(app: TestApp) {
    use crate::support::users::PASSWORD;
    let acme = app.company("Acme").create();
    let ruth = app.user("ruth@x.example", "administrator");
    ruth.post(acme.at("disable"), &[("reason", "unpaid")]).expect(303);
    app.post("/sign-in", &[("email", "ruth@x.example"), ("password", "planted-Z1Z2Z3")]).expect(422);
    let cookie_of = |answer: &Page| answer.cookie().expect("a session").split_once('=').expect("a value").1.to_owned();
    let session = cookie_of(&app.post("/sign-in", &[("email", "ruth@x.example"), ("password", PASSWORD)]).expect(303));
    for table in ["events", "batches", "jobs", "flashes", "form_tokens", "imports"] {
        for text in all_texts(&app, table) {
            for secret in [PASSWORD, "Z1Z2Z3", "argon2", &session] {
                assert!(!text.contains(secret), "{table}: {text}");
            }
        }
    }
    let page = ruth.get("/activity").expect(200);
    page.assert_says("added the user ruth@x.example");
    let file = ruth.get("/activity.csv").expect(200).text();
    let log = app.log();
    for secret in [PASSWORD, "Z1Z2Z3", "argon2", &session] {
        assert!(!page.text().contains(secret) && !file.contains(secret) && !log.contains(secret), "{secret}");
    }
}

/// Whoever reads in Auckland has the days of Auckland.
#[apply(engines)]
fn days_are_those_of_the_installation(app: TestApp) {
    let app = TestApp::with(Database::new(app.database.engine), &["--time-zone", "Pacific/Auckland"]);
    let acme = app.company("Acme").create();
    acme.edit(&[("phone", "1")]).expect(303);
    // One minute before and after midnight there, which is 11:00 in UTC.
    let mut sql = app.sql();
    sql.run("UPDATE events SET at = '2026-03-10 10:59:00' WHERE task = 'create'").unwrap();
    sql.run("UPDATE events SET at = '2026-03-10 11:01:00' WHERE task = 'edit'").unwrap();
    let page = history(&app, &acme);
    assert_eq!(page.texts(".day h2"), ["11 March 2026", "10 March 2026"]);
    assert_eq!(page.texts(".events .at"), ["0:01", "23:59"]);
}

#[apply(engines)]
fn what_was_taken_back_says_so_and_by_whom(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.edit(&[("phone", "+49 30 1")]).expect(303);
    let edit = app.sql().number("SELECT max(id) AS number FROM events");
    let page = app.get(acme.at("history"));
    assert!(!page.says("Undone by"), "{page}");
    app.post(format!("/events/{edit}/undo"), &[]).expect(303);
    for page in [app.get(acme.at("history")), app.get("/activity")] {
        let line = page.texts(&format!("#event-{edit} .said")).concat();
        assert!(line.ends_with("· Undone by you"), "{line}");
        assert_eq!(page.attributes(&format!("#event-{edit} .said a"), "href").last(), Some(&format!("#event-{}", edit + 1)), "{page}");
        assert!(!page.has(&format!("#undo-event-{edit}")), "it is taken back once");
        assert!(page.texts(&format!("#event-{} .said", edit + 1)).concat().contains("(undo)"), "{page}");
    }
}
