//! The second factor: set up, asked for, used once, counted, switched off, required.

use macro_rules_attribute::apply;
use totp_rs::{Builder, Secret};

use crate::support::users::PASSWORD;
use crate::support::{Client, Clock, Engine, Page, TestApp, at_once, engines};

const RUTH: &str = "ruth@x.example";

/// The code of a secret, as its page shows it, at a time.
pub fn code(secret: &str, seconds: u64) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    Builder::new().with_secret(secret).build().unwrap().generate(seconds).to_string()
}

/// A user who has set it up; the secret and the recovery codes.
pub struct Owner {
    pub client: Client,
    pub secret: String,
    recovery: Vec<String>,
}

pub fn set_up(client: Client, clock: &Clock) -> Owner {
    client.post("/account/second-factor", &[]).expect(303);
    let page = client.get("/account/second-factor").expect(200);
    let secret = page.texts(".key code").concat();
    let done = client.post("/account/second-factor/on", &[("code", &code(&secret, clock.seconds()))]).expect(200);
    let recovery = done.texts(".codes code");
    assert_eq!(recovery.len(), 10, "{done}");
    Owner { client, secret, recovery }
}

fn owner(app: &TestApp, clock: &Clock) -> Owner {
    set_up(app.user(RUTH, "administrator"), clock)
}

/// The page that asks for the code.
fn asked(app: &TestApp) -> Page {
    let page = app.try_to_sign_in(RUTH, PASSWORD).expect(200);
    assert!(page.cookies().is_empty() && page.has("[name=code][inputmode=numeric][autocomplete=one-time-code]"), "{page}");
    page
}

fn on_both_engines(test: impl Fn(&TestApp, &Clock)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let clock = Clock::default();
        test(&TestApp::on(&clock, engine, &[]), &clock);
    }
}

#[test]
fn it_is_set_up_by_a_code_and_asked_for_from_then_on() {
    on_both_engines(|app, clock| {
        let other = {
            app.add_user(RUTH, "administrator");
            app.sign_in(RUTH)
        };
        let ruth = app.sign_in(RUTH);
        ruth.post("/account/second-factor", &[("return", "/customers/5")]).expect(303);
        let page = ruth.get("/account/second-factor").expect(200);
        assert!(page.has("svg.qr path") && page.texts(".key code").concat().len() == 39);
        ruth.post("/account/second-factor/on", &[("code", "000000")]).expect(422).assert_says("This code is wrong.");
        app.sign_in(RUTH).get("/account").expect(200).assert_says("Off");
        let secret = page.texts(".key code").concat();
        let used = code(&secret, clock.seconds());
        let done = ruth.post("/account/second-factor/on", &[("code", &used), ("return", "/customers/5")]).expect(200);
        done.assert_says("They are shown only now.");
        assert_eq!(done.attributes(".actions a", "href"), ["/customers/5"]);
        // A second press says what has happened.
        ruth.post("/account/second-factor/on", &[("code", &used)]).expect(422).assert_says("on already");
        other.get("/customers").expect(303);
        ruth.get("/account").expect(200).assert_says("You have 10 recovery codes left.");
        // The code of the set-up is used up (A1), the next one is not.
        asked(app)
            .submit(&[("code", &used)])
            .expect(422)
            .assert_says("This code is wrong, or has been used before. You have 4 more tries.");
        clock.forward(30);
        let next = code(&secret, clock.seconds());
        let entered = asked(app).submit(&[("code", &format!("{} {}", &next[..3], &next[3..]))]).expect(303);
        app.with_cookie(entered.cookie().unwrap()).get("/customers").expect(200);
        // Half signed in is not signed in.
        let pending = asked(app);
        let token = pending.attributes("[name=pending]", "value").concat();
        app.with_cookie(&format!("clientele={token}")).get("/customers").expect(303);
        for text in app.sql().texts("SELECT changes AS text FROM events").into_iter().flatten() {
            assert!(!text.contains(&secret.replace(' ', "")));
        }
        let facts =
            app.sql().count("events WHERE subject_kind = 'user' AND changes LIKE '%\"second_factor\",\"old\":\"off\",\"new\":\"on\"%'");
        assert_eq!(facts, 1);
    });
}

/// A1
#[test]
fn a_code_counts_once() {
    on_both_engines(|app, clock| {
        let owner = owner(app, clock);
        clock.forward(90);
        let now = code(&owner.secret, clock.seconds());
        // In two browsers, one after the other.
        let (first, second) = (asked(app), asked(app));
        first.submit(&[("code", &now)]).expect(303);
        second.submit(&[("code", &now)]).expect(422);
        // Nor one of a step before it.
        second.submit(&[("code", &code(&owner.secret, clock.seconds() - 30))]).expect(422);
        // At once, in several browsers, and one browser twice.
        clock.forward(60);
        let now = code(&owner.secret, clock.seconds());
        let pages: Vec<_> = (0..3).map(|_| asked(app)).collect();
        let before = app.sql().count("sessions");
        let statuses = at_once(6, |number| pages[number / 2].submit(&[("code", &now)]).status);
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(app.sql().count("sessions"), before + 1, "one session");
        // Recovery codes as well; they are read as people write them down.
        clock.forward(16 * 60);
        let page = asked(app);
        let written = owner.recovery[3].to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        page.submit(&[("code", &written)]).expect(303);
        asked(app).submit(&[("code", &owner.recovery[3])]).expect(422);
        let pages: Vec<_> = (0..3).map(|_| asked(app)).collect();
        let statuses = at_once(3, |number| pages[number].submit(&[("code", &owner.recovery[4])]).status);
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        // Former sets are dead.
        clock.forward(16 * 60);
        let client = app.with_cookie(asked(app).submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(303).cookie().unwrap());
        let new = client.post("/account/second-factor/codes", &[]).expect(200).texts(".codes code");
        asked(app).submit(&[("code", &owner.recovery[0])]).expect(422);
        asked(app).submit(&[("code", &new[0])]).expect(303);
        clock.forward(60);
        let again = set_up(
            app.with_cookie(asked(app).submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(303).cookie().unwrap()),
            clock,
        );
        clock.forward(60);
        asked(app).submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(422);
        asked(app).submit(&[("code", &new[1])]).expect(422);
        asked(app).submit(&[("code", &code(&again.secret, clock.seconds()))]).expect(303);
    });
}

/// A2
#[test]
fn wrong_codes_are_counted_for_the_account_however_often_the_password_is_given() {
    on_both_engines(|app, clock| {
        let owner = owner(app, clock);
        clock.forward(60);
        let (first, second) = (asked(app), asked(app));
        for left in ["4", "3"] {
            first.submit(&[("code", "000000")]).expect(422).assert_says(&format!("You have {left} more tries."));
        }
        second.submit(&[("code", "000000")]).expect(422).assert_says("You have 2 more tries.");
        asked(app).submit(&[("code", "AAAA-AAAA-AAAA-AAAA")]).expect(422).assert_says("You have 1 more try.");
        let last = asked(app).submit(&[("code", "000000")]).expect(429);
        last.assert_says("There were too many tries. Try again in 15 minutes.");
        assert!(last.has("[name=email]"), "it begins anew");
        // All that was pending has ended, the right code is not looked at, and the password leads no further.
        let right = code(&owner.secret, clock.seconds());
        for page in [&first, &second] {
            page.submit(&[("code", &right)]).expect(422).assert_says("That took too long. Sign in again.");
        }
        assert_eq!(app.sql().count("pending_sign_ins"), 0);
        app.try_to_sign_in(RUTH, PASSWORD).expect(429);
        owner.client.get("/customers").expect(200);
        clock.forward(16 * 60);
        asked(app).submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(303);
        // Too late for the code.
        let page = asked(app);
        clock.forward(10 * 60 + 1);
        page.submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(422).assert_says("That took too long.");
    });
}

#[test]
fn the_form_and_the_address_wait_for_the_code_too() {
    let clock = Clock::default();
    let app = TestApp::on(&clock, Engine::Sqlite, &[]);
    let owner = owner(&app, &clock);
    clock.forward(60);
    let form = app.post("/customers/new?type=company", &[("type", "company"), ("name", "Kept")]).expect(401);
    let page = form.submit(&[("email", RUTH), ("password", PASSWORD)]).expect(200);
    let other = page.press("Use a recovery code").expect(200);
    other.assert_says("Each works once.");
    let wrong = other.submit(&[("code", "nonsense")]).expect(422);
    assert!(wrong.says("Recovery code") && wrong.offers("Use your app"), "{wrong}");
    let entered = wrong.submit(&[("code", &owner.recovery[9])]).expect(200);
    entered.assert_says("has been kept").assert_says("Kept");
    let with = app.post("/sign-in", &[("email", RUTH), ("password", PASSWORD), ("return", "/customers/42?q=a")]).expect(200);
    clock.forward(30);
    assert_eq!(with.submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(303).location(), "/customers/42?q=a");
}

#[test]
fn it_is_switched_off_by_whoever_knows_the_password() {
    on_both_engines(|app, clock| {
        let owner = owner(app, clock);
        let question = owner.client.get("/account/second-factor/off").expect(200);
        question.assert_says("Your recovery codes no longer work.");
        clock.forward(11 * 60);
        owner.client.post("/account/second-factor/off", &[]).expect(403).assert_says("Switch off second factor");
        owner.client.post("/account/second-factor/codes", &[]).expect(403);
        owner.client.post("/confirm", &[("password", PASSWORD)]).expect(303);
        owner.client.post("/account/second-factor/off", &[]).expect(303);
        app.try_to_sign_in(RUTH, PASSWORD).expect(303);
        assert_eq!((app.sql().count("second_factors"), app.sql().count("recovery_codes")), (0, 0));
        owner.client.post("/account/second-factor/on", &[("code", "123456")]).expect(422).assert_says("That took too long.");
    });
}

#[apply(engines)]
fn where_it_is_required_nothing_is_reached_before_it_is_set_up(app: TestApp) {
    app.company("Acme").create();
    app.add_user(RUTH, "administrator");
    app.restart(&["--require-second-factor"]);
    let ruth = app.sign_in(RUTH);
    assert_eq!(ruth.get("/customers/1?q=acme").expect(303).location(), "/account/second-factor?return=%2Fcustomers%2F1%3Fq%3Dacme");
    assert!(ruth.htmx("/customers/1", "main#detail").expect(200).header("HX-Redirect").unwrap().starts_with("/account/second-factor"));
    for path in ["/customers.csv", "/account", "/customers/import"] {
        ruth.get(path).expect(303);
    }
    ruth.post("/customers/1/disable", &[]).expect(303);
    assert_eq!(app.sql().count("customers WHERE NOT enabled"), 0);
    ruth.get("/account/second-factor").expect(200).assert_says("Everybody here signs in with a code");
    let owner = set_up(ruth, &Clock::default());
    owner.client.get("/customers/1").expect(200);
    owner.client.post("/account/second-factor/off", &[]).expect(409).assert_says("everybody here needs one");
    owner.client.get("/account/second-factor/off").expect(409);
    assert!(!owner.client.get("/account/second-factor").offers("Switch off"));
    // Who has one signs in as before.
    let page = asked(&app);
    page.submit(&[("code", &owner.recovery[0])]).expect(303);
}
