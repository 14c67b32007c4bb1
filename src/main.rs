//! Starts the command line.

/// Pages and imports are many small texts: this takes a fifth off what they cost (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    clientele::cli::run()
}
