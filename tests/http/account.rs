//! The page of whoever has signed in: password, sessions, and the password once more for what is powerful. Nothing secret is logged.

use macro_rules_attribute::apply;

use crate::support::http::encode;
use crate::support::users::PASSWORD;
use crate::support::{Client, Clock, Engine, Page, TestApp, engines};

const RUTH: &str = "ruth@x.example";
const NEW: &str = "another horse, another staple";

fn events(app: &TestApp) -> Vec<String> {
    let texts =
        app.sql().texts("SELECT actor_name || ' ' || task || ' ' || subject_kind || ' ' || changes AS text FROM events ORDER BY id");
    texts.into_iter().flatten().collect()
}

#[apply(engines)]
fn nobody_has_an_account_until_users_sign_in(app: TestApp) {
    app.get("/account").expect(404);
    app.get("/account/second-factor").expect(404);
    app.post("/account/password", &[("present", "x"), ("password", NEW)]).expect(404);
    app.post("/account/sessions/end", &[]).expect(404);
    app.post("/confirm", &[("password", "x")]).expect(422);
}

#[apply(engines)]
fn the_account_says_who_one_is_and_where_one_is_signed_in(app: TestApp) {
    app.add_user(RUTH, "viewer");
    let firefox = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")];
    let first = app.post_with("/sign-in", &firefox, &[("email", RUTH), ("password", PASSWORD)]).expect(303);
    let (here, there) = (app.with_cookie(first.cookie().unwrap()), app.sign_in(RUTH));
    let elsewhere = app.sign_in(RUTH);
    let sam = app.user("sam@x.example", "administrator");
    let page = here.get("/account").expect(200);
    page.assert_says("Viewer").assert_says(RUTH).assert_says("Firefox on Linux This one 127.0.0.1");
    assert_eq!(page.texts(".sessions tbody tr").len(), 3);
    // An administrator reads the same words.
    sam.get("/users/1").expect(200).assert_says("Firefox on Linux 127.0.0.1");
    assert!(here.get("/customers").offers("Account"));
    // Another's session is none of one's own.
    let ids = page.attributes(".sessions form", "action");
    sam.post(&ids[0], &[]).expect(404);
    here.post("/account/sessions/99/end", &[]).expect(404);
    here.post("/account/sessions/x/end", &[]).expect(404);
    let told = here.post(&ids[0], &[]).expect(303).follow().expect(200);
    told.assert_says("Signed out there.");
    elsewhere.get("/customers").expect(303);
    there.get("/customers").expect(200);
    told.press("Sign out everywhere else").expect(303);
    there.get("/customers").expect(303);
    let alone = here.get("/account").expect(200);
    assert!(!alone.offers("Sign out everywhere else"));
    sam.get("/customers").expect(200);
    assert_eq!(events(&app).iter().filter(|event| event.contains("\"field\":\"sessions\",\"old\":null,\"new\":null")).count(), 2);
    for path in ["/account/password", "/account/sessions/end", "/account/sessions/1/end", "/account/second-factor/on", "/confirm"] {
        here.get(path).expect(303);
    }
}

#[apply(engines)]
fn a_new_password_asks_for_the_present_one_and_ends_the_other_sessions(app: TestApp) {
    app.add_user(RUTH, "viewer");
    let (here, there) = (app.sign_in(RUTH), app.sign_in(RUTH));
    let change = |present: &str, new: &str| here.post("/account/password", &[("present", present), ("password", new)]);
    change("wrong", NEW).expect(422).assert_says("The password is wrong. You have 4 more tries.");
    for (new, words) in [
        ("short", "at least 8"),
        ("password1", "easy to guess"),
        ("ruth@x.example", "easy to guess"),
        (&"x".repeat(1_001), "at most 1,000"),
    ] {
        let page = change(PASSWORD, new).expect(422);
        page.assert_says(words);
        assert!(!page.text().contains(PASSWORD), "no password comes back");
    }
    app.sign_in(RUTH);
    change(PASSWORD, NEW).expect(303).follow().expect(200).assert_says("Your password has been changed.");
    there.get("/customers").expect(303);
    here.get("/customers").expect(200);
    app.try_to_sign_in(RUTH, PASSWORD).expect(422);
    app.try_to_sign_in(RUTH, NEW).expect(303);
    // NUL and Unicode count as they are.
    let odd = "pässwörd\0 密码 \u{1f512} long";
    change(NEW, odd).expect(303);
    app.try_to_sign_in(RUTH, "pässwörd").expect(422);
    app.try_to_sign_in(RUTH, odd).expect(303);
    // Who has taken over a session guesses five times.
    for _ in 0..5 {
        change("guess", NEW).expect(422);
    }
    change(odd, NEW).expect(422).assert_says("There were too many tries. Try again in 15 minutes.");
    assert_eq!(
        events(&app).iter().filter(|event| event.contains("edit user [{\"field\":\"password\",\"old\":null,\"new\":null}]")).count(),
        2
    );
}

fn send(client: &Client, page: &Page, typed: &[(&str, &str)]) -> Page {
    let (action, fields) = page.filled(typed);
    client.send("POST", action, &[("Content-Type", "application/x-www-form-urlencoded")], encode(&fields).as_bytes())
}

/// A10
#[test]
fn what_is_powerful_asks_for_the_password_after_ten_minutes_and_keeps_the_form() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let clock = Clock::default();
        let app = TestApp::on(&clock, engine, &[]);
        let ruth = app.user(RUTH, "administrator");
        ruth.get("/account/second-factor").expect(200);
        clock.forward(9 * 60);
        ruth.post("/account/second-factor", &[]).expect(303);
        clock.forward(2 * 60);
        // To be seen: one comes back to it.
        let asked = ruth.get("/account/second-factor?return=%2Fcustomers").expect(403);
        asked.assert_says("Set up second factor");
        assert!(!asked.has("svg.qr"));
        let wrong = send(&ruth, &asked, &[("password", "wrong")]).expect(422);
        wrong.assert_says("The password is wrong. You have 4 more tries.");
        // A form of another site is none of ours.
        let planted = [("what", "Add user"), ("kept_action", "/users"), ("kept_fields", "email=evil%40x.example"), ("password", PASSWORD)];
        ruth.post_with("/confirm", &[("Sec-Fetch-Site", "cross-site")], &planted).expect(403);
        ruth.post_with("/account/second-factor", &[("Sec-Fetch-Site", "cross-site")], &[]).expect(403);
        clock.forward(16 * 60);
        for action in ["//evil.example/", "https://evil.example/", "/sign-out", "/users/../sign-out", "javascript:x"] {
            let answer = ruth.post(
                "/confirm",
                &[("what", "x"), ("kept_action", action), ("kept_fields", "a=b"), ("password", "wrong"), ("return", action)],
            );
            assert_eq!(answer.expect(422).attributes("[name=kept_action]", "value"), [] as [&str; 0], "{action}");
        }
        clock.forward(16 * 60);
        // A form: it returns with what was typed, the action is named, and a press sends it.
        let asked = ruth.post("/account/second-factor", &[("return", "/customers/7"), ("note", "typed & kept")]).expect(403);
        let ready = send(&ruth, &asked, &[("password", PASSWORD)]).expect(200);
        ready.assert_says("Set up second factor?").assert_says("typed & kept").assert_says("Nothing has been changed yet.");
        assert!(ready.offers("Set up second factor"));
        let done = send(&ruth, &ready, &[]).expect(303);
        assert_eq!(done.location(), "/account/second-factor?return=%2Fcustomers%2F7");
        assert!(done.follow().expect(200).has("svg.qr"));
        // It lasts for ten minutes from then.
        clock.forward(9 * 60);
        ruth.get("/account/second-factor").expect(200);
        clock.forward(2 * 60);
        ruth.htmx_post("/account/second-factor", "main#detail", &[]).expect(403).assert_says("Enter your password");
    }
}

/// Everything that is done with secrets, at the most talkative level of the log.
#[test]
fn nothing_secret_is_logged_and_the_log_says_who_did_what() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let clock = Clock::default();
        let app = TestApp::on(&clock, engine, &[]);
        app.add_user(RUTH, "editor");
        let mut secrets = vec![PASSWORD.to_owned(), NEW.to_owned(), "Wr0ngPlanted".to_owned()];
        app.try_to_sign_in(RUTH, "Wr0ngPlanted").expect(422);
        app.try_to_sign_in("Wr0ngPlanted", "x").expect(422);
        let answer = app.try_to_sign_in(RUTH, PASSWORD).expect(303);
        secrets.extend(answer.cookies().split("; ").map(|cookie| cookie.split_once('=').unwrap().1.to_owned()));
        let ruth = app.with_cookie(&answer.cookies());
        ruth.post("/customers/new?type=company", &[("type", "company"), ("name", "Acme")]).expect(303);
        ruth.post("/account/password", &[("present", "Wr0ngPlanted"), ("password", NEW)]).expect(422);
        ruth.post("/account/password", &[("present", PASSWORD), ("password", NEW)]).expect(303);
        ruth.post("/confirm", &[("password", NEW), ("return", "/account")]).expect(303);
        ruth.post("/account/second-factor", &[]).expect(303);
        let page = ruth.get("/account/second-factor").expect(200);
        let secret = page.texts(".key code").concat();
        let code = crate::second_factor::code(&secret, clock.seconds());
        let codes = ruth.post("/account/second-factor/on", &[("code", &code)]).expect(200).texts(".codes code");
        clock.forward(60);
        let asked = app.try_to_sign_in(RUTH, NEW).expect(200);
        secrets.extend(asked.attributes("[name=pending]", "value"));
        let entered = send(&app, &asked, &[("code", &codes[0])]).expect(303);
        secrets.push(entered.cookie().unwrap().split_once('=').unwrap().1.to_owned());
        ruth.get("/customers/99").expect(404);
        ruth.post("/users", &[]);
        secrets.extend([secret.replace(' ', ""), secret]);
        secrets.extend(codes);
        secrets.extend(app.sql().texts("SELECT token_hash AS text FROM sessions").into_iter().flatten());
        let log = app.log();
        for secret in &secrets {
            assert!(!log.contains(secret.as_str()), "{secret}\n{log}");
        }
        let id = app.sql().number("SELECT id AS number FROM users");
        for words in ["signed in", "wrong e-mail or password", "/customers/new", "/account/password", "/customers/99"] {
            assert!(log.lines().any(|line| line.contains(words) && line.contains(&format!("user={id}"))), "{words}\n{log}");
        }
    }
}
