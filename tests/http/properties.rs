//! What holds for every form and every query that can be sent.

use macro_rules_attribute::apply;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::builders::created_id;
use crate::support::{Page, TestApp, encode, engines};

const FIELDS: [&str; 25] = [
    "number",
    "name",
    "first_name",
    "last_name",
    "email",
    "language",
    "phone",
    "fax",
    "crm_id",
    "ref_id",
    "description",
    "billing_street",
    "billing_city",
    "billing_postal_code",
    "billing_country",
    "shipping_same",
    "shipping_city",
    "shipping_country",
    "contact_first_name",
    "contact_last_name",
    "contact_email",
    "contact_phone",
    "version",
    "unknown",
    "",
];

fn check<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    TestRunner::new(config).run(strategy, test).unwrap_or_else(|error| panic!("{error}"));
}

/// Any text: mostly what people write, sometimes what they paste, sometimes anything.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 äöüßéñłø'.,&-]{0,20}",
        2 => "[\\PC]{0,20}",
        1 => any::<String>(),
        1 => "[ \\t\\r\\n\u{a0}\u{200b}\u{feff}\u{301}\0<>\"'&%_\\\\]{0,10}",
        1 => prop::sample::select(vec!["de", "DE", "yes", "1", "-1", "a@x.example", "A@x.example", "C-000001", "2026-02-30"]).prop_map(str::to_owned),
    ]
}

fn form() -> impl Strategy<Value = Vec<(String, String)>> {
    let field = (prop::sample::select(&FIELDS[..]), text()).prop_map(|(name, value)| (name.to_owned(), value));
    let kind = prop::sample::select(vec!["company", "individual"]);
    let name = "[a-zA-Zäöü]{1,10}";
    (kind, name, prop::collection::vec(field, 0..8)).prop_map(|(kind, name, mut fields)| {
        let mut form = vec![("type".to_owned(), kind.to_owned()), ("name".to_owned(), name.clone()), ("last_name".to_owned(), name)];
        form.append(&mut fields);
        form
    })
}

fn borrowed(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A form is saved, and saving it again unchanged keeps it; or it is refused, and holds what was typed.
#[apply(engines)]
fn any_form_is_saved_or_comes_back(app: TestApp) {
    check(80, &form(), |form| {
        let answer = app.post("/customers", &borrowed(&form));
        match answer.status {
            303 => {
                let customer = app.customer(created_id(&answer));
                let first = app.get(customer.at("edit")).expect(200).filled(&[]).1;
                customer.edit(&[]).expect(303);
                let second = app.get(customer.at("edit")).expect(200).filled(&[]).1;
                let without_token = |fields: Vec<(String, String)>| {
                    fields.into_iter().filter(|(name, _)| !["token", "opening"].contains(&name.as_str())).collect::<Vec<_>>()
                };
                prop_assert_eq!(without_token(first), without_token(second));
                customer.page().expect(200);
            }
            422 => {
                prop_assert!(!answer.errors().is_empty());
                for name in answer.errors() {
                    prop_assert!(answer.error_of(&name).is_some());
                }
                for (name, typed) in
                    form.iter().rev().filter(|(name, _)| !["type", "shipping_same", "version", ""].contains(&name.as_str()))
                {
                    let is_last = form.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value) == Some(typed);
                    let is_plain = !typed.contains(|c: char| c.is_control() || c == '\u{fffe}' || c == '\u{ffff}');
                    let choice = name.ends_with("country") || name.ends_with("language");
                    if let Some(held) = answer.find_field(name).filter(|_| is_last && is_plain && !choice) {
                        prop_assert_eq!(held, typed.as_str(), "{} is lost", name);
                    }
                }
            }
            status => prop_assert!((400..500).contains(&status), "{}", answer),
        }
        Ok(())
    });
    app.get("/customers").expect(200);
}

#[apply(engines)]
fn any_contact_and_any_entitlement_is_saved_or_refused(app: TestApp) {
    let acme = app.company("Acme").create();
    let field = prop::sample::select(vec![
        "last_name",
        "email",
        "phone",
        "product",
        "quantity",
        "starts_on",
        "ends_on",
        "contact",
        "token",
        "version",
    ]);
    let forms = prop::collection::vec((field, text()), 0..8);
    check(60, &forms, |form| {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for path in ["contacts", "entitlements"] {
            let answer = app.post(acme.at(path), &form);
            prop_assert!(answer.status == 303 || (400..500).contains(&answer.status), "{}", answer);
        }
        Ok(())
    });
    acme.page().expect(200);
}

fn well_formed(page: &Page) {
    let html = page.text();
    assert_eq!(html.matches("<mark>").count(), html.matches("</mark>").count(), "{html}");
    assert!(page.has("html body main"), "{html}");
}

/// Any query is answered by a list, whose links work.
#[apply(engines)]
fn any_query_is_a_list(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    let name = prop::sample::select(vec!["q", "q", "q", "status", "type", "sort", "after", "before", "said", "around", "unknown"]);
    let value = prop_oneof![4 => text(), 1 => prop::sample::select(vec!["enabled", "disabled", "company", "newest", "ref", "changed"]).prop_map(str::to_owned)];
    let query = prop::collection::vec((name, value), 0..5);
    check(120, &query, |query| {
        let page = app.get(format!("/customers?{}", encode(&query))).expect(200);
        well_formed(&page);
        if let Some(next) = page.next() {
            prop_assert!(next.row_ids().iter().all(|id| !page.row_ids().contains(id)));
        }
        if let Some(id) = page.row_ids().first() {
            let open = app.get(page.row_link(*id)).expect(200);
            prop_assert_eq!(open.current(), Some(*id));
        }
        Ok(())
    });
}

/// Whoever is there is found by each word of the name, in any case, and by its beginning.
#[apply(engines)]
fn every_name_is_found_by_its_words(app: TestApp) {
    let word = "[a-zA-ZäöüÄÖÜßéèñçøåłŁαβγΑΒΓжЖא東京かカ0-9]{1,8}";
    check(60, &prop::collection::vec(word, 1..4), |words| {
        let customer = app.company(&words.join(" ")).create();
        let searches = words.iter().flat_map(|word| {
            let beginning: String = word.chars().take(2).collect();
            [word.clone(), word.to_uppercase(), word.to_lowercase(), beginning]
        });
        for text in searches.chain([words.join(" ")]) {
            let page = app.get(format!("/customers?sort=newest&{}", encode(&[("q", text.as_str())]))).expect(200);
            well_formed(&page);
            prop_assert!(page.row_ids().contains(&customer.id), "{} is not found by {}", words.join(" "), text);
            prop_assert!(!page.marks().is_empty(), "{} is not marked", text);
        }
        Ok(())
    });
}
