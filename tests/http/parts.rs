//! Full pages and parts of the same addresses, as htmx asks for them; messages that are told once.

use macro_rules_attribute::apply;

use crate::support::http::{parameter, partial};
use crate::support::{Customer, Page, TestApp, engines};

const TARGETS: [&str; 3] = ["main#detail", "div#results", "dialog#dialog"];

fn is_whole(page: &Page) -> bool {
    page.text().contains("<html")
}

fn acme(app: &TestApp) -> Customer {
    app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create()
}

#[apply(engines)]
fn a_part_is_what_goes_into_its_target(app: TestApp) {
    let acme = acme(&app);
    for (path, target) in [
        (acme.path(), "main#detail"),
        ("/customers?q=acme".to_owned(), "div#results"),
        (acme.at("edit"), "main#detail"),
        (acme.at("contacts/new"), "section#contacts"),
        (acme.contact("Jana").at("edit"), "section#contacts"),
        (acme.at("entitlements/new"), "section#entitlements"),
        (acme.contact("Jana").at("delete"), "dialog#dialog"),
    ] {
        let (part, page) = (app.htmx(&path, target).expect(200), app.get(&path).expect(200));
        assert!(!is_whole(&part), "{path} into {target}: {part}");
        assert!(is_whole(&page), "{path}: {page}");
        assert!(part.bytes.len() < page.bytes.len());
        let id = target.split_once('#').unwrap().1;
        let mains = part.document().select(&crate::support::page::css("main")).count();
        assert!(mains <= usize::from(id == "detail"), "no second main: {}", part.text());
    }
}

/// What is restored, reopened or asked for in any other way is the whole page, and caches keep them apart.
#[apply(engines)]
fn a_cache_never_shows_a_part_as_the_page(app: TestApp) {
    let acme = acme(&app);
    for path in [acme.path(), "/customers?q=a".to_owned(), acme.at("edit")] {
        let full: [(&str, &str); 2] = [("HX-Request", "true"), ("HX-Request-Type", "full")];
        let restored = [full[0], full[1], ("HX-History-Restore-Request", "true")];
        for headers in [&[][..], &full, &restored, &[("HX-Request", "true")]] {
            let page = app.get_with(&path, headers).expect(200);
            assert!(is_whole(&page), "{path} {headers:?}");
        }
        let restored_part = [&restored[2..], &partial("main#detail")[..]].concat();
        assert!(is_whole(&app.get_with(&path, &restored_part)), "{path}: history wins");

        for page in [app.get(&path), app.htmx(&path, "main#detail")] {
            let vary = page.header("Vary").unwrap_or_default().to_lowercase();
            for name in ["hx-request", "hx-request-type", "hx-target", "accept-encoding"] {
                assert!(vary.split(',').any(|given| given.trim() == name), "{name} in Vary: {vary}");
            }
            let cache = page.header("Cache-Control").unwrap_or_default();
            assert!(cache.contains("no-store") || (cache.contains("private") && cache.contains("no-cache")), "{cache}");
        }
    }
}

#[apply(engines)]
fn an_unknown_target_gets_something_that_fits_or_the_page(app: TestApp) {
    let acme = acme(&app);
    for target in ["div#nothing", "", "#", "body", "main", "<script>", "main#detail,div#results", "é"] {
        app.get_with(acme.path(), &partial(target)).expect(200);
    }
}

/// An error is a part that fits where it lands.
#[apply(engines)]
fn an_error_fits_the_pane(app: TestApp) {
    let acme = acme(&app);
    for target in TARGETS {
        let gone = app.htmx("/customers/999999", target).expect(404);
        assert!(!is_whole(&gone), "{target}: {gone}");
        gone.assert_says("no such customer");
        assert!(!gone.has("main main") && gone.text().matches("<main").count() <= 1, "{}", gone.text());
    }
    let refused = app.htmx_post(acme.at("enable"), "main#detail", &[]).expect(409);
    assert!(!is_whole(&refused), "{refused}");
    assert!(refused.alert().contains("already enabled"), "{refused}");

    let wrong = app.htmx_post(acme.at("contacts"), "section#contacts", &[("last_name", "")]).expect(422);
    assert!(!is_whole(&wrong), "{wrong}");
    assert_eq!(wrong.errors(), ["last_name", "email"]);
}

/// What a task's answer leads to is the page, and htmx follows to a part.
#[apply(engines)]
fn a_task_answers_htmx_with_what_has_changed(app: TestApp) {
    let acme = acme(&app);
    let answer = app.htmx_post(acme.at("disable"), "main#detail", &[]);
    let shown = match answer.status {
        303 => app.htmx(answer.location(), "main#detail").expect(200),
        _ => answer.expect(200),
    };
    assert!(!is_whole(&shown), "{shown}");
    shown.assert_says("Disabled");
    assert!(shown.offers("Enable"), "{shown}");
}

/// A message is for the tab whose task it was, once.
#[apply(engines)]
fn a_message_is_told_once_where_it_belongs(app: TestApp) {
    let acme = acme(&app);
    let answer = acme.disable().expect(303);
    let told = |page: &Page| page.texts(".flash, [role=status]").concat().to_lowercase().contains("disabled");
    // Another tab, and a search in flight.
    assert!(!told(&app.get("/customers")), "the message is not for this tab");
    assert!(!told(&app.get(format!("{}?q=a", acme.path()))));
    app.htmx("/customers?q=a", "div#results").expect(200);

    let page = app.get(answer.location()).expect(200);
    assert!(told(&page), "{page}");
    assert!(!told(&app.get(answer.location()).expect(200)), "not again on Back or reload");

    for forged in ["", "x", "%00", "%C3%A9", "0"] {
        app.get(format!("{}?flash={forged}", acme.path())).expect(200);
    }
}

#[apply(engines)]
fn two_messages_do_not_mix(app: TestApp) {
    let (acme, baltic) = (app.company("Acme").create(), app.company("Baltic").create());
    let (first, second) = (acme.disable(), baltic.disable());
    let flash = |page: &Page| page.texts(".flash").concat();
    let page = app.get(second.location());
    assert!(flash(&page).contains("Baltic") && !flash(&page).contains("Acme"), "{page}");
    let page = app.get(first.location());
    assert!(flash(&page).contains("Acme") && !flash(&page).contains("Baltic"), "{page}");
}

#[apply(engines)]
fn the_message_does_not_stay_in_links(app: TestApp) {
    let acme = acme(&app);
    let page = acme.disable().follow();
    let links = page.attributes("a[href], form[action]", "href");
    assert!(links.iter().all(|href| parameter(href, "flash").is_none()), "{links:?}");
}

#[apply(engines)]
fn the_next_rows_come_as_rows(app: TestApp) {
    for number in 0..60 {
        app.company(&format!("N{number:02}")).create();
    }
    let page = app.get("/customers");
    let next = page.neighbour_address("next").unwrap();
    let part = app.htmx(&next, "li#next").expect(200);
    assert!(!is_whole(&part), "{part}");
    assert_eq!(
        part.text().matches("<li").count(),
        10 + part.text().matches("id=\"prev\"").count() + part.text().matches("id=\"next\"").count()
    );
    part.assert_says("N59");
    let back = app.htmx(app.get(&next).neighbour_address("prev").unwrap(), "li#prev").expect(200);
    assert!(!is_whole(&back), "{back}");
    back.assert_says("N00");
}
