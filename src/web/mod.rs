//! What pages share about HTTP: who asks for what, how an answer is sent, and what is refused before any page is asked.

pub mod address;
pub mod app;
pub mod assets;
pub mod auth;
pub mod body;
pub mod chunks;
pub mod conditional;
pub mod connection;
pub mod form;
pub mod forwarded;
pub mod guard;
pub mod hashing;
pub mod made;
pub mod origin;
pub mod public_url;
pub mod rejection;
pub mod request;
pub mod respond;
pub mod screen;
pub mod session;
pub mod sign_in;
