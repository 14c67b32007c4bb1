//! Invitations to the portal: who is offered one, the link that is told once, and what stands beside each contact.

use macro_rules_attribute::apply;

use crate::support::{Engine, Page, TestApp, engines, eventually};

/// The path of the link that a page tells.
#[track_caller]
fn link(page: &Page, app: &TestApp) -> String {
    let link = page.texts("#link").concat();
    let path = link.strip_prefix(&format!("http://{}", app.host)).unwrap_or_else(|| panic!("no link: {page}"));
    assert!(path.starts_with("/portal/set-password/"), "{link}");
    path.to_owned()
}

#[apply(engines)]
fn a_contact_is_invited_by_a_link_that_is_told_once(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    acme.page().assert_says("Never invited");
    let told = acme.page().contacts()[0].press("Invite to the portal").expect(200);
    let path = link(&told, &app);
    assert_eq!(told.header("Cache-Control"), Some("no-store"));
    told.assert_says("Give this link to Jana Hoffmann").assert_says("Invited ");
    assert!(!acme.page().says("Give this link"), "told once");
    assert!(acme.page().contacts()[0].offers("Invite again"));

    let token = path.rsplit('/').next().unwrap();
    assert!(!app.log().contains(token), "{}", app.log());
    let events = app.sql().texts("SELECT task || ' ' || subject_name || changes AS text FROM events WHERE task = 'invite'");
    assert_eq!(events, [Some("invite Jana Hoffmann[]".to_owned())]);
    let history = app.get(acme.at("history")).expect(200);
    history.assert_says("invited");
    assert_eq!(history.controls().iter().filter(|control| control.label == "Undo").count(), 2, "what was created alone: {history}");

    let password = "a much better phrase";
    app.get(&path).expect(200).submit(&[("password", password), ("again", password)]).expect(200);
    acme.page().assert_says("Has a password, never signed in");
    app.post("/portal/sign-in", &[("email", "jana@acme.example"), ("password", password)]).expect(303);
    acme.page().assert_says("Last signed in ");
    assert!(acme.page().contacts()[0].offers("New portal link"));
}

#[apply(engines)]
fn a_new_link_takes_the_place_of_the_one_before(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let first = link(&acme.page().contacts()[0].press("Invite to the portal").expect(200), &app);
    let second = link(&acme.page().contacts()[0].press("Invite again").expect(200), &app);
    assert_ne!(first, second);
    assert_ne!(app.get(&first).status, 200);
    app.get(&second).expect(200);
    assert_eq!(app.sql().count("identities"), 1);
}

#[apply(engines)]
fn an_individual_is_invited_from_its_details(app: TestApp) {
    let dora = app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
    dora.page().assert_says("Never invited");
    let told = dora.page().press("Invite to the portal").expect(200);
    link(&told, &app);
    told.assert_says("Give this link to Dora Robotnik");
    let nobody = app.individual("Ned", "Nomail").create();
    assert!(!nobody.page().offers("Invite to the portal"));
    nobody.page().assert_says("Cannot sign in");
}

#[apply(engines)]
fn who_cannot_sign_in_is_not_invited(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Kai", "Adler", "kai@acme.example").create();
    let (jana, kai) = (acme.contact("Jana"), acme.contact("Kai"));
    kai.disable().expect(303);
    acme.page().assert_says("Cannot sign in");
    for task in ["invite", "link"] {
        app.post(kai.at(task), &[]).expect(409).assert_says("This contact is disabled");
    }
    acme.disable().expect(303);
    for task in ["invite", "link"] {
        app.post(jana.at(task), &[]).expect(409).assert_says("This customer is disabled");
    }
    assert!(!acme.page().says("Invite to the portal"));
    assert_eq!(app.sql().count("identities"), 0);
    let vi = app.user("vi@x.example", "viewer");
    for task in ["invite", "link"] {
        vi.post(jana.at(task), &[]).expect(403);
    }
}

#[apply(engines)]
fn without_a_mail_server_links_are_shown_and_nothing_is_mailed(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Kai", "Adler", "kai@acme.example").create();
    let page = acme.page();
    assert!(page.contacts()[0].offers("Invite to the portal") && !page.contacts()[0].offers("Show an invitation link"));
    assert!(!page.says("never invited") || !page.has("#invite-all"), "{page}");
    app.post(acme.contact("Jana").at("invite"), &[]).expect(409).assert_says("No mail server is set up");
    app.get(acme.at("invite")).expect(409).assert_says("No mail server is set up");
    app.post(acme.at("invite"), &[]).expect(409);
    app.get("/settings").expect(200).assert_says("To invite many at once, set up a mail server");
    for path in ["/settings/invite", "/settings/invitations"] {
        assert_ne!(app.get(path).status, 200, "{path}");
    }
    app.post("/settings/invite", &[]).expect(409);
    assert_eq!((app.sql().count("mails"), app.sql().count("jobs WHERE kind = 'invitations'")), (0, 0));
}

/// What stands beside each contact is read for all of them at once, by the mailbox.
#[apply(engines)]
fn one_mailbox_says_the_same_wherever_it_stands(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").create();
    let bolt = app.company("Bolt").contact("J.", "Hoffmann", "JANA@X.EXAMPLE").create();
    acme.page().contacts()[0].press("Invite to the portal").expect(200);
    assert!(bolt.page().contacts()[0].says("Invited "));
    app.sql().run("UPDATE identities SET invited_until = '2020-01-02 00:00:00'").unwrap();
    assert!(bolt.page().contacts()[0].says("Invitation expired 2 Jan 2020"));
}

/// The words beside the first contact.
fn state(page: &Page) -> String {
    page.texts("#contacts .access").concat()
}

/// What became of the only mail.
fn mail_is(app: &TestApp, state: &str, answer: &str) {
    app.sql().run(&format!("UPDATE mails SET state = '{state}', answer = '{answer}'")).unwrap();
}

fn mailed(engine: Engine) {
    let app = TestApp::mailing(engine);
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").create();
    let bolt = app.company("Bolt").contact("J.", "Hoffmann", "JANA@x.example").create();
    assert!(state(&acme.page()).starts_with("Never invited"));
    let page = acme.page().contacts()[0].press("Invite to the portal").expect(303).follow();
    page.assert_says("Invited Jana Hoffmann: the mail is on its way.");
    assert!(!page.offers("Undo"), "a mail cannot be taken back");
    assert_eq!(app.sql().texts("SELECT kind || ' ' || recipient AS text FROM mails"), [Some("invitation jana@x.example".to_owned())]);
    app.get(acme.at("history")).expect(200).assert_says("invited the contact Jana Hoffmann");
    app.get("/customers?q=access:never").expect(200).assert_says("No customer");

    // The mailbox says the same wherever it stands.
    for customer in [&acme, &bolt] {
        let page = customer.page();
        assert!(state(&page).starts_with("Invitation queued"), "{}", state(&page));
        let row = &page.contacts()[0];
        assert!(!row.offers("Invite again") && row.offers("Show an invitation link"), "{page}");
        let contact = customer.contact("Hoffmann");
        app.post(contact.at("invite"), &[]).expect(409).assert_says("An invitation to this mailbox is waiting to be sent.");
    }
    // Nobody answers where it is to go: for a minute that is not tried again.
    eventually("the server is looked for", || app.sql().count("mails WHERE answer <> ''") == 1);
    assert!(state(&acme.page()).starts_with("Invitation queued: "), "{}", state(&acme.page()));
    mail_is(&app, "queued", "450 4.2.1 try later");
    acme.page().assert_says("Invitation queued: 450 4.2.1 try later");
    mail_is(&app, "refused", "550 5.1.1 <b>no such user</b>");
    let page = bolt.page();
    page.assert_says("Mail refused: 550 5.1.1 <b>no such user</b>");
    assert!(page.contacts()[0].offers("Invite again"));
    mail_is(&app, "dropped", "The contact could no longer sign in.");
    acme.page().assert_says("Mail not sent: The contact could no longer sign in.");
    mail_is(&app, "sent", "250 OK");
    assert!(state(&acme.page()).starts_with("Invitation sent "), "{}", state(&acme.page()));
    app.sql().run("UPDATE identities SET invited_until = '2020-01-02 00:00:00'").unwrap();
    assert!(state(&acme.page()).starts_with("Invitation expired 2 Jan 2020"));

    acme.page().contacts()[0].press("Invite again").expect(303);
    assert!(state(&acme.page()).starts_with("Invitation queued"), "of two mails the last one tells");
    // A link that was made since tells more than the mail.
    let told = acme.page().contacts()[0].press("Show an invitation link").expect(200);
    let told = told.texts("#link").concat();
    let path = told.strip_prefix("http://localhost:8080").expect("the public address");
    assert_eq!(app.sql().count("mails"), 2);
    let password = "a much better phrase";
    app.get(path).expect(200).submit(&[("password", password), ("again", password)]).expect(200);
    let page = acme.page();
    assert!(state(&page).starts_with("Has a password, never signed in"));
    let row = &page.contacts()[0];
    assert!(row.offers("New portal link") && !row.offers("Invite again") && !row.offers("Show an invitation link"));
}

#[test]
fn what_became_of_a_mailed_invitation_stands_beside_the_contact_sqlite() {
    mailed(Engine::Sqlite);
}

#[test]
fn what_became_of_a_mailed_invitation_stands_beside_the_contact_postgres() {
    mailed(Engine::Postgres);
}

#[apply(engines)]
fn whoever_is_locked_out_for_a_while_is_seen_to_be(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").create();
    app.let_in(&acme.contact("Jana"));
    for _ in 0..40 {
        if app.try_portal("jana@x.example", "wrong").status == 429 {
            break;
        }
    }
    assert!(state(&acme.page()).starts_with("Locked until "), "{}", state(&acme.page()));
}
