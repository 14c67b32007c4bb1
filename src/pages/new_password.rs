//! Hashes of new passwords. They take a while, so that they are made before anything of the database is held, and in a place among those who
//! hash ([`crate::web::hashing`]).

use super::words;
use crate::domain::password::NewPassword;
use crate::web::app::App;

/// The hash to be kept of a password.
///
/// # Errors
/// What is said where too many hash already.
pub async fn hash(app: &App, password: NewPassword) -> Result<String, &'static str> {
    let place = app.hashing.place().ok_or(words::BUSY)?;
    place.hash(move || password.hash()).await.ok_or(words::BUSY)
}
