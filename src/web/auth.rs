//! Who asks, and whether they may: the least role of a route is noted with the request ([`at_least`]), and asked of whoever sent it once that
//! is known ([`Asked::admit`]).

use std::future::{Ready, ready};
use std::sync::atomic::Ordering;

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, Route};

use super::app::App;
use super::forwarded::is_forwarded;
use super::request::Request;
use super::session;
use crate::db::Db;
use crate::domain::actor::{ActorKind, Principal};
use crate::domain::rules::{Refusal, Role};
use crate::domain::user::User;
use crate::store::sessions::{self, Session};
use crate::store::{self, second_factors};

/// The least role that may ask for an address, as the route table has it.
#[derive(Debug, Clone, Copy)]
struct LeastRole(Role);

/// Lets only users of this role or a higher one reach a route.
#[must_use]
pub fn at_least(role: Role, route: Route) -> Route {
    route.wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| note(role, request, next)))
}

async fn note(least: Role, request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    request.extensions_mut().insert(LeastRole(least));
    next.call(request).await
}

/// A request of which it is not known yet who sent it. That is found in the reading or the transaction that the answer needs anyway, so that
/// it costs no way to the database of its own, and a right that is taken away is gone with the next request.
#[derive(Clone)]
pub struct Asked {
    request: Request,
    tokens: Vec<String>,
    least: Role,
    /// A proxy asks for somebody else.
    forwarded: bool,
}

impl Asked {
    /// The request of nobody: for what is shown to whoever asks.
    #[must_use]
    pub fn unadmitted(&self) -> &Request {
        &self.request
    }

    /// The request of whoever sent it.
    ///
    /// # Errors
    /// [`store::Error::Refused`] for who has to sign in, or has too little of a role for this address.
    pub fn admit(&self, db: &mut Db) -> store::Result<Request> {
        let app = &self.request.app;
        let session = self.session(db)?;
        let who = match &session {
            Some((_, user)) => {
                app.has_users.store(true, Ordering::Relaxed);
                user.who()
            }
            None if app.signs_in(db)? => return Err(Refusal::SignIn.into()),
            None if self.forwarded => return Err(Refusal::Forwarded.into()),
            None => Principal::local(app.role),
        };
        if let (true, ActorKind::User(user)) = (app.requires_second_factor && !self.is_of_setting_up(), who.kind)
            && !second_factors::is_on(db, user)?
        {
            return Err(Refusal::SetUpSecondFactor.into());
        }
        if who.role < self.least {
            tracing::info!(
                request = self.request.request_id,
                user = who.kind.id(),
                path = self.request.path,
                "refused: the role is too little"
            );
            return Err(Refusal::Role(self.least).into());
        }
        Ok(self.request.by(who, session.map(|(session, _)| session)))
    }

    /// What whoever still has to set up a second factor needs for it.
    fn is_of_setting_up(&self) -> bool {
        self.request.path == "/confirm" || self.request.path.starts_with("/account/second-factor")
    }

    fn session(&self, db: &mut Db) -> store::Result<Option<(Session, User)>> {
        for token in &self.tokens {
            if let Some(found) = sessions::find(db, token, self.request.actor.now, &self.request.app.lifetimes)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

impl FromRequest for Asked {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .app_data::<Data<App>>()
                .map(|app| Self {
                    request: Request::of(request, app),
                    tokens: session::ADMINISTRATION.tokens(request, app.is_secure()),
                    forwarded: is_forwarded(request.headers()),
                    least: request.extensions().get().map_or(Role::Administrator, |LeastRole(role)| *role),
                })
                .ok_or_else(|| actix_web::error::ErrorInternalServerError("the application is not set up")),
        )
    }
}
