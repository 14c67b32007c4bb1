//! Who asks, and what they may do. Until users sign in, everybody on this machine has one role, which is a setting; nobody else is
//! listened to (`config::listen`).

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpMessage, Route};

use super::request::App;
use crate::domain::rules::Role;

/// The user of a request. A handler that takes one cannot be reached without the role that the route table names.
#[derive(Debug, Clone, Copy)]
pub struct User {
    /// What the user may do.
    pub role: Role,
}

/// Lets a route be reached only by users of this role or a higher one.
#[must_use]
pub fn at_least(role: Role, route: Route) -> Route {
    route.wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| reach(role, request, next)))
}

async fn reach(least: Role, request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let user = User { role: request.app_data::<actix_web::web::Data<App>>().map_or(Role::Viewer, |app| app.role) };
    if user.role < least {
        let refusal = crate::domain::rules::Refusal::Role(least);
        let response = (request.app_data::<actix_web::web::Data<App>>().map(|app| app.refuse)).map_or_else(
            || actix_web::HttpResponse::Forbidden().finish(),
            |refuse| refuse(request.request(), super::request::Rejection::Role(refusal)),
        );
        return Ok(request.into_response(response));
    }
    request.extensions_mut().insert(user);
    next.call(request).await
}
