//! The program's command line.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_clientele");

/// The program with arguments, and nothing of the environment's settings.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLIENTELE_")) {
        command.env_remove(name);
    }
    // A busy machine is no fault of the program; tests of this timeout set it themselves.
    command.env("CLIENTELE_REQUEST_TIMEOUT", "30");
    // What takes several batches, and what counts as very many, takes few rows.
    command.env("CLIENTELE_IMPORT_BATCH", "100");
    command.env_remove("DATABASE_URL").args(arguments).stdin(Stdio::null());
    command
}

/// Runs the program to its end, in a folder of its own.
pub fn run(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    command(arguments).current_dir(folder.path()).output().expect("the program")
}

/// The folder of the checkout.
pub fn checkout() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
