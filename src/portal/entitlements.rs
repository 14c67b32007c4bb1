//! What somebody has: read-only, with a search, and to print.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::NaiveDate;

use super::asked::{Asked, Needs};
use super::request::Visit;
use super::respond::page;
use super::view::{Entitlements, Row};
use crate::db::{Access, Db};
use crate::domain::entitlement::{Entitlement, State};
use crate::domain::texts::Texts;
use crate::store::portal::{Ask, Place, SHOWN};
use crate::store::{Result, contacts, customers, portal};
use crate::web::address;

/// Whatever ends within so many days is said to end.
const SOON: i64 = 90;

/// `GET /portal`
pub async fn show(asked: Asked) -> HttpResponse {
    let work = |db: &mut Db, visit: &Visit| {
        let (texts, contact) = (visit.texts, visit.contact()?);
        let ask = ask(visit)?;
        let found = portal::entitlements(db, &ask, SHOWN)?;
        let query = visit.request.param("q").unwrap_or_default();
        let next = found.next.map(|(day, id)| address::of("/portal", &[("q", query.clone()), ("after", format!("{day}.{id}"))]));
        let view = Entitlements {
            texts,
            customer: customers::find(db, contact.customer)?.name(),
            can_switch: visit.places.len() > 1,
            shows_contact: contact.sees_all() && !contact.own,
            rows: rows(db, texts, visit, &found.entitlements)?,
            next,
            query,
        };
        Ok(page(texts, &texts.say("portal-entitlements"), true, &view, StatusCode::OK))
    };
    asked.answer(Access::Read, Needs::Customer, work).await
}

/// What a visit may see of what is asked for.
pub(super) fn ask(visit: &Visit) -> Result<Ask> {
    let contact = visit.contact()?;
    let query = visit.request.param("q").unwrap_or_default();
    Ok(Ask {
        customer: contact.customer,
        contact: (!contact.sees_all()).then_some(contact.id),
        words: query.split_whitespace().map(str::to_owned).collect(),
        after: visit.request.param("after").as_deref().and_then(place),
    })
}

/// Reads `2026-11-27.42`.
fn place(text: &str) -> Option<Place> {
    let (day, id) = text.split_once('.')?;
    Some((day.parse::<NaiveDate>().ok()?, id.parse().ok()?))
}

/// Entitlements in the words of a language.
pub(super) fn rows(db: &mut Db, texts: Texts, visit: &Visit, found: &[Entitlement]) -> Result<Vec<Row>> {
    let ids: Vec<i64> = found.iter().filter_map(|entitlement| entitlement.draft.contact).map(|id| id.0).collect();
    let people = contacts::find_all(db, &ids)?;
    let name = |entitlement: &Entitlement| {
        let person = people.iter().find(|person| Some(person.id) == entitlement.draft.contact);
        person.map(|person| person.draft.full_name()).unwrap_or_default()
    };
    let row = |entitlement: &Entitlement| Row {
        eid: entitlement.eid.clone(),
        product: entitlement.draft.product.clone(),
        quantity: texts.number(entitlement.draft.quantity.into()),
        starts: texts.date(entitlement.draft.starts_on),
        ends: entitlement.last_day(visit.request.app.zone).map_or_else(|| texts.say("portal-no-end"), |day| texts.date(day)),
        state: state(texts, visit, entitlement),
        contact: name(entitlement),
    };
    Ok(found.iter().map(row).collect())
}

/// `Ends in 29 days`
fn state(texts: Texts, visit: &Visit, entitlement: &Entitlement) -> String {
    let today = visit.request.actor.today;
    match entitlement.state(today) {
        State::NotYetStarted => texts.say("portal-not-started"),
        State::Ended => texts.say("portal-ended"),
        State::Running => match entitlement.last_day(visit.request.app.zone).map(|last| (last - today).num_days()) {
            Some(days) if days <= SOON => texts.say_with("portal-ends-in", &[("days", days.into())]),
            _ => texts.say("portal-running"),
        },
    }
}
