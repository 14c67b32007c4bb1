//! What an import leaves in the history: it is one batch; what it creates carries the batch, what it changes has events within it.

use macro_rules_attribute::apply;

use super::{Files, customers};
use crate::support::{Outside, TestApp, engines};

/// Task, subject and changes of each event, in order.
fn events(sql: &mut Outside) -> Vec<String> {
    let rows = sql.texts("SELECT task || ' ' || subject_kind || ' ' || subject_name || ' ' || changes AS text FROM events ORDER BY id");
    rows.into_iter().flatten().collect()
}

#[apply(engines)]
fn what_an_import_creates_carries_its_batch(app: TestApp) {
    let files = Files::new()
        .with("customers", "number,type,name,last_name\nA,company,Acme,\nB,individual,,Byron\n")
        .with("contacts", "customer_number,email,last_name\nA,j@x.example,Hoffmann\n")
        .with("entitlements", "customer_number,eid,product,quantity,starts_on\nA,E-1,Forge,1,2020-01-01\n");
    files.import(&app.database, &[]).done();
    let mut sql = app.sql();
    assert_eq!((sql.count("batches"), sql.count("events")), (1, 0), "no event for each of a million rows");
    assert_eq!(sql.texts("SELECT kind || ' ' || actor_kind AS text FROM batches"), [Some("import command_line".to_owned())]);
    for (table, rows) in [("customers", 2), ("contacts", 2), ("entitlements", 1)] {
        let own = format!("SELECT count(*) AS number FROM {table} WHERE batch_id = (SELECT id FROM batches)");
        assert_eq!(sql.number(&own), rows, "{table}");
    }
    // The same files again change nothing, and say nothing.
    files.import(&app.database, &[]).done();
    assert_eq!(app.sql().count("events"), 0);
}

#[apply(engines)]
fn what_an_import_changes_has_events_with_old_and_new_values(app: TestApp) {
    let acme = app.company("Acme").number("A").contact("Jana", "Hoffmann", "j@x.example").create();
    acme.add_contact("Bo", "Berg", "b@x.example").expect(303);
    acme.entitle(&[("product", "Forge")]).expect(303);
    let (jana, bo) = (acme.contact("Jana").id, acme.contact("Bo").id);
    let eid = app.sql().texts("SELECT eid AS text FROM entitlements").remove(0).unwrap_or_default();
    app.sql().run("DELETE FROM events").expect("an empty history");
    Files::new()
        .with("customers", "number,type,name,status\nA,company,Acme Ltd,disabled\n")
        .with("contacts", "customer_number,email,last_name,default\nA,b@x.example,Bergmann,yes\n")
        .with(
            "entitlements",
            format!("customer_number,eid,product,quantity,starts_on,ended_at\nA,{eid},Forge,7,2020-01-01,2021-01-01T00:00:00Z\n"),
        )
        .import(&app.database, &[])
        .done();
    let mut sql = app.sql();
    let change = |field: &str, old: &str, new: &str| format!(r#"{{"field":"{field}","old":{old},"new":{new}}}"#);
    assert_eq!(
        events(&mut sql),
        [
            format!("edit customer Acme Ltd [{}]", change("name", "\"Acme\"", "\"Acme Ltd\"")),
            format!("disable customer Acme Ltd [{}]", change("status", "\"enabled\"", "\"disabled\"")),
            format!("edit contact Bo Bergmann [{}]", change("last_name", "\"Berg\"", "\"Bergmann\"")),
            format!("set_default contact Bo Bergmann [{}]", change("default_contact", &format!("\"{jana}\""), &format!("\"{bo}\""))),
            format!("edit entitlement Forge {eid} [{}]", change("quantity", "\"1\"", "\"7\"")),
            format!("end entitlement Forge {eid} [{}]", change("ended_at", "null", "\"2021-01-01 00:00:00\"")),
        ]
    );
    assert_eq!(sql.number("SELECT count(*) AS number FROM events WHERE batch_id IS NULL OR actor_kind <> 'command_line'"), 0);
}

#[apply(engines)]
fn a_row_that_is_refused_leaves_no_event(app: TestApp) {
    app.company("Acme").crm_id("A").create();
    app.sql().run("DELETE FROM events").expect("an empty history");
    customers("crm_id,type,name,email\nA,company,Acme Ltd,nonsense\n").import(&app.database, &[]).failed("1 row is invalid");
    assert_eq!(app.sql().count("events"), 0);
}
