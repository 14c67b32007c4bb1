//! The second factor of whoever has signed in: set up by a secret that a code confirms, switched off, and recovery codes, which are shown once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use form_urlencoded::Serializer;

use crate::changes::second_factors::{self as changes, Owner};
use crate::db::{Access, Db};
use crate::domain::input::Input;
use crate::domain::rules::Refusal;
use crate::domain::second_factor::SetUp;
use crate::pages::change::{Redirect, Subject, change};
use crate::pages::screen::{DetailPane, compose_or_fail, failed, show};
use crate::pages::view::{Confirm, RecoveryCodes, SecondFactor};
use crate::store::{Result, second_factors, users};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;

/// The address of the page.
const PAGE: &str = "/account/second-factor";
/// Who asks for the codes, as the app names it.
const ISSUER: &str = "Clientele";
/// What is waited for while the password is given again.
const SET_UP: &str = "Set up second factor";
const SWITCH_OFF: &str = "Switch off second factor";
const NEW_CODES: &str = "Make new recovery codes";

/// `GET /account/second-factor`
pub async fn second_factor(request: Asked) -> HttpResponse {
    show(request, |db, request| page(db, request, &leads_to(request), None)).await
}

/// `POST /account/second-factor`: makes a secret, which a code is to confirm.
pub async fn begin_second_factor(request: Asked, form: FormBody) -> HttpResponse {
    let act = |db: &mut Db, request: &Request, form: &Input| {
        request.confirmed(SET_UP)?;
        second_factors::begin(db, request.user()?, request.actor.now)?;
        let leads_to = address::own(form.get("return").to_owned());
        Ok(Redirect::silent(format!("{PAGE}?{}", Serializer::new(String::new()).append_pair("return", &leads_to).finish())))
    };
    change(request, form, Subject::None, act).await
}

/// `POST /account/second-factor/on`: a code confirms the secret.
pub async fn turn_on_second_factor(request: Asked, form: FormBody) -> HttpResponse {
    let act = |db: &mut Db, request: &Request, form: &Input| {
        request.confirmed(SET_UP)?;
        let this = request.session.as_ref().map(|session| session.id);
        changes::turn_on(db, &request.actor, Owner::User(request.user()?), form.get("code"), this)
    };
    let pane = |db: &mut Db, request: &Request, form: &Input, codes: &Option<Vec<String>>| {
        let leads_to = address::own(form.get("return").to_owned());
        if let Some(codes) = codes {
            return Ok(codes_pane(codes, true, leads_to));
        }
        let alert = if second_factors::candidate(db, request.user()?, request.actor.now)?.is_some() {
            "This code is wrong. Enter the one that your app shows now."
        } else if second_factors::is_on(db, request.user()?)? {
            "Your second factor is on already. If you have not saved your recovery codes, make new ones."
        } else {
            "That took too long. Start again."
        };
        Ok(page(db, request, &leads_to, Some(alert.to_owned()))?.with_status(StatusCode::UNPROCESSABLE_ENTITY))
    };
    act_and_show(request, form, act, pane).await
}

/// `POST /account/second-factor/codes`: makes new recovery codes.
pub async fn renew_recovery_codes(request: Asked, form: FormBody) -> HttpResponse {
    let act = |db: &mut Db, request: &Request, _: &Input| {
        request.confirmed(NEW_CODES)?;
        changes::renew_recovery_codes(db, &request.actor, Owner::User(request.user()?))
    };
    let pane = |db: &mut Db, request: &Request, _: &Input, codes: &Option<Vec<String>>| match codes {
        Some(codes) => Ok(codes_pane(codes, false, "/account".to_owned())),
        None => page(db, request, "/account", None),
    };
    act_and_show(request, form, act, pane).await
}

/// `GET /account/second-factor/off`: the question.
pub async fn ask_second_factor_off(request: Asked) -> HttpResponse {
    show(request, |_, request| {
        may_switch_off(request)?;
        let question = Confirm {
            question: "Switch off your second factor?".to_owned(),
            sentences: vec!["From then on your password alone lets you in. Your recovery codes no longer work.".to_owned()],
            along: Vec::new(),
            button: SWITCH_OFF.to_owned(),
            action: format!("{PAGE}/off"),
            token: String::new(),
            cancel: "/account".to_owned(),
            target: "#detail",
            danger: true,
            reason: None,
        };
        Ok(DetailPane::alone("Switch off your second factor?".to_owned(), &question))
    })
    .await
}

/// `POST /account/second-factor/off`
pub async fn turn_off_second_factor(request: Asked, form: FormBody) -> HttpResponse {
    let act = |db: &mut Db, request: &Request, _: &Input| {
        may_switch_off(request)?;
        request.confirmed(SWITCH_OFF)?;
        let this = request.session.as_ref().map(|session| session.id);
        changes::turn_off(db, &request.actor, Owner::User(request.user()?), this)?;
        Ok(Redirect::told("/account", "Your second factor is off. You are signed out everywhere else."))
    };
    change(request, form, Subject::None, act).await
}

fn may_switch_off(request: &Request) -> Result<()> {
    request.user()?;
    if request.app.requires_second_factor { Err(Refusal::SecondFactorRequired.into()) } else { Ok(()) }
}

/// Changes something, and shows what came of it in the same answer: what is stored nowhere can be shown no other way.
async fn act_and_show<T: Send + 'static>(
    request: Asked,
    form: FormBody,
    act: impl Fn(&mut Db, &Request, &Input) -> Result<T> + Send + 'static,
    pane: impl Fn(&mut Db, &Request, &Input, &T) -> Result<DetailPane> + Send + 'static,
) -> HttpResponse {
    let (app, kept) = (request.unadmitted().app.clone(), request.clone());
    let answer = app
        .database
        .clone()
        .run_blocking(Access::Write, move |_permit| {
            let done = app.database.write(|db| {
                let request = request.admit(db)?;
                request.note_seen(db)?;
                act(db, &request, &form.0)
            });
            let reply = match done {
                Ok(done) => compose_or_fail(&request, &form.0, |db, request| pane(db, request, &form.0, &done)),
                Err(error) => failed(&request, &error, Some(&form.0)),
            };
            reply.pack(request.unadmitted().encoding)
        })
        .await;
    match answer {
        Ok(packed) => packed.send(),
        Err(away) => failed(&kept, &away.into(), None).pack(kept.unadmitted().encoding).send(),
    }
}

fn codes_pane(codes: &[String], is_new: bool, leads_to: String) -> DetailPane {
    DetailPane::alone("Recovery codes".to_owned(), &RecoveryCodes { is_new, codes: codes.to_vec(), leads_to })
}

/// Where to go on afterwards.
fn leads_to(request: &Request) -> String {
    request.param("return").map_or_else(|| "/account".to_owned(), address::own)
}

fn page(db: &mut Db, request: &Request, leads_to: &str, alert: Option<String>) -> Result<DetailPane> {
    request.confirmed(SET_UP)?;
    let user = users::find(db, request.user()?)?;
    let set_up = second_factors::candidate(db, user.id, request.actor.now)?.map(|secret| SetUp::of(&secret, ISSUER, &user.email));
    let view = SecondFactor {
        alert,
        is_required: request.app.requires_second_factor,
        is_on: second_factors::is_on(db, user.id)?,
        recovery_codes_left: second_factors::recovery_codes_left(db, user.id)?,
        set_up,
        email: user.email,
        leads_to: leads_to.to_owned(),
    };
    Ok(DetailPane::alone("Second factor".to_owned(), &view))
}
