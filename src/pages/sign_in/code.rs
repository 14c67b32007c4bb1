//! The second step of signing in: a code of the second factor, or a recovery code.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::forms::{WRONG, again, ask_code, not_now};
use super::session::{self, Comer, Step};
use crate::changes::second_factors::{self, Owner, Tried};
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::input::Input;
use crate::pages::words;
use crate::store::{Result, accounts, pending, users};
use crate::web::app::App;
use crate::web::form::FormBody;
use crate::web::respond::Reply;

/// `GET /sign-in/code`: the password comes first.
pub async fn no_code() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", "/sign-in")).finish()
}

/// `POST /sign-in/code`.
pub async fn enter_code(request: HttpRequest, app: Data<App>, form: FormBody) -> HttpResponse {
    let comer = Comer::of(&request, &app);
    let encoding = comer.request.encoding;
    let reply = second_step(&comer, &form.0).await.unwrap_or_else(|error| not_now(&comer.request, &form.0, &error));
    reply.pack(encoding).send()
}

async fn second_step(comer: &Comer, form: &Input) -> Result<Reply> {
    let (pending, code) = (form.get("pending").to_owned(), form.get("code").to_owned());
    if form.has("switch") {
        // The other kind of code is to be given: the form for it.
        let mut form = form.clone();
        form.set("use", form.get("switch").to_owned());
        return Ok(ask_code(&form, &pending, None, StatusCode::OK));
    }
    let (own, token) = (comer.clone(), pending.clone());
    let outcome = comer.request.app.write(move |db| take(db, &own, &token, &code)).await?;
    Ok(match outcome {
        Outcome::Right(step) => session::answer(&comer.request, form, step),
        Outcome::Wrong(left) => {
            let alert = format!("This code is wrong, or has been used before. {}", words::tries_left(left));
            ask_code(form, &pending, Some(alert), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Outcome::Ended(words) => again(form, words.to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        Outcome::TooMany(words) => again(form, words, StatusCode::TOO_MANY_REQUESTS),
    })
}

enum Outcome {
    Right(Step),
    /// So many more may follow.
    Wrong(i32),
    /// The password has to be given again.
    Ended(&'static str),
    /// Nothing may be tried for a while.
    TooMany(String),
}

/// Takes a code, once: in the transaction that begins the session.
fn take(db: &mut Db, comer: &Comer, token: &str, code: &str) -> Result<Outcome> {
    let request = &comer.request;
    let account = pending::find(db, token, request.actor.now)?;
    let Some(id) = account.map_or(Ok(None), |account| accounts::as_user(db, account))? else {
        return Ok(Outcome::Ended("That took too long. Sign in again."));
    };
    users::hold(db, id)?;
    let user = users::find(db, id)?;
    if !user.enabled {
        return Ok(Outcome::Ended(WRONG));
    }
    let actor = Actor { who: user.who(), ..request.actor.clone() };
    Ok(match second_factors::try_code(db, &actor, Owner::User(id), token, code)? {
        Tried::Right => Outcome::Right(Step::Session(session::begin(db, comer, id)?)),
        Tried::TooMany(wait) => Outcome::TooMany(words::too_many_tries(wait)),
        Tried::Wrong(left) => {
            tracing::info!(request = request.request_id, user = id.0, from = request.peer, "a wrong code");
            Outcome::Wrong(left)
        }
    })
}
