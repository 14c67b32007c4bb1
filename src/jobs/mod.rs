//! The queue of work that outlives a request, such as an import. Each server process has one thread that works on it, one job at a time, and
//! another for mails. What a job does is kept in the database as it goes: after a crash or a restart this process or another continues, and the pages of any
//! process show how far it is.
//!
//! A new kind of job is a file beside [`tidying`] and a line in [`runner`].

mod cleanup;
mod import;
mod invitations;
mod mail;
mod notifier;
mod runner;
mod stages;
mod tidying;
mod timings;
mod undo;
mod work;

pub use self::notifier::Notifier;
pub use self::runner::{Runner, start};
pub use self::timings::Timings;
