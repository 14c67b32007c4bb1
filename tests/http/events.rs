//! The history: every change writes an event in its own transaction, with all that is needed to take it back.

use macro_rules_attribute::apply;
use serde_json::Value;

use crate::support::{Outside, TestApp, engines};

/// An event as it is stored.
#[derive(Debug)]
struct Event {
    task: String,
    subject: String,
    customer: i64,
    /// `field: old -> new`, `-` for what was not there.
    changes: Vec<String>,
    record: Value,
}

impl Event {
    /// Whether one of the changes is this one.
    fn changed(&self, change: &str) -> bool {
        self.changes.iter().any(|one| one == change)
    }
}

/// All events, in order.
fn events(sql: &mut Outside) -> Vec<Event> {
    let mut column = |column: &str| {
        sql.texts(&format!("SELECT CAST({column} AS TEXT) AS text FROM events ORDER BY id"))
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect::<Vec<_>>()
    };
    let (tasks, kinds, names) = (column("task"), column("subject_kind"), column("subject_name"));
    let (customers, changes, records) = (column("customer_id"), column("changes"), column("record"));
    (0..tasks.len())
        .map(|at| Event {
            task: tasks[at].clone(),
            subject: format!("{} {}", kinds[at], names[at]),
            customer: customers[at].parse().expect("an id"),
            changes: changes_of(&changes[at]),
            record: serde_json::from_str(&records[at]).unwrap_or(Value::Null),
        })
        .collect()
}

fn changes_of(json: &str) -> Vec<String> {
    let changes: Vec<Value> = serde_json::from_str(json).expect("JSON");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    changes.iter().map(|change| format!("{}: {} -> {}", text(&change["field"]), text(&change["old"]), text(&change["new"]))).collect()
}

/// What the last tasks wrote: an event each.
#[track_caller]
fn last<const N: usize>(app: &TestApp, before: usize) -> [Event; N] {
    let mut events = events(&mut app.sql());
    let new = events.split_off(before.min(events.len()));
    new.try_into().unwrap_or_else(|events| panic!("not {N} events: {events:?}"))
}

#[apply(engines)]
fn every_task_of_a_customer_writes_an_event(app: TestApp) {
    let acme = app.company("Acme").number("A-1").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let [created, contact] = last(&app, 0);
    assert_eq!((created.task.as_str(), created.subject.as_str(), created.customer), ("create", "customer Acme", acme.id));
    assert!(
        created.changed("number: - -> A-1") && created.changed("name: - -> Acme") && created.changed("type: - -> company"),
        "{created:?}"
    );
    assert!(!created.changes.iter().any(|change| change.starts_with("fax")), "only what was said: {created:?}");
    assert_eq!((contact.task.as_str(), contact.subject.as_str(), contact.customer), ("create", "contact Jana Hoffmann", acme.id));

    acme.edit(&[("name", "Acme Ltd"), ("billing_city", "York")]).expect(303);
    let [edited] = last(&app, 2);
    assert_eq!((edited.task.as_str(), edited.subject.as_str()), ("edit", "customer Acme Ltd"));
    assert_eq!(edited.changes, ["name: Acme -> Acme Ltd", "billing_city:  -> York"]);

    acme.edit(&[]).expect(303);
    acme.disable().expect(303);
    acme.disable().expect(409);
    acme.enable().expect(303);
    let [disabled, enabled] = last(&app, 3);
    assert_eq!((disabled.task.as_str(), disabled.changes), ("disable", vec!["status: enabled -> disabled".to_owned()]));
    assert_eq!((enabled.task.as_str(), enabled.changes), ("enable", vec!["status: disabled -> enabled".to_owned()]));

    acme.delete().expect(303);
    let [deleted] = last(&app, 5);
    assert_eq!((deleted.task.as_str(), deleted.customer), ("delete", acme.id));
    let record = &deleted.record;
    assert_eq!((&record["id"], &record["number"], &record["enabled"]), (&acme.id.into(), &"A-1".into(), &true.into()));
    assert_eq!((&record["fields"]["name"], &record["fields"]["billing_city"]), (&"Acme Ltd".into(), &"York".into()));
    let jana = &record["contacts"][0];
    assert_eq!((&jana["default"], &jana["fields"]["email"]), (&true.into(), &"jana@acme.example".into()));
    assert!(jana["id"].as_i64().is_some_and(|id| id > 0), "{jana}");
}

#[apply(engines)]
fn an_individual_is_kept_whole_when_it_is_deleted(app: TestApp) {
    let ada = app.individual("Ada", "Lovelace").with("email", "ada@x.example").create();
    ada.delete().expect(303);
    let [_, deleted] = last(&app, 0);
    let own = &deleted.record["contacts"][0];
    assert_eq!(
        (&own["own"], &own["fields"]["last_name"], &own["fields"]["email"]),
        (&true.into(), &"Lovelace".into(), &"ada@x.example".into())
    );
}

#[apply(engines)]
fn every_task_of_a_contact_writes_an_event(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    acme.add_contact("Rae", "Brown", "rae@acme.example").expect(303);
    let (jana, rae) = (acme.contact("Jana"), acme.contact("Rae"));
    let [_, _, added] = last(&app, 0);
    assert_eq!((added.task.as_str(), added.subject.as_str(), added.customer), ("create", "contact Rae Brown", acme.id));

    rae.edit(&[("phone", "+44 1")]).expect(303);
    rae.disable().expect(303);
    rae.set_as_default().expect(409);
    rae.enable().expect(303);
    rae.set_as_default().expect(303);
    let [edited, disabled, enabled, default] = last(&app, 3);
    assert_eq!((edited.task.as_str(), edited.changes), ("edit", vec!["phone:  -> +44 1".to_owned()]));
    assert_eq!((disabled.task.as_str(), enabled.task.as_str()), ("disable", "enable"));
    assert_eq!((default.task.as_str(), default.changes), ("set_default", vec![format!("default_contact: {} -> {}", jana.id, rae.id)]));

    rae.delete().expect(303);
    let [deleted] = last(&app, 7);
    assert_eq!(deleted.changes, [format!("default_contact: {} -> {}", rae.id, jana.id)], "who takes its place");
    assert_eq!((&deleted.record["id"], &deleted.record["fields"]["phone"]), (&rae.id.into(), &"+44 1".into()));
}

#[apply(engines)]
fn every_task_of_an_entitlement_writes_an_event(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.entitle(&[("product", "Forge"), ("quantity", "5")]).expect(303);
    let [_, created] = last(&app, 0);
    assert_eq!((created.task.as_str(), created.customer), ("create", acme.id));
    assert!(created.subject.starts_with("entitlement Forge EID-"), "{created:?}");
    assert!(created.changed("quantity: - -> 5"), "{created:?}");

    let forge = acme.entitlement("Forge");
    forge.end().expect(303);
    forge.end().expect(409);
    let [ended] = last(&app, 2);
    assert!(ended.task == "end" && ended.changes.len() == 1 && ended.changes[0].starts_with("ended_at: - -> 2"), "{ended:?}");
    forge.delete().expect(303);
    let [deleted] = last(&app, 3);
    let record = &deleted.record;
    assert_eq!((&record["id"], &record["customer"], &record["fields"]["quantity"]), (&forge.id.into(), &acme.id.into(), &"5".into()));
    assert!(record["eid"].as_str().is_some_and(|eid| eid.starts_with("EID-")) && record["ended_at"].is_string(), "{record}");
}

#[apply(engines)]
fn who_did_it_is_known(app: TestApp) {
    app.company("Acme").create();
    let mut sql = app.sql();
    assert_eq!(sql.texts("SELECT actor_kind AS text FROM events"), [Some("local".to_owned())]);
    assert_eq!(sql.number("SELECT count(*) AS number FROM events WHERE actor_name = '' OR at IS NULL OR batch_id IS NOT NULL"), 0);
}

#[apply(engines)]
fn sample_data_are_one_batch_without_events(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    let mut sql = app.sql();
    assert_eq!((sql.count("batches"), sql.count("events")), (1, 0));
    assert_eq!(sql.texts("SELECT kind AS text FROM batches"), [Some("sample".to_owned())]);
    for table in ["customers", "contacts", "entitlements"] {
        let outside = format!("SELECT count(*) AS number FROM {table} WHERE batch_id IS NULL OR batch_id <> (SELECT id FROM batches)");
        assert_eq!(sql.number(&outside), 0, "{table}");
    }
}

#[apply(engines)]
fn what_is_refused_leaves_no_event(app: TestApp) {
    let acme = app.company("Acme").crm_id("C-1").entitlements(1).create();
    let before = app.sql().count("events");
    acme.delete().expect(409);
    app.post("/customers", &[("type", "company"), ("name", "Other"), ("crm_id", "C-1")]).expect(422);
    acme.add_contact("", "", "x").expect(422);
    assert_eq!(app.sql().count("events"), before);
}
