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
use crate::store::{Result, users};
use crate::web::address;
use crate::web::app::App;
use crate::web::request::Request;
use crate::web::respond::Reply;
use crate::web::session::ADMINISTRATION;
use crate::web::sign_in::{self, Arrival, SecondStep};

/// Whoever wants to sign in.
#[derive(Clone)]
pub(super) struct Comer {
    pub(super) request: Request,
    tokens: Vec<String>,
    known: Vec<String>,
}

impl Comer {
    pub(super) fn of(request: &HttpRequest, app: &Data<App>) -> Self {
        let (tokens, known) = (ADMINISTRATION.tokens(request, app.is_secure()), ADMINISTRATION.known_tokens(request, app.is_secure()));
        Self { request: Request::of(request, app), tokens, known }
    }

    pub(super) fn arrival(&self) -> Arrival<'_> {
        Arrival { request: &self.request, tokens: &self.tokens, known: &self.known }
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
    session: sign_in::Begun,
}

/// After the right password.
pub(super) fn after_password(db: &mut Db, comer: &Comer, user: UserId) -> Result<Step> {
    Ok(match sign_in::after_password(db, comer.arrival(), user.into())? {
        SecondStep::None => Step::Session(begin(db, comer, user)?),
        SecondStep::Wait(wait) => Step::Wait(words::too_many_tries(wait)),
        SecondStep::Code(token) => Step::Code(token),
    })
}

/// Begins a session in the place of the one before.
pub(super) fn begin(db: &mut Db, comer: &Comer, user: UserId) -> Result<Begun> {
    users::set_seen(db, user, comer.request.actor.now)?;
    Ok(Begun { user, session: sign_in::begin(db, comer.arrival(), user.into())? })
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
    reply
        .with("Set-Cookie", ADMINISTRATION.set(&begun.session.token, secure))
        .with("Set-Cookie", ADMINISTRATION.set_known(&begun.session.known, secure))
}
