//! `clientele check`.

use clap::Args;

use crate::config::DatabaseSettings;
use crate::db::Database;
use crate::domain::rules::thousands;
use crate::list::{build, check};
use crate::store::Error;

/// What is done about faults.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Makes the list and the index of searches anew where they are not what the customers say
    #[arg(long)]
    mend: bool,
}

pub(super) fn run(database: &DatabaseSettings, settings: &Check) -> Result<(), String> {
    let database = Database::open(database.address.clone(), database.timeouts())?;
    let failed = |error: Error| match error {
        Error::Unavailable(why) => format!("The database {} does not answer: {why}", database.address()),
        other => format!("The check broke off: {other:?}"),
    };
    let faults = check::check(&database, &mut told("looked at")).map_err(failed)?;
    if faults.is_none() {
        println!("Everything is as it should be.");
        return Ok(());
    }
    for sentence in sentences(&faults) {
        println!("{sentence}");
    }
    if !settings.mend {
        return Err("the list or its index is not right: run `clientele check --mend`, which loses nothing".to_owned());
    }
    build::build(&database, &mut told("put in order")).map_err(failed)?;
    let left = check::check(&database, &mut told("looked at")).map_err(failed)?;
    if left.is_none() {
        println!("All of it is mended.");
        return Ok(());
    }
    Err(format!("faults are left, or somebody saved meanwhile: {}", sentences(&left).join(" ")))
}

/// Says how far it is, every hundred thousand customers.
fn told(what: &'static str) -> impl FnMut(usize, usize) {
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

fn sentences(faults: &check::Faults) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut say = |is_so: bool, sentence: String| {
        if is_so {
            sentences.push(sentence);
        }
    };
    say(faults.unmade, "The index of searches was found damaged before, or was never finished.".to_owned());
    say(faults.rows > 0, format!("Customers that the list lacks or shows otherwise: {}.", number(faults.rows)));
    say(faults.orphans > 0, format!("Rows of the list without a customer: {}.", number(faults.orphans)));
    say(faults.keys > 0, format!("Customers that are ordered by another name than theirs: {}.", number(faults.keys)));
    say(faults.places > 0, format!("Rows of the list in a wrong place: {}.", number(faults.places)));
    say(faults.counts, "The counts beside the filters are not those of the list.".to_owned());
    say(faults.index, "The index of searches does not hold what the customers say.".to_owned());
    sentences
}
