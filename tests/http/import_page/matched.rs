//! Columns are matched on the page: what is guessed, what people decide, and what is asked.

use macro_rules_attribute::apply;

use super::{Upload, counts, import, path, until};
use crate::support::{Page, TestApp, engines};

fn of_another_program(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/imports/{name}.csv", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The page that matches the columns of an import.
fn columns(app: &TestApp, import: &Page) -> Page {
    app.get(format!("{}/columns", path(import))).expect(200)
}

/// Sends it with these decisions; returns the import's page once it is checked again.
fn preview(app: &TestApp, columns: &Page, decisions: &[(&str, &str)]) -> Page {
    let sent = columns.submit(decisions).expect(303);
    until(app, sent.location(), |page| !page.heading().starts_with("Checking"))
}

#[apply(engines)]
fn files_of_other_programs_get_in_by_the_page(app: TestApp) {
    for (kind, file, decisions, customers, contacts) in [
        ("customers", "hubspot-companies", &[][..], 3, 0),
        ("contacts", "hubspot-contacts", &[], 3, 2),
        ("customers", "salesforce-accounts", &[("customers-encoding", "windows-1252")], 5, 2),
        (
            "customers",
            "stripe-customers",
            &[("customers-constant-0", "type"), ("customers-value-0", "company"), ("customers-status-past_due", "enabled")],
            7,
            2,
        ),
        ("customers", "espocrm-accounts", &[], 9, 2),
        ("customers", "suitecrm-accounts", &[], 10, 2),
        ("customers", "outlook-contacts", &[], 11, 3),
        ("customers", "google-contacts", &[], 13, 4),
        ("customers", "shopify-customers", &[], 15, 5),
        ("customers", "shop-database", &[], 18, 7),
        ("customers", "excel-deutsch", &[("customers-encoding", "windows-1252")], 20, 7),
        ("customers", "no-keys", &[], 22, 7),
        ("customers", "nothing-words", &[("customers-column-0", "description")], 24, 7),
        ("customers", "short-rows-and-blank-lines", &[], 26, 7),
        ("customers", "odoo-contacts", &[], 30, 10),
    ] {
        let upload = Upload::new().with(kind, of_another_program(file));
        let mut checked = upload.checked(&app);
        let is_asked = checked.has("#import-questions");
        if is_asked || !decisions.is_empty() {
            assert!(
                !is_asked || !checked.attributes("form", "action").iter().any(|action| action.ends_with("/start")),
                "{file}: {checked}"
            );
            checked = preview(&app, &columns(&app, &checked), decisions);
        }
        assert!(!checked.has("#import-questions"), "{file}: {checked}");
        assert_eq!(import(&app, &checked).heading(), "Import complete", "{file}");
        assert_eq!(app.sql().count("customers"), customers, "{file}");
        assert_eq!(app.sql().number("SELECT count(*) AS number FROM contacts WHERE NOT own"), contacts, "{file}");
    }
    let broken = Upload::new().with("customers", of_another_program("unclosed-quote")).checked(&app);
    assert_eq!(broken.heading(), "These files cannot be imported");
    broken.assert_says("line 2");
    assert_eq!(app.sql().count("customers"), 30);
}

#[apply(engines)]
fn a_column_can_go_anywhere_and_nowhere(app: TestApp) {
    let file = "Client,Home,Worth\nAcme,Germany,1\nBolt,Norway,2\n";
    let checked = Upload::new().with("customers", file).checked(&app);
    checked.assert_says("The first line names none of the columns of customers");
    let page = columns(&app, &checked);
    page.assert_says("Client").assert_says("Acme").assert_says("Germany").assert_says("3 columns").assert_says("none will be imported");
    let decisions = [
        ("customers-column-0", "name"),
        ("customers-also-0", "ref_id"),
        ("customers-column-1", "billing_country"),
        ("customers-constant-0", "description"),
        ("customers-value-0", "From the fair"),
    ];
    let checked = preview(&app, &page, &decisions);
    checked.assert_says("Client Name, Ref ID").assert_says("Worth not imported");
    import(&app, &checked);
    let found = app.sql().texts("SELECT name || '|' || ref_id || '|' || description AS text FROM customers ORDER BY id");
    assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), ["Acme|Acme|From the fair", "Bolt|Bolt|From the fair"]);
}

#[apply(engines)]
fn what_was_decided_is_kept_under_a_name_and_offered_again(app: TestApp) {
    let file = |row: &str| format!("Client,Home\n{row}\n");
    let checked = Upload::new().with("customers", file("Acme,Germany")).checked(&app);
    let decisions = [("customers-column-0", "name"), ("customers-column-1", "billing_country"), ("customers-keep", "The fair")];
    preview(&app, &columns(&app, &checked), &decisions);
    // The same columns in another order and spelling.
    let again = Upload::new().with("customers", "HOME,client\nNorway,Bolt\n").checked(&app);
    let page = columns(&app, &again);
    assert!(page.offers("Use “The fair”"), "{page}");
    Upload::new().with("customers", "other,columns\nNorway,Bolt\n").checked(&app);
    let kept = Upload::new().with("customers", file("Cog,Norway")).checked(&app);
    let page = columns(&app, &kept);
    let id = page.attributes("button[name='use']", "value").remove(0);
    let used = app.post(format!("{}/columns", path(&kept)), &[("token", &page.hidden("token")), ("use", &id)]).expect(303);
    let checked = until(&app, used.location(), |page| !page.heading().starts_with("Checking"));
    import(&app, &checked);
    assert_eq!(app.get("/customers").rows(), ["Cog"]);
}

#[apply(engines)]
fn look_alikes_are_decided_about_one_by_one(app: TestApp) {
    app.company("Acme Robotics").with("billing_city", "Portland").create();
    app.company("Beck & Tarn").with("billing_city", "Leeds").create();
    let upload = Upload::new().with("customers", "Name,billing_city,phone\nacme robotics,Portland,1\nBeck & Tarn,LEEDS,2\nNew,Bonn,3\n");
    let checked = upload.checked(&app);
    checked.assert_says("2 new customers look like known ones. Say what is to become of them.");
    let page = columns(&app, &checked);
    page.assert_says("same name and city").assert_says("C-000001");
    let checked = preview(&app, &page, &[("alike", "skip"), ("alike-2", "update")]);
    assert_eq!(counts(&checked, "customers"), ["1", "1", "0", "1", "0"]);
    import(&app, &checked).assert_says("First new customers");
    assert_eq!(app.get("/customers").rows(), ["acme robotics", "Beck & Tarn", "New"]);
}

#[apply(engines)]
fn dates_that_could_be_two_days_are_asked_about(app: TestApp) {
    app.company("Tarn").create();
    let file = "eid,customer_number,product,quantity,starts_on\nE-1,C-000001,Tarn,1,03/04/2027\n";
    let checked = Upload::new().with("entitlements", file).checked(&app);
    checked.assert_says("03/04/2027 could be two days. Say whether the day or the month comes first.");
    let checked = preview(&app, &columns(&app, &checked), &[("entitlements-dates", "month-first")]);
    import(&app, &checked);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM entitlements WHERE starts_on = '2027-03-04'"), 1);
}

#[apply(engines)]
fn what_is_under_way_is_not_matched(app: TestApp) {
    let checked = Upload::new().with("customers", "number,name\nA,Acme\n").checked(&app);
    let done = import(&app, &checked);
    app.get(format!("{}/columns", path(&done))).expect(409);
    app.post(format!("{}/columns", path(&done)), &[("customers-column-0", "name")]).expect(409);
}

#[apply(engines)]
fn of_two_files_one_uses_what_was_kept(app: TestApp) {
    let first = Upload::new().with("customers", "Client\nAcme\n").checked(&app);
    preview(&app, &columns(&app, &first), &[("customers-column-0", "name"), ("customers-keep", "Fair")]);
    let contacts = "customer_name,last_name,email\nBolt,Berg,b@bolt.example\n";
    app.company("Bolt").create();
    let both = Upload::new().with("customers", "Client\nCog\n").with("contacts", contacts).checked(&app);
    let page = columns(&app, &both);
    let id = page.attributes("button[name='use']", "value").remove(0);
    let used = app.post(format!("{}/columns", path(&both)), &[("token", &page.hidden("token")), ("use", &id)]).expect(303);
    let checked = until(&app, used.location(), |page| !page.heading().starts_with("Checking"));
    assert_eq!(import(&app, &checked).heading(), "Import complete");
    assert_eq!(
        app.sql().number("SELECT count(*) AS number FROM contacts WHERE last_name = 'Berg'"),
        1,
        "the other file goes where it went"
    );
}

#[apply(engines)]
fn rows_are_looked_through_page_by_page(app: TestApp) {
    let row = |number: u32, phone: &str| format!("N-{number},Company {number},{phone}\n");
    let rows = |phone: &str| (0..120).map(|number| row(number, phone)).collect::<Vec<_>>().concat();
    let known = Upload::new().with("customers", format!("number,name,phone\n{}", rows("1"))).checked(&app);
    import(&app, &known);
    let text = format!("number,name,phone,email\n{}", rows("2").replace('\n', ",\n")) + "X,,,no mail\nY,New,3,\n";
    let checked = Upload::new().with("customers", text).checked(&app);
    checked.assert_says("First rows, as they would be stored").assert_says("Name New");
    let rows = checked.press("See the rows").expect(200);
    rows.assert_says("Name is missing.");
    let changed = app.get(format!("{}/rows?outcome=changed&about=Phone", path(&checked))).expect(200);
    changed.assert_says("Phone 1 → 2");
    assert_eq!(changed.texts(".import-rows tbody tr").len(), 50);
    let next = app.get(&changed.attributes("#rows-next", "href")[0]).expect(200);
    let last = app.get(&next.attributes("#rows-next", "href")[0]).expect(200);
    assert_eq!((last.texts(".import-rows tbody tr").len(), last.has("#rows-next")), (20, false));
    app.get(format!("{}/rows?outcome=changed&about=Name", path(&checked))).expect(200).assert_says("No such row.");
    app.get(format!("{}/rows?about=%25", path(&checked))).expect(200).assert_says("No such row.");
}

#[apply(engines)]
fn a_name_that_leaves_it_open_is_asked_about(app: TestApp) {
    for _ in 0..2 {
        app.company("Acme").create();
    }
    let checked =
        Upload::new().with("contacts", "customer_name,last_name,email\nACME,Ash,a@acme.example\nAcme,Berg,b@acme.example\n").checked(&app);
    let page = columns(&app, &checked);
    page.assert_says("2 rows: several customers have this name");
    let checked = preview(&app, &page, &[("contacts-owner-0", "C-000002")]);
    assert_eq!(counts(&checked, "contacts"), ["2", "0", "0", "0", "0"]);
    assert_eq!(columns(&app, &checked).field("contacts-owner-0"), "C-000002", "it can be changed");
    import(&app, &checked);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM contacts WHERE customer_id = 2"), 2);
}

#[apply(engines)]
fn the_meaning_of_a_word_can_be_taken_back(app: TestApp) {
    let checked = Upload::new().with("customers", "Company Name,Status\nAcme,active\nBolt,past_due\n").checked(&app);
    checked.assert_says("say what these words mean as a status: past_due");
    let decided = preview(&app, &columns(&app, &checked), &[("customers-status-past_due", "disabled")]);
    assert!(!decided.has("#import-questions"), "{decided}");
    let asked = preview(&app, &columns(&app, &decided), &[("customers-status-past_due", "")]);
    asked.assert_says("say what these words mean as a status: past_due");
}
