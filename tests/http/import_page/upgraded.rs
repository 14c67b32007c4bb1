//! Imports that an older version of the program took.

use macro_rules_attribute::apply;

use super::{Upload, counts, import, path};
use crate::support::app::checkout;
use crate::support::{Engine, TestApp, engines};

#[apply(engines)]
fn imports_of_the_version_before_keep_their_pages(app: TestApp) {
    let done = import(&app, &Upload::new().with("customers", "number,name\nC-1,Acme\nC-2,\n").checked(&app));
    let waiting = Upload::new().with("customers", "number,name\nC-3,Bolt\n").checked(&app);
    let file = done.press("Download invalid rows").expect(200).text();
    app.process().stop();
    let engine = if app.database.engine == Engine::Sqlite { "sqlite" } else { "postgres" };
    let folder = std::fs::read_dir(checkout().join("migrations").join(engine)).unwrap();
    let mut migrations: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    let from = migrations.iter().position(|path| path.ends_with("2026-11-28-000001_jobs")).unwrap();
    for migration in migrations[from..].iter().rev() {
        let down = std::fs::read_to_string(migration.join("down.sql")).unwrap();
        app.sql().run(&format!("BEGIN; {down}; COMMIT")).unwrap();
    }
    app.sql().run("DELETE FROM __diesel_schema_migrations WHERE version >= '20261128000001'").unwrap();
    assert_eq!((app.sql().count("import_uploads"), app.sql().count("imports")), (2, 1));
    app.sql().run("UPDATE import_uploads SET findings = replace(findings, 'invalid', 'wrong')").unwrap();
    app.start_again();
    let page = app.get(path(&done)).expect(200);
    assert_eq!((page.heading(), counts(&page, "customers")), (done.heading(), counts(&done, "customers")));
    assert_eq!(page.assert_says("Name is missing.").press("Download invalid rows").expect(200).text(), file);
    let done = import(&app, &app.get(path(&waiting)));
    assert_eq!(done.heading(), "Import complete");
    assert_eq!(app.get("/customers").rows(), ["Acme", "Bolt"]);
    let next = Upload::new().with("customers", "number,name\nC-4,Cord\n").checked(&app);
    assert_ne!(path(&next), path(&waiting), "no id is given twice");
}
