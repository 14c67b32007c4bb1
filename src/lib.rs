//! Clientele: customer administration for software vendors. `README.md` says what it does, `docs/architecture.md` how it is laid out:
//! its floors, and four requests on their way through them.

pub mod changes;
pub mod cli;
pub mod config;
pub mod db;
pub mod domain;
pub mod exports;
pub mod imports;
pub mod jobs;
pub mod list;
pub mod mail;
pub mod pages;
pub mod portal;
pub mod routes;
pub mod sample;
pub mod server;
pub mod startup;
pub mod store;
pub mod web;
