//! Signing in: limits, sessions and what follows their end, bad cookies, and addresses to come back to.

use std::time::{Duration, Instant};

use macro_rules_attribute::apply;

use crate::password_links::{by_link, id_of, link};
use crate::support::app::run;
use crate::support::http::{encode, parameter};
use crate::support::users::PASSWORD;
use crate::support::{Client, Clock, Engine, Page, TestApp, at_once, engines};

const RUTH: &str = "ruth@x.example";

fn outcomes(app: &Client, email: &str, times: usize) -> Vec<(u16, String)> {
    (0..times).map(|_| app.post("/sign-in", &[("email", email), ("password", "wrong")])).map(|page| (page.status, page.alert())).collect()
}

#[apply(engines)]
fn tries_are_counted_alike_for_accounts_that_do_not_exist(app: TestApp) {
    app.add_user(RUTH, "editor");
    let real = outcomes(&app, RUTH, 6);
    assert_eq!(real.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [422, 422, 422, 422, 422, 429]);
    assert_eq!(real[0].1, "The e-mail or the password is wrong. You have 4 more tries.");
    assert_eq!(real[3].1, "The e-mail or the password is wrong. You have 1 more try.");
    assert_eq!(real[5].1, "There were too many tries. Try again in 15 minutes.");
    assert_eq!(outcomes(&app, "nobody@x.example", 6), real);
    // The account waits, however it is spelled, with the right password too.
    let answer = app.try_to_sign_in(" Ruth@X.EXAMPLE ", PASSWORD).expect(429);
    assert!(answer.header("Retry-After").unwrap().parse::<u64>().unwrap() <= 900);
    assert_eq!(answer.cookie(), None);
    assert!(!app.sql().texts("SELECT bucket AS text FROM attempts").iter().flatten().any(|bucket| bucket.contains("ruth")));
}

#[apply(engines)]
fn however_many_are_sent_at_once_only_five_are_looked_at(app: TestApp) {
    app.add_user(RUTH, "editor");
    let statuses = at_once(12, |_| app.try_to_sign_in(RUTH, "wrong").status);
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    assert_eq!((count(422), count(429)), (5, 7), "{statuses:?}");
}

/// A client with all cookies that a sign-in gave it.
fn signed_in(app: &TestApp, email: &str) -> (Client, String) {
    let answer = app.try_to_sign_in(email, PASSWORD).expect(303);
    (app.with_cookie(&answer.cookies()), answer.cookies())
}

#[test]
fn limits_expire_and_one_network_address_has_more() {
    let clock = Clock::default();
    let app = TestApp::on(&clock, Engine::Sqlite, &[]);
    app.add_user(RUTH, "editor");
    outcomes(&app, RUTH, 5);
    app.try_to_sign_in(RUTH, PASSWORD).expect(429);
    clock.forward(15 * 60 + 1);
    app.try_to_sign_in(RUTH, PASSWORD).expect(303);
    // A right password takes nothing away from the address.
    for number in 0..20 {
        app.try_to_sign_in(&format!("guess{number}@x.example"), "wrong").expect(422);
    }
    app.try_to_sign_in("guess20@x.example", "wrong").expect(429);
    app.try_to_sign_in(RUTH, PASSWORD).expect(429);
    clock.forward(15 * 60 + 1);
    app.try_to_sign_in(RUTH, PASSWORD).expect(303);
}

#[apply(engines)]
fn strangers_do_not_keep_out_a_browser_that_is_known(app: TestApp) {
    app.add_user(RUTH, "editor");
    app.add_user("sam@x.example", "editor");
    let (_, cookies) = signed_in(&app, RUTH);
    let known = cookies.split("; ").find(|cookie| cookie.starts_with("clientele-browser=")).unwrap().to_owned();
    for number in 0..25 {
        app.try_to_sign_in(if number % 2 == 0 { RUTH } else { "other@x.example" }, "wrong");
    }
    app.try_to_sign_in(RUTH, PASSWORD).expect(429);
    let at_home = app.with_cookie(&known);
    let again = at_home.post("/sign-in", &[("email", RUTH), ("password", PASSWORD)]).expect(303);
    assert!(again.cookies().contains(&known), "it stays known: {}", again.cookies());
    // It is known for this account alone, and has no more tries than others.
    at_home.post("/sign-in", &[("email", "sam@x.example"), ("password", PASSWORD)]).expect(429);
    assert_eq!(outcomes(&at_home, RUTH, 6).iter().map(|(status, _)| *status).collect::<Vec<_>>(), [422, 422, 422, 422, 422, 429]);
    let guessed = app.with_cookie(&format!("clientele-browser={}", "a".repeat(43)));
    guessed.post("/sign-in", &[("email", RUTH), ("password", PASSWORD)]).expect(429);
}

/// A browser is known from the first time on: when the first user was added in it, and when a password was set in it by a link.
#[apply(engines)]
fn strangers_do_not_keep_out_who_has_just_set_a_password(app: TestApp) {
    let lock = || {
        for _ in 0..6 {
            app.try_to_sign_in(RUTH, "wrong");
        }
        app.try_to_sign_in(RUTH, PASSWORD).expect(429);
    };
    let first = [("name", "Ruth"), ("email", RUTH), ("password", PASSWORD), ("again", PASSWORD)];
    let browser = app.with_cookie(&app.post("/users/first", &first).expect(303).cookies());
    lock();
    let ruth = app.with_cookie(&browser.post("/sign-in", &[("email", RUTH), ("password", PASSWORD)]).expect(303).cookies());

    let users = ruth.get("/users/1").expect(200);
    let set = by_link(&app, &link(&users.press("New link").expect(200), &app), PASSWORD).expect(200);
    // The tries at the old password are no tries at the new one.
    app.sign_in(RUTH);
    lock();
    app.with_cookie(&set.cookies()).post("/sign-in", &[("email", RUTH), ("password", PASSWORD)]).expect(303);
    // Browsers of before may be in wrong hands: that is why a password is set by a link.
    browser.post("/sign-in", &[("email", RUTH), ("password", PASSWORD)]).expect(429);
}

#[apply(engines)]
fn unknown_user_and_wrong_password_take_the_same_time(app: TestApp) {
    app.add_user(RUTH, "editor");
    let time = |email: &str| {
        app.sql().run("DELETE FROM attempts").unwrap();
        let start = Instant::now();
        app.try_to_sign_in(email, "wrong").expect(422);
        start.elapsed()
    };
    let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    for number in 0..12 {
        times[0].push(time(RUTH));
        times[1].push(time(&format!("nobody{number}@x.example")));
    }
    let [real, nobody] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    assert!(real < nobody * 2 && nobody < real * 2, "{real:?} and {nobody:?}");
}

#[apply(engines)]
fn a_hash_with_old_parameters_is_made_again(app: TestApp) {
    app.add_user(RUTH, "editor");
    // Argon2id of the same password with 8 MiB and one pass.
    let old = old_hash(PASSWORD);
    app.sql().run(&format!("UPDATE users SET password = '{old}'")).unwrap();
    app.try_to_sign_in(RUTH, "wrong").expect(422);
    assert_eq!(app.sql().texts("SELECT password AS text FROM users")[0].as_deref(), Some(&*old), "only the right one is known");
    app.sign_in(RUTH);
    let new = app.sql().texts("SELECT password AS text FROM users").remove(0).unwrap();
    assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && new != old, "{new}");
    app.sign_in(RUTH).get("/customers").expect(200);
}

/// Somebody signs in with the old password at the instant at which a new one is set.
#[apply(engines)]
fn a_password_that_is_changed_meanwhile_is_not_brought_back(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    app.add_user(RUTH, "editor");
    let (old, new) = (old_hash(PASSWORD), "another horse, another staple");
    let page = format!("/users/{}/link", id_of(&app, RUTH));
    for round in 0..8 {
        app.sql().run(&format!("UPDATE users SET password = '{old}' WHERE email = '{RUTH}'")).unwrap();
        let path = link(&ada.post(&page, &[]).expect(200), &app);
        let answers =
            at_once(
                2,
                |at| {
                    if at == 0 { app.try_to_sign_in(RUTH, PASSWORD) } else { app.post(&path, &[("password", new), ("again", new)]) }
                },
            );
        assert_eq!(answers[1].status, 200, "round {round}");
        if answers[0].status == 303 {
            app.with_cookie(&answers[0].cookies()).get("/customers").expect(303);
        }
        app.try_to_sign_in(RUTH, PASSWORD).expect(422);
        app.try_to_sign_in(RUTH, new).expect(303);
    }
}

fn old_hash(password: &str) -> String {
    use argon2::password_hash::PasswordHasher as _;
    let params = argon2::Params::new(8 << 10, 1, 1, None).unwrap();
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params).hash_password(password.as_bytes()).unwrap().to_string()
}

#[apply(engines)]
fn text_that_a_database_cannot_hold_is_a_wrong_try(app: TestApp) {
    app.add_user(RUTH, "editor");
    let long = "p".repeat(100_000);
    for (email, password) in [
        ("ru\0th@x.example", PASSWORD),
        ("\0", "\0"),
        (RUTH, "correct horse battery staple\0"),
        (RUTH, "\u{feff}\u{202e}𝔭𝔞𝔰𝔰"),
        ("' OR 1=1 --", "x"),
        (&format!("{}@x.example", "é".repeat(5_000)), "x"),
        (RUTH, &long),
        ("", ""),
    ] {
        let answer = app.try_to_sign_in(email, password).expect(422);
        assert!(answer.alert().starts_with("The e-mail or the password is wrong."), "{answer}");
    }
    assert_eq!(app.sql().count("attempts WHERE bucket LIKE 'address %' AND tries = 8"), 1, "each counts");
    app.post("/sign-in", &[("email", "a\0"), ("password", "x"), ("return", "/\0"), ("kept_action", "\0"), ("kept_fields", "\0")])
        .expect(422);
    app.send("POST", "/sign-in", &[("Content-Type", "application/x-www-form-urlencoded")], b"email=%FF&password=x").expect(400);
    app.send("POST", "/sign-in", &[("Content-Type", "application/x-www-form-urlencoded")], &vec![b'a'; 300_000]).expect(413);
    app.post("/sign-in/code", &[("pending", "\0"), ("code", "\0")]).expect(422);
    app.get("/sign-in?return=%00&x=%FF").expect(200);
}

#[apply(engines)]
fn only_pages_of_this_site_are_led_to(app: TestApp) {
    app.add_user(RUTH, "editor");
    let lands = |address: &str| {
        let form = app.get(format!("/sign-in?{}", encode(&[("return", address)]))).expect(200);
        let shown = form.attributes("input[name=return]", "value")[0].clone();
        let posted = app.post("/sign-in", &[("email", RUTH), ("password", PASSWORD), ("return", address)]).expect(303);
        assert_eq!(posted.location(), shown, "{address}");
        shown
    };
    for address in [
        "/\\evil.example",
        "//evil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/.//evil.example",
        "https://evil.example/customers",
        "/sign-out",
        "/customers/../sign-out",
        "/customers/%2e%2e/sign-out",
        "javascript:alert(1)",
        "/customers\r\nSet-Cookie: a=b",
        "",
    ] {
        assert_eq!(lands(address), "/customers", "{address:?}");
    }
    let deep = "/customers/42?q=a%26b+%22c%22&status=enabled&sort=newest";
    assert_eq!(lands(deep), deep);
    assert_eq!(lands("/customers/4/disable?q=a"), "/customers/4?q=a", "never an action");
}

#[apply(engines)]
fn whatever_meets_the_ended_session_first_the_page_of_the_address_bar_opens(app: TestApp) {
    app.company("Acme").create();
    app.add_user(RUTH, "editor");
    let shown = format!("http://{}/customers/1?q=acme", app.host);
    let seen = [("Referer", shown.as_str())];
    let back = |page: &Page| {
        let to = page.header("HX-Redirect").unwrap_or_else(|| page.location());
        parameter(to, "return").unwrap()
    };
    let swap =
        |target: &'static str| [("HX-Request", "true"), ("HX-Request-Type", "partial"), ("HX-Target", target), ("HX-Current-URL", &shown)];
    for (path, target) in [
        ("/customers?q=acm", "div#results"),
        ("/customers/2", "main#detail"),
        ("/customers/1/contacts/new", "tr#x"),
        ("/customers/import/1", "section#import"),
    ] {
        let page = app.get_with(path, &swap(target)).expect(200);
        assert_eq!(back(&page), "/customers/1?q=acme", "{path}");
        assert_eq!(page.bytes.len(), 0, "nothing of it is put into the page");
    }
    assert_eq!(back(&app.get_with("/customers.csv?q=acme", &seen).expect(303)), "/customers/1?q=acme");
    assert_eq!(back(&app.get("/customers/1?q=acme").expect(303)), "/customers/1?q=acme");
    // What a page asks by itself takes no form away.
    let ping = app.post_with("/editing", &swap("p#editing"), &[]).expect(204);
    assert!(ping.header("HX-Redirect").is_none() && ping.bytes.is_empty(), "{ping}");
    // A form: it is kept, and the page behind it is where one goes on without it.
    let form = app.post_with("/customers/1/disable?q=acme", &seen, &[]).expect(401);
    let sent = form.submit(&[("email", RUTH), ("password", PASSWORD)]).expect(200);
    assert!(sent.texts("a").iter().any(|text| text == "Discard it"));
    assert_eq!(sent.attributes("form a", "href"), ["/customers/1?q=acme"]);
    let page = app.htmx_post("/customers/1/contacts/new", "section#contacts", &[("first_name", "Kept"), ("email", "x")]).expect(401);
    assert_eq!(page.header("HX-Retarget"), Some("#detail"));
    assert!(!page.text().contains("<html") && page.says("what you typed is kept"));
    let ruth = app.with_cookie(page.submit(&[("email", RUTH), ("password", PASSWORD)]).expect(200).cookie().unwrap());
    let (action, fields) = page.submit(&[("email", RUTH), ("password", PASSWORD)]).filled(&[]);
    assert_eq!(action, "/customers/1/contacts/new");
    let again = ruth.send("POST", action, &[("Content-Type", "application/x-www-form-urlencoded")], encode(&fields).as_bytes()).expect(422);
    again.assert_says("Enter an e-mail address");
    // One that is too large to be kept says so by not promising it; the answer is no error.
    let large = app.post("/customers/new?type=company", &[("type", "company"), ("description", &"%".repeat(80_000))]).expect(401);
    assert!(!large.says("is kept") && large.says("Sign in to go on"), "{large}");
    large.submit(&[("email", RUTH), ("password", PASSWORD)]).expect(303);
    // Two presses make one record.
    let form =
        app.post("/customers/new?type=company", &[("type", "company"), ("name", "Once"), ("token", "abcdefghijklmnopqrstuv")]).expect(401);
    let ready = form.submit(&[("email", RUTH), ("password", PASSWORD)]).expect(200);
    let ruth = app.with_cookie(ready.cookie().unwrap());
    let (action, fields) = ready.filled(&[]);
    for _ in 0..2 {
        ruth.send("POST", &action, &[("Content-Type", "application/x-www-form-urlencoded")], encode(&fields).as_bytes()).expect(303);
    }
    assert_eq!(app.sql().count("customers WHERE name = 'Once'"), 1);
}

#[test]
fn sessions_end_when_nobody_asks_and_after_two_weeks() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let clock = Clock::default();
        let app = TestApp::on(&clock, engine, &[]);
        app.add_user(RUTH, "administrator");
        let ruth = app.sign_in(RUTH);
        clock.forward(7 * 3600);
        ruth.get("/customers").expect(200);
        clock.forward(7 * 3600);
        // What a page asks by itself prolongs nothing, nor does a HEAD.
        ruth.htmx("/customers/import/1", "section#import");
        ruth.send("HEAD", "/customers", &[], &[]).expect(200);
        clock.forward(3600 + 60);
        ruth.get("/customers").expect(303);
        let ruth = app.sign_in(RUTH);
        for _ in 0..47 {
            clock.forward(7 * 3600);
            ruth.get("/customers").expect(200);
        }
        clock.forward(7 * 3600 + 60);
        ruth.get("/customers").expect(303);
    }
}

#[apply(engines)]
fn a_session_survives_a_restart(app: TestApp) {
    app.add_user(RUTH, "editor");
    let answer = app.try_to_sign_in(RUTH, PASSWORD).expect(303);
    app.restart(&["--session-idle", "0.5", "--session-lifetime", "1"]);
    app.with_cookie(answer.cookie().unwrap()).get("/customers").expect(200);
    let mut tokens = app.sql().texts("SELECT token_hash AS text FROM sessions");
    let token = answer.cookie().unwrap().split_once('=').unwrap().1;
    assert!(tokens.remove(0).unwrap() != token, "the database knows its hash alone");
}

#[test]
fn settings_of_sessions_are_checked() {
    for arguments in [["--session-idle", "0"], ["--session-lifetime", "401"], ["--session-idle", "soon"]] {
        let output = run(&[&["serve"], &arguments[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
}

#[apply(engines)]
fn a_session_is_renewed_at_sign_in_and_bad_cookies_are_nothing(app: TestApp) {
    app.company("Acme").create();
    app.add_user(RUTH, "editor");
    app.add_user("sam@x.example", "viewer");
    // Fixation: what was known before never lets in.
    let planted = format!("clientele={}", "x".repeat(43));
    let answer = app.with_cookie(&planted).post("/sign-in", &[("email", RUTH), ("password", PASSWORD)]).expect(303);
    let first = answer.cookie().unwrap().to_owned();
    assert_ne!(first, planted);
    app.with_cookie(&planted).get("/customers").expect(303);
    let second = app.with_cookie(&first).post("/sign-in", &[("email", RUTH), ("password", PASSWORD)]).expect(303);
    let second = second.cookie().unwrap().to_owned();
    app.with_cookie(&first).get("/customers").expect(303);
    app.with_cookie(&second).get("/customers").expect(200);
    // Cut, lengthened, in other letters, random, of another name: no session, no error.
    let token = second.split_once('=').unwrap().1.to_owned();
    for cookie in [
        format!("clientele={}", &token[..42]),
        format!("clientele={token}A"),
        format!("clientele={}", token.to_lowercase().to_uppercase()),
        format!("Clientele={token}"),
        format!("__Host-clientele={token}"),
        format!("clientele=\"{token}\""),
        format!("clientele-browser={token}"),
        "clientele=".to_owned(),
        "clientele".to_owned(),
        format!("clientele={}", "%00".repeat(14)),
    ] {
        app.with_cookie(&cookie).get("/customers").expect(303);
    }
    // Another program's cookies beside ours, which nobody can parse; a parent domain's of the same name before it.
    for cookie in [
        format!("{{\"a\":[1,2;3]}}=\u{a0}; =; ;;; {second}"),
        format!("{second}; x={{\"json\": \"a;b\"}}"),
        format!("clientele=old; clientele={}; {second}", "b".repeat(43)),
        format!("a={}; {second}", "c".repeat(4_000)),
    ] {
        app.with_cookie(&cookie).get("/customers").expect(200);
    }
    let raw = [
        b"GET /customers HTTP/1.1\r\nHost: ",
        app.host.as_bytes(),
        b"\r\nConnection: close\r\nCookie: x=\xff\xfe\r\nCookie: ",
        second.as_bytes(),
        b"\r\n\r\n",
    ];
    assert_eq!(app.raw_status(&raw.concat()), 200);
    // Swapped: each session is its own user's.
    let sam = app.sign_in("sam@x.example");
    sam.post("/customers/1/disable", &[]).expect(403);
    app.with_cookie(&second).post("/customers/1/disable", &[]).expect(303);
    // Parallel sign-ins are sessions of their own.
    let sessions = at_once(4, |_| app.try_to_sign_in(RUTH, PASSWORD).expect(303).cookie().unwrap().to_owned());
    for cookie in &sessions {
        app.with_cookie(cookie).get("/customers").expect(200);
    }
    app.with_cookie(&sessions[0]).post("/sign-out", &[]).expect(303);
    app.with_cookie(&sessions[0]).get("/customers").expect(303);
    app.with_cookie(&sessions[1]).get("/customers").expect(200);
}

#[apply(engines)]
fn no_browser_keeps_what_was_seen(app: TestApp) {
    assert_eq!(app.get("/customers").header("Cache-Control"), Some("private, no-cache"));
    let ruth = app.user(RUTH, "editor");
    for path in ["/customers", "/account", "/customers.csv", "/customers/99"] {
        assert!(ruth.get(path).header("Cache-Control").unwrap().contains("no-store"), "{path}");
    }
    let css = ruth.get("/customers").attributes("link[rel=stylesheet]", "href")[0].clone();
    assert!(ruth.get(css).header("Cache-Control").unwrap().contains("immutable"));
}

/// A crowd signs in at once, and half of it goes away.
#[test]
fn a_crowd_is_told_to_come_again_and_other_pages_stay_quick() {
    let mut app = TestApp::start(Engine::Sqlite);
    app.company("Acme").create();
    let ruth = app.user(RUTH, "editor");
    let before = app.process().memory();
    let form = |number: usize| {
        let body = encode(&[
            ("email", format!("crowd{number}@x.example").as_str()),
            ("password", "wrong"),
            ("kept_action", "/customers/1/edit"),
            ("kept_fields", "name=Typed"),
        ]);
        format!(
            "POST /sign-in HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            app.host,
            body.len()
        )
    };
    let start = Instant::now();
    let statuses = at_once(150, |number| {
        use std::io::{Read as _, Write as _};
        let mut line = std::net::TcpStream::connect(&app.host).unwrap();
        line.write_all(form(number).as_bytes()).unwrap();
        if number % 2 == 1 {
            return String::new();
        }
        let mut answer = String::new();
        let _ = line.read_to_string(&mut answer);
        if answer.contains(" 503 ") {
            assert!(answer.contains("name=Typed"), "the form that waits is kept");
        }
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    });
    let took = start.elapsed();
    let count = |status: &str| statuses.iter().filter(|found| *found == status).count();
    assert!(count("503") > 0 && count("503") + count("422") + count("429") == 75, "{statuses:?}");
    assert!(took < Duration::from_secs(20), "{took:?}");
    let quick = Instant::now();
    ruth.get("/customers").expect(200);
    assert!(quick.elapsed() < Duration::from_secs(3), "{:?}", quick.elapsed());
    let after = app.process().memory();
    assert!(after < before + 100, "{before} MiB, then {after}");
}
