//! The Users page: who signs in, what each may do, and the links by which they set their passwords.

pub(super) mod draw;
mod first;
mod form;

use actix_web::HttpResponse;

use super::change::{self, Redirect, Subject, change, save};
use super::form::opened;
use super::path::Id;
use super::screen::show as show_screen;
use crate::changes;
use crate::db::Db;
use crate::domain::UserId;
use crate::domain::input::{Errors, Input};
use crate::domain::merge;
use crate::domain::rules::{Refusal, Task};
use crate::domain::text::isolated;
use crate::domain::user::{self, User};
use crate::store::{Result, users};
use crate::web::address::SET_PASSWORD;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;

pub use first::create as create_first;

/// `GET /users`: all of them; while there are none, what the first one means.
pub async fn index(request: Asked) -> HttpResponse {
    show_screen(
        request,
        |db, request| {
            if users::any(db)? { draw::list(db, request) } else { Ok(form::first(&Input::default(), &Errors::new())) }
        },
    )
    .await
}

/// `GET /users/{id}`: one of them.
pub async fn show(request: Asked, id: Id<UserId>) -> HttpResponse {
    show_screen(request, move |db, request| draw::show(db, request, id.get()?)).await
}

/// `GET /users/new`: the form.
pub async fn new(request: Asked) -> HttpResponse {
    show_screen(request, |db, _| Ok(if users::any(db)? { form::new(None) } else { form::first(&Input::default(), &Errors::new()) })).await
}

/// `POST /users/new`: adds a user, and tells the link by which the person sets a password.
pub async fn create(request: Asked, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::None,
        |db, request, input| {
            ask(request, "Add user")?;
            if !users::any(db)? {
                return Err(Refusal::FirstUser.into());
            }
            let user = changes::users::add(db, &request.actor, input.checked(user::check(input)), None)?;
            with_link(db, request, user.id)
        },
        |_, _, returned| Ok(form::new(Some(returned))),
    )
    .await
}

/// `GET /users/{id}/edit`: the form.
pub async fn edit(request: Asked, id: Id<UserId>) -> HttpResponse {
    show_screen(request, move |db, request| form::edit(db, request, id.get()?, None)).await
}

/// `POST /users/{id}/edit`: saves the form.
pub async fn update(request: Asked, id: Id<UserId>, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::User(id),
        move |db, request, input| {
            ask(request, "Save")?;
            let before = users::find(db, id.get()?)?;
            let input = &merge::decided(input, &Input::new(user::fields(&before)));
            let draft = input.checked(user::check(input));
            let user = changes::users::edit(db, &request.actor, before.id, &opened(input), draft)?;
            Ok(told(&user, format!("Saved {}.", isolated(&user.name))))
        },
        move |db, request, returned| form::edit(db, request, id.get()?, Some(returned)),
    )
    .await
}

/// `POST /users/{id}/disable`.
pub async fn disable(request: Asked, id: Id<UserId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::User(id), move |db, request, _| {
        ask(request, "Disable")?;
        let user = changes::users::disable(db, &request.actor, id.get()?)?;
        Ok(told(&user, format!("Disabled {}, who is signed out.", isolated(&user.name))))
    })
    .await
}

/// `POST /users/{id}/enable`.
pub async fn enable(request: Asked, id: Id<UserId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::User(id), move |db, request, _| {
        ask(request, "Enable")?;
        let user = changes::users::enable(db, &request.actor, id.get()?)?;
        Ok(told(&user, format!("Enabled {}.", isolated(&user.name))))
    })
    .await
}

/// `POST /users/{id}/link`: makes a link by which the person sets a password, and tells it.
pub async fn make_link(request: Asked, id: Id<UserId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::User(id), move |db, request, _| {
        ask(request, "New link")?;
        with_link(db, request, id.get()?)
    })
    .await
}

/// `POST /users/{id}/sign-out`: ends all sessions of a user.
pub async fn end_sessions(request: Asked, id: Id<UserId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::User(id), move |db, request, _| {
        ask(request, "End all sessions")?;
        let user = changes::users::end_sessions(db, &request.actor, id.get()?)?;
        Ok(told(&user, format!("Signed {} out everywhere.", isolated(&user.name))))
    })
    .await
}

/// `GET` of what only a button sends.
pub async fn not_done(request: Asked, id: Id<UserId>) -> HttpResponse {
    change::not_done(request, Subject::User(id)).await
}

/// What every change of users asks for first; `_button` is the name of what was pressed.
fn ask(request: &Request, button: &'static str) -> Result<()> {
    request.actor.may(Task::ManageUsers)?;
    request.confirmed(button)
}

/// Makes a link, which stands in the answer and nowhere else.
fn with_link(db: &mut Db, request: &Request, id: UserId) -> Result<Redirect> {
    let (user, token) = changes::users::make_link(db, &request.actor, id)?;
    let link = format!("{}{SET_PASSWORD}{token}", request.origin);
    Ok(Redirect::silent(path(&user)).telling(move |db, request| draw::with_link(db, request, id, &link)))
}

fn told(user: &User, text: String) -> Redirect {
    Redirect::told(path(user), text)
}

fn path(user: &User) -> String {
    format!("/users/{}", user.id)
}
