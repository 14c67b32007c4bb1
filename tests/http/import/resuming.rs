//! An import that breaks off goes on where it stopped, and keeps nobody waiting on its way.

use std::fmt::Write as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use macro_rules_attribute::apply;

use super::{Files, Said, exported};
use crate::support::app::{command, run};
use crate::support::database::Database;
use crate::support::postgres::Cluster;
use crate::support::{Engine, TestApp, engines};

/// Customers with what they have; those of the odd places are individuals, every tenth is disabled.
fn many(count: usize) -> Files {
    let mut customers = "crm_id,type,status,name,first_name,last_name,email\n".to_owned();
    let mut contacts = "customer_crm_id,default,first_name,last_name,email\n".to_owned();
    let mut entitlements = "customer_crm_id,contact_email,eid,product,quantity,starts_on\n".to_owned();
    for i in 0..count {
        let status = if i % 10 == 0 { "disabled" } else { "enabled" };
        if i % 2 == 0 {
            let _ = writeln!(customers, "CRM{i},company,{status},Company {i},,,");
            for person in 0..i % 3 {
                let _ = writeln!(contacts, "CRM{i},{},Jana,Hoffmann,j{person}@c{i}.example", if person == 0 { "yes" } else { "no" });
            }
            if i % 3 > 0 {
                let _ = writeln!(entitlements, "CRM{i},j0@c{i}.example,E-{i},Forge,1,2026-01-01");
            }
        } else {
            let _ = writeln!(customers, "CRM{i},individual,{status},,Ada,Person {i},a@c{i}.example");
            let _ = writeln!(entitlements, "CRM{i},a@c{i}.example,E-{i},Anvil,2,2026-01-01");
        }
    }
    Files::new().with("customers", customers).with("contacts", contacts).with("entitlements", entitlements)
}

fn start(files: &Files, database: &str) -> Child {
    let files: Vec<&str> = files.arguments.iter().map(String::as_str).collect();
    let arguments = [&["import", "--database", database], &files[..]].concat();
    command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program")
}

/// It comes to its end, and that a good one.
fn ends(program: Child) {
    Said(program.wait_with_output().unwrap()).done();
}

/// Kills an import each time that a table has grown, some time after that, and begins it again until it ends; after each kill something is looked at.
/// Returns how often it was killed.
fn killed_until_it_ends(files: &Files, app: &TestApp, table: &str, wait: impl Fn(u64), look: impl Fn()) -> u64 {
    let (mut kills, mut seen) = (0, 0);
    loop {
        let mut child = start(files, &app.database.url);
        let ended = loop {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success());
                break true;
            }
            let stored = app.sql().count(table);
            if stored > seen {
                seen = stored;
                wait(kills);
                child.kill().unwrap();
                // It may have come to its end meanwhile.
                break child.wait().unwrap().success();
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        if ended {
            return kills;
        }
        kills += 1;
        look();
    }
}

/// Killed soon after each batch that it comes to.
#[apply(engines)]
fn killed_again_and_again_it_ends_as_if_it_had_not_been(app: TestApp) {
    const COUNT: usize = 1_000;
    let files = many(COUNT);
    let kills = killed_until_it_ends(
        &files,
        &app,
        "customers",
        |kills| {
            std::thread::sleep(Duration::from_millis(kills * 7 % 40));
        },
        || {
            let whole = app.sql().number("SELECT count(*) AS number FROM customers c WHERE kind = 'individual' AND NOT EXISTS (SELECT 1 FROM entitlements e WHERE e.customer_id = c.id)");
            assert_eq!(whole, 0, "a customer and all that it has are one transaction");
        },
    );
    assert!(kills >= 3, "it was killed {kills} times");
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM imports"), 1, "each time the same one went on");
    assert_eq!(app.sql().number("SELECT CAST(sum(created) AS BIGINT) AS number FROM import_files WHERE subject = 'customers'"), 1_000);

    let at_once = Database::new(app.database.engine);
    files.import(&at_once, &[]).done();
    for (one, other) in exported(&app.database).iter().zip(&exported(&at_once)) {
        assert!(one == other, "not the same data");
    }
}

/// Rows of one company stand far from each other: whichever of them is written after a kill, the first has said what the company is.
#[apply(engines)]
fn companies_with_their_people_in_one_file_are_resumed(app: TestApp) {
    let mut text = "Company,City,First Name,Last Name,Email\n".to_owned();
    for person in 0..900 {
        let _ = writeln!(text, "Firm {},City {person},Ada,Person {person},p{person}@x.example", person % 7);
    }
    let files = Files::new().with("customers", text);
    let kills = killed_until_it_ends(&files, &app, "contacts", |_| {}, || {});
    assert!(kills > 0);
    assert_eq!([app.sql().count("customers"), app.sql().count("contacts")], [7, 900]);
    let cities = app.sql().texts("SELECT city AS text FROM addresses WHERE purpose = 'billing' ORDER BY customer_id");
    let first: Vec<String> = (0..7).map(|person| format!("City {person}")).collect();
    assert_eq!(cities.into_iter().flatten().collect::<Vec<_>>(), first);
    let lonely = "SELECT count(*) AS number FROM contacts k JOIN customers c ON c.id = k.customer_id WHERE c.name = 'Firm 3' AND k.email = 'p3@x.example'";
    assert_eq!(app.sql().number(lonely), 1);
}

/// Contacts come last, by names that only their own import has brought, and none of the companies has a key.
#[apply(engines)]
fn contacts_by_name_are_resumed(app: TestApp) {
    const COUNT: usize = 600;
    let companies = (0..COUNT).map(|number| format!("Company {number},Oslo\n")).collect::<Vec<_>>().concat();
    let people = (0..COUNT).map(|number| format!("Company {number},p{number}@x.example,Doe\n")).collect::<Vec<_>>().concat();
    let files = Files::new()
        .with("customers", format!("name,city\n{companies}"))
        .with("contacts", format!("customer_name,email,last_name\n{people}"));
    let kills = killed_until_it_ends(&files, &app, "customers", |_| {}, || {});
    assert!(kills >= 2, "it was killed {kills} times");
    let astray = "SELECT count(*) AS number FROM contacts p JOIN customers c ON c.id = p.customer_id WHERE p.email <> 'p' || substr(c.name, 9) || '@x.example'";
    assert_eq!((app.sql().count("contacts"), app.sql().number(astray)), (600, 0));
}

/// A file that changed in between is another import, from its beginning.
#[apply(engines)]
fn a_changed_file_begins_anew(app: TestApp) {
    let files = many(300);
    let mut child = start(&files, &app.database.url);
    crate::support::eventually("the first batch", || app.sql().count("customers") > 0);
    child.kill().unwrap();
    child.wait().unwrap();
    let path = files.path("customers.csv");
    let text = std::fs::read_to_string(&path).unwrap().replace("Company 2,", "Changed 2,");
    std::fs::write(&path, text).unwrap();
    files.import(&app.database, &[]).done();
    assert_eq!(app.sql().count("imports"), 2);
    assert_eq!(app.sql().count("customers"), 300);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM customers WHERE name = 'Changed 2'"), 1);
}

/// Whoever saves meanwhile is served within a second or two.
#[apply(engines)]
fn others_save_meanwhile(app: TestApp) {
    let mut app = app;
    let files = many(450);
    let mut child = start(&files, &app.database.url);
    crate::support::eventually("the first batch", || app.sql().count("customers") > 0);
    let (mut saved, mut longest) = (0, Duration::ZERO);
    while child.try_wait().unwrap().is_none() {
        let begin = Instant::now();
        app.company(&format!("Meanwhile {saved}")).create();
        longest = longest.max(begin.elapsed());
        saved += 1;
    }
    ends(child);
    assert!(saved > 0 && longest < Duration::from_secs(4), "{saved} saved, the longest in {longest:?}");
    assert_eq!(app.sql().count("customers"), 450 + saved);
    app.process().stop();
    assert_eq!(app.sql().deadlocks(), 0);
}

#[test]
fn a_lost_database_says_that_the_same_command_goes_on() {
    let cluster = Cluster::own();
    let app = TestApp::with(Database::on(&cluster), &[]);
    let files = many(450);
    let arguments: Vec<String> = files.arguments.clone();
    let url = app.database.url.clone();
    let import = std::thread::spawn(move || {
        let files: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Said(run(&[&["import", "--database", &url], &files[..]].concat()))
    });
    crate::support::eventually("the first batch", || app.sql().count("customers") > 0);
    cluster.stop();
    import.join().unwrap().failed("run the same command again to resume");
}

#[test]
fn a_full_disk_says_that_the_same_command_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let files = many(4_500);
    let script = r#"mount -t tmpfs -o size=2m tmpfs "$1" && shift && exec "$@""#;
    let mut arguments = vec!["--map-root-user", "--mount", "sh", "-c", script, "sh", folder.path().to_str().unwrap()];
    let database = folder.path().join("x.db").to_str().unwrap().to_owned();
    arguments.extend([crate::support::app::PROGRAM, "import", "--database", &database]);
    arguments.extend(files.arguments.iter().map(String::as_str));
    let output = std::process::Command::new("unshare").args(arguments).output().expect("unshare (util-linux)");
    Said(output).failed("run the same command again to resume").says("disk");
}

/// Another process that goes on with the same import is noticed, and nothing is done twice.
#[test]
fn two_at_once_do_not_do_it_twice() {
    let database = Database::new(Engine::Sqlite);
    let files = many(300);
    let mut children = [start(&files, &database.url), start(&files, &database.url)];
    for child in &mut children {
        child.wait().unwrap();
    }
    files.import(&database, &[]).done().counted("customers", [0, 0, 300, 0, 0]);
}

/// So many that they are put into the list at the end: meanwhile, and when that was stopped, all is found that was there before.
#[apply(engines)]
fn very_many_come_into_a_list_in_use(app: TestApp) {
    const COUNT: usize = 1_050;
    let mut app = app;
    for name in ["Aaron", "Company 5", "Person 3", "Zenith"] {
        app.company(name).create();
    }
    let found = |app: &TestApp, text: &str| app.get(format!("/customers?q={text}")).expect(200).rows();
    let files = many(COUNT);
    let mut import = start(&files, &app.database.url);
    while app.sql().count("customers") < 500 {
        assert_eq!((found(&app, "zenith").len(), found(&app, "aaron").len()), (1, 1));
        assert!(import.try_wait().unwrap().is_none(), "it is killed on its way");
    }
    app.company("Middle").create();
    import.kill().expect("it is killed");
    import.wait().expect("it ends");
    assert_eq!(found(&app, "middle"), ["Middle"]);
    app.process().kill();
    // Another program leaves the list to the import, which may be at work; what has stopped long ago is put into it at the next start.
    let listed = app.sql().count("search_texts");
    let export = run(&["export", "--database", &app.database.url, "--customers", "-"]);
    assert!(export.status.success(), "{export:?}");
    assert_eq!(app.sql().count("search_texts"), listed);
    app.sql().run("UPDATE imports SET changed_at = '2026-01-01 00:00:00'").unwrap();
    app.start_again();
    assert_eq!(app.sql().count("search_texts"), app.sql().count("customers"));
    files.import(&app.database, &[]).done();
    assert_eq!(app.sql().count("customers"), i64::try_from(COUNT).unwrap() + 5);
    let output = run(&["check", "--database", &app.database.url]);
    assert!(output.status.success(), "{output:?}");
    let first = app.get("/customers").rows();
    assert_eq!(first[..2], ["Aaron", "Ada Person 1"]);
    assert_eq!(found(&app, "zenith"), ["Zenith"]);
    assert_eq!(found(&app, "%22company+1048%22"), ["Company 1048"]);
}

/// What is saved while the index is made after a large import, by others too, is in it.
#[apply(engines)]
fn the_index_follows_what_is_saved_while_it_is_made(app: TestApp) {
    const COUNT: usize = 1_050;
    let (aaron, zenith) = (app.company("Aaron").create(), app.company("Zenith").create());
    let gone = app.company("Gone").create();
    let files = many(COUNT);
    let mut import = start(&files, &app.database.url);
    let imported = |crm: &str| app.customer(app.sql().number(&format!("SELECT id AS number FROM customers WHERE crm_id = '{crm}'")));
    crate::support::eventually("some of them", || app.sql().count("customers") > 100);
    aaron.edit(&[("name", "Zebra")]).expect(303);
    zenith.edit(&[("name", "Aardvark")]).expect(303);
    gone.delete().expect(303);
    app.company("Middle").create();
    imported("CRM4").edit(&[("name", "Quux")]).expect(303);
    imported("CRM6").delete().expect(303);
    crate::support::eventually("all of them", || app.sql().count("customers") > 1_050);
    imported("CRM999").disable().expect(303);
    import.wait().expect("it ends");
    let output = run(&["check", "--database", &app.database.url]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(app.get("/customers").rows()[0], "Aardvark");
    for name in ["Aardvark", "Zebra", "Middle", "Quux"] {
        assert_eq!(app.found(name), [name]);
    }
}

/// A role that may do nothing but use its own tables is enough.
#[test]
fn a_role_with_few_rights_imports_very_many() {
    const COUNT: usize = 1_050;
    let database = Database::empty(Engine::Postgres);
    let role = database.url.rsplit('/').next().expect("a database's name").to_owned();
    let mut sql = database.connect();
    sql.run(&format!(
        "CREATE ROLE {role} LOGIN; ALTER SCHEMA public OWNER TO {role};
         REVOKE ALL ON DATABASE {role} FROM PUBLIC; GRANT CONNECT, TEMPORARY ON DATABASE {role} TO {role}"
    ))
    .unwrap();
    let url = database.url.replace("clientele@", &format!("{role}@"));
    Files::new().with("customers", "crm_id,type,name\nBEFORE,company,Before\n").import_into(&url, &[]).done();
    many(COUNT).import_into(&url, &[]).done();
    assert_eq!(sql.count("search_texts"), i64::try_from(COUNT).unwrap() + 1);
    let output = run(&["check", "--database", &url]);
    assert!(output.status.success(), "{output:?}");
    sql.run(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}")).unwrap();
}
