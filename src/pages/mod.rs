//! The pages: one file a feature. A handler reads a request, asks the store, and says what the screen shows. No SQL, no rules.

pub mod account;
pub mod activity;
pub mod assets;
mod change;
pub mod confirm;
mod conflicts;
mod contact_links;
pub mod contacts;
pub mod countries;
pub mod customers;
pub mod editing;
pub mod entitlements;
pub mod export;
pub mod history;
pub mod import;
pub mod invitations;
pub mod machines;
pub mod products;
pub mod refusal;
pub mod sample;
pub mod set_password;
pub mod settings;
pub mod sign_in;
pub mod theme;
pub mod undo;
pub mod users;

mod browser;
mod detail;
mod form;
mod list;
mod near;
mod new_password;
mod own_password;
mod path;
mod screen;
mod view;
mod words;

pub use screen::{rejection, unreadable};
