//! Makes the keys of all records again, at the first start of a program that makes them in another form than the database has them, and when a
//! check has found wrong ones. Portion by portion: each is a transaction that notes how far it came, so whoever is stopped goes on there, and
//! several that start at once take turns.

mod contacts;
mod customers;
mod entitlements;
mod wrong;

use diesel::dsl::count_star;
use diesel::prelude::*;

use self::wrong::{PORTION, next_of};
use super::error::{Error, Result};
use crate::db::schema::{self, key_state};
use crate::db::{Database, Db, any_deferred_index, defer_indexes, lock_keys, make_deferred_index};
use crate::domain::clock;

/// The version of the keys that this program makes. It goes up with every change of what [`super::keys`] makes them from, newer Unicode data
/// included, and with the order of names.
const FORM: i32 = 3;

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
        let (wrong, next) = customers::wrong(db, id)?;
        (count, beyond) = (count + wrong.len(), next);
    }
    beyond = Some(0);
    while let Some(id) = beyond {
        let (wrong, next) = contacts::wrong(db, id)?;
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
    let total = database.read(|db| Ok::<_, Error>(schema::customers::table.select(count_star()).first::<i64>(db)?))?;
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
        let (wrong, next) = customers::wrong(db, now.customers)?;
        customers::write(db, &wrong)?;
        now.customers = next.unwrap_or(END);
    }
    if now.customers == END && now.contacts < END {
        let (wrong, next) = contacts::wrong(db, now.contacts)?;
        contacts::write(db, &wrong)?;
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
