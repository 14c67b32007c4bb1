//! The password of whoever has signed in: changed, or given once more before something powerful is done.

use actix_web::HttpResponse;

use super::asked::{Asked, Needs};
use super::request::Visit;
use super::respond::{self, Answer};
use super::view::{AskPassword, ChangePassword, Question};
use crate::changes;
use crate::db::{Access, Db};
use crate::domain::input::Input;
use crate::domain::password::{self, NewPassword};
use crate::domain::texts::Texts;
use crate::store::attempts::{self, Bucket, Left};
use crate::store::{Error, identities, sessions};
use crate::web::form::FormBody;
use crate::web::session::PORTAL;

/// `GET /portal/password`
pub async fn show(asked: Asked) -> HttpResponse {
    let work = |_: &mut Db, visit: &Visit| Ok(form(visit.texts, visit.email(), None));
    asked.answer(Access::Read, Needs::Customer, work).await
}

/// `POST /portal/password`: the present one and the new one. All sessions end, and one begins here.
pub async fn set(asked: Asked, input: FormBody) -> HttpResponse {
    let reply = change(&asked, &input.0).await.unwrap_or_else(|reply| reply);
    asked.send(reply).await
}

/// `GET /portal/confirm`: asks for it once more, for the second factor.
pub async fn ask(asked: Asked) -> HttpResponse {
    let work = |_: &mut Db, visit: &Visit| Ok(question(&CONFIRM, visit.texts, visit.email(), None));
    asked.answer(Access::Read, Needs::Customer, work).await
}

/// `POST /portal/confirm`
pub async fn give(asked: Asked, input: FormBody) -> HttpResponse {
    let reply = confirm(&asked, input.0.get("present")).await.unwrap_or_else(|reply| reply);
    asked.send(reply).await
}

/// Before the second factor is changed.
const CONFIRM: Question = Question {
    heading: "portal-confirm",
    what: "portal-confirm-what",
    action: respond::CONFIRM,
    button: "portal-confirm-continue",
    is_danger: false,
    back: "/portal/details",
};

/// What is known of whoever gave the present password.
struct Known {
    texts: Texts,
    email: String,
    hash: Option<String>,
}

/// Checks the present password. Only so many wrong ones are looked at; the message of what is wrong is returned beside what is known.
///
/// # Errors
/// What whoever has not signed in is answered.
async fn check(asked: &Asked, given: &str) -> std::result::Result<(Known, Option<&'static str>), Answer> {
    let counted = asked.admit(Access::Write, Needs::Customer, |db, visit| {
        let left = attempts::count(db, &Bucket::password(visit.identity.id), visit.request.actor.now)?;
        let hash = identities::password(db, visit.identity.id)?;
        Ok((Known { texts: visit.texts, email: visit.email().to_owned(), hash }, left))
    });
    let (known, left) = counted.await?;
    if let Left::Wait(_) = left {
        return Ok((known, Some("portal-too-many-tries")));
    }
    let (given, hash) = (given.to_owned(), known.hash.clone());
    let wrong = match asked.hash(move || password::is_right(&given, hash.as_deref())).await {
        Some(true) => {
            asked.admit(Access::Write, Needs::Customer, |db, visit| attempts::forget(db, &Bucket::password(visit.identity.id))).await?;
            None
        }
        Some(false) => Some("portal-password-wrong"),
        None => Some("portal-try-again"),
    };
    Ok((known, wrong))
}

async fn change(asked: &Asked, input: &Input) -> std::result::Result<Answer, Answer> {
    let (Known { texts, email, hash }, wrong) = check(asked, input.get("present")).await?;
    let again = |id: &str| form(texts, &email, Some(texts.say(id)));
    if let Some(wrong) = wrong {
        return Err(again(wrong));
    }
    let given = input.get("password");
    let Ok(new) = NewPassword::check(given, &[&email]) else { return Err(again("portal-password-weak")) };
    if given != input.get("again") {
        return Err(again("portal-passwords-differ"));
    }
    let Some(new) = asked.hash(move || new.hash()).await else { return Err(again("portal-try-again")) };
    let token = asked.admit(Access::Write, Needs::Customer, move |db, visit| {
        if identities::password(db, visit.identity.id)? != hash {
            return Err(Error::NotFound("password"));
        }
        let (request, contact) = (&visit.request, visit.contact()?);
        changes::identities::set_own_password(db, &request.actor, contact, &visit.identity, &new, (&request.peer, &request.browser))
    });
    let cookie = PORTAL.set(&token.await?, asked.is_secure());
    Ok(Answer::see_other("/portal/details?saved=1").with("Set-Cookie", cookie))
}

async fn confirm(asked: &Asked, given: &str) -> std::result::Result<Answer, Answer> {
    answered(asked, &CONFIRM, given).await?;
    asked.admit(Access::Write, Needs::Customer, |db, visit| sessions::set_confirmed(db, visit.session.id, visit.request.actor.now)).await?;
    Ok(Answer::see_other("/portal/second-factor"))
}

/// Goes on where the present password is right; otherwise the question is asked again.
pub(super) async fn answered(asked: &Asked, asks: &Question, given: &str) -> std::result::Result<(), Answer> {
    let (known, wrong) = check(asked, given).await?;
    wrong.map_or(Ok(()), |wrong| Err(question(asks, known.texts, &known.email, Some(known.texts.say(wrong)))))
}

/// Asks for the present password. `alert` is what is wrong.
pub(super) fn question(asks: &Question, texts: Texts, email: &str, alert: Option<String>) -> Answer {
    let is_wrong = alert.is_some();
    respond::form(texts, &texts.say(asks.heading), true, &AskPassword { texts, question: asks, email, alert }, is_wrong)
}

fn form(texts: Texts, email: &str, alert: Option<String>) -> Answer {
    let is_wrong = alert.is_some();
    let view = ChangePassword { texts, email: email.to_owned(), alert };
    respond::form(texts, &texts.say("portal-change-password"), true, &view, is_wrong)
}
