//! Signing in and out. Whoever has to sign in first comes back to where the browser was; a form that was sent meanwhile is kept.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::screen::{failed_alone, kept_form, send_kept, sign_in_page};
use super::view::SignIn;
use crate::db::Access;
use crate::domain::clock;
use crate::domain::input::Input;
use crate::domain::password;
use crate::domain::user::User;
use crate::store::{Result, sessions, users};
use crate::web::form::FormBody;
use crate::web::request::{App, Request};
use crate::web::respond::Reply;
use crate::web::{address, session};

/// What is said to who gave a wrong e-mail or password, whichever of the two it was.
const WRONG: &str = "The e-mail or the password is wrong.";

/// `GET /sign-in`: the form.
pub async fn show(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let request = Request::of(&request, &app);
    let leads_to = address::own(request.param("return").unwrap_or_default());
    sign_in_page(&SignIn { email: String::new(), leads_to, alert: None, kept: None }, StatusCode::OK).pack(request.encoding).send()
}

/// `POST /sign-in`.
pub async fn enter(request: HttpRequest, app: Data<App>, form: FormBody) -> HttpResponse {
    let old = session::tokens(&request, app.secure);
    let request = Request::of(&request, &app);
    let encoding = request.encoding;
    let reply = match check(&app, &form.0).await {
        Ok(Some(user)) => begin(&request, user, old, &form.0).await,
        Ok(None) => {
            let form = SignIn {
                email: form.0.get("email").to_owned(),
                leads_to: address::own(form.0.get("return").to_owned()),
                alert: Some(WRONG.to_owned()),
                kept: kept_form(&form.0),
            };
            Ok(sign_in_page(&form, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    };
    reply.unwrap_or_else(|error| failed_alone(&request, &error, None)).pack(encoding).send()
}

/// `POST /sign-out`.
pub async fn leave(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let tokens = session::tokens(&request, app.secure);
    let request = Request::of(&request, &app);
    let database = app.database.clone();
    let ended = app.database.run_blocking(Access::Write, move |_permit| {
        database.write(|db| tokens.iter().try_for_each(|token| sessions::end_of_token(db, token)))
    });
    let reply = match ended.await {
        Ok(Ok(())) => Reply::see_other("/sign-in".to_owned()).with("Set-Cookie", session::clear(app.secure)),
        Ok(Err(error)) => failed_alone(&request, &error, None),
        Err(away) => failed_alone(&request, &away.into(), None),
    };
    reply.pack(request.encoding).send()
}

/// The user whose e-mail and password these are.
async fn check(app: &Data<App>, form: &Input) -> Result<Option<User>> {
    let (email, database) = (form.get("email").trim().to_owned(), app.database.clone());
    let found = app.database.run_blocking(Access::Read, move |_permit| database.read(|db| users::by_email(db, &email))).await??;
    let (user, hash) = found.map_or((None, None), |(user, hash)| (Some(user), hash));
    let given = form.get("password").to_owned();
    let right = actix_web::rt::task::spawn_blocking(move || password::is_right(&given, hash.as_deref())).await.unwrap_or_default();
    Ok(user.filter(|user| right && user.enabled))
}

/// Begins a session in the place of the one before.
async fn begin(request: &Request, user: User, old: Vec<String>, form: &Input) -> Result<Reply> {
    let (app, own) = (&request.app, request.clone());
    let id = user.id;
    let token = app
        .database
        .run_blocking(Access::Write, move |_permit| {
            own.app.database.write(|db| {
                let now = clock::now();
                old.iter().try_for_each(|token| sessions::end_of_token(db, token))?;
                sessions::tidy(db, now, &own.app.lifetimes)?;
                users::set_seen(db, user.id, now)?;
                sessions::begin(db, user.id, &own.peer, &own.browser, now)
            })
        })
        .await??;
    tracing::info!(request = request.request_id, user = id.0, "signed in");
    let leads_to = address::own(form.get("return").to_owned());
    let reply = match kept_form(form) {
        Some(kept) => {
            send_kept(&kept, "You are signed in", "What you typed before has been kept, but not saved yet.", "Save it now", &leads_to)
        }
        None => Reply::see_other(leads_to),
    };
    Ok(reply.with("Set-Cookie", session::set(&token, app.secure)))
}
