//! The links by which people set their passwords: used once, by a form, for one person, and for three days.

use macro_rules_attribute::apply;

use crate::support::users::PASSWORD;
use crate::support::{Client, Page, TestApp, at_once, engines};

/// The path of the link that a page tells.
#[track_caller]
pub(crate) fn link(page: &Page, app: &TestApp) -> String {
    let link = page.texts("#link").concat();
    let path = link.strip_prefix(&format!("http://{}", app.host)).unwrap_or_else(|| panic!("no link: {page}"));
    assert!(path.starts_with("/set-password/"), "{link}");
    path.to_owned()
}

#[track_caller]
pub(crate) fn id_of(app: &TestApp, email: &str) -> i64 {
    app.sql().number(&format!("SELECT id AS number FROM users WHERE email = '{email}'"))
}

/// A password that is set by a link.
pub(crate) fn by_link(client: &Client, path: &str, password: &str) -> Page {
    client.get(path).expect(200).submit(&[("password", password), ("again", password)])
}

/// Programs that read mail open a link before people do.
#[apply(engines)]
fn only_the_form_uses_a_link_up(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    app.add_user("bo@x.example", "viewer");
    let bo = app.sign_in("bo@x.example");
    let page = format!("/users/{}", id_of(&app, "bo@x.example"));
    let path = link(&ada.get(&page).press("New link").expect(200), &app);
    bo.get("/customers").expect(200);
    for method in ["GET", "HEAD", "GET", "HEAD", "GET", "HEAD"] {
        let answer = app.send(method, &path, &[], &[]).expect(200);
        assert!(answer.cookie().is_none());
        assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"));
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    }
    for (given, again) in [("short", "short"), ("password", "password"), ("a much better phrase", "another phrase of mine"), ("", "")] {
        app.post(&path, &[("password", given), ("again", again)]).expect(422);
    }
    let new = "a much better phrase";
    app.post(&path, &[("password", new), ("again", new)]).expect(200).assert_says("Your password is set");
    for page in [app.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]), app.get(&path)] {
        page.expect(410).assert_says("This link has been used");
    }
    bo.get("/customers").expect(303);
    app.post("/sign-in", &[("email", "bo@x.example"), ("password", new)]).expect(303);
    app.post("/sign-in", &[("email", "bo@x.example"), ("password", PASSWORD)]).expect(422);
    let token = path.rsplit('/').next().unwrap();
    assert!(!app.log().contains(token), "{}", app.log());
    assert!(app.log().contains("set a password by a link"), "{}", app.log());
}

#[apply(engines)]
fn a_link_that_is_old_replaced_or_made_up_does_nothing(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    app.add_user("bo@x.example", "viewer");
    let page = format!("/users/{}", id_of(&app, "bo@x.example"));
    let new = || link(&ada.get(&page).press("New link").expect(200), &app);
    let refused = |path: &str| {
        app.get(path).expect(404).assert_says("This link does not work");
        app.post(path, &[("password", PASSWORD), ("again", PASSWORD)]).expect(404);
    };
    let first = new();
    let second = new();
    refused(&first);
    app.get(&second).expect(200);
    app.sql().run("UPDATE password_links SET valid_until = '2020-01-01 00:00:00'").unwrap();
    refused(&second);
    let third = new();
    ada.post(format!("{page}/disable"), &[]).expect(303);
    refused(&third);
    ada.post(format!("{page}/link"), &[]).expect(409).assert_says("This user is already disabled");
    ada.post(format!("{page}/enable"), &[]).expect(303);
    refused(&third);
    for made_up in ["x", &"a".repeat(43), "%00", "%ff", "..", &"a".repeat(5_000), "a%2Fb"] {
        let status = app.get(format!("/set-password/{made_up}")).status;
        assert!([400, 404].contains(&status), "{made_up}: {status}");
    }
}

#[apply(engines)]
fn of_two_who_use_a_link_at_one_instant_one_does(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    app.add_user("bo@x.example", "viewer");
    let path = link(&ada.post(format!("/users/{}/link", id_of(&app, "bo@x.example")), &[]).expect(200), &app);
    let passwords: Vec<_> = (0..6).map(|number| format!("a password of number {number}")).collect();
    let statuses = at_once(6, |number| app.post(&path, &[("password", &passwords[number]), ("again", &passwords[number])]).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 410].contains(status)), "{statuses:?}");
    for (status, password) in statuses.iter().zip(&passwords) {
        app.sql().run("DELETE FROM attempts").expect("tries as at the beginning");
        let signs_in = app.post("/sign-in", &[("email", "bo@x.example"), ("password", password)]).status == 303;
        assert_eq!(signs_in, *status == 200, "{statuses:?}");
    }
}

/// A link acts for its user alone, whoever is signed in where it is opened.
#[apply(engines)]
fn a_link_acts_for_its_own_user(app: TestApp) {
    let ada = app.user("ada@x.example", "administrator");
    let cy = app.user("cy@x.example", "viewer");
    app.add_user("bo@x.example", "editor");
    let page = format!("/users/{}", id_of(&app, "bo@x.example"));
    let before = app.sql().texts("SELECT password AS text FROM users WHERE email <> 'bo@x.example' ORDER BY id");
    for (client, new) in [(&cy, "the first of two phrases"), (&ada, "the second of two phrases")] {
        let path = link(&ada.post(format!("{page}/link"), &[]).expect(200), &app);
        let form = client.get(&path).expect(200);
        assert_eq!(form.attributes("#set-email", "value"), ["bo@x.example"]);
        let done = form.submit(&[("password", new), ("again", new)]).expect(200);
        assert!(!done.cookies().contains("clientele="), "nobody is signed in by it");
        app.post("/sign-in", &[("email", "bo@x.example"), ("password", new)]).expect(303);
        client.get("/customers").expect(200);
    }
    assert_eq!(app.sql().texts("SELECT password AS text FROM users WHERE email <> 'bo@x.example' ORDER BY id"), before);
    let events = app.sql().texts("SELECT actor_name AS text FROM events WHERE changes LIKE '%\"password\"%' ORDER BY id");
    assert_eq!(events, [Some("bo@x.example".to_owned()), Some("bo@x.example".to_owned())]);
}
