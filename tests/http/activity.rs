//! All activity: filtered by person, task, kind of record and day, a page at a time, and as a file.

use macro_rules_attribute::apply;

use crate::support::database::Database;
use crate::support::{Page, TestApp, engines};

/// What the lines say, newest first.
fn said(page: &Page) -> Vec<String> {
    page.texts(".events .said")
}

fn lines(app: &TestApp, query: &str) -> Vec<String> {
    said(&app.get(format!("/activity{query}")).expect(200))
}

/// The records of a CSV file, without its head.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
}

#[apply(engines)]
fn all_that_happened_is_filtered_by_what_the_address_says(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let jana = acme.contact("Jana");
    let ruth = app.user("ruth@x.example", "editor");
    ruth.post(acme.at("disable"), &[("reason", "unpaid")]).expect(303);
    ruth.post(jana.at("disable"), &[]).expect(303);
    ruth.post(acme.at("enable"), &[]).expect(303);
    let bolt = ruth.company("Bolt").create();
    let user = app.sql().number("SELECT id AS number FROM users");
    let lines = |query: &str| said(&ruth.get(format!("/activity{query}")).expect(200));
    let all = lines("");
    assert_eq!(
        all,
        [
            "You created the customer Bolt",
            "You enabled the customer Acme",
            "You disabled the contact Jana Hoffmann · Acme",
            "You disabled the customer Acme — reason: unpaid",
            "Command line added the user ruth@x.example",
            "This computer added the contact Jana Hoffmann · Acme",
            "This computer created the customer Acme",
        ]
    );
    for (query, wanted) in [
        (format!("?by={user}"), &[0, 1, 2, 3][..]),
        ("?by=local".to_owned(), &[5, 6]),
        ("?by=command_line".to_owned(), &[4]),
        ("?by=999".to_owned(), &[]),
        ("?task=disable".to_owned(), &[2, 3]),
        ("?task=create".to_owned(), &[0, 4, 5, 6]),
        ("?task=batch".to_owned(), &[]),
        ("?subject=contact".to_owned(), &[2, 5]),
        ("?subject=user".to_owned(), &[4]),
        ("?subject=customer".to_owned(), &[0, 1, 3, 6]),
        ("?task=disable&subject=customer".to_owned(), &[3]),
        (format!("?by={user}&task=disable&subject=contact"), &[2]),
        (format!("?by={user}&subject=customer"), &[0, 1, 3]),
        ("?by=local&task=disable".to_owned(), &[]),
        // What cannot be read counts as not given.
        ("?by=x&task=drop&subject=table&older=y&batch=z".to_owned(), &[0, 1, 2, 3, 4, 5, 6]),
    ] {
        let wanted: Vec<_> = wanted.iter().map(|at| all[*at].clone()).collect();
        assert_eq!(lines(&query), wanted, "{query}");
        let file = records(&ruth.get(format!("/activity.csv{query}")).expect(200).text());
        assert_eq!(file.len(), wanted.len(), "{query}: {file:?}");
    }
    // The form keeps what was chosen, and its empty fields stay out of the address.
    let page = ruth.get("/activity?by=local&task=create").expect(200);
    assert_eq!((page.field("by"), page.field("task"), page.field("subject")), ("local".to_owned(), "create".to_owned(), String::new()));
    assert!(page.title().starts_with("Activity · Clientele"));
    let sent = page.press("Filter").expect(303);
    assert_eq!(sent.location(), "/activity?by=local&task=create");
    assert_eq!(page.press("Clear").expect(200).asked, "GET /activity");
    assert_eq!(ruth.get("/activity?by=&task=&subject=&from=&to=").expect(303).location(), "/activity");
    // The menu marks where one is; the customers' page leads here.
    assert_eq!(page.texts("nav [aria-current]"), ["Activity"]);
    assert_eq!(bolt_page(&bolt.page(), &ruth), "Activity");
    assert!(page.attributes(".said a", "href").contains(&acme.path()), "{page}");
}

/// A viewer gets there, too.
fn bolt_page(gate: &Page, ruth: &crate::support::Client) -> String {
    assert_eq!(gate.status, 200, "{gate}");
    ruth.get("/customers").expect(200).press("Activity").expect(200).heading()
}

#[apply(engines)]
fn a_viewer_reads_all_activity(app: TestApp) {
    app.company("Acme").create();
    app.add_user("root@x.example", "administrator");
    let viewer = app.user("v@x.example", "viewer");
    assert!(viewer.get("/activity").expect(200).says("created the customer Acme"));
    viewer.get("/customers/1/history").expect(200).assert_says("This computer created this customer");
    viewer.get("/activity.csv").expect(200);
    viewer.get("/customers/1/disable").expect(403);
    for address in ["/activity", "/activity.csv", "/customers/1/history"] {
        app.get(address).expect(303);
    }
}

#[apply(engines)]
fn a_day_is_one_by_the_clock_of_the_installation(app: TestApp) {
    let app = TestApp::with(Database::new(app.database.engine), &["--time-zone", "Pacific/Auckland"]);
    let acme = app.company("Acme").create();
    for phone in ["1", "2", "3"] {
        acme.edit(&[("phone", phone)]).expect(303);
    }
    // A minute before and after both midnights of 11 March there, which come at 11:00 in UTC.
    let mut sql = app.sql();
    for (event, at) in
        [(1, "2026-03-10 10:59:00"), (2, "2026-03-10 11:00:00"), (3, "2026-03-11 10:59:59.999999"), (4, "2026-03-11 11:00:00")]
    {
        sql.run(&format!("UPDATE events SET at = '{at}' WHERE id = {event}")).unwrap();
    }
    let page = app.get("/activity").expect(200);
    page.assert_says("Days end at midnight, Pacific/Auckland time.");
    assert_eq!(page.texts(".day h2"), ["12 March 2026", "11 March 2026", "10 March 2026"]);
    for (query, count) in [
        ("?from=2026-03-11&to=2026-03-11", 2),
        ("?from=11.3.2026&to=11.3.2026", 2),
        ("?from=2026-03-11", 3),
        ("?to=2026-03-11", 3),
        ("?to=2026-03-10", 1),
        ("?from=2026-03-13", 0),
        ("?from=2026-03-12&to=2026-03-10", 0),
        ("?from=2026-03-11&to=2026-03-11&task=edit", 2),
        ("?from=2026-03-11&to=2026-03-11&by=local&task=edit", 2),
        ("?from=2026-03-10&to=2026-03-10&subject=customer", 1),
    ] {
        let page = app.get(format!("/activity{query}")).expect(200);
        assert_eq!(said(&page).len(), count, "{query}: {page}");
        let file = records(&app.get(format!("/activity.csv{query}")).expect(200).text());
        assert_eq!(file.len(), count, "{query}");
        if query.starts_with("?from=2026-03-11&to=2026-03-11") {
            assert_eq!(page.texts(".day h2"), ["11 March 2026"], "{query}");
            assert_eq!([&file[0][0], &file[1][0]], ["2026-03-11T23:59:59+13:00", "2026-03-11T00:00:00+13:00"], "{query}");
        }
    }
    // What is no day shows nothing rather than too much, and says why.
    let wrong = app.get("/activity?from=3%2F1%2F2026&to=0001-01-01").expect(200);
    assert_eq!((wrong.errors(), said(&wrong).len()), (vec!["from".to_owned(), "to".to_owned()], 0));
    assert_eq!(wrong.error_of("from").as_deref().map(str::trim), Some("From could be two days: write 2026-01-03 or 2026-03-01."));
    assert_eq!(wrong.field("from"), "3/1/2026");
    assert!(records(&app.get("/activity.csv?from=3%2F1%2F2026").expect(200).text()).is_empty());
    app.get("/activity?from=9999-12-31&to=9999-12-31").expect(200);
}

#[apply(engines)]
fn no_cell_of_the_file_begins_a_formula(app: TestApp) {
    let acme = app.company("=HYPERLINK(\"x\")").with("description", "two\nlines").create();
    acme.edit(&[("phone", "+49 1"), ("description", "two\nother lines")]).expect(303);
    acme.delete().expect(303);
    app.get("/activity").expect(200).assert_says("=HYPERLINK");
    let page = app.get("/activity.csv").expect(200);
    assert_eq!(page.header("Content-Type"), Some("text/csv; charset=utf-8; header=present"));
    assert!(page.header("Content-Disposition").is_some_and(|name| name.starts_with("attachment; filename=\"activity-")));
    let text = page.text();
    assert!(
        text.starts_with("\u{feff}time,person,task,record,record_id,record_name,customer_id,customer,what,changes,reason\r\n"),
        "{text}"
    );
    let records = records(&text);
    assert_eq!(records.len(), 3);
    for cell in records.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
    }
    assert_eq!(
        records[0][1..9],
        [
            "This computer",
            "delete",
            "customer",
            "1",
            "'=HYPERLINK(\"x\")",
            "1",
            "'=HYPERLINK(\"x\")",
            "deleted the customer =HYPERLINK(\"x\")"
        ]
    );
    assert_eq!(records[1][9], "Phone: — → +49 1\nDescription: two\nlines → two\nother lines");
}

/// Many events by one person, of which only the oldest are asked for.
#[apply(engines)]
fn a_page_looks_at_so_many_events_and_says_how_far_it_came(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.disable().expect(303);
    app.sql().run("UPDATE events SET at = '2026-01-01 00:00:00'").unwrap();
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)
        INSERT INTO events (at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes)
        SELECT '2026-02-02 00:00:00', 'local', 'This computer', 'edit', 1, 'customer', 1, 'Acme', '[]' FROM n";
    app.sql().run(many).unwrap();
    let mut page = app.get("/activity?by=local&task=disable").expect(200);
    let mut pages = 1;
    while said(&page).is_empty() {
        page.assert_says("Nothing like this was found back to 2 February 2026. Choose Older to look further back.");
        page = page.press("Older").expect(200);
        pages += 1;
    }
    assert_eq!((pages, said(&page)), (3, vec!["You disabled the customer Acme".to_owned()]));
    page.assert_says("Nothing is older.");
    // An index knows the task alone, and the file goes all the way.
    assert_eq!(lines(&app, "?task=disable"), ["You disabled the customer Acme"]);
    assert_eq!(records(&app.get("/activity.csv?by=local&task=disable").expect(200).text()).len(), 1);
    assert_eq!(records(&app.get("/activity.csv").expect(200).text()).len(), 4_502);
    let page = app.get("/activity").expect(200);
    assert_eq!((said(&page).len(), said(&page.press("Older").expect(200)).len()), (50, 50));
}
