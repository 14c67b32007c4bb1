//! Inviting many by mail: those of a company, and all who never were.

use crate::support::smtp::{Mode, Smtp};
use crate::support::users::PASSWORD;
use crate::support::{Engine, Page, TestApp, at_once, eventually};

/// Makes two tests of a function `name(app: TestApp)` whose program mails.
macro_rules! mailing {
    ($($(#[$attribute:meta])* fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        mod $name {
            use super::*;

            fn test($app: TestApp) $body

            $(#[$attribute])*
            #[test]
            fn sqlite() {
                test(TestApp::mailing(Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                test(TestApp::mailing(Engine::Postgres));
            }
        }
    )*};
}

/// Whom mails were queued for, in order.
fn recipients(app: &TestApp) -> Vec<String> {
    app.sql().texts("SELECT recipient AS text FROM mails ORDER BY recipient").into_iter().flatten().collect()
}

/// The page of what was begun, once it is over.
fn ended(app: &TestApp) -> Page {
    eventually("the end", || !app.get("/settings/invitations").says("Inviting all"));
    app.get("/settings/invitations").expect(200)
}

/// Ten more contacts for each company, unknown to the list.
fn add_many(app: &TestApp) {
    app.sql()
        .run(
            "INSERT INTO contacts (customer_id, own, enabled, is_default, first_name, middle_name, last_name, sort_key, email, email_key,
                language, phone, ref_id, version, created_at, changed_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
             SELECT c.customer_id, c.own, c.enabled, NOT c.is_default, 'Person', '', 'Number', c.sort_key,
                'p' || c.id || '-' || i || '@x.example', 'p' || c.id || '-' || i || '@x.example', '', '', '', 1, c.created_at, c.changed_at
             FROM contacts c, n WHERE c.is_default",
        )
        .unwrap();
}

mailing! {
    fn those_of_a_company_who_never_were_are_invited_together(app: TestApp) {
        let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").create();
        assert!(!acme.page().has("#invite-all"), "one alone is invited from its row");
        for (name, email) in [("Kai", "kai@x.example"), ("Lea", "lea@x.example"), ("Mia", "mia@x.example"), ("Ole", "ole@x.example")] {
            acme.add_contact(name, "Adler", email).expect(303);
        }
        app.let_in(&acme.contact("Kai"));
        acme.contact("Lea").disable().expect(303);
        app.post(acme.contact("Ole").at("link"), &[]).expect(200);
        let asked = acme.page().press("Invite 2 never invited").expect(200);
        asked.assert_says("Invite 2 people of Acme?");
        let page = asked.press("Invite 2 people").expect(303).follow();
        page.assert_says("Invited 2 people: the mails are on their way.");
        assert!(!page.has("#invite-all") && !page.offers("Undo"));
        assert_eq!(recipients(&app), ["jana@x.example", "mia@x.example"]);
        // The same form again, and another one.
        assert_eq!(asked.press("Invite 2 people").status, 303);
        app.post(acme.at("invite"), &[]).expect(409).assert_says("Everybody who can be invited here has been.");
        assert_eq!(recipients(&app).len(), 2);
        app.get(acme.at("history")).expect(200).assert_says("Mailed invitations to the portal: invited 2 contacts");
        let events = "events WHERE task = 'invite' AND batch_id = (SELECT id FROM batches WHERE kind = 'invitations')";
        assert_eq!(app.sql().count(events), 2);

        let dora = app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
        app.get(dora.at("invite")).expect(200);
        acme.disable().expect(303);
        app.post(acme.at("invite"), &[]).expect(409).assert_says("This customer is disabled");
    }

    fn all_who_never_were_are_invited_once(app: TestApp) {
        app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").contact("Kai", "Adler", "kai@x.example").create();
        let bolt = app.company("Bolt").contact("J.", "Hoffmann", "JANA@x.example").contact("Mia", "Adler", "mia@x.example").create();
        bolt.contact("Mia").disable().expect(303);
        app.company("Off").contact("Ole", "Off", "ole@x.example").disabled().create();
        app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
        app.individual("Ned", "Nomail").create();
        let able = app.company("Able").contact("Pia", "Able", "pia@x.example").contact("Rae", "Able", "rae@x.example").create();
        app.let_in(&able.contact("Pia"));
        app.post(able.contact("Rae").at("link"), &[]).expect(200);

        let asked = app.get("/settings").expect(200).press("Invite 3 people").expect(200);
        asked.assert_says("Invite 3 people?").assert_says("At most 60 mails go out in a minute.");
        let begun = asked.press("Invite 3 people").expect(303);
        assert_eq!(begun.location(), "/settings/invitations");
        let page = ended(&app);
        assert_eq!(page.heading(), "Invited 3 people");
        page.assert_says(
            "Left out: 1 contact with a password, 2 contacts whose mailbox was invited before, 1 disabled contact, \
             1 contact of a disabled customer, 1 contact without an e-mail.",
        );
        assert_eq!(recipients(&app), ["dora@x.example", "jana@x.example", "kai@x.example"]);
        app.get("/activity").expect(200).assert_says("Mailed invitations to the portal: invited 3 contacts");
        app.get("/customers?q=access:never").expect(200).assert_says("No customer");
        let page = app.get("/settings").expect(200);
        page.assert_says("Invited 3 people just now");
        assert!(!page.has("#invite-everybody"), "{page}");
        app.get("/settings/invite").expect(409).assert_says("Everybody who can be invited here has been.");

        bolt.add_contact("New", "Person", "new@x.example").expect(303);
        app.get("/settings/invite").expect(200).press("Invite 1 person").expect(303);
        assert_eq!(ended(&app).heading(), "Invited 1 person");
        assert_eq!(recipients(&app).len(), 4);
    }

    fn only_administrators_invite_all(app: TestApp) {
        app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").contact("Kai", "Adler", "kai@x.example").create();
        let (editor, viewer) = (app.user("eve@x.example", "editor"), app.user("vi@x.example", "viewer"));
        for client in [&editor, &viewer] {
            client.get("/settings/invite").expect(403);
            client.get("/settings/invitations").expect(403);
            client.post("/settings/invite", &[]).expect(403);
        }
        viewer.get("/customers/1/invite").expect(403);
        viewer.post("/customers/1/invite", &[]).expect(403);
        assert!(!viewer.get("/customers/1").has("#invite-all"));
        editor.get("/customers/1").expect(200).press("Invite 2 never invited").expect(200);
        assert_eq!(app.sql().count("mails"), 0);
    }

    fn a_server_that_is_killed_in_between_invites_nobody_twice(app: TestApp) {
        let mut app = app;
        app.post("/sample", &[]).expect(303);
        add_many(&app);
        app.get("/settings/invite").expect(200).confirm().expect(303);
        for wanted in [100, 500] {
            eventually("some mails", || app.sql().count("mails") >= wanted);
            app.process().kill();
            app.start_again();
        }
        let page = ended(&app);
        assert!(page.heading().starts_with("Invited "), "{page}");
        let able = "FROM contacts c JOIN customers u ON u.id = c.customer_id WHERE c.enabled AND u.enabled AND c.email_key IS NOT NULL";
        let people = app.sql().number(&format!("SELECT count(DISTINCT c.email_key) AS number {able}"));
        assert!(people > 1_000, "{people}");
        for count in ["mails", "identities", "events WHERE task = 'invite'"] {
            assert_eq!(app.sql().count(count), people, "{count}");
        }
        assert_eq!(app.sql().number("SELECT count(DISTINCT recipient) AS number FROM mails"), people);
        let words = clientele::domain::numbers::counted(people, "person", "people");
        assert_eq!(page.heading(), format!("Invited {words}"));
        app.get("/customers?q=access:never").expect(200).assert_says("No customer");
    }

    fn two_who_begin_at_once_invite_everybody_once(app: TestApp) {
        app.post("/sample", &[]).expect(303);
        let statuses = at_once(4, |_| app.post("/settings/invite", &[]).status);
        assert!(statuses.contains(&303) && statuses.iter().all(|status| [303, 409].contains(status)), "{statuses:?}");
        eventually("the end of all", || app.sql().number("SELECT count(*) AS number FROM jobs WHERE kind = 'invitations' AND state <> 'done'") == 0);
        let (mails, people) = (app.sql().count("mails"), app.sql().number("SELECT count(DISTINCT recipient) AS number FROM mails"));
        assert!(mails > 300, "{mails}");
        assert_eq!(mails, people);
    }
}

fn delivered(engine: Engine) {
    let smtp = Smtp::start(Mode::Clear);
    let app = smtp.app(engine);
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").contact("Kai", "Adler", "kai@x.example").create();
    app.get("/settings/invite").expect(200).confirm().expect(303);
    let mut mails = smtp.wait_for(2);
    mails.sort_by(|one, other| one.to.cmp(&other.to));
    assert_eq!(mails.iter().flat_map(|mail| mail.to.clone()).collect::<Vec<_>>(), ["jana@x.example", "kai@x.example"]);
    eventually("both are known to be out", || {
        acme.page().texts("#contacts .access").iter().all(|words| words.starts_with("Invitation sent "))
    });
    let form = app.get(mails[0].link()).expect(200);
    form.submit(&[("password", PASSWORD), ("again", PASSWORD)]).expect(200);
    app.try_portal("jana@x.example", PASSWORD).expect(303);
    acme.page().assert_says("Last signed in ");
    acme.page().contacts().into_iter().find(|row| row.says("Kai")).expect("Kai").press("Invite again").expect(303);
    assert_eq!(smtp.wait_for(3)[2].to, ["kai@x.example"]);
}

#[test]
fn a_mail_server_delivers_what_was_begun_sqlite() {
    delivered(Engine::Sqlite);
}

#[test]
fn a_mail_server_delivers_what_was_begun_postgres() {
    delivered(Engine::Postgres);
}
