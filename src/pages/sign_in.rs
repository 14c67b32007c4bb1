//! Signing in and out. Whoever has to sign in first comes back to where the browser was; a form that was sent meanwhile is kept.
//!
//! Nobody learns from an answer, its time or the tries that are left whether an account exists. Attempts are counted before they are looked at
//! ([`crate::store::attempts`]), and only so many passwords are hashed at once ([`crate::web::hashing`]).

mod code;
mod forms;
mod session;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;

use super::screen::{failed_alone, sign_in_page};
use super::view::SignIn;
use super::words;
use crate::db::Db;
use crate::domain::UserId;
use crate::domain::input::Input;
use crate::domain::password;
use crate::domain::user::User;
use crate::store::attempts::{Bucket, Left};
use crate::store::{Result, sessions, users};
use crate::web::address;
use crate::web::app::App;
use crate::web::form::FormBody;
use crate::web::request::Request;
use crate::web::respond::Reply;
use crate::web::session::ADMINISTRATION;
use crate::web::sign_in::Attempt;
pub use code::{enter_code, no_code};
use forms::{WRONG, again, not_now};
use session::{Comer, Step};

/// `GET /sign-in`: the form.
pub async fn show(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let request = Request::of(&request, &app);
    let leads_to = address::own(request.param("return").unwrap_or_default());
    sign_in_page(&SignIn { email: String::new(), leads_to, alert: None, kept: None }, StatusCode::OK).pack(request.encoding).send()
}

/// `POST /sign-in`: the first step.
pub async fn enter(request: HttpRequest, app: Data<App>, form: FormBody) -> HttpResponse {
    let comer = Comer::of(&request, &app);
    let encoding = comer.request.encoding;
    let reply = first_step(&comer, &form.0).await.unwrap_or_else(|error| not_now(&comer.request, &form.0, &error));
    reply.pack(encoding).send()
}

/// `POST /sign-out`.
pub async fn leave(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let tokens = ADMINISTRATION.tokens(&request, app.is_secure());
    let request = Request::of(&request, &app);
    let reply = match app.write(move |db| tokens.iter().try_for_each(|token| sessions::end_of_token(db, token))).await {
        Ok(()) => Reply::see_other("/sign-in".to_owned()).with("Set-Cookie", ADMINISTRATION.clear(app.is_secure())),
        Err(error) => failed_alone(&request, &error, None),
    };
    reply.pack(request.encoding).send()
}

async fn first_step(comer: &Comer, form: &Input) -> Result<Reply> {
    let (app, email) = (comer.request.app.clone(), form.get("email").trim().to_owned());
    let Some(place) = app.hashing.place() else {
        return Ok(again(form, words::BUSY.to_owned(), StatusCode::SERVICE_UNAVAILABLE).with("Retry-After", "2".to_owned()));
    };
    let own = comer.clone();
    let (found, attempt) = app.write(move |db| count(db, &own, &email)).await?;
    let id = found.as_ref().map(|(user, _)| user.id.0);
    let left = match attempt.left {
        Left::Tries(left) => left,
        Left::Wait(wait) => return Ok(too_many(comer, form, id, wait)),
    };
    let (user, hash) = found.map_or((None, None), |(user, hash)| (Some(user), hash));
    let given = form.get("password").to_owned();
    let (tried, stored) = (given.clone(), hash.clone());
    let (right, renewed) = place
        .hash(move || {
            let right = password::is_right(&tried, stored.as_deref());
            let is_outdated = right && stored.as_deref().is_some_and(password::is_outdated);
            (right, is_outdated.then(|| password::rehash(&tried)))
        })
        .await
        .unwrap_or_default();
    let step = match user.filter(|user| right && user.enabled) {
        Some(user) => {
            let own = comer.clone();
            let password = RightPassword { user: user.id, given, hash, renewed, attempt };
            app.write(move |db| password.go_on(db, &own)).await?
        }
        None => None,
    };
    if let Some(step) = step {
        return Ok(session::answer(&comer.request, form, step));
    }
    tracing::info!(request = comer.request.request_id, user = id, from = comer.request.peer, "a wrong e-mail or password");
    Ok(again(form, format!("{WRONG} {}", words::tries_left(left)), StatusCode::UNPROCESSABLE_ENTITY))
}

fn too_many(comer: &Comer, form: &Input, user: Option<i64>, wait: TimeDelta) -> Reply {
    tracing::info!(request = comer.request.request_id, user, from = comer.request.peer, "too many tries to sign in");
    let seconds = wait.num_seconds().max(1).to_string();
    again(form, words::too_many_tries(wait), StatusCode::TOO_MANY_REQUESTS).with("Retry-After", seconds)
}

/// A password that was right when it was compared.
struct RightPassword {
    user: UserId,
    given: String,
    /// The hash that it was compared with.
    hash: Option<String>,
    /// Its hash with the present parameters, where that one had others.
    renewed: Option<String>,
    attempt: Attempt,
}

impl RightPassword {
    /// The next step; `None` where the password was changed, or the user disabled, while it was compared.
    fn go_on(&self, db: &mut Db, comer: &Comer) -> Result<Option<Step>> {
        users::hold(db, self.user)?;
        let stored = users::password(db, self.user)?;
        let is_same = stored == self.hash;
        // Another sign-in may have made its hash again meanwhile; whoever changed the password gets no old one back.
        let is_right = is_same || (self.renewed.is_some() && password::is_right(&self.given, stored.as_deref()));
        if !is_right || !users::find(db, self.user)?.enabled {
            return Ok(None);
        }
        if let Some(hash) = self.renewed.as_ref().filter(|_| is_same) {
            users::set_password(db, self.user, hash, comer.request.actor.now)?;
        }
        self.attempt.was_right(db)?;
        session::after_password(db, comer, self.user).map(Some)
    }
}

/// Whose e-mail it is, with the hash of the password.
type Found = Option<(User, Option<String>)>;

/// Counts an attempt.
fn count(db: &mut Db, comer: &Comer, email: &str) -> Result<(Found, Attempt)> {
    let found = users::by_email(db, email)?;
    let account = found.as_ref().map(|(user, _)| user.id.into());
    let attempt = Attempt::count(db, comer.arrival(), account, Bucket::account(email))?;
    Ok((found, attempt))
}
