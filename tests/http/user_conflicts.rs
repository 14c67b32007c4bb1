//! Two administrators edit one user.

use macro_rules_attribute::apply;

use crate::conflicts::compared;
use crate::password_links::id_of;
use crate::support::{Client, Page, TestApp, at_once, engines};

/// Two administrators, and the address of a third user.
fn three(app: &TestApp) -> ([Client; 2], String) {
    let administrators = ["ada@x.example", "bo@x.example"].map(|email| app.user(email, "administrator"));
    app.add_user("cy@x.example", "viewer");
    let edit = format!("/users/{}/edit", id_of(app, "cy@x.example"));
    (administrators, edit)
}

fn stored(client: &Client, edit: &str) -> [String; 3] {
    let form = client.get(edit).expect(200);
    ["name", "email", "role"].map(|field| form.field(field))
}

#[apply(engines)]
fn different_fields_of_a_user_both_go_through(app: TestApp) {
    let ([ada, bo], edit) = three(&app);
    let (mine, yours) = (ada.get(&edit), bo.get(&edit));
    // A new link in between is an edit that no form shows.
    bo.post(edit.replace("/edit", "/link"), &[]).expect(200);
    yours.submit(&[("role", "editor")]).expect(303);
    mine.submit(&[("name", "Cy Young")]).expect(303);
    assert_eq!(stored(&ada, &edit), ["Cy Young", "cy@x.example", "editor"]);
    let changes = app.sql().texts("SELECT changes AS text FROM events WHERE task = 'edit' ORDER BY id DESC");
    let changes: Vec<_> = changes.into_iter().flatten().collect();
    assert!(changes[0].contains("Cy Young") && !changes[0].contains("role"), "{changes:?}");
}

#[apply(engines)]
fn the_same_field_of_a_user_is_compared_and_chosen(app: TestApp) {
    let ([ada, bo], edit) = three(&app);
    let forms: [Page; 3] = std::array::from_fn(|_| ada.get(&edit));
    bo.get(&edit).submit(&[("name", "Cyril"), ("role", "editor")]).expect(303);
    let conflict = forms[0].submit(&[("name", "Cy"), ("role", "administrator"), ("email", "cy@y.example")]).expect(409);
    let roles = "Role | *Administrator: also imports files and manages users | Editor: also changes customers, contacts and entitlements | \
                 Viewer: sees everything";
    assert_eq!(compared(&conflict), ["Name | *Cy | Cyril | cy@x.example", roles]);
    conflict.assert_says("Somebody else saved this record");
    assert_eq!(conflict.texts(".conflicts header span"), ["bo@x.example, just now"]);
    assert_eq!(conflict.field("email"), "cy@y.example", "nothing typed is lost");
    assert_eq!(stored(&bo, &edit), ["Cyril", "cy@x.example", "editor"], "nothing is saved");
    conflict.submit(&[("keep_name", "stored")]).expect(303);
    assert_eq!(stored(&bo, &edit), ["Cyril", "cy@y.example", "administrator"]);

    // Something wrong with it besides: every error, and afterwards the comparison.
    let wrong = forms[1].submit(&[("name", "Cyan"), ("email", "ada@x.example")]).expect(409);
    wrong.submit(&[]).expect(422).submit(&[("email", "cy@y.example")]).expect(303);
    // Saved once more after going back: one's own saving is no conflict.
    let form = ada.get(&edit);
    form.submit(&[("name", "One")]).expect(303);
    form.submit(&[("name", "Two")]).expect(303);
    form.submit(&[("name", "Two")]).expect(303);
    assert_eq!(stored(&bo, &edit)[0], "Two");
    // A form of a program, which names no version, overwrites nothing unseen.
    ada.post(&edit, &[("name", "Three"), ("email", "cy@y.example"), ("role", "administrator")]).expect(409);
}

#[apply(engines)]
fn of_two_who_save_a_user_at_one_instant_one_is_asked(app: TestApp) {
    let (administrators, edit) = three(&app);
    for round in 0..5 {
        let forms = administrators.each_ref().map(|client| client.get(&edit));
        let name = |at: usize| format!("Name {round} {at}");
        let mut statuses = at_once(2, |at| forms[at].submit(&[("name", &name(at))]).status);
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "round {round}");
    }
}

#[apply(engines)]
fn who_else_edits_a_user_is_told_to_administrators_alone(app: TestApp) {
    let ([ada, bo], edit) = three(&app);
    let form = ada.get(&edit);
    let line = |name: &str| form.attributes("[data-opening]", name).concat();
    let (opening, id) = (line("data-opening"), line("data-id"));
    assert_eq!(line("data-record"), "user");
    let said = [("opening", opening.as_str()), ("record", "user"), ("id", id.as_str())];
    ada.post("/editing", &said).expect(200);
    assert!(bo.get(&edit).text().contains("<bdi>ada@x.example</bdi> has been editing this since"));
    let other = "b".repeat(22);
    let eve = app.user("eve@x.example", "editor");
    let answer = eve.post("/editing", &[("opening", other.as_str()), ("record", "user"), ("id", id.as_str())]);
    assert!(answer.status == 403 && !answer.text().contains("ada@x.example"), "{answer}");
    bo.post("/editing", &[("opening", other.as_str()), ("record", "user"), ("id", "99")]).expect(404);
}
