//! The password once more: what is powerful asks for it when it was given a while ago ([`crate::web::request::Request::confirmed`]). The form that
//! waits for it stays in the page, and is sent by a press that names what it does.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::screen::{failed, gate, kept_form, send_kept};
use super::view::ConfirmPassword;
use crate::db::{Access, Db};
use crate::domain::actor::ActorKind;
use crate::domain::input::Input;
use crate::domain::password;
use crate::store::{Error, Result, sessions, users};
use crate::web::address;
use crate::web::form::FormBody;
use crate::web::request::Asked;
use crate::web::respond::Reply;

/// `GET /confirm`: the form that waited is gone.
pub async fn nothing() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", "/customers")).finish()
}

/// `POST /confirm`.
pub async fn give(request: Asked, form: FormBody) -> HttpResponse {
    let reply = check(&request, &form.0).await.map(|right| answer(&form.0, right));
    reply.unwrap_or_else(|error| failed(&request, &error, None)).pack(request.unadmitted().encoding).send()
}

fn answer(form: &Input, right: bool) -> Reply {
    let (action, leads_to) = (form.get("what"), address::own(form.get("return").to_owned()));
    let kept = kept_form(form);
    if !right {
        let alert = Some("The password is wrong.".to_owned());
        let form = ConfirmPassword { action: action.to_owned(), leads_to, alert, kept };
        return gate("Enter your password", &form, StatusCode::UNPROCESSABLE_ENTITY);
    }
    match kept {
        Some(kept) => send_kept(&kept, &format!("{action}?"), "Nothing has been changed yet.", action, &leads_to),
        None => Reply::see_other(leads_to),
    }
}

/// Whether the password is right; it is noted then.
async fn check(request: &Asked, form: &Input) -> Result<bool> {
    let (asked, app) = (request.clone(), request.unadmitted().app.clone());
    let read = move |db: &mut Db| {
        let request = asked.admit(db)?;
        let hash = match request.actor.who.kind {
            ActorKind::User(id) => users::password(db, id)?,
            _ => None,
        };
        Ok::<_, Error>((request, hash))
    };
    let database = app.database.clone();
    let (request, hash) = app.database.run_blocking(Access::Read, move |_permit| database.read(read)).await??;
    let given = form.get("password").to_owned();
    let right = actix_web::rt::task::spawn_blocking(move || password::is_right(&given, hash.as_deref())).await.unwrap_or_default();
    if right && let Some(session) = request.session.clone() {
        let write = move |db: &mut Db| sessions::set_confirmed(db, session.id, request.actor.now);
        let database = app.database.clone();
        app.database.run_blocking(Access::Write, move |_permit| database.write(write)).await??;
    }
    Ok(right)
}
