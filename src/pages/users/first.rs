//! The first user: an administrator, as whom the browser that adds it is signed in at once.

use actix_web::HttpResponse;

use super::form;
use crate::changes;
use crate::db::Access;
use crate::domain::actor::Actor;
use crate::domain::input::{FieldError, Input};
use crate::domain::password::NewPassword;
use crate::domain::rules::{Refusal, Role};
use crate::domain::user;
use crate::domain::{CustomerId, UserId};
use crate::pages::new_password;
use crate::pages::screen::{admit, compose_or_fail, failed};
use crate::store::flashes::{self, Effect, Flash};
use crate::store::{Error, Result, browsers, sessions, users};
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;
use crate::web::respond::Reply;
use crate::web::session::ADMINISTRATION;

/// `POST /users/first`.
pub async fn create(asked: Asked, form: FormBody) -> HttpResponse {
    let encoding = asked.unadmitted().encoding;
    let reply = match admit(&asked).await {
        Ok(request) => add(&asked, request, form.0).await,
        // What was typed is not kept: there is a password in it.
        Err(error) => failed(&asked, &error, None),
    };
    reply.pack(encoding).send()
}

async fn add(asked: &Asked, request: Request, mut input: Input) -> Reply {
    input.set("role", Role::Administrator.to_string());
    let (password, again) = (input.get("password").to_owned(), input.get("again").to_owned());
    // Neither is drawn again, nor goes any further than it has to.
    input.set("password", "");
    input.set("again", "");
    let mut errors = user::check(&input).err().unwrap_or_default();
    let password = match NewPassword::check(&password, &[input.get("name"), input.get("email")]) {
        Ok(_) if password != again => Err(FieldError::new("again", "The two passwords are not the same.")),
        Ok(password) => Ok(password),
        Err(why) => Err(FieldError::new("password", why)),
    };
    let password = match password {
        Ok(password) if errors.is_empty() => password,
        other => {
            errors.extend(other.err());
            return again_with(asked, &input, &Error::Invalid(errors));
        }
    };
    let hash = match new_password::hash(&request.app, password).await {
        Ok(hash) => hash,
        Err(why) => return again_with(asked, &input, &Error::Invalid(vec![FieldError::new("password", why)])),
    };
    let (app, kept) = (request.app.clone(), input.clone());
    let added = app.database.run_blocking(Access::Write, move |_permit| store(&request, &input, &hash));
    match added.await.map_err(Error::from).and_then(|added| added) {
        Ok(First { user, token, known, location }) => {
            tracing::info!(request = asked.unadmitted().request_id, user = user.0, "the first user was added");
            let secure = app.is_secure();
            Reply::see_other(location)
                .with("Set-Cookie", ADMINISTRATION.set(&token, secure))
                .with("Set-Cookie", ADMINISTRATION.set_known(&known, secure))
        }
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => again_with(asked, &kept, &error),
        Err(error) => failed(asked, &error, None),
    }
}

/// The form again, with what is wrong; for who came too late, the way to sign in.
fn again_with(asked: &Asked, input: &Input, error: &Error) -> Reply {
    match error {
        Error::Invalid(errors) => compose_or_fail(asked, input, |db, _| {
            // Somebody else may have been first meanwhile.
            if users::any(db)? { Err(Refusal::HasUsers.into()) } else { Ok(form::first(input, errors)) }
        }),
        _ => Reply::see_other("/users".to_owned()),
    }
}

/// The first user, who has signed in.
struct First {
    user: UserId,
    /// Of the session.
    token: String,
    /// By which the browser is known from now on.
    known: String,
    location: String,
}

/// One transaction: the user, a session, and the message about it.
fn store(request: &Request, input: &Input, hash: &str) -> Result<First> {
    request.app.database.write(|db| {
        let user = changes::users::add_first(db, &request.actor, input.checked(user::check(input)), hash)?;
        let now = request.actor.now;
        let actor = Actor { who: user.who(), ..request.actor.clone() };
        users::set_seen(db, user.id, now)?;
        let known = browsers::remember(db, user.id, &[], now)?;
        let token = sessions::begin(db, user.id, &request.peer, &request.browser, now)?;
        let text = "You are signed in. From now on everybody signs in.".to_owned();
        let flash = flashes::store(db, &actor, &Flash { text, effect: Effect::Changed, customer: CustomerId(0), undo: None })?;
        Ok(First { user: user.id, token, known, location: format!("/users?flash={flash}") })
    })
}
