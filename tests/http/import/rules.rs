//! An import does nothing that the pages refuse: what a row changes is asked of the same rules, and refused in the same words.

use macro_rules_attribute::apply;

use super::{Files, Said, customers};
use crate::support::{TestApp, engines};

const ENTITLEMENTS: &str = "customer_crm_id,eid,product,quantity,starts_on,ended_at\n";

fn entitlements(rows: &str) -> Files {
    Files::new().with("entitlements", format!("{ENTITLEMENTS}{rows}"))
}

fn contacts(rows: &str) -> Files {
    Files::new().with("contacts", format!("customer_crm_id,email,last_name,status,default\n{rows}"))
}

fn defaults(app: &TestApp) -> Vec<String> {
    app.sql().texts("SELECT last_name AS text FROM contacts WHERE is_default ORDER BY last_name").into_iter().flatten().collect()
}

fn refused(said: Said, place: &str, why: &str) {
    said.failed("1 row is invalid").says(&format!("{place}: {why}"));
}

#[apply(engines)]
fn what_has_started_keeps_its_start(app: TestApp) {
    app.company("Acme").crm_id("A").create();
    entitlements("A,E-1,Forge,1,2020-01-01,\nA,E-2,Forge,1,2998-01-01,\n").import(&app.database, &[]).done();
    let moved = entitlements("A,E-1,Forge,1,2999-01-01,\n").import(&app.database, &[]);
    refused(moved, "line 2, starts_on", "This entitlement has started: its start can no longer be changed.");
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM entitlements WHERE starts_on < '2021-01-01'"), 1);
    // One that has not may start another day, and all else may change.
    let said = entitlements("A,E-1,Anvil,2,2020-01-01,\nA,E-2,Forge,1,2020-02-02,\n").import(&app.database, &[]).done();
    said.counted("entitlements", [0, 2, 0, 0, 0]);
}

#[apply(engines)]
fn what_has_been_ended_stays_ended(app: TestApp) {
    app.company("Acme").crm_id("A").create();
    entitlements("A,E-1,Forge,1,2020-01-01,2021-01-01T00:00:00Z\nA,E-2,Forge,1,2020-01-01,\n").import(&app.database, &[]).done();
    let why = "This entitlement has been ended, and that stays: it can be reopened on its page, for a day.";
    entitlements("A,E-1,Forge,1,2020-01-01,\n").import(&app.database, &[]).done().counted("entitlements", [0, 0, 1, 0, 0]);
    for (ended_at, flags) in [("", &["--empty-clears"][..]), ("2022-01-01T00:00:00Z", &[])] {
        refused(entitlements(&format!("A,E-1,Forge,1,2020-01-01,{ended_at}\n")).import(&app.database, flags), "line 2, ended_at", why);
    }
    let said = entitlements("A,E-1,Anvil,1,2020-01-01,2021-01-01T00:00:00Z\nA,E-2,Forge,1,2020-01-01,2021-01-01T00:00:00Z\n");
    said.import(&app.database, &[]).done().counted("entitlements", [0, 2, 0, 0, 0]);
    // What has not started cannot have been ended, whether it is known or new.
    entitlements("A,E-3,Forge,1,2999-01-01,\n").import(&app.database, &[]).done();
    let why = "This entitlement has not started yet: delete it instead.";
    for eid in ["E-3", "E-4"] {
        let ended = entitlements(&format!("A,{eid},Forge,1,2999-01-01,2021-01-01T00:00:00Z\n")).import(&app.database, &[]);
        refused(ended, "line 2, ended_at", why);
    }
}

/// `josé@` and `jose@` are two people, and said to be nearly one before they are imported.
#[apply(engines)]
fn an_accent_makes_another_contact(app: TestApp) {
    let acme = app.company("Acme").crm_id("A").contact("José", "Díaz", "jose@ov.example").create();
    let said =
        contacts("A,josé@ov.example,Josephine,,\nA,info@müller.example,Desk,,\nA,info@muller.example,Other,,\n").import(&app.database, &[]);
    said.done()
        .counted("contacts", [3, 0, 0, 0, 0])
        .says("E-mail josé@ov.example is nearly the same as jose@ov.example, which this customer has: are they two people?")
        .says("E-mail info@muller.example is nearly the same as the one on line 3: are they two people?");
    assert!(acme.page().row("jose@ov.example").says("José Díaz") && acme.page().row("josé@ov.example").says("Josephine"));
    // The same people in other words for the same.
    let again = contacts("A,JOSÉ@ov.example,Josephine,,\nA,info@xn--mller-kva.example,Desk,,\n").import(&app.database, &[]).done();
    again.counted("contacts", [0, 2, 0, 0, 0]);
    contacts("A,jose@ov.example,X,,\nA,ＪＯＳＥ@ov.example,Y,,\n").import(&app.database, &[]).says("is already on line 2");
}

#[apply(engines)]
fn keys_that_nearly_are_another_ones_are_warned_of(app: TestApp) {
    app.company("Acme").number("N-042").crm_id("K/É").create();
    let said = customers("number,crm_id,type,name\nN42,k-e,company,One\nZ-ö,,company,Two\nz-O,,company,Three\n").import(&app.database, &[]);
    said.done()
        .counted("customers", [3, 0, 0, 0, 0])
        .says("Number N42 is new, but N-042 is known: are they two?")
        .says("CRM ID k-e is new, but K/É is known: are they two?")
        .says("Number z-O is nearly the same as the one on line 3.");
    assert_eq!(app.sql().count("customers"), 4);
}

/// Where there is no default, the first that is created or enabled becomes it, whichever row comes first.
#[apply(engines)]
fn a_contact_that_is_enabled_becomes_the_default_where_there_is_none(app: TestApp) {
    let acme = app.company("Acme").crm_id("A").contact("Jana", "Hoffmann", "j@x.example").create();
    acme.add_contact("Bo", "Berg", "b@x.example").expect(303);
    acme.contact("Berg").disable().expect(303);
    acme.contact("Hoffmann").delete().expect(303);
    assert_eq!(defaults(&app), [""; 0]);
    contacts("A,b@x.example,Berg,enabled,\nA,n@x.example,New,enabled,\n").import(&app.database, &[]).done();
    assert_eq!(defaults(&app), ["Berg"]);
    let events = app.sql().texts("SELECT task || ' ' || changes AS text FROM events WHERE subject_name = 'Bo Berg' ORDER BY id");
    let events: Vec<_> = events.into_iter().flatten().skip(2).collect();
    assert!(matches!(&events[..], [one] if one.starts_with("enable") && one.contains("default_contact")), "at once: {events:?}");

    let baltic = app.company("Baltic").crm_id("B").contact("Ida", "Lund", "i@x.example").create();
    baltic.add_contact("Ole", "Voss", "o@x.example").expect(303);
    baltic.contact("Voss").disable().expect(303);
    baltic.contact("Lund").delete().expect(303);
    contacts("B,n@x.example,Newer,enabled,\nB,o@x.example,Voss,enabled,no\n").import(&app.database, &[]).done();
    assert_eq!(defaults(&app), ["Berg", "Newer"]);
}

#[apply(engines)]
fn a_disabled_contact_does_not_become_the_default(app: TestApp) {
    let acme = app.company("Acme").crm_id("A").contact("Jana", "Hoffmann", "j@x.example").create();
    acme.add_contact("Bo", "Berg", "b@x.example").expect(303);
    let why = "This contact is disabled: only an enabled contact can become the default.";
    for row in ["A,b@x.example,Berg,disabled,yes\n", "A,c@x.example,Cher,disabled,yes\n"] {
        refused(contacts(row).import(&app.database, &[]), "line 2, default", why);
    }
    contacts("A,b@x.example,Berg,disabled,\n").import(&app.database, &[]).done();
    refused(contacts("A,b@x.example,Berg,,yes\n").import(&app.database, &[]), "line 2, default", why);
    // One that is enabled by the same row does, and may be disabled afterwards.
    contacts("A,b@x.example,Berg,enabled,yes\n").import(&app.database, &[]).done();
    assert_eq!(defaults(&app), ["Berg"]);
    contacts("A,b@x.example,Berg,disabled,yes\n").import(&app.database, &[]).done();
    assert_eq!(defaults(&app), ["Berg"]);
    // Another row that is refused gives it to nobody, so this one keeps it.
    let said = contacts("A,j@x.example,Hoffmann,disabled,yes\nA,b@x.example,Berg,,no\n").import(&app.database, &[]);
    said.failed("2 rows are invalid").says("line 3, default: This contact is the default: make another contact the default instead.");
}

#[apply(engines)]
fn a_company_without_a_default_gets_one(app: TestApp) {
    let companies = Files::new().with("customers", "crm_id,name\nA,A\nB,B\nC,C\nD,D\nE,E\n").with(
        "contacts",
        "customer_crm_id,email,last_name,status,default\n\
         A,1@x.example,A1,,no\nA,2@x.example,A2,,\n\
         B,1@x.example,B1,disabled,yes\nB,2@x.example,B2,,no\n\
         C,1@x.example,C1,disabled,no\nC,2@x.example,C2,,no\n\
         D,1@x.example,D1,disabled,no\n\
         E,1@x.example,E1,,\nE,2@x.example,E2,,yes\n",
    );
    companies.import(&app.database, &[]).done().counted("contacts", [9, 0, 0, 0, 0]);
    assert_eq!(defaults(&app), ["A2", "B1", "C2", "E2"]);
    // A company whose contacts are all disabled and none of them the default: a new one becomes it, as on the page.
    contacts("D,2@x.example,D2,,\n").import(&app.database, &[]).done();
    assert_eq!(defaults(&app), ["A2", "B1", "C2", "D2", "E2"]);
    // Not two disabled ones, and not one where an enabled one asks.
    let two = customers("crm_id,name\nF,F\nG,G\n").with(
        "contacts",
        "customer_crm_id,email,last_name,status,default\n\
         F,1@x.example,F1,disabled,yes\nF,2@x.example,F2,disabled,yes\nG,1@x.example,G1,disabled,yes\nG,2@x.example,G2,,yes\n",
    );
    let why = "default: This contact is disabled: only an enabled contact can become the default.";
    two.import(&app.database, &[]).failed("2 rows are invalid").says(&format!("line 3, {why}")).says(&format!("line 4, {why}"));
}

/// History comes along: a customer that is created disabled has its entitlements, but a stored one gets no new ones.
#[apply(engines)]
fn a_disabled_customer_gets_no_entitlement(app: TestApp) {
    let eids = "customer_crm_id,eid,product,quantity,starts_on\n";
    let with = |customers: &str, rows: &str| {
        let files = Files::new().with("customers", format!("crm_id,name,status\n{customers}"));
        files.with("entitlements", format!("{eids}{rows}")).import(&app.database, &[])
    };
    with("A,Acme,disabled\n", "A,E-1,Forge,1,2020-01-01\n").done().counted("entitlements", [1, 0, 0, 0, 0]);
    let why = "No entitlement can be created: this customer is disabled.";
    let later = Files::new().with("entitlements", format!("{eids}A,E-2,Forge,1,2020-01-01\n"));
    refused(later.import(&app.database, &[]), "line 2, customer_crm_id", why);
    app.company("Baltic").crm_id("B").create();
    refused(with("B,Baltic,disabled\n", "B,E-4,Forge,1,2020-01-01\n"), "line 2, customer_crm_id", why);
    // What it has may change, and one that is enabled by the same files gets more.
    with("B,Baltic,enabled\nA,Acme,disabled\n", "A,E-1,Anvil,2,2020-01-01\n").done().counted("entitlements", [0, 1, 0, 0, 0]);
    with("A,Acme,enabled\n", "A,E-2,Forge,1,2020-01-01\n").done().counted("entitlements", [1, 0, 0, 0, 0]);
    assert_eq!(app.sql().count("entitlements"), 2);
}
