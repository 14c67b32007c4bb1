//! What the program asks of its data: one file a table, and the search. Every function here runs inside a transaction that
//! [`crate::db::Database`] has opened; those that change something check the rule once more before they write.

mod addresses;
mod ahead;
pub mod contacts;
pub mod customers;
pub mod entitlements;
mod error;
pub mod export;
pub mod flashes;
pub mod import;
pub mod sample;
pub mod search;
pub mod tokens;

pub use error::{Error, Result, away};

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use chrono_tz::Tz;

use crate::db::{Address, Database};
use crate::domain::rules::{self, Role, Task};

/// Opens a database, brings its schema up to date, and makes anew what an older program made in another form.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn open(address: Address) -> std::result::Result<Database, String> {
    let database = Database::open(address)?;
    let mut told = 0;
    let mut tell = |done, total| {
        if done / 100_000 > told {
            told = done / 100_000;
            tracing::info!("the search index is made: {done} of {total} customers");
        }
    };
    match search::build::prepare(&database, |db| import::is_under_way(db, Utc::now().naive_utc()), &mut tell) {
        Ok(()) => Ok(database),
        Err(error) => Err(format!("The search index of {} cannot be made: {error:?}", database.address())),
    }
}

/// Who acts, and when: the same for all that one request does.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    /// What the user may do.
    pub role: Role,
    /// The present moment in UTC, to the microsecond (PostgreSQL keeps no more).
    pub now: NaiveDateTime,
    /// The present day in the installation's time zone.
    pub today: NaiveDate,
}

impl Actor {
    /// Somebody with this role, now.
    #[must_use]
    pub fn now(role: Role, zone: Tz) -> Self {
        let now: DateTime<Utc> = Utc::now().trunc_subsecs(6);
        Self { role, now: now.naive_utc(), today: now.with_timezone(&zone).date_naive() }
    }

    /// Whether the rules let this actor do a task.
    ///
    /// # Errors
    /// [`Error::Refused`] with the reason.
    pub fn may(&self, task: Task) -> Result<()> {
        rules::check(self.role, task).map_err(Error::Refused)
    }

    /// Whether the page may offer a task.
    #[must_use]
    pub fn can(&self, task: Task) -> bool {
        rules::check(self.role, task).is_ok()
    }
}

/// A random token of 128 bits, in letters and digits that an address and a form carry as they are.
#[must_use]
pub fn random_token() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<16>())
}

/// Random bytes of the operating system. Where it has none to give, nothing that must not be guessed can be made, and the program ends.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    bytes
}
