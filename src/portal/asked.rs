//! What only those may ask who have signed in. A handler that takes [`Asked`] reaches the database through it alone, so that none can forget to
//! admit whoever asks; the route table takes no other handler for such an address ([`ForContacts`]).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chrono::TimeDelta;

use super::request::{Comer, Visit};
use super::respond::{Answer, CHOOSE, CONFIRM, SIGN_IN, failed, send};
use crate::db::{Access, Db};
use crate::domain::rules::Refusal;
use crate::store::{Error, Result, identities, sessions};
use crate::web::form::FormBody;

/// How often it is noted that somebody has asked for something.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A request that is answered to somebody who has signed in alone.
pub struct Asked(Comer);

/// What a handler takes that is for those who have signed in.
pub trait ForContacts {}

impl ForContacts for (Asked,) {}
impl ForContacts for (Asked, FormBody) {}

/// What has to be chosen before something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: whoever has signed in may see it.
    SignIn,
    /// The customer.
    Customer,
}

impl Asked {
    /// Answers; whoever has not signed in, or has to choose first, is led there.
    pub async fn answer(
        self,
        access: Access,
        needs: Needs,
        work: impl Fn(&mut Db, &Visit) -> Result<Answer> + Send + 'static,
    ) -> HttpResponse {
        let reply = self.admit(access, needs, work).await.unwrap_or_else(|reply| reply);
        self.send(reply).await
    }

    /// Does something for whoever may ask for it. What everybody else is answered stands in the place of the outcome.
    pub async fn admit<T: Send + 'static>(
        &self,
        access: Access,
        needs: Needs,
        work: impl Fn(&mut Db, &Visit) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Answer> {
        let (own, app) = (self.0.clone(), self.0.request.app.clone());
        let run = move |db: &mut Db| {
            let Some(visit) = own.admit(db)? else { return Ok(Err(SIGN_IN)) };
            if needs == Needs::Customer && visit.contact.is_none() {
                return Ok(Err(CHOOSE));
            }
            Ok(Ok((work(db, &visit)?, visit)))
        };
        let outcome = match access {
            Access::Read => app.read(run).await,
            Access::Write => app.write(run).await,
        };
        match outcome {
            Ok(Ok((done, visit))) => {
                note_seen(&visit).await;
                Ok(done)
            }
            Ok(Err(first)) => Err(Answer::see_other(first)),
            Err(Error::Refused(Refusal::ConfirmPassword(_))) => Err(Answer::see_other(CONFIRM)),
            Err(error) => Err(failed(&self.0, &error)),
        }
    }

    /// Sends an answer.
    pub async fn send(&self, reply: Answer) -> HttpResponse {
        send(&self.0, reply).await
    }

    /// Hashes, where there is a place for it.
    pub async fn hash<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        self.0.request.app.hashing.place()?.hash(work).await
    }

    /// Whether the world sees this program behind TLS.
    pub fn is_secure(&self) -> bool {
        self.0.request.app.is_secure()
    }
}

/// Prolongs the session. A database that is away meanwhile takes no answer away.
async fn note_seen(visit: &Visit) {
    let (request, session, identity) = (&visit.request, visit.session.id, visit.identity.id);
    let now = request.actor.now;
    if request.head || now - visit.session.seen_at < NOTED_EVERY {
        return;
    }
    let noted = request.app.write(move |db| {
        sessions::set_seen(db, session, now)?;
        identities::set_seen(db, identity, now)
    });
    if let Err(error) = noted.await {
        tracing::warn!(?error, "a session of the portal was not prolonged");
    }
}

impl FromRequest for Asked {
    type Error = actix_web::Error;
    type Future = Ready<std::result::Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Comer::from_request(request, payload).into_inner().map(Self))
    }
}
