//! The queue of jobs: whatever happens to a worker, a job is done once, or said to have failed.

use std::time::{Duration, Instant};

use macro_rules_attribute::apply;

use crate::import_page::{Upload, many, path, until};
use crate::support::app::{Process, command, run};
use crate::support::database::Database;
use crate::support::{Client, Engine, Outside, TestApp, at_once, engines, eventually};

/// Workers whose leases run out soon.
const QUICK: [&str; 4] = ["--job-lease", "0.7", "--job-poll", "0.05"];

fn quick(app: &TestApp) -> Process {
    app.another(&QUICK)
}

/// Nobody is in the midst of a transaction that writes.
fn can_be_written(app: &TestApp) -> bool {
    let mut outside = app.sql();
    match app.database.engine {
        Engine::Sqlite => outside.run("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK").is_ok(),
        Engine::Postgres => {
            let busy = "SELECT count(*) AS number FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
            outside.number(busy) == 0
        }
    }
}

#[apply(engines)]
fn a_paused_worker_writes_nothing_once_another_has_taken_over(app: TestApp) {
    app.process().stop();
    let paused = quick(&app);
    let checked = Upload::new().with("customers", many(3_000)).checked(&paused.client);
    paused.client.post(format!("{}/start", path(&checked)), &[]).expect(303);
    eventually("the first batch", || app.sql().count("customers") > 0);
    // Between two transactions: in the midst of one it would hold what others need.
    loop {
        paused.pause();
        if can_be_written(&app) {
            break;
        }
        paused.resume();
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(app.sql().count("customers") < 3_000, "in its midst");
    let successor = quick(&app);
    let done = until(&successor.client, &path(&checked), |page| page.heading() != "Importing");
    assert_eq!(done.heading(), "Import complete");
    let state = || app.sql().texts("SELECT concat(position, ' ', created, ' ', unchanged) AS text FROM import_files");
    let before = state();
    assert_eq!(before, [Some("3000 3000 0".to_owned())]);
    paused.resume();
    eventually("it notices", || paused.log().contains("another worker has taken over"));
    assert_eq!(state(), before);
    assert_eq!(app.sql().count("customers"), 3_000);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM imports WHERE state = 'done'"), 1);
    drop(successor);
    app.start_again();
}

/// Killed at each start of a job, which another server finds and begins again.
#[apply(engines)]
fn a_job_that_ends_its_process_each_time_fails_and_others_run(app: TestApp) {
    let checked = Upload::new().with("customers", many(200)).checked(&app);
    app.process().stop();
    let id = path(&checked).rsplit('/').next().unwrap().to_owned();
    let attempts = format!("SELECT CAST(attempts AS BIGINT) AS number FROM jobs WHERE kind = 'import' AND subject_id = {id}");
    // A trigger keeps the first batch from its end, for as long as it takes to kill the server.
    let moment = "'2026-01-01 00:00:00'";
    app.sql().run(&format!("UPDATE imports SET state = 'running', approved = TRUE WHERE id = {id}")).unwrap();
    app.sql()
        .run(&format!("UPDATE jobs SET state = 'queued', attempts = 0, due_at = {moment} WHERE kind = 'import' AND subject_id = {id}"))
        .unwrap();
    slow_down(&app);
    for attempt in 1..=3 {
        let mut process = quick(&app);
        eventually("the next attempt", || app.sql().number(&attempts) == attempt);
        process.kill();
    }
    app.start_again();
    let failed = until(&app, &path(&checked), |page| page.heading() != "Importing");
    assert_eq!(failed.heading(), "Interrupted");
    failed.assert_says("The server stopped at each of 3 attempts.").assert_says("What was imported is kept (0 rows).");
    assert_eq!(app.sql().count("customers"), 0);
    Upload::new().with("customers", many(3)).checked(&app).assert_says("Check complete");
    // Somebody who knows why says that it is worth another try.
    app.sql().run(if app.database.engine == Engine::Sqlite { "DROP TRIGGER slow" } else { "DROP TRIGGER slow ON customers" }).unwrap();
    failed.press("Resume").expect(303);
    assert_eq!(until(&app, &path(&checked), |page| page.heading() != "Importing").heading(), "Import complete");
    assert_eq!(app.sql().count("customers"), 200);
}

/// A new customer takes seconds.
fn slow_down(app: &TestApp) {
    let trigger = match app.database.engine {
        Engine::Sqlite => {
            "CREATE TABLE slowness (number BIGINT);
             CREATE TRIGGER slow AFTER INSERT ON customers BEGIN
                 INSERT INTO slowness WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000000) SELECT count(*) FROM n;
             END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$;
             CREATE TRIGGER slow AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION slow()"
        }
    };
    app.sql().run(trigger).unwrap();
}

/// A clock that was wrong cannot lock a job away.
#[apply(engines)]
fn a_lease_that_lies_too_far_ahead_has_expired(app: TestApp) {
    let checked = Upload::new().with("customers", many(20)).checked(&app);
    for changes in
        ["state = 'running', worker = 'gone', lease_until = '2999-01-01 00:00:00'", "state = 'queued', due_at = '2999-01-01 00:00:00'"]
    {
        app.sql().run("UPDATE imports SET state = 'checking'").unwrap();
        app.sql().run(&format!("UPDATE jobs SET {changes} WHERE kind = 'import'")).unwrap();
        until(&app, &path(&checked), |page| page.heading() == "Check complete");
    }
}

/// Whoever presses *Import* acts.
#[apply(engines)]
fn a_job_acts_for_whoever_asked_for_it(app: TestApp) {
    let asked = |app: &TestApp| {
        app.sql().texts("SELECT concat(actor_kind, ', ', actor_name, ', ', actor_role) AS text FROM jobs WHERE kind = 'import'")
    };
    let checked = Upload::new().with("customers", many(20)).checked(&app);
    assert_eq!(asked(&app), [Some("local, This computer, administrator".to_owned())]);
    let ada = app.user("ada@x.example", "administrator");
    ada.post(format!("{}/start", path(&checked)), &[]).expect(303);
    assert_eq!(asked(&app), [Some("user, ada@x.example, administrator".to_owned())]);
    until(&ada, &path(&checked), |page| page.heading() == "Import complete");
    // The role that asked is asked again, by the rules.
    let checked = Upload::new().with("customers", "number,name\nX-1,Acme\n").checked(&ada);
    app.process().stop();
    app.sql().run("UPDATE imports SET state = 'running', approved = TRUE WHERE state = 'checked'").unwrap();
    app.sql().run("UPDATE jobs SET state = 'queued', actor_role = 'editor' WHERE kind = 'import'").unwrap();
    app.start_again();
    let ada = app.sign_in("ada@x.example");
    until(&ada, &path(&checked), |page| page.heading() == "Interrupted").assert_says("You need to be an administrator to do this.");
}

/// What changes from outside of a server that nobody uses.
fn written(app: &TestApp, outside: &mut Outside) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Version {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        data_version: i64,
    }
    match outside {
        Outside::Sqlite(db) => {
            let version: Version = diesel::RunQueryDsl::get_result(diesel::sql_query("PRAGMA data_version"), db).unwrap();
            version.data_version
        }
        Outside::Postgres(_) => app
            .sql()
            .number("SELECT CAST(coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) AS BIGINT) AS number FROM pg_stat_user_tables"),
    }
}

#[apply(engines)]
fn an_idle_server_writes_nothing(app: TestApp) {
    app.company("Acme").create();
    app.process().stop();
    let idle = app.another(&["--job-poll", "0.02"]);
    let mut outside = app.sql();
    // It may tidy once, and PostgreSQL tells a second later.
    let mut before = written(&app, &mut outside);
    let mut since = Instant::now();
    let begin = Instant::now();
    while since.elapsed() < Duration::from_secs(4) {
        let now = written(&app, &mut outside);
        if now != before {
            (before, since) = (now, Instant::now());
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "it writes again and again");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(begin.elapsed() < Duration::from_secs(12), "it came to rest after {:?} only", begin.elapsed());
    idle.client.get("/customers").expect(200).assert_says("Acme");
    drop(idle);
    app.start_again();
}

/// Twenty people save at once while files are imported: they wait for a batch, not for the import.
#[apply(engines)]
fn many_save_quickly_beside_an_import(app: TestApp) {
    // A slow machine may take its time: what counts is the difference.
    let patient = app.another(&["--pool-timeout", "60", "--request-timeout", "60"]);
    let client = Client::clone(&patient.client);
    let save = |what: &str| {
        let mut times = at_once(20, |saver| {
            let begin = Instant::now();
            client.company(&format!("{what} {saver}")).create();
            begin.elapsed()
        });
        times.sort();
        times
    };
    let alone = save("Alone");
    app.process().stop();
    let checked = Upload::new().with("customers", many(2_000)).checked(&client);
    client.post(format!("{}/start", path(&checked)), &[]).expect(303);
    eventually("the first batch", || app.sql().count("customers") > 20);
    let beside = save("Beside");
    assert!(app.sql().count("customers") < 2_000, "in its midst");
    assert!(beside[10] < 2 * alone[10] + Duration::from_secs(1), "alone {alone:?}, beside {beside:?}");
    assert_eq!(until(&client, &path(&checked), |page| page.heading() != "Importing").heading(), "Import complete");
    assert_eq!(app.sql().count("customers"), 2_040);
    drop(patient);
    app.start_again();
}

/// The times of the queue are settings for tests alone.
#[test]
fn its_times_are_hidden_settings() {
    let help = run(&["serve", "--help"]);
    assert!(help.status.success() && !String::from_utf8_lossy(&help.stdout).contains("job"), "{help:?}");
    let database = Database::new(Engine::Sqlite);
    let wrong = command(&["serve", "--listen", "127.0.0.1:0", "--database", &database.url]).env("CLIENTELE_JOB_POLL", "soon").output();
    assert_eq!(wrong.unwrap().status.code(), Some(2), "the environment is read");
}
