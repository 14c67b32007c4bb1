//! From one person to many: the first user, the Users page, and the last administrator.

use macro_rules_attribute::apply;

use crate::password_links::{by_link, id_of, link};
use crate::support::app::run;
use crate::support::users::PASSWORD;
use crate::support::{TestApp, at_once, engines};

const FIRST: [(&str, &str); 4] = [("name", "Ruth Ashworth"), ("email", "ruth@x.example"), ("password", PASSWORD), ("again", PASSWORD)];

#[apply(engines)]
fn the_first_user_is_added_on_the_page(app: TestApp) {
    app.company("Acme").create();
    let page = app.get("/customers").press("Users").expect(200);
    page.assert_says("Nobody signs in yet").assert_says("There is no way back");
    assert!(page.texts("nav a[aria-current]").concat() == "Users");

    let again = page.submit(&[("name", "Ruth"), ("email", "ruth"), ("password", "7 chars"), ("again", "7 chars")]).expect(422);
    assert_eq!(again.errors(), ["email", "password"]);
    assert_eq!(again.field("name"), "Ruth");
    assert!(!again.text().contains("7 chars"), "a password is not drawn again");
    let again = again.submit(&[("email", "ruth@x.example"), ("password", PASSWORD), ("again", "another battery staple")]).expect(422);
    assert!(again.error_of("again").unwrap().contains("The two passwords are not the same."));
    app.get("/customers").expect(200);

    let added = app.get("/users").submit(&FIRST).expect(303);
    let ruth = app.with_cookie(added.cookie().expect("a session"));
    let users = ruth.get(added.location()).expect(200);
    users.assert_says("You are signed in. From now on everybody signs in.").assert_says("Ruth Ashworth").assert_says("Administrator");
    app.get("/customers").expect(303);
    app.get("/users").expect(303);
    app.sign_in("ruth@x.example").get("/customers").expect(200);

    app.post("/users/first", &FIRST).expect(303).location();
    ruth.post("/users/first", &[("name", "Eve"), ("email", "eve@x.example"), ("password", PASSWORD), ("again", PASSWORD)]).expect(303);
    assert_eq!(app.sql().count("users"), 1);
    let event = app
        .sql()
        .texts("SELECT actor_kind || ' ' || task || ' ' || subject_name || changes AS text FROM events WHERE subject_kind = 'user'");
    let event = event[0].clone().unwrap();
    assert!(event.starts_with("local create Ruth Ashworth") && event.contains("administrator") && !event.contains("battery"), "{event}");
}

#[apply(engines)]
fn of_two_first_users_at_one_instant_one_is_added(app: TestApp) {
    let answers = at_once(6, |number| {
        let email = format!("first{number}@x.example");
        app.post("/users/first", &[("name", "First"), ("email", &email), ("password", PASSWORD), ("again", PASSWORD)])
    });
    assert_eq!(answers.iter().filter(|page| page.cookie().is_some()).count(), 1);
    assert_eq!(app.sql().count("users"), 1);
}

#[apply(engines)]
fn an_administrator_adds_people_who_set_their_passwords(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    let form = ada.get("/users").press("New user").expect(200);
    let taken = form.submit(&[("name", "Other"), ("email", "ADA@x.example")]).expect(422);
    assert!(taken.error_of("email").unwrap().contains("E-mail ADA@x.example already belongs to ada@x.example"));
    let added = form.submit(&[("name", "Bo <b>"), ("email", "bo@x.example"), ("role", "editor")]).expect(200);
    assert_eq!(added.header("Cache-Control"), Some("no-store"));
    let path = link(&added, &app);
    assert_eq!(form.submit(&[("name", "Bo <b>"), ("email", "bo@x.example"), ("role", "editor")]).expect(303).location(), "/users/2");
    let page = ada.get("/users/2").expect(200);
    assert!(page.says("No password yet") && !page.text().contains("/set-password/"), "told once");
    ada.get("/users").assert_says("Bo <b>").assert_says("No password yet");
    assert!(app.post("/sign-in", &[("email", "bo@x.example"), ("password", "")]).status == 422);

    let bo = by_link(&app, &path, PASSWORD).expect(200);
    bo.assert_says("Your password is set");
    app.sign_in("bo@x.example").get("/customers").expect(200);
    assert!(!ada.get("/users").says("No password yet"));
    let hashes = app.sql().texts("SELECT token_hash AS text FROM password_links");
    assert!(hashes.iter().flatten().all(|hash| !path.contains(hash.as_str())));
}

#[apply(engines)]
fn what_takes_a_right_away_ends_sessions_at_once(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    app.add_user("bo@x.example", "editor");
    let id = id_of(&app, "bo@x.example");
    let page = format!("/users/{id}");
    let edit = |role: &str| ada.get(format!("{page}/edit")).expect(200).submit(&[("role", role)]).expect(303).follow().expect(200);

    let bo = app.sign_in("bo@x.example");
    edit("viewer").assert_says("Saved bo@x.example.");
    bo.get("/customers").expect(303);
    let bo = app.sign_in("bo@x.example");
    bo.post("/customers", &[("type", "company"), ("name", "Acme")]).expect(403);
    edit("editor");
    bo.post("/customers", &[("type", "company"), ("name", "Acme")]).expect(303);

    ada.get(&page).press("Disable").expect(303).follow().assert_says("Disabled bo@x.example, who is signed out.");
    bo.get("/customers").expect(303);
    bo.htmx("/customers", "div#results").expect(200).header("HX-Redirect").expect("to sign in");
    app.post("/sign-in", &[("email", "bo@x.example"), ("password", PASSWORD)]).expect(422);
    ada.post(format!("{page}/disable"), &[]).expect(409).assert_says("This user is already disabled.");
    ada.get(&page).press("Enable").expect(303);
    ada.post(format!("{page}/enable"), &[]).expect(409).assert_says("This user is already enabled.");

    let (first, second) = (app.sign_in("bo@x.example"), app.sign_in("bo@x.example"));
    assert!(ada.get(&page).says("Signed in 2"));
    ada.get(&page).press("End all sessions").expect(303).follow().assert_says("Signed bo@x.example out everywhere.");
    first.get("/customers").expect(303);
    second.get("/customers").expect(303);
    ada.get("/customers").expect(200);

    let events = app.sql().texts(&format!(
        "SELECT actor_name || ' ' || task || ' ' || changes AS text FROM events WHERE subject_kind = 'user' AND subject_id = {id} ORDER BY id"
    ));
    let events: Vec<_> = events.into_iter().flatten().collect();
    assert!(events[1].contains(r#"ada@x.example edit [{"field":"role","old":"editor","new":"viewer"}]"#), "{events:?}");
    assert!(events[2].contains(r#""old":"viewer","new":"editor""#), "{events:?}");
    assert!(events[3].starts_with("ada@x.example disable") && events[4].starts_with("ada@x.example enable"), "{events:?}");
    assert!(events[5].contains("sessions") && events.len() == 6, "{events:?}");
}

#[apply(engines)]
fn the_last_administrator_stays(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    app.add_user("bo@x.example", "editor");
    let page = format!("/users/{}", id_of(&app, "ada@x.example"));
    let own = ada.get(&page).expect(200);
    assert!(!own.offers("Disable"));
    own.assert_says("can be neither disabled nor given another role");
    let words = "This is the only administrator who can sign in";
    ada.post(format!("{page}/disable"), &[]).expect(409).assert_says(words);
    ada.get(format!("{page}/edit")).submit(&[("role", "viewer")]).expect(409).assert_says(words);
    // One who was only invited lets nobody in.
    ada.get("/users/new").submit(&[("name", "Cy"), ("email", "cy@x.example"), ("role", "administrator")]).expect(200);
    ada.post(format!("{page}/disable"), &[]).expect(409).assert_says(words);
    // The database keeps it, whoever writes.
    for change in ["role = 'editor'", "enabled = (1 = 0)", "password = NULL"] {
        let error = app.sql().run(&format!("UPDATE users SET {change} WHERE email = 'ada@x.example'")).expect_err(change);
        assert!(error.to_string().contains("users_last_administrator"), "{error}");
    }
    let refused = run(&["user", "disable", "ada@x.example", "--database", &app.database.url]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains(words), "{refused:?}");
    ada.get("/users").expect(200);
}

/// Two administrators go at one instant.
#[apply(engines)]
fn of_two_administrators_who_go_at_one_instant_one_stays(app: TestApp) {
    let emails = ["ada@x.example", "bo@x.example"];
    for email in emails {
        app.add_user(email, "administrator");
    }
    let ids = emails.map(|email| id_of(&app, email));
    let mut clients = emails.map(|email| app.sign_in(email));
    for round in 0..50 {
        // Each disables, or demotes, herself.
        let forms = [0, 1].map(|at| clients[at].get(format!("/users/{}/edit", ids[at])).expect(200));
        let own = |at: usize| {
            if round % 2 == 0 {
                clients[at].post(format!("/users/{}/disable", ids[at]), &[]).status
            } else {
                forms[at].submit(&[("role", "viewer")]).status
            }
        };
        let mut statuses = at_once(2, own);
        let left = statuses.iter().position(|status| *status == 409).unwrap_or_default();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "round {round}");
        let gone = 1 - left;
        clients[left].get("/users").expect(200);
        if round % 2 == 0 {
            clients[left].post(format!("/users/{}/enable", ids[gone]), &[]).expect(303);
        } else {
            clients[left].get(format!("/users/{}/edit", ids[gone])).submit(&[("role", "administrator")]).expect(303);
        }
        clients[gone] = app.sign_in(emails[gone]);
    }
    // Each disables the other.
    for round in 0..10 {
        let statuses = at_once(2, |at| clients[at].post(format!("/users/{}/disable", ids[1 - at]), &[]).status);
        let left = statuses.iter().position(|status| *status == 303).expect("one who was first");
        assert!([401, 409].contains(&statuses[1 - left]), "round {round}: {statuses:?}");
        clients[left].post(format!("/users/{}/enable", ids[1 - left]), &[]).expect(303);
        clients[1 - left] = app.sign_in(emails[1 - left]);
    }
}
