//! `clientele user`: who signs in. It works while a server runs, since all that it changes is in the database.

use std::io::Read as _;

use chrono_tz::Tz;
use clap::{Args, Subcommand};

use crate::changes;
use crate::config::DatabaseSettings;
use crate::domain::actor::{Actor, Principal};
use crate::domain::input::Input;
use crate::domain::password::{MOST, NewPassword};
use crate::domain::rules::Role;
use crate::domain::user;
use crate::store::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Adds a user; from the first one on, everybody signs in
    Add(Add),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The e-mail address to sign in with
    email: String,
    /// What the user may do: viewer, editor or administrator
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// The user's name [default: the e-mail address]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Reads the password from the standard input
    #[arg(long)]
    password_stdin: bool,
}

pub(super) fn run(database: &DatabaseSettings, zone: Tz, command: &Command) -> Result<(), String> {
    let Command::Add(add) = command;
    let name = add.name.as_ref().unwrap_or(&add.email);
    let input = Input::new(vec![
        ("email".to_owned(), add.email.clone()),
        ("name".to_owned(), name.clone()),
        ("role".to_owned(), Role::parse(&add.role).map(|role| role.to_string()).unwrap_or_default()),
    ]);
    let draft = user::check(&input);
    let hash = if add.password_stdin { Some(password(&[name, &add.email])?.hash()) } else { None };
    let database = crate::startup::open(database.address()?, database.timeouts())?;
    let actor = Actor::now(Principal::command_line(), zone);
    let added = database.write(|db| changes::users::add(db, &actor, input.checked(draft.clone()), hash.as_deref()));
    let user = added.map_err(|error| failed(&error))?;
    println!("Added {}, {}.", user.email, user.role);
    Ok(())
}

/// The first line of the standard input.
fn password(known: &[&str]) -> Result<NewPassword, String> {
    let mut text = String::new();
    std::io::stdin()
        .take(MOST as u64 * 4 + 2)
        .read_to_string(&mut text)
        .map_err(|error| format!("The password cannot be read: {error}"))?;
    NewPassword::check(text.lines().next().unwrap_or_default(), known).map_err(str::to_owned)
}

/// Why it was not done, in sentences.
fn failed(error: &Error) -> String {
    match error {
        Error::Invalid(errors) => errors.iter().map(|error| error.sentence.clone()).collect::<Vec<_>>().join(" "),
        Error::Refused(refusal) => refusal.to_string(),
        Error::Unavailable(why) => why.to_string(),
        error => format!("{error:?}"),
    }
}
