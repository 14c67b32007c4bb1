//! The language of the search box, and that the same is found on both engines.

use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::{TestApp, engines};

/// Three customers that share what the searches tell apart.
fn three(app: &TestApp) {
    app.company("Acme Robotics")
        .number("N-1")
        .ref_id("12")
        .crm_id("CRM-1")
        .with("billing_city", "New York")
        .with("billing_country", "US")
        .with("phone", "+49 30 5550-1420")
        .contact("Jana", "Hoffmann", "jana@acme.example")
        .create();
    app.company("Baltic Acme").number("N-2").ref_id("123").with("billing_city", "York").with("billing_country", "GB").disabled().create();
    app.individual("Ada", "Acmeson").with("email", "ada@x.example").create();
}

#[apply(engines)]
fn qualifiers_narrow_to_a_field(app: TestApp) {
    three(&app);
    for (text, names) in [
        ("acme", &["Acme Robotics", "Ada Acmeson", "Baltic Acme"][..]),
        ("name:^acme", &["Acme Robotics"]),
        ("name:=\"baltic acme\"", &["Baltic Acme"]),
        ("name:hoffmann", &[]),
        ("contact:hoffmann", &["Acme Robotics"]),
        ("contact:acmeson", &[]),
        ("ref:12", &["Acme Robotics", "Baltic Acme"]),
        ("ref:=12", &["Acme Robotics"]),
        ("ref:^12", &["Acme Robotics", "Baltic Acme"]),
        ("crm:crm-1", &["Acme Robotics"]),
        ("number:=n-2", &["Baltic Acme"]),
        ("email:x.example", &["Ada Acmeson"]),
        ("email:jana@", &["Acme Robotics"]),
        ("city:york", &["Acme Robotics", "Baltic Acme"]),
        ("city:=york", &["Baltic Acme"]),
        ("city:\"new york\"", &["Acme Robotics"]),
        ("phone:(30)5550", &["Acme Robotics"]),
        ("country:us", &["Acme Robotics"]),
        ("country:GB acme", &["Baltic Acme"]),
        ("country:de", &[]),
    ] {
        assert_eq!(app.found(text), names, "{text}");
    }
}

#[apply(engines)]
fn phrases_wildcards_exclusion_and_alternatives(app: TestApp) {
    three(&app);
    for (text, names) in [
        ("\"acme robotics\"", &["Acme Robotics"][..]),
        ("\"robotics acme\"", &[]),
        ("robotics acme", &["Acme Robotics"]),
        ("ac*robo", &["Acme Robotics"]),
        ("robotics*jana", &[]),
        ("?ltic", &["Baltic Acme"]),
        ("name:=a*s", &["Acme Robotics"]),
        ("acme -robotics", &["Ada Acmeson", "Baltic Acme"]),
        ("-acme", &[]),
        ("-type:company", &["Ada Acmeson"]),
        ("robotics OR baltic", &["Acme Robotics", "Baltic Acme"]),
        ("acme robotics OR ada", &["Acme Robotics", "Ada Acmeson"]),
        ("country:us OR type:individual", &["Acme Robotics", "Ada Acmeson"]),
        ("\"100%\" OR _", &[]),
    ] {
        assert_eq!(app.found(text), names, "{text}");
    }
}

#[apply(engines)]
fn anything_else_is_searched_for_literally(app: TestApp) {
    for name in ["status:maybe Ltd", "ref: Inc", "a OR", "created:soon KG"] {
        app.company(name).create();
    }
    for (text, names) in [
        ("status:maybe", &["status:maybe Ltd"][..]),
        ("\"ref:\"", &["ref: Inc"]),
        ("created:soon", &["created:soon KG"]),
        ("nonsense:x", &[]),
        ("\"ref: i", &["ref: Inc"]),
    ] {
        assert_eq!(app.found(text), names, "{text}");
    }
}

/// The filter controls and the qualifiers are two views of one value.
#[apply(engines)]
fn a_filter_in_the_text_is_the_filter_of_the_controls(app: TestApp) {
    three(&app);
    let page = app.search("acme status:disabled");
    assert_eq!(page.rows(), ["Baltic Acme"]);
    assert_eq!(page.texts("#results .segments [aria-current]"), ["Disabled", "Any type"]);
    assert_eq!(page.find_field("q").as_deref(), Some("acme"));
    assert_eq!(page.press("All").rows(), ["Acme Robotics", "Ada Acmeson", "Baltic Acme"]);
    let address = app.htmx("/customers?q=acme+type%3Aindividual", "div#results").expect(200);
    assert_eq!(address.rows(), ["Ada Acmeson"]);
}

#[apply(engines)]
fn days_begin_at_midnight_of_the_installation(app: TestApp) {
    let mut app = app;
    app.company("Acme").create();
    // 23:30 UTC on New Year's Eve is the new year in Berlin.
    app.sql().run("UPDATE customers SET created_at = '2025-12-31 23:30:00'; UPDATE search_state SET form = 0").unwrap();
    app.restart(&["--time-zone", "Europe/Berlin"]);
    assert_eq!(app.found("created:2026-01-01"), ["Acme"]);
    assert_eq!(app.found("created:<2026-01-01"), [""; 0]);
    assert_eq!(app.found("created:>=2026-01-01 created:<=2026-01-01"), ["Acme"]);
    app.restart(&["--time-zone", "America/Los_Angeles"]);
    assert_eq!(app.found("created:2025-12-31"), ["Acme"]);
    assert_eq!(app.found("created:>2025-12-31 OR created:<2025-12-31"), [""; 0]);
}

#[apply(engines)]
fn an_identifier_that_is_the_text_comes_first(app: TestApp) {
    let zed = app.company("Zed").number("77").entitlements(1).create();
    app.company("Acme 77").ref_id("X-77").create();
    app.company("Baltic").ref_id("77").create();
    assert_eq!(app.found("77"), ["Zed", "Baltic", "Acme 77"]);
    assert_eq!(app.search("77").texts("#count"), ["3 customers"]);

    let eid = app.sql().texts("SELECT eid AS text FROM entitlements").into_iter().flatten().next().unwrap();
    assert_eq!(app.found(&eid), ["Zed"]);
    assert_eq!(app.found(&format!("eid:{}", &eid[..9])), ["Zed"]);
    assert_eq!(app.found(&format!("-eid:{eid}")), ["Acme 77", "Baltic"]);
    zed.entitlement("Forge 1").delete();
    assert_eq!(app.found(&eid), [""; 0], "a deleted one is forgotten");
}

/// A search that has to compare row by row pages like any other.
#[apply(engines)]
fn a_compared_search_pages_forward_and_back(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    for text in ["-zzz", "name:*a", "a OR s OR m", "*r*a -type:individual"] {
        let mut page = app.search(text);
        let mut forward = page.row_ids();
        while let Some(next) = page.next() {
            page = next;
            forward.extend(page.row_ids());
        }
        let mut back = page.row_ids();
        while let Some(previous) = page.previous() {
            page = previous;
            back.splice(0..0, page.row_ids());
        }
        assert_eq!(forward, back, "{text}");
        assert!(forward.len() > 50, "{text}");
        let mut once = forward.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), forward.len(), "{text}");
    }
}

/// Those that are used, with how often, before those that are not: also of customers that the index's parts do not hold yet.
#[apply(engines)]
fn countries_are_offered_the_most_used_first(app: TestApp) {
    for (place, country) in ["FR", "DE", "DE", "GA", "DE", "FR"].into_iter().enumerate() {
        app.company(&format!("Company {place}")).with("billing_country", country).create();
    }
    let offered = |count| {
        let all: Vec<(String, String, usize)> = serde_json::from_slice(&app.get("/countries.json").expect(200).bytes).expect("countries");
        all.into_iter().take(count).map(|(code, _, customers)| (code, customers)).collect::<Vec<_>>()
    };
    let used = ["DE", "FR", "GA", "AF"].map(str::to_owned).into_iter().zip([3, 2, 1, 0]).collect::<Vec<_>>();
    assert_eq!(offered(4), used);
    let rebuilt = run(&["check", "--fix", "--database", &app.database.url]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    assert_eq!(offered(4), used);
}

/// What the search box offers after `country:`.
#[apply(engines)]
fn every_country_that_is_offered_can_be_searched_for(app: TestApp) {
    let list = app.get("/countries.json").expect(200);
    assert_eq!((list.header("content-type"), list.header("cache-control")), (Some("application/json"), Some("private, no-store")));
    let countries: Vec<(String, String, usize)> = serde_json::from_slice(&list.bytes).expect("codes and names");
    assert!(countries.contains(&("DE".to_owned(), "Germany".to_owned(), 0)), "{countries:?}");
    app.company("Acme").with("billing_country", "DE").create();
    for (code, ..) in &countries {
        assert_eq!(app.found(&format!("country:{code}")).len(), usize::from(code == "DE"), "{code}");
    }
}
