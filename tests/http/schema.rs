//! The schema: what `src/db/schema.rs` says is what the migrations make, on both engines alike, and back again; and the database repeats
//! the rules: what the program would never write is refused by the tables themselves.

use std::collections::{BTreeMap, BTreeSet};

use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use macro_rules_attribute::apply;

use crate::support::app::checkout;
use crate::support::database::Database;
use crate::support::{Engine, Outside, TestApp, engines};

/// A column by its name, with diesel's type: `name -> Nullable<Text>`.
type Columns = Vec<String>;

/// What `src/db/schema.rs` says, a table's primary key and columns by its name.
fn written() -> BTreeMap<String, (String, Columns)> {
    let text = std::fs::read_to_string(checkout().join("src/db/schema.rs")).unwrap();
    let tables = text.split("diesel::table! {").skip(1).map(|table| {
        let mut lines = table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        let (name, key) = lines.next().and_then(|head| head.strip_suffix(") {")?.split_once(" (")).expect("a table's head");
        let columns = lines.take_while(|line| *line != "}").map(|line| line.trim_end_matches(',').to_owned()).collect();
        (name.to_owned(), (key.to_owned(), columns))
    });
    tables.collect()
}

/// What a database holds, in the same words.
fn found(db: &mut Outside) -> BTreeMap<String, (String, Columns)> {
    let columns = match db {
        Outside::Sqlite(_) => db.texts(
            "SELECT m.name || ' ' || c.pk || ' ' || c.name || ' ' || iif(c.\"notnull\", 'no', 'yes') || ' ' || c.type AS text
             FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid",
        ),
        Outside::Postgres(_) => db.texts(
            "SELECT concat_ws(' ', c.table_name, coalesce(k.ordinal_position, 0), c.column_name, lower(c.is_nullable), c.data_type) AS text
             FROM information_schema.columns c
             LEFT JOIN information_schema.table_constraints t ON t.constraint_type = 'PRIMARY KEY' AND t.table_schema = 'public'
                AND t.table_name = c.table_name
             LEFT JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name AND k.column_name = c.column_name
                AND k.table_schema = 'public'
             WHERE c.table_schema = 'public' ORDER BY c.table_name, c.ordinal_position",
        ),
    };
    let mut tables: BTreeMap<String, (BTreeMap<String, String>, Columns)> = BTreeMap::new();
    for column in columns.iter().flatten() {
        let [table, key, name, nullable, of] = column.splitn(5, ' ').collect::<Vec<_>>()[..] else { panic!("{column}") };
        if table == "__diesel_schema_migrations" {
            continue;
        }
        let known = match of.to_lowercase().as_str() {
            "text" => "Text",
            "boolean" => "Bool",
            "bigint" => "BigInt",
            // SQLite's own row id is a BigInt under this name alone; those that hold a single row are the exception.
            "integer" if matches!(db, Outside::Sqlite(_)) && key == "1" && !SINGLE_ROWS.contains(&table) => "BigInt",
            "integer" => "Integer",
            "blob" | "bytea" => "Binary",
            "date" => "Date",
            "timestamp" | "timestamp without time zone" => "Timestamp",
            other => panic!("{column}: what is {other} in diesel's words?"),
        };
        let of = if nullable == "yes" { format!("Nullable<{known}>") } else { known.to_owned() };
        let (keys, columns) = tables.entry(table.to_owned()).or_default();
        if key != "0" {
            keys.insert(key.to_owned(), name.to_owned());
        }
        columns.push(format!("{name} -> {of}"));
    }
    tables.into_iter().map(|(name, (keys, columns))| (name, (keys.into_values().collect::<Vec<_>>().join(", "), columns))).collect()
}

/// Tables of one row, whose id is always 1.
const SINGLE_ROWS: [&str; 4] = ["search_state", "key_state", "number_sequence", "search_part_sequence"];

#[apply(engines)]
fn the_schema_file_is_what_the_migrations_make(app: TestApp) {
    let (written, found) = (written(), found(&mut app.sql()));
    let names = |tables: &BTreeMap<String, _>| tables.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&written), names(&found), "the tables");
    for (table, columns) in &written {
        assert_eq!(columns, &found[table], "{table}");
    }
}

/// Everything that the migrations make, in the engine's own words.
fn catalog(db: &mut Outside) -> Vec<String> {
    let texts = match db {
        Outside::Sqlite(_) => db.texts(
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS text FROM sqlite_schema
             WHERE name NOT IN ('sqlite_sequence', '__diesel_schema_migrations') AND tbl_name <> '__diesel_schema_migrations' ORDER BY 1",
        ),
        Outside::Postgres(_) => db.texts(
            "WITH made AS (
                SELECT concat_ws(' ', 'column', table_name, ordinal_position, column_name, data_type, is_nullable, column_default,
                    identity_generation, generation_expression) AS text, table_name AS of
                FROM information_schema.columns WHERE table_schema = 'public'
             UNION ALL SELECT 'index ' || indexdef, tablename FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid)), conrelid::regclass::text
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace
             UNION ALL SELECT pg_get_triggerdef(oid), tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal
             UNION ALL SELECT pg_get_functiondef(oid), '' FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'))
             SELECT text FROM made WHERE of <> '__diesel_schema_migrations' ORDER BY 1",
        ),
    };
    texts.into_iter().flatten().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Runs the next migration or, downwards, reverts the last one; whether there was one.
fn step(db: &mut Outside, up: bool) -> bool {
    fn of<B: diesel::backend::Backend>(db: &mut impl MigrationHarness<B>, engine: &str, up: bool) -> bool {
        let folder = checkout().join("migrations").join(engine);
        let source = || FileBasedMigrations::from_path(&folder).expect("migrations");
        let there =
            if up { db.has_pending_migration(source()).expect("a list") } else { !db.applied_migrations().expect("a list").is_empty() };
        if there && up {
            db.run_next_migration(source()).map(drop).expect("up");
        } else if there {
            db.revert_last_migration(source()).map(drop).expect("down");
        }
        there
    }
    match db {
        Outside::Sqlite(db) => of(db, "sqlite", up),
        Outside::Postgres(db) => of(db, "postgres", up),
    }
}

fn migrations_go_up_down_and_up_again(engine: Engine) {
    let database = Database::empty(engine);
    let mut db = database.connect();
    let mut states = vec![catalog(&mut db)];
    assert_eq!(states[0], [""; 0]);
    while step(&mut db, true) {
        states.push(catalog(&mut db));
    }
    assert!(states.len() > 6);
    for state in states.iter().rev().skip(1) {
        assert!(step(&mut db, false));
        assert_eq!(&catalog(&mut db), state, "on the way down");
    }
    for state in &states[1..] {
        assert!(step(&mut db, true));
        assert_eq!(&catalog(&mut db), state, "on the way up again");
    }
}

#[test]
fn migrations_go_up_down_and_up_again_on_sqlite() {
    migrations_go_up_down_and_up_again(Engine::Sqlite);
}

#[test]
fn migrations_go_up_down_and_up_again_on_postgres() {
    migrations_go_up_down_and_up_again(Engine::Postgres);
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<_> {
        let folder = std::fs::read_dir(checkout().join("migrations").join(engine)).unwrap();
        folder.map(|migration| migration.unwrap().file_name()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

fn refused(app: &TestApp, sql: &str) {
    assert!(app.sql().run(sql).is_err(), "taken: {sql}");
}

#[apply(engines)]
fn what_entitlements_hold_cannot_be_deleted(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").create();
    let jana = acme.contact("Jana").id;
    acme.entitle(&[("contact", &jana.to_string())]).expect(303);
    refused(&app, &format!("DELETE FROM contacts WHERE id = {jana}"));
    refused(&app, &format!("DELETE FROM customers WHERE id = {}", acme.id));
    acme.page().expect(200);
}

#[apply(engines)]
fn there_is_one_default_at_most(app: TestApp) {
    app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").contact("Tomás", "Nuñez", "t@x.example").create();
    refused(&app, "UPDATE contacts SET is_default = TRUE");
}

#[apply(engines)]
fn a_mailbox_is_unique_within_its_customer(app: TestApp) {
    app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").contact("Tomás", "Nuñez", "t@x.example").create();
    refused(&app, "UPDATE contacts SET email_key = 'same'");
}

#[apply(engines)]
fn numbers_and_crm_ids_are_unique(app: TestApp) {
    app.company("Acme").crm_id("1").create();
    app.company("Baltic").crm_id("2").create();
    refused(&app, "UPDATE customers SET number_key = 'same'");
    refused(&app, "UPDATE customers SET crm_key = 'same'");
}

#[apply(engines)]
fn an_entitlement_names_a_contact_of_its_own_customer(app: TestApp) {
    let acme = app.company("Acme").entitlements(1).create();
    let aino = app.company("Baltic").contact("Aino", "Robola", "a@x.example").create().contact("Aino").id;
    refused(&app, &format!("UPDATE entitlements SET contact_id = {aino} WHERE customer_id = {}", acme.id));
}

#[apply(engines)]
fn values_are_checked(app: TestApp) {
    app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create();
    for sql in [
        "UPDATE customers SET name = ''",
        "UPDATE customers SET kind = 'firm'",
        "UPDATE customers SET version = 0",
        "UPDATE contacts SET last_name = ''",
        "UPDATE contacts SET email = '', email_key = NULL",
        "UPDATE entitlements SET quantity = 0",
        "UPDATE entitlements SET product = ''",
        "UPDATE entitlements SET ends_on = '1999-01-01'",
        "UPDATE entitlements SET eid = NULL",
    ] {
        refused(&app, sql);
    }
}
