//! The administration and the portal share no session: with that of the one, every address of the other answers as it does to nobody.

use clientele::domain::rules::Role;
use clientele::routes;
use macro_rules_attribute::apply;

use crate::support::users::PASSWORD;
use crate::support::{Client, Page, TestApp, engines};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Of a path of the table, an address at which there is something.
fn somewhere(path: &str) -> String {
    path.replace("{id}", "1").replace("{name}", "none").replace("{token}", "none")
}

fn is_of_portal(path: &str) -> bool {
    path == "/portal" || path.starts_with("/portal/")
}

/// The token of a cookie, `name=token`, as each side would carry it.
fn in_either_name(cookie: &str) -> String {
    let token = cookie.split_once('=').expect("a cookie").1;
    ["clientele", "clientele-portal", "clientele-browser", "clientele-portal-browser"].map(|name| format!("{name}={token}")).join("; ")
}

/// What of an answer may not depend on a session of the other side.
fn answered(page: &Page) -> (u16, Option<String>) {
    (page.status, page.header("Location").map(str::to_owned))
}

#[apply(engines)]
fn neither_side_knows_a_session_of_the_other(app: TestApp) {
    let acme = app.company("Acme Secret").contact("Jana", "Hoffmann", "jana@acme.example").entitlements(1).create();
    app.let_in(&acme.contact("Jana"));
    app.add_user("ada@x.example", "administrator");
    let user = app.try_to_sign_in("ada@x.example", PASSWORD).expect(303);
    let contact = app.try_portal("jana@acme.example", PASSWORD).expect(303);
    let (user, contact) = (user.cookie().expect("a session").to_owned(), contact.cookie().expect("a session").to_owned());
    assert!(app.with_cookie(&user).get(acme.path()).says("Acme Secret") && app.with_cookie(&contact).get("/portal").says("Acme Secret"));
    // Nobody, and each with the session of the other side.
    let (nobody, of_user, of_contact): (&Client, _, _) =
        (&app, app.with_cookie(&in_either_name(&user)), app.with_cookie(&in_either_name(&contact)));
    let rows = || ["events", "customers", "contacts", "entitlements", "users", "identities"].map(|table| app.sql().count(table));
    let (before, mut wrong, mut walked) = (rows(), Vec::new(), 0);
    for (path, methods) in routes::addresses() {
        let intruder = if is_of_portal(path) { &of_user } else { &of_contact };
        for (method, least) in methods {
            assert_eq!(least == Some(Role::Contact), is_of_portal(path) && least.is_some(), "{path}");
            // A session is ended by whoever brings it.
            if path.ends_with("sign-out") {
                continue;
            }
            let (theirs, ours) = (nobody, intruder);
            let [expected, answer] = [theirs, ours].map(|client| client.send(method, somewhere(path), &[FORM], b""));
            walked += 1;
            if answered(&answer) != answered(&expected) || answer.text().contains("Acme Secret") {
                wrong.push(format!("{method} {path}: {:?}, and to nobody {:?}", answered(&answer), answered(&expected)));
            }
            if least == Some(Role::Contact) && (answer.status != 303 || answer.location() != "/portal/sign-in") {
                wrong.push(format!("{method} {path} let a user in: {}", answer.status));
            }
            if least.is_some_and(|least| least > Role::Contact) && ![204, 303, 401, 403, 405].contains(&answer.status) {
                wrong.push(format!("{method} {path} let a contact in: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(walked > 100, "{walked}");
    assert_eq!(rows(), before);
    // Both go on where they belong.
    let both = app.with_cookie(&format!("{user}; {contact}"));
    both.get(acme.path()).expect(200);
    both.get("/portal").expect(200);
    both.post("/portal/sign-out", &[]).expect(303);
    both.get(acme.path()).expect(200);
    assert_eq!(both.get("/portal").status, 303);
}
