//! Paging by key: forward and back, over ties and missing values, while rows come, go and move.

use std::collections::{BTreeSet, HashSet};

use macro_rules_attribute::apply;

use crate::support::{Page, TestApp, engines};

const ORDERS: [&str; 10] = ["name", "last", "ref", "newest", "changed", "-name", "-last", "-ref", "-newest", "-changed"];

/// More than two pages, with many ties: a few names, fewer Ref IDs, none for every third.
fn crowd(app: &TestApp) -> BTreeSet<i64> {
    let made = (0..125).map(|number| {
        let new = app.company(&format!("Name {}", number % 7)).with("phone", &number.to_string());
        let new = if number % 3 == 0 { new } else { new.ref_id(&format!("R-{}", number % 4)) };
        new.create().id
    });
    made.collect()
}

/// All pages from this one on.
fn forward(page: Page) -> Vec<Page> {
    let mut pages = vec![page];
    while let Some(next) = pages[pages.len() - 1].next() {
        pages.push(next);
        assert!(pages.len() < 20, "the list does not end");
    }
    pages
}

fn ids(pages: &[Page]) -> Vec<i64> {
    pages.iter().flat_map(Page::row_ids).collect()
}

fn assert_each_once(ids: &[i64], wanted: &BTreeSet<i64>, what: &str) {
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{what}: a row twice");
    assert_eq!(&ids.iter().copied().collect::<BTreeSet<_>>(), wanted, "{what}");
}

#[apply(engines)]
fn every_order_pages_forward_and_back_over_ties_and_missing_values(app: TestApp) {
    let all = crowd(&app);
    for order in ORDERS {
        for filter in ["", "&q=name", "&status=enabled&type=company"] {
            let pages = forward(app.get(format!("/customers?sort={order}{filter}")));
            let there = ids(&pages);
            assert_eq!(pages.iter().map(|page| page.rows().len()).collect::<Vec<_>>(), [50, 50, 25], "{order}{filter}");
            assert_each_once(&there, &all, order);

            let mut back = vec![pages[pages.len() - 1].clone()];
            while let Some(page) = back[back.len() - 1].previous() {
                back.push(page);
                assert!(back.len() < 20, "the list does not begin");
            }
            back.reverse();
            assert_eq!(ids(&back), there, "{order}{filter}: the same rows on the way back");
        }
    }
}

#[apply(engines)]
fn rows_without_a_ref_id_come_last_in_both_directions(app: TestApp) {
    crowd(&app);
    for filter in ["", "&status=enabled", "&q=name"] {
        let [there, turned] = ["ref", "-ref"].map(|sort| {
            let pages = forward(app.get(format!("/customers?sort={sort}{filter}")));
            let texts: Vec<bool> = pages.iter().flat_map(Page::row_texts).map(|row| row.contains("R-")).collect();
            let first_without = texts.iter().position(|has| !has).unwrap();
            assert!(texts[first_without..].iter().all(|has| !has), "{sort}{filter}");
            let mut ids = ids(&pages);
            let without = ids.split_off(first_without);
            [ids, without]
        });
        for (there, mut turned) in there.into_iter().zip(turned) {
            turned.reverse();
            assert_eq!(there, turned, "{filter}");
        }
    }
}

#[apply(engines)]
fn a_reversed_order_is_the_order_from_its_other_end(app: TestApp) {
    crowd(&app);
    for order in ["name", "last", "newest", "changed"] {
        for filter in ["", "&status=enabled", "&q=name"] {
            let there = ids(&forward(app.get(format!("/customers?sort={order}{filter}"))));
            let mut turned = ids(&forward(app.get(format!("/customers?sort=-{order}{filter}"))));
            turned.reverse();
            assert_eq!(there, turned, "{order}{filter}");
        }
    }
}

/// Individuals by last name, then by first name, among the companies.
#[apply(engines)]
fn people_are_listed_by_their_last_names(app: TestApp) {
    for (first, last) in [("Zoe", "Adler"), ("Ada", "Zeller"), ("Anna", "Möller"), ("Émile", "Adler")] {
        app.individual(first, last).create();
    }
    app.company("Brandt GmbH").create();
    let wanted = ["Émile Adler", "Zoe Adler", "Brandt GmbH", "Anna Möller", "Ada Zeller"];
    assert_eq!(app.get("/customers?sort=last").rows(), wanted);
    assert_eq!(app.get("/customers?sort=last&type=individual&q=a").rows(), [wanted[0], wanted[1], wanted[3], wanted[4]]);
    let zeller = app.get("/customers?q=zeller").row_ids()[0];
    app.customer(zeller).edit(&[("last_name", "Aalto")]).expect(303);
    assert_eq!(app.get("/customers?sort=-last").rows().last().unwrap(), "Ada Aalto", "it moves when the name changes");
}

#[apply(engines)]
fn the_last_page_has_no_next_and_the_first_no_previous(app: TestApp) {
    for number in 0..50 {
        app.company(&format!("N{number}")).create();
    }
    let page = app.get("/customers");
    assert_eq!((page.rows().len(), page.neighbour_address("next"), page.neighbour_address("prev")), (50, None, None), "exactly one page");
    app.company("Z").create();
    let next = app.get("/customers").next().expect("a second page");
    assert_eq!((next.rows(), next.neighbour_address("next")), (vec!["Z".to_owned()], None));
    assert_eq!(next.previous().expect("the first").rows().len(), 50);
}

/// The link carries the value, so the page goes on from there even when its row has moved or gone.
#[apply(engines)]
fn the_next_page_goes_on_where_the_link_was_made(app: TestApp) {
    let all = crowd(&app);
    for order in ORDERS {
        let first = app.get(format!("/customers?sort={order}"));
        let link = first.neighbour_address("next").expect("a second page");
        let undisturbed = app.get(&link).row_ids();
        let boundary = app.customer(*first.row_ids().last().unwrap());

        boundary.edit(&[("name", "Zzz"), ("ref_id", "A-0"), ("phone", order)]).expect(303);
        assert_eq!(rest(&app, &link, boundary.id), rest_of(&undisturbed, boundary.id), "{order}: the boundary row was changed");
        boundary.delete().expect(303);
        assert_eq!(rest(&app, &link, boundary.id), rest_of(&undisturbed, boundary.id), "{order}: it was deleted");
    }
    assert_eq!(app.sql().count("customers"), i64::try_from(all.len() - ORDERS.len()).unwrap());
}

fn rest(app: &TestApp, link: &str, but: i64) -> Vec<i64> {
    rest_of(&app.get(link).expect(200).row_ids(), but)
}

/// The first 40, since a row that moved behind the link pushes others over the page's end.
fn rest_of(ids: &[i64], but: i64) -> Vec<i64> {
    ids.iter().copied().filter(|id| *id != but).take(40).collect()
}

#[apply(engines)]
fn rows_that_come_and_go_disturb_no_other(app: TestApp) {
    let all = crowd(&app);
    let first = app.get("/customers");
    let second = first.next().unwrap();
    // Before, at and behind the place where one is.
    for name in ["A new one", "Name 2", "Zzz"] {
        app.company(name).create();
    }
    let gone = [first.row_ids()[10], second.row_ids()[10]];
    for id in gone {
        app.customer(id).delete().expect(303);
    }

    let mut seen = ids(&[first, second.clone()]);
    let rest = forward(second).split_off(1);
    seen.extend(ids(&rest));
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len(), "a row twice");
    assert!(all.iter().all(|id| seen.contains(id)), "a row was left out");
    assert!(rest.last().unwrap().rows().contains(&"Zzz".to_owned()), "what came behind is seen");
}

#[apply(engines)]
fn an_address_opens_the_list_where_its_customer_stands(app: TestApp) {
    crowd(&app);
    let second = app.get("/customers").next().unwrap();
    let id = second.row_ids()[5];
    let page = app.get(second.row_link(id)).expect(200);
    assert_eq!(app.customer(id).page().heading(), page.heading());
}

#[apply(engines)]
fn a_tampered_key_is_no_error(app: TestApp) {
    crowd(&app);
    let first = app.get("/customers").row_ids();
    for order in ORDERS {
        let link = app.get(format!("/customers?sort={order}")).neighbour_address("next").unwrap();
        let key = crate::support::http::parameter(&link, "after").expect("a key in the link");
        let mut wrong: Vec<String> =
            ["", "x", "0", "-1", "%00", "'", "AAAA", "%F0%28", "9223372036854775808", "null"].map(str::to_owned).to_vec();
        wrong.extend([format!("{key}x"), key[1..].to_owned(), key[..key.len() / 2].to_owned(), key.to_uppercase(), "A".repeat(4000)]);
        for key in &wrong {
            for parameter in ["after", "before"] {
                let page = app.get(format!("/customers?sort={order}&{parameter}={key}"));
                assert!(page.status == 200 || (400..500).contains(&page.status), "{page}");
            }
        }
        // A key of one order in another.
        for other in ORDERS {
            app.get(format!("/customers?sort={other}&after={key}")).expect(200);
        }
    }
    assert_eq!(app.get("/customers?after=tampered").row_ids(), first);
}

#[apply(engines)]
fn neighbours_are_named_in_the_page(app: TestApp) {
    crowd(&app);
    let second = app.get("/customers?q=name&status=enabled").next().unwrap();
    for rel in ["next", "prev"] {
        let address = second.neighbour_address(rel).unwrap();
        assert!(address.contains("q=name") && address.contains("status=enabled"), "{address}");
    }
}
