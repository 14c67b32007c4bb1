//! As which contact, and thereby for which customer, somebody is signed in: where a mailbox leads to several.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::asked::{Asked, Needs};
use super::request::Visit;
use super::respond::{Answer, page};
use super::view::Choose;
use crate::db::{Access, Db};
use crate::store::{Error, Result, contacts, customers, sessions};
use crate::web::form::FormBody;

/// `GET /portal/choose`
pub async fn show(asked: Asked) -> HttpResponse {
    let work = |db: &mut Db, visit: &Visit| {
        let texts = visit.texts;
        let lost = visit.lost.map(|contact| contacts::find(db, contact)).transpose()?;
        let lost = lost.map(|contact| customers::find(db, contact.customer)).transpose()?;
        let reason = lost.map(|customer| texts.say_with("portal-choose-lost", &[("customer", customer.name().into())]));
        let heading = texts.say(if reason.is_some() { "portal-choose-go-on" } else { "portal-choose" });
        let view = Choose { heading, reason, places: names(db, visit)? };
        Ok(page(texts, &view.heading, true, &view, StatusCode::OK))
    };
    asked.answer(Access::Read, Needs::SignIn, work).await
}

/// `POST /portal/choose`
pub async fn choose(asked: Asked, form: FormBody) -> HttpResponse {
    let work = move |db: &mut Db, visit: &Visit| {
        let wanted = form.0.get("contact");
        let (contact, _) = visit.places.iter().find(|(id, _)| id.to_string() == wanted).ok_or(Error::NotFound("contact"))?;
        sessions::set_contact(db, visit.session.id, *contact)?;
        Ok(Answer::see_other("/portal"))
    };
    asked.answer(Access::Write, Needs::SignIn, work).await
}

fn names(db: &mut Db, visit: &Visit) -> Result<Vec<(i64, String)>> {
    visit.places.iter().map(|(contact, customer)| Ok((contact.0, customers::find(db, *customer)?.name()))).collect()
}
