//! Whatever was done, taken back one by one, ends where it began: ids included.

use chrono::NaiveDate;
use chrono_tz::Tz;
use clientele::changes::opened::Opened;
use clientele::changes::{contacts as people_changes, customers as customer_changes, entitlements as entitlement_changes, undo};
use clientele::db::{Address, Database, Db, Tuning};
use clientele::domain::actor::{Actor, ActorKind, Principal};
use clientele::domain::contact;
use clientele::domain::customer::{self, Customer, NewCustomerForm};
use clientele::domain::entitlement;
use clientele::domain::input::Input;
use clientele::domain::person::PersonName;
use clientele::domain::rules::Role;
use clientele::domain::text::Email;
use clientele::domain::{CustomerId, EventId, UserId, stored};
use clientele::startup;
use clientele::store::{Error, Result, contacts, customers, entitlements};
use fastrand::Rng;
use macro_rules_attribute::apply;

use super::undo::rows;
use crate::support::app::run;
use crate::support::{TestApp, engines};

/// Tasks that are done; those that the rules refuse count too.
const TASKS: usize = 140;
const RUNS: u64 = 6;

#[apply(engines)]
fn whatever_was_done_can_be_taken_back_one_by_one(app: TestApp) {
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    for seed in 0..RUNS {
        let mut rng = Rng::with_seed(20_261_126 + seed);
        // What one run leaves is what the next begins with; the first with a few customers.
        if seed == 0 {
            (0..40).for_each(|_| something(&database, &mut rng));
        }
        let first = state(&app);
        let last_event = newest(&app);
        (0..TASKS).for_each(|_| something(&database, &mut rng));
        let newest = newest(&app);
        assert!(newest - last_event > 50, "{} changes", newest - last_event);
        assert_ne!(state(&app), first);
        let administrator = actor(9, Role::Administrator);
        for event in (last_event + 1..=newest).rev() {
            match database.write(|db| undo::undo(db, &administrator, EventId(event))) {
                // The database gave this number to nothing.
                Ok(_) | Err(Error::NotFound("event")) => {}
                Err(error) => panic!("seed {seed}, event {event}: {error:?}\n{:?}", app.sql().texts(&format!(
                    "SELECT id || ' ' || task || ' ' || subject_kind || ' ' || subject_id || ' ' || changes AS text FROM events WHERE id >= {event} AND id <= {newest} ORDER BY id LIMIT 30"
                ))),
            }
        }
        for (before, after) in first.iter().zip(state(&app)) {
            assert_eq!(*before, after, "seed {seed}");
        }
        // A few stay for the next run.
        (0..10).for_each(|_| something(&database, &mut rng));
    }
    let check = run(&["check", "--database", &app.database.url]);
    assert!(check.status.success(), "{check:?}");
}

/// All tables, and what the list shows. Left out are `version`, which counts saves, so that a form that was opened before an undo is found to
/// be stale after it, and `changed_at`: an undo is a change.
fn state(app: &TestApp) -> Vec<Vec<Option<String>>> {
    let mut sql = app.sql();
    let mut state: Vec<_> = ["customers", "addresses", "contacts", "entitlements"].iter().map(|table| rows(&mut sql, table)).collect();
    let listed = "SELECT customer_id || '|' || text || '|' || hidden AS text FROM search_texts ORDER BY customer_id";
    state.push(sql.texts(listed));
    state
}

fn newest(app: &TestApp) -> i64 {
    app.sql().number("SELECT coalesce(max(id), 0) AS number FROM events")
}

fn actor(user: i64, role: Role) -> Actor {
    let who = Principal { kind: ActorKind::User(UserId(user)), name: format!("User {user}").into(), role };
    Actor::now(who, Tz::UTC)
}

/// One of three users does something; most of it is allowed.
fn something(database: &Database, rng: &mut Rng) {
    let user = rng.i64(1..=3);
    let actor = actor(user, if user == 3 { Role::Administrator } else { Role::Editor });
    let seed = rng.u64(..);
    let outcome = database.write(|db| one(db, &actor, &mut Rng::with_seed(seed)));
    assert!(matches!(outcome, Ok(()) | Err(Error::NotFound(_) | Error::Refused(_) | Error::Invalid(_) | Error::Stale)), "{outcome:?}");
}

fn one(db: &mut Db, actor: &Actor, rng: &mut Rng) -> Result<()> {
    let word = rng.choice(["Zed", "acme", "Ñandú", "東京", "O'Brien", "Mühle"]).unwrap_or_default();
    let word = format!("{word} {}", rng.u32(..100));
    let task = rng.u8(..23);
    let (Some(customer), 3..) = (any(db, rng)?, task) else { return create(db, actor, rng, &word) };
    let id = customer.id;
    let person = rng.choice(contacts::all_of(db, id)?);
    let entitlement = rng.choice(entitlements::all_of(db, id)?);
    match (task, person, entitlement) {
        (3..=5, ..) => {
            let mut input = Input::new(stored::customer(&customer));
            for _ in 0..rng.usize(1..4) {
                let (field, value) = edited(rng, &word);
                input.set(field, value);
            }
            let draft = customer::check(customer.kind(), &input).map_err(Error::Invalid)?;
            customer_changes::edit(db, actor, id, &Opened { version: Some(customer.version), token: "" }, Ok(draft)).map(drop)
        }
        (6, ..) if customer.enabled => customer_changes::disable(db, actor, id).map(drop),
        (6, ..) => customer_changes::enable(db, actor, id).map(drop),
        (7, ..) => customer_changes::delete(db, actor, id).map(drop),
        (8 | 9, ..) => people_changes::create(db, actor, id, Ok(person_named(&word, rng))).map(drop),
        (10, Some(person), _) => {
            people_changes::edit(db, actor, person.id, &Opened { version: Some(person.version), token: "" }, Ok(person_named(&word, rng)))
                .map(drop)
        }
        (11, Some(person), _) if person.enabled => people_changes::disable(db, actor, person.id).map(drop),
        (11, Some(person), _) => people_changes::enable(db, actor, person.id).map(drop),
        (12, Some(person), _) => people_changes::set_default(db, actor, person.id).map(drop),
        (13, Some(person), _) => people_changes::delete(db, actor, person.id).map(drop),
        (14, person, _) => {
            let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
            let draft = entitlement::Draft {
                contact: person.map(|person| person.id).filter(|_| rng.bool()),
                product: word,
                quantity: rng.i32(1..100),
                starts_on: day(if rng.bool() { 2020 } else { 2999 }),
                ends_on: rng.bool().then(|| day(3_000)),
            };
            entitlement_changes::create(db, actor, id, Ok(draft)).map(drop)
        }
        (15, _, Some(entitlement)) => entitlement_changes::end(db, actor, entitlement.id).map(drop),
        (18 | 19, person, Some(entitlement)) => {
            let mut draft = entitlement.draft.clone();
            (draft.product, draft.quantity) = (word, rng.i32(1..100));
            draft.contact = person.map(|person| person.id).filter(|_| rng.bool());
            let opened = Opened { version: Some(entitlement.version), token: "" };
            entitlement_changes::edit(db, actor, entitlement.id, &opened, Ok(draft)).map(drop)
        }
        (20 | 21, _, Some(entitlement)) => {
            let starts_on = entitlement.draft.ends_on.and_then(|last| last.succ_opt()).unwrap_or_default();
            let draft = entitlement::Draft { starts_on, ends_on: starts_on.succ_opt(), ..entitlement.draft };
            entitlement_changes::renew(db, actor, entitlement.id, Ok(draft)).map(drop)
        }
        (22, _, Some(entitlement)) => entitlement_changes::reopen(db, actor, entitlement.id).map(drop),
        (16 | 17, _, Some(entitlement)) => entitlement_changes::delete(db, actor, entitlement.id).map(drop),
        _ => Ok(()),
    }
}

fn any(db: &mut Db, rng: &mut Rng) -> Result<Option<Customer>> {
    let known: Vec<CustomerId> = (1..=400).map(CustomerId).collect();
    Ok(rng.choice(customers::find_all(db, &known)?))
}

fn create(db: &mut Db, actor: &Actor, rng: &mut Rng, word: &str) -> Result<()> {
    let kind = if rng.u8(..3) > 0 { "company" } else { "individual" };
    let mut fields = vec![("type", kind.to_owned()), ("name", word.to_owned()), ("last_name", word.to_owned())];
    fields.push(edited(rng, word));
    if rng.bool() {
        fields.push(("contact_last_name", word.to_owned()));
        fields.push(("contact_email", "first@acme.example".to_owned()));
    }
    let input = Input::new(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    customer_changes::create(db, actor, input.checked(NewCustomerForm::check(&input))).map(drop)
}

fn edited(rng: &mut Rng, word: &str) -> (&'static str, String) {
    let fields = [
        "name",
        "last_name",
        "first_name",
        "email",
        "language",
        "phone",
        "crm_id",
        "ref_id",
        "description",
        "billing_city",
        "shipping_same",
        "shipping_city",
        "shipping_country",
    ];
    let field = rng.choice(fields).unwrap_or_default();
    let value = match field {
        "email" => format!("m{}@x.example", rng.u8(..9)),
        "language" => rng.choice(["de", "en", ""]).unwrap_or_default().to_owned(),
        "shipping_same" => rng.choice(["yes", ""]).unwrap_or_default().to_owned(),
        "shipping_country" => rng.choice(["DE", "GB", ""]).unwrap_or_default().to_owned(),
        "crm_id" => rng.choice(["", "X-1", "X-2", "X-3", "X-4"]).unwrap_or_default().to_owned(),
        "description" => format!("{word}\nand more"),
        _ => word.to_owned(),
    };
    (field, value)
}

fn person_named(word: &str, rng: &mut Rng) -> contact::Draft {
    let name = PersonName { first: "Zoë".to_owned(), middle: String::new(), last: word.to_owned() };
    let email = Email::stored(&format!("z{}@zed.example", rng.u8(..6)));
    contact::Draft { name, email, language: None, phone: word.to_owned(), ref_id: String::new(), reach: contact::Reach::All }
}
