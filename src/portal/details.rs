//! What somebody may change of themselves: language and phone; and where they go to change how they sign in.

use actix_web::HttpResponse;

use super::asked::{Asked, Needs};
use super::request::Visit;
use super::respond::{Answer, form};
use super::view::Details;
use crate::changes::own_details::{self, OwnDetails};
use crate::db::{Access, Db};
use crate::domain::input::Input;
use crate::domain::locale::Locale;
use crate::domain::places::Language;
use crate::store::{Result, second_factors};
use crate::web::form::FormBody;

/// `GET /portal/details`
pub async fn show(asked: Asked) -> HttpResponse {
    let work = |db: &mut Db, visit: &Visit| {
        let details = own_details::of(db, visit.contact()?)?;
        let saved = visit.request.param("saved").is_some();
        details_page(db, visit, &details.to_input(), saved, false)
    };
    asked.answer(Access::Read, Needs::Customer, work).await
}

/// `POST /portal/details`
pub async fn save(asked: Asked, input: FormBody) -> HttpResponse {
    let work = move |db: &mut Db, visit: &Visit| {
        let Ok(details) = OwnDetails::check(&input.0) else {
            return details_page(db, visit, &input.0, false, true);
        };
        own_details::edit(db, &visit.request.actor, visit.contact()?.id, &details)?;
        Ok(Answer::see_other("/portal/details?saved=1"))
    };
    asked.answer(Access::Write, Needs::Customer, work).await
}

fn details_page(db: &mut Db, visit: &Visit, input: &Input, saved: bool, wrong: bool) -> Result<Answer> {
    let texts = visit.texts;
    let own = input.get("language");
    let choices = [(Locale::En, "portal-language-en"), (Locale::De, "portal-language-de")];
    let mut languages: Vec<_> = choices.into_iter().map(|(locale, id)| (locale.code().to_owned(), texts.say(id))).collect();
    // One that is not spoken here stays as it is.
    if !own.is_empty() && languages.iter().all(|(code, _)| code != own) {
        let name = Language::parse(own).map_or_else(|| own.to_owned(), |language| language.name().to_owned());
        languages.push((own.to_owned(), name));
    }
    let view = Details {
        texts,
        email: visit.email().to_owned(),
        name: visit.contact.as_ref().map(|contact| contact.draft.full_name()).unwrap_or_default(),
        language: own.to_owned(),
        languages,
        phone: input.get("phone").to_owned(),
        has_second_factor: second_factors::is_on(db, visit.identity.id)?,
        saved,
        wrong,
    };
    Ok(form(texts, &texts.say("portal-details"), true, &view, wrong))
}
