//! The program over HTTP, on both engines; a module a feature.

#[path = "../support/mod.rs"]
mod support;

mod check;
mod clock;
mod conflicts;
mod contacts;
mod customer_forms;
mod customers;
mod database;
mod database_file;
mod detail;
mod disk;
mod editing;
mod entitlements;
mod events;
mod export;
mod hostile;
mod identity;
mod import;
mod import_page;
mod jobs;
mod language;
mod list;
mod messages;
mod paging;
mod parts;
mod plans;
mod process;
mod properties;
mod protocol;
mod races;
mod records;
mod reload;
mod samples;
mod schema;
mod search;
mod secrets;
mod snapshots;
mod stalled;
mod starting;
mod trust;
mod truth;
mod upgrade;
mod users;
mod wire;
