//! The password once more: what is powerful asks for it when it was given a while ago ([`crate::web::request::Request::confirmed`]). The form that
//! waits for it stays in the page, and is sent by a press that names what it does.

use actix_web::HttpResponse;

use super::own_password::{self, Given};
use super::screen::{failed, gate, kept_form, send_kept};
use super::view::ConfirmPassword;
use crate::domain::input::Input;
use crate::store::{Result, sessions};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::respond::Reply;

/// `GET /confirm`: the form that waited is gone.
pub async fn nothing() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", "/customers")).finish()
}

/// `POST /confirm`.
pub async fn give(request: Asked, form: FormBody) -> HttpResponse {
    let reply = answer(&request, &form.0).await.unwrap_or_else(|error| failed(&request, &error, None));
    reply.pack(request.unadmitted().encoding).send()
}

async fn answer(request: &Asked, form: &Input) -> Result<Reply> {
    let (action, leads_to) = (form.get("what").to_owned(), address::own(form.get("return").to_owned()));
    let kept = kept_form(form);
    let request = match own_password::check(request, form.get("password")).await? {
        Given::Right(request) => request,
        Given::Wrong(alert, status) => {
            return Ok(gate("Enter your password", &ConfirmPassword { action, leads_to, alert: Some(alert), kept }, status));
        }
    };
    let (app, now) = (request.app.clone(), request.actor.now);
    if let Some(session) = request.session.map(|session| session.id) {
        app.write(move |db| sessions::set_confirmed(db, session, now)).await?;
    }
    Ok(match kept {
        Some(kept) => send_kept(&kept, &format!("{action}?"), "Nothing has been changed yet.", &action, &leads_to),
        None => Reply::see_other(leads_to),
    })
}
