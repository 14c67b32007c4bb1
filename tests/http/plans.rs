//! How the engines answer: every statement of every kind of list and search finds its rows by an index, and none goes through a table.

use std::cell::RefCell;

use chrono_tz::Tz;
use clientele::db::statement::Statement;
use clientele::db::{Address, Db, Tuning};
use clientele::domain::event::SubjectKind;
use clientele::domain::history::{Filter, Older};
use clientele::domain::panes::Panes;
use clientele::domain::query::Query;
use clientele::domain::query::entitlements::EntitlementQuery;
use clientele::domain::{AccountId, BatchId, ContactId, CustomerId};
use clientele::list;
use clientele::startup;
use clientele::store::detail::CustomerDetail;
use clientele::store::{Error, access, history, identities, invitees, mails, portal};
use diesel::RunQueryDsl;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::sql_types::BigInt;
use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::{Engine, Outside, TestApp, engines};

thread_local! {
    static ASKED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes every statement of the thread.
struct Notes;

impl Instrumentation for Notes {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let text = text.split(" -- binds").next().unwrap_or_default().to_owned();
            ASKED.with_borrow_mut(|asked| asked.push(text));
        }
    }
}

const TEXTS: [&str; 24] = [
    "",
    "zzoo",
    "acme",
    "an",
    "a",
    "東",
    "@",
    "acme gmbh",
    "0000000",
    "\"acme ltd\"",
    "ac*gmbh",
    "?cme",
    "name:^ac",
    "ref:=12",
    "eid:7f3a",
    "country:de",
    "created:>2026-01-01",
    "+49 (30) 55",
    "-acme",
    "acme OR bolt",
    "city:berlin -type:company",
    "access:never",
    "access:never acme",
    "-access:never an",
];
const FILTERS: [&[(&str, &str)]; 4] =
    [&[], &[("status", "disabled")], &[("type", "individual")], &[("status", "enabled"), ("type", "company")]];
const ORDERS: [&str; 10] = ["name", "last", "ref", "newest", "changed", "-name", "-last", "-ref", "-newest", "-changed"];

#[apply(engines)]
fn no_list_and_no_search_goes_through_a_table(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    many(&app);
    diesel::connection::set_default_instrumentation(|| Some(Box::new(Notes))).expect("instrumentation");
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    let mut asked: Vec<(String, String)> = Vec::new();
    for text in TEXTS {
        for filters in FILTERS {
            // What a search reads does not depend on the order; what the whole list reads does.
            let orders = ORDERS.iter().step_by(if text.is_empty() { 1 } else { 3 });
            for order in orders {
                let pairs = || [("q", text), ("sort", *order)].into_iter().chain(filters.iter().copied());
                let query = Query::parse(pairs());
                let first = ask(&database, &query);
                let after = first.next.map(|cursor| cursor.encode()).unwrap_or_default();
                let second = ask(&database, &Query::parse(pairs().chain([("after", after.as_str())])));
                let before = second.prev.map(|cursor| cursor.encode()).unwrap_or_default();
                ask(&database, &Query::parse(pairs().chain([("before", before.as_str())])));
                ask(&database, &Query::parse(pairs().chain([("around", "500")])));
                let shape = format!("{text:?} {filters:?} {order}");
                asked.extend(ASKED.take().into_iter().map(|statement| (shape.clone(), statement)));
            }
        }
    }
    assert!(asked.len() > 1_000, "{}", asked.len());
    let mut outside = app.sql();
    let (mut seen, mut ties) = (std::collections::HashSet::new(), 0);
    for (shape, statement) in asked {
        // A new connection looks at what the file holds: a few tables.
        let is_schema = statement.contains("FROM sqlite_schema");
        if !statement.starts_with("SELECT") || is_schema || !seen.insert(statement.clone()) {
            continue;
        }
        let plan = plan(&mut outside, &statement);
        // All rows in their own order up to a limit are a page; what belongs to the rows of a page may be put in order.
        let is_page = !statement.contains("WHERE") && statement.contains("LIMIT");
        let of_page = statement.contains(" IN (?");
        let harmless = |line: &str| (is_page && line.starts_with("SCAN")) || (of_page && line.contains("TEMP B-TREE"));
        let offending = plan.iter().find(|line| goes_through_a_table(app.database.engine, line) && !harmless(line));
        assert!(offending.is_none(), "{shape}\n{statement}\n{}", plan.join("\n"));
        // Rows that share a moment of change or a Ref ID are found by their ids, not gone through.
        ties += plan.iter().filter(|line| line.contains("changed_at=? AND id") || line.contains("ref_sort=? AND id")).count();
    }
    // All customers and a lane, there and back, in two orders.
    assert!(ties >= 8 || app.database.engine == Engine::Postgres, "{ties}");
}

/// What is kept prepared stays in the memory of PostgreSQL's process, and there are searches of any shape.
#[apply(engines)]
fn searches_are_not_kept_prepared(app: TestApp) {
    if app.database.engine == Engine::Sqlite {
        return;
    }
    app.post("/sample", &[]).expect(303);
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    let prepared = || {
        let count = "SELECT count(*) FROM pg_prepared_statements";
        database.read(|db| Ok::<_, Error>(Statement::<BigInt>::new(count).get_result::<i64>(db)?)).expect("a count")
    };
    let search = |shape: usize| {
        let joints = [" ", " OR ", " -", " name:", " a*"];
        let text = (0..=shape % 7).map(|word| format!("wo{word}rd{}", joints[(shape >> word) % joints.len()])).collect::<Vec<_>>().concat();
        ask(&database, &Query::parse([("q", text.as_str())].into_iter()));
    };
    (0..40).for_each(search);
    let before = prepared();
    (40..400).for_each(search);
    let after = prepared();
    assert!(after <= before + 20, "{before} {after}");
}

/// What a customer's page reads is found by an index; what is put in order are the customer's own entitlements.
#[apply(engines)]
fn a_customers_page_reads_only_what_is_its_own(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    diesel::connection::set_default_instrumentation(|| Some(Box::new(Notes))).expect("instrumentation");
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    let company = CustomerId(app.sql().number("SELECT min(id) AS number FROM customers WHERE kind = 'company'"));
    ASKED.take();
    for panes in [&[][..], &[("find", "a")], &[("contacts", "all"), ("entitlements", "all"), ("contact", "7")], &[("entitlement", "7")]] {
        let panes = Panes::parse(panes.iter().copied());
        database
            .read(|db| CustomerDetail::find(db, company, &panes, chrono::Utc::now().date_naive(), chrono::Utc::now().naive_utc()))
            .expect("a customer");
    }
    let asked = ASKED.take();
    assert!(asked.len() > 20, "{asked:?}");
    let mut outside = app.sql();
    for statement in asked.iter().filter(|statement| statement.starts_with("SELECT")) {
        let plan = plan(&mut outside, statement);
        let in_order = |line: &str| ["CASE WHEN", "GROUP BY"].iter().any(|words| statement.contains(words)) && line.contains("TEMP B-TREE");
        let offending = plan.iter().find(|line| goes_through_a_table(app.database.engine, line) && !in_order(line));
        assert!(offending.is_none(), "{statement}\n{}", plan.join("\n"));
    }
}

/// Each page of the history is read from an index, whatever it is asked for; what is put in order is a customer's own.
#[apply(engines)]
fn the_history_reads_only_what_it_shows(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").create();
    acme.disable().expect(303);
    app.add_user("ruth@x.example", "editor");
    diesel::connection::set_default_instrumentation(|| Some(Box::new(Notes))).expect("instrumentation");
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    ASKED.take();
    let mut shapes = Vec::new();
    for by in ["", "local", "1"] {
        for task in ["", "disable", "batch"] {
            for subject in ["", "contact"] {
                for from in ["", "2026-01-01"] {
                    shapes.push([("by", by), ("task", task), ("subject", subject), ("from", from), ("to", from)]);
                }
            }
        }
    }
    shapes.push([("batch", "1"), ("", ""), ("", ""), ("", ""), ("", "")]);
    for shape in shapes {
        for older in ["", "4.1"] {
            let filter = Filter::parse(shape.into_iter());
            database.read(|db| history::all(db, &filter, Tz::UTC, Older::parse(older), 50)).expect("a page");
        }
    }
    for kind in [None, Some(SubjectKind::Contact)] {
        for batch in [None, Some(BatchId(1))] {
            for older in ["", "4.1"] {
                database.read(|db| history::of_customer(db, CustomerId(acme.id), kind, batch, Older::parse(older))).expect("a page");
                database.read(|db| history::of_customer(db, CustomerId(1), kind, batch, Older::parse(older))).expect("a page");
            }
        }
    }
    database.read(|db| history::deletion(db, CustomerId(acme.id))).expect("no deletion");
    let asked = ASKED.take();
    assert!(asked.len() > 200, "{}", asked.len());
    let (mut outside, mut seen) = (app.sql(), std::collections::HashSet::new());
    for statement in asked.iter().filter(|statement| statement.starts_with("SELECT") && !statement.contains("FROM sqlite_schema")) {
        if !seen.insert(statement) {
            continue;
        }
        let plan = plan(&mut outside, statement);
        let in_order = |line: &str| statement.contains("GROUP BY") && line.contains("TEMP B-TREE");
        let offending = plan.iter().find(|line| goes_through_a_table(app.database.engine, line) && !in_order(line));
        assert!(offending.is_none(), "{statement}\n{}", plan.join("\n"));
        let sorts = plan.iter().any(|line| line.contains("Sort"));
        assert!(!sorts || statement.contains("GROUP BY"), "{statement}\n{}", plan.join("\n"));
    }
}

/// Each page of the list of entitlements is read from an index, first or deep, whatever the filter, the order and the direction; nothing is sorted
/// but what a search found.
#[apply(engines)]
fn the_list_of_entitlements_reads_only_what_it_shows(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    diesel::connection::set_default_instrumentation(|| Some(Box::new(Notes))).expect("instrumentation");
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    ASKED.take();
    let today = chrono::Utc::now().date_naive();
    let page = |pairs: &[(&str, &str)]| {
        let query = EntitlementQuery::parse(pairs.iter().copied());
        database.read(|db| list::entitlements::page_and_count(db, &query, today)).expect("a page").0
    };
    for state in ["", "running", "ends-30", "ends-90", "not-started", "ended"] {
        for order in ["due", "-due", "end", "-end", "start", "-start", "product", "-product", "newest", "-newest"] {
            for text in ["", "acme", "an -o", "-acme", "eid-"] {
                let first = page(&[("q", text), ("state", state), ("sort", order)]);
                let after = first.next.map(|cursor| cursor.encode()).unwrap_or_default();
                let second = page(&[("q", text), ("state", state), ("sort", order), ("after", &after)]);
                let before = second.prev.map(|cursor| cursor.encode()).unwrap_or_default();
                page(&[("q", text), ("state", state), ("sort", order), ("before", &before)]);
                page(&[("q", text), ("state", state), ("sort", order), ("around", "100")]);
            }
        }
    }
    // The same where stages are not those of the day.
    app.sql().run("UPDATE entitlements SET stage = 1 WHERE id = 7").expect("an update");
    page(&[("state", "running")]);
    let asked = ASKED.take();
    assert!(asked.len() > 500, "{}", asked.len());
    let (mut outside, mut seen) = (app.sql(), std::collections::HashSet::new());
    if app.database.engine == Engine::Postgres {
        // So few rows would rather be sorted.
        outside.run("SET enable_sort = off; ANALYZE").expect("settings");
    }
    for statement in asked.iter().filter(|statement| statement.starts_with("SELECT") || statement.starts_with("WITH")) {
        // Of candidates of a search the list of customers is asked.
        if statement.contains("FROM sqlite_schema") || !statement.contains("entitlements") || !seen.insert(statement) {
            continue;
        }
        let plan = plan(&mut outside, statement);
        let harmless = ["SCAN p", "SCAN CONSTANT ROW", "SCAN counted", "SCAN latest", "SCAN e VIRTUAL"];
        let offending = plan.iter().find(|line| {
            let is_harmless = harmless.iter().any(|harmless| line.contains(harmless)) || line.contains("SCAN (subquery");
            // PostgreSQL sorts the first rows of each stage.
            let sorts = line.contains("Sort") && !statement.contains(") UNION ALL (");
            (goes_through_a_table(app.database.engine, line) && !is_harmless) || sorts
        });
        assert!(offending.is_none(), "{statement}\n{}", plan.join("\n"));
        // Very many may end on the same day: those beyond an entitlement are found by both, which SQLite does not do for rows of values.
        assert!(!statement.contains(", id) "), "{statement}");
        for beyond in ["id > ?", "id < ?"].iter().filter(|beyond| app.database.engine == Engine::Sqlite && statement.contains(**beyond)) {
            let found = beyond.replace(' ', "");
            let walks = plan.iter().filter(|line| line.contains("entitlements_by_") && !line.contains(&found)).count();
            assert!(walks == 0 || !statement.contains(" FROM ("), "{statement}\n{}", plan.join("\n"));
        }
        // Once, above the stages: each of them is read in order.
        let sorted = plan.iter().filter(|line| line.contains("Sort  ")).count();
        assert!(sorted <= 1, "{statement}\n{}", plan.join("\n"));
    }
    assert!(seen.len() > 50, "{}", seen.len());
}

/// What a contact sees is read in the order of its customer's entitlements, and a mail that is due is the first of those that wait, however many
/// there are.
#[apply(engines)]
fn the_portal_and_mails_read_only_what_is_their_own(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    diesel::connection::set_default_instrumentation(|| Some(Box::new(Notes))).expect("instrumentation");
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    ASKED.take();
    let now = chrono::Utc::now().naive_utc();
    for contact in [None, Some(ContactId(1))] {
        for after in [None, Some((now.date(), 1))] {
            for words in [vec![], vec!["acme".to_owned()]] {
                let ask = portal::Ask { customer: CustomerId(1), contact, words, after };
                database.read(|db| portal::entitlements(db, &ask, portal::SHOWN)).expect("a page");
            }
        }
    }
    let read = |work: &dyn Fn(&mut Db) -> clientele::store::Result<()>| database.read(work).expect("an answer");
    read(&|db| identities::by_key(db, "jana@acme.example").map(drop));
    read(&|db| identities::contacts_of(db, "jana@acme.example").map(drop));
    read(&|db| mails::is_any_due(db, now).map(drop));
    read(&|db| mails::wait(db, now, 60).map(drop));
    read(&|db| mails::next(db, now).map(drop));
    read(&|db| mails::is_invitation_queued(db, AccountId(1)).map(drop));
    read(&|db| invitees::count_of_customer(db, CustomerId(1)).map(drop));
    read(&|db| invitees::after(db, 1, 1_000, 100).map(drop));
    read(&|db| access::of_customer(db, CustomerId(1)).map(drop));
    let asked = ASKED.take();
    let (mut outside, mut seen) = (app.sql(), std::collections::HashSet::new());
    if app.database.engine == Engine::Postgres {
        outside.run("SET enable_sort = off; ANALYZE").expect("settings");
    }
    for statement in asked.iter().filter(|statement| statement.starts_with("SELECT") && !statement.contains("FROM sqlite_schema")) {
        if !seen.insert(statement) {
            continue;
        }
        let plan = plan(&mut outside, statement);
        let a_mailbox_has_few = |line: &str| statement.contains("email_key") && line.contains("Sort");
        let sorts = |line: &str| line.contains("Sort") || line.contains("TEMP B-TREE");
        let offends = |line: &String| goes_through_a_table(app.database.engine, line) || (sorts(line) && !a_mailbox_has_few(line));
        assert!(!plan.iter().any(offends), "{statement}\n{}", plan.join("\n"));
    }
    assert!(seen.len() > 8, "{seen:?}");
}

/// What customers are found by is read of many at once, and of no others: not of all that are enabled, for one, by an index.
#[apply(engines)]
fn what_customers_are_found_by_is_read_by_their_ids(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    diesel::connection::set_default_instrumentation(|| Some(Box::new(Notes))).expect("instrumentation");
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    let some: Vec<CustomerId> = (1..=900).map(CustomerId).collect();
    ASKED.take();
    database.write(|db| list::reindex_all(db, &some)).expect("entries");
    let asked = ASKED.take();
    let mut outside = app.sql();
    for statement in asked.iter().filter(|statement| statement.starts_with("SELECT") && !statement.contains("FROM sqlite_schema")) {
        let plan = plan(&mut outside, statement);
        let harmless = |line: &str| line.contains("TEMP B-TREE");
        let offends = |line: &String| (goes_through_a_table(app.database.engine, line) && !harmless(line)) || line.contains("(enabled=?)");
        assert!(!plan.iter().any(offends), "{statement}\n{}", plan.join("\n"));
    }
    assert!(asked.len() > 6, "{asked:?}");
}

/// So many customers that have a word, at the end of the list.
fn many(app: &TestApp) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("many.csv");
    let name = |number: usize| if number < 1_100 { "Aaa" } else { "Zzoo" };
    let rows = (0..4_200).map(|number| format!("Z-{number},company,{} {number}\n", name(number))).collect::<Vec<_>>().concat();
    std::fs::write(&file, format!("number,type,name\n{rows}")).expect("a file");
    let output = run(&["import", "--database", &app.database.url, "--customers", &file.to_string_lossy(), "--yes"]);
    assert!(output.status.success(), "{output:?}");
}

fn ask(database: &clientele::db::Database, query: &Query) -> list::Page {
    database.read(|db| list::page_and_count(db, query, Tz::UTC)).expect("an answer").0
}

fn plan(outside: &mut Outside, statement: &str) -> Vec<String> {
    match outside {
        Outside::Sqlite(_) => outside.plan(&format!("EXPLAIN QUERY PLAN {statement}")),
        Outside::Postgres(_) => {
            let values = (1..100).take_while(|number| statement.contains(&format!("${number}"))).map(|_| "NULL").collect::<Vec<_>>();
            let call = if values.is_empty() { "asked".to_owned() } else { format!("asked({})", values.join(", ")) };
            outside.run("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; DEALLOCATE ALL").expect("settings");
            outside.run(&format!("PREPARE asked AS {statement}")).expect("a statement");
            outside.plan(&format!("EXPLAIN EXECUTE {call}"))
        }
    }
}

/// A row of the four counts, or of the one state, is no table to go through; walking the list in its order with a limit is what a page is.
fn goes_through_a_table(engine: Engine, line: &str) -> bool {
    let small = [
        "customer_counts",
        "search_state",
        "key_state",
        "listing_behind",
        "search_parts",
        "search_part_sequence",
        "search_dirty",
        "json_each",
    ]
    .iter()
    .any(|table| line.contains(table));
    match engine {
        Engine::Sqlite => {
            !small
                && ((line.contains("SCAN")
                    && !line.contains("VIRTUAL TABLE INDEX")
                    && !line.contains("USING")
                    && !line.contains("SCAN (subquery"))
                    || line.contains("TEMP B-TREE"))
        }
        Engine::Postgres => !small && line.contains("Seq Scan"),
    }
}
