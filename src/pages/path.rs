//! Ids in paths.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::domain::RecordId;
use crate::store::{Error, Result};

/// The id in a path. What is no id leads to no record, and the page says so: it is never a malformed request.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(Option<T>);

impl<T: RecordId> Id<T> {
    /// The id.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the path has none.
    pub fn get(&self) -> Result<T> {
        self.0.ok_or(Error::NotFound(T::WHAT))
    }
}

impl<T: RecordId> FromRequest for Id<T> {
    type Error = Infallible;
    type Future = Ready<std::result::Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("id").and_then(|id| id.parse().ok()))))
    }
}
