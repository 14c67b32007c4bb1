//! The second factor of whoever has signed in: set up by a secret that a code confirms, switched off by the password, and recovery codes, which
//! are shown once. What lets others in, or keeps the right ones out, asks for the password where it was given a while ago.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::asked::{Asked, Needs};
use super::password;
use super::request::Visit;
use super::respond::{Answer, form, page};
use super::view::{Question, RecoveryCodes, SecondFactor};
use crate::changes::second_factors::{self as changes, Owner};
use crate::db::{Access, Db};
use crate::domain::second_factor::SetUp;
use crate::domain::texts::Texts;
use crate::store::{Result, second_factors, settings};
use crate::web::form::FormBody;

const PAGE: &str = "/portal/second-factor";
/// Before it is switched off.
const SWITCH_OFF: Question = Question {
    heading: "portal-factor-off-question",
    what: "portal-factor-off-what",
    action: "/portal/second-factor/off",
    button: "portal-factor-switch-off",
    is_danger: true,
    back: PAGE,
};

/// `GET /portal/second-factor`
pub async fn show(asked: Asked) -> HttpResponse {
    asked.answer(Access::Read, Needs::Customer, |db, visit| state(db, visit, None)).await
}

/// What only a button of the page sends, asked for by who reloads its address.
pub async fn back() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", PAGE)).finish()
}

/// `POST /portal/second-factor`: makes a secret, which a code is to confirm.
pub async fn begin(asked: Asked, _: FormBody) -> HttpResponse {
    let work = |db: &mut Db, visit: &Visit| {
        confirmed(visit)?;
        second_factors::begin(db, visit.identity.id, visit.request.actor.now)?;
        Ok(Answer::see_other(PAGE))
    };
    asked.answer(Access::Write, Needs::Customer, work).await
}

/// `POST /portal/second-factor/on`: a code confirms the secret.
pub async fn turn_on(asked: Asked, input: FormBody) -> HttpResponse {
    let work = move |db: &mut Db, visit: &Visit| {
        confirmed(visit)?;
        let codes = changes::turn_on(db, &visit.request.actor, owner(visit)?, input.0.get("code"), Some(visit.session.id))?;
        if let Some(codes) = codes {
            return Ok(codes_page(visit.texts, codes));
        }
        let alert = if second_factors::candidate(db, visit.identity.id, visit.request.actor.now)?.is_some() {
            "portal-factor-code-wrong"
        } else if second_factors::is_on(db, visit.identity.id)? {
            "portal-factor-on-already"
        } else {
            "portal-factor-too-late"
        };
        state(db, visit, Some(visit.texts.say(alert)))
    };
    asked.answer(Access::Write, Needs::Customer, work).await
}

/// `POST /portal/second-factor/codes`: makes new recovery codes.
pub async fn renew_codes(asked: Asked, _: FormBody) -> HttpResponse {
    let work = |db: &mut Db, visit: &Visit| {
        confirmed(visit)?;
        match changes::renew_recovery_codes(db, &visit.request.actor, owner(visit)?)? {
            Some(codes) => Ok(codes_page(visit.texts, codes)),
            None => Ok(Answer::see_other(PAGE)),
        }
    };
    asked.answer(Access::Write, Needs::Customer, work).await
}

/// `GET /portal/second-factor/off`: the question.
pub async fn ask_off(asked: Asked) -> HttpResponse {
    let work = |_: &mut Db, visit: &Visit| Ok(password::question(&SWITCH_OFF, visit.texts, visit.email(), None));
    asked.answer(Access::Read, Needs::Customer, work).await
}

/// `POST /portal/second-factor/off`
pub async fn turn_off(asked: Asked, input: FormBody) -> HttpResponse {
    let reply = switch_off(&asked, input.0.get("present")).await.unwrap_or_else(|reply| reply);
    asked.send(reply).await
}

async fn switch_off(asked: &Asked, given: &str) -> std::result::Result<Answer, Answer> {
    password::answered(asked, &SWITCH_OFF, given).await?;
    let off = asked.admit(Access::Write, Needs::Customer, |db, visit| {
        changes::turn_off(db, &visit.request.actor, owner(visit)?, Some(visit.session.id))
    });
    off.await?;
    Ok(Answer::see_other("/portal/details"))
}

fn owner(visit: &Visit) -> Result<Owner<'_>> {
    Ok(Owner::Contact(visit.identity.id, visit.contact()?))
}

fn confirmed(visit: &Visit) -> Result<()> {
    visit.request.confirmed("Second factor")
}

/// The second factor as it is: off, on, or being set up.
fn state(db: &mut Db, visit: &Visit, alert: Option<String>) -> Result<Answer> {
    confirmed(visit)?;
    let (texts, id) = (visit.texts, visit.identity.id);
    let vendor = settings::find(db)?.draft.vendor;
    let secret = second_factors::candidate(db, id, visit.request.actor.now)?;
    let is_wrong = alert.is_some();
    let left = second_factors::recovery_codes_left(db, id)?;
    let view = SecondFactor {
        texts,
        alert,
        is_on: second_factors::is_on(db, id)?,
        codes_left: texts.say_with("portal-codes-left", &[("codes", left.into())]),
        set_up: secret.map(|secret| SetUp::of(&secret, &vendor, visit.email())),
    };
    Ok(form(texts, &texts.say("portal-factor"), true, &view, is_wrong))
}

fn codes_page(texts: Texts, codes: Vec<String>) -> Answer {
    page(texts, &texts.say("portal-codes"), true, &RecoveryCodes { texts, codes }, StatusCode::OK)
}
