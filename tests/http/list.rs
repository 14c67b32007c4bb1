//! The list: its order, its filters, and that its address is the screen.

use macro_rules_attribute::apply;

use crate::support::http::parameter;
use crate::support::{TestApp, engines};

#[apply(engines)]
fn an_empty_list_greets_and_offers_the_first_steps(app: TestApp) {
    let page = app.get("/customers").expect(200);
    assert!(page.offers("New customer") && page.offers("Load sample data"), "{page}");
    let loaded = page.press("Load sample data").follow().expect(200);
    assert!(loaded.rows().len() >= 20, "{loaded}");
    assert!(!loaded.offers("Load sample data"), "{loaded}");
    let before = app.sql().count("customers");
    app.post("/sample", &[]).expect(409).assert_says("empty");
    assert_eq!(app.sql().count("customers"), before);
}

#[apply(engines)]
fn names_stand_where_people_look_for_them(app: TestApp) {
    let wanted = [
        "1st Choice",
        "apfel",
        "Äpfel",
        "Apfelsine",
        "Birne",
        "emil",
        "Émile",
        "Emilia",
        "oko",
        "Ökotech",
        "O'Neill",
        "Straße",
        "Zebra",
        "zoo",
        "Zürich",
        "Яков",
        "شركة",
        "株式会社",
    ];
    for name in wanted.iter().rev() {
        app.company(name).create();
    }
    app.individual("Dora", "Zoë").create();
    let mut with_a_person = wanted.to_vec();
    with_a_person.insert(5, "Dora Zoë");
    let rows = app.get("/customers").rows();
    // Where an apostrophe stands is a matter of the collation; that it does not split the letters is not.
    let without = |names: &[&str]| names.iter().filter(|name| **name != "O'Neill").map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(without(&rows.iter().map(String::as_str).collect::<Vec<_>>()), without(&with_a_person));
}

#[apply(engines)]
fn a_row_shows_status_type_name_and_ref_id(app: TestApp) {
    app.company("Acme").ref_id("R-204117").create();
    app.individual("Béla", "Robotka").ref_id("R-090341").disabled().create();
    let page = app.get("/customers");
    for (row, words) in page.row_texts().iter().zip([["Acme", "R-204117"], ["Béla Robotka", "R-090341"]]) {
        assert!(words.iter().all(|word| row.contains(word)), "{row:?}");
    }
    let marks = page.attributes("#rows [role=img]", "title");
    assert_eq!(marks, ["Enabled", "Company", "Disabled", "Individual"], "a screen reader tells them, too");
}

fn three(app: &TestApp) {
    app.company("Acme").create();
    app.company("Baltic").disabled().create();
    app.individual("Ada", "Lovelace").create();
}

#[apply(engines)]
fn filters_narrow_the_list(app: TestApp) {
    three(&app);
    for (query, names) in [
        ("", &["Acme", "Ada Lovelace", "Baltic"][..]),
        ("?status=enabled", &["Acme", "Ada Lovelace"]),
        ("?status=disabled", &["Baltic"]),
        ("?type=company", &["Acme", "Baltic"]),
        ("?type=individual", &["Ada Lovelace"]),
        ("?status=enabled&type=company", &["Acme"]),
        ("?status=disabled&type=individual", &[]),
        ("?q=b&status=disabled", &["Baltic"]),
    ] {
        let page = app.get(format!("/customers{query}")).expect(200);
        assert_eq!(page.rows(), names, "{query}");
        if !names.is_empty() {
            page.assert_says(&if names.len() == 1 { "1 customer".to_owned() } else { format!("{} customers", names.len()) });
        }
    }
}

#[apply(engines)]
fn the_filters_controls_are_links_that_keep_the_rest(app: TestApp) {
    app.company("Acme Corp").create();
    app.company("Baltic Corp").disabled().create();
    app.individual("Ada", "Corp").create();
    let page = app.get("/customers?q=c").press("Disabled");
    assert_eq!(page.rows(), ["Baltic Corp"]);
    assert_eq!(page.field("q"), "c");
    let page = page.press("Individual");
    assert!(page.rows().is_empty(), "{page}");
    let page = page.press("All").press("Any type").expect(200);
    assert_eq!(page.rows().len(), 3);
    assert!(page.asked.ends_with("/customers?q=c"), "filters at their default stay out of the address: {}", page.asked);
}

#[apply(engines)]
fn no_hit_says_what_was_looked_for_and_how_to_loosen_it(app: TestApp) {
    three(&app);
    let page = app.get("/customers?q=zebra+%3Cb%3E&status=disabled&type=individual").expect(200);
    assert!(page.rows().is_empty());
    page.assert_says("zebra <b>");
    let wider: Vec<_> = page.attributes("#results a[href^='/customers']", "href");
    assert!(wider.iter().any(|href| parameter(href, "q").is_none()), "a link without the search: {page}");
}

/// An empty field is not a missing one.
#[apply(engines)]
fn empty_and_unknown_parameters_mean_the_default(app: TestApp) {
    three(&app);
    let all = app.get("/customers").rows();
    for query in
        ["q=&status=&type=&sort=&after=", "status=firm&type=x&sort=height&after=x", "unknown=1", "&&=&", "q", "status=+", "around=x"]
    {
        assert_eq!(app.get(format!("/customers?{query}")).expect(200).rows(), all, "{query}");
    }
    let enabled = app.get("/customers?status=enabled").rows();
    assert_eq!(app.get("/customers?status=Enabled").expect(200).rows(), enabled);
    assert_eq!(app.get("/customers?status=disabled&status=enabled").expect(200).rows(), enabled, "the last one counts");
}

#[apply(engines)]
fn any_state_of_the_screen_is_its_address(app: TestApp) {
    let acme = app.company("Acme").ref_id("R-1").create();
    app.company("Acme Two").create();
    app.company("Baltic").create();
    let list = app.get("/customers?q=acme&sort=newest");
    let link = list.row_link(acme.id);
    assert_eq!(link, format!("{}?q=acme&sort=newest", acme.path()));
    let page = app.get(&link).expect(200);
    assert_eq!(page.rows(), ["Acme Two", "Acme"]);
    assert_eq!((page.heading(), page.field("q"), page.current()), ("Acme".to_owned(), "acme".to_owned(), Some(acme.id)));
    assert!(page.title().contains("Acme"), "{}", page.title());
    assert_eq!(list.current(), None);
}

#[apply(engines)]
fn a_customer_outside_of_the_filter_opens_all_the_same(app: TestApp) {
    let acme = app.company("Acme").create();
    app.company("Baltic").create();
    let page = app.get(format!("{}?q=baltic", acme.path())).expect(200);
    assert_eq!((page.heading(), page.rows(), page.current()), ("Acme".to_owned(), vec!["Baltic".to_owned()], None));
}

#[apply(engines)]
fn the_list_is_ordered_as_one_wishes(app: TestApp) {
    let [a, b, c] = [("Beta", "R-10"), ("Alpha", ""), ("Gamma", "R-02")].map(|(name, ref_id)| app.company(name).ref_id(ref_id).create());
    a.edit(&[("phone", "1")]).expect(303);
    for (sort, wanted) in [("by name", [b.id, a.id, c.id]), ("by Ref ID", [c.id, a.id, b.id]), ("newest first", [c.id, b.id, a.id])] {
        let page = app.get("/customers").press(sort).expect(200);
        assert_eq!(page.row_ids(), wanted, "{sort}");
    }
    let page = app.get("/customers").press("last changed first");
    assert_eq!(page.row_ids(), [a.id, c.id, b.id]);
    b.disable().expect(303);
    assert_eq!(app.get("/customers?sort=changed").row_ids(), [b.id, a.id, c.id]);
}

/// A head sorts by its column, and once it does, from the other end.
#[apply(engines)]
fn heads_sort_by_their_columns_in_both_directions(app: TestApp) {
    let [a, b, c] =
        [("Beta", "R-10"), ("Alpha", "R-30"), ("Gamma", "R-20")].map(|(name, ref_id)| app.company(name).ref_id(ref_id).create().id);
    let mut page = app.get("/customers?status=enabled").expect(200);
    for (head, address, says, rows) in [
        ("by-name", "?status=enabled&sort=-name", "Name, Z to A", [c, a, b]),
        ("by-ref", "?status=enabled&sort=ref", "Ref ID, first to last", [a, c, b]),
        ("by-ref", "?status=enabled&sort=-ref", "Ref ID, last to first", [b, c, a]),
        ("by-name", "?status=enabled", "Name, A to Z", [b, a, c]),
    ] {
        let href = page.attributes(&format!("#{head}"), "href").concat();
        assert_eq!(href, format!("/customers{address}"));
        page = app.get(href).expect(200);
        assert_eq!(page.row_ids(), rows, "{address}");
        assert_eq!(page.texts(".heads [aria-current]"), [says], "one head says the order");
    }
    let page = app.get("/customers?sort=newest").expect(200);
    assert!(!page.has(".heads [aria-current]"), "no column shows this order");
    assert_eq!(page.press("Reverse the order").expect(200).row_ids(), [a, b, c]);
}

#[apply(engines)]
fn the_root_leads_to_the_customers(app: TestApp) {
    let page = app.get("/").expect(303);
    assert_eq!(page.location(), "/customers");
    let main = page.follow();
    main.press("Customers").expect(200);
}

#[apply(engines)]
fn the_list_says_how_many_there_are(app: TestApp) {
    app.company("Acme").create();
    app.get("/customers").assert_says("1 customer");
    app.company("Baltic").create();
    app.get("/customers").assert_says("2 customers");
    app.get("/customers?q=acme").assert_says("1 customer");
}
