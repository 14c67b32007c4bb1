//! Signing in and out. An unknown mailbox, a wrong password, and somebody who may not sign in get the same answer in the same time.

mod code;
mod forms;
mod session;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::TimeDelta;

use super::request::Comer;
use super::respond::{Answer, SIGN_IN, failed, send};
use crate::db::Db;
use crate::domain::input::Input;
use crate::domain::{identity, password};
use crate::store::attempts::{Bucket, Left};
use crate::store::identities::{self, Identity};
use crate::store::{Result, sessions};
use crate::web::form::FormBody;
use crate::web::session::PORTAL;
use crate::web::sign_in::{self, Attempt, Begun, SecondStep};
pub use code::{enter as enter_code, none as no_code};

/// `GET /portal/sign-in`
pub async fn show(comer: Comer) -> HttpResponse {
    let reply = forms::first(&comer, "", None, StatusCode::OK);
    send(&comer, reply).await
}

/// `POST /portal/sign-in`
pub async fn enter(comer: Comer, input: FormBody) -> HttpResponse {
    let reply = sign_in(&comer, &input.0).await.unwrap_or_else(|error| failed(&comer, &error));
    send(&comer, reply).await
}

/// `POST /portal/sign-out`
pub async fn leave(comer: Comer) -> HttpResponse {
    let (app, tokens) = (comer.request.app.clone(), comer.tokens.clone());
    let reply = match app.write(move |db| tokens.iter().try_for_each(|token| sessions::end_of_token(db, token))).await {
        Ok(()) => Answer::see_other(SIGN_IN).with("Set-Cookie", PORTAL.clear(app.is_secure())),
        Err(error) => failed(&comer, &error),
    };
    send(&comer, reply).await
}

async fn sign_in(comer: &Comer, input: &Input) -> Result<Answer> {
    let (app, texts) = (comer.request.app.clone(), comer.texts());
    let (email, given) = (input.get("email").trim().to_owned(), input.get("password").to_owned());
    let again = |id: &str, status| forms::first(comer, &email, Some(texts.say(id)), status);
    let Some(place) = app.hashing.place() else {
        return Ok(again("portal-try-again", StatusCode::SERVICE_UNAVAILABLE).with("Retry-After", "2".to_owned()));
    };
    let (own, mailbox) = (comer.clone(), email.clone());
    let (found, attempt) = app.write(move |db| count(db, &own, &mailbox)).await?;
    if let Left::Wait(wait) = attempt.left {
        return Ok(too_many(comer, &email, wait));
    }
    let stored = found.as_ref().and_then(|(_, hash)| hash.clone());
    let right = place.hash(move || password::is_right(&given, stored.as_deref())).await.unwrap_or_default();
    let step = match found.filter(|_| right) {
        Some((identity, hash)) => {
            let (own, password) = (comer.clone(), RightPassword { identity, hash, attempt });
            app.write(move |db| password.go_on(db, &own)).await?
        }
        None => None,
    };
    Ok(match step {
        Some(Step::Session(begun)) => session::answer(comer, &begun),
        Some(Step::Code(token)) => forms::code(comer, &token, None, false),
        Some(Step::Wait(wait)) => too_many(comer, &email, wait),
        None => {
            tracing::info!(request = comer.request.request_id, from = comer.request.peer, "a wrong e-mail or password in the portal");
            again("portal-wrong", StatusCode::UNPROCESSABLE_ENTITY)
        }
    })
}

/// Whose mailbox it is, with the hash of the password; nobody's where nobody may sign in with it.
type Found = Option<(Identity, Option<String>)>;

/// Counts an attempt.
fn count(db: &mut Db, comer: &Comer, email: &str) -> Result<(Found, Attempt)> {
    let key = identity::email_key(email);
    let leads_to = identities::contacts_of(db, &key)?;
    // Whoever may not sign in is as unknown, also to the clock.
    let found = identities::by_key(db, &key)?.filter(|_| !leads_to.is_empty());
    let account = found.as_ref().map(|(identity, _)| identity.id.into());
    let attempt = Attempt::count(db, comer.arrival(), account, Bucket::mailbox(email))?;
    Ok((found, attempt))
}

/// What comes next.
enum Step {
    /// A session has begun.
    Session(Begun),
    /// The code, for the pending sign-in of this token.
    Code(String),
    /// No code may be tried for so long.
    Wait(TimeDelta),
}

/// A password that was right when it was compared.
struct RightPassword {
    identity: Identity,
    /// The hash that it was compared with.
    hash: Option<String>,
    attempt: Attempt,
}

impl RightPassword {
    /// The next step; `None` where the password was changed meanwhile, or nobody may sign in any more.
    fn go_on(&self, db: &mut Db, comer: &Comer) -> Result<Option<Step>> {
        let Some((identity, places)) = session::held(db, &self.identity)? else { return Ok(None) };
        if identities::password(db, identity.id)? != self.hash {
            return Ok(None);
        }
        self.attempt.was_right(db)?;
        Ok(Some(match sign_in::after_password(db, comer.arrival(), identity.id.into())? {
            SecondStep::None => Step::Session(session::begin(db, comer, &identity, &places)?),
            SecondStep::Code(token) => Step::Code(token),
            SecondStep::Wait(wait) => Step::Wait(wait),
        }))
    }
}

fn too_many(comer: &Comer, email: &str, wait: TimeDelta) -> Answer {
    tracing::info!(request = comer.request.request_id, from = comer.request.peer, "too many tries to sign in to the portal");
    let seconds = wait.num_seconds().max(1).to_string();
    let alert = comer.texts().say("portal-too-many-tries");
    forms::first(comer, email, Some(alert), StatusCode::TOO_MANY_REQUESTS).with("Retry-After", seconds)
}
