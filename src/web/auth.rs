//! The least role that each route asks for. Until users sign in, everybody on this machine has the role of `--role`, and the program
//! listens to no other machine (`config::listen`).

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse, Route};

use super::request::{App, Rejection, User};
use crate::domain::rules::{Refusal, Role};

/// Lets only users of this role or a higher one reach a route.
#[must_use]
pub fn at_least(role: Role, route: Route) -> Route {
    route.wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| authorize(role, request, next)))
}

async fn authorize(least: Role, request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = request.app_data::<Data<App>>();
    let user = User { role: app.map_or(Role::Viewer, |app| app.role) };
    if user.role < least {
        let response = app.map_or_else(
            || HttpResponse::Forbidden().finish(),
            |app| (app.refuse)(request.request(), Rejection::Role(Refusal::Role(least))),
        );
        return Ok(request.into_response(response));
    }
    request.extensions_mut().insert(user);
    next.call(request).await
}
