//! The page of whoever has signed in: who one is here, the password, the second factor, and where one is signed in.

mod second_factor;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::browser;
use super::change::{Redirect, Returned, Subject, change, save};
use super::new_password;
use super::own_password::{self, Given};
use super::path::Id;
use super::screen::{DetailPane, failed, show as show_pane};
use super::view::{Account, OwnSessionRow};
use super::words;
use crate::changes;
use crate::db::Db;
use crate::domain::SessionId;
use crate::domain::input::{Errors, FieldError, Input};
use crate::domain::password::NewPassword;
use crate::store::{Error, Result, second_factors, sessions, users};
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;
pub use second_factor::{
    ask_second_factor_off, begin_second_factor, renew_recovery_codes, second_factor, turn_off_second_factor, turn_on_second_factor,
};

/// `GET /account`
pub async fn show(request: Asked) -> HttpResponse {
    show_pane(request, |db, request| page(db, request, &Errors::new())).await
}

/// What only a button of the page sends, asked for by who reloads its address.
pub async fn back() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", "/account")).finish()
}

/// `POST /account/password`: the present one and the new one. The other sessions end.
pub async fn set_password(request: Asked, form: FormBody) -> HttpResponse {
    let hash = match new_hash(&request, &form.0).await {
        Ok(hash) => hash,
        // The form is not kept: passwords stand in it.
        Err(error) => return failed(&request, &error, None).pack(request.unadmitted().encoding).send(),
    };
    let form = FormBody(Input::default());
    let act = move |db: &mut Db, request: &Request, _: &Input| {
        let hash = hash.as_ref().map_err(|error| vec![error.clone()])?;
        let this = request.session.as_ref().map(|session| session.id);
        changes::users::set_password(db, &request.actor, request.user()?, hash, this)?;
        this.map_or(Ok(()), |session| sessions::set_confirmed(db, session, request.actor.now))?;
        Ok(Redirect::told("/account", "Your password has been changed. You are signed out everywhere else."))
    };
    save(request, form, Subject::None, act, again).await
}

/// The hash of the new password, if the present one is right and the new one can be taken.
async fn new_hash(asked: &Asked, form: &Input) -> Result<std::result::Result<String, FieldError>> {
    let request = match own_password::check(asked, form.get("present")).await? {
        Given::Right(request) => request,
        Given::Wrong(words, _) => return Ok(Err(FieldError::new("present", words))),
    };
    let id = request.user()?;
    let user = request.app.read(move |db| users::find(db, id)).await?;
    let password = match NewPassword::check(form.get("password"), &[&user.name, &user.email]) {
        Ok(password) => password,
        Err(words) => return Ok(Err(FieldError::new("password", words))),
    };
    Ok(new_password::hash(&request.app, password).await.map_err(|words| FieldError::new("password", words)))
}

/// `POST /account/sessions/{id}/end`
pub async fn end_session(request: Asked, form: FormBody, id: Id<SessionId>) -> HttpResponse {
    let act = move |db: &mut Db, request: &Request, _: &Input| {
        if !changes::users::end_session(db, &request.actor, request.user()?, id.get()?.0)? {
            return Err(Error::NotFound("session"));
        }
        Ok(Redirect::told("/account", "Signed out there."))
    };
    change(request, form, Subject::None, act).await
}

/// `POST /account/sessions/end`: all but this one.
pub async fn end_other_sessions(request: Asked, form: FormBody) -> HttpResponse {
    let act = |db: &mut Db, request: &Request, _: &Input| {
        let this = request.session.as_ref().map(|session| session.id);
        changes::users::end_own_sessions(db, &request.actor, request.user()?, this)?;
        Ok(Redirect::told("/account", "You are signed out everywhere else."))
    };
    change(request, form, Subject::None, act).await
}

fn again(db: &mut Db, request: &Request, returned: &Returned<'_>) -> Result<DetailPane> {
    Ok(page(db, request, returned.errors)?.with_status(StatusCode::UNPROCESSABLE_ENTITY))
}

fn page(db: &mut Db, request: &Request, errors: &Errors) -> Result<DetailPane> {
    let (id, now) = (request.user()?, request.actor.now);
    let user = users::find(db, id)?;
    let error = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.sentence.clone()).unwrap_or_default();
    let this = request.session.as_ref().map(|session| session.id);
    let sessions = sessions::of_account(db, id, now, &request.app.lifetimes)?.into_iter().map(|session| OwnSessionRow {
        id: session.id,
        began: words::when(now, session.created_at),
        seen: words::when(now, session.seen_at),
        address: session.address,
        browser: browser::in_words(&session.browser),
        is_this: Some(session.id) == this,
    });
    let account = Account {
        role: capitalized(&user.role.to_string()),
        name: user.name,
        email: user.email,
        present_error: error("present"),
        password_error: error("password"),
        has_second_factor: second_factors::is_on(db, id)?,
        recovery_codes_left: second_factors::recovery_codes_left(db, id)?,
        sessions: sessions.collect(),
    };
    Ok(DetailPane::alone("Account".to_owned(), &account))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
