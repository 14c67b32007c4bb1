//! Whoever has forgotten the password is mailed a link. What is answered says nothing of whether anybody has the address. Where no mail goes out,
//! everybody is told whom to ask.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::request::Comer;
use super::respond::{Answer, failed, message, page, send};
use super::view::Forgot;
use crate::changes;
use crate::db::Db;
use crate::domain::identity;
use crate::store::attempts::{self, Bucket, Left};
use crate::store::{Result, settings};
use crate::web::form::FormBody;

/// `GET /portal/forgot`
pub async fn show(comer: Comer) -> HttpResponse {
    let texts = comer.texts();
    let reply = if comer.request.app.sends_mail {
        page(texts, &texts.say("portal-forgot"), false, &Forgot { texts }, StatusCode::OK)
    } else {
        whom_to_ask(&comer).await
    };
    send(&comer, reply).await
}

/// `POST /portal/forgot`
pub async fn ask(comer: Comer, form: FormBody) -> HttpResponse {
    let (texts, app) = (comer.texts(), comer.request.app.clone());
    if !app.sends_mail {
        let reply = whom_to_ask(&comer).await;
        return send(&comer, reply).await;
    }
    let (own, email) = (comer.clone(), form.0.get("email").trim().to_owned());
    let reply = match app.write(move |db| queue(db, &own, &email)).await {
        Ok(()) => message(texts, texts.say("portal-forgot-asked"), texts.say("portal-forgot-mail"), StatusCode::OK),
        Err(error) => failed(&comer, &error),
    };
    send(&comer, reply).await
}

/// Whom to ask for a link, where none is mailed.
async fn whom_to_ask(comer: &Comer) -> Answer {
    let texts = comer.texts();
    match comer.request.app.read(settings::find).await {
        Ok(settings) => {
            let sentence = match settings.draft.support {
                Some(support) => texts.say_with("portal-forgot-write", &[("support", support.as_str().into())]),
                None => texts.say("portal-link-ask"),
            };
            message(texts, texts.say("portal-forgot"), sentence, StatusCode::OK)
        }
        Err(error) => failed(comer, &error),
    }
}

/// Queues a mail, if there is anybody to get it. Whoever asks too often is told the same.
fn queue(db: &mut Db, comer: &Comer, email: &str) -> Result<()> {
    let actor = &comer.request.actor;
    let counts = [Bucket::asking(&comer.request.peer), Bucket::forgotten(email)];
    for bucket in &counts {
        if let Left::Wait(_) = attempts::count(db, bucket, actor.now)? {
            return Ok(());
        }
    }
    changes::identities::forgot(db, actor, &identity::email_key(email), comer.accepted.clone())
}
