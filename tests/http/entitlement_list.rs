//! The list of entitlements is what looking at every entitlement says, whatever is searched for, filtered and ordered by, after many changes of
//! all kinds, on any day.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use clientele::changes;
use clientele::changes::opened::Opened;
use clientele::db::{Address, Database, Db, Tuning};
use clientele::domain::actor::{Actor, Principal};
use clientele::domain::contact;
use clientele::domain::customer::Who;
use clientele::domain::entitlement::{Draft, Entitlement, State};
use clientele::domain::query::entitlements::{EntitlementQuery, Filter, Order, Place, Sort};
use clientele::domain::query::sort::ListOrder as _;
use clientele::domain::query::words::Words;
use clientele::domain::rules::Role;
use clientele::domain::spelling::Spellings;
use clientele::domain::text::Email;
use clientele::domain::{ContactId, CustomerId, EntitlementId, collate, fold};
use clientele::list::entitlements::{self as list, Page};
use clientele::list::{COUNT_LIMIT, Count};
use clientele::startup;
use clientele::store::{Error, Result, contacts, customers, entitlements, stages};
use fastrand::Rng;
use macro_rules_attribute::apply;

use crate::support::{TestApp, engines, eventually};

const CHANGES: usize = 500;
const QUERIES: usize = 80;

fn open(app: &TestApp) -> Database {
    startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database")
}

fn today() -> NaiveDate {
    chrono::Utc::now().date_naive()
}

#[apply(engines)]
fn the_list_is_what_looking_at_every_entitlement_says(app: TestApp) {
    let mut app = app;
    app.post("/sample", &[]).expect(303);
    let database = open(&app);
    let mut rng = Rng::with_seed(20_261_202);
    for _ in 0..CHANGES {
        let customer = CustomerId(rng.i64(1..=1_000));
        let change = rng.u8(..10);
        let outcome = database.write(|db| alter(db, &mut rng.clone(), customer, change));
        rng.u64(..);
        assert!(matches!(outcome, Ok(()) | Err(Error::NotFound(_) | Error::Refused(_) | Error::Invalid(_))), "{outcome:?}");
    }
    let known = all(&database);
    assert!(known.len() > 600, "{}", known.len());
    assert!(database.read(|db| stages::are_current(db, today())).expect("an answer"), "whoever changes one says its stage");
    ask(&database, &mut rng, &known, today(), QUERIES);
    // The server would move all back to the real day.
    app.process().kill();
    // The day changes: what has another state by now stands under no filter until it is moved on, or under the right one.
    for ahead in [1_i64, 45, 400, -30, -800] {
        let day = today().checked_add_signed(chrono::TimeDelta::days(ahead)).expect("a day");
        for filter in Filter::ALL {
            let query = EntitlementQuery { filter: Some(filter), ..EntitlementQuery::default() };
            let (wanted, (found, _)) = (naive(&known, &query, day), paged(&database, &query, day));
            assert!(found.iter().all(|id| wanted.contains(id)), "{ahead} {filter:?}");
        }
        while database.write(|db| stages::advance(db, day)).expect("moved on") {}
        assert!(database.read(|db| stages::are_current(db, day)).expect("an answer"), "{ahead}");
        ask(&database, &mut rng, &known, day, QUERIES / 8);
    }
}

/// Draws queries and compares their pages, there and back, their counts and their order with what all that is known says.
fn ask(database: &Database, rng: &mut Rng, known: &[Known], day: NaiveDate, queries: usize) {
    for _ in 0..queries {
        let query = query(rng, known);
        let wanted = naive(known, &query, day);
        let (found, page) = paged(database, &query, day);
        assert!(!page.unfinished && !page.fallback, "{query:?}");
        assert_eq!(found, wanted, "{query:?} {day}");
        let count = database.read(|db| list::count(db, &query, day)).expect("a count");
        let all = if wanted.len() > COUNT_LIMIT { Count::Many } else { Count::Exactly(wanted.len()) };
        assert!(
            count == all || (count == Count::Many && wanted.len() > list::PAGE && only_excludes(&query)),
            "{query:?} {count:?} {all:?}"
        );
        let (first, beside) = database.read(|db| list::page_and_count(db, &query, day)).expect("a page");
        assert_eq!((ids(&first), beside), (wanted.iter().copied().take(list::PAGE).collect::<Vec<_>>(), count), "{query:?}");
        assert_eq!(back(database, &query, day), wanted, "{query:?} {day}");
        if let Some(middle) = rng.choice(&wanted) {
            let around = EntitlementQuery { place: Place::Around(*middle), ..query.clone() };
            let page = database.read(|db| list::page(db, &around, day)).expect("a page");
            let at = wanted.iter().position(|id| Some(id) == ids(&page).first()).expect("a row of the list");
            assert!(ids(&page).contains(middle), "{query:?} {middle:?}");
            assert_eq!(ids(&page), wanted[at..(at + list::PAGE).min(wanted.len())], "{query:?} {middle:?}");
            assert_eq!((page.prev.is_some(), page.next.is_some()), (at > 0, at + list::PAGE < wanted.len()), "{query:?} {middle:?}");
        }
    }
}

/// Such a search has no candidates: the list is gone through, and not counted.
fn only_excludes(query: &EntitlementQuery) -> bool {
    query.words().required.is_empty()
}

fn ids(page: &Page) -> Vec<EntitlementId> {
    page.rows.iter().map(|row| row.entitlement.id).collect()
}

/// All that the list shows, page by page, with the last page.
fn paged(database: &Database, query: &EntitlementQuery, day: NaiveDate) -> (Vec<EntitlementId>, Page) {
    let (mut query, mut found) = (query.clone(), Vec::new());
    loop {
        let page = database.read(|db| list::page(db, &query, day)).expect("a page");
        found.extend(ids(&page));
        match page.next.clone() {
            Some(next) => query.place = Place::After(next),
            None => return (found, page),
        }
    }
}

/// The same from the last page to the first.
fn back(database: &Database, query: &EntitlementQuery, day: NaiveDate) -> Vec<EntitlementId> {
    let (mut query, mut found, mut pages) = (query.clone(), Vec::new(), Vec::new());
    loop {
        let page = database.read(|db| list::page(db, &query, day)).expect("a page");
        let next = page.next.clone();
        pages.push(page);
        match next {
            Some(next) => query.place = Place::After(next),
            None => break,
        }
    }
    let mut page = pages.pop().expect("a page");
    loop {
        found.splice(0..0, ids(&page));
        let Some(prev) = page.prev else { return found };
        query.place = Place::Before(prev);
        page = database.read(|db| list::page(db, &query, day)).expect("a page");
        if found.first() == ids(&page).first() {
            // Where the list is gone through, the first page does not know that it is the first.
            return found;
        }
    }
}

/// An entitlement with all that it is found by, folded, and in each way in which it counts.
struct Known {
    entitlement: Entitlement,
    texts: [String; 6],
    spellings: [Spellings; 6],
}

fn all(database: &Database) -> Vec<Known> {
    let read = |db: &mut Db| {
        let mut known = Vec::new();
        for id in (1..=1_000).map(CustomerId) {
            let Ok(customer) = customers::find(db, id) else { continue };
            for entitlement in entitlements::all_of(db, id)? {
                let person = entitlement.draft.contact.map(|contact| contacts::find(db, contact)).transpose()?;
                let email = person.as_ref().and_then(|person| person.draft.email.clone());
                let texts = [
                    entitlement.draft.product.clone(),
                    customer.draft.name(),
                    customer.number.clone(),
                    person.map(|person| person.draft.full_name()).unwrap_or_default(),
                    email.map(|email| email.as_str().to_owned()).unwrap_or_default(),
                    entitlement.eid.clone(),
                ];
                let spellings = texts.each_ref().map(|text| Spellings::of(text));
                known.push(Known { entitlement, texts: texts.map(|text| fold::fold(&text)), spellings });
            }
        }
        Ok::<_, Error>(known)
    };
    database.read(read).expect("entitlements")
}

fn naive(known: &[Known], query: &EntitlementQuery, day: NaiveDate) -> Vec<EntitlementId> {
    let words = query.words();
    let is_hit =
        |known: &&Known| query.filter.is_none_or(|filter| filter.passes(&known.entitlement, day)) && words.match_any_of(&known.spellings);
    let key = |known: &Known| {
        let Entitlement { id, draft, ended_at, .. } = &known.entitlement;
        match query.sort.order {
            Order::Due => {
                let (over, starts) = (draft.over_from(*ended_at).to_string(), draft.starts_on.to_string());
                let latest_first = || over.bytes().map(|byte| !byte).chain((!id.0).to_be_bytes());
                let key = match known.entitlement.state(day) {
                    State::Running => format!("0{over}").into_bytes(),
                    State::NotYetStarted => format!("1{starts}").into_bytes(),
                    State::Ended => b"2".iter().copied().chain(latest_first()).collect(),
                };
                (key, *id)
            }
            Order::End => (draft.over_from(*ended_at).to_string().into_bytes(), *id),
            Order::Start => (draft.starts_on.to_string().into_bytes(), *id),
            Order::Product => (collate::name_key(&draft.product), *id),
            Order::Newest => (Vec::new(), *id),
        }
    };
    let mut found: Vec<_> = known.iter().filter(is_hit).map(key).collect();
    found.sort_by(|one, other| (&one.0, one.1.0).cmp(&(&other.0, other.1.0)));
    if query.sort.descends() {
        found.reverse();
    }
    found.into_iter().map(|(_, id)| id).collect()
}

/// A query drawn from what there is.
fn query(rng: &mut Rng, known: &[Known]) -> EntitlementQuery {
    let part = |rng: &mut Rng| {
        let texts = &rng.choice(known).expect("an entitlement").texts;
        let texts: Vec<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
        let text = rng.choice(texts.iter()).expect("a text");
        let characters: Vec<char> = text.chars().collect();
        let from = if rng.bool() { 0 } else { rng.usize(..characters.len()) };
        let text: String = characters.iter().skip(from).take(rng.usize(1..=12)).filter(|character| **character != '"').collect();
        text.trim().to_owned()
    };
    let text = match rng.u8(..8) {
        0 => String::new(),
        1 | 2 => part(rng),
        3 => format!("\"{}\"", part(rng)),
        4 => format!("\"{}\" \"{}\"", part(rng), part(rng)),
        5 => format!("\"{}\" -\"{}\"", part(rng), part(rng)),
        6 => format!("-\"{}\"", part(rng)),
        _ => {
            let texts = &rng.choice(known).expect("an entitlement").texts;
            format!("\"{}\" \"{}\" \"{}\"", texts[0], texts[1], texts[5])
        }
    };
    let filter = if rng.bool() { rng.choice(Filter::ALL.iter()).copied() } else { None };
    let sort = Sort { order: *rng.choice(Order::ALL.iter()).expect("one"), reversed: rng.bool() };
    EntitlementQuery { text, filter, sort, place: Place::First, from: None }
}

fn alter(db: &mut Db, rng: &mut Rng, customer: CustomerId, change: u8) -> Result<()> {
    let actor = &Actor::now(Principal::local(Role::Administrator), Tz::UTC);
    let word = *rng.choice(["Zed", "Lumen", "Ñandú", "東京", "O'Brien", "Mühle 2.0"].iter()).expect("a word");
    let people = contacts::all_of(db, customer)?;
    let held = entitlements::all_of(db, customer)?;
    let draft = |rng: &mut Rng, contact: Option<ContactId>| {
        let starts_on = actor.today + Days::new(rng.u64(..120)) - Days::new(60);
        let ends_on = rng.bool().then(|| starts_on + Days::new(rng.u64(..150)));
        Draft { contact, product: format!("{word} {}", rng.u8(..4)), quantity: 1, starts_on, ends_on }
    };
    match (change, held.first()) {
        (0..=3, _) => {
            let contact = people.first().filter(|person| !person.own).map(|person| person.id);
            changes::entitlements::create(db, actor, customer, Ok(draft(rng, contact))).map(drop)
        }
        (4, _) => {
            let stored = customers::find(db, customer)?;
            let mut draft = stored.draft.clone();
            if let Who::Company(name) = &mut draft.who {
                name.insert_str(0, word);
            }
            changes::customers::edit(db, actor, customer, &Opened { version: Some(stored.version), token: "" }, Ok(draft)).map(drop)
        }
        (5, _) => people.first().map_or(Ok(()), |person| {
            let email = Email::stored(&format!("new{}@moved.example", person.id));
            let draft = contact::Draft { email, ..person.draft.clone() };
            changes::contacts::edit(db, actor, person.id, &Opened { version: Some(person.version), token: "" }, Ok(draft)).map(drop)
        }),
        (6, Some(one)) => changes::entitlements::end(db, actor, one.id).map(drop),
        (7, Some(one)) => changes::entitlements::delete(db, actor, one.id).map(drop),
        (_, Some(one)) => {
            let after = Entitlement { draft: draft(rng, one.draft.contact), ..one.clone() };
            changes::entitlements::update(db, actor, one, &after)
        }
        (_, None) => Ok(()),
    }
}

/// So many that a search that finds few of them cannot look at all, and that too many end soon for an order of their own.
#[apply(engines)]
fn very_many_have_a_bound(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.entitle(&[("product", "Rare lamp"), ("starts_on", "2020-01-01")]).expect(303);
    let database = open(&app);
    let new: Vec<(String, Draft)> = (0..11_000)
        .map(|number: u64| {
            let (starts_on, ends_on) = (today() - Days::new(number % 300), Some(today() + Days::new(1 + number % 20)));
            (format!("EID-{number}"), Draft { contact: None, product: format!("Lamp {}", number % 120), quantity: 1, starts_on, ends_on })
        })
        .collect();
    database
        .write(|db| {
            let new: Vec<_> = new
                .iter()
                .map(|(eid, draft)| entitlements::NewEntitlement {
                    eid,
                    customer: CustomerId(acme.id),
                    contact: None,
                    draft,
                    ended_at: None,
                    created_at: chrono::Utc::now().naive_utc(),
                    batch: None,
                    renews: None,
                    today: today(),
                })
                .collect();
            changes::bulk::create_entitlements(db, &new)
        })
        .expect("entitlements");
    let parse = |pairs: &[(&str, &str)]| EntitlementQuery::parse(pairs.iter().copied());
    let ask = |query: &EntitlementQuery| database.read(|db| list::page_and_count(db, query, today())).expect("a page");
    // Neither few entitlements of the customers nor few products.
    let (mut query, mut seen) = (parse(&[("q", "lamp acme -rare")]), std::collections::HashSet::new());
    for _ in 0..5 {
        let (page, count) = ask(&query);
        assert_eq!((page.unfinished, count), (false, Count::Many));
        seen.extend(ids(&page));
        query.place = Place::After(page.next.expect("more"));
    }
    assert_eq!(seen.len(), 5 * list::PAGE);
    // What is excluded is looked at all the same: an empty page says where to go on.
    let (page, count) = ask(&parse(&[("q", "-lamp")]));
    assert_eq!((page.rows.len(), page.unfinished, count), (0, true, Count::Many));
    let (page, _) = ask(&EntitlementQuery { place: Place::After(page.next.expect("where to go on")), ..parse(&[("q", "-lamp")]) });
    assert_eq!((page.rows.len(), page.unfinished, page.next), (0, false, None));
    // Few products, few hits: sorted and counted.
    let (page, count) = ask(&parse(&[("q", "rare"), ("sort", "product")]));
    assert_eq!((page.rows.len(), page.fallback, count), (1, false, Count::Exactly(1)));
    let (page, count) = ask(&parse(&[("state", "ends-30"), ("sort", "product")]));
    assert_eq!((page.fallback, count), (true, Count::Many));
    assert!(page.rows.is_sorted_by_key(|row| row.entitlement.draft.ends_on));
    let next = page.next.as_ref().expect("more").encode();
    let (second, _) = ask(&parse(&[("state", "ends-30"), ("sort", "product"), ("after", &next)]));
    assert!(second.fallback && second.prev.is_some() && ids(&second)[0] != ids(&page)[0]);
}

/// The job follows the day: what is over stands under its filter without anybody having changed it.
#[apply(engines)]
fn stages_follow_the_day(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.entitle(&[("product", "Lamp"), ("starts_on", "2020-01-01"), ("ends_on", "2020-12-31")]).expect(303);
    let stage = "SELECT CAST(stage AS BIGINT) AS number FROM entitlements";
    assert_eq!(app.sql().number(stage), 2);
    for wrong in [0, 1] {
        app.sql().run(&format!("UPDATE entitlements SET stage = {wrong}")).expect("an update");
        eventually("it has ended", || app.sql().number(stage) == 2);
    }
    app.sql().run("UPDATE entitlements SET starts_on = '9000-01-01', ends_on = NULL, over_from = '9999-12-31'").expect("an update");
    eventually("it is still to come", || app.sql().number(stage) == 0);
}

#[apply(engines)]
fn a_row_says_where_the_search_found_it(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@mail.example").create();
    let jana = acme.contact("Hoffmann").id.to_string();
    acme.entitle(&[("product", "Lamp"), ("contact", &jana)]).expect(303);
    let database = open(&app);
    let via = |text: &str| {
        let query = EntitlementQuery { text: text.to_owned(), ..EntitlementQuery::default() };
        let page = database.read(|db| list::page(db, &query, today())).expect("a page");
        page.rows.into_iter().map(|row| row.via).collect::<Vec<_>>()
    };
    let eid = database.read(|db| entitlements::all_of(db, CustomerId(acme.id))).expect("entitlements")[0].eid.clone();
    assert_eq!(via("lamp acme"), [None]);
    assert_eq!(via("hoff"), [Some(("via", "Jana Hoffmann".to_owned()))]);
    assert_eq!(via("lamp jana@mail"), [Some(("E-mail", "jana@mail.example".to_owned()))]);
    assert_eq!(via(&eid), [Some(("EID", eid.clone()))]);
    assert_eq!(via(&eid[5..]).len(), 1, "by any part");
    assert_eq!(via("nobody"), []);
    let row = database.read(|db| list::row(db, EntitlementId(1))).expect("a row").expect("one");
    assert_eq!((row.customer.as_str(), row.contact.as_str(), row.customer_enabled), ("Acme", "Jana Hoffmann", true));
    assert!(database.read(|db| list::row(db, EntitlementId(2))).expect("no row").is_none());
    assert_eq!(Words::parse(&eid).required.len(), 1);
}
