//! `clientele demo`.

use chrono_tz::Tz;
use clap::Args;

use crate::config::DatabaseSettings;
use crate::domain::actor::{Actor, Principal};
use crate::domain::numbers::thousands;
use crate::sample;
use crate::store::Error;

/// How much sample data is made.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// How many customers
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "COUNT")]
    customers: u32,
}

pub(super) fn run(database: &DatabaseSettings, zone: Tz, demo: &Demo) -> Result<(), String> {
    let database = crate::startup::open(database.address()?, database.tuning())?;
    let actor = Actor::now(Principal::command_line(), zone);
    let customers = usize::try_from(demo.customers).unwrap_or(usize::MAX);
    let made = database.write(|db| sample::load(db, &actor, customers)).map_err(|error| match error {
        Error::Refused(refusal) => refusal.to_string(),
        Error::Unavailable(why) => format!("The database {} cannot be used: {why}", database.address()),
        other => format!("The sample data could not be made: {other:?}"),
    })?;
    println!("{} customers are in {}.", thousands(i64::try_from(made).unwrap_or(i64::MAX)), database.address());
    Ok(())
}
