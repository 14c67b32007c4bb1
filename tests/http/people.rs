//! From one person to many: the first user, the Users page, the links by which people set their passwords, and the last administrator.

use macro_rules_attribute::apply;

use crate::support::app::{Process, command, run};
use crate::support::database::Database;
use crate::support::users::PASSWORD;
use crate::support::{Client, Engine, Page, TestApp, at_once, engines};

const FIRST: [(&str, &str); 4] = [("name", "Ruth Ashworth"), ("email", "ruth@x.example"), ("password", PASSWORD), ("again", PASSWORD)];

/// The path of the link that a page tells.
#[track_caller]
fn link(page: &Page, app: &TestApp) -> String {
    let link = page.texts("#link").concat();
    let path = link.strip_prefix(&format!("http://{}", app.host)).unwrap_or_else(|| panic!("no link: {page}"));
    assert!(path.starts_with("/set-password/"), "{link}");
    path.to_owned()
}

#[track_caller]
fn id_of(app: &TestApp, email: &str) -> i64 {
    app.sql().number(&format!("SELECT id AS number FROM users WHERE email = '{email}'"))
}

/// A password that is set by a link.
fn by_link(client: &Client, path: &str, password: &str) -> Page {
    client.get(path).expect(200).submit(&[("password", password), ("again", password)])
}

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

/// H5: programs that read mail open a link before people do.
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
    app.sql().run("UPDATE password_links SET created_at = '2020-01-01 00:00:00'").unwrap();
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
        let signs_in = app.post("/sign-in", &[("email", "bo@x.example"), ("password", password)]).status == 303;
        assert_eq!(signs_in, *status == 200, "{statuses:?}");
    }
}

/// O4: a link acts for its user alone, whoever is signed in where it is opened.
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
        assert!(done.cookie().is_none(), "nobody is signed in by it");
        app.post("/sign-in", &[("email", "bo@x.example"), ("password", new)]).expect(303);
        client.get("/customers").expect(200);
    }
    assert_eq!(app.sql().texts("SELECT password AS text FROM users WHERE email <> 'bo@x.example' ORDER BY id"), before);
    let events = app.sql().texts("SELECT actor_name AS text FROM events WHERE changes LIKE '%\"password\"%' ORDER BY id");
    assert_eq!(events, [Some("bo@x.example".to_owned()), Some("bo@x.example".to_owned())]);
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

/// R5: two administrators go at one instant.
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
        let own = |at: usize| {
            if round % 2 == 0 {
                clients[at].post(format!("/users/{}/disable", ids[at]), &[]).status
            } else {
                let fields = [("name", emails[at]), ("email", emails[at]), ("role", "viewer")];
                clients[at].post(format!("/users/{}/edit", ids[at]), &fields).status
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
            let fields = [("name", emails[gone]), ("email", emails[gone]), ("role", "administrator")];
            clients[left].post(format!("/users/{}/edit", ids[gone]), &fields).expect(303);
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

#[apply(engines)]
fn the_command_line_manages_users_while_a_server_runs(app: TestApp) {
    let user = |arguments: &[&str]| {
        let output = run(&[&["user"], arguments, &["--database", &app.database.url]].concat());
        let words = String::from_utf8_lossy(if output.status.success() { &output.stdout } else { &output.stderr }).into_owned();
        (output.status.code().unwrap_or_default(), words)
    };
    assert!(user(&["list"]).1.contains("There are no users"));
    app.get("/customers").expect(200);
    let (status, words) = user(&["add", "ada@x.example", "--role", "administrator", "--name", "Ada"]);
    assert_eq!(status, 0, "{words}");
    let path = words.lines().last().unwrap().to_owned();
    app.get("/customers").expect(303);
    by_link(&app, &path, PASSWORD).expect(200);
    let ada = app.sign_in("ada@x.example");

    app.add_user("bo@x.example", "viewer");
    let bo = app.sign_in("bo@x.example");
    assert_eq!(user(&["disable", "bo@x.example"]), (0, "Disabled bo@x.example, who is signed out.\n".to_owned()));
    bo.get("/customers").expect(303);
    assert_eq!(user(&["disable", "bo@x.example"]), (1, "clientele: This user is already disabled.\n".to_owned()));
    assert_eq!(user(&["enable", "BO@x.example"]).0, 0);
    let bo = app.sign_in("bo@x.example");
    let (_, words) = user(&["password", "bo@x.example", "--public-url", "https://clientele.example"]);
    let link = words.lines().last().unwrap();
    let path = link.strip_prefix("https://clientele.example").unwrap_or_else(|| panic!("{words}"));
    bo.get("/customers").expect(200);
    by_link(&app, path, "another good phrase").expect(200);
    bo.get("/customers").expect(303);

    let (_, words) = user(&["list"]);
    let lines: Vec<_> = words.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("ada@x.example") && lines[0].contains("Ada") && lines[0].contains("administrator"),
        "{words}"
    );
    assert!(lines[1].contains("viewer") && lines[1].contains("enabled") && lines[1].contains("seen 20"), "{words}");
    for (arguments, words) in [
        (&["disable", "eve@x.example"][..], "There is no user with this e-mail"),
        (&["add", "ada@x.example", "--role", "viewer"], "E-mail ada@x.example already belongs to Ada."),
        (&["add", "eve@x.example", "--role", "king"], "king is not a role"),
        (&["add", "eve", "--role", "viewer"], "Enter an e-mail address"),
    ] {
        let (status, said) = user(arguments);
        assert!(status == 1 && said.contains(words) && said.lines().count() == 1, "{arguments:?}: {said}");
    }
    let events = app.sql().texts("SELECT DISTINCT actor_name AS text FROM events WHERE task <> 'edit'");
    assert_eq!(events, [Some("Command line".to_owned())]);
    ada.get("/users").expect(200);
}

/// A password that is read from the standard input takes the place of a forgotten one.
#[apply(engines)]
fn a_password_can_be_set_by_the_command_line(app: TestApp) {
    use std::io::Write as _;
    use std::process::Stdio;
    let ada = app.user("ada@x.example", "administrator");
    let set = |password: &str| {
        let mut set = command(&["user", "password", "ada@x.example", "--password-stdin", "--database", &app.database.url]);
        let mut child = set.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let weak = set("password\n");
    assert!(weak.status.code() == Some(1) && String::from_utf8_lossy(&weak.stderr).contains("easy to guess"), "{weak:?}");
    ada.get("/customers").expect(200);
    assert!(set("another good phrase\n").status.success());
    ada.get("/customers").expect(303);
    app.post("/sign-in", &[("email", "ada@x.example"), ("password", "another good phrase")]).expect(303);
}

/// Containers name the first user by their environment; two that start at once make one.
#[test]
fn the_environment_adds_the_first_user() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let database = Database::new(engine);
        let serve = || {
            let mut serve = command(&["serve", "--listen", "127.0.0.1:0", "--database", &database.url]);
            serve.env("CLIENTELE_ADMIN_EMAIL", "ada@x.example").env("CLIENTELE_ADMIN_PASSWORD", PASSWORD);
            Process::of(serve).unwrap_or_else(|output| panic!("{output:?}"))
        };
        let processes = at_once(2, |_| serve());
        assert_eq!(database.connect().count("users"), 1);
        for process in &processes {
            process.client.get("/customers").expect(303);
            process.client.post("/sign-in", &[("email", "ada@x.example"), ("password", PASSWORD)]).expect(303);
            assert!(!process.log().contains(PASSWORD));
        }
        drop(processes);
        // Later they say nothing: the password may have been changed.
        database.connect().run("UPDATE users SET name = 'Ada'").unwrap();
        serve().client.get("/customers").expect(303);
        assert_eq!(database.connect().texts("SELECT name AS text FROM users"), [Some("Ada".to_owned())]);
    }
}

#[test]
fn the_environment_is_refused_where_it_says_half() {
    let database = Database::new(Engine::Sqlite);
    for (email, password, words) in [
        ("ada@x.example", "", "set both, or neither"),
        ("", PASSWORD, "set both, or neither"),
        ("ada", PASSWORD, "Enter an e-mail address"),
        ("ada@x.example", "password", "CLIENTELE_ADMIN_PASSWORD: This password is easy to guess"),
    ] {
        let mut serve = command(&["serve", "--listen", "127.0.0.1:0", "--database", &database.url]);
        serve.env("CLIENTELE_ADMIN_EMAIL", email).env("CLIENTELE_ADMIN_PASSWORD", password);
        let output = Process::of(serve).err().expect("a refusal");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(words), "{said}");
    }
}

/// Beyond this machine Clientele serves only those who sign in.
#[test]
fn other_machines_are_served_once_there_are_users() {
    let database = Database::new(Engine::Sqlite);
    let serve = |listen: &str, arguments: &[&str]| Process::listening(listen, &database.url, arguments);
    let refused = |listen: &str, arguments: &[&str], words: &str| {
        let output = serve(listen, arguments).err().expect("a refusal");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && said.contains(words) && said.trim().lines().count() == 1, "{said}");
    };
    let public = &["--public-url", "http://clientele.example"][..];
    refused("0.0.0.0:0", &[], "clientele user add EMAIL --role administrator");
    refused("0.0.0.0:0", public, "clientele user add EMAIL --role administrator");
    refused("127.0.0.1:0", public, "clientele user add EMAIL --role administrator");
    let app = TestApp::with(database, &[]);
    app.add_user("ada@x.example", "administrator");
    let url = &app.database.url;
    let output = Process::listening("0.0.0.0:0", url, &[]).err().expect("a refusal");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--public-url"), "{output:?}");
    let process = Process::listening("0.0.0.0:0", url, public).unwrap();
    let port = process.client.host.rsplit_once(':').unwrap().1;
    let client = Client::new(&format!("127.0.0.1:{port}"));
    client.get("/customers").expect(303);
    client.send("GET", "/customers", &[("Host", "clientele.example")], &[]).expect(303);
    client.send("GET", "/customers", &[("Host", "evil.example")], &[]).expect(421);
    client.send("GET", "/healthz", &[("Host", "10.0.0.1")], &[]).expect(200);
    // Whatever becomes of the database, nobody is let in.
    app.sql().run("DROP TRIGGER users_last_administrator_deleted; DELETE FROM users").unwrap();
    client.get("/customers").expect(303);
}
