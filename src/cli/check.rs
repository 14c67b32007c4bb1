//! `clientele check`.

use clap::Args;

use crate::config::DatabaseSettings;
use crate::db::{Database, Purpose};
use crate::domain::numbers::thousands;
use crate::list::build;
use crate::list::check::{Faults, check};
use crate::store::Error;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Rebuilds keys, the customer list and the search index if anything is wrong with them; nothing is lost
    #[arg(long, alias = "mend")]
    fix: bool,
}

pub(super) fn run(database: &DatabaseSettings, settings: &Check) -> Result<(), String> {
    let purpose = if settings.fix { Purpose::Repair } else { Purpose::Read };
    let database = Database::open(database.address()?, purpose, database.tuning())?;
    let failed = |error: Error| match error {
        Error::Unavailable(why) => format!("The database {} cannot be used: {why}", database.address()),
        other => format!("The check failed: {other:?}"),
    };
    let faults = check(&database, &mut progress("checked")).map_err(failed)?;
    if faults == Faults::default() {
        println!("No faults found.");
        return Ok(());
    }
    for sentence in sentences(&faults) {
        println!("{sentence}");
    }
    if !settings.fix {
        return Err(
            "the customer list or the search index has faults; `clientele check --fix` rebuilds them, and nothing is lost".to_owned()
        );
    }
    build::build(&database, &mut progress("rebuilt")).map_err(failed)?;
    let left = check(&database, &mut progress("checked")).map_err(failed)?;
    if left == Faults::default() {
        println!("All faults are fixed.");
        return Ok(());
    }
    Err(format!("some faults remain, or somebody saved during the check: {}", sentences(&left).join(" ")))
}

/// Prints progress, every hundred thousand customers.
fn progress(what: &'static str) -> impl FnMut(usize, usize) {
    let mut hundreds = 0;
    move |done, total| {
        if done / 100_000 > hundreds {
            hundreds = done / 100_000;
            eprintln!("{} of {} customers {what}", number(done), number(total));
        }
    }
}

fn number(count: usize) -> String {
    thousands(i64::try_from(count).unwrap_or(i64::MAX))
}

fn sentences(faults: &Faults) -> Vec<String> {
    let sentences = [
        (faults.incomplete, "The search index is incomplete, or was found damaged before.".to_owned()),
        (faults.texts > 0, format!("Customers that cannot be found, or only by what they had before: {}.", number(faults.texts))),
        (faults.keys > 0, format!("Customers, contacts and entitlements with a wrong key: {}.", number(faults.keys))),
        (faults.counts, "The counts of customers by status and type are wrong.".to_owned()),
        (faults.products > 0, format!("Products with a wrong count of entitlements: {}.", number(faults.products))),
        (faults.index > 0, format!("Customers that the search index misses: {}.", number(faults.index))),
    ];
    sentences.into_iter().filter(|(is_so, _)| *is_so).map(|(_, sentence)| sentence).collect()
}
