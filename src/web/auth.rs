//! The least role that each route asks for: noted with the request, and asked of whoever sent it once that is known
//! ([`super::request::Asked::admit`]).

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpMessage, Route};

use super::request::LeastRole;
use crate::domain::rules::Role;

/// Lets only users of this role or a higher one reach a route.
#[must_use]
pub fn at_least(role: Role, route: Route) -> Route {
    route.wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| note(role, request, next)))
}

async fn note(least: Role, request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    request.extensions_mut().insert(LeastRole(least));
    next.call(request).await
}
