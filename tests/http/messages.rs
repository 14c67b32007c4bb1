//! The message after a task, and who else may be writing meanwhile: nobody who reads waits for them.

use std::time::{Duration, Instant};

use macro_rules_attribute::apply;

use crate::support::{Engine, Page, TestApp, at_once, engines, eventually};

/// Far less than anybody waits for who is writing.
const QUICK: Duration = Duration::from_secs(2);

fn is_told(page: &Page) -> bool {
    page.texts(".flash").concat().to_lowercase().contains("disabled")
}

/// Shows a page, and fails where that waits.
fn quick(app: &TestApp, address: &str) -> Page {
    let start = Instant::now();
    let page = app.get(address).expect(200);
    assert!(start.elapsed() < QUICK, "{address} took {:?}", start.elapsed());
    page
}

#[apply(engines)]
fn a_message_waits_for_nobody_who_writes(app: TestApp) {
    let acme = app.company("Acme").create();
    let answer = acme.disable().expect(303);
    let messages = app.sql().count("flashes");
    let mut outside = app.sql();
    let lock = match app.database.engine {
        Engine::Sqlite => "BEGIN IMMEDIATE",
        Engine::Postgres => "BEGIN; LOCK TABLE flashes, customers, form_tokens IN EXCLUSIVE MODE",
    };
    outside.run(lock).expect("a lock");

    // As many as there are readers, and more: each would hold one of them.
    let made_up: Vec<String> = (0..12).map(|i| format!("{}?flash={i:022}", acme.path())).collect();
    at_once(12, |i| assert!(!is_told(&quick(&app, &made_up[i]))));
    for odd in ["", "x", "%00", &"x".repeat(64), &"%C3%A9".repeat(11), "+.+.+.+.+.+.+.+.+.+.+."] {
        quick(&app, &format!("{}?flash={odd}", acme.path()));
    }
    assert!(is_told(&quick(&app, answer.location())), "it is told, though it cannot be removed yet");
    at_once(6, |_| quick(&app, answer.location()));
    at_once(6, |_| quick(&app, "/customers"));
    app.get("/readyz").expect(200);

    outside.run("ROLLBACK").expect("to let go");
    eventually("the message is removed", || app.sql().count("flashes") == messages - 1);
    assert!(!is_told(&app.get(answer.location()).expect(200)));
}
