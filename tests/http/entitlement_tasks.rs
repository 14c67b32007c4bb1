//! What one does with an entitlement: edit it, renew it, reopen it; what is offered, what is refused, and what is told of it.

use chrono::{Days, Months, NaiveDate, Utc};
use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::builders::FAR_OFF;
use crate::support::{Customer, Page, TestApp, at_once, engines};

fn today() -> NaiveDate {
    Utc::now().date_naive()
}

/// An entitlement to Forge of one month that began on the last 31 January but one.
fn forge(app: &TestApp) -> Customer {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@a.example").contact("Rae", "King", "r@a.example").create();
    let contact = acme.contact("Rae").id.to_string();
    let fields = [("product", "Forge"), ("quantity", "20"), ("contact", &contact), ("starts_on", "2026-01-31"), ("ends_on", "2026-02-27")];
    acme.entitle(&fields).expect(303);
    acme
}

/// An entitlement to Forge that runs without an end.
fn running(app: &TestApp) -> Customer {
    let acme = app.company("Acme").create();
    acme.entitle(&[("product", "Forge")]).expect(303);
    acme
}

fn eids(app: &TestApp) -> Vec<String> {
    app.sql().texts("SELECT eid AS text FROM entitlements ORDER BY id").into_iter().flatten().collect()
}

fn told(customer: &Customer, app: &TestApp) -> String {
    app.get(customer.at("history")).expect(200).words()
}

/// Takes back the last change, by the page.
fn undo(app: &TestApp) -> Page {
    let last = app.sql().number("SELECT max(id) AS number FROM events");
    app.post(format!("/events/{last}/undo"), &[])
}

#[apply(engines)]
fn it_is_edited_undone_and_redone(app: TestApp) {
    let acme = forge(&app);
    let form = acme.page().row("Forge").press("Edit").expect(200);
    assert_eq!((form.field("product"), form.field("quantity"), form.field("ends_on")), ("Forge".into(), "20".into(), "2026-02-27".into()));
    assert_eq!(form.find_field("starts_on"), None, "it has started");
    form.assert_says("2026-01-31").assert_says("It has started, so this stays.").assert_says("A day in the past ends it.");
    let page = form.submit(&[("quantity", "25")]).follow().expect(200);
    page.assert_says("Saved the entitlement to Forge.");
    assert!(page.row("Forge").says("25"));
    assert!(told(&acme, &app).contains("changed the quantity of Forge") && told(&acme, &app).contains("from 20 to 25"));
    undo(&app).expect(303);
    assert!(acme.page().row("Forge").says("20"));
    undo(&app).expect(303);
    assert!(acme.page().row("Forge").says("25"));
    assert_eq!(app.sql().number("SELECT CAST(version AS BIGINT) AS number FROM entitlements"), 4);

    let refused = form.submit(&[("product", ""), ("quantity", "0")]).expect(422);
    assert_eq!(refused.errors(), ["product", "quantity"]);
    assert!(refused.has("#entitlement-1 form"), "in the place of its row");
}

#[apply(engines)]
fn its_start_moves_only_before_it_begins(app: TestApp) {
    let acme = running(&app);
    let forge = acme.entitlement("Forge");
    app.post(forge.at("edit"), &[("product", "Forge"), ("quantity", "1"), ("starts_on", "2021-01-01"), ("version", "1")])
        .expect(409)
        .assert_says("its start can no longer be changed");
    acme.entitle(&[("product", "Later"), ("starts_on", FAR_OFF)]).expect(303);
    let form = acme.page().row("Later").press("Edit");
    form.submit(&[("starts_on", "2999-02-01")]).expect(303);
    assert!(acme.page().row("Later").says("1 Feb 2999"));
    assert_eq!(form.submit(&[("starts_on", "")]).expect(422).errors(), ["starts_on"]);
}

#[apply(engines)]
fn an_end_in_the_past_ends_it_and_one_by_hand_stays(app: TestApp) {
    let acme = running(&app);
    let yesterday = today().pred_opt().unwrap().to_string();
    let page = acme.page().row("Forge").press("Edit").submit(&[("ends_on", &yesterday)]).follow();
    page.assert_says("It has ended.");
    assert!(page.row("Forge").says("Ended"));
    undo(&app).expect(303);
    assert!(acme.page().row("Forge").says("Running"));

    let forge = acme.entitlement("Forge");
    forge.end().expect(303);
    let form = acme.page().row("Forge").press("Edit").expect(200);
    assert_eq!(form.find_field("ends_on"), None);
    form.assert_says("No end").assert_says("It was ended by hand, so this stays.");
    form.submit(&[("product", "Forge Pro"), ("quantity", "7")]).expect(303);
    assert!(acme.page().row("Forge Pro").says("7") && acme.page().row("Forge Pro").says("Ended"));
    let forged = [("product", "Forge Pro"), ("quantity", "7"), ("ends_on", FAR_OFF), ("version", "4")];
    app.post(forge.at("edit"), &forged).expect(409).assert_says("This entitlement has been ended");
}

#[apply(engines)]
fn two_edit_it_at_once(app: TestApp) {
    let acme = forge(&app);
    let path = acme.entitlement("Forge").at("edit");
    let (mine, yours) = (app.get(&path), app.get(&path));
    yours.submit(&[("product", "Forge Pro")]).expect(303);
    mine.submit(&[("quantity", "25")]).expect(303);
    assert!(acme.page().row("Forge Pro").says("25"), "different fields both go through");

    let (mine, yours) = (app.get(&path), app.get(&path));
    yours.submit(&[("quantity", "30")]).expect(303);
    let conflict = mine.submit(&[("quantity", "35"), ("product", "Forge Max")]).expect(409);
    conflict.assert_says("Somebody else saved this record").assert_says("Quantity");
    assert_eq!((conflict.field("quantity"), conflict.field("product")), ("35".into(), "Forge Max".into()), "nothing typed is lost");
    conflict.submit(&[("keep_quantity", "stored")]).expect(303);
    assert!(acme.page().row("Forge Max").says("30"));

    let form = app.get(&path);
    acme.entitlement("Forge Max").delete().expect(303);
    let gone = form.submit(&[("product", "Forge typed")]).expect(404);
    gone.assert_says("no longer exists").assert_says("was deleted").assert_says("Forge typed");
}

#[apply(engines)]
fn it_is_renewed_by_the_calendar(app: TestApp) {
    let acme = forge(&app);
    let form = acme.page().row("Forge").press("Renew").expect(200);
    let rae = acme.contact("Rae").id.to_string();
    let fields = ["product", "quantity", "contact", "starts_on", "ends_on"].map(|field| form.field(field));
    assert_eq!(fields, ["Forge", "20", &rae, "2026-02-28", "2026-03-30"]);
    let page = form.submit(&[]).follow().expect(200);
    let [first, second] = <[String; 2]>::try_from(eids(&app)).unwrap();
    page.assert_says(&format!("Renewed the entitlement to Forge: {second}."));
    page.assert_says(&format!("Renews {first}")).assert_says(&format!("Renewed by {second}"));
    assert!(told(&acme, &app).contains(&format!("renewed the entitlement {first} as Forge")), "{}", told(&acme, &app));
    assert!(app.get("/activity?task=renew").expect(200).says(&format!("renewed the entitlement {first}")));

    // From the 28th the next one comes back to the 31st.
    let next = app.get("/entitlements/2/renew").expect(200);
    assert_eq!((next.field("starts_on"), next.field("ends_on")), ("2026-03-31".into(), "2026-04-29".into()));

    // The same form once more leads to the one made; another names it.
    assert_eq!(form.submit(&[]).expect(303).location(), page_of(&app));
    let again = app.post("/entitlements/1/renew", &[("product", "Forge"), ("quantity", "1"), ("starts_on", "2026-02-28")]).expect(409);
    assert!(again.alert().contains("already been renewed") && again.alert().contains(&second), "{again}");
    app.get("/entitlements/1/renew").expect(409);
    let rows = acme.page().entitlements();
    assert!(rows.iter().all(|row| row.offers("Renew") == (row.id == 2)), "{rows:?}");

    // Its record stays while the renewal exists, even for an administrator.
    app.post("/entitlements/1/delete", &[]).expect(409).assert_says("it has been renewed");
    undo(&app).expect(303);
    assert_eq!(eids(&app).len(), 1);
    undo(&app).expect(303);
    assert_eq!(eids(&app), [first, second]);
    assert_eq!(app.sql().number("SELECT renews_id AS number FROM entitlements WHERE id = 2"), 1);
}

fn page_of(app: &TestApp) -> String {
    app.sql().texts("SELECT location AS text FROM form_tokens WHERE location LIKE '%entitlement=2%'").remove(0).unwrap_or_default()
}

#[apply(engines)]
fn only_what_can_be_renewed_offers_it(app: TestApp) {
    let acme = running(&app);
    let refuse = |id: i64, words: &str| {
        app.get(format!("/entitlements/{id}/renew")).expect(409).assert_says(words);
        let fields = [("product", "Forge"), ("quantity", "1"), ("starts_on", "2026-02-28")];
        app.post(format!("/entitlements/{id}/renew"), &fields).expect(409).assert_says(words);
    };
    let row = acme.page().row("Forge");
    assert!(!row.offers("Renew") && row.says("Can't renew: it has no end"), "{row:?}");
    refuse(1, "it has no end");
    acme.entitle(&[("product", "Hand"), ("ends_on", FAR_OFF)]).expect(303);
    acme.entitlement("Hand").end().expect(303);
    assert!(acme.page().row("Hand").says("Can't renew: it was ended by hand"));
    refuse(2, "it was ended by hand");
    acme.entitle(&[("product", "Future"), ("starts_on", "2998-01-01"), ("ends_on", FAR_OFF)]).expect(303);
    assert!(acme.page().row("Future").offers("Renew"), "one that has not begun, too");
    acme.disable().expect(303);
    assert!(!acme.page().row("Future").offers("Renew"));
    refuse(3, "this customer is disabled");
    assert_eq!(app.sql().count("entitlements"), 3);
}

#[apply(engines)]
fn a_renewal_is_for_somebody_who_is_there(app: TestApp) {
    let acme = forge(&app);
    acme.contact("Rae").disable().expect(303);
    let form = app.get("/entitlements/1/renew").expect(200);
    assert_eq!(form.field("contact"), acme.contact("Jana").id.to_string());
    form.assert_says("is disabled, so the default contact is chosen");
    acme.contact("Jana").disable().expect(303);
    let form = app.get("/entitlements/1/renew").expect(200);
    assert_eq!(form.field("contact"), "");
    let own = app.individual("Ada", "Lovelace").create();
    own.entitle(&[("product", "Engine"), ("ends_on", "2020-12-31")]).expect(303);
    let page = own.page().row("Engine").press("Renew").submit(&[]).follow().expect(200);
    assert_eq!(page.entitlements().len(), 2);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM entitlements WHERE contact_id IS NULL"), 0);
}

#[apply(engines)]
fn what_was_ended_by_hand_is_reopened_until_the_next_day(app: TestApp) {
    app.restart(&["--role", "editor", "--time-zone", "UTC"]);
    let acme = running(&app);
    let forge = acme.entitlement("Forge");
    app.post(forge.at("reopen"), &[]).expect(409).assert_says("was not ended by hand");
    forge.end().expect(303);
    let ended = |days: u64| {
        let day = today() - Days::new(days);
        app.sql().run(&format!("UPDATE entitlements SET ended_at = '{day} 23:59:59'")).unwrap();
        day
    };
    for days in [0, 1] {
        let day = ended(days);
        let row = acme.page().row("Forge");
        let until = (day + Days::new(1)).format("%-d %B").to_string();
        assert!(row.offers("Reopen") && row.says(&format!("Can be reopened until {until}")), "{row:?}");
    }
    ended(2);
    assert!(!acme.page().row("Forge").offers("Reopen"));
    app.post(forge.at("reopen"), &[]).expect(409).assert_says("can no longer be reopened");

    ended(0);
    acme.disable().expect(303);
    assert!(!acme.page().row("Forge").offers("Reopen"));
    app.post(forge.at("reopen"), &[]).expect(409).assert_says("this customer is disabled");
    acme.enable().expect(303);
    let yesterday = today() - Days::new(1);
    app.sql().run(&format!("UPDATE entitlements SET ends_on = '{yesterday}'")).unwrap();
    app.post(forge.at("reopen"), &[]).expect(409).assert_says("its last day has passed");
    app.sql().run("UPDATE entitlements SET ends_on = NULL").unwrap();

    app.get(forge.at("reopen")).expect(405).assert_says("Nothing was changed");
    let page = app.customer(acme.id).page().row("Forge").press("Reopen").follow().expect(200);
    page.assert_says("Reopened the entitlement to Forge.");
    assert!(page.row("Forge").says("Running"));
    assert!(told(&acme, &app).contains("reopened the entitlement Forge"));
    undo(&app).expect(303);
    assert!(acme.page().row("Forge").says("Ended"));
    undo(&app).expect(303);
    assert!(acme.page().row("Forge").says("Running"));
}

/// A customer that was disabled after the entitlement was ended gets the right back by an undo as little as by *Reopen*.
#[apply(engines)]
fn an_undo_gives_no_right_to_a_customer_disabled_since(app: TestApp) {
    let acme = running(&app);
    acme.entitlement("Forge").end().expect(303);
    let end = app.sql().number("SELECT max(id) AS number FROM events");
    acme.disable().expect(303);
    app.post(format!("/events/{end}/undo"), &[]).expect(409).assert_says("this customer is disabled");
    acme.enable().expect(303);
    app.post(format!("/events/{end}/undo"), &[]).expect(303);
}

#[apply(engines)]
fn a_renewal_comes_back_only_to_what_it_renews(app: TestApp) {
    forge(&app);
    let renew = || app.get("/entitlements/1/renew").expect(200).submit(&[]).expect(303);
    renew();
    app.post("/entitlements/2/delete", &[]).expect(303);
    let first = app.sql().number("SELECT max(id) AS number FROM events");
    renew();
    app.post(format!("/events/{first}/undo"), &[]).expect(409).assert_says("has been renewed as");
    app.post("/entitlements/3/delete", &[]).expect(303);
    let second = app.sql().number("SELECT max(id) AS number FROM events");
    app.post("/entitlements/1/delete", &[]).expect(303);
    app.post(format!("/events/{second}/undo"), &[]).expect(409).assert_says("deleted").assert_says("Undo that first.");
    undo(&app).expect(303);
    app.post(format!("/events/{second}/undo"), &[]).expect(303);
    assert_eq!(app.sql().number("SELECT renews_id AS number FROM entitlements WHERE id = 3"), 1);
}

/// Enough that both orders and real overlaps occur.
const ROUNDS: usize = 10;

#[apply(engines)]
fn two_renewals_at_once_are_one(app: TestApp) {
    let acme = app.company("Acme").create();
    for round in 0..ROUNDS {
        let product = format!("Forge {round} x");
        acme.entitle(&[("product", &product), ("ends_on", "2020-12-31")]).expect(303);
        let id = app.sql().number("SELECT max(id) AS number FROM entitlements");
        let fields = [("product", product.as_str()), ("quantity", "1"), ("starts_on", "2021-01-01")];
        let answers = at_once(2, |_| app.post(format!("/entitlements/{id}/renew"), &fields));
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
    }
    assert_eq!(app.sql().count("entitlements"), 2 * i64::try_from(ROUNDS).unwrap());
    sound(&app);
}

#[apply(engines)]
fn an_edit_against_a_deletion_and_a_reopening_against_its_customers_end(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = running(&app);
        let forge = acme.entitlement("Forge");
        let form = app.get(forge.at("edit"));
        let answers = at_once(2, |i| if i == 0 { forge.delete() } else { form.submit(&[("product", "Forge Pro")]) });
        assert_eq!(answers[0].status, 303);
        assert!([303, 404].contains(&answers[1].status), "{:?}", answers[1]);
        assert!(acme.page().entitlements().is_empty());

        let bolt = running(&app);
        let forge = bolt.entitlement("Forge");
        forge.end().expect(303);
        let answers = at_once(2, |i| if i == 0 { bolt.disable() } else { app.post(forge.at("reopen"), &[]) });
        assert_eq!(answers[0].status, 303);
        assert!([303, 409].contains(&answers[1].status), "{:?}", answers[1]);
        assert_eq!(bolt.page().row("Forge").says("Running"), answers[1].status == 303);

        let cork = running(&app);
        let forge = cork.entitlement("Forge");
        forge.end().expect(303);
        let answers = at_once(2, |i| if i == 0 { cork.delete() } else { app.post(forge.at("reopen"), &[]) });
        assert_eq!((answers[0].status, answers[1].status), (409, 303), "an ended one holds its customer, too");
    }
    sound(&app);
}

fn sound(app: &TestApp) {
    let check = run(&["check", "--database", &app.database.url]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

#[apply(engines)]
fn the_database_keeps_one_renewal_of_the_same_customer(app: TestApp) {
    forge(&app);
    let bolt = app.company("Bolt").create();
    let insert = |customer: i64, renews: &str| {
        let columns = "eid, customer_id, product, quantity, starts_on, created_at, changed_at, renews_id";
        let eid = format!("X-{}", app.sql().count("entitlements"));
        let values = format!("'{eid}', {customer}, 'Forge', 1, '2026-01-01', '2026-01-01 00:00:00', '2026-01-01 00:00:00', {renews}");
        app.sql().run(&format!("INSERT INTO entitlements ({columns}) VALUES ({values})"))
    };
    assert!(insert(bolt.id, "1").is_err(), "of another customer");
    assert!(insert(1, "999").is_err(), "of nothing");
    assert!(insert(1, "1").is_ok());
    assert!(insert(1, "1").is_err(), "twice");
    assert!(app.sql().run("DELETE FROM entitlements WHERE id = 1").is_err(), "what is renewed stays");
    assert!(app.sql().run("UPDATE entitlements SET renews_id = id").is_err(), "itself");
}

#[apply(engines)]
fn products_in_use_are_suggested_most_used_first(app: TestApp) {
    let acme = app.company("Acme").create();
    for (product, count) in [("Anvil", 1), ("Forge Pro", 3), ("Müller Suite", 2)] {
        for _ in 0..count {
            acme.entitle(&[("product", product)]).expect(303);
        }
    }
    let form = app.get(acme.at("entitlements/new"));
    assert_eq!(form.attributes("datalist option", "value"), ["Forge Pro", "Müller Suite", "Anvil"]);
    assert_eq!(form.attributes("#product", "list"), ["product-suggestions"]);
    let suggested = |typed: &str| {
        let answer = app.get(format!("/products.json?{}", crate::support::encode(&[("q", typed)]))).expect(200);
        serde_json::from_str::<Vec<String>>(&answer.text()).unwrap()
    };
    for (typed, names) in [
        ("", &["Forge Pro", "Müller Suite", "Anvil"][..]),
        ("pro", &["Forge Pro"]),
        ("MULLER", &["Müller Suite"]),
        ("an", &["Anvil"]),
        ("nothing", &[]),
        ("\u{0}'%_\"", &[]),
    ] {
        assert_eq!(suggested(typed), names, "{typed:?}");
    }
    // Whatever changes entitlements is counted.
    acme.page().row("Anvil").press("Edit").submit(&[("product", "Tongs")]).expect(303);
    assert_eq!(suggested("tongs"), ["Tongs"]);
    assert_eq!(suggested("anvil"), [""; 0]);
    acme.entitlement("Tongs").delete().expect(303);
    assert_eq!(suggested(""), ["Forge Pro", "Müller Suite"]);
    sound(&app);
    app.sql().run("UPDATE products SET entitlements = 9 WHERE name = 'Forge Pro'").unwrap();
    let check = run(&["check", "--database", &app.database.url]);
    assert!(!check.status.success() && String::from_utf8_lossy(&check.stdout).contains("Products with a wrong count of entitlements: 1."));
    assert!(run(&["check", "--database", &app.database.url, "--fix"]).status.success());
    sound(&app);
}

/// With very many products no more is read: the most used ones by any part, all others by their beginning.
#[apply(engines)]
fn very_many_products_cost_no_more(app: TestApp) {
    app.company("Acme").create();
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)";
    let columns = "eid, customer_id, product, quantity, starts_on, created_at, changed_at";
    app.sql()
        .run(&format!(
            "{numbers} INSERT INTO entitlements ({columns})
             SELECT 'X-' || i, 1, 'Part ' || (10000 + i), 1, '2026-01-01', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n"
        ))
        .unwrap();
    let names = |typed: &str| serde_json::from_str::<Vec<String>>(&app.get(format!("/products.json?q={typed}")).text()).unwrap();
    assert_eq!(names("").len(), 50);
    assert_eq!(names("Part+14999"), ["Part 14999"], "by its beginning");
    assert_eq!(names("10001"), ["Part 10001"], "by any part, of the first");
    assert_eq!(names("14999"), [""; 0], "not by any part, of the others");
    assert_eq!(app.sql().count("products"), 5_000);
}

#[apply(engines)]
fn a_viewer_sees_links_and_suggestions_but_no_task(app: TestApp) {
    let acme = forge(&app);
    app.get("/entitlements/1/renew").submit(&[]).expect(303);
    app.restart(&["--role", "viewer"]);
    let page = app.customer(acme.id).page();
    page.assert_says("Renewed by EID-");
    for label in ["Edit", "Renew", "End now", "Reopen", "Delete"] {
        assert!(page.entitlements().iter().all(|row| !row.offers(label)), "{label}: {page}");
    }
    assert!(!page.has("#entitlements .menu"));
    for task in ["edit", "renew", "reopen"] {
        app.post(format!("/entitlements/1/{task}"), &[]).expect(403);
    }
    app.get("/products.json").expect(200);
}

/// The term that a form proposes, on any day that the test may run.
#[apply(engines)]
fn a_year_is_followed_by_a_year(app: TestApp) {
    let acme = app.company("Acme").create();
    let first = today();
    let next = first + Months::new(12);
    acme.entitle(&[("starts_on", &first.to_string()), ("ends_on", &(next - Days::new(1)).to_string())]).expect(303);
    let form = acme.page().row("Forge Pro").press("Renew");
    let last = first + Months::new(24) - Days::new(1);
    assert_eq!((form.field("starts_on"), form.field("ends_on")), (next.to_string(), last.to_string()));
}
