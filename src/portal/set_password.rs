//! The page that an invitation leads to: it sets the password of the link's mailbox, whoever else may be signed in in the browser. Looking at
//! it uses nothing up, since programs that read mail follow links before people do.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::request::Comer;
use super::respond::{self, Answer, failed, message, send};
use super::view::SetPassword;
use crate::changes;
use crate::domain::input::Input;
use crate::domain::password::NewPassword;
use crate::store::Result;
use crate::store::password_links::{self, PortalLink};
use crate::web::address::PORTAL_SET_PASSWORD;
use crate::web::form::FormBody;

/// `GET /portal/set-password/{token}`
pub async fn show(comer: Comer, token: Path<String>) -> HttpResponse {
    let reply = match find(&comer, &token).await {
        Ok(PortalLink::Valid(identity)) => form(&comer, &token, &identity.email_key, None),
        Ok(link) => gone(&comer, &link),
        Err(error) => failed(&comer, &error),
    };
    send(&comer, reply).await
}

/// `POST /portal/set-password/{token}`
pub async fn set(comer: Comer, token: Path<String>, input: FormBody) -> HttpResponse {
    let reply = take(&comer, &token, &input.0).await.unwrap_or_else(|error| failed(&comer, &error));
    send(&comer, reply).await
}

async fn take(comer: &Comer, token: &str, input: &Input) -> Result<Answer> {
    let (app, texts) = (comer.request.app.clone(), comer.texts());
    let identity = match find(comer, token).await? {
        PortalLink::Valid(identity) => identity,
        link => return Ok(gone(comer, &link)),
    };
    let again = |id: &str| Ok(form(comer, token, &identity.email_key, Some(texts.say(id))));
    let given = input.get("password");
    let Ok(password) = NewPassword::check(given, &[&identity.email_key]) else { return again("portal-password-weak") };
    if given != input.get("again") {
        return again("portal-passwords-differ");
    }
    let Some(place) = app.hashing.place() else { return again("portal-try-again") };
    let Some(hash) = place.hash(move || password.hash()).await else { return again("portal-try-again") };
    let (actor, secret) = (comer.request.actor.clone(), token.to_owned());
    if !app.write(move |db| changes::identities::set_password_by_link(db, &actor, &secret, &hash)).await? {
        return Ok(gone(comer, &find(comer, token).await?));
    }
    Ok(message(texts, texts.say("portal-password-set"), texts.say("portal-sign-in-now"), StatusCode::OK))
}

async fn find(comer: &Comer, token: &str) -> Result<PortalLink> {
    let (now, token) = (comer.request.actor.now, token.to_owned());
    comer.request.app.read(move |db| password_links::find_in_portal(db, &token, now)).await
}

fn form(comer: &Comer, token: &str, email: &str, alert: Option<String>) -> Answer {
    let texts = comer.texts();
    let is_wrong = alert.is_some();
    let view = SetPassword { texts, action: format!("{PORTAL_SET_PASSWORD}{token}"), email: email.to_owned(), alert };
    respond::form(texts, &texts.say("portal-set-password"), false, &view, is_wrong)
}

fn gone(comer: &Comer, link: &PortalLink) -> Answer {
    let texts = comer.texts();
    if matches!(link, PortalLink::Used) {
        message(texts, texts.say("portal-link-used"), texts.say("portal-link-ask"), StatusCode::GONE)
    } else {
        message(texts, texts.say("portal-link-unknown"), texts.say("portal-link-ask"), StatusCode::NOT_FOUND)
    }
}
