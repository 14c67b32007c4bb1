//! Whatever an editor can bring about by files, the same editor could have brought about by pages.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

use clientele::db;
use clientele::domain::actor::{Actor, Principal};
use clientele::domain::import::{Each, Mode};
use clientele::domain::rules::Role;
use clientele::imports::files::look::Look;
use clientele::imports::files::source::Bytes;
use clientele::imports::progress::Expected;
use clientele::imports::record::File;
use clientele::imports::{self, Check, Importer};
use clientele::startup;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::Engine;
use crate::support::database::{Database, Outside};

/// Far from the days that the files name.
const TODAY: &str = "2026-06-01";

/// Random files: a row is a line of cells, its customer one of a few.
#[derive(Clone, Debug)]
struct Rows {
    customers: Vec<(u8, &'static str)>,
    contacts: Vec<(u8, &'static str, &'static str, &'static str)>,
    entitlements: Vec<(u8, u8, &'static str, &'static str, &'static str, &'static str)>,
    /// Which optional columns there are: status, default, end by hand.
    columns: [bool; 3],
}

/// Customers of a case.
const CUSTOMERS: u8 = 8;

fn rows(customers: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Rows> {
    let of = |words: &[&'static str]| prop::sample::select(words.to_vec());
    let status = of(&["", "enabled", "disabled"]);
    let numbers = prop::sample::subsequence((0..CUSTOMERS).collect::<Vec<_>>(), customers);
    let customers = (numbers, prop::collection::vec(status.clone(), usize::from(CUSTOMERS)));
    let contact = (0..CUSTOMERS, of(&["a", "b", "c"]), status, of(&["", "", "yes", "no"]));
    let starts_on = of(&["2020-01-01", "2020-01-01", "2020-01-01", "2999-01-01"]);
    let ends_on = of(&["", "2022-01-01", "2999-06-01"]);
    let ended_at = of(&["", "2021-06-01T12:00:00Z"]);
    let entitlement = (0..CUSTOMERS, 0..2_u8, of(&["", "", "", "a", "b"]), starts_on, ends_on, ended_at);
    let rows = (customers, prop::collection::vec(contact, 0..20), prop::collection::vec(entitlement, 5..30));
    (rows, [prop::bool::weighted(0.8), prop::bool::weighted(0.8), prop::bool::weighted(0.8)]).prop_map(
        |((customers, contacts, entitlements), columns)| {
            let customers = customers.0.into_iter().zip(customers.1).collect();
            Rows { customers, contacts, entitlements, columns }
        },
    )
}

impl Rows {
    /// The files. Every fourth customer is an individual; other cases have other customers.
    fn files(&self, case: u32) -> [String; 3] {
        let [status, default, ended_at] = self.columns.map(|there| if there { "" } else { "unknown_" });
        let mut files = [
            format!("crm_id,type,{status}status,name,last_name\n"),
            format!("customer_crm_id,email,last_name,{status}status,{default}default\n"),
            format!("customer_crm_id,eid,contact_email,product,quantity,starts_on,ends_on,{ended_at}ended_at\n"),
        ];
        for (number, status) in &self.customers {
            let kind = if number % 4 == 3 { "individual" } else { "company" };
            let _ = writeln!(files[0], "{case}-{number},{kind},{status},Name,Name");
        }
        for (customer, email, status, default) in &self.contacts {
            let _ = writeln!(files[1], "{case}-{customer},{email}@x.example,{email},{status},{default}");
        }
        for (customer, eid, email, starts_on, ends_on, ended_at) in &self.entitlements {
            let email = if email.is_empty() { String::new() } else { format!("{email}@x.example") };
            let _ = writeln!(files[2], "{case}-{customer},E-{case}-{customer}-{eid},{email},Forge,1,{starts_on},{ends_on},{ended_at}");
        }
        files
    }
}

/// Imports the valid rows.
fn import(database: &db::Database, files: &[String; 3], name: &str) {
    let mut actor = Actor::now(Principal::local(Role::Administrator), chrono_tz::UTC);
    actor.today = TODAY.parse().unwrap();
    let bytes = || {
        let bytes = |text: &String| Some(Box::new(Cursor::new(text.clone().into_bytes())) as Bytes);
        Each { customers: bytes(&files[0]), contacts: bytes(&files[1]), entitlements: bytes(&files[2]) }
    };
    let (look, _) = Look::at(bytes(), Each::default()).unwrap();
    let mut check = Check::new(database, bytes(), look, Mode::Both, None).unwrap();
    while check.step(database, &actor).unwrap() {}
    let checked = check.finish();
    let counts = checked.report.counts;
    let described = Each::from_fn(|_| Some(File { name: name.to_owned(), length: 0, fingerprint: name.to_owned(), derived: false }));
    let import = database
        .write(|db| {
            imports::progress::open(
                db,
                &actor,
                Mode::Both,
                &checked.look,
                &described,
                Expected { customers: counts.customers.new, batch: database.import_batch() },
            )
        })
        .unwrap();
    let mut importer = Importer::new(database, bytes(), import, checked).unwrap();
    while importer.step(database, &actor, None).unwrap() {}
    assert_eq!(importer.import().counts, counts, "what the check said is what the import did");
}

type Record = BTreeMap<&'static str, String>;

/// All that there is of a kind, by what it is known by.
fn records(sql: &mut Outside, key: &str, columns: &[&'static str], from: &str) -> BTreeMap<String, Record> {
    let cell = |column: &&str| format!("coalesce(CAST({column} AS TEXT), '')");
    let cells = columns.iter().map(cell).collect::<Vec<_>>().join(" || '|' || ");
    let rows = sql.texts(&format!("SELECT {key} || '|' || {cells} AS text FROM {from}"));
    let records = rows.into_iter().flatten().map(|row| {
        let mut cells = row.split('|').map(str::to_owned);
        (cells.next().unwrap(), columns.iter().copied().zip(cells).collect())
    });
    records.collect()
}

#[derive(Debug)]
struct State {
    customers: BTreeMap<String, Record>,
    contacts: BTreeMap<String, Record>,
    entitlements: BTreeMap<String, Record>,
}

impl State {
    fn of(database: &Database, case: u32) -> Self {
        let sql = &mut database.connect();
        let of_case = format!("customers c ON c.id = x.customer_id WHERE c.crm_id LIKE '{case}-%'");
        let key = "c.crm_id || ' ' || x.email";
        Self {
            customers: records(sql, "crm_id", &["id", "number", "kind", "enabled"], &format!("customers WHERE crm_id LIKE '{case}-%'")),
            contacts: records(
                sql,
                key,
                &["x.id", "x.enabled", "is_default", "c.crm_id", "c.kind"],
                &format!("contacts x JOIN {of_case} AND NOT x.own"),
            ),
            entitlements: records(
                sql,
                "eid",
                &["x.id", "c.crm_id", "starts_on", "ends_on", "ended_at"],
                &format!("entitlements x JOIN {of_case}"),
            ),
        }
    }

    fn default_of(&self, customer: &str) -> Vec<&String> {
        self.contacts
            .iter()
            .filter(|(_, contact)| contact["c.crm_id"] == customer && is(contact, "is_default"))
            .map(|(key, _)| key)
            .collect()
    }
}

fn is(record: &Record, column: &str) -> bool {
    ["1", "t", "true"].contains(&record[column].as_str())
}

/// What the pages let an editor do, said once more and without a look at the program's own rules.
fn judge(before: &State, after: &State) -> Result<(), TestCaseError> {
    for (key, old) in &before.customers {
        let new = after.customers.get(key).ok_or_else(|| TestCaseError::fail("a customer is gone"))?;
        prop_assert!(["id", "number", "kind"].iter().all(|column| old[column] == new[column]), "{key} is another");
    }
    for (key, old) in &before.contacts {
        let new = after.contacts.get(key).ok_or_else(|| TestCaseError::fail("a contact is gone"))?;
        prop_assert_eq!(&old["x.id"], &new["x.id"]);
    }
    for (key, new) in &after.contacts {
        prop_assert_eq!(&new["c.kind"], "company", "{} is a contact of an individual", key);
        let old = before.contacts.get(key);
        let became_default = is(new, "is_default") && !old.is_some_and(|old| is(old, "is_default"));
        // A new contact of a company without a default becomes it, and may be disabled after that.
        let may_be_disabled = old.is_none() && before.default_of(&new["c.crm_id"]).is_empty();
        prop_assert!(!became_default || is(new, "x.enabled") || may_be_disabled, "{key} became the default, and is disabled");
        let has_default = !after.default_of(&new["c.crm_id"]).is_empty();
        prop_assert!(!is(new, "x.enabled") || has_default, "{key} is enabled, and its company has no default");
    }
    for customer in after.customers.keys() {
        let [old, new] = [before, after].map(|state| state.default_of(customer).len());
        prop_assert!(new <= 1 && new >= old, "{customer} has {new} defaults, and had {old}");
    }
    for (eid, old) in &before.entitlements {
        let new = after.entitlements.get(eid).ok_or_else(|| TestCaseError::fail("an entitlement is gone"))?;
        prop_assert!(["x.id", "c.crm_id"].iter().all(|column| old[column] == new[column]), "{eid} is another");
        let has_started = old["starts_on"].as_str() <= TODAY;
        let ran_out = !old["ends_on"].is_empty() && old["ends_on"].as_str() < TODAY;
        let ended = !old["ended_at"].is_empty();
        prop_assert!(!(has_started || ran_out || ended) || old["starts_on"] == new["starts_on"], "{eid} has started, and begins again");
        let may_end = ended || (has_started && !ran_out);
        prop_assert!(old["ended_at"] == new["ended_at"] || (may_end && !ended), "{eid} is ended or revived: {old:?} {new:?}");
    }
    for (eid, new) in after.entitlements.iter().filter(|(eid, _)| !before.entitlements.contains_key(*eid)) {
        let customer = &new["c.crm_id"];
        let may_have = !before.customers.contains_key(customer) || is(&after.customers[customer], "enabled");
        prop_assert!(may_have, "{eid} is new, and its customer disabled");
        prop_assert!(new["ended_at"].is_empty() || new["starts_on"].as_str() <= TODAY, "{eid} was ended before it started");
    }
    Ok(())
}

fn whatever_files_do_pages_could_have_done(engine: Engine, cases: u32) {
    let database = Database::new(engine);
    let own = startup::open(db::Address::parse(&database.url).unwrap(), db::Tuning::default()).unwrap();
    let case = std::cell::Cell::new(0);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let outcome = TestRunner::new(config).run(&(rows(usize::from(CUSTOMERS)), rows(0..=usize::from(CUSTOMERS))), |(first, second)| {
        case.set(case.get() + 1);
        let nothing = State::of(&database, case.get());
        import(&own, &first.files(case.get()), &format!("{} first", case.get()));
        let before = State::of(&database, case.get());
        judge(&nothing, &before)?;
        import(&own, &second.files(case.get()), &format!("{} second", case.get()));
        judge(&before, &State::of(&database, case.get()))
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn sqlite() {
    whatever_files_do_pages_could_have_done(Engine::Sqlite, 24);
}

#[test]
fn postgres() {
    whatever_files_do_pages_could_have_done(Engine::Postgres, 12);
}
