//! Whether somebody who has signed in knows the password: for what asks for it again.

use actix_web::http::StatusCode;

use super::words;
use crate::domain::actor::ActorKind;
use crate::domain::password;
use crate::store::attempts::{self, Bucket, Left};
use crate::store::{Result, users};
use crate::web::auth::Asked;
use crate::web::request::Request;

/// What came of it.
pub enum Given {
    /// It is the user's own.
    Right(Box<Request>),
    /// It is not, or could not be looked at: what is said, and the status of the answer.
    Wrong(String, StatusCode),
}

/// Checks the password of whoever sent a request. Only so many wrong ones are looked at.
///
/// # Errors
/// [`crate::store::Error::Refused`] for whoever has to sign in.
pub async fn check(asked: &Asked, given: &str) -> Result<Given> {
    let app = asked.unadmitted().app.clone();
    let Some(place) = app.hashing.place() else {
        return Ok(Given::Wrong(words::BUSY.to_owned(), StatusCode::SERVICE_UNAVAILABLE));
    };
    let own = asked.clone();
    let counted = app.write(move |db| {
        let request = own.admit(db)?;
        let ActorKind::User(user) = request.actor.who.kind else { return Ok((request, None, None, Left::Tries(0))) };
        let left = attempts::count(db, &Bucket::password(user), request.actor.now)?;
        let hash = users::password(db, user)?;
        Ok((request, Some(user), hash, left))
    });
    let (request, user, hash, left) = counted.await?;
    let left = match left {
        Left::Tries(left) => left,
        Left::Wait(wait) => return Ok(Given::Wrong(words::too_many_tries(wait), StatusCode::TOO_MANY_REQUESTS)),
    };
    let given = given.to_owned();
    let right = place.hash(move || password::is_right(&given, hash.as_deref())).await.unwrap_or_default();
    if let Some(user) = user.filter(|_| right) {
        app.write(move |db| attempts::forget(db, &Bucket::password(user))).await?;
        return Ok(Given::Right(Box::new(request)));
    }
    tracing::info!(request = request.request_id, user = request.actor.who.kind.id(), "the password was given again, and was wrong");
    Ok(Given::Wrong(format!("The password is wrong. {}", words::tries_left(left)), StatusCode::UNPROCESSABLE_ENTITY))
}
