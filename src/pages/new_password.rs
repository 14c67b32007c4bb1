//! Hashes of new passwords. They take a while, so that they are made before anything of the database is held, and off the async threads.

use std::panic::resume_unwind;

use actix_web::rt::task::spawn_blocking;

use crate::domain::password::NewPassword;

/// The hash to be kept of a password.
pub async fn hash(password: NewPassword) -> String {
    spawn_blocking(move || password.hash()).await.unwrap_or_else(|failed| resume_unwind(failed.into_panic()))
}
