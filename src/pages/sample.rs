//! *Load sample data*, for who looks at an empty database.

use actix_web::HttpResponse;

use super::screen::{Done, change};
use crate::domain::CustomerId;
use crate::domain::rules::{Task, thousands};
use crate::sample;
use crate::store::flashes::{Effect, Flash};
use crate::web::address;
use crate::web::form::FormBody;
use crate::web::request::Request;

/// How many customers the button makes: enough to look around, and made well within a request's time on a slow server too.
const CUSTOMERS: usize = 300;

/// `POST /sample`.
pub async fn load(request: Request, sent: FormBody) -> HttpResponse {
    change(
        request,
        sent.0,
        |db, request, _| {
            request.actor.may(Task::LoadSample(0))?;
            let made = sample::fill(db, request.actor, CUSTOMERS)?;
            let text = format!("{} customers are made up for you to look around.", thousands(i64::try_from(made).unwrap_or(i64::MAX)));
            let flash = Flash { text, effect: Effect::Reloaded, customer: CustomerId(0) };
            Ok(Done { path: address::screen(None), flash: Some(flash) })
        },
        |_, _, _, _| Ok(None),
    )
    .await
}
