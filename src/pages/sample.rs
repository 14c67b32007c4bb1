//! *Load sample data*, for who looks at an empty database.

use actix_web::HttpResponse;

use super::change::{Redirect, Subject, change};
use crate::domain::rules::counted;
use crate::sample;
use crate::web::form::FormBody;
use crate::web::request::Request;

/// How many customers the button creates: enough to look around, and created well within a request's time on a slow server too.
const CUSTOMERS: usize = 300;

/// `POST /sample`.
pub async fn load(request: Request, form: FormBody) -> HttpResponse {
    change(request, form, Subject::None, |db, request, _| {
        let loaded = i64::try_from(sample::load(db, request.actor, CUSTOMERS)?).unwrap_or(i64::MAX);
        Ok(Redirect::reloaded(format!("Loaded {}.", counted(loaded, "sample customer", "sample customers"))))
    })
    .await
}
