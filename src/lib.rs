//! Clientele: customer administration for software vendors. `README.md` says what it does and where what lives.
//!
//! Layers, each a floor; an import goes down, never up: `cli`, `server`, `routes`, `pages`, `web`, `worker`, `store`, `domain`, `db`, `config`.
//! A request travels from `routes` (which names the least role) to a handler in `pages`, which reads the request (`web::visit`,
//! `web::sent`), asks the `store` inside one transaction, and says what the screen shows; `pages::screen` composes the whole page or
//! the part that was asked for, `web::respond` sends it.

pub mod changes;
pub mod cli;
pub mod config;
pub mod db;
pub mod domain;
pub mod exports;
pub mod imports;
pub mod jobs;
pub mod list;
pub mod pages;
pub mod routes;
pub mod sample;
pub mod server;
pub mod startup;
pub mod store;
pub mod web;
