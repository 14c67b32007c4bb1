//! What follows a right password, and a right code: a session in the place of the one before.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::forms::{again, ask_code};
use crate::db::Db;
use crate::domain::UserId;
use crate::domain::input::Input;
use crate::pages::screen::{kept_form, send_kept};
use crate::pages::words;
use crate::store::attempts::{self, Bucket};
use crate::store::{Result, browsers, pending, second_factors, sessions, users};
use crate::web::app::App;
use crate::web::request::Request;
use crate::web::respond::Reply;
use crate::web::{address, session as cookies};

/// Whoever wants to sign in.
#[derive(Clone)]
pub(super) struct Comer {
    pub(super) request: Request,
    /// Sessions that the browser brings: they end with the next one, so that nobody goes on in a session that others know.
    old: Vec<String>,
    /// What the browser may be known by.
    pub(super) known: Vec<String>,
}

impl Comer {
    pub(super) fn of(request: &HttpRequest, app: &Data<App>) -> Self {
        let (old, known) = (cookies::tokens(request, app.is_secure()), cookies::known_tokens(request, app.is_secure()));
        Self { request: Request::of(request, app), old, known }
    }
}

/// What comes next.
pub(super) enum Step {
    /// The code, for the pending sign-in of this token.
    Code(String),
    /// No code may be tried now: what is said.
    Wait(String),
    /// A session has begun.
    Session(Begun),
}

/// A session that has begun.
pub(super) struct Begun {
    user: UserId,
    token: String,
    /// By which the browser is known from now on.
    known: String,
}

/// After the right password.
pub(super) fn after_password(db: &mut Db, comer: &Comer, user: UserId) -> Result<Step> {
    let now = comer.request.actor.now;
    if !second_factors::is_on(db, user)? {
        return Ok(Step::Session(begin(db, comer, user)?));
    }
    match attempts::wait(db, &Bucket::code(user), now)? {
        Some(wait) => Ok(Step::Wait(words::too_many_tries(wait))),
        None => Ok(Step::Code(pending::begin(db, user, now)?)),
    }
}

/// Begins a session in the place of the one before.
pub(super) fn begin(db: &mut Db, comer: &Comer, user: UserId) -> Result<Begun> {
    let (request, now) = (&comer.request, comer.request.actor.now);
    comer.old.iter().try_for_each(|token| sessions::end_of_token(db, token))?;
    sessions::tidy(db, now, &request.app.lifetimes)?;
    attempts::tidy(db, now)?;
    users::set_seen(db, user, now)?;
    let known = browsers::remember(db, user, &comer.known, now)?;
    let token = sessions::begin(db, user, &request.peer, &request.browser, now)?;
    Ok(Begun { user, token, known })
}

/// Answers a step.
pub(super) fn answer(request: &Request, form: &Input, step: Step) -> Reply {
    match step {
        Step::Code(token) => ask_code(form, &token, None, StatusCode::OK),
        Step::Wait(words) => again(form, words, StatusCode::TOO_MANY_REQUESTS),
        Step::Session(begun) => enter(request, form, &begun),
    }
}

/// Lets somebody in: to the address that was asked for, or to the form that was kept.
fn enter(request: &Request, form: &Input, begun: &Begun) -> Reply {
    tracing::info!(request = request.request_id, user = begun.user.0, from = request.peer, "signed in");
    let leads_to = address::own(form.get("return").to_owned());
    let reply = match kept_form(form) {
        Some(kept) => {
            send_kept(&kept, "You are signed in", "What you typed before has been kept, but not saved yet.", "Save it now", &leads_to)
        }
        None => Reply::see_other(leads_to),
    };
    let secure = request.app.is_secure();
    reply.with("Set-Cookie", cookies::set(&begun.token, secure)).with("Set-Cookie", cookies::set_known(&begun.known, secure))
}
