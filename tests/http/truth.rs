//! What the index finds is what looking at every customer finds, after many changes of all kinds, and in the order of names.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use chrono::NaiveDate;
use chrono_tz::Tz;
use clientele::changes;
use clientele::changes::opened::Opened;
use clientele::db::{Address, Database, Db, Tuning};
use clientele::domain::actor::{Actor, Principal};
use clientele::domain::contact;
use clientele::domain::customer::{Customer, Kind, Who};
use clientele::domain::entitlement::Entitlement;
use clientele::domain::person::PersonName;
use clientele::domain::places::Country;
use clientele::domain::query::language::Field;
use clientele::domain::query::matching::{FieldText, Record};
use clientele::domain::query::sort::ListOrder as _;
use clientele::domain::query::{Order, Place, Query, Sort};
use clientele::domain::rules::Role;
use clientele::domain::spelling::Spellings;
use clientele::domain::text::Email;
use clientele::domain::{CustomerId, collate, fold, identity, phone, spelling};
use clientele::list::{self, Count};
use clientele::startup;
use clientele::store::{Error, Result, contacts, customers, entitlements};
use fastrand::Rng;
use macro_rules_attribute::apply;

use crate::support::{TestApp, engines};

/// Alphabets beside each other, and what people write in two ways.
const NAMES: [&str; 12] =
    ["Zed", "acme", "Ñandú", "東京", "O’Brien", "Mühle", "日本ab", "한국sk", "新宿3丁目", "ไทยab", "S.A.R.L. Åse-Bjørn", "100% (R&D)"];
const CHANGES: usize = 400;
const QUERIES: usize = 1_000;

#[apply(engines)]
fn the_index_finds_what_looking_at_every_customer_finds(app: TestApp) {
    app.post("/sample", &[]).expect(303);
    let database = open(&app);
    let mut rng = Rng::with_seed(20_261_125);
    let ids: Vec<i64> = all(&database).iter().map(|known| known.customer.id.0).collect();
    for _ in 0..CHANGES {
        let id = CustomerId(*rng.choice(&ids).expect("an id"));
        let change = rng.u8(..7);
        let word = format!("{} {}", rng.choice(NAMES).expect("a word"), rng.u32(..1_000));
        let outcome = database.write(|db| alter(db, id, change, &word));
        assert!(matches!(outcome, Ok(()) | Err(Error::NotFound(_) | Error::Refused(_) | Error::Invalid(_))), "{outcome:?}");
        match rng.u8(..100) {
            0..20 => drop(list::fold(&database, rng.usize(1..40)).expect("a part")),
            20..22 => list::build::build(&database, &mut |_, _| {}).expect("all parts"),
            _ => {}
        }
    }
    let known = all(&database);
    for _ in 0..QUERIES {
        let query = query(&mut rng, &known);
        let mut wanted = naive(&known, &query);
        let (mut found, unfinished) = paged(&database, &query);
        // A whole identifier comes first, whatever its place in the order.
        if known.iter().any(|known| is_named(known, &query)) {
            wanted.sort_unstable();
            found.sort_unstable();
        }
        assert!(unfinished || found == wanted, "{query:?}\n{found:?}\n{wanted:?}");
        let count = database.read(|db| list::count(db, &query, Tz::UTC)).expect("a count");
        let mut exported = exported(&database, &query);
        let mut sorted = wanted.clone();
        exported.sort_unstable();
        exported.dedup();
        sorted.sort_unstable();
        assert!(exported == sorted, "{query:?}\n{exported:?}\n{sorted:?}");
        let all = if wanted.len() > list::COUNT_LIMIT { Count::Many } else { Count::Exactly(wanted.len()) };
        assert!(unfinished || count == all, "{query:?} {count:?} {all:?}");
        let sort = Sort { order: *rng.choice(Order::ALL.iter()).expect("one"), reversed: rng.bool() };
        let ordered = Query { sort, ..query.clone() };
        let count = database.read(|db| list::count(db, &ordered, Tz::UTC)).expect("a count");
        assert!(unfinished || count == all, "{ordered:?} {count:?} {all:?}");
        let (mut found, unfinished) = paged(&database, &ordered);
        wanted.sort_unstable();
        found.sort_unstable();
        assert!(unfinished || found == wanted, "{sort:?} {query:?}\n{found:?}\n{wanted:?}");
    }
}

/// With small parts, so that there are many.
fn open(app: &TestApp) -> Database {
    let tuning = Tuning { search_part: NonZeroUsize::new(48).expect("not zero"), ..Tuning::default() };
    startup::open(Address::parse(&app.database.url).expect("an address"), tuning).expect("the database")
}

/// Several make parts and all parts anew, and several save, at once: nothing is lost, and nobody stands in another's way.
#[apply(engines)]
fn parts_are_made_while_others_save(app: TestApp) {
    let mut app = app;
    // The server makes parts as well.
    app.restart(&["--search-part", "48"]);
    app.post("/sample", &[]).expect(303);
    let database = open(&app);
    let ids: Vec<i64> = all(&database).iter().map(|known| known.customer.id.0).collect();
    let saving = AtomicUsize::new(3);
    std::thread::scope(|scope| {
        for seed in 0..3 {
            let (database, ids, saving) = (&database, &ids, &saving);
            scope.spawn(move || {
                let mut rng = Rng::with_seed(seed);
                for _ in 0..150 {
                    let id = CustomerId(*rng.choice(ids).expect("an id"));
                    let (change, word) = (rng.u8(..7), format!("{} {}", rng.choice(NAMES).expect("a word"), rng.u32(..1_000)));
                    let outcome = database.write(|db| alter(db, id, change, &word));
                    let is_refused = matches!(outcome, Err(Error::NotFound(_) | Error::Refused(_) | Error::Invalid(_) | Error::Stale));
                    assert!(outcome.is_ok() || is_refused, "{outcome:?}");
                }
                saving.fetch_sub(1, Relaxed);
            });
        }
        for is_builder in [false, true] {
            let (database, saving) = (&database, &saving);
            scope.spawn(move || {
                while saving.load(Relaxed) > 0 {
                    list::fold(database, 1).expect("a part");
                    if is_builder {
                        list::build::build(database, &mut |_, _| {}).expect("all parts");
                    }
                }
            });
        }
    });
    let faults = list::check::check(&database, &mut |_, _| {}).expect("a check");
    assert_eq!(faults, list::check::Faults::default());
    while list::fold(&database, 1).expect("a part") {}
    assert_eq!(app.sql().count("search_dirty"), 0);
    assert!(app.sql().count("search_parts") > 4);
    let faults = list::check::check(&database, &mut |_, _| {}).expect("a check");
    assert_eq!(faults, list::check::Faults::default());
}

/// A customer with all that it is found by.
struct Known {
    customer: Customer,
    fields: Vec<Written>,
    /// The days on which its entitlements end, or were ended.
    ends: Vec<Option<NaiveDate>>,
}

/// A field in one way to write it.
struct Written {
    field: Field,
    is_loose: bool,
    text: String,
}

fn all(database: &Database) -> Vec<Known> {
    database
        .read(|db| {
            let mut known = Vec::new();
            for id in 1..=1_100 {
                match customers::find(db, CustomerId(id)) {
                    Ok(customer) => {
                        let held = entitlements::all_of(db, customer.id)?;
                        let end = |held: &Entitlement| held.draft.ends_on.into_iter().chain(held.ended_at.map(|at| at.date())).min();
                        known.push(Known { fields: fields(db, &customer)?, ends: held.iter().map(end).collect(), customer });
                    }
                    Err(Error::NotFound(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            known.sort_by_key(|known| (collate::name_key(&known.customer.draft.name()), known.customer.id));
            Ok::<_, Error>(known)
        })
        .expect("customers")
}

fn fields(db: &mut Db, customer: &Customer) -> Result<Vec<Written>> {
    let draft = &customer.draft;
    let mut fields = vec![
        (Field::Number, customer.number.clone()),
        (Field::Name, draft.name()),
        (Field::Ref, draft.ref_id.clone()),
        (Field::Crm, draft.crm_id.clone()),
        (Field::Phone, draft.phone.clone()),
        (Field::Description, draft.description.clone()),
    ];
    fields.extend(draft.email.as_ref().map(|mail| (Field::Email, mail.as_str().to_owned())));
    for address in [Some(&draft.billing), draft.shipping.as_ref()].into_iter().flatten() {
        fields.push((Field::Street, address.street.clone()));
        fields.push((Field::City, address.city.clone()));
        fields.push((Field::State, address.state.clone()));
        fields.push((Field::Zip, address.postal_code.clone()));
    }
    for person in contacts::all_of(db, customer.id)? {
        fields.push((Field::Contact, person.draft.full_name()));
        fields.extend(person.draft.email.map(|mail| (Field::Email, mail.as_str().to_owned())));
        fields.push((Field::Phone, person.draft.phone));
    }
    for held in entitlements::all_of(db, customer.id)? {
        fields.push((Field::Eid, held.eid));
        fields.push((Field::Product, held.draft.product));
    }
    let country = [Some(&draft.billing), draft.shipping.as_ref()].into_iter().flatten().find_map(|address| address.country);
    Ok(fields.into_iter().filter(|(_, text)| !text.is_empty()).flat_map(|(field, text)| written(field, &text, country)).collect())
}

/// All ways in which a field counts.
fn written(field: Field, text: &str, country: Option<Country>) -> Vec<Written> {
    let is = |is_loose: bool, text: String| Written { field, is_loose, text };
    let mut ways = vec![is(false, fold::fold(text))];
    if field == Field::Phone {
        let dialled = phone::dialled(text, country).into_iter().flat_map(|dialled| [dialled.international, dialled.national]);
        ways.extend(dialled.chain([fold::all_digits(text)]).map(|text| is(true, text)));
        return ways;
    }
    ways.extend(spelling::spelled_out(text).map(|text| is(false, text)));
    let loose: Vec<Written> = ways.iter().map(|way| is(true, spelling::loosened(&way.text).into_owned())).collect();
    ways.extend(loose);
    if field == Field::Zip {
        let joined: String = fold::fold(text).chars().filter(|c| c.is_alphanumeric()).collect();
        let digits = joined.find(|c: char| !c.is_ascii_digit()).unwrap_or_default();
        ways.push(is(true, format!("{} {}", &joined[..digits], &joined[digits..]).trim().to_owned()));
        ways.push(is(true, joined));
    }
    ways
}

fn alter(db: &mut Db, id: CustomerId, change: u8, word: &str) -> Result<()> {
    let actor = &Actor::now(Principal::local(Role::Administrator), Tz::UTC);
    let customer = customers::find(db, id)?;
    let people = contacts::all_of(db, id)?;
    match change {
        0 | 1 => {
            let mut draft = customer.draft.clone();
            draft.who = match draft.who {
                Who::Company(_) => Who::Company(word.to_owned()),
                Who::Individual(name) => Who::Individual(PersonName { last: word.to_owned(), ..name }),
            };
            changes::customers::edit(db, actor, id, &Opened { version: Some(customer.version), token: "" }, Ok(draft)).map(drop)
        }
        2 if customer.enabled => changes::customers::disable(db, actor, id).map(drop),
        2 => changes::customers::enable(db, actor, id).map(drop),
        3 => changes::customers::delete(db, actor, id).map(drop),
        4 => {
            let name = PersonName { first: "Zoë".to_owned(), middle: String::new(), last: word.to_owned() };
            let email = Email::stored(&format!("z{}@zed.example", word.len()));
            changes::contacts::create(
                db,
                actor,
                id,
                Ok(contact::Draft {
                    name,
                    email,
                    language: None,
                    phone: "+49 30 1".to_owned(),
                    ref_id: String::new(),
                    reach: contact::Reach::Own,
                }),
            )
            .map(drop)
        }
        5 => people.first().map_or(Ok(()), |person| {
            let draft = contact::Draft { email: Email::stored(&format!("new{}@moved.example", person.id)), ..person.draft.clone() };
            changes::contacts::edit(db, actor, person.id, &Opened { version: Some(person.version), token: "" }, Ok(draft)).map(drop)
        }),
        _ => people.last().map_or(Ok(()), |person| changes::contacts::delete(db, actor, person.id).map(drop)),
    }
}

/// A search drawn from what there is: parts of fields, two of them, qualified, excluded, with open places, with filters.
fn query(rng: &mut Rng, known: &[Known]) -> Query {
    let part = |rng: &mut Rng| {
        let customer = rng.choice(known).expect("a customer");
        let field = rng.choice(&customer.fields).expect("a field");
        let characters: Vec<char> = field.text.chars().collect();
        let from = if rng.bool() { 0 } else { rng.usize(..characters.len()) };
        let length = rng.usize(1..=12);
        let text: String = characters.iter().skip(from).take(length).filter(|character| **character != '"').collect();
        text.trim().to_owned()
    };
    let fields = [
        "name:",
        "email:",
        "city:",
        "contact:",
        "ref:^",
        "phone:",
        "eid:",
        "zip:=",
        "number:",
        "name:^",
        "eid:=",
        "phone:^",
        "crm:^",
        "product:",
        "street:",
        "description:",
    ];
    let field = *rng.choice(fields.iter()).expect("one");
    let text = match rng.u8(..13) {
        0..=2 => part(rng),
        3 => format!("\"{}\"", part(rng)),
        4 => format!("{} {}", part(rng), part(rng)),
        5 => format!("{field}\"{}\"", part(rng)),
        6 => format!("\"{}\" -\"{}\"", part(rng), part(rng)),
        7 => format!("\"{}\" OR \"{}\"", part(rng), part(rng)),
        8 => format!("-{field}\"{}\" {}", part(rng), part(rng).chars().take(2).collect::<String>()),
        9 => part(rng).replace(' ', "*"),
        10 => format!("({}), {}.", part(rng), part(rng)),
        11 => {
            let day = format!("2{:03}-0{}-15", rng.u32(20..32), rng.u32(1..10));
            format!(
                "{}{}{day} {}",
                rng.choice(["ends:", "created:", "-ends:"]).expect("one"),
                rng.choice(["<", ">=", "="]).expect("one"),
                part(rng)
            )
        }
        _ => format!("{} {}", rng.choice(["country:de", "country:France", "ends:none", "-country:gb", "germany"]).expect("one"), part(rng)),
    };
    let status = *rng.choice(["", "", "enabled", "disabled"].iter()).expect("one");
    let kind = *rng.choice(["", "", "company", "individual"].iter()).expect("one");
    Query::parse([("q", text.as_str()), ("status", status), ("type", kind)].into_iter())
}

impl Record for Known {
    fn is_enabled(&self) -> bool {
        self.customer.enabled
    }

    fn kind(&self) -> Kind {
        self.customer.kind()
    }

    fn is_never_invited(&self) -> bool {
        false
    }

    fn created_on(&self) -> NaiveDate {
        self.customer.created_at.date()
    }

    fn countries(&self) -> impl Iterator<Item = Country> {
        let draft = &self.customer.draft;
        [Some(&draft.billing), draft.shipping.as_ref()].into_iter().flatten().filter_map(|address| address.country)
    }

    fn ends(&self) -> impl Iterator<Item = Option<NaiveDate>> {
        self.ends.iter().copied()
    }

    fn fields(&self) -> impl Iterator<Item = FieldText<'_>> {
        self.fields.iter().map(|Written { field, is_loose, text }| FieldText { field: *field, is_loose: *is_loose, text })
    }
}

fn naive(known: &[Known], query: &Query) -> Vec<CustomerId> {
    let search = query.search();
    let hit = |known: &&Known| {
        let customer = &known.customer;
        let passes =
            query.enabled.is_none_or(|enabled| enabled == customer.enabled) && query.kind.is_none_or(|kind| kind == customer.kind());
        passes && (is_named(known, query) || search.matches(*known))
    };
    let mut found: Vec<&Known> = known.iter().filter(hit).collect();
    let words = search.words();
    if found.len() <= list::COUNT_LIMIT {
        let is_elsewhere = |known: &&Known| {
            let name = Spellings::of(&known.customer.draft.name());
            !words.iter().all(|word| name.hold(word))
        };
        found.sort_by_key(is_elsewhere);
    }
    found.into_iter().map(|known| known.customer.id).collect()
}

/// Whether the text is one of its identifiers.
fn is_named(known: &Known, query: &Query) -> bool {
    let (key, near) = (fold::key(&query.text), identity::near(&query.text));
    let is_it = |Written { field, is_loose, text }: &Written| match field {
        _ if *is_loose => false,
        Field::Number => {
            identity::near(text) == near || near.bytes().all(|byte| byte.is_ascii_digit()) && identity::near(text) == format!("c{near}")
        }
        Field::Crm => identity::near(text) == near,
        Field::Ref | Field::Eid => *text == key,
        _ => false,
    };
    query.search().is_plain() && known.fields.iter().any(is_it)
}

/// All that is exported.
fn exported(database: &Database, query: &Query) -> Vec<CustomerId> {
    let (mut found, mut from) = (Vec::new(), None);
    loop {
        let (some, next) = database.read(|db| list::portion(db, query, Tz::UTC, from.as_ref(), 400)).expect("a portion");
        found.extend(some);
        from = next;
        if from.is_none() {
            return found;
        }
    }
}

/// All that the list shows, page by page, and whether it gave up.
fn paged(database: &Database, query: &Query) -> (Vec<CustomerId>, bool) {
    let (mut query, mut found, mut unfinished) = (query.clone(), Vec::new(), false);
    loop {
        let page = database.read(|db| list::page(db, &query, Tz::UTC)).expect("a page");
        unfinished |= page.unfinished;
        found.extend(page.rows.iter().map(|row| row.id));
        match page.next {
            Some(next) => query.place = Place::After(next),
            None => return (found, unfinished),
        }
    }
}
