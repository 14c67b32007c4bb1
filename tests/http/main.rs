//! The program over HTTP, on both engines; a module a feature.

#[path = "../support/mod.rs"]
mod support;

mod check;
mod contacts;
mod customer_forms;
mod customers;
mod database;
mod disk;
mod entitlements;
mod events;
mod export;
mod hostile;
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
mod schema;
mod search;
mod snapshots;
mod stalled;
mod trust;
mod truth;
mod upgrade;
mod wire;
