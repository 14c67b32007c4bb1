//! Undo: every change can be taken back, once, by the same rules as any change; and what stands in the way is named.

use macro_rules_attribute::apply;

use crate::support::{Customer, Page, TestApp, engines};

/// The last event's address.
fn last(app: &TestApp) -> String {
    at(app.sql().number("SELECT max(id) AS number FROM events"))
}

fn at(event: i64) -> String {
    format!("/events/{event}/undo")
}

/// The newest event of this kind.
fn event(app: &TestApp, task: &str, subject: &str) -> i64 {
    app.sql().number(&format!("SELECT max(id) AS number FROM events WHERE task = '{task}' AND subject_kind = '{subject}'"))
}

fn toast(page: &Page) -> String {
    page.texts(".toast p").concat()
}

/// Presses *Undo* in the message that an answer leads to, and goes where that leads.
#[track_caller]
fn undone(answer: &Page) -> Page {
    answer.follow().expect(200).undo().expect(303).follow().expect(200)
}

/// All that is stored of customers and what belongs to them, but for when it changed last.
fn stored(app: &TestApp) -> Vec<Option<String>> {
    let mut sql = app.sql();
    ["customers", "contacts", "entitlements", "addresses"].iter().flat_map(|table| rows(&mut sql, table)).collect()
}

/// The rows of a table, without the columns that count saves and tell when: an undo is a change, so they go on.
pub fn rows(sql: &mut crate::support::Outside, table: &str) -> Vec<Option<String>> {
    let query = match sql {
        crate::support::Outside::Postgres(_) => {
            format!("SELECT (to_jsonb(t) - 'version' - 'changed_at')::text AS text FROM {table} t ORDER BY 1")
        }
        crate::support::Outside::Sqlite(_) => {
            let columns = sql.texts(&format!(
                "SELECT name AS text FROM pragma_table_info('{table}') WHERE name NOT IN ('version', 'changed_at') ORDER BY cid"
            ));
            let columns: Vec<String> = columns.into_iter().flatten().map(|column| format!("quote({column})")).collect();
            format!("SELECT {} AS text FROM {table} ORDER BY 1", columns.join(" || '|' || "))
        }
    };
    sql.texts(&query)
}

#[apply(engines)]
fn a_message_offers_to_take_back_what_it_tells(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let page = undone(&acme.disable());
    assert_eq!(toast(&page), "Undone: Acme is enabled again.");
    assert!(page.offers("Disable") && page.offers("Redo") && !page.offers("Undo"), "{page}");
    let page = page.press("Redo").expect(303).follow();
    assert_eq!(toast(&page), "Redone: Acme is disabled again.");
    assert!(page.offers("Enable"), "{page}");
    let page = page.press("Redo").expect(303).follow();
    assert!(toast(&page).starts_with("Redone: Acme is enabled again."), "{page}");

    let undoes = app.sql().texts("SELECT CAST(undoes AS TEXT) AS text FROM events ORDER BY id DESC LIMIT 3");
    let disabled = event(&app, "disable", "customer") - 1;
    let expected: Vec<_> = [disabled + 1, disabled, disabled - 1].iter().map(|id| Some(id.to_string())).collect();
    assert_eq!(undoes, expected, "each takes back the one before");
}

#[apply(engines)]
fn every_task_of_a_customer_can_be_taken_back(app: TestApp) {
    let bare = stored(&app);
    let page = app.post(
        "/customers",
        &[("type", "company"), ("name", "Acme"), ("contact_last_name", "Hoffmann"), ("contact_email", "j@acme.example")],
    );
    let page = undone(&page);
    assert_eq!((stored(&app), toast(&page)), (bare, "Undone: Acme is deleted.".to_owned()));
    assert!(!page.offers("Edit"), "the list: {page}");
    let page = page.press("Redo").expect(303).follow().expect(200);
    assert_eq!((toast(&page).as_str(), page.heading().as_str()), ("Redone: Acme is back with 1 contact.", "Acme"));

    let acme = app.customer(app.sql().number("SELECT id AS number FROM customers"));
    for typed in [
        &[("name", "Acme Ltd"), ("phone", "1"), ("billing_city", "York")][..],
        &[("shipping_same", ""), ("shipping_city", "Leeds"), ("language", "de"), ("email", "a@acme.example")],
        &[("crm_id", "X-1"), ("description", "two\nlines"), ("fax", "2")],
    ] {
        let before = stored(&app);
        let answer = acme.edit(typed);
        assert_ne!(stored(&app), before, "{typed:?}");
        let page = undone(&answer);
        assert_eq!(stored(&app), before, "{typed:?}");
        assert!(toast(&page).ends_with("is as it was before the edit."), "{page}");
        page.press("Redo").expect(303);
        assert_ne!(stored(&app), before, "{typed:?}");
    }
    for task in ["disable", "enable"] {
        let before = stored(&app);
        let answer = app.post(acme.at(task), &[]);
        undone(&answer);
        assert_eq!(stored(&app), before, "{task}");
        app.post(acme.at(task), &[]).expect(303);
    }
    let before = stored(&app);
    let page = undone(&acme.delete());
    assert_eq!((stored(&app), toast(&page)), (before, "Undone: Acme Ltd is back with 1 contact.".to_owned()));
    app.get("/customers?q=hoffmann").assert_says("Acme Ltd");
}

#[apply(engines)]
fn an_individual_comes_back_as_it_was(app: TestApp) {
    let ada =
        app.individual("Ada", "Lovelace").with("email", "ada@x.example").with("language", "de").with("billing_country", "GB").create();
    ada.edit(&[("middle_name", "K."), ("email", "")]).expect(303);
    ada.disable().expect(303);
    let before = stored(&app);
    let page = undone(&ada.delete());
    assert_eq!((stored(&app), toast(&page)), (before, "Undone: Ada K. Lovelace is back.".to_owned()));
    ada.enable().expect(303);
    ada.entitle(&[("product", "Anvil"), ("starts_on", "2999-01-01")]).expect(303);
    let before = stored(&app);
    undone(&ada.entitlement("Anvil").delete());
    assert_eq!(stored(&app), before, "it names the person again");
}

#[apply(engines)]
fn every_task_of_a_contact_can_be_taken_back(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let before = stored(&app);
    let page = undone(&acme.add_contact("Rae", "Brown", "rae@acme.example"));
    assert_eq!((stored(&app), toast(&page)), (before, "Undone: Rae Brown is deleted.".to_owned()));
    page.press("Redo").expect(303);
    let (jana, rae) = (acme.contact("Jana"), acme.contact("Rae"));
    let tasks: [(&str, &dyn Fn() -> Page); 5] = [
        ("an edit", &|| rae.edit(&[("phone", "1"), ("email", "r@acme.example"), ("first_name", "Ray")])),
        ("the default", &|| rae.set_as_default()),
        ("a disabled one", &|| rae.disable()),
        ("an enabled one", &|| rae.enable()),
        ("a deletion of the default", &|| rae.delete()),
    ];
    for (what, task) in tasks {
        let before = stored(&app);
        let answer = task();
        assert_ne!(stored(&app), before, "{what}");
        let after = stored(&app);
        let page = undone(&answer);
        assert_eq!(stored(&app), before, "{what}");
        page.press("Redo").expect(303);
        assert_eq!(stored(&app), after, "{what}, again");
    }
    assert_eq!(acme.defaults().len(), 1, "Jana took her place");
    // The last one that is enabled makes nobody the default; who is enabled then becomes it.
    acme.add_contact("Tom", "Brown", "tom@acme.example").expect(303);
    let tom = acme.contact("Tom");
    tom.disable().expect(303);
    jana.delete().expect(303);
    assert_eq!(acme.defaults(), [] as [&str; 0]);
    let before = stored(&app);
    let answer = tom.enable();
    assert_eq!(acme.defaults().len(), 1);
    let page = undone(&answer);
    assert_eq!(stored(&app), before, "disabled, and no default");
    page.press("Redo").expect(303);
    assert_eq!(acme.defaults().len(), 1);
}

#[apply(engines)]
fn a_default_that_was_disabled_comes_back_so(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Rae", "Brown", "rae@acme.example").create();
    let (jana, rae) = (acme.contact("Jana"), acme.contact("Rae"));
    jana.disable().expect(303);
    let before = stored(&app);
    undone(&rae.set_as_default());
    assert_eq!(stored(&app), before);
    jana.enable().expect(303);
    rae.set_as_default().expect(303);
    let made = last(&app);
    jana.disable().expect(303);
    app.post(made, &[]).expect(409).assert_says("only an enabled contact can become the default");
}

#[apply(engines)]
fn every_task_of_an_entitlement_can_be_taken_back(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let before = stored(&app);
    let jana = acme.contact("Jana").id.to_string();
    let page = undone(&acme.entitle(&[("product", "Forge"), ("contact", &jana), ("ends_on", "2999-12-31")]));
    assert_eq!(stored(&app), before);
    page.press("Redo").expect(303);
    let forge = acme.entitlement("Forge");
    let eid = app.sql().texts("SELECT eid AS text FROM entitlements");
    for (task, words) in [("end", "is no longer ended"), ("delete", "is back")] {
        let before = stored(&app);
        let answer = app.post(forge.at(task), &[]);
        let after = stored(&app);
        let page = undone(&answer);
        assert_eq!(stored(&app), before, "{task}");
        assert!(toast(&page).contains(words), "{page}");
        page.press("Redo").expect(303);
        assert_eq!(stored(&app), after, "{task}, again");
    }
    app.post(last(&app), &[]).expect(303);
    assert_eq!(app.sql().texts("SELECT eid AS text FROM entitlements"), eid, "the same EID");
}

#[apply(engines)]
fn each_is_undone_once(app: TestApp) {
    let acme = app.company("Acme").create();
    let message = acme.disable().follow();
    let undo = last(&app);
    let answers = crate::support::at_once(6, |_| app.clone().post(&undo, &[]).status);
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 409).count(), 5, "{answers:?}");
    message.press("Undo").expect(409).assert_says("This change has already been undone.");
    app.get(&undo).expect(409).assert_says("This change has already been undone.");
    assert!(acme.page().offers("Disable"));

    // A form that is sent twice is one undo, and leads to it both times.
    let message = acme.disable().follow();
    let first = message.press("Undo").expect(303).location().to_owned();
    let led = message.press("Undo").expect(303).location().to_owned();
    assert_eq!(first.split(['?', '&']).next(), led.split(['?', '&']).next());
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM events WHERE undoes IS NOT NULL"), 2);
    assert!(app.sql().run("INSERT INTO events (at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes, undoes)
        SELECT at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes, undoes FROM events WHERE undoes IS NOT NULL").is_err(), "the database keeps it");
}

#[apply(engines)]
fn what_somebody_changed_later_stands_in_the_way(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").create();
    acme.edit(&[("phone", "2"), ("fax", "2")]).expect(303);
    let edit = last(&app);
    acme.edit(&[("phone", "3")]).expect(303);
    let later = last(&app);
    app.sql()
        .run("UPDATE events SET actor_kind = 'user', actor_id = 7, actor_name = 'Ruth Ashworth' WHERE id = (SELECT max(id) FROM events)")
        .unwrap();
    let before = stored(&app);
    for page in [app.get(&edit), app.post(&edit, &[])] {
        let page = page.expect(409);
        assert_eq!(page.heading(), "Acme");
        assert_eq!(page.alert().trim(), "Later, Ruth Ashworth changed the phone. Undo that first.", "{page}");
    }
    assert_eq!(stored(&app), before, "not the fax either");
    // Another field is not in the way; and what was set back is as the change wrote it.
    acme.edit(&[("fax", "2"), ("description", "x")]).expect(303);
    app.post(&later, &[]).expect(303);
    app.post(&edit, &[]).expect(303);
    acme.page().assert_says("1");

    acme.disable().expect(303);
    let disabled = last(&app);
    acme.enable().expect(303);
    app.post(&disabled, &[]).expect(409).assert_says("Later, you enabled Acme.");
}

#[apply(engines)]
fn a_creation_that_others_built_on_stays(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let created = at(event(&app, "create", "customer"));
    acme.edit(&[("phone", "1")]).expect(303);
    app.post(&created, &[]).expect(409).assert_says("Later, you changed the phone.");
    app.post(last(&app), &[]).expect(303);
    acme.add_contact("Rae", "Brown", "rae@acme.example").expect(303);
    app.post(&created, &[]).expect(409).assert_says("Rae Brown was added later.");
    app.post(last(&app), &[]).expect(303);
    acme.contact("Jana").edit(&[("phone", "1")]).expect(303);
    app.post(&created, &[]).expect(409).assert_says("Jana Hoffmann was changed later.");
    app.post(last(&app), &[]).expect(303);
    acme.entitle(&[]).expect(303);
    app.post(&created, &[]).expect(409).assert_says("1 entitlement exists for it");
    app.post(last(&app), &[]).expect(303);
    app.post(&created, &[]).expect(303);
    assert_eq!(app.sql().count("customers"), 0);
}

/// Case R4.
#[apply(engines)]
fn what_was_taken_meanwhile_refuses_it_whole(app: TestApp) {
    let acme = app.company("Acme").number("A-1").crm_id("C-9").contact("Jana", "Hoffmann", "a@x.example").create();
    acme.delete().expect(303);
    let deleted = last(&app);
    let other = app.company("Bolt").crm_id("c-9").contact("Rae", "Brown", "a@x.example").create();
    let before = stored(&app);
    let page = app.post(&deleted, &[]).expect(409);
    page.assert_says("This cannot be undone").assert_says("CRM ID C-9 already belongs to Bolt.");
    app.get(&deleted).expect(409).assert_says("already belongs to Bolt");
    assert_eq!(stored(&app), before, "nothing by halves");
    other.edit(&[("crm_id", "")]).expect(303);
    app.post(&deleted, &[]).expect(303);
    app.get(acme.path()).expect(200).assert_says("Jana");

    // Within a customer, its contacts' e-mails.
    let jana = acme.contact("Jana");
    jana.delete().expect(303);
    let deleted = last(&app);
    acme.add_contact("Tom", "Brown", "A@x.example").expect(303);
    app.post(&deleted, &[]).expect(409).assert_says("E-mail a@x.example already belongs to Tom Brown.");
    acme.contact("Tom").edit(&[("email", "tom@x.example")]).expect(303);
    acme.add_contact("Zoe", "Brown", "zoe@x.example").expect(303);
    acme.contact("Zoe").edit(&[("email", "z@x.example")]).expect(303);
    let edited = last(&app);
    acme.contact("Tom").edit(&[("email", "zoe@x.example")]).expect(303);
    app.post(&edited, &[]).expect(409).assert_says("E-mail zoe@x.example already belongs to Tom Brown.");
}

/// Case U1.
#[apply(engines)]
fn a_contact_waits_for_its_customer(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Rae", "Brown", "rae@acme.example").create();
    let before = stored(&app);
    let rae = acme.contact("Rae");
    rae.delete().expect(303);
    let contact = last(&app);
    acme.delete().expect(303);
    let customer = last(&app);
    for page in [app.get(&contact), app.post(&contact, &[])] {
        page.expect(409).assert_says("Later, you deleted Acme. Undo that first.");
    }
    app.post(&customer, &[]).expect(303);
    app.post(&contact, &[]).expect(303);
    assert_eq!(stored(&app), before, "ids kept");

    acme.entitle(&[("product", "Forge"), ("contact", &rae.id.to_string()), ("starts_on", "2999-01-01")]).expect(303);
    acme.entitlement("Forge").delete().expect(303);
    let entitlement = last(&app);
    rae.delete().expect(303);
    app.post(&entitlement, &[]).expect(409).assert_says("Later, you deleted Rae Brown.");
}

/// Case U2.
#[apply(engines)]
fn a_company_comes_back_with_all_that_it_had(app: TestApp) {
    let acme = app.company("Acme").ref_id("R-1").with("billing_city", "York").with("shipping_same", "").with("shipping_city", "Leeds");
    let acme = acme
        .contact("Jana", "Hoffmann", "jana@acme.example")
        .contact("Rae", "Brown", "rae@acme.example")
        .contact("Tom", "Ray", "tom@acme.example")
        .create();
    acme.contact("Rae").set_as_default().expect(303);
    acme.contact("Rae").disable().expect(303);
    acme.disable().expect(303);
    let (before, page) = (stored(&app), acme.whole_page());
    acme.delete().expect(303);
    app.get(acme.path()).expect(404);
    assert_eq!(app.get("/customers?q=jana").rows(), [] as [&str; 0]);
    let back = app.post(last(&app), &[]).expect(303).follow().expect(200);
    assert_eq!(stored(&app), before);
    assert_eq!(back.heading(), "Acme");
    let contacts = |page: &Page| page.contacts().into_iter().map(|row| row.text).collect::<Vec<_>>();
    assert_eq!(contacts(&acme.whole_page()), contacts(&page));
    assert_eq!(app.get("/customers?q=tom%40acme&status=disabled").rows(), ["Acme"]);
    let check = crate::support::app::run(&["check", "--database", &app.database.url]);
    assert!(check.status.success(), "{check:?}");
}

/// Case U5.
#[apply(engines)]
fn a_record_that_is_older_than_the_schema_is_read_by_the_form(app: TestApp) {
    let acme = app.company("Acme").with("phone", "+44 1").with("fax", "2").contact("Jana", "Hoffmann", "jana@acme.example").create();
    acme.delete().expect(303);
    let deleted = last(&app);
    let put = |record: &str| app.sql().run(&format!("UPDATE events SET record = {record} WHERE task = 'delete'")).unwrap();
    // A field that has another name by now, one that was not there yet, and one that is gone.
    put(r#"replace(replace(record, '"phone"', '"telephone"'), '"fax":"2",', '')"#);
    app.post(&deleted, &[]).expect(303);
    let page = acme.page();
    assert!(page.says("Acme") && !page.says("+44 1"), "{page}");
    acme.contact("Jana");
    acme.delete().expect(303);
    let deleted = last(&app);
    let before = stored(&app);
    for (record, words) in [
        (r#"replace(record, '"name"', '"title"')"#, "Name is missing."),
        (r#"replace(record, '"title"', '"name"')"#, ""),
        (r#"replace(record, '"email":"jana@acme.example"', '"email":"jana"')"#, "mail"),
        ("'{'", "what it kept cannot be read"),
        ("''", "what it kept cannot be read"),
    ] {
        put(record);
        if !words.is_empty() {
            app.post(&deleted, &[]).expect(409).assert_says(words);
            assert_eq!(stored(&app), before, "refused before anything is written");
        }
    }
}

#[apply(engines)]
fn editors_undo_their_own_changes_only(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.disable().expect(303);
    let others = last(&app);
    app.sql().run("UPDATE events SET actor_kind = 'user', actor_id = 7, actor_name = 'Ruth Ashworth'").unwrap();
    let editor = app.another(&["--role", "editor"]);
    for page in [editor.client.get(&others), editor.client.post(&others, &[])] {
        page.expect(409).assert_says("Somebody else made this change: only an administrator can undo it.");
    }
    let own = editor.client.customer(acme.id).enable().follow().expect(200);
    own.press("Undo").expect(303);
    let viewer = app.another(&["--role", "viewer"]);
    for page in [viewer.client.get(&others), viewer.client.post(&others, &[])] {
        page.expect(403);
    }
    app.get(&others).expect(200).assert_says("Ruth Ashworth disabled Acme");
    app.post(&others, &[]).expect(303);
    assert!(acme.page().offers("Disable"));

    // What the rules would refuse is not offered: an entitlement that has started.
    let page = editor.client.customer(acme.id).entitle(&[]).follow().expect(200);
    assert!(!toast(&page).is_empty() && !page.offers("Undo"), "{page}");
    app.post(last(&app), &[]).expect(303);
}

#[apply(engines)]
fn a_page_asks_and_takes_a_reason(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").create();
    acme.edit(&[("phone", "2")]).expect(303);
    let page = app.get(format!("{}?q=acme&status=enabled", last(&app))).expect(200);
    assert_eq!(page.heading(), "Undo this change?");
    page.assert_says("You edited Acme").assert_says("Phone 2 1");
    let page = page.submit(&[("reason", " wrong\tnumber ")]).expect(303).follow().expect(200);
    assert!(page.asked.contains("q=acme") && page.asked.contains("status=enabled"), "the same list: {}", page.asked);
    assert_eq!(app.sql().texts("SELECT reason AS text FROM events ORDER BY id DESC LIMIT 1"), [Some("wrong number".to_owned())]);
    let part = app.htmx(last(&app), "dialog#dialog").expect(200);
    assert!(part.has("#question") && !part.has("#list"), "{part}");
    part.assert_says("Redo what was undone?");
    app.post(last(&app), &[("reason", &"x".repeat(256))]).expect(422);
    app.get("/events/999/undo").expect(404).assert_says("There is no such event");
    app.post("/events/x/undo", &[]).expect(404);
    app.post_with(last(&app), &[("Origin", "http://evil.example")], &[]).expect(403);
}

#[apply(engines)]
fn what_changed_nothing_offers_nothing(app: TestApp) {
    let acme = app.company("Acme").create();
    let page = acme.edit(&[]).follow();
    assert!(!page.offers("Undo"), "{page}");
    let loaded = TestApp::start(app.database.engine).post("/sample", &[]);
    loaded.expect(303);
}

/// Case P9.
#[apply(engines)]
fn a_message_shows_once_in_the_tab_that_asked(app: TestApp) {
    let acme = app.company("Acme").create();
    let answer = acme.disable().expect(303);
    assert_eq!(toast(&app.get("/customers").expect(200)), "", "another tab");
    assert_eq!(toast(&app.htmx("/customers?q=ac", "div#results").expect(200)), "", "a search in flight");
    let page = answer.follow();
    assert_eq!(toast(&page), "Disabled Acme.");
    assert!(page.offers("Undo"));
    assert_eq!(toast(&answer.follow()), "", "not on Back or reload");
    assert!(!answer.follow().offers("Undo"));
}

/// Where one was, one stays: with the list's state and the rows of the panes.
#[apply(engines)]
fn an_undo_leads_to_the_record(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let jana = acme.contact("Jana");
    let page = app.post(format!("{}?q=acme&status=enabled", jana.at("disable")), &[]).follow().expect(200);
    let answer = page.press("Undo").expect(303);
    let location = answer.location();
    let expected = format!("{}?q=acme&status=enabled&contact={}", acme.path(), jana.id);
    assert!(location.starts_with(&expected) && location.ends_with(&format!("#contact-{}", jana.id)), "{location}");
    let part = app.htmx(location.split('#').next().unwrap(), "main#detail").expect(200);
    assert!(part.text().contains(&format!("hx-target=\"#row-{}\"", acme.id)), "the list's row too: {part}");
    let gone: Customer = app.company("Gone").create();
    gone.delete().expect(303);
    let location = app.post(format!("{}?q=gone", last(&app)), &[]).expect(303).location().to_owned();
    assert!(location.starts_with(&format!("{}?q=gone", gone.path())), "{location}");
    let part = app.htmx(&location, "main#detail").expect(200);
    assert!(part.text().contains("hx-target=\"#results\""), "it is in the list again: {part}");
}
