//! The second step of signing in: a code of the second factor, or a recovery code.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::{forms, session};
use crate::changes::second_factors::{self, Owner, Tried};
use crate::db::Db;
use crate::domain::actor::{Actor, Principal};
use crate::domain::input::Input;
use crate::portal::request::Comer;
use crate::portal::respond::{Answer, SIGN_IN, failed, send};
use crate::store::{Result, accounts, contacts, identities, pending};
use crate::web::form::FormBody;
use crate::web::sign_in::Begun;

/// `GET /portal/sign-in/code`: the password comes first.
pub async fn none() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", SIGN_IN)).finish()
}

/// `POST /portal/sign-in/code`
pub async fn enter(comer: Comer, input: FormBody) -> HttpResponse {
    let reply = second_step(&comer, &input.0).await.unwrap_or_else(|error| failed(&comer, &error));
    send(&comer, reply).await
}

enum Outcome {
    Right(Begun),
    Wrong,
    /// The password has to be given again: why.
    Ended(&'static str, StatusCode),
}

async fn second_step(comer: &Comer, input: &Input) -> Result<Answer> {
    let (token, code) = (input.get("pending").to_owned(), input.get("code").to_owned());
    if input.has("switch") {
        // The other kind of code is to be given: the form for it.
        return Ok(forms::code(comer, &token, None, input.get("switch") == "recovery"));
    }
    let (own, pending) = (comer.clone(), token.clone());
    Ok(match comer.request.app.write(move |db| take(db, &own, &pending, &code)).await? {
        Outcome::Right(begun) => session::answer(comer, &begun),
        Outcome::Wrong => forms::code(comer, &token, Some("portal-code-wrong"), input.get("use") == "recovery"),
        Outcome::Ended(why, status) => forms::first(comer, "", Some(comer.texts().say(why)), status),
    })
}

/// Takes a code, once: in the transaction that begins the session.
fn take(db: &mut Db, comer: &Comer, token: &str, code: &str) -> Result<Outcome> {
    let request = &comer.request;
    let account = pending::find(db, token, request.actor.now)?;
    let Some(id) = account.map_or(Ok(None), |account| accounts::as_identity(db, account))? else {
        return Ok(Outcome::Ended("portal-code-too-late", StatusCode::UNPROCESSABLE_ENTITY));
    };
    let found = identities::find(db, id)?;
    let Some((identity, places)) = session::held(db, &found)? else {
        return Ok(Outcome::Ended("portal-wrong", StatusCode::UNPROCESSABLE_ENTITY));
    };
    let contact = contacts::find(db, places[0].0)?;
    let actor = Actor { who: Principal::contact(&contact), ..request.actor.clone() };
    Ok(match second_factors::try_code(db, &actor, Owner::Contact(id, &contact), token, code)? {
        Tried::Right => Outcome::Right(session::begin(db, comer, &identity, &places)?),
        Tried::TooMany(_) => Outcome::Ended("portal-too-many-tries", StatusCode::TOO_MANY_REQUESTS),
        Tried::Wrong(_) => {
            tracing::info!(request = request.request_id, from = request.peer, "a wrong code in the portal");
            Outcome::Wrong
        }
    })
}
