//! The second factor in the portal: set up, asked for, used once, counted, switched off. It is that of users (`second_factor.rs`); here is what
//! the portal makes of it.

use macro_rules_attribute::apply;

use crate::second_factor::code;
use crate::support::app::run;
use crate::support::users::PASSWORD;
use crate::support::{Client, Clock, Engine, Page, TestApp, at_once, engines};

const JANA: &str = "jana@acme.example";

fn on_both_engines(test: impl Fn(&TestApp, &Clock)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let clock = Clock::default();
        test(&TestApp::on(&clock, engine, &[]), &clock);
    }
}

/// A contact who has set it up; the secret and the recovery codes.
struct Owner {
    client: Client,
    secret: String,
    recovery: Vec<String>,
}

fn jana(app: &TestApp) -> Client {
    app.company("Acme").contact("Jana", "Hoffmann", JANA).create();
    app.contact_in_portal(JANA)
}

fn set_up(client: Client, clock: &Clock) -> Owner {
    let page = client.get("/portal/details").press("Set up second factor").expect(200);
    let page = page.press("Set up second factor").expect(303).follow();
    let secret = page.texts(".key code").concat();
    let done = page.submit(&[("code", &code(&secret, clock.seconds()))]).expect(200);
    let recovery = done.texts(".portal-codes code");
    assert_eq!(recovery.len(), 10, "{done}");
    Owner { client, secret, recovery }
}

/// The page that asks for the code.
fn asked(app: &TestApp) -> Page {
    let page = app.try_portal(JANA, PASSWORD).expect(200);
    assert!(page.cookies().is_empty() && page.has("[name=code][inputmode=numeric][autocomplete=one-time-code]"), "{page}");
    page
}

fn is_in(client: &Client) -> bool {
    client.get("/portal").status == 200
}

#[test]
fn it_is_set_up_by_a_code_and_asked_for_from_then_on() {
    on_both_engines(|app, clock| {
        app.sql().run("INSERT INTO settings (name, value) VALUES ('vendor', 'Schmiede & Co')").unwrap();
        let client = jana(app);
        let other = app.portal(JANA);
        client.get("/portal/details").assert_says("Off");
        client.post("/portal/second-factor", &[]).expect(303);
        let page = client.get("/portal/second-factor").expect(200);
        assert!(page.has("svg.qr path") && page.texts(".key code").concat().len() == 39, "{page}");
        client.post("/portal/second-factor/on", &[("code", "000000")]).expect(422).assert_says("This code is wrong.");
        assert!(is_in(&app.portal(JANA)), "it is not asked for yet");
        let secret = page.texts(".key code").concat();
        let used = code(&secret, clock.seconds());
        let done = client.post("/portal/second-factor/on", &[("code", &used)]).expect(200);
        done.assert_says("They are shown only now.");
        client.post("/portal/second-factor/on", &[("code", &used)]).expect(422).assert_says("on already");
        assert!(is_in(&client) && !is_in(&other), "who has not shown it is out");
        client.get("/portal/second-factor").assert_says("10 recovery codes are left.");
        client.get("/portal/details").assert_says("On");
        // The code of the set-up is used up, the next one is not.
        asked(app).submit(&[("code", &used)]).expect(422).assert_says("This code is wrong, or has been used before.");
        clock.forward(30);
        let next = code(&secret, clock.seconds());
        let entered = asked(app).submit(&[("code", &format!("{} {}", &next[..3], &next[3..]))]).expect(303);
        assert!(is_in(&app.with_cookie(entered.cookie().unwrap())));
        // Half signed in is not signed in, on neither side.
        let token = asked(app).attributes("[name=pending]", "value").concat();
        assert!(!is_in(&app.with_cookie(&format!("clientele-portal={token}; clientele={token}"))));
        // The history tells of it, at the contact, and not of the secret.
        let told = app.sql().texts("SELECT changes AS text FROM events WHERE subject_kind = 'contact' AND actor_kind = 'contact'");
        let told = told.into_iter().flatten().collect::<String>();
        assert!(told.contains(r#""portal_second_factor","old":"off","new":"on""#), "{told}");
        assert!(!told.contains(&secret.replace(' ', "")), "{told}");
        app.get("/customers/1/history").expect(200).assert_says("portal second factor");
        assert!(!app.log().contains(&secret.replace(' ', "")) && !app.log().contains(&token));
    });
}

#[test]
fn a_code_counts_once_and_so_does_a_recovery_code() {
    on_both_engines(|app, clock| {
        let owner = set_up(jana(app), clock);
        clock.forward(60);
        let now = code(&owner.secret, clock.seconds());
        let pages: Vec<_> = (0..3).map(|_| asked(app)).collect();
        let statuses = at_once(4, |number| pages[number % 3].submit(&[("code", &now)]).status);
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        clock.forward(16 * 60);
        let page = asked(app).press("Use a recovery code").expect(200);
        page.assert_says("Each works once.");
        let wrong = page.submit(&[("code", "nonsense")]).expect(422);
        assert!(wrong.says("Recovery code") && wrong.offers("Use your app"), "{wrong}");
        wrong.submit(&[("code", &owner.recovery[3].to_lowercase().replace('-', " "))]).expect(303);
        asked(app).submit(&[("code", &owner.recovery[3])]).expect(422);
        let left = app.sql().texts("SELECT changes AS text FROM events WHERE changes LIKE '%portal_recovery_codes%'");
        let left = left.into_iter().flatten().collect::<String>();
        assert!(left.contains(r#""old":"10","new":"9""#), "{left}");
        // New ones replace those before.
        let answer = asked(app).submit(&[("code", &owner.recovery[4])]).expect(303);
        let client = app.with_cookie(answer.cookie().unwrap());
        let new = client.get("/portal/second-factor").press("Make new codes").expect(200).texts(".portal-codes code");
        asked(app).submit(&[("code", &owner.recovery[0])]).expect(422);
        asked(app).submit(&[("code", &new[0])]).expect(303);
    });
}

#[test]
fn wrong_codes_are_counted_however_often_the_password_is_given() {
    on_both_engines(|app, clock| {
        let owner = set_up(jana(app), clock);
        clock.forward(60);
        let first = asked(app);
        for _ in 0..2 {
            first.submit(&[("code", "000000")]).expect(422);
        }
        for _ in 0..2 {
            asked(app).submit(&[("code", "AAAA-AAAA-AAAA-AAAA")]).expect(422);
        }
        let last = asked(app).submit(&[("code", "000000")]).expect(429);
        assert!(last.has("[name=email]"), "it begins anew");
        first.submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(422).assert_says("That took too long. Sign in again.");
        assert_eq!(app.sql().count("pending_sign_ins"), 0);
        app.try_portal(JANA, PASSWORD).expect(429);
        assert!(is_in(&owner.client), "whoever is in stays in");
        clock.forward(16 * 60);
        asked(app).submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(303);
        let page = asked(app);
        clock.forward(10 * 60 + 1);
        page.submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(422).assert_says("That took too long.");
    });
}

/// The password was given, the code is to come: what ends meanwhile ends that too.
#[test]
fn a_sign_in_that_waits_for_its_code_ends_with_the_right_to_it() {
    on_both_engines(|app, clock| {
        let owner = set_up(jana(app), clock);
        let jana = crate::support::Contact::of(app, 1);
        let enter = |page: &Page| {
            clock.forward(60);
            page.submit(&[("code", &code(&owner.secret, clock.seconds()))])
        };
        let page = asked(app);
        jana.disable().expect(303);
        enter(&page).expect(422);
        app.try_portal(JANA, PASSWORD).expect(422);
        jana.enable().expect(303);
        enter(&page).expect(422);
        let page = asked(app);
        app.let_in(&jana);
        enter(&page).expect(422).assert_says("Sign in again");
        // A new password, by whichever link, takes no second factor away.
        enter(&asked(app)).expect(303);
        // A pending sign-in of the one side is none of the other.
        app.add_user(JANA, "administrator");
        let pending = asked(app).attributes("[name=pending]", "value").concat();
        clock.forward(60);
        let now = code(&owner.secret, clock.seconds());
        app.post("/sign-in/code", &[("pending", &pending), ("code", &now)]).expect(422).assert_says("Sign in again");
        app.post("/portal/sign-in/code", &[("pending", &pending), ("code", &now)]).expect(303);
    });
}

#[test]
fn it_is_switched_off_by_the_password_and_changed_by_who_gave_it_lately() {
    on_both_engines(|app, clock| {
        let owner = set_up(jana(app), clock);
        let client = &owner.client;
        let question = client.get("/portal/second-factor/off").expect(200);
        question.assert_says("Your recovery codes no longer work.");
        question.submit(&[("present", "wrong")]).expect(422).assert_says("The present password is wrong.");
        clock.forward(11 * 60);
        // A browser that was left open changes nothing.
        for path in ["/portal/second-factor", "/portal/second-factor/on", "/portal/second-factor/codes"] {
            assert_eq!(client.post(path, &[("code", "1")]).expect(303).location(), "/portal/confirm", "{path}");
        }
        assert_eq!(client.get("/portal/second-factor").expect(303).location(), "/portal/confirm");
        let confirm = client.get("/portal/confirm").expect(200);
        confirm.submit(&[("present", "wrong")]).expect(422);
        confirm.submit(&[("present", PASSWORD)]).expect(303).follow().assert_says("10 recovery codes are left.");
        clock.forward(11 * 60);
        client.get("/portal/second-factor/off").submit(&[("present", PASSWORD)]).expect(303).follow().assert_says("Off");
        assert!(is_in(client) && is_in(&app.portal(JANA)));
        assert_eq!((app.sql().count("second_factors"), app.sql().count("recovery_codes")), (0, 0));
        for _ in 0..6 {
            client.post("/portal/confirm", &[("present", "wrong")]).expect(422);
        }
        client.post("/portal/confirm", &[("present", PASSWORD)]).expect(422).assert_says("Too many tries.");
    });
}

/// An edit that no form shows is an edit all the same: a form that was opened before it loses nobody's words.
#[apply(engines)]
fn a_form_that_was_opened_before_finds_what_was_saved_since(app: TestApp) {
    let client = jana(&app);
    let jana = crate::support::Contact::of(&app, 1);
    let form = app.get(jana.at("edit")).expect(200);
    jana.edit(&[("phone", "030 1")]).expect(303);
    let password = [("present", PASSWORD), ("password", "another phrase of mine"), ("again", "another phrase of mine")];
    client.post("/portal/password", &password).expect(303);
    form.submit(&[("ref_id", "R-7")]).expect(303);
    let now = app.get(jana.at("edit"));
    assert_eq!((now.field("phone"), now.field("ref_id")), ("030 1".to_owned(), "R-7".to_owned()));
    let form = app.get(jana.at("edit"));
    jana.edit(&[("phone", "030 2")]).expect(303);
    app.let_in(&jana);
    form.submit(&[("phone", "030 3")]).expect(409);
}

/// How somebody signs in is in no record: it is told of, and cannot be taken back.
#[apply(engines)]
fn what_only_its_owner_changes_is_not_undone(app: TestApp) {
    let client = jana(&app);
    set_up(client, &Clock::default());
    crate::support::Contact::of(&app, 1).edit(&[("phone", "1")]).expect(303);
    let history = app.get("/customers/1/history").expect(200);
    assert_eq!(history.texts("a.undo").len(), 3, "created, contact added, edited: {history}");
    let events = app.sql().texts("SELECT '' || id AS text FROM events WHERE task = 'invite' OR changes LIKE '%portal_%'");
    assert!(events.len() >= 2, "{events:?}");
    for id in events.into_iter().flatten() {
        app.post(format!("/events/{id}/undo"), &[]).expect(409).assert_says("This kind of change cannot be undone.");
    }
}

/// For who has lost the phone and the recovery codes.
#[apply(engines)]
fn the_command_line_removes_it(app: TestApp) {
    let owner = set_up(jana(&app), &Clock::default());
    let reset = |email: &str| {
        let output = run(&["user", "reset-second-factor", email, "--portal", "--database", &app.database.url]);
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let (status, said) = reset("nobody@x.example");
    assert!(status == Some(1) && said.contains("Nobody can sign in to the portal with nobody@x.example."), "{said}");
    let (status, said) = reset("JANA@acme.example");
    assert!(status == Some(0) && said.contains("now signs in with the password alone"), "{said}");
    assert!(!is_in(&owner.client) && is_in(&app.portal(JANA)));
    assert!(reset(JANA).1.contains("has no second factor"));
    app.get("/customers/1/history").assert_says("Command line");
}
