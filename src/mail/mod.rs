//! Mails to contacts: their words, the message they become, and the mail server that takes them. Which are due, and to whom they may still
//! go, is known by the job that sends them.

mod address;
mod letter;
mod message;
mod post;
mod smtp;

pub use address::{Server, sender};
pub use letter::{Letter, Link};
pub use message::compose;
pub use post::{Post, SET_PASSWORD, SIGN_IN};
pub use smtp::{Connection, Trouble};
