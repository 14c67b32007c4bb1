//! Makes the keys of all records again, at the first start of a program that makes them in another form than the database has them, and when a
//! check has found wrong ones. Portion by portion: each is a transaction that notes how far it came, so whoever is stopped goes on there, and
//! several that start at once take turns.

mod entitlements;

use std::collections::HashSet;
use std::fmt::Write;
use std::hash::Hash;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};

use super::error::{Error, Result};
use super::keys::{ContactKeys, CustomerKeys, NumberKeys};
use super::{contacts, customers as stored_customers};
use crate::db::schema::{self, customers, key_state};
use crate::db::{Database, Db, any_deferred_index, defer_indexes, lock_keys, make_deferred_index};
use crate::domain::clock;
use crate::domain::contact::PersonName;
use crate::domain::customer::Who;
use crate::domain::text::Email;

/// The version of the keys that this program makes. It goes up with every change of what [`super::keys`] makes them from, newer Unicode data
/// included.
const FORM: i32 = 1;

/// Records of one transaction.
const PORTION: i64 = 500;

/// So many customers that their indexes are made at the end.
const MANY: usize = 1_000;

/// Stands for the id after the last one.
const END: i64 = i64::MAX;

/// Indexes of keys that very many new ones are put into quicker when all are there. Unique ones stay: they hold rules.
const INDEXES: [&str; 9] = [
    "contacts_by_name",
    "customers_by_last_name",
    "customers_by_name",
    "customers_by_ref",
    "customers_crm_near",
    "customers_filtered_by_last_name",
    "customers_filtered_by_ref",
    "customers_number_near",
    "customers_ref",
];

/// Is told how many customers are done, of how many.
pub type Progress<'a> = dyn FnMut(usize, usize) + 'a;

/// Whether all keys are of this program's form.
pub fn are_current(db: &mut Db) -> Result<bool> {
    Ok(key_state::table.select((key_state::form, key_state::entitlements)).first::<(i32, i64)>(db)? == (FORM, END))
}

/// Whether keys of customers have to be made. If so, nobody else completes them until the transaction ends.
pub fn are_customers_due(db: &mut Db) -> Result<bool> {
    lock_keys(db)?;
    Ok(key_state::table.select(key_state::form).first::<i32>(db)? != FORM)
}

/// Makes all keys that are not of this program's form. Meant for a start, when nobody looks for records by them: of very many, indexes are taken
/// away for the time.
pub fn run(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    steps(database, true, progress)
}

/// Makes all keys again, while others look for records by them.
pub fn again(database: &Database, progress: &mut Progress<'_>) -> Result<()> {
    database.write(|db| {
        diesel::update(key_state::table).set((key_state::form.eq(0), key_state::entitlements.eq(0))).execute(db)?;
        Ok::<_, Error>(())
    })?;
    steps(database, false, progress)
}

/// How many customers, contacts and entitlements have keys that are not what their texts and days say.
pub fn count_wrong(db: &mut Db) -> Result<usize> {
    let mut count = 0;
    let mut beyond = Some(0);
    while let Some(id) = beyond {
        let (wrong, next) = wrong_customers(db, id)?;
        (count, beyond) = (count + wrong.len(), next);
    }
    beyond = Some(0);
    while let Some(id) = beyond {
        let (wrong, next) = wrong_contacts(db, id)?;
        (count, beyond) = (count + wrong.len(), next);
    }
    beyond = Some(0);
    while let Some(id) = beyond {
        let rows = entitlements::next(db, id, PORTION)?;
        count += rows.iter().filter(|row| row.is_wrong()).count();
        beyond = next_of(rows.len(), rows.last().map(|row| row.id));
    }
    Ok(count)
}

enum Step {
    More,
    Indexes,
    Done,
}

fn steps(database: &Database, at_start: bool, progress: &mut Progress<'_>) -> Result<()> {
    let total = database.read(|db| Ok::<_, Error>(customers::table.select(count_star()).first::<i64>(db)?))?;
    let total = usize::try_from(total).unwrap_or_default();
    let portion = usize::try_from(PORTION).unwrap_or_default();
    for done in 0.. {
        match database.write(|db| step(db, at_start && total >= MANY))? {
            Step::More => progress((done * portion).min(total), total),
            Step::Indexes => while database.write(|db| Ok::<_, Error>(make_deferred_index(db)?))? {},
            Step::Done => break,
        }
    }
    Ok(())
}

/// How far keys have been made: up to these ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = key_state)]
struct Progressed {
    form: i32,
    customers: i64,
    contacts: i64,
    entitlements: i64,
}

impl Progressed {
    /// All keys are made.
    fn is_done(&self) -> bool {
        [self.customers, self.contacts, self.entitlements] == [END; 3]
    }
}

/// Makes the keys of the next portion.
fn step(db: &mut Db, defer: bool) -> Result<Step> {
    lock_keys(db)?;
    let before: Progressed = key_state::table.select(Progressed::as_select()).first(db)?;
    let mut now = before;
    if before.form == FORM {
        // Keys of entitlements came later than those of the others.
        (now.customers, now.contacts) = (END, END);
    } else if before.form != -FORM {
        // What another form was half way through begins again.
        now = Progressed { form: -FORM, customers: 0, contacts: 0, entitlements: 0 };
        if defer {
            defer_indexes(db, &INDEXES)?;
        }
    }
    if now.is_done() {
        return Ok(Step::Done);
    }
    if defer && now.entitlements == 0 {
        defer_indexes(db, &entitlements::INDEXES)?;
    }
    if now.customers < END {
        let (wrong, next) = wrong_customers(db, now.customers)?;
        write_customers(db, &wrong)?;
        now.customers = next.unwrap_or(END);
    }
    if now.customers == END && now.contacts < END {
        let (wrong, next) = wrong_contacts(db, now.contacts)?;
        write_contacts(db, &wrong)?;
        now.contacts = next.unwrap_or(END);
    }
    if now.contacts == END {
        now.entitlements = make_entitlements(db, now.entitlements)?.unwrap_or(END);
    }
    let (is_done, has_indexes) = (now.is_done(), !any_deferred_index(db)?);
    if is_done && has_indexes {
        now.form = FORM;
    } else if is_done {
        // Not done before the indexes are there.
        now.entitlements = END - 1;
    }
    diesel::update(key_state::table).set(now).execute(db)?;
    Ok(match (is_done, has_indexes) {
        (false, _) => Step::More,
        (true, false) => Step::Indexes,
        (true, true) => Step::Done,
    })
}

/// Makes the keys of the next entitlements; the id after which to go on, `None` at the end. A stage may be that of another day than the
/// installation's: days change anyway, and the job that follows them sees to it.
fn make_entitlements(db: &mut Db, beyond: i64) -> Result<Option<i64>> {
    let (rows, today) = (entitlements::next(db, beyond, PORTION)?, clock::now().date());
    let wrong: Vec<_> = rows.iter().filter(|row| row.differs(today)).map(|row| (row.id, row.right(today))).collect();
    entitlements::write(db, &wrong)?;
    Ok(next_of(rows.len(), rows.last().map(|row| row.id)))
}

/// A customer's keys as columns.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = customers, treat_none_as_null = true)]
struct CustomerColumns {
    number_key: String,
    number_near: String,
    sort_key: Vec<u8>,
    last_sort: Vec<u8>,
    crm_key: Option<String>,
    crm_near: Option<String>,
    ref_key: String,
    ref_sort: Vec<u8>,
}

/// A contact's keys as columns.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = schema::contacts, treat_none_as_null = true)]
struct ContactColumns {
    sort_key: Vec<u8>,
    email_key: Option<String>,
}

/// Records with wrong keys, by their ids with the right ones; and the id after which to go on, `None` at the end.
type Wrong<Columns> = (Vec<(i64, Columns)>, Option<i64>);

/// Of the next customers those with wrong keys.
///
/// Hardly ever are two identifiers the same by the keys of another form that were not before (iota under a Greek letter, a domain written in two
/// ways). Then one record has the key, the one that had it before or else the older, and the other one the key with its id, which no identifier
/// is, until somebody corrects it.
fn wrong_customers(db: &mut Db, beyond: i64) -> Result<Wrong<CustomerColumns>> {
    type Texts = (i64, String, String, String, String);
    let texts = (customers::id, customers::number, customers::name, customers::crm_id, customers::ref_id);
    let next = customers::table.filter(customers::id.gt(beyond)).order(customers::id).limit(PORTION);
    let rows: Vec<(Texts, CustomerColumns)> = next.select((texts, CustomerColumns::as_select())).load(db)?;
    let next = next_of(rows.len(), rows.last().map(|((id, ..), _)| *id));
    let mut people = contacts::names_of_individuals(db, beyond, rows.last().map_or(beyond, |((id, ..), _)| *id))?;
    let (mut wrong, mut given) = (Vec::new(), HashSet::new());
    for ((id, number, name, crm_id, ref_id), stored) in rows {
        let who = people.remove(&id).map_or(Who::Company(name), Who::Individual);
        let (of_number, keys) = (NumberKeys::of(&number), CustomerKeys::of(&who, &crm_id, &ref_id));
        let mut right = CustomerColumns {
            number_key: of_number.key,
            number_near: of_number.near,
            sort_key: keys.sort_key,
            last_sort: keys.last_sort,
            crm_key: keys.crm_key,
            crm_near: keys.crm_near,
            ref_key: keys.ref_key,
            ref_sort: keys.ref_sort,
        };
        if right.number_key != stored.number_key {
            let holders = stored_customers::holders_of_numbers(db, std::slice::from_ref(&right.number_key))?;
            settle(&mut right.number_key, id, holders.iter().any(|(_, holder)| *holder != id), &mut given, "number");
        }
        if right.crm_key != stored.crm_key
            && let Some(key) = &mut right.crm_key
        {
            let holders = stored_customers::holders_of_crm_ids(db, std::slice::from_ref(key))?;
            settle(key, id, holders.iter().any(|(_, holder)| *holder != id), &mut given, "crm_id");
        }
        if right != stored {
            wrong.push((id, right));
        }
    }
    Ok((wrong, next))
}

/// As [`wrong_customers`], of contacts, whose e-mails are unique within their customer.
fn wrong_contacts(db: &mut Db, beyond: i64) -> Result<Wrong<ContactColumns>> {
    use schema::contacts as stored_contacts;
    type Texts = (i64, i64, (String, String, String), String);
    let names = (stored_contacts::first_name, stored_contacts::middle_name, stored_contacts::last_name);
    let texts = (stored_contacts::id, stored_contacts::customer_id, names, stored_contacts::email);
    let next = stored_contacts::table.filter(stored_contacts::id.gt(beyond)).order(stored_contacts::id).limit(PORTION);
    let rows: Vec<(Texts, ContactColumns)> = next.select((texts, ContactColumns::as_select())).load(db)?;
    let next = next_of(rows.len(), rows.last().map(|((id, ..), _)| *id));
    let mut given = HashSet::new();
    let mut wrong = Vec::new();
    for ((id, customer, name, email), stored) in rows {
        let ContactKeys { sort_key, mut email_key } = ContactKeys::of(&PersonName::from(name), Email::stored(&email).as_ref());
        if email_key != stored.email_key
            && let Some(key) = &mut email_key
        {
            let holder = contacts::by_email(db, customer, key)?;
            settle(key, id, holder.is_some_and(|holder| holder.id.0 != id), &mut given, customer);
        }
        let right = ContactColumns { sort_key, email_key };
        if right != stored {
            wrong.push((id, right));
        }
    }
    Ok((wrong, next))
}

/// Tells a record's key from that of another record, which has it in the database or was given it just now, within a scope.
fn settle<Scope: Eq + Hash>(key: &mut String, id: i64, is_held: bool, given: &mut HashSet<(Scope, String)>, scope: Scope) {
    if is_held || !given.insert((scope, key.clone())) {
        // Writing to a String cannot fail. Keys have no capitals otherwise.
        let _ = write!(key, " DUPLICATE:{id}");
    }
}

fn next_of(count: usize, last: Option<i64>) -> Option<i64> {
    last.filter(|_| i64::try_from(count) == Ok(PORTION))
}

fn write_customers(db: &mut Db, rows: &[(i64, CustomerColumns)]) -> Result<()> {
    let pg = match db {
        Db::Sqlite(sqlite) => {
            for (id, keys) in rows {
                diesel::update(customers::table.find(id)).set(keys).execute(sqlite)?;
            }
            return Ok(());
        }
        Db::Postgres(pg) => pg,
    };
    let texts = |text: fn(&CustomerColumns) -> &str| rows.iter().map(|(_, keys)| text(keys)).collect::<Vec<_>>();
    let bytes = |bytes: fn(&CustomerColumns) -> &[u8]| rows.iter().map(|(_, keys)| bytes(keys)).collect::<Vec<_>>();
    let options = |text: fn(&CustomerColumns) -> Option<&str>| rows.iter().map(|(_, keys)| text(keys)).collect::<Vec<_>>();
    sql_query(
        "UPDATE customers AS c SET number_key = k.number_key, number_near = k.number_near, sort_key = k.sort_key, last_sort = k.last_sort,
            crm_key = k.crm_key, crm_near = k.crm_near, ref_key = k.ref_key, ref_sort = k.ref_sort
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            AS k (id, number_key, number_near, sort_key, last_sort, crm_key, crm_near, ref_key, ref_sort) WHERE c.id = k.id",
    )
    .bind::<Array<BigInt>, _>(rows.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(texts(|keys| &keys.number_key))
    .bind::<Array<Text>, _>(texts(|keys| &keys.number_near))
    .bind::<Array<Binary>, _>(bytes(|keys| &keys.sort_key))
    .bind::<Array<Binary>, _>(bytes(|keys| &keys.last_sort))
    .bind::<Array<Nullable<Text>>, _>(options(|keys| keys.crm_key.as_deref()))
    .bind::<Array<Nullable<Text>>, _>(options(|keys| keys.crm_near.as_deref()))
    .bind::<Array<Text>, _>(texts(|keys| &keys.ref_key))
    .bind::<Array<Binary>, _>(bytes(|keys| &keys.ref_sort))
    .execute(pg)?;
    Ok(())
}

/// One by one on either engine: of contacts few keys change.
fn write_contacts(db: &mut Db, rows: &[(i64, ContactColumns)]) -> Result<()> {
    for (id, keys) in rows {
        diesel::update(schema::contacts::table.find(id)).set(keys).execute(db)?;
    }
    Ok(())
}
