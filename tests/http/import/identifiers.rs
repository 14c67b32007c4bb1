//! CRM IDs move from one customer to another within a file.

use macro_rules_attribute::apply;

use super::{Files, Said, customers};
use crate::support::app::run;
use crate::support::{TestApp, engines};

/// Three customers with the CRM IDs A, B and C.
fn furnish(app: &TestApp) {
    for (number, crm_id) in [("N-1", "A"), ("N-2", "B"), ("N-3", "C")] {
        app.company(&format!("Company {number}")).number(number).crm_id(crm_id).create();
    }
    let second = app.get("/customers?q=N-2").row_ids()[0];
    app.customer(second).add_contact("Bo", "Berg", "bo@x.example").expect(303);
}

fn import(app: &TestApp, text: &str, flags: &[&str]) -> Said {
    customers(text).import(&app.database, flags)
}

fn held(app: &TestApp) -> Vec<String> {
    app.sql()
        .texts("SELECT number || ' ' || crm_id || ' ' || coalesce(crm_key, '-') AS text FROM customers ORDER BY number")
        .into_iter()
        .flatten()
        .collect()
}

fn assert_sound(app: &TestApp) {
    let output = run(&["check", "--database", &app.database.url]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[apply(engines)]
fn two_customers_swap_them(app: TestApp) {
    furnish(&app);
    // What names a customer by a CRM ID means the one that has it afterwards.
    let files = || {
        Files::new()
            .with("customers", "number,crm_id\nN-1,b\nN-2,A\n")
            .with("contacts", "customer_crm_id,email,last_name,first_name\nA,bo@x.example,Berg,Bo\nB,jo@x.example,Doe,Jo\n")
    };
    let said = files().import(&app.database, &[]).done();
    said.counted("customers", [0, 2, 0, 0, 0]).counted("contacts", [1, 0, 1, 0, 0]);
    assert_eq!(held(&app), ["N-1 b b", "N-2 A a", "N-3 C c"]);
    assert!(app.customer(app.get("/customers?q=N-1").row_ids()[0]).page().contacts()[0].says("jo@x.example"));
    assert_sound(&app);
    files().import(&app.database, &[]).done().counted("customers", [0, 0, 2, 0, 0]).counted("contacts", [0, 0, 2, 0, 0]);
}

#[apply(engines)]
fn they_go_round_and_to_new_customers(app: TestApp) {
    furnish(&app);
    import(&app, "number,crm_id,name\nN-1,B,\nN-2,C,\nN-3,A,\n", &[]).done().counted("customers", [0, 3, 0, 0, 0]);
    assert_eq!(held(&app), ["N-1 B b", "N-2 C c", "N-3 A a"]);
    import(&app, "number,crm_id,name\nN-4,B,New\nN-1,D,\n", &[]).done().counted("customers", [1, 1, 0, 0, 0]);
    assert_eq!(held(&app), ["N-1 D d", "N-2 C c", "N-3 A a", "N-4 B b"]);
    import(&app, "number,crm_id,name\nN-2,A,Company N-2\nN-3,,Company N-3\n", &["--empty-clears"]).done();
    assert_eq!(held(&app), ["N-1 D d", "N-2 A a", "N-3  -", "N-4 B b"]);
    assert_sound(&app);
}

/// Where one of the rows is refused, so are those that wait for it.
#[apply(engines)]
fn a_refused_row_keeps_its_own(app: TestApp) {
    furnish(&app);
    let file = "number,crm_id,email\nN-1,B,\nN-2,C,\nN-3,A,no e-mail\n";
    let said = import(&app, file, &[]).failed("3 rows are invalid");
    said.says("CRM ID B already belongs to Company N-2 (N-2)").says("CRM ID C already belongs to Company N-3 (N-3)");
    import(&app, file, &["--skip-invalid"]).done().counted("customers", [0, 0, 0, 0, 3]);
    assert_eq!(held(&app), ["N-1 A a", "N-2 B b", "N-3 C c"]);
    let file = "number,crm_id,email\nN-1,B,\nN-2,D,\nN-3,,no e-mail\n";
    import(&app, file, &["--skip-invalid"]).done();
    assert_eq!(held(&app), ["N-1 B b", "N-2 D d", "N-3 C c"]);
}

/// Rows that are not written together: what was left before is free, what is left later is not yet. Rows that are left out move no other.
#[apply(engines)]
fn rows_that_are_far_apart_come_one_after_the_other(app: TestApp) {
    furnish(&app);
    let one_by_one = &["--import-batch", "1"];
    import(&app, "number,crm_id\nN-1,D\nN-2,A\n", one_by_one).done();
    assert_eq!(held(&app), ["N-1 D d", "N-2 A a", "N-3 C c"]);
    import(&app, "number,crm_id\nN-1,A\nN-2,D\n", one_by_one).failed("2 rows are invalid").says("CRM ID A already belongs to Company N-2");
    let file = "number,crm_id,email\nN-3,C,\nN-9,,no e-mail\nN-1,A,\nN-2,D,\n";
    import(&app, file, &["--import-batch", "2", "--skip-invalid"]).done().counted("customers", [0, 2, 1, 0, 1]);
    assert_eq!(held(&app), ["N-1 A a", "N-2 D d", "N-3 C c"]);
}
