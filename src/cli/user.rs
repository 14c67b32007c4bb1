//! `clientele user`: who signs in. It works while a server runs, since all that it changes is in the database.

use std::io::Read as _;

use chrono_tz::Tz;
use clap::{Args, Subcommand};

use crate::changes;
use crate::changes::second_factors::Owner;
use crate::config::{DatabaseSettings, Listen, PublicSetting};
use crate::db::{Database, Db};
use crate::domain::actor::{Actor, Principal};
use crate::domain::identity::email_key;
use crate::domain::input::Input;
use crate::domain::password::{MOST, NewPassword};
use crate::domain::rules::{Refusal, Role};
use crate::domain::user::{self, User};
use crate::store::{self, Error, contacts, identities, users};
use crate::web::address::SET_PASSWORD;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Adds a user; from the first one on, everybody signs in
    Add(Add),
    /// Lists the users
    List,
    /// Disables a user, who is signed out at once
    Disable(Who),
    /// Removes the second factor of a user, or of a contact, who is signed out at once: for who lost phone and recovery codes
    ResetSecondFactor(Reset),
    /// Enables a user again
    Enable(Who),
    /// Prints a link by which a user sets a password, or sets one
    Password(Password),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    who: Who,
    /// What the user may do: viewer, editor or administrator
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// The user's name [default: the e-mail address]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Reads the password from the standard input, instead of printing a link to set it by
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(super) struct Who {
    /// The e-mail address to sign in with
    email: String,
}

#[derive(Debug, Args)]
pub(super) struct Reset {
    #[command(flatten)]
    who: Who,
    /// Of whoever signs in to the portal with this address
    #[arg(long)]
    portal: bool,
}

#[derive(Debug, Args)]
pub(super) struct Password {
    #[command(flatten)]
    who: Who,
    /// Reads the password from the standard input, instead of printing a link to set it by
    #[arg(long)]
    password_stdin: bool,
}

pub(super) fn run(database: &DatabaseSettings, zone: Tz, public: &PublicSetting, listen: &Listen, command: &Command) -> Result<(), String> {
    let open = || crate::startup::open(database.address()?, database.tuning());
    let actor = Actor::now(Principal::command_line(), zone);
    let site = Site { public, listen };
    match command {
        Command::Add(given) => {
            // What is typed is looked at before anything is opened.
            let new = New::read(given)?;
            add(&open()?, &actor, &site, &new)
        }
        Command::List => list(&open()?),
        Command::Disable(who) => {
            let user = change(&open()?, who, |db, user| changes::users::disable(db, &actor, user.id))?;
            println!("Disabled {}, who is signed out.", user.email);
            Ok(())
        }
        Command::ResetSecondFactor(reset) => reset_second_factor(&open()?, &actor, reset),
        Command::Enable(who) => {
            let user = change(&open()?, who, |db, user| changes::users::enable(db, &actor, user.id))?;
            println!("Enabled {}.", user.email);
            Ok(())
        }
        Command::Password(given) => password(&open()?, &actor, &site, given),
    }
}

/// A user who is to be added, as the command line has it.
struct New {
    input: Input,
    hash: Option<String>,
}

impl New {
    fn read(add: &Add) -> Result<Self, String> {
        let (email, name) = (&add.who.email, add.name.as_ref().unwrap_or(&add.who.email));
        let role = Role::parse(&add.role).ok_or_else(|| format!("{} is not a role: use viewer, editor or administrator.", add.role))?;
        let hash = if add.password_stdin { Some(read_password(&[name, email])?.hash()) } else { None };
        Ok(Self { input: form(name, email, role), hash })
    }
}

fn form(name: &str, email: &str, role: Role) -> Input {
    let fields = [("email", email.to_owned()), ("name", name.to_owned()), ("role", role.to_string())];
    Input::new(fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect())
}

fn add(database: &Database, actor: &Actor, site: &Site<'_>, new: &New) -> Result<(), String> {
    let (user, link, is_managed) = write(database, |db| {
        let user = changes::users::add(db, actor, new.input.checked(user::check(&new.input)), new.hash.as_deref())?;
        let link = if new.hash.is_none() { Some(changes::users::make_link(db, actor, user.id)?.1) } else { None };
        let is_managed = users::all(db)?.iter().any(|user| user.enabled && user.role == Role::Administrator);
        Ok((user, link, is_managed))
    })?;
    println!("Added {}, {}.", user.email, user.role);
    if let Some(token) = link {
        site.say_link(&token);
    }
    if !is_managed {
        println!("From now on everybody signs in, but nobody is an administrator: add one with --role administrator.");
    }
    Ok(())
}

fn list(database: &Database) -> Result<(), String> {
    let users = database.read(users::all).map_err(|error| failed(&error))?;
    if users.is_empty() {
        println!("There are no users: nobody signs in, and only this machine is served.");
        return Ok(());
    }
    let columns = |user: &User| {
        let status = match (user.enabled, user.has_password) {
            (false, _) => "disabled",
            (true, false) => "no password yet",
            (true, true) => "enabled",
        };
        let seen = user.seen_at.map_or_else(|| "never seen".to_owned(), |at| format!("seen {} UTC", at.format("%Y-%m-%d %H:%M")));
        [user.email.clone(), user.name.clone(), user.role.to_string(), status.to_owned(), seen]
    };
    let rows: Vec<_> = users.iter().map(columns).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    for row in &rows {
        let cells = row.iter().enumerate().map(|(at, cell)| format!("{cell:<width$}", width = width(at)));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    Ok(())
}

fn password(database: &Database, actor: &Actor, site: &Site<'_>, given: &Password) -> Result<(), String> {
    let user = database.read(|db| by_email(db, &given.who.email)).map_err(|error| failed(&error))?;
    if given.password_stdin {
        let hash = read_password(&[&user.name, &user.email])?.hash();
        write(database, |db| changes::users::set_password(db, actor, user.id, &hash, None))?;
        println!("The password of {} is set, and all sessions have ended.", user.email);
        if !user.enabled {
            println!("The user is disabled: `clientele user enable` lets the user sign in.");
        }
    } else {
        let (_, token) = write(database, |db| changes::users::make_link(db, actor, user.id))?;
        site.say_link(&token);
    }
    Ok(())
}

fn reset_second_factor(database: &Database, actor: &Actor, reset: &Reset) -> Result<(), String> {
    let (email, had) = if reset.portal {
        let email = &reset.who.email;
        let had = write(database, |db| reset_in_portal(db, actor, email))?;
        (email.clone(), had.ok_or_else(|| format!("Nobody can sign in to the portal with {email}."))?)
    } else {
        change(database, &reset.who, |db, user| {
            let had = changes::second_factors::turn_off(db, actor, Owner::User(user.id), None)?;
            Ok((user.email, had))
        })?
    };
    if had {
        println!("Removed the second factor of {email}, who is signed out and now signs in with the password alone.");
    } else {
        println!("{email} has no second factor: nothing was changed.");
    }
    Ok(())
}

/// Whether there was one; `None` where the address leads to nobody.
fn reset_in_portal(db: &mut Db, actor: &Actor, email: &str) -> store::Result<Option<bool>> {
    let Some((identity, _)) = identities::by_key(db, &email_key(email))? else { return Ok(None) };
    let Some((contact, _)) = identities::contacts_of(db, &identity.email_key)?.first().copied() else { return Ok(None) };
    let contact = contacts::find(db, contact)?;
    changes::second_factors::turn_off(db, actor, Owner::Contact(identity.id, &contact), None).map(Some)
}

/// Where the server is.
struct Site<'a> {
    public: &'a PublicSetting,
    listen: &'a Listen,
}

impl Site<'_> {
    fn say_link(&self, token: &str) {
        let public = self.public.public_url.as_ref().map(ToString::to_string);
        match public.or_else(|| self.listen.origin()) {
            Some(origin) => println!("A password is set at this address, once, within 3 days:\n{origin}{SET_PASSWORD}{token}"),
            None => println!("A password is set at this path of the server, once, within 3 days:\n{SET_PASSWORD}{token}"),
        }
    }
}

/// Adds the first user, unless somebody else has just done so.
pub(super) fn add_first(database: &Database, zone: Tz, email: &str, password: &str) -> Result<(), String> {
    let input = form(email, email, Role::Administrator);
    let hash = NewPassword::check(password, &[email]).map_err(|why| format!("CLIENTELE_ADMIN_PASSWORD: {why}"))?.hash();
    let actor = Actor::now(Principal::command_line(), zone);
    match database.write(|db| changes::users::add_first(db, &actor, input.checked(user::check(&input)), &hash)) {
        Ok(user) => {
            tracing::info!(user = user.id.0, "the first user was added");
            Ok(())
        }
        Err(Error::Refused(Refusal::HasUsers)) => Ok(()),
        Err(error) => Err(failed(&error)),
    }
}

fn by_email(db: &mut Db, email: &str) -> store::Result<User> {
    users::by_email(db, email.trim())?.map(|(user, _)| user).ok_or(Error::NotFound("user"))
}

/// Changes the user whose e-mail was given.
fn change<T>(database: &Database, who: &Who, change: impl Fn(&mut Db, User) -> store::Result<T>) -> Result<T, String> {
    write(database, |db| {
        let user = by_email(db, &who.email)?;
        change(db, user)
    })
}

fn write<T>(database: &Database, work: impl Fn(&mut Db) -> store::Result<T>) -> Result<T, String> {
    database.write(work).map_err(|error| failed(&error))
}

/// The first line of the standard input.
fn read_password(known: &[&str]) -> Result<NewPassword, String> {
    let mut text = String::new();
    std::io::stdin()
        .take(MOST as u64 * 4 + 2)
        .read_to_string(&mut text)
        .map_err(|error| format!("The password cannot be read: {error}"))?;
    NewPassword::check(text.lines().next().unwrap_or_default(), known).map_err(str::to_owned)
}

/// Why it was not done, in sentences.
pub(super) fn failed(error: &Error) -> String {
    match error {
        Error::Invalid(errors) => errors.iter().map(|error| error.sentence.clone()).collect::<Vec<_>>().join(" "),
        Error::Refused(refusal) => refusal.to_string(),
        Error::Unavailable(why) => why.to_string(),
        Error::NotFound(_) => "There is no user with this e-mail: `clientele user list` shows them all.".to_owned(),
        error => format!("{error:?}"),
    }
}
