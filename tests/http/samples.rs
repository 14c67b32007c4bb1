//! Sample data can be removed as one batch, but for what people have made their own.

use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::{TestApp, engines};

#[apply(engines)]
fn sample_data_are_removed_but_for_what_people_changed(app: TestApp) {
    assert!(!app.get("/customers").offers("Remove sample data"));
    app.post("/sample/remove", &[]).expect(409).assert_says("no sample data to remove");
    app.post("/sample", &[]).expect(303);
    let own = app.company("Our own").entitlements(1).create();
    let ids = app.get("/customers?sort=-newest").row_ids();
    let (edited, disabled, extended) = (app.customer(ids[0]), app.customer(ids[7]), app.customer(ids[20]));
    edited.edit(&[("phone", "+49 30 1")]).expect(303);
    app.post(disabled.at(if disabled.page().offers("Disable") { "disable" } else { "enable" }), &[]).expect(303);
    if !extended.page().offers("Disable") {
        extended.enable().expect(303);
    }
    extended.entitle(&[]).expect(303);

    let question = app.get("/customers?q=acme").press("Remove sample data").expect(200);
    question
        .assert_says("Remove sample data?")
        .assert_says("297 sample customers")
        .assert_says("3 that somebody has changed or added to are kept.");
    let page = question.confirm().follow().expect(200);
    page.assert_says("Removed 297 sample customers. 3 that somebody has changed or added to were kept.");
    assert!(!page.offers("Remove sample data"), "{page}");
    let mut left = app.get("/customers").row_ids();
    left.sort_unstable();
    let mut wanted = vec![edited.id, disabled.id, extended.id, own.id];
    wanted.sort_unstable();
    assert_eq!(left, wanted);
    app.post("/sample/remove", &[]).expect(409);

    // Each has its event, with all that would bring it back; all belong to one batch.
    let mut sql = app.sql();
    assert_eq!(
        sql.number("SELECT count(*) AS number FROM events WHERE task = 'delete' AND subject_kind = 'customer' AND record <> ''"),
        297
    );
    assert_eq!(sql.number("SELECT count(DISTINCT batch_id) AS number FROM events WHERE task = 'delete' AND batch_id IS NOT NULL"), 1);
    assert_eq!(sql.number("SELECT count(*) AS number FROM events WHERE task = 'delete' AND batch_id IS NULL"), 0);
    let check = run(&["check", "--database", &app.database.url]);
    assert!(check.status.success(), "{check:?}");
}

#[apply(engines)]
fn very_many_are_removed_in_portions(app: TestApp) {
    let loaded = run(&["demo", "--database", &app.database.url, "--customers", "330"]);
    assert!(loaded.status.success(), "{loaded:?}");
    app.get("/sample/remove").assert_says("the first 300 sample customers");
    app.post("/sample/remove", &[]).follow().assert_says("Removed 300 sample customers. There are more");
    app.post("/sample/remove", &[]).follow().assert_says("Removed 30 sample customers.").assert_says("Welcome to Clientele");
}
