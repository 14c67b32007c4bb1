//! The page that a one-time link leads to: it sets the password of the link's user, whoever else may be signed in in the browser.
//!
//! Looking at it uses nothing up, since programs that read mail follow links before people do. The token is in the path, so that this path is
//! told to no other site and to no log ([`crate::web::guard`]).

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::new_password;
use super::screen::{failed_alone, gate};
use super::view::{LinkUsed, SetPassword};
use crate::changes;
use crate::domain::input::Input;
use crate::domain::password::NewPassword;
use crate::domain::user::User;
use crate::store::password_links::{self, Link};
use crate::store::{Result, browsers};
use crate::web::address::SET_PASSWORD;
use crate::web::app::App;
use crate::web::form::FormBody;
use crate::web::request::Request;
use crate::web::respond::Reply;
use crate::web::session::ADMINISTRATION;

/// `GET /set-password/{token}`: the form.
pub async fn show(request: HttpRequest, app: Data<App>, token: Path<String>) -> HttpResponse {
    let request = Request::of(&request, &app);
    let reply = match find(&request, &token).await {
        Ok(Link::Valid(user)) => form(&token, &user, None),
        Ok(link) => gone(&link),
        Err(error) => failed_alone(&request, &error, None),
    };
    reply.pack(request.encoding).send()
}

/// `POST /set-password/{token}`: sets the password, and uses the link up.
pub async fn set(request: HttpRequest, app: Data<App>, token: Path<String>, input: FormBody) -> HttpResponse {
    let known = ADMINISTRATION.known_tokens(&request, app.is_secure());
    let request = Request::of(&request, &app);
    let reply = match take(&request, known, &token, &input.0).await {
        Ok(reply) => reply,
        Err(error) => failed_alone(&request, &error, None),
    };
    reply.pack(request.encoding).send()
}

async fn take(request: &Request, known: Vec<String>, token: &str, input: &Input) -> Result<Reply> {
    let user = match find(request, token).await? {
        Link::Valid(user) => user,
        link => return Ok(gone(&link)),
    };
    let given = input.get("password");
    let password = match NewPassword::check(given, &[&user.name, &user.email]) {
        Ok(_) if given != input.get("again") => return Ok(form(token, &user, Some("The two passwords are not the same."))),
        Ok(password) => password,
        Err(why) => return Ok(form(token, &user, Some(why))),
    };
    let hash = match new_password::hash(&request.app, password).await {
        Ok(hash) => hash,
        Err(why) => return Ok(form(token, &user, Some(why))),
    };
    let (actor, secret) = (request.actor.clone(), token.to_owned());
    let set = request.app.write(move |db| {
        let Some(user) = changes::users::set_password_by_link(db, &actor, &secret, &hash)? else { return Ok(None) };
        // Strangers who guess at the password do not keep this browser out, not even the first time.
        Ok(Some((user.id, browsers::remember(db, user.id, &known, actor.now)?)))
    });
    let Some((user, known)) = set.await? else { return Ok(gone(&find(request, token).await?)) };
    tracing::info!(request = request.request_id, user = user.0, "set a password by a link");
    let done = LinkUsed { heading: "Your password is set", sentence: "Sign in with it now." };
    Ok(gate(done.heading, &done, StatusCode::OK).with("Set-Cookie", ADMINISTRATION.set_known(&known, request.app.is_secure())))
}

async fn find(request: &Request, token: &str) -> Result<Link> {
    let (now, token) = (request.actor.now, token.to_owned());
    request.app.read(move |db| password_links::find(db, &token, now)).await
}

fn form(token: &str, user: &User, alert: Option<&'static str>) -> Reply {
    let form = SetPassword { action: format!("{SET_PASSWORD}{token}"), email: user.email.clone(), alert };
    gate("Set your password", &form, if alert.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
}

fn gone(link: &Link) -> Reply {
    let (gone, status) = if matches!(link, Link::Used) {
        let sentence = "A password has been set by it. If it was not you, ask your administrator for a new link.";
        (LinkUsed { heading: "This link has been used", sentence }, StatusCode::GONE)
    } else {
        let sentence = "It may be older than 3 days, or a newer one has taken its place. Ask your administrator for a new link.";
        (LinkUsed { heading: "This link does not work", sentence }, StatusCode::NOT_FOUND)
    };
    gate(gone.heading, &gone, status)
}
