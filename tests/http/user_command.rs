//! `clientele user` while a server runs.

use macro_rules_attribute::apply;

use crate::password_links::by_link;
use crate::second_factor::{code, set_up};
use crate::support::users::PASSWORD;
use crate::support::{Clock, Engine, TestApp, app, engines};

const RUTH: &str = "ruth@x.example";
const SAM: &str = "sam@x.example";

/// What the command says, and its exit status.
fn user(app: &TestApp, arguments: &[&str]) -> (i32, String) {
    with_settings(app, &[], arguments)
}

/// The same with settings of the server, which stand before the command.
fn with_settings(app: &TestApp, settings: &[&str], arguments: &[&str]) -> (i32, String) {
    let done = app::run(&[settings, &["user"], arguments, &["--database", &app.database.url]].concat());
    let said = if done.status.success() { &done.stdout } else { &done.stderr };
    (done.status.code().expect("an end"), String::from_utf8_lossy(said).trim().to_owned())
}

fn events(app: &TestApp) -> Vec<String> {
    let texts =
        app.sql().texts("SELECT actor_kind || ' ' || task || ' ' || subject_name || ' ' || changes AS text FROM events ORDER BY id");
    texts.into_iter().flatten().collect()
}

#[apply(engines)]
fn a_link_is_a_whole_address(app: TestApp) {
    app.add_user(RUTH, "administrator");
    let link = |settings: &[&str], arguments: &[&str]| {
        let (status, said) = with_settings(&app, settings, arguments);
        assert!(status == 0 && said.contains("once, within 3 days:\n"), "{said}");
        said.lines().last().expect("a link").to_owned()
    };
    let added = link(&["--listen", &app.host], &["add", SAM, "--role", "viewer"]);
    let path = added.strip_prefix(&format!("http://{}", app.host)).unwrap_or_else(|| panic!("{added}"));
    by_link(&app, path, PASSWORD).expect(200);
    app.sign_in(SAM);

    let starts = |link: &str, origin: &str| assert!(link.starts_with(&format!("{origin}/set-password/")), "{link}");
    starts(&link(&[], &["password", SAM]), "http://127.0.0.1:8080");
    starts(&link(&["--listen", "0.0.0.0:81"], &["password", SAM]), "http://127.0.0.1:81");
    starts(&link(&["--public-url", "https://c.example"], &["password", SAM]), "https://c.example");
    // Where the port is not known, no address is made up.
    starts(&link(&["--listen", "127.0.0.1:0"], &["password", SAM]), "");
}

#[test]
fn a_second_factor_is_reset_while_the_server_runs() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let clock = Clock::default();
        let app = TestApp::on(&clock, engine, &[]);
        let owner = set_up(app.user(RUTH, "administrator"), &clock);
        app.user(SAM, "viewer");
        let none = "sam@x.example has no second factor: nothing was changed.";
        assert_eq!(user(&app, &["reset-second-factor", SAM]), (0, none.to_owned()));
        let before = events(&app).len();

        let asked = app.try_to_sign_in(RUTH, PASSWORD).expect(200);
        for _ in 0..4 {
            asked.submit(&[("code", "000000")]).expect(422);
        }
        let (status, said) = user(&app, &["reset-second-factor", "RUTH@X.example"]);
        assert_eq!(status, 0, "{said}");
        assert_eq!(said, "Removed the second factor of ruth@x.example, who is signed out and now signs in with the password alone.");
        owner.client.get("/customers").expect(303);
        clock.forward(60);
        asked.submit(&[("code", &code(&owner.secret, clock.seconds()))]).expect(422).assert_says("Sign in again");
        let told = events(&app);
        assert_eq!(told.len(), before + 1, "{told:?}");
        let changed = r#"command_line edit ruth@x.example [{"field":"second_factor","old":"on","new":"off"}]"#;
        assert_eq!(told.last().map(String::as_str), Some(changed));

        let again = app.sign_in(RUTH);
        again.get("/customers").expect(200);
        again.get("/activity").expect(200).assert_says("second factor");
        let (status, said) = user(&app, &["reset-second-factor", RUTH]);
        assert!(status == 0 && said.contains("has no second factor"), "{said}");
        again.get("/customers").expect(200);
        // The tries of before are none of the new one's.
        set_up(again, &clock);
        let asked = app.try_to_sign_in(RUTH, PASSWORD).expect(200);
        asked.submit(&[("code", "000000")]).expect(422).assert_says("You have 4 more tries.");
    }
}

#[apply(engines)]
fn users_are_disabled_and_enabled_by_any_spelling_of_the_address(app: TestApp) {
    let ruth = app.user(RUTH, "administrator");
    let sam = app.user(SAM, "viewer");
    assert_eq!(user(&app, &["disable", " SAM@x.Example "]), (0, "Disabled sam@x.example, who is signed out.".to_owned()));
    sam.get("/customers").expect(303);
    let (status, said) = user(&app, &["disable", SAM]);
    assert!(status == 1 && said.contains("This user is already disabled."), "{said}");
    let (status, said) = user(&app, &["password", SAM]);
    assert!(status == 1 && said.contains("This user is already disabled"), "{said}");
    assert_eq!(user(&app, &["enable", "Sam@X.example"]), (0, "Enabled sam@x.example.".to_owned()));
    let (status, said) = user(&app, &["enable", SAM]);
    assert!(status == 1 && said.contains("This user is already enabled."), "{said}");
    let (status, said) = user(&app, &["disable", "RUTH@x.example"]);
    assert!(status == 1 && said.contains("This is the only administrator who can sign in"), "{said}");
    ruth.get("/users").expect(200);

    let nobody = "clientele: There is no user with this e-mail: `clientele user list` shows them all.";
    for command in ["disable", "enable", "password", "reset-second-factor"] {
        for email in ["nobody@x.example", "ruth", ""] {
            assert_eq!(user(&app, &[command, email]), (1, nobody.to_owned()), "{command} {email}");
        }
    }
    assert_eq!(events(&app).iter().filter(|event| event.starts_with("command_line disable")).count(), 1);
}

#[apply(engines)]
fn all_users_are_listed(app: TestApp) {
    let (_, said) = user(&app, &["list"]);
    assert_eq!(said, "There are no users: nobody signs in, and only this machine is served.");
    let (_, said) = user(&app, &["add", SAM, "--role", "viewer", "--name", "Sam Müller"]);
    assert!(said.contains("nobody is an administrator"), "{said}");
    app.user(RUTH, "administrator");
    let (_, said) = user(&app, &["list"]);
    let lines: Vec<Vec<&str>> =
        said.lines().map(|line| line.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect()).collect();
    assert_eq!(lines[0][..4], [RUTH, RUTH, "administrator", "enabled"]);
    assert!(lines[0][4].starts_with("seen "), "{said}");
    assert_eq!(lines[1], [SAM, "Sam Müller", "viewer", "no password yet", "never seen"]);
    user(&app, &["disable", SAM]);
    assert!(user(&app, &["list"]).1.contains("disabled"));
    let (status, said) = user(&app, &["add", "RUTH@x.example", "--role", "viewer"]);
    assert!(status == 1 && said.contains("already belongs to ruth@x.example"), "{said}");
    let (status, said) = user(&app, &["add", "jo@x.example", "--role", "owner"]);
    assert!(status == 1 && said.contains("owner is not a role"), "{said}");
}
