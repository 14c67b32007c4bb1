//! The command line: one file a command.

mod check;
mod demo;
mod export;
mod import;
mod serve;
mod user;

use std::io::IsTerminal as _;

use clap::{Parser, Subcommand};

use crate::config::{DatabaseSettings, PublicSetting, ServeSettings, ZoneSetting};
use crate::db::may_hold_password;

/// Customer administration for software vendors.
#[derive(Debug, Parser)]
#[command(name = "clientele", version, about, long_about = None, args_conflicts_with_subcommands = false)]
struct CommandLine {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    zone: ZoneSetting,
    #[command(flatten)]
    public: PublicSetting,
    #[command(flatten)]
    serve: ServeSettings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the pages (what happens without a command)
    Serve(ServeSettings),
    /// Checks that keys, the customer list and the search index match the customers; --fix repairs them
    Check(check::Check),
    /// Fills an empty database with believable sample data
    Demo(demo::Demo),
    /// Writes customers, their contacts and their entitlements to CSV files or workbooks
    Export(export::Settings),
    /// Reads customers, their contacts and their entitlements from files of text or workbooks
    Import(import::Settings),
    /// Adds and changes users, who sign in
    #[command(subcommand)]
    User(user::Command),
}

/// Runs the program. Returns its exit status: 0, or 1 when it failed (one line says why); wrong usage ends with 2 before.
#[must_use]
pub fn run() -> std::process::ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => return refuse(&error),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("CLIENTELE_LOG").unwrap_or_else(|_| "warn,clientele=info".into()))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    if let Err(why) = line.database.address() {
        eprintln!("clientele: {why}");
        return WRONG_USAGE.into();
    }
    let outcome = match line.command {
        None => serve::run(&line.database, line.zone.zone(), &line.public, &line.serve),
        Some(Command::Serve(settings)) => serve::run(&line.database, line.zone.zone(), &line.public, &settings),
        Some(Command::Export(settings)) => export::run(&line.database, line.zone.zone(), &settings),
        Some(Command::Import(settings)) => import::run(&line.database, line.zone.zone(), &settings),
        Some(Command::Check(settings)) => check::run(&line.database, &settings),
        Some(Command::User(command)) => user::run(&line.database, line.zone.zone(), &line.public, &line.serve.listen, &command),
        Some(Command::Demo(demo)) => demo::run(&line.database, line.zone.zone(), &demo),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("clientele: {why}");
            std::process::ExitCode::FAILURE
        }
    }
}

/// The exit status of wrong usage.
const WRONG_USAGE: u8 = 2;

/// Says what is wrong with the command line (or what `--help` asks for), unless a word of it may hold a password: a mistyped flag makes the
/// database's address a word that is not understood, and such words are repeated.
fn refuse(error: &clap::Error) -> std::process::ExitCode {
    let settings = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLIENTELE_")).map(|(_, value)| value);
    let mut words = std::env::args_os().skip(1).chain(settings);
    if !error.use_stderr() || !words.any(|word| may_hold_password(&word.to_string_lossy())) {
        error.exit();
    }
    eprintln!("clientele: this is not understood. It is not repeated, since it may hold a password; `clientele --help` shows the usage.");
    WRONG_USAGE.into()
}
