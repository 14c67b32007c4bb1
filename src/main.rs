//! Starts the command line.

fn main() -> std::process::ExitCode {
    clientele::cli::run()
}
