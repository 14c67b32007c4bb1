//! Users by the command line and by the environment, and when other machines are served.

use macro_rules_attribute::apply;

use crate::password_links::by_link;
use crate::support::app::{Process, command, run};
use crate::support::database::Database;
use crate::support::users::PASSWORD;
use crate::support::{Client, Engine, TestApp, at_once, engines};

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
    let link = words.lines().last().unwrap();
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap_or_else(|| panic!("{words}")).to_owned();
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
