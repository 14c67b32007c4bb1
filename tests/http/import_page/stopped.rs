//! Imports that are stopped in their midst, and what others do meanwhile.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use macro_rules_attribute::apply;

use super::{BOUNDARY, Upload, counts, import, many, path, until};
use crate::support::database::Database;
use crate::support::postgres::Cluster;
use crate::support::{TestApp, engines, eventually};

/// What a killed process left is taken over soon.
const SHORT_LEASE: [&str; 2] = ["--job-lease", "2"];

#[apply(engines)]
fn killed_in_the_midst_of_a_check_it_continues(app: TestApp) {
    app.restart(&SHORT_LEASE);
    let page = Upload::new().with("customers", many(6_000)).send(&app).follow();
    let address = path(&page);
    assert_eq!(page.heading(), "Checking files");
    app.process().kill();
    app.start_again();
    let checked = until(&app, &address, |page| page.heading() != "Checking files");
    assert_eq!(counts(&checked, "customers"), ["6,000", "0", "0", "0", "0"]);
}

#[apply(engines)]
fn killed_in_the_midst_of_an_import_it_continues(app: TestApp) {
    app.restart(&SHORT_LEASE);
    let checked = Upload::new().with("customers", many(2_000)).checked(&app);
    let address = path(&checked);
    app.post(format!("{address}/start"), &[]).expect(303);
    for _ in 0..2 {
        let before = app.sql().count("customers");
        eventually("another batch", || app.sql().count("customers") > before);
        app.process().kill();
        assert!(app.sql().count("customers") < 2_000, "in its midst");
        app.start_again();
    }
    let done = until(&app, &address, |page| page.heading() != "Importing");
    assert_eq!(done.heading(), "Import complete");
    assert_eq!(counts(&done, "customers"), ["2,000", "0", "0", "0", "0"]);
    assert_eq!((app.sql().count("customers"), app.sql().count("imports")), (2_000, 1));
}

/// A stop ends after the present batch, and the next start continues at once.
#[apply(engines)]
fn stopped_politely_it_ends_soon_and_continues(app: TestApp) {
    let checked = Upload::new().with("customers", many(2_000)).checked(&app);
    let address = path(&checked);
    app.post(format!("{address}/start"), &[]).expect(303);
    eventually("the first batch", || app.sql().count("customers") > 0);
    let begin = Instant::now();
    assert!(app.process().stop().success());
    assert!(begin.elapsed() < Duration::from_secs(6), "{:?}", begin.elapsed());
    assert!(app.sql().count("customers") < 2_000, "in its midst");
    app.start_again();
    let done = until(&app, &address, |page| page.heading() != "Importing");
    assert_eq!(counts(&done, "customers"), ["2,000", "0", "0", "0", "0"]);
}

/// With two processes on one database exactly one works on it; when that is killed, the other continues.
#[apply(engines)]
fn another_process_continues(app: TestApp) {
    app.restart(&SHORT_LEASE);
    let other = app.another(&SHORT_LEASE);
    let checked = Upload::new().with("customers", many(2_000)).checked(&app);
    let address = path(&checked);
    app.post(format!("{address}/start"), &[]).expect(303);
    eventually("the first batch", || app.sql().count("customers") > 0);
    app.process().kill();
    let done = until(&other.client, &address, |page| page.heading() != "Importing");
    assert_eq!(done.heading(), "Import complete");
    assert_eq!((app.sql().count("customers"), app.sql().count("imports")), (2_000, 1));
    app.start_again();
}

/// Many parts, of which none ends where a row does.
#[apply(engines)]
fn a_file_of_many_parts_is_read_whole(app: TestApp) {
    let mut text = "number,type,name,description\n".to_owned();
    for number in 0..3_100 {
        let _ = writeln!(text, "C-{number},company,Müller {number},{}", "ü".repeat(500));
    }
    assert!(text.len() > 3_000_000);
    let checked = Upload::new().with("customers", &text).checked(&app);
    assert!(app.sql().number("SELECT count(*) AS number FROM import_parts WHERE subject = 'customers'") > 10);
    assert_eq!(counts(&checked, "customers"), ["3,100", "0", "0", "0", "0"]);
    let done = import(&app, &checked);
    assert_eq!(counts(&done, "customers"), ["3,100", "0", "0", "0", "0"]);
    assert_eq!(app.sql().number(&format!("SELECT count(*) AS number FROM customers WHERE description = '{}'", "ü".repeat(500))), 3_100);
}

#[apply(engines)]
fn others_save_while_it_runs(app: TestApp) {
    let checked = Upload::new().with("customers", many(2_000)).checked(&app);
    let address = path(&checked);
    app.post(format!("{address}/start"), &[]).expect(303);
    let (mut saved, mut longest) = (0, Duration::ZERO);
    while app.get(&address).heading() == "Importing" {
        let begin = Instant::now();
        app.company(&format!("Meanwhile {saved}")).create();
        longest = longest.max(begin.elapsed());
        saved += 1;
    }
    assert!(saved > 0 && longest < Duration::from_secs(4), "{saved} saved, the longest in {longest:?}");
    assert_eq!(app.sql().count("customers"), 2_000 + saved);
}

#[apply(engines)]
fn an_upload_that_breaks_off_leaves_nothing(app: TestApp) {
    let head = format!(
        "POST /customers/import HTTP/1.1\r\nHost: {}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: 9000000\r\n\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"customers\"; filename=\"c.csv\"\r\n\r\n",
        app.host
    );
    let mut line = TcpStream::connect(&app.host).unwrap();
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(many(60_000).as_bytes()).unwrap();
    eventually("its first parts", || app.sql().count("import_parts") > 0);
    drop(line);
    eventually("nothing is left", || app.sql().count("import_parts") + app.sql().count("imports") == 0);
    // What a process that was killed has left is removed a day later.
    let columns = "(origin, state, mode, has_parts, actor_kind, actor_name, actor_role, measured_at, created_at, started_at, changed_at)";
    let moment = "'2026-01-01 00:00:00'";
    let values = format!("('page', 'uploading', 'both', TRUE, 'local', '', 'editor', {moment}, {moment}, {moment}, {moment})");
    app.sql().run(&format!("INSERT INTO imports {columns} VALUES {values}")).unwrap();
    eventually("the old one is removed", || app.sql().count("imports") == 0);
}

#[apply(engines)]
fn files_that_nobody_imports_are_removed(app: TestApp) {
    let checked = Upload::new().with("customers", many(20)).checked(&app);
    checked.assert_says("The files are kept for 30 days.");
    let recent = Upload::new().with("customers", many(30)).checked(&app);
    let id = path(&checked).rsplit('/').next().unwrap().to_owned();
    app.sql().run(&format!("UPDATE imports SET changed_at = '2026-01-01 00:00:00' WHERE id = {id}")).unwrap();
    until(&app, &path(&checked), |page| page.heading() == "Import discarded");
    eventually("its file is removed", || app.sql().number("SELECT count(DISTINCT import_id) AS number FROM import_parts") == 1);
    assert_eq!(app.get(path(&recent)).heading(), "Check complete");
}

/// The server waits for its database, and continues when it is back.
#[test]
fn a_lost_database_interrupts_it_only_until_it_is_back() {
    let cluster = Cluster::own();
    let app = TestApp::with(Database::on(&cluster), &[]);
    let checked = Upload::new().with("customers", many(2_000)).checked(&app);
    let address = path(&checked);
    app.post(format!("{address}/start"), &[]).expect(303);
    eventually("the first batch", || app.sql().count("customers") > 0);
    cluster.stop();
    eventually("it waits", || app.log().contains("a job waits for the database"));
    cluster.start();
    let done = until(&app, &address, |page| page.heading() != "Importing");
    assert_eq!(done.heading(), "Import complete");
    assert_eq!(counts(&done, "customers"), ["2,000", "0", "0", "0", "0"]);
}
