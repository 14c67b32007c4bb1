//! *Load sample data*, for who looks at an empty database.

use actix_web::HttpResponse;

use super::screen::{Done, change};
use crate::domain::CustomerId;
use crate::domain::rules::{Task, thousands};
use crate::store::flashes::{Effect, Said};
use crate::store::sample;
use crate::web::address;
use crate::web::sent::Sent;
use crate::web::visit::Visit;

/// How many customers the button makes: enough to look around, and made well within a request's time on a slow server too.
const CUSTOMERS: usize = 300;

/// `POST /sample`.
pub async fn load(visit: Visit, sent: Sent) -> HttpResponse {
    change(
        visit,
        sent.0,
        |db, visit, _| {
            visit.actor.may(Task::LoadSample(0))?;
            let made = sample::fill(db, visit.actor, CUSTOMERS)?;
            let text = format!("{} customers are made up for you to look around.", thousands(i64::try_from(made).unwrap_or(i64::MAX)));
            let said = Said { text, effect: Effect::Reloaded, customer: CustomerId(0) };
            Ok(Done { path: address::screen(None), said: Some(said) })
        },
        |_, _, _, _| Ok(None),
    )
    .await
}
