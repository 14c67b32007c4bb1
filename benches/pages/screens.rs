//! Which requests make up each row of the table.

use std::collections::BTreeSet;

use fastrand::Rng;
use form_urlencoded::Serializer;

use crate::client::{Connection, DETAIL, RESULTS, Request};
use crate::data::Data;
use crate::needles::classes;
use crate::page;
use crate::settings::SEED;

/// One row: requests that are sent in turn.
#[derive(Clone)]
pub struct Screen {
    pub name: String,
    /// The page's name in the comparison with others (`pages.json`); made of the name elsewhere.
    pub key: String,
    pub requests: Vec<Request>,
}

impl Screen {
    /// The same requests by whoever has this cookie.
    pub fn signed_in(self, cookie: &str) -> Self {
        let requests = self.requests.into_iter().map(|request| request.signed_in(cookie)).collect();
        Self { key: format!("{}_signed_in", self.key), requests, ..self }
    }
}

/// What a search is combined with.
const FILTERS: [&str; 5] = [
    "status=disabled",
    "status=disabled&type=individual",
    "sort=changed",
    "status=disabled&sort=changed",
    "status=disabled&type=individual&sort=changed",
];
/// So many customers are opened, at random.
const OPENED: usize = 200;

/// The screens that are compared with others: the same words and customers as theirs.
pub fn compared(line: &mut Connection, data: &Data) -> Vec<Screen> {
    let searches = |words: &[&str]| words.iter().map(|word| search(word, "")).collect();
    let details = [2, 4, 7].map(|id| Request::get(format!("/customers/{id}")).with(DETAIL));
    [
        ("list", "list", vec![Request::get("/customers")]),
        ("filter", "disabled companies", vec![Request::get("/customers?status=disabled&type=company")]),
        ("deep_page", "deep page", vec![Request::get(deep(line, data, ""))]),
        ("search_common", "search: systems, acme", searches(&["systems", "acme"])),
        ("search_medium", "search: kowal, o'brien", searches(&["kowal", "o'brien"])),
        ("search_rare", "search: crm00001234, bobebida, zzzq", searches(&["crm00001234", "bobebida", "zzzq"])),
        ("detail", "detail, part, of 3 customers", details.to_vec()),
    ]
    .map(|(key, name, requests)| Screen { name: name.to_owned(), key: key.to_owned(), requests })
    .into()
}

/// The other pages that people look at.
pub fn lists(line: &mut Connection, data: &Data) -> Vec<Screen> {
    let one = |name: &str, request: Request| screen(name, vec![request]);
    let mut screens: Vec<Screen> = ["last", "ref", "newest", "changed"]
        .map(|sort| one(&format!("list, sort={sort}"), Request::get(format!("/customers?sort={sort}"))))
        .into();
    screens.push(one("deep page, sort=changed", Request::get(deep(line, data, "sort=changed"))));
    screens.extend(
        FILTERS
            .iter()
            .filter(|filter| filter.starts_with("status"))
            .map(|filter| one(filter, Request::get(format!("/customers?{filter}")))),
    );
    screens.push(one("list, the part below the search box", Request::get("/customers").with(RESULTS)));
    screens.push(one("list, zstd", Request::get("/customers").with(&[("Accept-Encoding", "zstd")])));
    screens.push(one("list, br", Request::get("/customers").with(&[("Accept-Encoding", "br")])));
    let ids = customers(line, data);
    let of_each = |make: &dyn Fn(&u64) -> Request| ids.iter().map(make).collect();
    screens.push(screen("list and detail, any customer", of_each(&|id| Request::get(format!("/customers/{id}")))));
    screens.push(screen("detail, part, any customer", of_each(&|id| Request::get(format!("/customers/{id}")).with(DETAIL))));
    screens.push(screen("edit form, part, any customer", of_each(&|id| Request::get(format!("/customers/{id}/edit")).with(DETAIL))));
    screens
}

/// The list of entitlements, and single ones.
pub fn entitlements(line: &mut Connection, data: &Data) -> Vec<Screen> {
    let one = |name: &str, target: &str| screen(&format!("entitlements{name}"), vec![Request::get(format!("/entitlements{target}"))]);
    let mut screens: Vec<Screen> = [
        ("", ""),
        (", running, by product", "?state=running&sort=product"),
        (", ended, by start", "?state=ended&sort=start"),
        (", ends within 30 days", "?state=ends-30"),
        (", ends within 90 days, by product", "?state=ends-90&sort=product"),
        (", newest", "?sort=newest"),
    ]
    .map(|(name, target)| one(name, target))
    .into();
    let ids = entitlements_of(line, data);
    let middle = line.page(&format!("/entitlements?around={}&sort=end", ids[0]));
    screens.push(screen("entitlements, deep page", vec![Request::get(page::next(&middle).expect("a next page"))]));
    let of_each = |make: &dyn Fn(&u64) -> Request| ids.iter().map(make).collect();
    screens.push(screen("list and entitlement, any", of_each(&|id| Request::get(format!("/entitlements/{id}")))));
    screens.push(screen("entitlement, part, any", of_each(&|id| Request::get(format!("/entitlements/{id}")).with(DETAIL))));
    let search = |words: Vec<&str>| {
        let query = |text: &&str| Serializer::new(String::new()).append_pair("q", text).finish();
        words.iter().map(|text| Request::get(format!("/entitlements?{}", query(text))).with(RESULTS)).collect()
    };
    let sample = || data.sample.iter().step_by((data.sample.len() / OPENED).max(1));
    screens.push(screen("entitlements, search: a product", search(vec!["lumen", "report designer", "kestrel scheduler", "floating"])));
    screens.push(screen("entitlements, search: a customer", search(sample().map(|record| record.name.as_str()).collect())));
    let contacts = sample().filter_map(|record| record.contacts.first()).map(String::as_str).collect();
    screens.push(screen("entitlements, search: a contact", search(contacts)));
    screens.push(screen("entitlements, search: part of an EID", search(vec!["EID-0A", "7K2M", "eid-w0mm-363t", "zzzz"])));
    screens.push(screen("entitlements, search: nothing", search(vec!["zzzq", "lumen zzzq", "qqqq -lumen"])));
    screens
}

/// Entitlements that are there, drawn at random.
fn entitlements_of(line: &mut Connection, data: &Data) -> Vec<u64> {
    let mut rng = Rng::with_seed(SEED);
    let most = u64::try_from(data.customers / 2).unwrap_or(u64::MAX).max(1);
    let drawn = (0..OPENED * 2).map(|_| rng.u64(1..=most));
    let mut known: Vec<u64> = drawn.filter(|id| line.succeeds(&Request::get(format!("/entitlements/{id}")).with(DETAIL))).collect();
    known.truncate(OPENED);
    assert!(!known.is_empty(), "entitlements have other ids than 1 to {most}");
    known
}

/// What is asked without users and then signed in.
pub fn for_sessions(line: &mut Connection, data: &Data) -> Vec<Screen> {
    let any = customers(line, data).iter().map(|id| Request::get(format!("/customers/{id}"))).collect();
    vec![screen("list", vec![Request::get("/customers")]), screen("list and detail, any customer", any)]
}

/// Searches of every class, alone and with every filter. No two requests are the same.
pub fn searches(data: &Data) -> Vec<Screen> {
    let mut screens = Vec::new();
    for class in classes(data) {
        if class.searches.is_empty() {
            println!("Nobody in the database has {}.", class.name);
            continue;
        }
        let with = |filter: &str| class.searches.iter().map(|text| search(text, filter)).collect::<Vec<_>>();
        screens.push(screen(&class.name, with("")));
        screens.push(screen(&format!("{}, filtered", class.name), FILTERS.iter().flat_map(|filter| with(filter)).collect()));
    }
    screens.push(expensive());
    screens
}

/// Searches that nobody needs, and anybody can send.
pub fn expensive() -> Screen {
    let joined = |terms: &mut dyn Iterator<Item = String>| terms.collect::<Vec<_>>().join(" OR ");
    let texts = [
        format!("gmbh OR {}", joined(&mut std::iter::repeat_n("?a*?b*?c*?d*".to_owned(), 30))),
        "name:=example".to_owned(),
        joined(&mut ('a'..='z').map(|letter| format!("name:={letter}"))),
        joined(&mut (1..=31).map(|day| format!("created:<2021-12-{day:02}"))),
        (0..31).map(|_| "-????a ").collect(),
        "*a".repeat(245),
        "a b c d e f g h i j k l m n o p q r s t u v w x y z".to_owned(),
    ];
    screen("searches made to be expensive", texts.iter().flat_map(|text| ["", "sort=ref"].map(|order| search(text, order))).collect())
}

/// Customers that are there, drawn at random.
pub fn customers(line: &mut Connection, data: &Data) -> Vec<u64> {
    let mut rng = Rng::with_seed(SEED);
    let most = u64::try_from(data.customers).unwrap_or(u64::MAX);
    let drawn: BTreeSet<u64> = (0..OPENED * 2).map(|_| rng.u64(1..=most)).collect();
    let mut known: Vec<u64> =
        drawn.into_iter().filter(|id| line.succeeds(&Request::get(format!("/customers/{id}")).with(DETAIL))).collect();
    rng.shuffle(&mut known);
    known.truncate(OPENED);
    assert!(!known.is_empty(), "customers have other ids than 1 to {most}");
    known
}

/// The page that follows the one around the customer three quarters down the list by name.
fn deep(line: &mut Connection, data: &Data, order: &str) -> String {
    let found = line.page(&search(&format!("number:={}", data.deep), "").target);
    let id = page::rows(&found).first().copied().expect("the customer three quarters down");
    let around = line.page(&format!("/customers?around={id}&{order}"));
    page::next(&around).expect("a next page")
}

fn search(text: &str, filter: &str) -> Request {
    let query = Serializer::new(String::new()).append_pair("q", text).finish();
    Request::get(if filter.is_empty() { format!("/customers?{query}") } else { format!("/customers?{query}&{filter}") })
}

fn screen(name: &str, requests: Vec<Request>) -> Screen {
    let key = name.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    Screen { name: name.to_owned(), key, requests }
}
